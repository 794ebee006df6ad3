//===- lowering/cpu/PrivateDestinations.cpp - one destination per op ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/IRMapping.h"

#include "lowering/buffers/WriteChain.h"
#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_PRIVATEDESTINATIONS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-private-destinations"

using namespace mlir;
using namespace vellum;

/// Copies the op that makes an initial destination to just before its user.
static Value copyBefore(Operation *user, Value destination, OpBuilder &b) {
  b.setInsertionPoint(user);
  if (auto empty = destination.getDefiningOp<tensor::EmptyOp>())
    return b.clone(*empty)->getResult(0);
  auto fill = destination.getDefiningOp<linalg::FillOp>();
  Value memory = copyBefore(user, fill.getOutputs()[0], b);
  b.setInsertionPoint(user);
  IRMapping mapping;
  mapping.map(fill.getOutputs()[0], memory);
  return b.clone(*fill, mapping)->getResult(0);
}

/// Erases the ops that make a destination which nobody uses any more: memory
/// would be taken for it, and filled.
static void eraseUnused(Value destination) {
  Operation *op = destination.getDefiningOp();
  if (!op->use_empty())
    return;
  auto fill = dyn_cast<linalg::FillOp>(op);
  Value memory = fill ? fill.getOutputs()[0] : Value();
  op->erase();
  if (memory)
    eraseUnused(memory);
}

/// The operands that an op writes over.
static SmallVector<OpOperand *> destinations(Operation *op) {
  SmallVector<OpOperand *> result;
  if (auto style = dyn_cast<DestinationStyleOpInterface>(op))
    for (OpOperand &operand : style.getDpsInitsMutable())
      result.push_back(&operand);
  return result;
}

namespace {
struct PrivateDestinations
    : vellum::impl::PrivateDestinationsBase<PrivateDestinations> {
  void runOnOperation() override {
    OpBuilder builder(&getContext());
    SmallVector<OpOperand *> shared;
    getOperation()->walk([&](Operation *op) {
      if (isa<linalg::FillOp>(op))
        return;
      for (OpOperand *operand : destinations(op))
        if (isa<RankedTensorType>(operand->get().getType()) &&
            isFresh(operand->get()))
          shared.push_back(operand);
    });
    for (OpOperand *operand : shared) {
      Value old = operand->get();
      operand->set(copyBefore(operand->getOwner(), old, builder));
      eraseUnused(old);
    }
    copied += shared.size();
  }
};
} // namespace
