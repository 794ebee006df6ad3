"""grows.py SHORT LONG: the longer file, of twice the text, has at most 2.1 times the lines."""

import sys

short, long = (sum(1 for _ in open(path)) for path in sys.argv[1:3])
if not 1.5 * short < long <= 2.1 * short:
    sys.exit(f"{long} lines, but {short} for half the text")
