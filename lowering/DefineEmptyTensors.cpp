//===- lowering/DefineEmptyTensors.cpp - no value is left over ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "lowering/Passes.h"

namespace vellum {
#define GEN_PASS_DEF_DEFINEEMPTYTENSORS
#include "lowering/Passes.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-define-empty-tensors"

using namespace mlir;
using namespace vellum;

/// True for a use that only says how large a result is.
static bool isUnread(OpOperand &use) {
  if (isa<tensor::DimOp, tensor::RankOp>(use.getOwner()))
    return true;
  auto structured = dyn_cast<linalg::LinalgOp>(use.getOwner());
  if (!structured || !structured.isDpsInit(&use))
    return false;
  // Every element is written: each result's map is a permutation of the loops.
  return !structured.payloadUsesValueFromOperand(&use) &&
         structured.getMatchingIndexingMap(&use).isPermutation();
}

static void fillWithZeros(tensor::EmptyOp op) {
  OpBuilder builder(op);
  Type element = op.getType().getElementType();
  Value zero = arith::ConstantOp::create(builder, op.getLoc(),
                                         builder.getZeroAttr(element));
  Value zeros = tensor::SplatOp::create(builder, op.getLoc(), zero,
                                        op.getType(), op.getDynamicSizes());
  op.replaceAllUsesWith(zeros);
  op.erase();
}

void vellum::defineEmptyTensors(Operation *program) {
  program->walk([](tensor::EmptyOp op) {
    if (!llvm::all_of(op->getUses(), isUnread))
      fillWithZeros(op);
  });
}

namespace {
struct DefineEmptyTensors
    : vellum::impl::DefineEmptyTensorsBase<DefineEmptyTensors> {
  void runOnOperation() override { defineEmptyTensors(getOperation()); }
};
} // namespace
