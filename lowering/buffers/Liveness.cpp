//===- lowering/buffers/Liveness.cpp - when memory is free ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/buffers/Liveness.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include "dialect/Vellum.h"
#include "lowering/buffers/MemoryRanges.h"

using namespace mlir;
using namespace vellum;

PlaceLiveness::PlaceLiveness(OpOperand &write) : write(write.getOwner()) {
  Value place = write.get();
  isKnown = collectAccesses(rootOf(place), others);
  // Many accesses are to few parts.
  llvm::SmallDenseMap<Value, bool> apart;
  llvm::erase_if(others, [&](const MemoryAccess &access) {
    if (access.operand == &write || !topOf(access.op()))
      return true;
    auto [known, isNew] = apart.try_emplace(access.part);
    if (isNew)
      known->second = areApart(access.part, place);
    return known->second;
  });
  for (const MemoryAccess &access : others) {
    Operation *op = access.writes ? topOf(access.op()) : nullptr;
    if (op && this->write->isBeforeInBlock(op) &&
        (!nextWrite || op->isBeforeInBlock(nextWrite)))
      nextWrite = op;
  }
}

Operation *PlaceLiveness::topOf(Operation *op) const {
  return write->getBlock()->findAncestorOpInBlock(*op);
}

/// What is outside of the block is before all of it, or after.
bool PlaceLiveness::isFreeFrom(Operation *first,
                               ReadsInPlace readsInPlace) const {
  return isKnown && llvm::all_of(others, [&](const MemoryAccess &access) {
           Operation *op = topOf(access.op());
           if (!op || op->isBeforeInBlock(first) || write->isBeforeInBlock(op))
             return true;
           return access.op() == first && !access.writes &&
                  readsInPlace(*access.operand);
         });
}

/// The branch or loop within `block` that may hand on what `user` gets: as what
/// a region ends with, or as what a loop begins with. A scan copies that.
static Operation *handingOn(Operation *user, Block *block) {
  const bool endsRegion =
      user->hasTrait<OpTrait::IsTerminator>() && user->getBlock() != block;
  Operation *op = endsRegion ? user->getParentOp() : user;
  return op->getNumRegions() && !isa<ScanOp, linalg::LinalgOp>(op) ? op
                                                                   : nullptr;
}

/// True if `holds` of each op of `block` that reads `value`, itself, through
/// views, or as the result of a branch.
static bool allReaders(Value value, Block *block,
                       function_ref<bool(Operation *, OpOperand &)> holds) {
  return llvm::all_of(value.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (isa<tensor::DimOp>(user))
      return true;
    if (isTensorView(user))
      return allReaders(user->getResult(0), block, holds);
    Operation *op = block->findAncestorOpInBlock(*user);
    if (!op || !holds(op, use))
      return false;
    Operation *on = handingOn(user, block);
    return !on || llvm::all_of(on->getResults(), [&](Value result) {
      return allReaders(result, block, holds);
    });
  });
}

bool PlaceLiveness::isReadBefore(Value interim) const {
  return allReaders(
      interim, write->getBlock(),
      [&](Operation *op, OpOperand &) { return !write->isBeforeInBlock(op); });
}

/// What ends a loop's body hands the value to others, who may be later.
bool PlaceLiveness::isReadInTime(Value value) const {
  return allReaders(value, write->getBlock(), [&](Operation *op, OpOperand &) {
    const bool leaves = op->hasTrait<OpTrait::IsTerminator>() &&
                        !isa<FunctionOpInterface>(op->getParentOp());
    return !leaves && (!nextWrite || op->isBeforeInBlock(nextWrite));
  });
}

/// A fill of the memory would overwrite what the op reads.
bool vellum::readsInPlace(OpOperand &read, const WriteChain &chain) {
  auto generic = dyn_cast<linalg::GenericOp>(read.getOwner());
  if (!generic || !generic.isDpsInput(&read))
    return false;
  AffineMap map = generic.getMatchingIndexingMap(&read);
  return map.isPermutation() &&
         llvm::any_of(generic->getResults(), [&](OpResult result) {
           Value memory = generic.getTiedOpOperand(result)->get();
           return chain.contains(result) &&
                  map == generic.getIndexingMapMatchingResult(result) &&
                  memory.getDefiningOp<tensor::EmptyOp>();
         });
}

bool vellum::isReadBefore(Value value, Operation *op,
                          PlaceLiveness::ReadsInPlace readsInPlace) {
  return allReaders(value, op->getBlock(), [&](Operation *top, OpOperand &use) {
    return use.getOwner() == op ? readsInPlace(use) : top->isBeforeInBlock(op);
  });
}
