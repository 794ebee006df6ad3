"""Damages a run's folder.

    damage.py FOLDER metadata NAME=VALUE...   sets metadata of the checkpoint
    damage.py FOLDER rename|shape|dtype NAME=VALUE    of a tensor
    damage.py FOLDER add|nan NAME             adds a tensor, or makes one NaN
    damage.py FOLDER length NUMBER            of the header
    damage.py FOLDER metrics LINE half|first  replaces a line of metrics.jsonl
"""

import json
import pathlib
import struct
import sys

folder, action, *arguments = sys.argv[1:]
metrics = pathlib.Path(folder, "metrics.jsonl")
checkpoint = pathlib.Path(folder, "checkpoint.safetensors")

if action == "metrics":
    number, content = arguments
    lines = metrics.read_text().splitlines()
    lines[int(number) - 1] = lines[0] if content == "first" else content
    metrics.write_text("\n".join([*lines, ""]))
    sys.exit()

data = checkpoint.read_bytes()
(length,) = struct.unpack("<Q", data[:8])
header, data = json.loads(data[8 : 8 + length]), bytearray(data[8 + length :])
name, _, value = arguments[0].partition("=")
if action == "metadata":
    header["__metadata__"] |= dict(each.split("=") for each in arguments)
elif action == "rename":
    header[value] = header.pop(name)
elif action == "shape":
    header[name]["shape"] = [int(size) for size in value.split("x")]
elif action == "dtype":
    header[name]["dtype"] = value
elif action == "add":
    offsets = [len(data), len(data) + 4]
    header[name] = {"dtype": "F32", "shape": [], "data_offsets": offsets}
    data += bytes(4)
elif action == "nan":
    begin = header[name]["data_offsets"][0]
    data[begin : begin + 4] = struct.pack("<f", float("nan"))
text = json.dumps(header).encode()
length = int(name) if action == "length" else len(text)
checkpoint.write_bytes(struct.pack("<Q", length) + text + data)
