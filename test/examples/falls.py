"""falls.py METRICS.jsonl NAME FACTOR: a metric falls below FACTOR times its first
value."""

import json
import sys

path, name, factor = sys.argv[1:]
with open(path) as file:
    values = [json.loads(line)[name] for line in file]
print(f"{name}: from {values[0]} to {min(values)}")
if not min(values) < float(factor) * values[0]:
    sys.exit(f"{name} must fall below {factor} of {values[0]}")
