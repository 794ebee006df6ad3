//===- lowering/cpu/CpuPasses.td - from tensors to machine code -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_CPUPASSES
#define VELLUM_LOWERING_CPU_CPUPASSES

include "mlir/Pass/PassBase.td"

def CheckCompiles : Pass<"vellum-check-compiles"> {
  let summary = "refuse what the CPU has no code for";
  let description = [{
    Changes nothing. The first of all passes for the CPU: fails at an operation
    that the list of [operations that a model may use](model-ops.md) says does
    not compile, or not with the element type that it has, and says what to write
    instead. What is not on the list is none of its business: passes make it.
  }];
}

def LowerToLinalg : Pass<"vellum-lower-to-linalg"> {
  let summary = "writes vellum's primitives as linalg on tensors and kernels";
  let description = [{
    Contractions, broadcasts, reductions and elementwise operations become
    `linalg.generic`; softmax, shifts and random numbers become kernels of the
    device library; slices and concatenations become those of `tensor`. Scans
    stay. Composite ops must have been decomposed.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::vellum::cpu::VellumCpuDialect"];
}

def FuseElementwise : Pass<"vellum-fuse-elementwise"> {
  let summary = "joins chains of elementwise operations into one loop each";
  let description = [{
    Fuses an elementwise producer into its only consumer, unless the consumer is
    a matrix product, whose kernel wants plain operands. Broadcasts, and cheap
    arithmetic on broadcasts, are computed anew by each of several consumers. A sum
    of two tensors computes the elementwise product that it adds itself, so that
    it rounds once in each loop. A product plus a bias, or plus another product, becomes a product that starts
    from it.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"accumulated", "accumulated", "products that start from a summand">,
    Statistic<"expanded", "expanded", "shared broadcasts computed by each user">,
    Statistic<"missed", "missed", "sums with a product that had to stay separate">];
}

def MergeLoops : Pass<"vellum-merge-loops"> {
  let summary = "runs loops over the same elements as one";
  let description = [{
    Two `linalg.generic` over the same dimensions, of which one uses the other's
    elements or both read the same ones, become one with the results of both, so
    that a memory is swept once for all that is computed from it. Sums merge if
    they sum over the same dimensions; or, where a memory of 64 KiB or more is
    swept once instead of twice, over one dimension or the other. Matrix products
    stay apart.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
  let statistics = [Statistic<"merged", "merged", "loops merged into another">];
}

def ChooseLayouts : Pass<"vellum-choose-layouts"> {
  let summary = "stores tensors so that loops over them run over vectors";
  let description = [{
    Tensors that only `linalg.generic` and scans touch may be stored with any
    dimension but the first as the contiguous one. Each group of tensors that
    share their storage order, such as a carried memory, its history and its
    cotangent, gets the one with which the loops that touch it take the fewest
    vector operations. Arguments and results of the function keep theirs.
    Destinations must be private.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect",
    "::mlir::arith::ArithDialect"];
  let statistics = [Statistic<"transposed", "transposed",
    "groups of tensors stored in another order">];
}

def PackOperands : Pass<"vellum-pack-operands"> {
  let summary = "copies weights once to how the kernels of each step read them";
  let description = [{
    The right-hand side of a product in a scan that does not change from step to
    step, and whose shape is known, is copied before the scan if a kernel reads
    the copy faster. Weights of more than 1 MiB go into panels of 48 columns,
    which a kernel reads as one stream: k rows and n columns become
    `[ceil(n / 48)][k][48]`, transposed on the way if their rows run along the
    summed dimension, and the product's indexing map says so:

    ```mlir
    affine_map<(b, n, k) -> (n floordiv 48, k, n mod 48)>
    ```

    Of others, rows of at least 64 numbers that do not begin on cache lines, or
    are pages apart, are padded, and matrices whose rows would be multiplied as
    short dot products are transposed. All steps, tiles and threads share a copy.
    What is chosen does not depend on the number of samples, so neither do the
    results.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect",
    "::vellum::cpu::VellumCpuDialect"];
  let statistics = [
    Statistic<"padded", "padded", "products that read a padded copy">,
    Statistic<"transposed", "transposed", "products that read a transposed copy">,
    Statistic<"panels", "panels", "products that read panels of columns">,
    Statistic<"kept", "kept", "products that read the weights as they are">];
}

def TileBatch : Pass<"vellum-tile-batch", "::mlir::ModuleOp"> {
  let summary = "runs tiles of samples through whole scans";
  let description = [{
    Exchanges time and batch. All operations of a function that treat samples
    apart, from the first scan over the loss to the backward scan, become the
    body of one `scf.forall` over tiles of samples. What is summed over samples,
    such as weight gradients, comes after it, from what the tiles put side by
    side. The samples of a tile run together, because products with the weights
    are faster for several; they are as many as keep their state in the cache,
    but at most `largest`, so that little is saved for the gradient at a time,
    or eight times as many where the weights of a step exceed the cache
    themselves. A sample's bits do not depend on the tile that it is in.

    Functions in which samples need each other within a scan stay as they are.
  }];
  let options = [
    Option<"tile", "tile", "int64_t", /*default=*/"0",
           "samples per tile (default: chosen from the sizes)">,
    Option<"largest", "largest", "int64_t", /*default=*/"4",
           "the most samples that a chosen tile has">,
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"1048576",
           "what the state of a chosen tile may occupy">];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"tiledScans", "tiled-scans", "scans that run on tiles">];
}

def JoinSampleLoops : Pass<"vellum-join-sample-loops"> {
  let summary = "runs the loops of a time step sample by sample";
  let description = [{
    Consecutive loops and kernels in the body of a loop that treat the samples of
    a tile apart become one loop over samples, so that a sample's memory stays
    in the first-level cache from one sweep to the next. What lives no longer
    than a sample's turn is kept for one sample only. Matrix products, which want
    all samples at once, stay between such loops. Memory that is written and
    never read goes.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
    "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"joined", "joined", "loops over samples that took the place of several">,
    Statistic<"shrunk", "shrunk", "temporaries kept for one sample only">];
}

def GatherRows : Pass<"vellum-gather-rows"> {
  let summary = "puts the left rows of products side by side";
  let description = [{
    The left operand of a product such as that of all steps of a tile's samples
    lies in several pieces. It is copied, so that one kernel call for all rows
    reads the right operand once, not once per piece. Products that a loop
    repeats stay as they are.

    The copy is made here, and not where kernels are called, since what a program
    takes is measured next.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::linalg::LinalgDialect"];
  let statistics = [Statistic<"gathered", "gathered", "operands put side by side">];
}

def PlaceTemporaries : Pass<"vellum-place-temporaries"> {
  let summary = "computes temporaries where they go in the end";
  let description = [{
    A temporary whose last reader turns it, element by element, into what goes
    elsewhere - a carried value's next slot, a stack's, a result - is computed
    in that place from the start, and changed there. The place has to be free
    until then; the first op may read from it the elements that it replaces.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
  let statistics = [
    Statistic<"placed", "placed", "temporaries computed where they go in the end">];
}

def ReuseBuffers : Pass<"vellum-reuse-buffers"> {
  let summary = "lets values that follow each other share memory";
  let description = [{
    Temporaries of one type that are not in use at the same time become one
    buffer: an op that reads an element before it writes the same element of
    another works in place, and what a step computes stays in the cache. Of the
    buffers that are free, the one used last is taken. A buffer that may hold
    something from one turn of a loop to the next is left alone.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
  let statistics = [Statistic<"reused", "reused", "buffers that became another's">];
}

def LeaveBranches : Pass<"vellum-leave-branches"> {
  let summary = "takes the memory of branches before them";
  let description = [{
    Moves allocations in the branches of an `scf.if` in front of it, so that they
    can leave the loops around it: what a branch takes in each step is not given
    back before the program ends. Only where the sizes are known to be sizes
    without the branch: dimensions of memory that is there, what other memory is
    taken with, their sums and products. A branch that is not taken asks for no
    memory that could not be had.

    ```mlir
    scf.if %c {
      %n = memref.dim %x, %c0 : memref<?xf32>
      %y = memref.alloc(%n) : memref<?xf32>
      ...
    // becomes
    %n = memref.dim %x, %c0 : memref<?xf32>
    %y = memref.alloc(%n) : memref<?xf32>
    scf.if %c {
      ...
    ```
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
  let statistics = [
    Statistic<"numMoved", "moved", "Number of branches that allocations left">,
    Statistic<"numLeft", "left", "Number of allocations that stay in a branch">];
}

def OutlineTiles : Pass<"vellum-outline-tiles", "::mlir::ModuleOp"> {
  let summary = "gives tiles of samples to the context's threads";
  let description = [{
    The body of each `scf.forall` on memrefs becomes a function
    `@name.tile(context, number, captured)`, which `vellum_rt_tiles` calls for
    each tile with a context whose memory is that tile's.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::arith::ArithDialect"];
  let statistics = [Statistic<"outlined", "outlined", "loops over tiles">];
}

def CheckpointScans : Pass<"vellum-checkpoint-scans", "::mlir::ModuleOp"> {
  let summary = "run scans in segments, so that their gradient keeps less";
  let description = [{
    A forward scan and its adjoint, which reads stacks of the forward scan that
    nobody else reads, become scans over segments of their steps. The forward
    one keeps the carried values at the beginning of each segment instead of the
    stacks; the reverse one computes a segment's part of the stacks again when it
    gets there. Every step computes what it did, in the same order, and what is
    summed over all steps after the scans is left alone: results are the same
    bits, whatever the segments are.

    ```mlir
    %last, %ys, %saved = vellum.scan for %x in %xs carry %c = %c0 { ... }
    %dxs = vellum.scan reverse for %x in %xs, %s in %saved { ... }
    // becomes, with segments of %k of %n steps,
    %last, %all, %starts = vellum.scan at %i carry %c = %c0, %ys = %empty length %m {
      %part, %y = scan for %x in %these carry %h = %c { ... }
      %ys1 = tensor.insert_slice %y into %ys ...
      yield %part, %ys1 emit %c
    }
    %dxs = vellum.scan reverse at %i for %c in %starts carry %dxs = %empty {
      %saved = scan for %x in %these carry %h = %c { ... }
      %dx = scan reverse for %x in %these, %s in %saved { ... }
      ...
    ```

    A scan with the policy `every k` gets segments of k steps. One `within` a
    number of bytes, and with the option `memory` all of a function that have no
    policy, together with what other scans of the function take, get the
    schedule that computes the fewest steps again in that memory: each step once
    with segments of about √T steps, or, where that is too much, twice with
    segments in segments. The lengths are computed by the program from its sizes;
    where even the second schedule takes more memory, it is used all the same.

    In a loop over tiles of samples, the memory is shared by the tiles that run
    at the same time. Scans in the bodies of others stay as they are: they take
    no more memory the more steps there are around them.
  }];
  let options = [
    Option<"memory", "memory", "int64_t", "0",
           "bytes that the scans without a policy may take (default: any)">,
    Option<"cuts", "cuts", "unsigned", "2",
           "how often segments may be cut: with 1, no step is computed again "
           "twice">,
  ];
  let statistics = [
    Statistic<"numCut", "cut", "Number of scans that run in segments">,
    Statistic<"numWhole", "whole",
              "Number of scans with an adjoint that keep all steps">,
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect",
    "::vellum::VellumDialect"
  ];
}

def TransposeOperands : Pass<"vellum-transpose-operands"> {
  let summary = "copies columns that products read as rows";
  let description = [{
    Where no loop repeats a product on memrefs, the right operand of dot products
    of two sequences is transposed, if these are short. The copy is a buffer like
    any other, so that it is measured.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect",
    "::mlir::arith::ArithDialect", "::vellum::cpu::VellumCpuDialect"];
  let statistics = [
    Statistic<"transposed", "transposed", "right operands transposed">];
}

def MeasureMemory : Pass<"vellum-measure-memory", "::mlir::ModuleOp"> {
  let summary = "let functions tell how much memory others will take";
  let description = [{
    Completes the functions that `vellum-ask-memory` has added: the last result
    of `@f.memory.body` becomes the bytes that `@f.body` takes from arenas, its
    own and those of the tiles of samples that run at the same time. Every buffer
    counts, in whole lines of the cache, but of several loops over tiles, which
    use the same arenas, only the largest. Sizes that are computed in a loop are
    replaced by bounds: a tile or a segment may be full.

    It stays -1 where a buffer's size is not known before, or is taken in a loop
    that runs as long as it has to. Later passes take rows of at most 4 KiB on
    the stack, which are not counted (`vellum-hoist-invariants`).

    ```mlir
    func.func private @f.body(%context: !llvm.ptr, %xs: memref<?x4xf32>) {
      %buffer = memref.alloc(%t) : memref<?x4xf32>
      ...
    // makes
    func.func private @f.memory.body(%context: !llvm.ptr, %xs: memref<?x4xf32>)
        -> (index, index) {
      %bytes = arith.muli %t, %c16 : index
      ...
      return %saved, %total : index, index
    }
    ```
  }];
  let statistics = [
    Statistic<"numMeasured", "measured", "Number of functions whose memory is known">,
    Statistic<"numUnknown", "unknown", "Number of functions whose memory is not">,
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect"
  ];
}

def LowerScan : Pass<"vellum-lower-scan"> {
  let summary = "turns scans into loops over slots of memory";
  let description = [{
    A scan becomes an `scf.for` that carries no tensor. Each carried tensor lives
    in slots: the step reads one slot and writes the next. Two slots suffice, or
    one for a large value of which a step reads all, or each element, before it
    writes the new one; unless a stack holds the carried values of every step:
    then the slots are that stack, so keeping the history takes no copy. A tensor
    into which the step only inserts slices has one slot, and what is not
    inserted stays where it is. Stacked results are written in place, step by
    step.

    Memory is taken before the loop. That of a scan in another scan's body,
    whose number of steps is the smaller of two numbers, has room for the one
    that is known outside, so that it can be taken once for all steps around it.
    A scan of which only the carried values before each step are read does not
    run its last step.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::tensor::TensorDialect",
    "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"histories", "histories", "stacks that are their carry's slots">,
    Statistic<"overwritten", "overwritten", "carries with a single slot">,
    Statistic<"inPlace", "in-place", "carries that steps write to in place">,
    Statistic<"copies", "copies", "values that a step has to copy into place">];
}

def TileRows : Pass<"vellum-tile-rows", "::mlir::func::FuncOp"> {
  let summary = "keeps the scores of an attention in the cache";
  let description = [{
    The operations that make or use the scores of a softmax over at least three
    dimensions (batch dimensions, rows, columns) become sweeps: one for those
    that nothing outside separates, usually one forward and one backward. A sweep
    is an `scf.forall` over samples and blocks of rows whose body runs all of
    them on one block, from the product that makes the scores to the product that
    uses them up, so that scores that nothing else needs never reach memory. What
    is needed elsewhere is written in place. Where something is summed over rows,
    such as the gradient of the keys, a tile is a sample, in which the blocks
    follow each other.

    What all blocks of a head multiply with, its keys and its values, is copied
    before to how the matrix kernels read it fastest: rows that follow each
    other, and columns of keys as rows. A block copies such rows of its own.

    A block has as many rows as keep what is made of them within the budget, in
    tiles of 24 rows for the matrix kernels. It depends on the sizes alone, and
    so do the results' bits.
  }];
  let options = [
    Option<"rows", "rows", "int64_t", /*default=*/"0",
           "rows per block (default: chosen from the sizes)">,
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"1048576",
           "what a block may occupy">];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::arith::ArithDialect",
    "::mlir::tensor::TensorDialect"];
  let statistics = [
    Statistic<"tiled", "tiled", "sweeps over blocks of rows">,
    Statistic<"copied", "copied", "operands copied for the matrix kernels">,
    Statistic<"missed", "missed", "softmaxes and sweeps that stay as they are">];
}

def PlaceConcatenations : Pass<"vellum-place-concatenations"> {
  let summary = "lets the pieces of a concatenation be written in place";
  let description = [{
    Tensors inserted one after the other into an uninitialised one get memory
    before the first of them is computed, so that their producers can write to
    it. A concatenation that goes to a slot of a stack uses the slot.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect",
    "::mlir::bufferization::BufferizationDialect"];
  let statistics = [Statistic<"placed", "placed", "concatenations placed">];
}

def PrivateDestinations : Pass<"vellum-private-destinations"> {
  let summary = "gives each op fresh memory of its own to write to";
  let description = [{
    Uninitialised or zero-filled tensors that several ops write to, which common
    subexpression elimination produces, would make bufferisation copy all but
    one of them. Each op gets its own, just before it.
  }];
  let statistics = [Statistic<"copied", "copied", "destinations made private">];
}

def EntryPoints : Pass<"vellum-entry-points", "::mlir::ModuleOp"> {
  let summary = "gives public functions the C ABI";
  let description = [{
    Splits each public function into `@name.body` on memrefs with the context as
    first argument, and a function `@name` on pointers that unpacks the inputs' tensors
    and packs the results', as runtime/Abi.h says. Results with
    `vellum.inplace = i` are written over argument `i`.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::bufferization::BufferizationDialect"];
}

def LowerProducts : Pass<"vellum-lower-products"> {
  let summary = "calls matrix kernels for contractions on memrefs";
  let description = [{
    Sorts the dimensions of each contraction into batch, rows, columns and
    summed; joins those that are contiguous; loops over what is left and calls
    the kernel that fits the strides. It takes no memory.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"kernels", "kernels", "products that became kernel calls">,
    Statistic<"strided", "strided", "products left to the strided kernel">];
}

def HoistInvariants : Pass<"vellum-hoist-invariants"> {
  let summary = "computes before a loop nest what it would repeat";
  let description = [{
    Of a `linalg.generic` on memrefs, what depends on one dimension alone and
    would be computed again in each turn of the loops around that dimension's
    moves into a loop before, which keeps it on the stack: a product of two rows
    of a memory's width is computed once and not for each word. A product that a
    sum of the nest adds stays, as the two may round once.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect",
    "::mlir::linalg::LinalgDialect"];
  let statistics = [
    Statistic<"hoisted", "hoisted", "values computed before a nest of loops">
  ];
}

def VectorizeLoops : Pass<"vellum-vectorize-loops"> {
  let summary = "writes elementwise and reducing loops with vectors";
  let description = [{
    Each `linalg.generic` on memrefs becomes loops whose innermost dimension runs
    over vectors of `lanes` elements, with a masked tail. Loops that have no
    contiguous dimension, elements other than f32 and i32, or divisions of
    integers run by element; but a copy between memories that are contiguous in
    different dimensions calls the kernel that transposes. Sums whose memory is
    filled before begin with that value instead. Where the target can, a product
    that a sum of f32 reads is added before it is rounded, by one rule for all
    loops, those by element too, whatever else reads the product: the same
    expression has the same bits wherever it is computed.
  }];
  let options = [
    Option<"lanes", "lanes", "unsigned", /*default=*/"16", "f32 lanes of a vector">,
    Option<"fma", "fma", "bool", /*default=*/"true", "the target multiplies and adds in one instruction">];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect"];
  let statistics = [
    Statistic<"vectorized", "vectorized", "loops over vectors">,
    Statistic<"transposed", "transposed", "copies that transpose">,
    Statistic<"begun", "begun", "fills that became the start of a sum">,
    Statistic<"scalar", "scalar", "loops left to run by element">];
}

def LowerKernels : Pass<"vellum-lower-kernels"> {
  let summary = "calls the device library";
  let description = [{
    Kernels on memrefs become calls of the device library's functions, looping
    over leading dimensions.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
    "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect"];
}

def LowerFunctions : Pass<"vellum-lower-functions"> {
  let summary = "calls functions of one element";
  let description = [{
    The functions of `math` on f32, as vectors or scalars, become calls of the
    device library, which is accurate to 3 units of the last place and mostly to
    0.52. On f16 they compute in f32. On f64 those without an intrinsic of LLVM
    become calls of the C library, an element at a time; the others become such
    calls later. Powers of integers become loops over the power's bits.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect"];
}

def HoistBuffers : Pass<"vellum-hoist-buffers", "::mlir::func::FuncOp"> {
  let summary = "takes memory before loops, where a loop takes some";
  let description = [{
    Upstream's `buffer-loop-hoisting`, for functions in which a loop allocates.
    For each of the others it would find out, in time that grows with the square
    of their number, which arguments and results share memory.
  }];
  let statistics = [
    Statistic<"numSearched", "searched", "functions with such loops">];
}

def AllocateFirst : Pass<"vellum-allocate-first", "::mlir::func::FuncOp"> {
  let summary = "takes memory before results are written over arguments";
  let description = [{
    Moves allocations of a function's body before the first op that writes to an
    argument, which is how a training step changes parameters: a step for which
    there is no memory then has changed nothing. Checks stand before it anyway,
    as all of them belong to the loss and its data.
  }];
  let statistics = [
    Statistic<"numMoved", "moved", "allocations that now come first">];
}

def UseArena : Pass<"vellum-use-arena", "::mlir::ModuleOp"> {
  let summary = "allocates from the context's arena";
  let description = [{
    `memref.alloc` becomes a call of `vellum_rt_alloc` with the function's
    context; nothing is freed before the context is reset. Where the sizes ask
    for more bytes than can be counted, it is asked for -1, which fails.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect"];
  let options = [
    Option<"baseNames", "base-names", "bool", "false",
           "name files in errors without their folders">,
  ];
  let statistics = [
    Statistic<"allocations", "allocations", "buffers taken from the arena">,
    Statistic<"inLoops", "in-loops", "buffers taken once per iteration of a loop">];
}

def LowerChecks : Pass<"vellum-lower-checks", "::mlir::ModuleOp"> {
  let summary = "turns checks into branches to the runtime";
  let description = [{
    `vellum.require` becomes a branch, where the condition does not hold, to a
    call of `vellum_rt_fail`, which ends the program's run with the text, its
    values and the place in the model. Each text is there once.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::scf::SCFDialect"];
  let options = [
    Option<"baseNames", "base-names", "bool", "false",
           "name files in errors without their folders">,
  ];
  let statistics = [
    Statistic<"numLowered", "lowered", "checks that became branches">];
}

def LowerReshapes : Pass<"vellum-lower-reshapes"> {
  let summary = "makes views of shapes that are expanded by several sizes";
  let description = [{
    A `memref.expand_shape` of one dimension into several whose sizes are open
    becomes a view with all sizes and strides computed, which upstream's
    lowering does for one open size at most.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"numLowered", "lowered", "expanded shapes that became views">];
}

def LowerControlFlow : Pass<"vellum-lower-control-flow"> {
  let summary = "lowers loops and branches of `scf` to blocks";
  let description = [{
    What `convert-scf-to-cf` makes, in time linear in the number of loops in a
    row: it takes the last first. Upstream takes the first first, and moves all
    that follows into a block of its own each time. What follows a call of more
    than 64 results has a block of its own too, as the conversion of functions
    numbers the ops of a call's block anew for each result.

    ```mlir
    scf.if %c {
      func.call @f() : () -> ()
    }
    // becomes
    cf.cond_br %c, ^bb1, ^bb2
  ^bb1:
    func.call @f() : () -> ()
    cf.br ^bb2
  ^bb2:
    ```
  }];
  let dependentDialects = ["::mlir::cf::ControlFlowDialect",
                           "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"numLowered", "lowered", "Number of ops that became blocks">];
}

def DefineDivisions : Pass<"vellum-define-divisions"> {
  let summary = "gives the least integer divided by -1 a value";
  let description = [{
    On x86 this division ends the process with a signal. A signed division whose
    divisor may be -1 divides by 1 there instead and negates, which wraps: the
    least number is its own negative, and the remainder is 0.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"numDefined", "defined", "divisions whose divisor may be -1">];
}

def DefineRanges : Pass<"vellum-define-ranges"> {
  let summary = "gives conversions and shifts out of range a value";
  let description = [{
    A float that the integer type cannot hold becomes the end of the type that is
    nearer, NaN becomes 0. A shift by as many bits as there are, or more, leaves
    0, or for `shrsi` the sign in every bit. LLVM leaves both open, and vectors
    differ from scalars on x86.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"numDefined", "defined", "conversions and shifts that may be out of range">];
}

#endif // VELLUM_LOWERING_CPU_CPUPASSES
