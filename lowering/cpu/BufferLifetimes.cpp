//===- lowering/cpu/BufferLifetimes.cpp - when memory is in use -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/BufferLifetimes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "lowering/cpu/CpuOps.h"
#include "lowering/cpu/MemoryParts.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

bool vellum::cpu::collectAccesses(Value memory,
                                  SmallVectorImpl<OpOperand *> &accesses) {
  for (OpOperand &use : memory.getUses()) {
    Operation *user = use.getOwner();
    if (isa<ViewLikeOpInterface>(user)) {
      if (!collectAccesses(user->getResult(0), accesses))
        return false;
    } else if (isa<linalg::LinalgOp, KernelOp, memref::CopyOp, memref::LoadOp,
                   memref::StoreOp>(user)) {
      accesses.push_back(&use);
    } else if (!isa<memref::DimOp>(user)) {
      return false;
    }
  }
  return true;
}

OpOperand *vellum::cpu::onlyUse(Operation *op, Value buffer) {
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

bool vellum::cpu::isWhole(Value view, memref::AllocOp buffer) {
  auto type = cast<MemRefType>(view.getType());
  return view == buffer ||
         (type.hasStaticShape() && buffer.getType().hasStaticShape() &&
          type.getNumElements() == buffer.getType().getNumElements());
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
static Block *homeOf(ArrayRef<OpOperand *> accesses) {
  Block *home = accesses.front()->getOwner()->getBlock();
  for (OpOperand *access : accesses)
    while (!home->findAncestorOpInBlock(*access->getOwner()))
      home = home->getParentOp()->getBlock();
  return home;
}

std::optional<BufferLifetime> vellum::cpu::lifetimeOf(memref::AllocOp buffer) {
  SmallVector<OpOperand *> accesses;
  if (!collectAccesses(buffer, accesses) || accesses.empty())
    return std::nullopt;
  Block *home = homeOf(accesses);
  BufferLifetime result{buffer};
  for (OpOperand *access : accesses) {
    Operation *op = home->findAncestorOpInBlock(*access->getOwner());
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
  for (OpOperand *access : accesses)
    if (access->getOwner() == result.begin && !overwrites(*access, buffer))
      return std::nullopt;
  return isa<linalg::LinalgOp, KernelOp>(result.begin) ? std::optional(result)
                                                       : std::nullopt;
}
