"""Makes one batch of each array of an .npz file: stack.py FROM.npz TO.npz.

Every array gets a dimension of size 1 in front.
"""

import re
import sys
import zipfile

source, target = sys.argv[1:]
with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as stack:
    for name in archive.namelist():
        array = archive.read(name)
        end = 10 + int.from_bytes(array[8:10], "little")
        header = re.sub(rb"'shape': \(", b"'shape': (1, ", array[10:end])
        header = header.rstrip() + b"\n"
        length = len(header).to_bytes(2, "little")
        stack.writestr(name, array[:8] + length + header + array[end:])
