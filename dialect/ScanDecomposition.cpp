//===- dialect/ScanDecomposition.cpp - ragged scans with masks ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

/// One flag per sample: whether step `step` lies within its length.
static Value isRunning(TensorBuilder &t, Value step, Value lengths) {
  Type element = cast<RankedTensorType>(lengths.getType()).getElementType();
  if (!element.isIndex())
    step = arith::IndexCastOp::create(t.builder, t.location, element, step);
  Value number = tensor::FromElementsOp::create(
      t.builder, t.location, RankedTensorType::get({}, element), step);
  return arith::CmpIOp::create(t.builder, t.location, arith::CmpIPredicate::slt,
                               t.broadcast(number, {0}, lengths), lengths);
}

/// `then` for the samples whose flag is set and `otherwise`, by default zeros,
/// for the others.
static Value keepSamples(TensorBuilder &t, Value flags, Value then,
                         Value otherwise = {}) {
  auto inner = llvm::to_vector(llvm::seq<int64_t>(1, rankOf(then)));
  Value mask = inner.empty() ? flags : t.broadcast(flags, inner, then);
  return t.keep(mask, then, otherwise);
}

bool ScanOp::isDecomposable() { return bool(getLengths()); }

/// A finished sample's carried values stand still and what it emits is zero.
/// Both are chosen by `keep`: what a finished sample computes, be it NaN,
/// reaches no result, and the zeros of its cotangents hide it on their way back
/// through the body.
FailureOr<SmallVector<Value>> ScanOp::decompose(OpBuilder &builder) {
  auto scan = ScanOp::create(
      builder, getLoc(), getInputs(), getInits(), getLength(),
      /*lengths=*/Value(), getReverse(),
      [&](OpBuilder &body, Location loc, Value, ValueRange, ValueRange) {
        IRMapping values;
        values.map(getBodyBlock()->getArguments(),
                   body.getInsertionBlock()->getArguments());
        for (Operation &op : getBodyBlock()->without_terminator())
          body.clone(op, values);
        TensorBuilder t(body, loc);
        Value running =
            isRunning(t, values.lookup(Value(getStep())), getLengths());
        ScanStep step;
        for (auto [carry, next] :
             llvm::zip_equal(getCarries(), getYield().getCarried()))
          step.carried.push_back(keepSamples(t, running,
                                             values.lookupOrDefault(next),
                                             values.lookup(Value(carry))));
        for (Value emitted : getYield().getEmitted())
          step.emitted.push_back(
              keepSamples(t, running, values.lookupOrDefault(emitted)));
        return step;
      });
  scan.setCheckpointAttr(getCheckpointAttr());
  return SmallVector<Value>(scan.getResults());
}
