//===- dialect/MemoryOps.td - reading and writing memory, attention -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_MEMORY_OPS
#define VELLUM_DIALECT_MEMORY_OPS

include "dialect/Base.td"

def MemoryReadOp : Vellum_PureOp<"memory_read",
    [DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "the mean word under a weighting";
  let description = [{
    `r = Σ_i w(i) M(i)` (Graves et al. 2014, eq. 2).

    Shapes: memory `B x N x M`; weighting `B x N` gives `B x M`, weighting
    `B x H x N` gives `B x H x M`.

    Constraints:
    - C1: the weighting has the memory's rank less one (one head) or its rank (heads).
    - C2: the batch dimensions of weighting and memory agree.
    - C3: the weighting's last dimension equals the memory's locations.
    - C4: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %r = vellum.memory_read %memory at %w
    ```

    Gradient: `dw(i) = dr·M(i)`, `dM(i) = w(i) dr`. Saves its operands.
  }];
  let arguments = (ins Vellum_Tensor:$memory, Vellum_Tensor:$weighting);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operand>($memory, type($memory))
    `at` custom<Operand>($weighting, type($weighting)) attr-dict
  }];
}

def MemoryWriteOp : Vellum_PureOp<"memory_write",
    [DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "erases and adds under a weighting";
  let description = [{
    Erase and add (Graves et al. 2014, eq. 3 and 4):

    `M'(i) = M(i) ∘ (1 - w(i) e) + w(i) a`

    With several heads the erases multiply first and the adds sum after, as in
    the paper; `sequential` lets each head erase and add in turn instead.
    Without `erase` the write interpolates: `M'(i) = (1 - w(i)) M(i) + w(i) a`,
    which is an erase vector of ones.

    Shapes: memory `B x N x M`; weighting `B x N` with erase and add `B x M`, or
    weighting `B x H x N` with erase and add `B x H x M`.

    Constraints:
    - C1: the weighting has the memory's rank less one (one head) or its rank (heads).
    - C2: the batch dimensions of weighting and memory agree.
    - C3: the weighting's last dimension equals the memory's locations.
    - C4: erase and add have the weighting's shape with a last dimension of M.
    - C5: the number of heads is static.
    - C6: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %m1 = vellum.memory_write %m at %w erase %e add %a
    %m2 = vellum.memory_write %m at %w add %a
    ```

    Gradient, one head, with `G = dM'`: `dM = G ∘ (1 - w e)`,
    `dw(i) = G(i)·(a - e ∘ M(i))`, `de = -Σ_i w(i) G(i) ∘ M(i)`,
    `da = Σ_i w(i) G(i)`. Saves its operands.
  }];
  let arguments = (ins Vellum_Tensor:$memory, Vellum_Tensor:$weighting,
                       Optional<Vellum_Tensor>:$erase, Vellum_Tensor:$add,
                       UnitAttr:$sequential);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operand>($memory, type($memory))
    `at` custom<Operand>($weighting, type($weighting))
    (`erase` custom<OptionalOperand>($erase, type($erase))^)?
    `add` custom<Operand>($add, type($add)) (`sequential` $sequential^)? attr-dict
  }];
}

def AttendScore : I32EnumAttr<"AttendScore", "how a query is compared with a key", [
    I32EnumAttrCase<"Dot", 0, "dot">, I32EnumAttrCase<"ScaledDot", 1, "scaled_dot">,
    I32EnumAttrCase<"Additive", 2, "additive">,
    I32EnumAttrCase<"Cosine", 3, "cosine">]> {
  let cppNamespace = "::vellum";
}

def AttendOp : Vellum_PureOp<"attend", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "attention: queries read values by their keys";
  let description = [{
    `c(q) = Σ_s α(q, s) v(s)` with `α = softmax_s(score(q, k(s)))` and the score

    - `dot`: `q·k`;
    - `scaled_dot` (the default): `q·k / sqrt(D)`, with `D` the width of a head;
    - `additive`: `v_a · tanh(q + k)` (Bahdanau et al. 2014), `v_a` the operand
      after `by`; query and key come projected, so the keys' projection is
      computed once;
    - `cosine`: `β cos(q, k)` with epsilon 1e-6 inside the roots, `β` the
      operand after `strength`.

    The mask is true where attention is allowed; a query that may attend to
    nothing gets zeros. `causal` lets query `t` of `T` attend to the keys
    `s <= t + S - T`. `heads` cuts the last dimensions of query, keys and values
    into that many heads that attend alone. `weighting` adds `α` as a second
    result.

    Shapes: query `B x T x D` or, for a single query, `B x D`; keys `B x S x D`;
    values `B x S x K`; `v_a` `D`; strength as the query with a last dimension
    of 1; mask `B x S` or `B x T x S`. Context `B x T x K` or `B x K`; weighting
    `B x T x S` or `B x S`, with heads `B x H x T x S` or `B x H x S`.

    Constraints:
    - C1: keys have rank 2 or more, values their rank, and the query their rank or
      one less.
    - C2: query, keys and values agree in the batch dimensions.
    - C3: query and keys have the same width.
    - C4: keys and values have the same number of positions.
    - C5: `additive` needs the vector `by` of the query's width; others have none.
    - C6: `cosine` needs a strength of the query's shape with a last dimension
      of 1; others have none.
    - C7: the mask has the shape of the keys without their last dimension, or
      of the weighting of one head.
    - C8: the number of heads is positive and divides both widths.
    - C9: `causal` needs a query with a time dimension.
    - C10: all operands but the mask are tensors of one floating-point type.

    Example:
    ```mlir
    %c = vellum.attend %q to %k, %v causal
    %d, %w = vellum.attend %q to %k, %v score additive by %va mask %m weighting
    ```

    Gradient: through its decomposition: products, softmax, and `tanh` for the
    additive score. Saves the scores' softmax and the operands; at a mask's
    boundary the weighting is 0 and no cotangent passes.
  }];
  let arguments = (ins Vellum_Tensor:$query, Vellum_Tensor:$keys,
                       Vellum_Tensor:$values,
                       DefaultValuedAttr<AttendScore, "::vellum::AttendScore::ScaledDot">:$score,
                       Optional<Vellum_Tensor>:$additive,
                       Optional<Vellum_Tensor>:$strength,
                       Optional<Vellum_Mask>:$mask, UnitAttr:$causal,
                       DefaultValuedAttr<I64Attr, "1">:$heads,
                       UnitAttr:$with_weighting);
  let results = (outs Vellum_Tensor:$attended, Optional<Vellum_Tensor>:$weighting);
  let assemblyFormat = [{
    custom<Operand>($query, type($query)) `to`
    custom<Operand>($keys, type($keys)) `,` custom<Operand>($values, type($values))
    (`score` $score^)? (`by` custom<OptionalOperand>($additive, type($additive))^)?
    (`strength` custom<OptionalOperand>($strength, type($strength))^)?
    (`mask` custom<OptionalOperand>($mask, type($mask))^)? (`causal` $causal^)?
    (`heads` $heads^)? (`weighting` $with_weighting^)? attr-dict
  }];
}

#endif // VELLUM_DIALECT_MEMORY_OPS
