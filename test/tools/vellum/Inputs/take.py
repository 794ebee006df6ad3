"""Copies one array of an .npz file: take.py FROM.npz NAME TO.npz."""

import sys
import zipfile

source, name, target = sys.argv[1:]
with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as copy:
    copy.writestr(f"{name}.npy", archive.read(f"{name}.npy"))
