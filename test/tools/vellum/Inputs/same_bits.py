"""Compares raw files with the arrays of an .npz file.

    same_bits.py ARCHIVE.npz NAME=FILE...

Exits with 1 where an array's data is not the file's, to the last bit.
"""

import struct
import sys
import zipfile


def data(archive, name):
    array = archive.read(f"{name}.npy")
    return array[10 + struct.unpack("<H", array[8:10])[0] :]


with zipfile.ZipFile(sys.argv[1]) as archive:
    for name, file in (argument.split("=") for argument in sys.argv[2:]):
        with open(file, "rb") as raw:
            if raw.read() != data(archive, name):
                sys.exit(f"{file} differs from {name}")
