"""Weights in files: eight bytes of length, a JSON header, then the numbers."""

import json
import pathlib
import struct

import numpy


def read(path):
    """The f32 tensors of a file, by name."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name} must be F32, but got {entry['dtype']}")
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = numpy.frombuffer(data[begin:end], "<f4")
        tensors[name] = flat.reshape(entry["shape"]).copy()
    return tensors
