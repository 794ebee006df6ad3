"""Programs of n pieces in a row, as an unrolled loop or a generator writes them."""

VECTOR = "tensor<8xf32>"


def _chain(n, piece, arguments="", before=""):
    """A function whose value number i + 1 is made of number i by `piece(i)`."""
    lines = [f"func.func @f({arguments}%v0: {VECTOR}) -> ({VECTOR} {{vellum.name = \"y\"}}) {{"]
    lines += [piece(i) for i in range(n)]
    lines += [f"  return %v{n} : {VECTOR}", "}"]
    return before + "\n".join(lines) + "\n"


def products(n):
    """n multiplications by the same vector: a polynomial."""
    return _chain(n, lambda i: f"  %v{i + 1} = arith.mulf %v{i}, %x : {VECTOR}",
                  arguments=f"%x: {VECTOR}, ")


def tanhs(n):
    """n hyperbolic tangents."""
    return _chain(n, lambda i: f"  %v{i + 1} = math.tanh %v{i} : {VECTOR}")


def parameters(n):
    """n parameters, each used once."""
    declared = "".join(f"vellum.parameter @p{i} : {VECTOR} = zeros\n" for i in range(n))
    return _chain(n, lambda i: f"  %p{i} = vellum.use @p{i}\n"
                               f"  %v{i + 1} = arith.addf %v{i}, %p{i} : {VECTOR}",
                  before=declared)


def calls(n):
    """n calls of one function."""
    callee = (f"func.func private @g(%x: {VECTOR}) -> {VECTOR} {{\n"
              f"  %y = math.tanh %x : {VECTOR}\n  return %y : {VECTOR}\n}}\n")
    return _chain(n, lambda i: f"  %v{i + 1} = call @g(%v{i}) : ({VECTOR}) -> {VECTOR}",
                  before=callee)


def scans(n):
    """n scans, each from where the one before ended."""
    return _chain(n, lambda i: f"  %v{i + 1} = vellum.scan for %x in %xs carry %h = %v{i} {{\n"
                               f"    %a = arith.mulf %h, %x : {VECTOR}\n"
                               f"    %b = math.tanh %a : {VECTOR}\n    yield %b\n  }}",
                  arguments="%xs: tensor<3x8xf32>, ")


def results(n):
    """n results of one argument."""
    types = ", ".join([VECTOR] * n)
    lines = [f"func.func @f(%v0: {VECTOR}) -> ({types}) {{"]
    for i in range(n):
        lines.append(f"  %c{i} = arith.constant dense<{i + 1}.0> : {VECTOR}")
        lines.append(f"  %v{i + 1} = arith.mulf %v0, %c{i} : {VECTOR}")
    names = ", ".join(f"%v{i + 1}" for i in range(n))
    return "\n".join(lines + [f"  return {names} : {types}", "}"]) + "\n"


def nested(n):
    """n scans, one in the other."""
    lines = [f"func.func @f(%xs: tensor<1x8xf32>, %v0: {VECTOR}) -> ({VECTOR} "
             "{vellum.name = \"y\"}) {"]
    carried = "%v0"
    for i in range(n):
        lines.append(f"  %r{i} = vellum.scan for %x{i} in %xs carry %h{i} = {carried} {{")
        carried = f"%h{i}"
    lines.append(f"  %z = math.tanh {carried} : {VECTOR}")
    for inner in ["%z"] + [f"%r{i}" for i in range(n - 1, 0, -1)]:
        lines += [f"  yield {inner}", "  }"]
    return "\n".join(lines + [f"  return %r0 : {VECTOR}", "}"]) + "\n"


FAMILIES = {f.__name__: f for f in (products, tanhs, results, parameters, calls, scans, nested)}
