//===- dialect/ControlOps.td - time loops and adaptive computation -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_CONTROL_OPS
#define VELLUM_DIALECT_CONTROL_OPS

include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/LoopLikeInterface.td"
include "dialect/Base.td"

def CheckpointKind : I32EnumAttr<"CheckpointKind", "what a gradient keeps of a scan", [
    I32EnumAttrCase<"All", 0, "all">, I32EnumAttrCase<"Every", 1, "every">,
    I32EnumAttrCase<"Within", 2, "within">]> {
  let cppNamespace = "::vellum";
}

def Vellum_CheckpointAttr : AttrDef<Vellum_Dialect, "Checkpoint"> {
  let mnemonic = "checkpoint";
  let summary = "what a gradient keeps of a scan";
  let description = [{
    A kind with its number of steps (`every`) or bytes (`within`), which is 0 for
    `all`. In a scan it stands as `checkpoint every 8`.
  }];
  let parameters = (ins EnumParameter<CheckpointKind>:$kind, "int64_t":$amount);
  let assemblyFormat = "`<` $kind `,` $amount `>`";
}

def ScanOp : Vellum_Op<"scan", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<LoopLikeOpInterface,
                              ["getRegionIterArgs", "getStaticTripCount"]>,
    RecursiveMemoryEffects, RecursivelySpeculatable, SingleBlock,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getDefaultDialect", "getAsmBlockArgumentNames"]>,
    DeclareOpInterfaceMethods<Differentiable, ["savedValues", "isCostly"]>,
    DeclareOpInterfaceMethods<Checked>,
    DeclareOpInterfaceMethods<Decomposable, ["isDecomposable"]>]> {
  let summary = "time loop";
  let description = [{
    `(h_{t+1}, y_t) = body(t, x_t, h_t)`: runs its body once for each step `t` from
    0 to T-1, or from T-1 to 0 under `reverse`. Each input is a tensor with T as
    its first dimension, of which the body sees the slice of step `t`. Carried
    values start from their initial values, and each step hands their next values
    on with `yield`. What a step `emit`s is stacked, with T in front, at position
    `t`.

    T is the inputs' first dimension, or `length` where there are no inputs.
    `lengths` holds for each sample (the first dimension of every carried and
    emitted value) how many steps it takes part in: at later steps its carried
    values stand still and what it emits is zero.

    Values defined outside may be used inside. The body's first argument is `t`.

    `checkpoint` says what the gradient keeps of the forward steps. Results do not
    depend on it, to the bit. `all` keeps what each step saves. `every k` keeps
    the carried values at every k-th step, and runs the k steps from there again
    when the reverse scan gets to them. `within n` does so with as few steps run
    again as n bytes allow. Without the clause all is kept, unless a program is
    given a budget as a whole.

    Results: the last carried values (the initial ones if T is 0), then the
    stacks.

    Shapes: inputs `T x …`, slices without the `T`; carried values any type; stacks
    `T` and then the emitted shape; `lengths` `B`.

    Constraints:
    - C1: each input has at least one dimension, and their first dimensions agree.
    - C2: without inputs a `length` is given; with inputs none is.
    - C3: the body's arguments are `t`, one slice per input, one value per
      carried value, with the types that follow from the operands.
    - C4: the body ends in a `yield` of one value per carried value, of its type.
    - C5: every emitted value is a tensor.
    - C6: with `lengths`, every carried and emitted value has a first dimension
      equal to that of `lengths`.
    - C7: results have the types of the carried values and of the stacks.
    - C8: `checkpoint` is one of `all`, `every` and `within`, the latter two with a
      positive number.

    Example:
    ```mlir
    %last, %ys = vellum.scan for %x in %xs carry %h = %h0 {
      %h1 = rnn_cell %x state %h by %w bias %b
      yield %h1 emit %h1
    }
    ```

    Gradient: a scan in the opposite direction. It carries the cotangents of the
    carried values and of the values from outside, reads the forward carried
    values (stacked by the forward scan) and what the body's rules ask to save,
    and recomputes the rest. For T = 0 cotangents pass straight through.
  }];
  let arguments = (ins Variadic<Vellum_AnyTensor>:$inputs, Variadic<AnyType>:$inits,
                       Optional<Index>:$length,
                       Optional<RankedTensorOf<[I32, I64, Index]>>:$lengths,
                       UnitAttr:$reverse,
                       OptionalAttr<Vellum_CheckpointAttr>:$checkpoint);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    /// Builds a scan whose body `buildBody(builder, loc, t, slices, carries)`
    /// returns the next carried values and the emitted values.
    OpBuilder<(ins "::mlir::ValueRange":$inputs, "::mlir::ValueRange":$inits,
      "::mlir::Value":$length, "::mlir::Value":$lengths, "bool":$reverse,
      "::llvm::function_ref<::vellum::ScanStep(::mlir::OpBuilder &, ::mlir::Location, ::mlir::Value, ::mlir::ValueRange, ::mlir::ValueRange)>":$buildBody)>
  ];
  let extraClassDeclaration = [{
    ::mlir::Block *getBodyBlock() { return &getBody().front(); }
    ::vellum::YieldOp getYield();
    /// The step's number, the slices of this step, the carried values.
    ::mlir::BlockArgument getStep() { return getBodyBlock()->getArgument(0); }
    ::mlir::Block::BlockArgListType getSlices();
    ::mlir::Block::BlockArgListType getCarries();
    /// Results: the last carried values, then the stacks.
    ::mlir::ResultRange getFinals();
    ::mlir::ResultRange getStacks();
  }];
}

def PonderOp : Vellum_Op<"ponder", [
    DeclareOpInterfaceMethods<LoopLikeOpInterface, ["getRegionIterArgs"]>,
    RecursiveMemoryEffects, RecursivelySpeculatable, SingleBlock,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getDefaultDialect", "getAsmBlockArgumentNames"]>,
    DeclareOpInterfaceMethods<Checked>,
    DeclareOpInterfaceMethods<Decomposable>]> {
  let summary = "adaptive computation time";
  let description = [{
    Repeats its body until each sample has halted (Graves 2016, eq. 5 to 13). At
    step `n = 1, 2, …` the body computes from the states `s^(n-1)` and the
    first-step flag (1 at the first step, 0 later) the next states `s^n`,
    outputs `y^n` and the halting probability `h^n`. Each sample halts alone at

    `N = min(cap, min{n : Σ_{i<=n} h^i >= 1 - ε})`

    with remainder `R = 1 - Σ_{n<N} h^n` and weights `p^n = h^n` for `n < N`,
    `p^N = R`. Results are `Σ p^n s^n` for each state, `Σ p^n y^n` for each
    output, the ponder cost `N + R` and the number of steps `N`. The sum of the
    halting probabilities is taken in the order of the steps and compared in the
    element type.

    Shapes: flag, halting probability, cost and steps `B x 1`; states and
    outputs `B x …`. `B` are the first state's dimensions but the last.

    Constraints:
    - C1: there is at least one state. The first has at least two dimensions; all
      but its last are the samples' dimensions, and every state has these and at
      least one more.
    - C2: the body's arguments are the first-step flag and one value per state.
    - C3: the body yields one value per state, of its type.
    - C4: the halting probability has the first state's shape with a last
      dimension of 1.
    - C5: every emitted value has the samples' dimensions and at least one more,
      and the states' element type.
    - C6: epsilon lies in [0, 1) and `cap` is positive.
    - C7: results have the types of the states, the outputs and, twice, the
      halting probability.

    Example:
    ```mlir
    %s, %y, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 20 {
      %s1 = rnn_cell %x, %flag state %state by %w bias %b
      %y1 = linear %s1 by %wy bias %by
      %h = linear %s1 by %wh bias %bh
      %p = sigmoid %h
      yield %s1 emit %y1 halt %p
    }
    ```

    Gradient: `N` is held constant. With `g^n = dy·y^n + ds·s^n` summed over
    states and outputs, `dh^n = g^n - g^N - dcost` for `n < N` and 0 for
    `n >= N` (Graves 2016, eq. 19 and 20); states and outputs get `p^n` times
    their cotangent. The steps' count has no derivative.
  }];
  let arguments = (ins Variadic<Vellum_Tensor>:$inits,
                       DefaultValuedAttr<F64Attr, "0.01">:$epsilon,
                       // ponder_c6
                       ConfinedAttr<I64Attr, [IntPositive]>:$cap);
  let results = (outs Variadic<Vellum_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Block *getBodyBlock() { return &getBody().front(); }
    ::vellum::YieldOp getYield();
    ::mlir::BlockArgument getFlag() { return getBodyBlock()->getArgument(0); }
    ::mlir::Block::BlockArgListType getStates();
  }];
}

def YieldOp : Vellum_Op<"yield", [AttrSizedOperandSegments, Pure, Terminator,
    DeclareOpInterfaceMethods<Checked>]> {
  let summary = "ends one step of a scan or a ponder";
  let description = [{
    `body(t, x_t, h_t) = (h_{t+1}, y_t)` in a `scan` and
    `body(first, s^(n-1)) = (s^n, y^n, h^n)` in a `ponder`: hands the carried values
    on to the next step, emits the step's outputs and, in a `ponder`, gives the
    halting probability.

    Shapes: any that the enclosing op allows.

    Constraints:
    - C1: the op ends the body of a `scan` or a `ponder`.
    - C2: `halt` stands in a `ponder` and nowhere else.

    Example:
    ```mlir
    vellum.yield %h1, %c1 emit %y
    ```

    Gradient: part of the enclosing op's.
  }];
  let arguments = (ins Variadic<AnyType>:$carried, Variadic<AnyType>:$emitted,
                       Optional<AnyType>:$halt);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def ProbeOp : Vellum_Op<"probe", [MemoryEffects<[MemWrite]>]> {
  let summary = "marks a value to be recorded";
  let description = [{
    `trace[name](t) = value`. Has no effect on the program. `vellum run --trace` records the value under
    the given name; within a scan one value per step is recorded, with the time
    in front.

    Shapes: any.

    Constraints:
    - C1: the name is not empty.

    Example:
    ```mlir
    vellum.probe "read_weighting" %w
    ```

    Gradient: none is needed; the value's own derivative is unaffected.
  }];
  let arguments = (ins StrAttr:$name, Vellum_AnyTensor:$value);
  let assemblyFormat = "$name custom<Operand>($value, type($value)) attr-dict";
  let hasVerifier = 1;
}

def FailureResource : Resource<"::vellum::FailureResource">;

def RequireOp : Vellum_Op<"require", [MemoryEffects<[MemWrite<FailureResource>]>]> {
  let summary = "fails where a condition does not hold";
  let description = [{
    `error = condition ? none : text(values)`. The program ends at this place, with the
    text as its error, unless the condition is true. `{0}` in the text stands for
    the first of the values, `{1}` for the second. The compiler writes it for what operations ask of the
    sizes and indices that they meet at run time; a model may use it as well.

    Shapes: none; the values are numbers of type index.

    Constraints:
    - C1: the text is not empty.
    - C2: there is a value for each number in braces.

    Example:
    ```mlir
    %even = arith.constant true
    %n = arith.constant 4 : index
    vellum.require %even, "the number of words must be even, but got {0}" (%n)
    ```

    Gradient: none is needed; what fails has none.
  }];
  let arguments = (ins I1:$condition, StrAttr:$text, Variadic<Index>:$values);
  let assemblyFormat = "$condition `,` $text (`(` $values^ `)`)? attr-dict";
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
  let extraClassDeclaration = [{
    /// The text with these numbers in place of `{0}`, `{1}`, ….
    static std::string formatText(::llvm::StringRef text,
                                  ::llvm::ArrayRef<int64_t> values);
  }];
}

#endif // VELLUM_DIALECT_CONTROL_OPS
