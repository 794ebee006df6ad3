"""Fails where an op's description lacks a part, or an example nobody parses.

Each has a formula, shapes, constraints, an example and a gradient, in this
order. The examples stand, as written, in examples.mlir, which is a test itself.
"""

import pathlib
import re
import sys

import op_descriptions

PARTS = ["Shapes:", "Constraints:", "Example:", "Gradient"]


def examples(text):
    return re.findall(r"```mlir\n(.*?)\n```", text, re.DOTALL)


def faults(text, parsed):
    formula = text.split("Shapes:")[0]
    if not re.search(r"`[^`]*[=←<][^`]*`", formula):
        yield "no formula before the shapes"
    positions = [text.find(part) for part in PARTS]
    for part, position in zip(PARTS, positions):
        if position < 0:
            yield f"no '{part}'"
    if positions != sorted(positions):
        yield "parts out of order"
    if not re.search(r"^- C1:", text, re.MULTILINE):
        yield "no numbered constraint"
    if not examples(text):
        yield "no example"
    for example in examples(text):
        if " ".join(example.split()) not in parsed:
            yield f"an example that is not in examples.mlir:\n{example}"


def main(source):
    tests = pathlib.Path(source, "test", "dialect")
    parsed = " ".join((tests / "examples.mlir").read_text().split())
    descriptions = op_descriptions.read(source)
    found = [
        f"{op}: {fault}"
        for op, text in descriptions.items()
        for fault in faults(text, parsed)
    ]
    missed = op_descriptions.count_definitions(source) - len(descriptions)
    if missed:
        found.append(f"{missed} ops whose description was not found")
    print("\n".join(found) or f"{len(descriptions)} descriptions")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
