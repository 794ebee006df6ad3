"""Runs models that do what no model may, and checks that each ends with exit code 1 and one line that says it.

usage: hostile.py VELLUM FOLDER
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent

# Every command that reads models; a model takes two of them in turn.
COMMANDS = [
    ["run", "--backend=interpreter"],
    ["compile", "-o", "m.o", "--header=m.h", "--target=x86-64-v2"],
    ["train", "--out=out"],
    ["grad"],
    ["check"],
    ["explain"],
    ["bench"],
    ["test"],
    ["run"],
]


def written():
    """Name, expected error and text of the models in Inputs/hostile.txt."""
    text = (HERE / "Inputs/hostile.txt").read_text(encoding="utf-8")
    for case in text.split("\n--- ")[1:]:
        head, _, model = case.partition("\n")
        name, _, expected = head.partition(": ")
        parts = re.split(r"\\x([0-9a-f]{2})", model)
        yield name, expected, b"".join(
            bytes([int(part, 16)]) if i % 2 else part.encode() for i, part in enumerate(parts)
        )


def chain(length):
    """Functions that each call the one before twice."""
    text = "func.func private @f0(%x: f32) -> f32 {\n  %y = math.tanh %x : f32\n  return %y : f32\n}\n"
    for i in range(1, length):
        text += (
            f"func.func {'' if i == length - 1 else 'private '}@f{i}(%x: f32) -> f32 {{\n"
            f"  %y = func.call @f{i - 1}(%x) : (f32) -> f32\n  %z = func.call @f{i - 1}(%y) : (f32) -> f32\n"
            "  return %z : f32\n}\n"
        )
    return text


def generated():
    function = "func.func @f(%x: {}) {{\n  return\n}}\n"
    regions = "  scf.if %c {\n" * 5000 + "  }\n" * 5000
    yield "calls", "more than 1000000 operations long", chain(64)
    yield "deep_regions", "brackets nest more than 256 deep", f"func.func @f(%c: i1) {{\n{regions}  return\n}}\n"
    yield "deep_types", "brackets nest more than 256 deep", function.format("tuple<" * 100000 + ">" * 100000)
    yield "deep_attributes", "brackets nest more than 256 deep", f"module attributes {{a = {'[' * 100000}{']' * 100000}}} {{}}\n"
    yield "deep_map", "an affine map must have at most 2000 bytes", f"#m = affine_map<(i) -> ({'-' * 100000}i)>\n"
    yield "long_map", "an affine map must have at most 2000 bytes", f"#m = affine_map<(i) -> (i{' + i' * 100000})>\n"
    yield "long_number", "a number or shape must have at most 400 digits", f"func.func @f() {{\n  %i = arith.constant {'9' * 100000} : i64\n  return\n}}\n"
    yield "long_rank", "a number or shape must have at most 400 digits", function.format(f"tensor<{'1x' * 100000}f32>")
    yield "long_name", "a name must have at most 400 bytes, but got 100001", f"func.func @{'f' * 100000}() {{\n  return\n}}\n"
    yield "longish_name", "the name of a function must have at most 128 bytes, but got 129", f"func.func @{'f' * 129}() {{\n  return\n}}\n"
    yield "long_line", "error", f"func.func @f() {{ {'%' * 100000}"


def run(vellum, folder, name, expected, model, command):
    path = folder / f"{name}.mlir"
    path.write_bytes(model)
    try:
        done = subprocess.run([vellum, command[0], path, *command[1:]], cwd=folder, capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return f"{name}: {command[0]} does not end"
    said = done.stderr.decode("utf-8", "replace")
    errors = [line for line in said.split("\n") if "error: " in line]
    if done.returncode != 1 or len(errors) != 1 or not re.search(expected, errors[0]):
        return f"{name}: {command[0]} ends with {done.returncode}, expected '{expected}', but got: {said[:300]}"
    if len(said) > 2000 or any(c < " " and c not in "\n\t" for c in said):
        return f"{name}: {command[0]} says {len(said)} letters, or some that are none"
    return None


def main():
    vellum, folder = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    faults = []
    models = list(written()) + [(name, expected, text.encode()) for name, expected, text in generated()]
    for i, (name, expected, model) in enumerate(models):
        for command in COMMANDS[i % len(COMMANDS)], COMMANDS[(2 * i + 1) % len(COMMANDS)]:
            faults.append(run(vellum, folder, name, expected, model, command))
    faults = [fault for fault in faults if fault]
    print("\n".join(faults))
    return 1 if faults or len(models) < 80 else 0


if __name__ == "__main__":
    sys.exit(main())
