"""Times how long Vellum alone takes to compile a training step, by the length of
the sequence: `python3 -m compare.compile_time` in bench/, after a build.

The lengths take turns, and the shortest time of each counts: a program is for all
lengths, so that they differ by what else the machine does meanwhile.
"""

import argparse

from .case import ROOT, Case
from .extras import COMPILE_STEPS, NTM
from .rows import Row
from .system_vellum import Vellum


def vellum_for(steps):
    row = Row("ntm", 1, steps, NTM)
    case = Case(row, ROOT / "out/bench" / row.key)
    case.prepare()
    vellum = Vellum(threads=1)
    vellum.load(case)
    return vellum


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", nargs="*", type=int, default=COMPILE_STEPS)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    systems = {steps: vellum_for(steps) for steps in options.steps}
    least = {}
    for _ in range(options.rounds):
        for steps, vellum in systems.items():
            times = vellum.compile_times()
            best = least.get(steps)
            if best is None or sum(times.values()) < sum(best.values()):
                least[steps] = times
    for steps, times in least.items():
        parts = ", ".join(f"{part} {1e3 * each:.0f} ms" for part, each in times.items())
        print(f"T = {steps}: {sum(times.values()):.3f} s ({parts})")


if __name__ == "__main__":
    main()
