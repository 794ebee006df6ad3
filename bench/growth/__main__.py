"""Times the compilation of a function and its gradient for growing lengths of text.

    PYTHONPATH=bench python3 -m growth [--vellum PATH] [--family NAME]... [--lengths N,N,...]
    PYTHONPATH=bench python3 -m growth --print FAMILY N

A row is a family of programs, a column a length n. A cell is the processor time in seconds of `vellum grad`
up to machine-independent code, and in brackets how often the time for n = 100 it is, divided by n log n of
the same: 1 or less is growth no faster than n log n. `--print` writes one program instead.
"""

import argparse
import math
import resource
import subprocess
import tempfile

from growth.programs import FAMILIES


def seconds(vellum, text):
    """The processor time that compiling `text` with its gradient takes."""
    with tempfile.NamedTemporaryFile("w", suffix=".mlir") as model:
        model.write(text)
        model.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([vellum, "grad", model.name, "--entry=f", "--stop-after=llvm"],
                       check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime


def main():
    parser = argparse.ArgumentParser(prog="growth", description=__doc__.splitlines()[0])
    parser.add_argument("--vellum", default="build/bin/vellum")
    parser.add_argument("--family", action="append", choices=FAMILIES)
    parser.add_argument("--lengths", default="100,200,400,800,1600,3200")
    parser.add_argument("--print", nargs=2, metavar=("FAMILY", "N"))
    options = parser.parse_args()
    if options.print:
        family, n = options.print
        print(FAMILIES[family](int(n)), end="")
        return
    lengths = [int(n) for n in options.lengths.split(",")]
    print("| family | " + " | ".join(f"n = {n:,}" for n in lengths) + " |")
    print("| --- |" + " --: |" * len(lengths))
    for name in options.family or FAMILIES:
        cells, first = [], None
        for n in lengths:
            took = seconds(options.vellum, FAMILIES[name](n))
            work = n * math.log(n)
            first = first or took / work
            cells.append(f"{took:.2f} ({took / work / first:.2f})")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
