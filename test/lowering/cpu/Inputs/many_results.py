"""Prints a function that calls one of n results, and returns them in turn."""

import sys

n = int(sys.argv[1])
types = ", ".join(["i32"] * n)
results = ", ".join(f"%r#{i}" for i in reversed(range(n)))
print(f"func.func private @g() -> ({types})")
print(f"func.func @f() -> ({types}) {{")
print(f"  %r:{n} = call @g() : () -> ({types})")
print(f"  return {results} : {types}\n}}")
