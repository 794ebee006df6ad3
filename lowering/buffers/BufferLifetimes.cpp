//===- lowering/buffers/BufferLifetimes.cpp - when it is in use ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/buffers/BufferLifetimes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

#include "lowering/buffers/MemoryAccesses.h"
#include "lowering/buffers/MemoryRanges.h"

using namespace mlir;
using namespace vellum;

OpOperand *vellum::onlyUse(Operation *op, Value buffer) {
  OpOperand *found = nullptr;
  for (OpOperand &operand : op->getOpOperands())
    if (isa<MemRefType>(operand.get().getType()) &&
        rootOf(operand.get()) == buffer) {
      if (found)
        return nullptr;
      found = &operand;
    }
  return found;
}

/// True if a view has all elements of its source in their order. Where it
/// begins need not be known: what has all of them begins with the first.
static bool hasAll(memref::SubViewOp view) {
  for (auto [size, stride, all] :
       llvm::zip_equal(view.getMixedSizes(), view.getMixedStrides(),
                       view.getSourceType().getShape()))
    if (ShapedType::isDynamic(all) || getConstantIntValue(size) != all ||
        (all > 1 && !isOneInteger(stride)))
      return false;
  return true;
}

bool vellum::isWhole(Value view, memref::AllocOp buffer) {
  while (view != buffer) {
    Operation *op = view.getDefiningOp();
    auto part = dyn_cast_or_null<memref::SubViewOp>(op);
    const bool isKnown =
        part ? hasAll(part)
             : isa_and_nonnull<memref::CastOp, memref::CollapseShapeOp,
                               memref::ExpandShapeOp>(op);
    if (!isKnown)
      return false;
    view = op->getOperand(0);
  }
  return true;
}

/// True if `access` writes every element of `buffer` and reads none.
static bool overwrites(OpOperand &access, memref::AllocOp buffer) {
  auto op = dyn_cast<DestinationStyleOpInterface>(access.getOwner());
  if (!op || !op.isDpsInit(&access) || !isWhole(access.get(), buffer))
    return false;
  auto linalg = dyn_cast<linalg::LinalgOp>(access.getOwner());
  return !linalg || (!linalg.payloadUsesValueFromOperand(&access) &&
                     linalg.getMatchingIndexingMap(&access).isPermutation());
}

/// The block that all accesses are in; each is in, or within, an op of it.
static Block *homeOf(ArrayRef<MemoryAccess> accesses) {
  Block *home = accesses.front().op()->getBlock();
  for (const MemoryAccess &access : accesses)
    while (!home->findAncestorOpInBlock(*access.op()))
      home = home->getParentOp()->getBlock();
  return home;
}

std::optional<BufferLifetime> vellum::lifetimeOf(memref::AllocOp buffer) {
  SmallVector<MemoryAccess> accesses;
  if (!collectAccesses(buffer, accesses) || accesses.empty())
    return std::nullopt;
  Block *home = homeOf(accesses);
  BufferLifetime result{buffer};
  for (const MemoryAccess &access : accesses) {
    Operation *op = home->findAncestorOpInBlock(*access.op());
    if (!result.begin || op->isBeforeInBlock(result.begin))
      result.begin = op;
    if (!result.end || result.end->isBeforeInBlock(op))
      result.end = op;
  }
  if (home == buffer->getBlock())
    return result;
  for (Operation *around = home->getParentOp();
       around->getBlock() != buffer->getBlock(); around = around->getParentOp())
    if (!isa<scf::ForOp>(around))
      return std::nullopt;
  // Each turn begins anew.
  for (const MemoryAccess &access : accesses)
    if (access.op() == result.begin && !overwrites(*access.operand, buffer))
      return std::nullopt;
  return isa<DestinationStyleOpInterface>(result.begin) ? std::optional(result)
                                                        : std::nullopt;
}
