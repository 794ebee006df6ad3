//===- dialect/LayerOps.td - layers, recurrent cells, losses -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_LAYER_OPS
#define VELLUM_DIALECT_LAYER_OPS

include "dialect/Base.td"

def LinearOp : Vellum_PureOp<"linear", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "affine map of one or several inputs";
  let description = [{
    `y = [x_1 | x_2 | …] W + b`: the inputs stand side by side against the rows
    of one weight, without being copied together.

    Shapes: inputs `B x D_i`, weight `ΣD_i x K`, bias `K`, result `B x K`.

    Constraints:
    - C1: there is at least one input, each with at least one dimension.
    - C2: the inputs agree in all dimensions but the last, which is static.
    - C3: the weight has two dimensions, and the inputs' widths add up to its rows.
    - C4: the bias has one dimension, the weight's columns.
    - C5: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %y = vellum.linear %x, %r by %w bias %b
    ```

    Gradient: `dx_i = dy W_iᵀ`, `dW_i = x_iᵀ dy`, `db = Σ_B dy`. Saves inputs
    and weight.
  }];
  let arguments = (ins Variadic<Vellum_Tensor>:$inputs, Vellum_Tensor:$weight,
                       Optional<Vellum_Tensor>:$bias);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = [{
    custom<Operands>($inputs, type($inputs)) `by` custom<Operand>($weight, type($weight))
    (`bias` custom<OptionalOperand>($bias, type($bias))^)? attr-dict
  }];
}

def LstmCellOp : Vellum_PureOp<"lstm_cell", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "one step of a long short-term memory";
  let description = [{
    ```
    [i | f | g | o] = [x_1 | x_2 | … | h] W + b
    c' = σ(f + forget_bias) ∘ c + σ(i) ∘ tanh(g)
    h' = σ(o) ∘ tanh(c')
    ```

    Shapes: inputs `B x D_i`, state `h` and `c` `B x K`, weight
    `(ΣD_i + K) x 4K`, bias `4K`; results `h'` and `c'` `B x K`.

    Constraints:
    - C1: there is at least one input.
    - C2: inputs and states agree in all dimensions but the last, which is static.
    - C3: `h` and `c` have the same shape.
    - C4: the weight is `(ΣD_i + K) x 4K`.
    - C5: the bias has `4K` elements.
    - C6: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %h1, %c1 = vellum.lstm_cell %x, %r state %h, %c by %w bias %b
    ```

    Gradient: through its decomposition. Saves the gates and `tanh(c')`.
  }];
  let arguments = (ins Variadic<Vellum_Tensor>:$inputs, Vellum_Tensor:$hidden,
                       Vellum_Tensor:$cell, Vellum_Tensor:$weight,
                       Optional<Vellum_Tensor>:$bias,
                       DefaultValuedAttr<F64Attr, "0.0">:$forget_bias);
  let results = (outs Vellum_Tensor:$next_hidden, Vellum_Tensor:$next_cell);
  let assemblyFormat = [{
    custom<Operands>($inputs, type($inputs)) `state`
    custom<Operand>($hidden, type($hidden)) `,` custom<Operand>($cell, type($cell))
    `by` custom<Operand>($weight, type($weight))
    (`bias` custom<OptionalOperand>($bias, type($bias))^)?
    (`forget_bias` custom<Number>($forget_bias)^)? attr-dict
  }];
}

def Activation : I32EnumAttr<"Activation", "the nonlinearity of a cell", [
    I32EnumAttrCase<"Tanh", 0, "tanh">, I32EnumAttrCase<"Relu", 1, "relu">,
    I32EnumAttrCase<"Sigmoid", 2, "sigmoid">]> {
  let cppNamespace = "::vellum";
}

def RnnCellOp : Vellum_PureOp<"rnn_cell", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "one step of a simple recurrent network";
  let description = [{
    `h' = f([x_1 | x_2 | … | h] W + b)` with `f` tanh (the default), relu or
    sigmoid.

    Shapes: inputs `B x D_i`, state `B x K`, weight `(ΣD_i + K) x K`, bias `K`.

    Constraints:
    - C1: there is at least one input.
    - C2: inputs and state agree in all dimensions but the last, which is static.
    - C3: the weight is `(ΣD_i + K) x K`.
    - C4: the bias has `K` elements.
    - C5: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %h1 = vellum.rnn_cell %x state %h by %w bias %b
    ```

    Gradient: through its decomposition. Saves the result; relu has derivative 0
    at 0.
  }];
  let arguments = (ins Variadic<Vellum_Tensor>:$inputs, Vellum_Tensor:$hidden,
                       Vellum_Tensor:$weight, Optional<Vellum_Tensor>:$bias,
                       DefaultValuedAttr<Activation, "::vellum::Activation::Tanh">:$activation);
  let results = (outs Vellum_Tensor:$next_hidden);
  let assemblyFormat = [{
    custom<Operands>($inputs, type($inputs)) `state` custom<Operand>($hidden, type($hidden))
    `by` custom<Operand>($weight, type($weight))
    (`bias` custom<OptionalOperand>($bias, type($bias))^)?
    (`activation` $activation^)? attr-dict
  }];
}

def LossReduction : I32EnumAttr<"LossReduction", "how a loss is reduced", [
    I32EnumAttrCase<"Mean", 0, "mean">, I32EnumAttrCase<"Sum", 1, "sum">,
    I32EnumAttrCase<"None", 2, "none">]> {
  let cppNamespace = "::vellum";
}

def SigmoidCrossEntropyOp : Vellum_PureOp<"sigmoid_cross_entropy",
    [DeclareOpInterfaceMethods<Decomposable>,
     DeclareOpInterfaceMethods<Checked>]> {
  let summary = "binary cross-entropy on logits";
  let description = [{
    `l = softplus(x) - x z` for logit `x` and target `z` in [0, 1], in nats: the
    cross-entropy of `sigmoid(x)` without ever forming the sigmoid. With a mask
    the loss counts where the mask is not 0, weighted by it; `mean` divides by
    the mask's sum (of the broadcast mask), and is 0 where that sum is 0; `sum`
    adds up; `none` gives the elementwise loss.

    Shapes: logits, targets `B x K`; mask `B x K` or `B x 1`; result a scalar
    tensor, or `B x K` under `none`.

    Constraints:
    - C1: logits and targets have the same shape.
    - C2: the mask has their shape, or that with a last dimension of 1 that its
      type names: a `?` is not repeated.
    - C3: all operands are tensors of one floating-point type.

    Example:
    ```mlir
    %loss = vellum.sigmoid_cross_entropy %logits against %targets mask %m
    ```

    Gradient: `dx = (sigmoid(x) - z) m / Σm`, `dz = -x m / Σm` for the mean, and
    0 where the mask is 0, whatever logit and target hold there; the mask's own
    is that of the elements that count. Saves its operands.
  }];
  let arguments = (ins Vellum_Tensor:$logits, Vellum_Tensor:$targets,
                       Optional<Vellum_Tensor>:$mask,
                       DefaultValuedAttr<LossReduction, "::vellum::LossReduction::Mean">:$reduction);
  let results = (outs Vellum_Tensor:$loss);
  let assemblyFormat = [{
    custom<Operand>($logits, type($logits)) `against`
    custom<Operand>($targets, type($targets))
    (`mask` custom<OptionalOperand>($mask, type($mask))^)?
    (`reduce` $reduction^)? attr-dict
  }];
}

#endif // VELLUM_DIALECT_LAYER_OPS
