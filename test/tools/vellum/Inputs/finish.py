"""Goes on with a run that was ended, and compares it with one that was not.

    finish.py COMMAND... --out FOLDER

Exits with 1 where weights, checkpoint or metrics, but for times, differ.
"""

import json
import pathlib
import struct
import subprocess
import sys

*command, _, folder = sys.argv[1:]
stopped, whole = pathlib.Path(folder), pathlib.Path(folder + "-whole")

data = (stopped / "checkpoint.safetensors").read_bytes()
header = json.loads(data[8 : 8 + struct.unpack("<Q", data[:8])[0]])
steps = int(header["__metadata__"]["step"]) + 7
command += [f"--steps={steps}"]
subprocess.run([*command, "--out", stopped, "--resume"], check=True)
subprocess.run([*command, "--out", whole, "--overwrite"], check=True)


def read(run):
    lines = (run / "metrics.jsonl").read_text().splitlines()
    records = [{**json.loads(line), "seconds": None} for line in lines]
    names = ("weights.safetensors", "checkpoint.safetensors")
    return [records, *((run / name).read_bytes() for name in names)]


if read(stopped) != read(whole):
    sys.exit(f"{stopped} differs from {whole}")
