"""Times the same models in Vellum, PyTorch and JAX, in alternating rounds.

Every system starts from the same weights and the same batch. Before anything is
timed, outputs, loss, gradients and the parameters after one training step must
agree with eager PyTorch's to 1e-4. A time is the median over the rounds of the
median call of a round.
"""

import argparse
import datetime
import importlib.metadata
import os
import pathlib
import platform
import re
import statistics
import sys
import time

import numpy

from . import agreement, extras, report
from .case import ROOT, Case
from .rows import QUICK, ROWS
from .session import Failure, Session
from .system import PROGRAMS

#: The first one is what the others are compared with.
SYSTEMS = ["pytorch", "vellum", "torch.compile", "jax"]
UNROLLED = "torch.compile unrolled"


def say(text):
    print(text, file=sys.stderr, flush=True)


class Comparison:
    """All systems on one number of threads."""

    def __init__(self, options, cores, log):
        self.options = options
        self.threads = len(cores)
        self.sessions = {
            name: Session(name, cores, log) for name in [*SYSTEMS, UNROLLED]
        }

    def systems_for(self, row):
        """The systems that a row is for, in the order of a round."""
        systems = SYSTEMS + [UNROLLED] if row.is_short else SYSTEMS
        return [name for name in systems if name in self.options.systems]

    def attempt(self, result, name, action):
        """Does something with a system; what fails is noted, and the system out."""
        if name in result["failures"]:
            return None
        try:
            return action(self.sessions[name])
        except Failure as failure:
            say(f"  {name}: {failure}")
            result["failures"][name] = str(failure)
            self.sessions[name].stop()
            return None

    def ask(self, result, name, do, **request):
        """A system's answer, or nothing where it is out."""
        limit = self.options.limit
        return self.attempt(
            result, name, lambda session: session.ask(do, limit=limit, **request)
        )

    def check(self, case, result):
        """Sorts out the systems whose results differ from the first one's."""
        expected = None

        def compare(session):
            path = case.folder / f"{session.name}.npz"
            session.load(case)
            session.ask("results", limit=self.options.limit, path=str(path))
            with numpy.load(path) as file:
                actual = dict(file)
            if expected is None:
                return actual
            worst, where = agreement.largest_distance(actual, expected)
            result["distances"][session.name] = worst
            if not worst <= agreement.TOLERANCE:
                raise Failure(f"{where} differs by {worst:.1e}")
            return expected

        for name in self.systems_for(case.row):
            expected = self.attempt(result, name, compare) or expected

    def time_program(self, systems, program, result):
        """Times a program everywhere, in alternating rounds."""
        for name in systems:
            self.ask(result, name, "prepare", program=program)
        times, said = {name: [] for name in systems}, []
        seconds = self.options.seconds
        for _ in range(self.options.rounds):
            for name in systems:
                time.sleep(0.05)  # until the threads of the one before are asleep
                answer = self.ask(
                    result, name, "time", program=program, seconds=seconds
                )
                if answer is None:
                    continue
                times[name].append(answer["seconds"])
                if answer["more"]:
                    said.append(answer["more"])
        times = {name: each for name, each in times.items() if each}
        result["times"][program] = times
        result["seconds"][program] = {
            name: statistics.median(each) for name, each in times.items()
        }
        result["vellum"][program] = report.digest(said)
        share = result["vellum"][program].get("core_share", 1)
        if share < 0.9:
            say(f"  warning: others took {1 - share:.0%} of the core")

    def run(self, row):
        """The row's part of the results."""
        say(f"{row.key}, {self.threads} thread(s)")
        case = Case(row, self.options.out / row.key)
        case.prepare()
        result = {"key": row.key, "title": row.title, "batch": row.batch}
        result |= {"steps": row.steps, "threads": self.threads, "floor": row.floor}
        result |= {"failures": {}, "distances": {}, "times": {}}
        result |= {"seconds": {}, "vellum": {}}
        self.check(case, result)
        for program in PROGRAMS:
            self.time_program(self.systems_for(row), program, result)
            say(f"  {program}: {report.summary(result['seconds'][program])}")
        # Each row begins with the memory of a fresh process.
        for session in self.sessions.values():
            session.stop()
        return result


def versions():
    """Versions of what is compared."""
    packages = ("torch", "jax", "jaxlib", "numpy")
    found = {name: importlib.metadata.version(name) for name in packages}
    return found | {"python": platform.python_version()}


def processor():
    """The processor's name, as Linux has it."""
    text = pathlib.Path("/proc/cpuinfo").read_text()
    name = re.search(r"^model name\s*: (.*)$", text, re.M)
    return name[1] if name else platform.processor()


def parse_arguments():
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few rows, one thread")
    parser.add_argument("--only", metavar="REGEX", help="the rows of matching names")
    parser.add_argument("--threads", type=int, nargs="+", help="default: 1 2")
    parser.add_argument(
        "--systems",
        nargs="+",
        choices=[*SYSTEMS, UNROLLED],
        default=[*SYSTEMS, UNROLLED],
        metavar="NAME",
        help="of " + ", ".join([*SYSTEMS, UNROLLED]) + "; PyTorch is always one",
    )
    parser.add_argument("--rounds", type=int, help="default: 7, or 3 with --quick")
    parser.add_argument("--seconds", type=float, default=0.5, help="a round's, each")
    parser.add_argument("--limit", type=float, default=900, help="seconds of a step")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out/bench")
    parser.add_argument("--no-extras", action="store_true", help="the rows alone")
    parser.add_argument(
        "--publish",
        action="store_true",
        help="write bench/results.json and the tables of docs/performance.md",
    )
    options = parser.parse_args()
    options.rounds = options.rounds or (3 if options.quick else 7)
    options.threads = options.threads or ([1] if options.quick else [1, 2])
    return options


def chosen_rows(options):
    rows = [row for row in ROWS if row.key in QUICK or not options.quick]
    if options.only:
        rows = [row for row in rows if re.search(options.only, row.key)]
    if not rows:
        names = "\n  ".join(row.key for row in ROWS)
        sys.exit(f"error: --only={options.only} matches none of\n  {names}")
    return rows


def main():
    options = parse_arguments()
    rows = chosen_rows(options)
    cores = sorted(os.sched_getaffinity(0))
    if max(options.threads) > len(cores):
        sys.exit(
            f"error: --threads asks for more than the {len(cores)} cores there are"
        )
    options.out.mkdir(parents=True, exist_ok=True)
    results = {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "cores": len(cores),
        "load": round(os.getloadavg()[0], 1),
        "versions": versions(),
        "rounds": options.rounds,
        "rows": [],
    }
    if results["load"] > 0.5:
        say(f"warning: the machine is busy, with a load of {results['load']}")
    path = options.out / "results.json"
    with open(options.out / "log.txt", "w") as log:
        for threads in options.threads:
            comparison = Comparison(options, cores[-threads:], log)
            for row in rows:
                results["rows"].append(comparison.run(row))
                path.write_text(report.to_json(results))
        if not options.quick and not options.no_extras:
            results |= extras.run(options, cores[-1:], log, say)
            path.write_text(report.to_json(results))
    print(report.tables(results))
    say(f"numbers: {path}")
    if options.publish:
        report.publish(results)


if __name__ == "__main__":
    main()
