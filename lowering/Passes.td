//===- lowering/Passes.td - the passes -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_PASSES
#define VELLUM_LOWERING_PASSES

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Programs as closed functions
//===----------------------------------------------------------------------===//

def LiftParameters : Pass<"vellum-lift-parameters", "::mlir::ModuleOp"> {
  let summary = "make each parameter that a function uses its argument";
  let description = [{
    Inlines every call in a function, then turns each `vellum.use` into a
    further argument with the attribute `vellum.parameter = @name`, in the order
    of the declarations. A frozen parameter's argument has the attribute
    `vellum.frozen` too. Afterwards a function is closed: it depends on its
    arguments alone. A recursive call is an error.

    ```mlir
    func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
      %w = vellum.use @w
      ...
    // becomes
    func.func @f(%x: tensor<2xf32>,
                 %w: tensor<2xf32> {vellum.parameter = @w}) -> tensor<2xf32> {
    ```
  }];
  let options = [
    ListOption<"functions", "functions", "std::string",
               "the functions to close (default: all public ones)">,
  ];
  let statistics = [
    Statistic<"numInlined", "inlined", "Number of calls inlined">,
    Statistic<"numLifted", "lifted", "Number of parameters made arguments">,
    Statistic<"numClosed", "already-closed",
              "Number of functions that used no parameter">,
  ];
}

def CheckModel : Pass<"vellum-check-model", "::mlir::ModuleOp"> {
  let summary = "refuse what a model may not use";
  let description = [{
    Changes nothing. Fails at the first place where a module is more than data:
    at an operation that is not in the list of
    [operations that a model may use](model-ops.md), a type other than numbers
    and tensors of them, an attribute that promises something or names something
    outside, a function without a body or with jumps between blocks, a recursive
    call, a name that is no good for files and C. `vellum` does so with every
    model before anything else; here any operation is welcome without it.
  }];
}

def DefineEmptyTensors : Pass<"vellum-define-empty-tensors"> {
  let summary = "a model's empty tensors hold zeros";
  let description = [{
    Replaces each `tensor.empty` that something reads by zeros, as the
    interpreter has them: what else compiled code would read is what was in
    that memory before. It stays where an operation only writes over all of it.
    For models as they are written; later passes make empty tensors of their
    own, which nothing reads.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def FoldEmpty : Pass<"vellum-fold-empty", "::mlir::func::FuncOp"> {
  let summary = "what has no elements is known";
  let description = [{
    A tensor one of whose sizes is known to be 0 holds nothing: wherever one is
    used stands a constant of its sizes, and what computed it goes. Insertions
    and concatenations leave out their empty parts; what pads nothing is padding
    alone; loops of no iterations give back their destinations. So what follows
    meets no part of nothing, which upstream does not let begin anywhere: not
    even at 0.

    ```mlir
    %y = vellum.slice %x from 0 size 1 dim 1
    // becomes, for %x of type tensor<0x4xf32>,
    %y = arith.constant dense<> : tensor<0x1xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
  let statistics = [
    Statistic<"numEmpty", "empty", "Number of values that hold nothing">,
    Statistic<"numFolded", "folded", "Number of operations that did nothing">,
  ];
}

def MergeEqual : Pass<"vellum-merge-equal"> {
  let summary = "equal operations become one";
  let description = [{
    Upstream's `cse`, in time linear in the text where operations differ in their
    bodies alone. It looks for equals by a hash of operands and attributes, and
    compares all that have the same: a thousand results of one argument, each
    multiplied by another constant, a million pairs. Here a hash of its body is
    an attribute of each operation meanwhile.

    ```mlir
    %x = linalg.generic ... { ^bb0(%a: f32, %o: f32): linalg.yield %a : f32 }
    %y = linalg.generic ... { ^bb0(%a: f32, %o: f32): linalg.yield %a : f32 }
    // become %x, where the operands are the same.
    ```
  }];
}

def ReadResources : Pass<"vellum-read-resources"> {
  let summary = "constants whose numbers stand at the end of the file have them";
  let description = [{
    Gives each `arith.constant` of a `dense_resource` its numbers, so that
    whatever reads constants reads it too: the interpreter, folds, checks. What
    a model's resources must be is checked before (`vellum-check-model`).

    ```mlir
    %w = arith.constant dense_resource<weights> : tensor<2xf32>
    // becomes, with the file's resource of that name,
    %w = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def InsertChecks : Pass<"vellum-insert-checks", "::mlir::ModuleOp"> {
  let summary = "write what ops ask of sizes and indices as checks";
  let description = [{
    Puts `vellum.require` ops before each op that implements `Checked`, has a
    shape rule or is elementwise: for sizes that must agree, indices and slices
    that must lie inside, sizes that must not be negative or too large, and
    divisors that must not be 0. They say what the interpreter says. Checks that
    the types decide, or a check before, are left out; those in which nothing
    changes from step to step stand before the loop, and hold where it takes no
    step. It works on closed functions before they are differentiated: what a
    gradient does to sizes is right if the function was.

    ```mlir
    %y = tensor.extract %x[%i] : tensor<4xf32>
    // becomes
    %inside = arith.cmpi ult, %i, %c4 : index
    vellum.require %inside, "'tensor.extract' op index {0} lies outside a dimension of 4" (%i)
    %y = tensor.extract %x[%i] : tensor<4xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
    "::mlir::tensor::TensorDialect", "::mlir::linalg::LinalgDialect",
    "::vellum::VellumDialect"];
  let statistics = [
    Statistic<"numChecks", "checks", "Number of checks left to the run">,
    Statistic<"numHoisted", "hoisted", "Number of loops that checks left">,
  ];
}

def Decompose : Pass<"vellum-decompose"> {
  let summary = "write composite ops with smaller ones";
  let description = [{
    Replaces every op that implements `Decomposable` by its decomposition, again
    and again until none is left: `vellum.linear` becomes products and a sum,
    `vellum.ponder` a scan, a scan with `lengths` one without. A back end that
    has a kernel for an op names it in `keep`.
  }];
  let options = [
    ListOption<"keep", "keep", "std::string",
               "names of ops to leave as they are">,
  ];
  let statistics = [
    Statistic<"numDecomposed", "decomposed", "Number of ops decomposed">,
    Statistic<"numKept", "kept", "Number of ops left on request">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Reverse mode
//===----------------------------------------------------------------------===//

def Differentiate : Pass<"vellum-differentiate", "::mlir::ModuleOp"> {
  let summary = "build the gradient of functions";
  let description = [{
    Builds `@f.gradient` behind `@f`: it takes the arguments of `@f` and one
    cotangent for each float result, and returns the results of `@f` and the
    cotangents of the requested arguments. Composite ops are decomposed in it.

    ```mlir
    func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
      %y = math.exp %x : tensor<2xf32>
      return %y : tensor<2xf32>
    }
    // adds
    func.func @f.gradient(%x: tensor<2xf32>, %dy: tensor<2xf32>)
        -> (tensor<2xf32>, tensor<2xf32>) {
      %y = math.exp %x : tensor<2xf32>
      %dx = arith.mulf %dy, %y : tensor<2xf32>
      return %y, %dx : tensor<2xf32>, tensor<2xf32>
    }
    ```

    A scan is differentiated as a scan in the other direction. It reads what the
    forward scan emits for it: carried values and, unless `keep-costly` is off,
    results of products, reductions and transcendentals; all else is computed
    again. An op on the way from a requested argument to a result that has no
    rule is an error at that op.
  }];
  let options = [
    ListOption<"functions", "functions", "std::string",
               "the functions (default: all public ones with a float result "
               "and a float argument)">,
    ListOption<"wrt", "wrt", "unsigned",
               "numbers of the arguments whose cotangents are returned "
               "(default: all floats but frozen parameters)">,
    Option<"keepCostly", "keep-costly", "bool", "true",
           "keep the results of costly ops of each step of a scan">,
  ];
  let statistics = [
    Statistic<"numGradients", "gradients", "Number of functions differentiated">,
    Statistic<"numSkipped", "skipped",
              "Number of functions without floats to differentiate">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect", "::vellum::VellumDialect"
  ];
}

def SinkAccumulators : Pass<"vellum-sink-accumulators"> {
  let summary = "sum over a scan's steps in one product after it";
  let description = [{
    A carried value that a scan only adds to, `c' = c + contract(a, b)` or
    `c' = c + reduce sum x`, is not carried: the scan emits `a` and `b` (unless
    they are slices of an input or emitted already), and one contraction or
    reduction over time as well makes the sum after the loop. A sum of several
    terms is split. The order of the terms is fixed: results are the same bits
    from run to run.

    ```mlir
    %dw = vellum.scan for %x in %xs, %d in %ds carry %c = %zero {
      %p = contract "bi,bo->io" %x, %d
      %c1 = arith.addf %c, %p : tensor<3x4xf32>
      yield %c1
    }
    // becomes
    %p = vellum.contract "tbi,tbo->io" %xs, %ds
    %dw = arith.addf %zero, %p : tensor<3x4xf32>
    ```

    So a weight's gradient is one product over time and batch, and the reverse
    scan is left independent across the batch.
  }];
  let statistics = [
    Statistic<"numSunk", "sunk", "Number of accumulators moved out of a scan">,
    Statistic<"numLeft", "left",
              "Number of accumulators whose terms are no products or sums">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

def AskMemory : Pass<"vellum-ask-memory", "::mlir::ModuleOp"> {
  let summary = "add functions that tell how much memory others take";
  let description = [{
    Gives every public function `@f` a companion `@f.memory` with the same
    arguments and two results: the bytes that a time step of its scans saves if
    all steps are kept, and those that a call takes in all, which is -1 until
    `vellum-measure-memory` knows. What is needed to find the sizes is all that
    is left of the function.

    ```mlir
    func.func @f(%xs: tensor<?x?x4xf32>) -> tensor<?x?x4xf32> {
      %ys = vellum.scan for %x in %xs { ... yield emit %y }
      return %ys : tensor<?x?x4xf32>
    }
    // comes with
    func.func @f.memory(%xs: tensor<?x?x4xf32>) -> (index, index) {
      %batch = tensor.dim %xs, %c1 : tensor<?x?x4xf32>
      %saved = arith.muli %batch, %c16 : index
      return %saved, %c-1 : index, index
    }
    ```
  }];
  let statistics = [
    Statistic<"numAsked", "asked", "Number of functions with a companion">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

def HoistProjections : Pass<"vellum-hoist-projections"> {
  let summary = "multiply a scan's inputs by fixed matrices before it";
  let description = [{
    A contraction of a slice of a scan's input with a weight that is the same at
    each step becomes one contraction over all steps in front of the scan, whose
    slices are a further input. A `linear` of several inputs is decomposed into
    a contraction for each, so the parts that do not depend on carried values
    leave the loop.

    ```mlir
    %last = vellum.scan for %x in %xs carry %h = %h0 {
      %p = contract "bk,kn->bn" %x, %w
      %q = contract "bk,kn->bn" %h, %u
      %s = arith.addf %p, %q : tensor<4x512xf32>
      yield %s
    }
    // becomes
    %ps = vellum.contract "tbk,kn->tbn" %xs, %w
    %last = vellum.scan for %p in %ps carry %h = %h0 {
      %q = contract "bk,kn->bn" %h, %u
      %s = arith.addf %p, %q : tensor<4x512xf32>
      yield %s
    }
    ```

    The rows of all steps are written and read again, which costs more than it
    saves while the weight stays in the cache: only large weights leave, or, if
    the rows of a step are known to be few, those with many terms per row. On a
    differentiated program this moves products of the backward scan as well. A
    scan whose steps are scans stays as it is.
  }];
  let options = [
    Option<"cacheBytes", "cache-bytes", "int64_t", "524288",
           "bytes of the largest weight that stays in the cache">,
  ];
  let statistics = [
    Statistic<"numHoisted", "hoisted", "Number of products moved before a scan">,
    Statistic<"numLeft", "left", "Number of products that would not pay">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

def SinkProjections : Pass<"vellum-sink-projections"> {
  let summary = "multiply what a scan stacks by fixed matrices after it";
  let description = [{
    A contraction with a weight that is the same at each step, whose result a
    scan only stacks, becomes one contraction over all steps after the scan: its
    other operand is stacked instead. So is each summand of a stacked sum.

    ```mlir
    %last, %ys = vellum.scan for %x in %xs carry %h = %h0 {
      ...
      %p = contract "bk,kn->bn" %h1, %w
      yield %h1 emit %p
    }
    // becomes
    %last, %hs = vellum.scan for %x in %xs carry %h = %h0 {
      ...
      yield %h1 emit %h1
    }
    %ys = vellum.contract "tbk,kn->tbn" %hs, %w
    ```

    The operand must be an input's slice, stacked or carried anyway, or no
    larger than the result. Which weights pay is as for
    `vellum-hoist-projections`. In a backward scan these are the products that
    only the cotangent of an input needs.
  }];
  let options = [
    Option<"cacheBytes", "cache-bytes", "int64_t", "524288",
           "bytes of the largest weight that stays in the cache">,
  ];
  let statistics = [
    Statistic<"numSunk", "sunk", "Number of products moved behind a scan">,
    Statistic<"numLeft", "left", "Number of products that would not pay">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

def JoinPads : Pass<"vellum-join-pads"> {
  let summary = "write sums of padded pieces side by side";
  let description = [{
    The cotangent of a tensor that was sliced is a sum of pads. Where the pieces
    do not overlap, the sum is their concatenation, with zeros in the gaps.

    ```mlir
    %a = vellum.pad %x at 0 to 5
    %b = vellum.pad %y at 2 to 5
    %s = arith.addf %a, %b : tensor<4x5xf32>
    // becomes
    %s = vellum.concat %x, %y
    ```
  }];
  let statistics = [Statistic<"numJoined", "joined", "Number of sums replaced">];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect",
    "::vellum::VellumDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Probes
//===----------------------------------------------------------------------===//

def ExposeProbes : Pass<"vellum-expose-probes", "::mlir::func::FuncOp"> {
  let summary = "return what probes mark";
  let description = [{
    Turns each `vellum.probe` of a function into a further result with the
    attribute `vellum.probe = "name"`, and each `vellum.expect_close` into two:
    what it got, with its bounds as `vellum.expect_close = {atol, rtol}`, and
    what it expects, with `vellum.expected`. In a scan they become stacks with
    time in front. Back ends thus know no side effects.
  }];
  let statistics = [
    Statistic<"numExposed", "exposed", "Number of probes and expectations made results">,
  ];
}

def EraseProbes : Pass<"vellum-erase-probes"> {
  let summary = "remove probes and expectations";
  let description = [{
    Erases every `vellum.probe` and `vellum.expect_close`, for programs that are
    run without a trace.
  }];
  let statistics = [
    Statistic<"numErased", "erased", "Number of probes and expectations removed">,
  ];
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

def PlaceResults : Pass<"vellum-place-results", "::mlir::ModuleOp"> {
  let summary = "compute results in the memory that they are written to";
  let description = [{
    Expects tensors just before they are bufferised. An op that writes to
    uninitialised memory writes to the memory that its result, or what others
    make of it in place, goes to in the end: a slot, part of a concatenation, a
    result of the function. That is done only where nobody needs what is there
    until then, and where nobody reads later what the first ops wrote;
    everything else is computed elsewhere, and copied.

    ```mlir
    %empty = tensor.empty() : tensor<8xf32>
    %y = linalg.exp ins(%x : tensor<8xf32>) outs(%empty : tensor<8xf32>)
    bufferization.materialize_in_destination %y in restrict writable %slot
    // becomes
    %place = bufferization.to_tensor %slot restrict writable
    %y = linalg.exp ins(%x : tensor<8xf32>) outs(%place : tensor<8xf32>)
    bufferization.materialize_in_destination %y in restrict writable %slot
    ```
  }];
  let statistics = [
    Statistic<"placed", "placed", "Number of results computed where they go">,
    Statistic<"missed", "missed", "Number of results copied to where they go">,
  ];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

//===----------------------------------------------------------------------===//
// Training
//===----------------------------------------------------------------------===//

def TrainingStep : Pass<"vellum-training-step", "::mlir::ModuleOp"> {
  let summary = "build one step of training as a function";
  let description = [{
    From the module's `vellum.training` recipe, whose functions must be closed
    (`vellum-lift-parameters`), builds

    ```mlir
    func.func @train_step(%key: i64, %batch: index, %step: i64, batch...,
                          parameters..., state...)
        -> (loss, metrics..., gradient_norm, parameters..., state...)
    ```

    It makes a batch with the data function (or takes it, argument by argument
    of the loss function, where the recipe has none), computes the loss and its
    gradient, clips it and updates each parameter that is not frozen. `step` is 0
    at the first update. State arguments have the attribute
    `vellum.state = "w.momentum"` and start from zeros. A result with the
    attribute `vellum.inplace = i` is the new value of argument `i`, to be
    written over it; all of these are computed after everything else. Loss,
    metrics and the norm of the gradient before clipping are named by
    `vellum.name`; where the loss or the norm is not finite, neither need the
    updates be.
  }];
  let statistics = [
    Statistic<"numSteps", "steps", "Number of training steps built">,
    Statistic<"numWithoutRecipe", "without-recipe",
              "Number of modules without a recipe">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // VELLUM_LOWERING_PASSES
