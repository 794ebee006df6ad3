//===- lowering/MeasureMemory.cpp - how much memory scans take ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/Passes.h"
#include "lowering/checkpoint/MemoryFunction.h"
#include "lowering/checkpoint/ScanMemory.h"

#define DEBUG_TYPE "vellum-measure-memory"

namespace vellum {
#define GEN_PASS_DEF_MEASUREMEMORY
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

namespace {
struct MeasureMemory : vellum::impl::MeasureMemoryBase<MeasureMemory> {
  using MeasureMemoryBase::MeasureMemoryBase;

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (isMeasured(function) && failed(tell(function)))
        return signalPassFailure();
  }

  /// The functions that were asked, or their bodies behind a C interface.
  static bool isMeasured(func::FuncOp function) {
    StringRef name = function.getName();
    name.consume_back(".body");
    return name.ends_with(memorySuffix) && !function.isExternal() &&
           function.getNumResults() >= numMemoryResults;
  }

  LogicalResult tell(func::FuncOp function);
  FailureOr<SmallVector<Value>> measure(func::FuncOp function,
                                        Operation *first);
};
} // namespace

/// The first op of the function's body in which scans run.
static Operation *findFirst(func::FuncOp function) {
  for (Operation &op : function.getBody().front()) {
    WalkResult found = op.walk([](ScanOp) { return WalkResult::interrupt(); });
    if (found.wasInterrupted())
      return &op;
  }
  return nullptr;
}

/// The three numbers, computed before `first`.
FailureOr<SmallVector<Value>> MeasureMemory::measure(func::FuncOp function,
                                                     Operation *first) {
  OpBuilder builder(first);
  IndexBuilder index(builder, first->getLoc());
  ScanMemory memory(builder, first);
  Block &body = function.getBody().front();
  Value perStep = index.constant(0), all = memory.bytesIn(body), tile = perStep;
  for (Block *block : blocksWithScans(function)) {
    for (ScanOp scan : block->getOps<ScanOp>())
      perStep = index.add(perStep, memory.bytesPerStep(scan));
    auto loop = dyn_cast<scf::ForallOp>(block->getParentOp());
    if (!loop)
      continue;
    all = index.add(all, index.mul(memory.tilesAtOnce(loop, threads),
                                   memory.bytesIn(*block)));
    tile = index.value(loop.getMixedStep()[0]);
  }
  if (!memory.isKnown())
    return first->emitOpError(
        "takes memory that is not known before it starts");
  return SmallVector<Value>{perStep, all, tile};
}

/// Something of the type that costs nothing.
static Value nothingOf(OpBuilder &builder, Location loc, Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped)
    return arith::ConstantOp::create(
        builder, loc, cast<TypedAttr>(builder.getZeroAttr(type)));
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  SmallVector<Value> sizes(shaped.getNumDynamicDims(), zero);
  if (auto memref = dyn_cast<MemRefType>(type))
    return memref::AllocOp::create(builder, loc, memref, sizes);
  return tensor::EmptyOp::create(builder, loc, type, sizes);
}

/// Removes the ops from `first` to the terminator, which does not use them.
static void eraseFrom(Operation *first) {
  Block *block = first->getBlock();
  while (true) {
    Operation *last = block->getTerminator()->getPrevNode();
    const bool isFirst = last == first;
    last->erase();
    if (isFirst)
      return;
  }
}

LogicalResult MeasureMemory::tell(func::FuncOp function) {
  Operation *terminator = function.getBody().front().getTerminator();
  Operation *first = findFirst(function);
  ++(first ? numMeasured : numFree);
  SmallVector<Value> numbers(
      terminator->getOperands().take_back(numMemoryResults));
  if (first) {
    auto measured = measure(function, first);
    if (failed(measured))
      return failure();
    numbers = *measured;
  }
  OpBuilder builder(first ? first : terminator);
  SmallVector<Value> results;
  for (Type type : function.getResultTypes().drop_back(numMemoryResults))
    results.push_back(nothingOf(builder, function.getLoc(), type));
  llvm::append_range(results, numbers);
  terminator->setOperands(results);
  if (first)
    eraseFrom(first);
  return success();
}
