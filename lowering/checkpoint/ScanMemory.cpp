//===- lowering/checkpoint/ScanMemory.cpp - bytes of scans ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/checkpoint/ScanMemory.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include "lowering/ScanSlots.h"

using namespace mlir;
using namespace vellum;

Value ScanMemory::check(OpFoldResult size) {
  known &= !size.isNull();
  return size ? index.value(size) : index.constant(1);
}

Value ScanMemory::bytesOf(Value value) {
  Value bytes = index.constant(bytesOfElement(getElementTypeOrSelf(value)));
  if (auto type = dyn_cast<RankedTensorType>(value.getType()))
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      bytes = index.mul(bytes, check(sizes.sizeOf(value, dim)));
  return bytes;
}

Value ScanMemory::bytesOf(ValueRange values) {
  Value sum = index.constant(0);
  for (Value value : values)
    sum = index.add(sum, bytesOf(value));
  return sum;
}

Value ScanMemory::stepsOf(ScanOp scan) {
  return check(scan.getLength() ? sizes.hoist(scan.getLength())
                                : sizes.sizeOf(scan.getInputs().front(), 0));
}

/// The bytes that a step emits, histories apart. `placedElsewhere` counts those
/// of stacks too that are written to memory which is there already.
Value ScanMemory::emittedBytes(ScanOp scan, bool placedElsewhere) {
  Value sum = index.constant(0);
  for (auto [emitted, stack] :
       llvm::zip_equal(scan.getYield().getEmitted(), scan.getStacks())) {
    if (historyOf(scan, emitted) ||
        (!placedElsewhere && isPlacedElsewhere(stack)))
      continue;
    sum = index.add(sum, bytesOf(emitted));
  }
  for (auto [number, init] : llvm::enumerate(scan.getInits()))
    if (hasHistory(scan, number))
      sum = index.add(sum, bytesOf(init));
  return sum;
}

Value ScanMemory::bytesPerStep(ScanOp scan) {
  return emittedBytes(scan, /*placedElsewhere=*/true);
}

/// With a history there is a slot more than steps; other carried values have
/// two, or one.
Value ScanMemory::bytesOf(ScanOp scan) {
  Value sum =
      index.mul(stepsOf(scan), emittedBytes(scan, /*placedElsewhere=*/false));
  for (auto [number, init] : llvm::enumerate(scan.getInits())) {
    bool inPlace = isUpdatedInPlace(scan, number);
    if (inPlace && isPlacedElsewhere(scan.getFinals()[number]))
      continue;
    bool one =
        inPlace || hasHistory(scan, number) || hasSingleSlot(scan, number);
    int64_t slots = one ? 1 : 2;
    sum = index.add(sum, index.mul(bytesOf(init), index.constant(slots)));
  }
  for (ScanOp inner : scan.getBodyBlock()->getOps<ScanOp>())
    sum = index.add(sum, bytesOf(inner));
  return sum;
}

Value ScanMemory::bytesIn(Block &block) {
  Value sum = index.constant(0);
  for (Operation &op : block) {
    if (auto scan = dyn_cast<ScanOp>(op))
      sum = index.add(sum, bytesOf(scan));
    auto memory = dyn_cast<memref::AllocOp>(op);
    if (!memory)
      continue;
    Value bytes =
        index.constant(bytesOfElement(memory.getType().getElementType()));
    for (OpFoldResult size : memory.getMixedSizes())
      bytes = index.mul(bytes, check(sizes.hoist(size)));
    sum = index.add(sum, bytes);
  }
  return sum;
}

Value ScanMemory::tilesAtOnce(scf::ForallOp loop, Value threads) {
  Value count = index.divideUp(check(sizes.hoist(loop.getMixedUpperBound()[0])),
                               check(sizes.hoist(loop.getMixedStep()[0])));
  return index.max(index.min(count, threads), index.constant(1));
}

SmallVector<Block *> vellum::blocksWithScans(func::FuncOp function) {
  SmallVector<Block *> blocks;
  function.walk([&](Block *block) {
    bool isBody = isa<func::FuncOp, scf::ForallOp>(block->getParentOp());
    if (isBody && !block->getOps<ScanOp>().empty())
      blocks.push_back(block);
  });
  return blocks;
}
