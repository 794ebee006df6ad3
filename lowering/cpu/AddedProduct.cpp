//===- lowering/cpu/AddedProduct.cpp - sums that round once ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/AddedProduct.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SmallPtrSet.h"

#include "dialect/FusedMultiplyAdd.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

/// True if ops of the block of `product` compute `value` from it.
static bool dependsOn(Value value, arith::MulFOp product) {
  SmallVector<Value> worklist{value};
  llvm::SmallPtrSet<Operation *, 8> seen;
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val().getDefiningOp();
    if (op == product)
      return true;
    if (op && op->getBlock() == product->getBlock() && seen.insert(op).second)
      llvm::append_range(worklist, op->getOperands());
  }
  return false;
}

std::optional<AddedProduct> vellum::cpu::addedProduct(Operation &op) {
  if (!isAddition(&op))
    return std::nullopt;
  for (OpOperand &operand : op.getOpOperands()) {
    Value value = operand.get();
    bool isNegated = isa<arith::SubFOp>(op) && operand.getOperandNumber() == 1;
    if (auto negation = value.getDefiningOp<arith::NegFOp>()) {
      value = negation.getOperand();
      isNegated = !isNegated;
    }
    auto product = value.getDefiningOp<arith::MulFOp>();
    const unsigned place = operand.getOperandNumber();
    if (product && product->getBlock() == op.getBlock() &&
        !dependsOn(op.getOperand(1 - place), product))
      return AddedProduct{product, place, isNegated};
  }
  return std::nullopt;
}

Value vellum::cpu::roundOnce(OpBuilder &b, Operation &sum,
                             const AddedProduct &added,
                             function_ref<Value(Value)> mapped) {
  const Location loc = sum.getLoc();
  auto negated = [&](Value value) -> Value {
    return arith::NegFOp::create(b, loc, value);
  };
  arith::MulFOp product = added.product;
  Value lhs = mapped(product.getLhs()), rhs = mapped(product.getRhs()),
        term = mapped(sum.getOperand(1 - added.operand));
  if (added.isNegated)
    lhs = negated(lhs);
  if (isa<arith::SubFOp>(sum) && added.operand == 0)
    term = negated(term);
  return math::FmaOp::create(b, loc, lhs, rhs, term);
}

void vellum::cpu::roundSumsOnce(linalg::GenericOp op, RewriterBase &rewriter) {
  OpBuilder::InsertionGuard guard(rewriter);
  SmallVector<Operation *> sums;
  for (Operation &inner : *op.getBody())
    if (isAddition(&inner) && inner.getResult(0).getType().isF32() &&
        addedProduct(inner))
      sums.push_back(&inner);
  // From the last, so that no sum has been replaced that another one reads.
  for (Operation *sum : llvm::reverse(sums)) {
    rewriter.setInsertionPoint(sum);
    rewriter.replaceOp(sum, roundOnce(rewriter, *sum, *addedProduct(*sum),
                                      [](Value value) { return value; }));
  }
}
