//===- lowering/cpu/CpuPasses.td - from tensors to machine code -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_CPUPASSES
#define VELLUM_LOWERING_CPU_CPUPASSES

include "mlir/Pass/PassBase.td"

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
    arithmetic on broadcasts, are computed anew by each of several consumers. A
    product plus a bias, or plus another product, becomes a product that starts
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
    they sum over the same dimensions. Matrix products stay apart.
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
    the copy faster: rows of at least 64 numbers that do not begin on cache lines
    are padded so that they do, and matrices whose rows would be multiplied as
    short dot products are transposed. All steps, tiles and threads share a copy.
    What is chosen does not depend on the number of samples, so neither do the
    results.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect",
    "::vellum::cpu::VellumCpuDialect"];
  let statistics = [
    Statistic<"padded", "padded", "products that read a padded copy">,
    Statistic<"transposed", "transposed", "products that read a transposed copy">,
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
    are faster for several; they are as many as keep their state in the cache.
    A sample's bits do not depend on the tile that it is in.

    Functions in which samples need each other within a scan stay as they are.
  }];
  let options = [
    Option<"tile", "tile", "int64_t", /*default=*/"0",
           "samples per tile (default: chosen from the sizes)">,
    Option<"largest", "largest", "int64_t", /*default=*/"8",
           "the most samples that a chosen tile has">,
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"1048576",
           "what the state of a chosen tile may occupy">];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"tiledScans", "tiled-scans", "scans that run on tiles">];
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

def LowerScan : Pass<"vellum-lower-scan"> {
  let summary = "turns scans into loops over slots of memory";
  let description = [{
    A scan becomes an `scf.for` that carries no tensor. Each carried tensor lives
    in slots: the step reads one slot and writes the next. Two slots suffice,
    unless a stack holds the carried values of every step; then the slots are
    that stack, so keeping the history takes no copy. Stacked results are
    written in place, step by step.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::tensor::TensorDialect",
    "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"histories", "histories", "stacks that are their carry's slots">,
    Statistic<"copies", "copies", "values that a step has to copy into place">];
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
    the kernel that fits the strides. Rows of a tile's samples that lie apart are
    put side by side first, where no loop repeats the product.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"kernels", "kernels", "products that became kernel calls">,
    Statistic<"strided", "strided", "products left to the strided kernel">];
}

def VectorizeLoops : Pass<"vellum-vectorize-loops"> {
  let summary = "writes elementwise and reducing loops with vectors";
  let description = [{
    Each `linalg.generic` on memrefs becomes loops whose innermost dimension runs
    over vectors of `lanes` elements, with a masked tail. Loops that have no
    contiguous dimension, elements other than f32 and i32, or divisions of
    integers run by element.
  }];
  let options = [
    Option<"lanes", "lanes", "unsigned", /*default=*/"16", "f32 lanes of a vector">];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect"];
  let statistics = [
    Statistic<"vectorized", "vectorized", "loops over vectors">,
    Statistic<"scalar", "scalar", "loops left to run by element">];
}

def LowerKernels : Pass<"vellum-lower-kernels"> {
  let summary = "calls the device library";
  let description = [{
    Kernels on memrefs become calls of the device library's functions, looping
    over leading dimensions; elementwise functions on vectors and scalars become
    calls of its vector functions.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
    "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect"];
}

def UseArena : Pass<"vellum-use-arena"> {
  let summary = "allocates from the context's arena";
  let description = [{
    `memref.alloc` becomes a call of `vellum_rt_alloc` with the function's
    context; nothing is freed before the context is reset.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"allocations", "allocations", "buffers taken from the arena">,
    Statistic<"inLoops", "in-loops", "buffers taken once per iteration of a loop">];
}

#endif // VELLUM_LOWERING_CPU_CPUPASSES
