"""The parent's end of a worker."""

import dataclasses
import json
import os
import select
import subprocess
import sys


class Failure(Exception):
    """What a system could not do."""


class Session:
    """A worker process, which is started when it is first asked."""

    def __init__(self, name, cores, log, environment={}):
        self.name = name
        self.cores = cores
        self.log = log
        self.environment = environment
        self.process = None

    def start(self):
        environment = dict(os.environ) | self.environment
        for library in ("OMP", "MKL", "OPENBLAS"):
            environment[f"{library}_NUM_THREADS"] = str(len(self.cores))
        cores = ",".join(map(str, self.cores))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "compare.worker", self.name, cores],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=environment,
            text=True,
        )

    def ask(self, do, limit=None, **request):
        """The answer to a request. After `limit` seconds the worker is ended."""
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(json.dumps({"do": do} | request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        if limit and not select.select([self.process.stdout], [], [], limit)[0]:
            self.stop()
            raise Failure(f"did not finish in {limit} s")
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            self.process = None
            raise Failure(f"ended with code {code}")
        result = json.loads(line)
        if "error" in result:
            raise Failure(result["error"])
        return result

    def load(self, case):
        row = dataclasses.asdict(case.row)
        self.ask("load", row=row, folder=str(case.folder))

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
