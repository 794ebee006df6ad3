//===- lowering/cpu/LeaveBranches.cpp - memory before branches ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_LEAVEBRANCHES
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-leave-branches"

using namespace mlir;
using namespace vellum;

/// True for a number that other memory is taken with outside of `branch`, or
/// that is the size of some: it is one that memory can be had for, whether or
/// not the branch is taken.
static bool isSizeOutside(Value size, scf::IfOp branch) {
  return size.getDefiningOp<memref::DimOp>() ||
         llvm::any_of(size.getUsers(), [&](Operation *user) {
           return isa<memref::AllocOp>(user) && !branch->isAncestor(user);
         });
}

/// Collects the ops in the branch that `size` is computed by, operands first;
/// false where it is not known to be a size before the branch.
static bool collect(Value size, scf::IfOp branch,
                    llvm::SetVector<Operation *> &slice) {
  Operation *op = size.getDefiningOp();
  if (op && op->hasTrait<OpTrait::ConstantLike>()) {
    if (branch->isAncestor(op))
      slice.insert(op);
    return true;
  }
  if (!op || !branch->isAncestor(op))
    return isSizeOutside(size, branch);
  auto isKnownBefore = [&](Value operand) {
    return collect(operand, branch, slice);
  };
  bool isKnown;
  if (auto dim = dyn_cast<memref::DimOp>(op))
    isKnown =
        !branch->isAncestor(dim.getSource().getParentBlock()->getParentOp()) &&
        isKnownBefore(dim.getIndex());
  else
    isKnown = isa<arith::AddIOp, arith::MulIOp>(op) &&
              llvm::all_of(op->getOperands(), isKnownBefore);
  if (isKnown)
    slice.insert(op);
  return isKnown;
}

/// Moves the allocation in front of the branch if its sizes are known there.
static bool leave(memref::AllocOp memory, scf::IfOp branch) {
  llvm::SetVector<Operation *> slice;
  for (Value size : memory.getDynamicSizes())
    if (!collect(size, branch, slice))
      return false;
  for (Operation *op : slice)
    op->moveBefore(branch);
  memory->moveBefore(branch);
  return true;
}

namespace {
struct LeaveBranches : vellum::impl::LeaveBranchesBase<LeaveBranches> {
  void runOnOperation() override {
    SmallVector<memref::AllocOp> memories;
    getOperation()->walk(
        [&](memref::AllocOp memory) { memories.push_back(memory); });
    for (memref::AllocOp memory : memories)
      while (auto branch = dyn_cast<scf::IfOp>(memory->getParentOp())) {
        if (!leave(memory, branch)) {
          ++numLeft;
          break;
        }
        ++numMoved;
      }
  }
};
} // namespace
