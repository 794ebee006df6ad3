"""Times a training step of examples/ntm-copy in Vellum and in eager PyTorch.

Both take the same batch of length-20 sequences (41 time steps) again and again,
on the one core the process is bound to. Rounds alternate, so that both see the
same machine; a value is the median over the rounds. Data are made beforehand.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy
import torch

import ntm

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "examples/ntm-copy/ntm-copy.mlir"


class PyTorch:
    def __init__(self, batch, length):
        self.trainer = ntm.Trainer(batch, length)
        self.trainer.step()

    def seconds_per_step(self, seconds):
        steps = 0
        began = time.perf_counter()
        while True:
            self.trainer.step()
            steps += 1
            elapsed = time.perf_counter() - began
            if elapsed >= seconds:
                return elapsed / steps


class Vellum:
    LOG_EVERY = 50

    def __init__(self, model, batch, length, folder):
        self.batch = batch
        self.out = folder / f"vellum-{batch}"
        self.out.mkdir(parents=True, exist_ok=True)
        # Without its data function the recipe takes its batch from a file.
        self.model = self.out / "model.mlir"
        self.model.write_text(
            model.read_text().replace("data @copy_task ", ""), encoding="utf-8"
        )
        self.data = self.out / "data.npz"
        x, target, mask = ntm.copy_batch(batch, length)
        numpy.savez(self.data, x=x, target=target, mask=mask)
        self.steps = 4 * self.LOG_EVERY

    def seconds_per_step(self, seconds):
        """The first interval, with start-up in it, does not count."""
        self.train()
        with open(self.out / "metrics.jsonl", encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        first, last = records[0], records[-1]
        per_step = (last["seconds"] - first["seconds"]) / (last["step"] - first["step"])
        intervals = max(4, round(seconds / per_step / self.LOG_EVERY))
        self.steps = (intervals + 1) * self.LOG_EVERY
        return per_step

    def train(self):
        subprocess.run(
            [
                ROOT / "build/bin/vellum",
                "train",
                self.model,
                f"--data={self.data}",
                f"--batch={self.batch}",
                f"--steps={self.steps}",
                f"--log-every={self.LOG_EVERY}",
                f"--out={self.out}",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )


def measure(batch, options, folder):
    programs = {
        "vellum": Vellum(options.model, batch, options.length, folder),
        "pytorch": PyTorch(batch, options.length),
    }
    programs["vellum"].seconds_per_step(options.seconds)
    times = {name: [] for name in programs}
    for _ in range(options.rounds):
        for name, program in programs.items():
            times[name].append(program.seconds_per_step(options.seconds))
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratios = [p / v for v, p in zip(times["vellum"], times["pytorch"])]
    return {
        "batch": batch,
        "time_steps": 2 * options.length + 1,
        "vellum_us": medians["vellum"] * 1e6,
        "pytorch_us": medians["pytorch"] * 1e6,
        "ratio": statistics.median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--length", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="per program and round")
    parser.add_argument("--model", type=pathlib.Path, default=MODEL)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out/bench-ntm-copy")
    options = parser.parse_args()

    torch.set_num_threads(1)
    if len(os.sched_getaffinity(0)) != 1:
        sys.exit("error: bind the process to one core, as bench/ntm-copy/run does")
    print(f"PyTorch {torch.__version__}, one core, one training step of the NTM copy task")
    results = []
    for batch in options.batch:
        result = measure(batch, options, options.out)
        results.append(result)
        print(
            "batch {batch}: Vellum {vellum_us:,.0f} µs, PyTorch {pytorch_us:,.0f} µs,"
            " ratio {ratio:.1f} ({ratio_min:.1f} to {ratio_max:.1f})".format(**result)
        )
    report = {"pytorch": torch.__version__, "results": results}
    (options.out / "results.json").write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
