//===- dialect/AddressOps.td - where a memory is read and written -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_ADDRESS_OPS
#define VELLUM_DIALECT_ADDRESS_OPS

include "dialect/Base.td"

def Similarity : I32EnumAttr<"Similarity", "how a key is compared with a word", [
    I32EnumAttrCase<"Cosine", 0, "cosine">, I32EnumAttrCase<"Dot", 1, "dot">]> {
  let cppNamespace = "::vellum";
}

def ContentAddressOp : Vellum_PureOp<"content_address",
    [DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "weighting by similarity to a key";
  let description = [{
    Focuses on the locations whose word resembles the key (Graves et al. 2014,
    eq. 5 and 6):

    `w(i) = softmax_i(β · K(k, M(i)))`

    with `K` the cosine `k·m / (sqrt(|k|² + ε) sqrt(|m|² + ε))`, epsilon inside
    the roots so that a zero word has a finite derivative, or the dot product.

    Shapes: key `B x M` or, for several heads, `B x H x M`; memory `B x N x M`;
    strength `B x 1` or `B x H x 1`; result `B x N` or `B x H x N`.

    Constraints:
    - C1: the key has the memory's rank less one (one head) or its rank (heads).
    - C2: the batch dimensions of key and memory agree.
    - C3: the key's last dimension equals the memory's word width.
    - C4: the strength has the key's shape with a last dimension of 1.
    - C5: epsilon is not negative.
    - C6: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %w = vellum.content_address %key in %memory strength %beta
    ```

    Gradient: through its decomposition: product, row norms, softmax. Saves the
    products, the norms and the weighting.
  }];
  let arguments = (ins Vellum_Tensor:$key, Vellum_Tensor:$memory,
                       Vellum_Tensor:$strength,
                       DefaultValuedAttr<Similarity, "::vellum::Similarity::Cosine">:$similarity,
                       DefaultValuedAttr<F64Attr, "1e-6">:$epsilon);
  let results = (outs Vellum_Tensor:$weighting);
  let assemblyFormat = [{
    custom<Operand>($key, type($key)) `in` custom<Operand>($memory, type($memory))
    `strength` custom<Operand>($strength, type($strength))
    (`similarity` $similarity^)? (`epsilon` custom<Number>($epsilon)^)? attr-dict
  }];
}

def InterpolateAddressOp : Vellum_PureOp<"interpolate_address",
    [DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "gate between a weighting and the previous one";
  let description = [{
    `w_g = g w + (1 - g) w_prev` (Graves et al. 2014, eq. 7).

    Shapes: both weightings `B x N` or `B x H x N`, gate the same with a last
    dimension of 1.

    Constraints:
    - C1: both weightings have the same shape.
    - C2: the gate has their shape with a last dimension of 1.
    - C3: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %wg = vellum.interpolate_address %wc with %previous gate %g
    ```

    Gradient: `dw = g dw_g`, `dw_prev = (1 - g) dw_g`,
    `dg = Σ_i dw_g(i) (w(i) - w_prev(i))`. Saves its operands.
  }];
  let arguments = (ins Vellum_Tensor:$weighting, Vellum_Tensor:$previous,
                       Vellum_Tensor:$gate);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operand>($weighting, type($weighting))
    `with` custom<Operand>($previous, type($previous))
    `gate` custom<Operand>($gate, type($gate)) attr-dict
  }];
}

def ShiftAddressOp : Vellum_PureOp<"shift_address",
    [DeclareOpInterfaceMethods<Differentiable, ["savedValues", "isCostly"]>,
     DeclareOpInterfaceMethods<Counted>]> {
  let summary = "moves a weighting by a distribution over shifts";
  let description = [{
    Circular convolution of the weighting with the shift distribution (Graves et
    al. 2014, eq. 8), whose `2R+1` taps stand for shifts by -R … R:

    `w'(i) = Σ_{j=-R..R} w((i - j) mod N) s(j + R)`

    `correlate` reads `w((i + j) mod N)`, the orientation of some
    implementations; `clamp` stops at the ends instead of wrapping round.

    Shapes: weighting `B x N` or `B x H x N`, shift the same with a last
    dimension of `2R+1`.

    Constraints:
    - C1: weighting and shift agree in all dimensions but the last.
    - C2: the number of taps is static and odd.
    - C3: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %ws = vellum.shift_address %wg by %s
    ```

    Gradient: `dw = shift_address_transpose(dw', s)` and
    `ds = shift_address_taps(dw', w)`. Saves weighting and shift.
  }];
  let arguments = (ins Vellum_Tensor:$weighting, Vellum_Tensor:$shift,
                       UnitAttr:$correlate, UnitAttr:$clamp);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operand>($weighting, type($weighting))
    `by` custom<Operand>($shift, type($shift))
    (`correlate` $correlate^)? (`clamp` $clamp^)? attr-dict
  }];
}

def ShiftAddressTransposeOp : Vellum_PureOp<"shift_address_transpose",
    [DeclareOpInterfaceMethods<Differentiable, ["savedValues", "isCostly"]>,
     DeclareOpInterfaceMethods<Counted>]> {
  let summary = "the adjoint of shift_address in the weighting";
  let description = [{
    `dw(i) = Σ_{j=-R..R} g((i + j) mod N) s(j + R)`, the transposed linear map of
    `shift_address` with the same attributes.

    Shapes: as in `shift_address`.

    Constraints:
    - C1: cotangent and shift agree in all dimensions but the last.
    - C2: the number of taps is static and odd.
    - C3: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %dw = vellum.shift_address_transpose %g by %s
    ```

    Gradient: `dg = shift_address(d, s)`, `ds = shift_address_taps(g, d)`. Saves
    its operands.
  }];
  let arguments = (ins Vellum_Tensor:$cotangent, Vellum_Tensor:$shift,
                       UnitAttr:$correlate, UnitAttr:$clamp);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operand>($cotangent, type($cotangent))
    `by` custom<Operand>($shift, type($shift))
    (`correlate` $correlate^)? (`clamp` $clamp^)? attr-dict
  }];
}

def ShiftAddressTapsOp : Vellum_PureOp<"shift_address_taps",
    [DeclareOpInterfaceMethods<Differentiable, ["savedValues", "isCostly"]>,
     DeclareOpInterfaceMethods<Counted>]> {
  let summary = "the adjoint of shift_address in the shift";
  let description = [{
    `ds(j + R) = Σ_i g(i) w((i - j) mod N)` for `taps = 2R+1` shifts, with the
    attributes of `shift_address`.

    Shapes: cotangent and weighting `B x N` or `B x H x N`, result the same with a
    last dimension of `taps`.

    Constraints:
    - C1: cotangent and weighting have the same shape.
    - C2: the number of taps is odd and positive.
    - C3: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %ds = vellum.shift_address_taps %g, %w taps 3
    ```

    Gradient: `dg = shift_address(w, d)`, `dw = shift_address_transpose(g, d)`.
    Saves its operands.
  }];
  let arguments = (ins Vellum_Tensor:$cotangent, Vellum_Tensor:$weighting,
                       I64Attr:$taps, UnitAttr:$correlate, UnitAttr:$clamp);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operand>($cotangent, type($cotangent)) `,`
    custom<Operand>($weighting, type($weighting)) `taps` $taps
    (`correlate` $correlate^)? (`clamp` $clamp^)? attr-dict
  }];
}

def SharpenAddressOp : Vellum_PureOp<"sharpen_address",
    [DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "raises a weighting to a power and normalises it";
  let description = [{
    `w'(i) = w(i)^γ / Σ_j w(j)^γ` (Graves et al. 2014, eq. 9), computed as
    `softmax(γ log(w + ε))`, which neither underflows nor gives `0·(-∞)` in the
    derivative.

    Shapes: weighting `B x N` or `B x H x N`, power the same with a last
    dimension of 1; it should be at least 1.

    Constraints:
    - C1: the power has the weighting's shape with a last dimension of 1.
    - C2: epsilon is positive.
    - C3: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %w = vellum.sharpen_address %ws power %gamma
    ```

    Gradient: through its decomposition. Saves `log(w + ε)` and the result.
  }];
  let arguments = (ins Vellum_Tensor:$weighting, Vellum_Tensor:$power,
                       DefaultValuedAttr<F64Attr, "1e-8">:$epsilon);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operand>($weighting, type($weighting))
    `power` custom<Operand>($power, type($power))
    (`epsilon` custom<Number>($epsilon)^)? attr-dict
  }];
}

def AddressOp : Vellum_PureOp<"address", [DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "the NTM's whole addressing mechanism";
  let description = [{
    Content addressing, interpolation with the previous weighting, circular
    shift and sharpening in one (Graves et al. 2014, fig. 2):

    ```
    w_c = content_address k in M strength β
    w_g = interpolate_address w_c with w_prev gate g
    w_s = shift_address w_g by s
    w   = sharpen_address w_s power γ
    ```

    The attributes are those of the four ops; `epsilon` is the cosine's.

    Shapes: those of the four ops: one head with `B x …` or several with `B x H x …`.

    Constraints:
    - C1: the key has the memory's rank less one (one head) or its rank (heads).
    - C2: the batch dimensions of key and memory agree.
    - C3: the key's last dimension equals the memory's word width.
    - C4: strength, gate and power have the key's shape with a last dimension of 1.
    - C5: the previous weighting has the key's shape with a last dimension of N.
    - C6: the shift has the key's shape with a static, odd last dimension.
    - C7: epsilon is not negative.
    - C8: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
    ```

    Gradient: through its decomposition.
  }];
  let arguments = (ins Vellum_Tensor:$key, Vellum_Tensor:$memory,
                       Vellum_Tensor:$strength, Vellum_Tensor:$gate,
                       Vellum_Tensor:$shift, Vellum_Tensor:$power,
                       Vellum_Tensor:$previous,
                       DefaultValuedAttr<Similarity, "::vellum::Similarity::Cosine">:$similarity,
                       DefaultValuedAttr<F64Attr, "1e-6">:$epsilon,
                       UnitAttr:$correlate, UnitAttr:$clamp);
  let results = (outs Vellum_Tensor:$weighting);
  let assemblyFormat = [{
    custom<Operand>($key, type($key)) `in` custom<Operand>($memory, type($memory))
    `strength` custom<Operand>($strength, type($strength))
    `gate` custom<Operand>($gate, type($gate))
    `shift` custom<Operand>($shift, type($shift))
    `power` custom<Operand>($power, type($power))
    `from` custom<Operand>($previous, type($previous))
    (`similarity` $similarity^)? (`epsilon` custom<Number>($epsilon)^)?
    (`correlate` $correlate^)? (`clamp` $clamp^)? attr-dict
  }];
}

#endif // VELLUM_DIALECT_ADDRESS_OPS
