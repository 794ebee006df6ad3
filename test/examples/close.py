"""Compares the arrays of two .npz files without NumPy.

    close.py ACTUAL.npz EXPECTED.npz TOLERANCE

Exits with 1 where names, types or shapes differ, or an element is further from
the expected one than the tolerance times one plus its size.
"""

import ast
import struct
import sys
import zipfile

FORMATS = {"<f4": "f", "<f8": "d", "<i4": "i", "<i8": "q", "|b1": "?"}


def parse(data):
    """Header and elements of a .npy array."""
    size = struct.unpack("<H", data[8:10])[0]
    header = ast.literal_eval(data[10 : 10 + size].decode())
    code = FORMATS[header["descr"]]
    body = data[10 + size :]
    return header, struct.unpack(f"<{len(body) // struct.calcsize(code)}{code}", body)


def read(path):
    with zipfile.ZipFile(path) as archive:
        return {name: parse(archive.read(name)) for name in archive.namelist()}


def compare(name, actual, expected, tolerance):
    if actual[0] != expected[0]:
        return f"{name}: {actual[0]}, but expected {expected[0]}"
    worst = 0.0
    for x, y in zip(actual[1], expected[1]):
        error = abs(x - y) / (1 + abs(y))
        # Not "error > tolerance": that is false for a NaN.
        if not error <= tolerance:
            return f"{name}: {x}, but expected {y}"
        worst = max(worst, error)
    print(f"{name}: {len(actual[1])} elements, largest error {worst:.1e}")
    return None


def main(actual, expected, tolerance):
    actual, expected = read(actual), read(expected)
    if actual.keys() != expected.keys():
        sys.exit(f"arrays {list(actual)}, but expected {list(expected)}")
    for name in expected:
        error = compare(name, actual[name], expected[name], float(tolerance))
        if error:
            sys.exit(error)


main(*sys.argv[1:])
