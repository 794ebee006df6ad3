"""Shows that every row of dialect/ModelOps.def is true, with the small programs of Inputs/model-ops.txt.

usage: model_ops.py VELLUM FOLDER
"""

import math
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]

# Parts of other operations, and what only stands in a module: other programs have them.
PARTS = {"func.func", "func.return", "scf.condition", "scf.yield", "vellum.training"}
# Their derivatives are no differences.
STOPPED = {"vellum.stop_gradient"}

HEAD = """\
vellum.parameter @parameter : tensor<2x3xf32> = uniform(0.1)
func.func private @callee(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %y = arith.mulf %x, %x : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
func.func @inputs() -> (tensor<2x3xf32> {vellum.name = "x"}, tensor<2x3xf32> {vellum.name = "y"},
    tensor<2x3xf32> {vellum.name = "z"}, tensor<3x4xf32> {vellum.name = "m"}, tensor<2x3xi32> {vellum.name = "i"},
    tensor<2x3xi32> {vellum.name = "j"}) {
  %x = arith.constant dense<[[0.1, 0.3, 0.6], [0.45, 0.8, 0.25]]> : tensor<2x3xf32>
  %y = arith.constant dense<[[0.7, 0.2, 0.35], [0.55, 0.15, 0.9]]> : tensor<2x3xf32>
  %z = arith.constant dense<[[1.5, 3.2, 1.7], [2.4, 1.2, 2.3]]> : tensor<2x3xf32>
  %m = arith.constant dense<[[0.1, 0.4, 0.9, 0.3], [0.7, 0.2, 0.5, 0.8], [0.6, 0.15, 0.35, 0.95]]> : tensor<3x4xf32>
  %i = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %j = arith.constant dense<[[1, 3, 2], [1, 2, 3]]> : tensor<2x3xi32>
  return %x, %y, %z, %m, %i, %j
      : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<3x4xf32>, tensor<2x3xi32>, tensor<2x3xi32>
}
"""

# None is known before the program runs, so that nothing is folded.
ARGUMENTS = (
    "%x: tensor<2x3xf32>, %y: tensor<2x3xf32>, %z: tensor<2x3xf32>, %m: tensor<3x4xf32>, "
    "%i: tensor<2x3xi32>, %j: tensor<2x3xi32>"
)

CONSTANTS = """\
  %a = arith.constant 0.25 : f32
  %b = arith.constant 0.75 : f32
  %a2 = arith.constant dense<[0.1, 0.2, 0.3, 0.4]> : tensor<4xf32>
  %m5 = arith.constant dense<0.0> : tensor<5x4xf32>
  %n = arith.constant 1 : index
  %two = arith.constant 2 : index
  %c = arith.constant true
"""

SHARED = set(re.findall(r"%(\w+)[:]? ", CONSTANTS + ARGUMENTS))


def rows():
    """For each operation whether it differentiates and compiles, and what to write instead."""
    text = (ROOT / "dialect/ModelOps.def").read_text(encoding="utf-8")
    text = text.split("\n//===", 2)[-1]
    pattern = r'VELLUM_MODEL_OP\(\s*"([^"]+)",\s*(\w+),\s*(\w+),((?:\s*"[^"]*")+)\)'
    return {
        name: (differentiates, compiles, "".join(re.findall(r'"([^"]*)"', instead)))
        for name, differentiates, compiles, instead in re.findall(pattern, text)
    }


def programs():
    """For each operation the type of its result and its text."""
    found = {}
    for line in (HERE / "Inputs/model-ops.txt").read_text(encoding="utf-8").split("\n"):
        if line.startswith("  "):
            found[name][1].append(line)
        elif line and not line.startswith("#"):
            name, type_, text = re.match(r"(\S+) (\S+)(?: = (.*))?$", line).groups()
            found[name] = (type_, [f"  %r = {text}"] if text else [])
    return {name: (type_, "\n".join(lines)) for name, (type_, lines) in found.items()}


def function(name, parts):
    """A function that returns what the programs of these operations do."""
    body, results, types = [CONSTANTS], [], []
    for op, (type_, text) in parts.items():
        own = re.sub(r"\W", "_", op)
        body.append(re.sub(r"%(\w+)", lambda use: use[0] if use[1] in SHARED else f"%{own}_{use[1]}", text) + "\n")
        results.append(f"%{own}_r")
        types.append(type_)
    named = ", ".join(f'{type_} {{vellum.name = "{op}"}}' for op, type_ in zip(parts, types))
    return (
        f'func.func @"{name}"({ARGUMENTS}) -> ({named}) {{\n'
        + "".join(body)
        + f"  return {', '.join(results)} : {', '.join(types)}\n}}\n"
    )


class Tool:
    def __init__(self, vellum, folder):
        self.vellum, self.folder = vellum, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def run(self, command, model, *options):
        inputs = [f"--inputs={self.folder}/inputs.npz"] if "--entry=inputs" not in options else []
        return subprocess.run(
            [self.vellum, command, self.folder / model, *inputs, *options], capture_output=True, text=True
        )

    def write(self, model, text):
        (self.folder / model).write_text(HEAD + text, encoding="utf-8")


def results(text):
    """The printed results, by name."""
    lines = text.split("\n")
    numbers = lambda line: [float(x) for x in re.findall(r"-?(?:nan|inf|\d[\d.e+-]*)", line)]
    return {a.split(": ")[0]: numbers(b) for a, b in zip(lines[::2], lines[1::2])}


def is_close(a, b):
    return len(a) == len(b) and all(
        x == y or math.isnan(x) and math.isnan(y) or abs(x - y) <= 2e-6 + 2e-6 * abs(y) for x, y in zip(a, b)
    )


def check_runs(tool, known, table):
    """All on the interpreter, and compiled to the same results where they compile."""
    compiled = {op: part for op, part in known.items() if table[op][1] != "No"}
    tool.write("all.mlir", function("all", known) + function("compiled", compiled))
    tool.run("run", "all.mlir", "--entry=inputs", f"--output={tool.folder}/inputs.npz", "--backend=interpreter")
    interpreter = tool.run("run", "all.mlir", "--entry=all", "--backend=interpreter")
    cpu = tool.run("run", "all.mlir", "--entry=compiled", "--backend=cpu")
    for done in interpreter, cpu:
        if done.returncode:
            yield done.stderr
            return
    expected = results(interpreter.stdout)
    for op, numbers in results(cpu.stdout).items():
        if not is_close(numbers, expected[op]):
            yield f"{op}: {numbers} compiled, but {expected[op]} on the interpreter"


def check_refused(tool, op, part, command, backend, message, instead):
    tool.write("one.mlir", function("one", {op: part}))
    done = tool.run(command, "one.mlir", "--entry=one", f"--backend={backend}")
    wanted = message + (f"; write {instead} instead" if instead else "")
    errors = [line for line in done.stderr.split("\n") if "error:" in line]
    if done.returncode != 1 or len(errors) != 1 or wanted not in errors[0] or f"'{op}'" not in errors[0]:
        yield f"{op}: {command} should say '{wanted}', but: {done.stderr or done.stdout}"


def check_gradients(tool, known, table):
    smooth = {
        op: part for op, part in known.items() if table[op][0] == "Yes" and op not in STOPPED
    }
    tool.write("gradients.mlir", function("all", smooth))
    done = tool.run("check", "gradients.mlir", "--entry=all", "--backend=interpreter")
    if done.returncode:
        yield done.stdout + done.stderr


def main():
    tool, table, known = Tool(*sys.argv[1:]), rows(), programs()
    faults = [f"{op}: has no program" for op in table.keys() - known.keys() - PARTS]
    faults += [f"{op}: is not in the list" for op in known.keys() - table.keys()]
    if not faults:
        faults += check_runs(tool, known, table)
        faults += check_gradients(tool, known, table)
        for op, part in known.items():
            differentiates, compiles, instead = table[op]
            if compiles == "No":
                faults += check_refused(tool, op, part, "run", "cpu", "does not compile", instead)
            if differentiates == "No":
                message = "has no derivative, but a result that is differentiated depends on it"
                faults += check_refused(tool, op, part, "grad", "interpreter", message, instead)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
