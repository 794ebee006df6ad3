//===- lowering/cpu/AllocateFirst.cpp - memory before results -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "lowering/buffers/MemoryRanges.h"
#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_ALLOCATEFIRST
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-allocate-first"

using namespace mlir;
using namespace vellum;

/// True if the op, or one in it, writes to an argument of `body`.
static bool writesArgument(Operation &op, Block &body) {
  WalkResult result = op.walk([&](MemoryEffectOpInterface inner) {
    SmallVector<MemoryEffects::EffectInstance> effects;
    inner.getEffects(effects);
    for (const MemoryEffects::EffectInstance &effect : effects) {
      Value memory = effect.getValue();
      if (!isa<MemoryEffects::Write>(effect.getEffect()) || !memory ||
          !isa<MemRefType>(memory.getType()))
        continue;
      auto argument = dyn_cast<BlockArgument>(rootOf(memory));
      if (argument && argument.getOwner() == &body)
        return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return result.wasInterrupted();
}

/// Moves the allocations behind the first such op before it, where their sizes
/// are known; returns how many.
static unsigned allocateFirst(Block &body) {
  Operation *first = nullptr;
  unsigned moved = 0;
  for (Operation &op : llvm::make_early_inc_range(body)) {
    if (!first) {
      first = writesArgument(op, body) ? &op : nullptr;
      continue;
    }
    auto isKnown = [&](Value size) {
      Operation *definition = size.getDefiningOp();
      return !definition || definition->isBeforeInBlock(first);
    };
    if (!isa<memref::AllocOp>(op) || !llvm::all_of(op.getOperands(), isKnown))
      continue;
    op.moveBefore(first);
    ++moved;
  }
  return moved;
}

namespace {
struct AllocateFirst : vellum::impl::AllocateFirstBase<AllocateFirst> {
  void runOnOperation() override {
    if (!getOperation().isDeclaration())
      numMoved += allocateFirst(getOperation().getBody().front());
  }
};
} // namespace
