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

/// `then` for the samples whose flag is set and `otherwise` for the others.
static Value selectSamples(TensorBuilder &t, Value flags, Value then,
                           Value otherwise) {
  auto inner = llvm::to_vector(llvm::seq<int64_t>(1, rankOf(then)));
  Value mask = inner.empty() ? flags : t.broadcast(flags, inner, then);
  return t.select(mask, then, otherwise);
}

/// Zeros of any element type, of the shape of `like`.
static Value zerosLike(TensorBuilder &t, Value like) {
  auto type = cast<RankedTensorType>(like.getType());
  auto scalar = RankedTensorType::get({}, type.getElementType());
  Value zero = arith::ConstantOp::create(
      t.builder, t.location, cast<TypedAttr>(t.builder.getZeroAttr(scalar)));
  return t.broadcast(zero, llvm::to_vector(llvm::seq<int64_t>(type.getRank())),
                     like);
}

bool ScanOp::isDecomposable() { return bool(getLengths()); }

/// A finished sample's carried values stand still and what it emits is zero.
/// Both are chosen by `select`, whose derivative is 0 for what was not chosen,
/// so what a finished sample computes reaches no result and no carried
/// cotangent, be it NaN.
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
          step.carried.push_back(selectSamples(t, running,
                                               values.lookupOrDefault(next),
                                               values.lookup(Value(carry))));
        for (Value emitted : getYield().getEmitted()) {
          Value value = values.lookupOrDefault(emitted);
          step.emitted.push_back(
              selectSamples(t, running, value, zerosLike(t, value)));
        }
        return step;
      });
  scan.setCheckpointAttr(getCheckpointAttr());
  return SmallVector<Value>(scan.getResults());
}
