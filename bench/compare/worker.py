"""A process with one system, which does what it is told on stdin.

Each request is a line of JSON, {"do": NAME, ...}, and each answer one: its
result, or {"error": TEXT}. Everything else that is printed goes to stderr. The
process is bound to its cores before any library is loaded, since some decide on
their threads then.
"""

import importlib
import json
import os
import pathlib
import sys

SYSTEMS = {
    "vellum": ("system_vellum", "Vellum"),
    "pytorch": ("system_torch", "PyTorch"),
    "torch.compile": ("system_torch", "TorchCompile"),
    "torch.compile unrolled": ("system_torch", "TorchUnrolled"),
    "jax": ("system_jax", "Jax"),
}


def make_system(name, threads):
    module, kind = SYSTEMS[name]
    return getattr(importlib.import_module(f".{module}", __package__), kind)(threads)


def answer(system, request):
    """Does what a request asks for."""
    from .case import Case
    from .rows import Row

    match request.pop("do"):
        case "load":
            row = Row(**request["row"])
            system.load(Case(row, pathlib.Path(request["folder"])))
            return {}
        case "results":
            import numpy

            numpy.savez(request["path"], **system.results())
            return {}
        case "prepare":
            system.prepare(request["program"])
            return {}
        case "time":
            seconds, more = system.time(request["program"], request["seconds"])
            return {"seconds": seconds, "more": more}
        case "compile":
            return {"seconds": system.compile_seconds()}
        case "write_rows":
            return {"seconds": system.write_rows(request["count"], request["steps"])}
        case "shift":
            import numpy

            table = numpy.arange(200, dtype="f4").reshape(10, 20)
            expected = numpy.concatenate([table[:1], table[:-1]])
            wrong = system.shift(table.copy()) != expected
            return {"wrong": int(wrong.sum()), "elements": wrong.size}


def take_output():
    """The stream for answers; what libraries print to stdout goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return answers


def main(name, cores):
    cores = [int(core) for core in cores.split(",")]
    os.sched_setaffinity(0, cores)
    # If memory runs out, the table shall lose a cell, not the machine a service.
    pathlib.Path("/proc/self/oom_score_adj").write_text("1000")
    answers = take_output()
    system = make_system(name, len(cores))
    for line in sys.stdin:
        try:
            result = answer(system, json.loads(line))
        except Exception as error:
            result = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
