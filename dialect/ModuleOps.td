//===- dialect/ModuleOps.td - parameters, randomness, training -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_MODULE_OPS
#define VELLUM_DIALECT_MODULE_OPS

include "mlir/IR/SymbolInterfaces.td"
include "dialect/Base.td"

def InitKind : I32EnumAttr<"InitKind", "how a parameter starts", [
    I32EnumAttrCase<"Zeros", 0, "zeros">, I32EnumAttrCase<"Constant", 1, "constant">,
    I32EnumAttrCase<"Uniform", 2, "uniform">, I32EnumAttrCase<"Normal", 3, "normal">,
    I32EnumAttrCase<"Glorot", 4, "glorot">, I32EnumAttrCase<"Orthogonal", 5, "orthogonal">,
    I32EnumAttrCase<"Identity", 6, "identity">, I32EnumAttrCase<"OneHot", 7, "one_hot">]> {
  let cppNamespace = "::vellum";
}

def ParameterOp : Vellum_Op<"parameter", [Symbol]> {
  let summary = "declares a parameter";
  let description = [{
    `θ = init(seed, name)`: a named tensor that belongs to the model. Training changes it unless it is
    `frozen`. Its initialiser, drawn with a key of the run's seed and the
    parameter's name, is one of

    - `zeros`, `constant(c)`, `identity` (ones where the last two indices agree),
      `one_hot(i)` (one at position i of the last dimension), `one_hot(i, v)`
      (v there);
    - `uniform(r)`: in [-r, r); `uniform(a, b)`: in [a, b);
    - `normal(s)`: mean 0 and standard deviation s;
    - `glorot`: uniform in ± sqrt(6 / (rows + columns)); `glorot(g)`: g times that;
    - `orthogonal`: orthonormal rows or columns; `orthogonal(g)`: g times that.

    Shapes: any that is static.

    Constraints:
    - C1: the type is a ranked tensor of floats with a static shape.
    - C2: the initialiser has the number of arguments it takes.
    - C3: glorot, orthogonal and identity need exactly two dimensions.
    - C4: the position of `one_hot` lies within the last dimension.
    - C5: the initialiser's numbers are finite.

    Example:
    ```mlir
    vellum.parameter @w : tensor<129x400xf32> = glorot
    vellum.parameter @memory : tensor<128x20xf32> = uniform(0.1) frozen
    ```

    Gradient: that of its uses, summed.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type, InitKind:$init,
                       DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$init_args,
                       UnitAttr:$frozen,
                       OptionalAttr<StrAttr>:$sym_visibility);
  let assemblyFormat = [{
    custom<ParameterSignature>($sym_name, $type) `=`
    custom<Initializer>($init, $init_args) (`frozen` $frozen^)? attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getTensorType() {
      return ::llvm::cast<::mlir::RankedTensorType>(getType());
    }
  }];
}

def UseOp : Vellum_Op<"use", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "reads a parameter";
  let description = [{
    `y = θ`: the value of a parameter. The type is known from the declaration above and
    written only where the declaration follows later.

    Shapes: the parameter's.

    Constraints:
    - C1: the symbol names a parameter of the module.
    - C2: the type is the parameter's.

    Example:
    ```mlir
    %w = vellum.use @w
    ```

    Gradient: goes to the parameter; a frozen one has none.
  }];
  let arguments = (ins FlatSymbolRefAttr:$parameter);
  let results = (outs Vellum_Tensor:$result);
  let assemblyFormat = "custom<ParameterUse>($parameter, type($result)) attr-dict";
}

def RandomKind : I32EnumAttr<"RandomKind", "a distribution", [
    I32EnumAttrCase<"Bits", 0, "bits">, I32EnumAttrCase<"Uniform", 1, "uniform">,
    I32EnumAttrCase<"Normal", 2, "normal">, I32EnumAttrCase<"Permutation", 3, "permutation">]> {
  let cppNamespace = "::vellum";
}

def RandomOp : Vellum_Op<"random", [Pure, DeclareOpInterfaceMethods<Checked>]> {
  let summary = "random numbers as a function of a key";
  let description = [{
    `x(i) = f(key, stream, i)` with `f` made of Philox4x32-10 (Salmon et al. 2011):
    element `i`, in row-major order, is a function of the key, the `stream` and
    `i` alone, on every back end.

    - `bits`: 32 random bits as i32;
    - `uniform`: a multiple of 2^-24 in [0, 1);
    - `normal`: mean 0, standard deviation 1;
    - `permutation`: each row of the last dimension is a permutation of 0 … n-1.

    Shapes: as the type says.

    Constraints:
    - C1: bits and permutations are tensors of i32, uniform and normal numbers
      of f32 or f64.
    - C2: there is one size for each dynamic dimension of the type.
    - C3: a permutation has at least one dimension.

    Example:
    ```mlir
    %u = vellum.random uniform %key stream 1 (%t, %b) : tensor<?x?x8xf32>
    ```

    Gradient: none; the numbers do not depend on any float.
  }];
  let arguments = (ins RandomKind:$kind, I64:$key,
                       DefaultValuedAttr<I64Attr, "0">:$stream, Variadic<Index>:$sizes);
  let results = (outs Vellum_AnyTensor:$result);
  let assemblyFormat = [{
    $kind $key (`stream` $stream^)? (`(` $sizes^ `)`)? attr-dict `:` type($result)
  }];
  let hasVerifier = 1;
}

def OptimizerKind : I32EnumAttr<"OptimizerKind", "how parameters are updated", [
    I32EnumAttrCase<"Sgd", 0, "sgd">, I32EnumAttrCase<"RmsProp", 1, "rmsprop">,
    I32EnumAttrCase<"GravesRmsProp", 2, "graves_rmsprop">,
    I32EnumAttrCase<"Adam", 3, "adam">]> {
  let cppNamespace = "::vellum";
}

def ClipKind : I32EnumAttr<"ClipKind", "how gradients are clipped", [
    I32EnumAttrCase<"None", 0, "none">, I32EnumAttrCase<"Norm", 1, "norm">,
    I32EnumAttrCase<"Component", 2, "component">, I32EnumAttrCase<"Matrix", 3, "matrix">]> {
  let cppNamespace = "::vellum";
}

def TrainingOp : Vellum_Op<"training", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the training recipe";
  let description = [{
    What `vellum train` does: minimise the first result of the function `loss`,
    whose arguments are the results of the function `data`, or arrays of the
    same names in `--data FILE.npz` where there is no such function. Further
    scalar results of the loss function are metrics.

    The data function takes a random key (i64) and, if it likes, the batch size
    (index). Optimisers, with `g` the gradient and their settings' defaults:

    - `sgd`: `v ← momentum v - learning_rate g; θ ← θ + v` (momentum 0);
    - `rmsprop`: `n ← decay n + (1-decay) g²; v ← momentum v - learning_rate
      g / (sqrt(n) + epsilon); θ ← θ + v` (decay 0.95, momentum 0.9, epsilon 1e-8);
    - `graves_rmsprop` (Graves 2013): also `m ← decay m + (1-decay) g` and
      `v ← momentum v - learning_rate g / sqrt(n - m² + epsilon)` (epsilon 1e-4
      inside the root);
    - `adam`: `m ← beta1 m + (1-beta1) g; n ← beta2 n + (1-beta2) g²;
      θ ← θ - learning_rate m̂ / (sqrt(n̂) + epsilon)` with bias-corrected `m̂`,
      `n̂` (beta1 0.9, beta2 0.999, epsilon 1e-8).

    Clipping is by the `norm` of the whole gradient, by that of each parameter
    (`matrix`) or by `component`.

    Shapes: the loss and the metrics are scalars.

    Constraints:
    - C1: the module has one recipe at most.
    - C2: `loss` and `data` name functions.
    - C3: the loss function's first result is a float tensor of rank 0.
    - C4: the data function's results are the loss function's arguments.
    - C5: the data function takes an i64 key and at most an index.
    - C6: every setting is one the optimiser knows, and is a finite number;
      a learning rate is given and positive.
    - C7: the clipping bound, the steps and the batch size are positive.

    Example:
    ```mlir
    vellum.training loss @loss data @copy_task batch 1 steps 50000
      optimizer graves_rmsprop {learning_rate = 1.0e-4} clip norm 10.0
    ```

    Gradient: not part of any program that is differentiated.
  }];
  let arguments = (ins FlatSymbolRefAttr:$loss, OptionalAttr<FlatSymbolRefAttr>:$data,
                       DefaultValuedAttr<I64Attr, "1">:$batch,
                       DefaultValuedAttr<I64Attr, "10000">:$steps,
                       OptimizerKind:$optimizer, DictionaryAttr:$settings,
                       DefaultValuedAttr<ClipKind, "::vellum::ClipKind::None">:$clip,
                       DefaultValuedAttr<F64Attr, "0.0">:$clip_bound);
  let assemblyFormat = [{
    `loss` $loss (`data` $data^)? (`batch` $batch^)? (`steps` $steps^)?
    `optimizer` $optimizer $settings
    (`clip` $clip^ custom<Number>($clip_bound))? attr-dict
  }];
  let hasVerifier = 1;
}

#endif // VELLUM_DIALECT_MODULE_OPS
