//===- lowering/cpu/MeasureMemory.cpp - how much memory calls take --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"

#include "lowering/LoopSizes.h"
#include "lowering/checkpoint/IndexBuilder.h"
#include "lowering/checkpoint/MemoryFunction.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/KernelCalls.h"

namespace vellum {
#define GEN_PASS_DEF_MEASUREMEMORY
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-measure-memory"

using namespace mlir;
using namespace vellum;

namespace {
/// Computes, before the end of a function, what the memory is that it takes.
class Meter {
public:
  Meter(func::FuncOp function)
      : function(function), body(function.getBody().front()),
        b(body.getTerminator()), index(b, function.getLoc()) {}

  /// The bytes of the arenas that a call uses; null if they are not known.
  Value total();

private:
  Value bound(Value value);
  Value bound(OpFoldResult size);
  Value boundOfResult(OpResult result);
  Value bytes(memref::AllocOp memory);
  Value tilesAtOnce(scf::ForallOp loop);
  Operation *ownerOf(memref::AllocOp memory);
  Value ofTiles(ArrayRef<std::pair<Operation *, Value>> owners);
  Value threads();

  func::FuncOp function;
  Block &body;
  OpBuilder b;
  IndexBuilder index;
  Value numThreads;
};
} // namespace

/// What an op with one result gives, if that is there without it: the size of a
/// buffer is one that the buffer was taken with.
static OpFoldResult foldOf(Operation *op) {
  SmallVector<OpFoldResult> results;
  return succeeded(op->fold(results)) && results.size() == 1 ? results.front()
                                                             : OpFoldResult();
}

/// A value of the function's body that is `value`, which may be computed in a
/// loop, or not less. Null if there is none. Sizes grow
/// with what they are computed from, and one thing alone gets a bound: the
/// smaller of a tile or segment and what is left.
Value Meter::bound(Value value) {
  auto result = dyn_cast<OpResult>(value);
  if (OpFoldResult folded = result && value.getType().isIndex()
                                ? foldOf(result.getOwner())
                                : nullptr)
    return bound(folded);
  if (value.getParentBlock() == &body)
    return value;
  return result ? boundOfResult(result) : Value();
}

Value Meter::bound(OpFoldResult size) {
  if (auto value = dyn_cast<Value>(size))
    return bound(value);
  return index.value(size);
}

Value Meter::boundOfResult(OpResult result) {
  Operation *op = result.getOwner();
  if (!isMemoryEffectFree(op) || op->getNumRegions())
    return {};
  const bool isMin = isa<arith::MinUIOp, arith::MinSIOp>(op);
  IRMapping mapping;
  for (Value operand : op->getOperands()) {
    Value known = bound(operand);
    if (isMin && known)
      return known;
    if (!known && !isMin)
      return {};
    mapping.map(operand, known);
  }
  return isMin ? Value()
               : b.clone(*op, mapping)->getResult(result.getResultNumber());
}

/// The arena hands out whole lines of the cache.
Value Meter::bytes(memref::AllocOp memory) {
  constexpr int64_t line = 64;
  Value size =
      index.constant(bytesOfElement(memory.getType().getElementType()));
  for (OpFoldResult each : memory.getMixedSizes()) {
    Value known = bound(each);
    if (!known)
      return {};
    size = index.mul(size, known);
  }
  return index.mul(index.divideUp(size, index.constant(line)),
                   index.constant(line));
}

Value Meter::threads() {
  if (numThreads)
    return numThreads;
  OpBuilder start(&body, body.begin());
  return numThreads =
             cpu::threadCount(start, index.loc, function.getArgument(0));
}

/// How many tiles run at the same time: each has an arena of its own, which the
/// next tile of the thread gets.
Value Meter::tilesAtOnce(scf::ForallOp loop) {
  Value end = bound(loop.getMixedUpperBound()[0]),
        step = bound(loop.getMixedStep()[0]);
  return end && step ? index.min(index.divideUp(end, step), threads())
                     : Value();
}

/// The loop over tiles, or the function, whose memory a buffer is in; null if
/// that of a loop which runs as long as it has to. Memory of time loops is
/// taken before them, or going to be.
Operation *Meter::ownerOf(memref::AllocOp memory) {
  for (Operation *around = memory->getParentOp();;
       around = around->getParentOp()) {
    if (around == function || isa<scf::ForallOp>(around))
      return around;
    if (!isa<scf::ForOp>(around))
      return nullptr;
  }
}

/// A thread's arena serves one loop over tiles after the other: what counts is
/// the largest.
Value Meter::ofTiles(ArrayRef<std::pair<Operation *, Value>> owners) {
  Value most = index.constant(0), tiles = most;
  for (auto [owner, bytes] : owners) {
    if (owner == function)
      continue;
    Value count = tilesAtOnce(cast<scf::ForallOp>(owner));
    if (!count)
      return {};
    most = index.max(most, bytes);
    tiles = index.max(tiles, count);
  }
  return index.mul(most, tiles);
}

Value Meter::total() {
  SmallVector<memref::AllocOp> memories;
  function.walk([&](memref::AllocOp memory) { memories.push_back(memory); });
  llvm::MapVector<Operation *, Value> sums;
  sums[function] = index.constant(0);
  for (memref::AllocOp memory : memories) {
    Operation *owner = ownerOf(memory);
    Value size = owner ? bytes(memory) : Value();
    if (!size)
      return {};
    Value &sum = sums[owner];
    sum = sum ? index.add(sum, size) : size;
  }
  Value tiles = ofTiles(sums.getArrayRef());
  return tiles ? index.add(sums[function], tiles) : Value();
}

/// Copies the body of `function` into `meter`, which returns the bytes.
static bool measure(func::FuncOp function, func::FuncOp meter) {
  Block &body = meter.getBody().front();
  Operation *terminator = body.getTerminator();
  OpBuilder builder(terminator);
  IRMapping mapping;
  mapping.map(function.getArguments(), meter.getArguments());
  for (Operation &op : function.getBody().front().without_terminator())
    builder.clone(op, mapping);
  Value total = Meter(meter).total();
  if (total)
    terminator->setOperand(MemoryNumbers::Total, total);
  pruneUnused(body);
  return total != nullptr;
}

namespace {
struct MeasureMemory : vellum::impl::MeasureMemoryBase<MeasureMemory> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (auto meter : module.getOps<func::FuncOp>()) {
      StringRef name = meter.getName();
      if (!name.consume_back((memorySuffix + ".body").str()))
        continue;
      auto function = module.lookupSymbol<func::FuncOp>((name + ".body").str());
      if (function && measure(function, meter))
        ++numMeasured;
      else
        ++numUnknown;
    }
  }
};
} // namespace
