"""Fails where a constraint's label stands in one place only.

Constraint 4 of `contract` is "C4" in the op's description, `contract_c4` in a
comment beside the check (C++, or .td where a trait checks), and `@contract_c4`
in a negative test.
"""

import pathlib
import re
import sys

import op_descriptions


def in_descriptions(source):
    return {
        f"{op}_c{number}"
        for op, text in op_descriptions.read(source).items()
        for number in re.findall(r"^- C(\d+):", text, re.MULTILINE)
    }


def labels_in(files, pattern):
    return {
        label
        for file in files
        for line in re.findall(pattern, file.read_text(), re.MULTILINE)
        for label in re.findall(r"[a-z_]+_c\d+", line)
    }


def main(source):
    dialect = pathlib.Path(source, "dialect")
    tests = pathlib.Path(source, "test", "dialect")
    code = [*dialect.glob("*.cpp"), *dialect.glob("*.td")]
    places = {
        "description": in_descriptions(source),
        "check": labels_in(code, r"//.*$"),
        "negative test": labels_in(tests.glob("*-invalid.mlir"), r"@\w+"),
    }
    labels = set.union(*places.values())
    lacking = [
        f"{label} has no {place}"
        for label in sorted(labels)
        for place, found in places.items()
        if label not in found
    ]
    print("\n".join(lacking) or f"{len(labels)} labels")
    return 1 if lacking or not labels else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
