//===- dialect/PrimitiveOps.td - products, reductions, shapes -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_PRIMITIVE_OPS
#define VELLUM_DIALECT_PRIMITIVE_OPS

include "dialect/Base.td"

def Excluding : I32EnumAttr<"Excluding", "whose zeros leave terms out of a product", [
    I32EnumAttrCase<"Lhs", 1, "lhs">, I32EnumAttrCase<"Rhs", 2, "rhs">,
    I32EnumAttrCase<"Both", 3, "both">]> {
  let cppNamespace = "::vellum";
}

def ContractOp : Vellum_PureOp<"contract",
    [DeclareOpInterfaceMethods<Differentiable, ["savedValues", "isCostly"]>,
     DeclareOpInterfaceMethods<Counted>]> {
  let summary = "product of two tensors summed over shared dimensions";
  let description = [{
    The Einstein sum of two tensors. The string names each dimension of both
    operands and of the result by a letter; letters absent from the result are
    summed over.

    `contract "bk,kn->bn" %a, %b` computes `c(b,n) = Σ_k a(b,k) b(k,n)`.

    `excluding lhs` leaves out the terms in which the left factor is 0, whatever
    the right one holds, be it NaN or infinity: a weight of 0 hides what it
    weighs. `rhs` does so for zeros of the right operand, `both` for either's.
    Where all factors are finite the result is that of the plain product.

    Shapes: any; the result has one dimension for each letter after the arrow.

    Constraints:
    - C1: the string has the form `letters,letters->letters` with letters a-z.
    - C2: each operand has as many dimensions as its letters.
    - C3: no letter stands twice in one operand or in the result.
    - C4: dimensions with the same letter have the same size.
    - C5: every letter of the result stands in an operand.
    - C6: a letter in only one operand stands in the result.
    - C7: both operands are tensors of one floating-point type.

    Example:
    ```mlir
    %c = vellum.contract "bk,kn->bn" %a, %b
    %r = vellum.contract "bs,sk->bk" %weights, %values excluding lhs
    ```

    Gradient: `da = contract(dc, b)` and `db = contract(a, dc)` with the letters
    permuted. Zeros that hide something here hide it there too: what is left out
    of the product is left out of the cotangent of the other factor. Saves each
    operand whose partner is active.
  }];
  let arguments = (ins StrAttr:$spec, Vellum_Tensor:$lhs, Vellum_Tensor:$rhs,
                       OptionalAttr<Excluding>:$excluding);
  let results = (outs Vellum_Tensor:$result);
  let extraClassDeclaration = [{
    /// True if zeros of this operand leave terms out.
    bool excludes(::vellum::Excluding side) {
      return getExcluding() && (static_cast<unsigned>(*getExcluding()) &
                                static_cast<unsigned>(side));
    }
  }];
  let assemblyFormat = [{
    $spec custom<Operand>($lhs, type($lhs)) `,` custom<Operand>($rhs, type($rhs))
    (`excluding` $excluding^)? attr-dict
  }];
}

def BroadcastOp : Vellum_PureOp<"broadcast",
    [AttrSizedOperandSegments, DeclareOpInterfaceMethods<Differentiable>,
     DeclareOpInterfaceMethods<Checked>]> {
  let summary = "repeats a tensor along new or size-1 dimensions";
  let description = [{
    `y(i_1, i_2, …) = x(those i that are not inserted, 0 where x has size 1)`.

    Inserts the result dimensions listed in `across` and stretches dimensions of
    size 1, either to the shape of another tensor (`like`) or, for the inserted
    dimensions alone, by given sizes (`by`).

    Shapes: operand of any shape, result that of `like`, or the operand's with the
    sizes of `by` inserted.

    Constraints:
    - C1: exactly one of `like` and `by` is given.
    - C2: `across` is increasing and lies within the result's rank.
    - C3: `like`: the rank is the operand's rank plus the inserted dimensions.
    - C4: `like`: kept dimensions are equal to the result's or 1.
    - C5: `by`: one size for each inserted dimension.
    - C6: operand and `like` are ranked tensors.

    Example:
    ```mlir
    %h0 = vellum.broadcast %start across [0] by %batch
    %bb = vellum.broadcast %bias across [0] like %x
    ```

    Gradient: the cotangent summed over the inserted and the stretched
    dimensions. Saves nothing.
  }];
  let arguments = (ins Vellum_AnyTensor:$source,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$across,
                       Optional<Vellum_AnyTensor>:$like, Variadic<Index>:$sizes);
  let results = (outs Vellum_AnyTensor:$result);
  let assemblyFormat = [{
    custom<Operand>($source, type($source)) (`across` $across^)?
    (`like` custom<OptionalOperand>($like, type($like))^)?
    (`by` $sizes^)? attr-dict
  }];
  let hasFolder = 1;
  let extraClassDeclaration = [{
    /// The result dimension that dimension `i` of the source becomes.
    ::llvm::SmallVector<int64_t> keptDims();
  }];
}

def ReduceKind : I32EnumAttr<"ReduceKind", "what a reduction computes", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Mean", 1, "mean">,
    I32EnumAttrCase<"Max", 2, "max">]> {
  let cppNamespace = "::vellum";
}

def ReduceOp : Vellum_PureOp<"reduce",
    [DeclareOpInterfaceMethods<Differentiable, ["savedValues", "isCostly"]>,
     DeclareOpInterfaceMethods<Counted>]> {
  let summary = "sum, mean or maximum over dimensions";
  let description = [{
    `y(kept) = Σ x`, `Σ x / count` or `max x` over the other indices.

    Reduces over the listed dimensions, which vanish, or stay with size 1 under
    `keep`. The sum of nothing is 0; the mean and the maximum of nothing are
    NaN and -infinity.

    Shapes: any; the result has the operand's dimensions that are not listed.

    Constraints:
    - C1: `over` is increasing and lies within the operand's rank.
    - C2: the operand is a tensor of floats.

    Example:
    ```mlir
    %loss = vellum.reduce mean %x over [0, 1]
    ```

    Gradient: sum: the cotangent broadcast; mean: divided by the count; max: it
    goes to the elements equal to the maximum, shared equally among ties. Max
    saves its operand, of which the adjoint takes the maximum itself: an operand
    that is computed again may differ in its last bit.
  }];
  let arguments = (ins ReduceKind:$kind, Vellum_Tensor:$source,
                       DenseI64ArrayAttr:$over, UnitAttr:$keep);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    $kind custom<Operand>($source, type($source)) `over` $over (`keep` $keep^)?
    attr-dict
  }];
  let hasFolder = 1;
}

def SoftmaxOp : Vellum_PureOp<"softmax",
    [DeclareOpInterfaceMethods<Differentiable, ["savedValues", "isCostly"]>,
     DeclareOpInterfaceMethods<Counted>]> {
  let summary = "softmax over the last dimension";
  let description = [{
    `y(i) = exp(x(i) - max x) / Σ_j exp(x(j) - max x)` over the last dimension.
    With a mask, positions that are false get 0 and take no part in the sum; a
    row with no true position is all zeros.

    Shapes: operand, mask and result `B x N`.

    Constraints:
    - C1: the operand has at least one dimension.
    - C2: the mask has the operand's shape.
    - C3: the operand is a tensor of floats, the mask one of i1.

    Example:
    ```mlir
    %w = vellum.softmax %scores
    %v = vellum.softmax %scores mask %allowed
    ```

    Gradient: `dx = y ∘ (dy - Σ_j dy(j) y(j))`, and 0 where the mask is false,
    whatever `dy` holds there. Saves the result.
  }];
  let arguments = (ins Vellum_Tensor:$source, Optional<Vellum_Mask>:$mask);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operand>($source, type($source))
    (`mask` custom<OptionalOperand>($mask, type($mask))^)? attr-dict
  }];
}

def SoftmaxGradientOp : Vellum_PureOp<"softmax_gradient", [DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "the adjoint of softmax";
  let description = [{
    `dx = y ∘ (dy - Σ_j dy(j) y(j))` over the last dimension, where `y` is the
    softmax and `dy` its cotangent.

    Shapes: operands and result `B x N`.

    Constraints:
    - C1: both operands have the same shape, of at least one dimension.
    - C2: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %dx = vellum.softmax_gradient %dy at %y
    ```

    Gradient: through its decomposition into products and sums.
  }];
  let arguments = (ins Vellum_Tensor:$cotangent, Vellum_Tensor:$softmax);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operand>($cotangent, type($cotangent)) `at`
    custom<Operand>($softmax, type($softmax)) attr-dict
  }];
}

// sigmoid_c1, softplus_c1, oneplus_c1: SameOperandsAndResultType.
class Vellum_UnaryOp<string mnemonic, list<Trait> traits = []>
    : Vellum_Op<mnemonic, !listconcat([Pure, SameOperandsAndResultType,
                                       Elementwise, Scalarizable, Vectorizable,
                                       Tensorizable], traits)> {
  let arguments = (ins Vellum_FloatLike:$source);
  let results = (outs Vellum_FloatLike:$result);
  let assemblyFormat = "custom<Operand>($source, type($source)) attr-dict";
}

def SigmoidOp : Vellum_UnaryOp<"sigmoid",
    [DeclareOpInterfaceMethods<Differentiable, ["savedValues", "isCostly"]>]> {
  let summary = "logistic sigmoid";
  let description = [{
    `y = 1 / (1 + exp(-x))`, without overflow at either end.

    Shapes: any.

    Constraints:
    - C1: operand and result have the same type, of floats.

    Example:
    ```mlir
    %g = vellum.sigmoid %x
    ```

    Gradient: `dx = dy y (1 - y)`. Saves the result.
  }];
}

def SoftplusOp : Vellum_UnaryOp<"softplus",
    [DeclareOpInterfaceMethods<Differentiable, ["savedValues", "isCostly"]>]> {
  let summary = "log(1 + exp(x))";
  let description = [{
    `y = log(1 + exp(x))`, computed as `max(x, 0) + log1p(exp(-|x|))`.

    Shapes: any.

    Constraints:
    - C1: operand and result have the same type, of floats.

    Example:
    ```mlir
    %beta = vellum.softplus %x
    ```

    Gradient: `dx = dy sigmoid(x)`. Saves the operand.
  }];
}

def OneplusOp : Vellum_UnaryOp<"oneplus", [DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "1 + softplus(x)";
  let description = [{
    `y = 1 + log(1 + exp(x))`, which maps to numbers of at least 1: the usual
    form of a sharpening exponent and, in the DNC, of a strength.

    Shapes: any.

    Constraints:
    - C1: operand and result have the same type, of floats.

    Example:
    ```mlir
    %gamma = vellum.oneplus %x
    ```

    Gradient: that of `softplus`.
  }];
}

def SliceOp : Vellum_PureOp<"slice", [DeclareOpInterfaceMethods<Differentiable>]> {
  let summary = "a range of one dimension";
  let description = [{
    `y(i) = x(offset + i)` along one dimension.

    The `size` positions from `offset` on along dimension `dim`; a negative
    `dim` counts from the end, and the last dimension is the default.

    Shapes: the result has the operand's shape with `size` at `dim`.

    Constraints:
    - C1: `dim` lies within the operand's rank.
    - C2: the range lies within the dimension, which is static.
    - C3: the operand is a ranked tensor.

    Example:
    ```mlir
    %key = vellum.slice %p from 0 size 20
    ```

    Gradient: the cotangent in a tensor that is zero elsewhere. Saves nothing.
  }];
  let arguments = (ins Vellum_AnyTensor:$source,
                       ConfinedAttr<I64Attr, [IntNonNegative]>:$offset,
                       ConfinedAttr<I64Attr, [IntPositive]>:$size,
                       DefaultValuedAttr<I64Attr, "-1">:$dim);
  let results = (outs Vellum_AnyTensor:$result);
  let assemblyFormat = [{
    custom<Operand>($source, type($source)) `from` $offset `size` $size
    (`dim` $dim^)? attr-dict
  }];
  let hasFolder = 1;
  let extraClassDeclaration = [{
    /// `dim` counted from the front.
    int64_t axis();
  }];
}

def PadOp : Vellum_PureOp<"pad", [DeclareOpInterfaceMethods<Differentiable>]> {
  let summary = "zeros before and after one dimension";
  let description = [{
    `y(i) = x(i - offset)` along one dimension where the operand has such a
    position, else 0.

    Puts the operand at `offset` of dimension `dim` of a tensor of zeros with
    `size` positions there: the adjoint of `slice`.

    Shapes: the result has the operand's shape with `size` at `dim`.

    Constraints:
    - C1: `dim` lies within the operand's rank.
    - C2: the operand fits: `offset` plus its static size is at most `size`.
    - C3: the operand is a tensor of floats.

    Example:
    ```mlir
    %d = vellum.pad %dkey at 0 to 46
    ```

    Gradient: the slice of the cotangent. Saves nothing.
  }];
  let arguments = (ins Vellum_Tensor:$source,
                       ConfinedAttr<I64Attr, [IntNonNegative]>:$offset,
                       ConfinedAttr<I64Attr, [IntPositive]>:$size,
                       DefaultValuedAttr<I64Attr, "-1">:$dim);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operand>($source, type($source)) `at` $offset `to` $size
    (`dim` $dim^)? attr-dict
  }];
  let hasFolder = 1;
  let extraClassDeclaration = [{
    /// `dim` counted from the front.
    int64_t axis();
  }];
}

def SplitOp : Vellum_PureOp<"split", [DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "cuts the last dimension into pieces";
  let description = [{
    `y_k(i) = x(size_1 + … + size_{k-1} + i)`: cuts the last dimension into
    consecutive pieces of the given sizes.

    Shapes: operand `B x D`, results `B x size_k`.

    Constraints:
    - C1: the operand is a tensor whose last dimension is static.
    - C2: the sizes are positive and add up to the last dimension.

    Example:
    ```mlir
    %key, %strength, %gate = vellum.split %p into [20, 1, 1]
    ```

    Gradient: the cotangents side by side. Saves nothing.
  }];
  let arguments = (ins Vellum_AnyTensor:$source, DenseI64ArrayAttr:$sizes);
  let results = (outs Variadic<Vellum_AnyTensor>:$results);
  let assemblyFormat = "custom<Operand>($source, type($source)) `into` $sizes attr-dict";
}

def ConcatOp : Vellum_PureOp<"concat", [DeclareOpInterfaceMethods<Differentiable>]> {
  let summary = "tensors side by side";
  let description = [{
    `y = [x_1 | x_2 | …]`: joins tensors along dimension `dim`; a negative `dim` counts from the end,
    and the last dimension is the default.

    Shapes: those of the operands, whose sizes at `dim` add up.

    Constraints:
    - C1: there is at least one operand, all are ranked tensors, and `dim` lies within its rank.
    - C2: ranks, element types and all other dimensions agree.
    - C3: the joined dimension is static in every operand.

    Example:
    ```mlir
    %xr = vellum.concat %x, %r
    ```

    Gradient: each operand gets its slice of the cotangent. Saves nothing.
  }];
  let arguments = (ins Variadic<Vellum_AnyTensor>:$sources,
                       DefaultValuedAttr<I64Attr, "-1">:$dim);
  let results = (outs Vellum_AnyTensor:$result);
  let assemblyFormat = [{
    custom<Operands>($sources, type($sources)) (`dim` $dim^)? attr-dict
  }];
  let hasFolder = 1;
  let extraClassDeclaration = [{
    /// `dim` counted from the front.
    int64_t axis();
  }];
}

def StopGradientOp : Vellum_PureOp<"stop_gradient",
    [DeclareOpInterfaceMethods<Differentiable, ["passesCotangents"]>]> {
  let summary = "identity that passes no cotangent back";
  let description = [{
    `y = x`: the operand itself; its cotangent is zero.

    Shapes: any.

    Constraints:
    - C1: the operand is a ranked tensor.

    Example:
    ```mlir
    %b = vellum.stop_gradient %a
    ```

    Gradient: none flows back, by definition.
  }];
  let arguments = (ins Vellum_AnyTensor:$source);
  let results = (outs Vellum_AnyTensor:$result);
  let assemblyFormat = "custom<Operand>($source, type($source)) attr-dict";
}

#endif // VELLUM_DIALECT_PRIMITIVE_OPS
