"""Vellum, through its command line: `vellum bench` times, in a process of its own
for each round.
"""

import json
import pathlib
import resource
import subprocess
import tempfile

import numpy

from . import safetensors, system
from .case import VELLUM
from .models import FOLDER

ROWS = FOLDER / "rows.mlir"
#: Bytes that a program may take which is to change a table of 16 MB in place.
MEMORY = 4 << 30


def run(command, *arguments, memory=resource.RLIM_INFINITY):
    """Runs a vellum command, with so many bytes of memory at most. An error
    carries what it said.
    """
    done = subprocess.run(
        [VELLUM, command, *arguments],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)),
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        ended = f"vellum {command} ended with {done.returncode}"
        raise RuntimeError(said[0] if said else ended)


class Vellum(system.System):
    def load(self, case):
        self.case = case
        self.x = case.folder / "x.npy"
        numpy.save(self.x, case.read_batch()["x"])
        #: The last median of each program, by which repetitions are chosen.
        self.medians = {}

    def arguments(self, program):
        if program == "forward":
            return ["--entry=forward", f"--input=x={self.x}"]
        return [f"--data={self.case.data}"]

    def results(self):
        case, folder = self.case, self.case.folder
        weights = f"--weights={case.weights}"
        y = folder / "vellum-y.npz"
        run("run", case.model, weights, *self.arguments("forward"), f"--output={y}")
        grad = folder / "vellum-gradient.npz"
        inputs = ["--entry=loss", f"--inputs={case.batch}"]
        run("grad", case.model, weights, *inputs, f"--output={grad}")
        out = folder / "vellum-trained"
        run("train", case.model, weights, f"--data={case.data}", "--steps=1",
            f"--out={out}", "--overwrite")  # fmt: skip
        results = {}
        for path in (y, grad):
            with numpy.load(path) as file:
                results |= dict(file)
        updated = safetensors.read(out / "weights.safetensors")
        return results | {f"new_{name}": each for name, each in updated.items()}

    def bench(self, program, *arguments):
        """One run of `vellum bench`, as its report."""
        report = self.case.folder / "vellum-bench.json"
        run("bench", self.case.model, f"--weights={self.case.weights}",
            f"--threads={self.threads}", f"--json={report}",
            *self.arguments(program), *arguments)  # fmt: skip
        return json.loads(report.read_text())

    def prepare(self, program):
        report = self.bench(program, "--warm-up=0", "--repetitions=2")
        self.medians[program] = report["seconds"]["least"]

    def compile_times(self):
        """Seconds by part of the compilation."""
        report = self.bench("train", "--warm-up=0", "--repetitions=1")
        return report["compile_seconds"]

    def compile_seconds(self):
        return sum(self.compile_times().values())

    def time(self, program, seconds):
        repetitions = max(1, round(seconds / self.medians[program]))
        warm_up = min(3, repetitions)
        report = self.bench(
            program, f"--warm-up={warm_up}", f"--repetitions={repetitions}"
        )
        self.medians[program] = report["seconds"]["median"]
        return self.medians[program], report

    def write_rows(self, count, steps):
        with tempfile.TemporaryDirectory() as folder:
            batch, report = f"{folder}/batch.npz", f"{folder}/report.json"
            table = numpy.zeros((count, 20), "f4")
            numpy.savez(batch, table=table, rows=numpy.ones((steps, 20), "f4"))
            run("bench", ROWS, "--entry=write", f"--inputs={batch}",
                f"--json={report}", memory=MEMORY)  # fmt: skip
            return json.loads(pathlib.Path(report).read_text())["seconds"]["least"]

    def shift(self, table):
        with tempfile.TemporaryDirectory() as folder:
            before, after = f"{folder}/before.npy", f"{folder}/after.npz"
            numpy.save(before, table)
            run("run", ROWS, "--entry=shift", f"--input=table={before}",
                "--input=steps=1", f"--output={after}")  # fmt: skip
            with numpy.load(after) as file:
                return file["table"]
