//===- dialect/PrimitiveAdjoints.cpp - rules of products and reductions ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

using IsActive = function_ref<bool(Value)>;

//===----------------------------------------------------------------------===//
// contract
//===----------------------------------------------------------------------===//

void ContractOp::savedValues(IsActive isActive, SmallVectorImpl<Value> &saved) {
  if (isActive(getLhs()))
    saved.push_back(getRhs());
  if (isActive(getRhs()))
    saved.push_back(getLhs());
}

/// An outer product sums over nothing: computing it again takes one product per
/// element, which costs less than to read it back.
bool ContractOp::isCostly() {
  auto [operands, result] = getSpec().split("->");
  return llvm::any_of(operands, [result = result](char letter) {
    return letter != ',' && !result.contains(letter);
  });
}

/// True if `factor` can hold what was excluded: what a loop reads from outside
/// is a weight, which all samples share, unless it has batch dimensions.
static bool mayBeExcluded(ContractOp op, Value factor,
                          AdjointContext &adjoint) {
  auto [operands, result] = op.getSpec().split("->");
  auto [lhs, rhs] = operands.split(',');
  const bool hasBatch =
      llvm::any_of(result, [lhs = lhs, rhs = rhs](char letter) {
        return lhs.contains(letter) && rhs.contains(letter);
      });
  return adjoint.isExcluding(op.getResult()) &&
         (hasBatch || !adjoint.isCaptured(factor));
}

static ExcludingAttr excludingAttr(MLIRContext *context, bool lhs, bool rhs) {
  if (!lhs && !rhs)
    return {};
  return ExcludingAttr::get(context, lhs && rhs ? Excluding::Both
                                     : lhs      ? Excluding::Lhs
                                                : Excluding::Rhs);
}

LogicalResult ContractOp::buildAdjoint(AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, getLoc());
  auto [operands, result] = getSpec().split("->");
  auto [lhs, rhs] = operands.split(',');
  Value cotangent = adjoint.cotangent(getResult());
  if (adjoint.isActive(getLhs()))
    adjoint.accumulate(
        getLhs(),
        t.contract((result + "," + rhs + "->" + lhs).str(), cotangent,
                   adjoint.primal(getRhs()),
                   excludingAttr(getContext(),
                                 mayBeExcluded(*this, getRhs(), adjoint),
                                 excludes(Excluding::Rhs))));
  if (adjoint.isActive(getRhs()))
    adjoint.accumulate(
        getRhs(),
        t.contract((lhs + "," + result + "->" + rhs).str(),
                   adjoint.primal(getLhs()), cotangent,
                   excludingAttr(getContext(), excludes(Excluding::Lhs),
                                 mayBeExcluded(*this, getLhs(), adjoint))));
  // What no weight but 0 reads has a cotangent of 0.
  if (excludes(Excluding::Lhs))
    adjoint.markExcluding(getRhs());
  if (excludes(Excluding::Rhs))
    adjoint.markExcluding(getLhs());
  return success();
}

//===----------------------------------------------------------------------===//
// broadcast
//===----------------------------------------------------------------------===//

LogicalResult BroadcastOp::buildAdjoint(AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, getLoc());
  ArrayRef<int64_t> source = getSource().getType().getShape();
  ArrayRef<int64_t> result = getResult().getType().getShape();
  SmallVector<int64_t> stretched;
  for (auto [dim, kept] : llvm::enumerate(keptDims()))
    if (source[dim] == 1 && result[kept] != 1)
      stretched.push_back(dim);
  Value cotangent = adjoint.cotangent(getResult());
  if (!getAcross().empty())
    cotangent = t.sum(cotangent, getAcross());
  if (!stretched.empty())
    cotangent = t.sum(cotangent, stretched, /*keep=*/true);
  adjoint.accumulate(getSource(), cotangent);
  return success();
}

//===----------------------------------------------------------------------===//
// reduce
//===----------------------------------------------------------------------===//

/// True if every reduced dimension is known, so that a cotangent can be spread
/// without looking at the operand.
static bool reducesKnownSizes(ReduceOp op) {
  return llvm::none_of(op.getOver(), [&](int64_t dim) {
    return op.getSource().getType().isDynamicDim(dim);
  });
}

void ReduceOp::savedValues(IsActive, SmallVectorImpl<Value> &saved) {
  if (getOver().empty())
    return;
  if (getKind() == ReduceKind::Max)
    saved.push_back(getSource());
  else if (!reducesKnownSizes(*this))
    saved.push_back(getSource());
}

bool ReduceOp::isCostly() { return true; }

/// Repeats `value`, of the shape of the op's result, to that of its operand.
static Value spread(ReduceOp op, Value value, AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, op.getLoc());
  ArrayRef<int64_t> over = op.getOver();
  if (!reducesKnownSizes(op) || op.getKind() == ReduceKind::Max)
    return t.broadcast(value, op.getKeep() ? ArrayRef<int64_t>() : over,
                       adjoint.primal(op.getSource()));
  SmallVector<Value> sizes;
  for (int64_t dim : over)
    sizes.push_back(arith::ConstantIndexOp::create(
        adjoint.builder, op.getLoc(),
        op.getSource().getType().getDimSize(dim)));
  if (op.getKeep())
    for (int64_t dim : llvm::reverse(over))
      value = t.squeeze(value, dim);
  return BroadcastOp::create(adjoint.builder, op.getLoc(), value, over,
                             /*like=*/Value(), sizes);
}

/// How many elements make one of the mean, as a number of the shape of `like`.
static Value count(ReduceOp op, Value like, AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, op.getLoc());
  RankedTensorType type = op.getSource().getType();
  if (!reducesKnownSizes(op))
    return t.splat(t.count(adjoint.primal(op.getSource()), op.getOver()), like);
  int64_t known = 1;
  for (int64_t dim : op.getOver())
    known *= type.getDimSize(dim);
  return t.constant(known, like);
}

/// The cotangent goes to the maxima alone, in equal parts. They are those of
/// the operand that is compared, not the forward pass's: an operand that is
/// computed again need not have the same bits, and then nothing would equal the
/// maximum. Where it is the forward operand itself, the two reductions become
/// one.
static Value maxAdjoint(ReduceOp op, Value cotangent, AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, op.getLoc());
  Value source = adjoint.primal(op.getSource());
  Value top = t.reduce(ReduceKind::Max, source, op.getOver(), op.getKeep());
  Value isMax =
      t.compare(arith::CmpFPredicate::OEQ, source, spread(op, top, adjoint));
  Value zeros = t.zerosLike(source);
  Value ones = t.select(isMax, t.constant(1.0, source), zeros);
  Value ties = t.sum(ones, op.getOver(), op.getKeep());
  Value share = t.div(cotangent, ties);
  return t.select(isMax, spread(op, share, adjoint), zeros);
}

LogicalResult ReduceOp::buildAdjoint(AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, getLoc());
  Value cotangent = adjoint.cotangent(getResult());
  // Over no dimension the result is the operand.
  if (getOver().empty()) {
    adjoint.accumulate(getSource(), cotangent);
    return success();
  }
  if (getKind() == ReduceKind::Max) {
    adjoint.accumulate(getSource(), maxAdjoint(*this, cotangent, adjoint));
    return success();
  }
  if (getKind() == ReduceKind::Mean)
    cotangent = t.div(cotangent, count(*this, cotangent, adjoint));
  adjoint.accumulate(getSource(), spread(*this, cotangent, adjoint));
  return success();
}

//===----------------------------------------------------------------------===//
// softmax, sigmoid, softplus
//===----------------------------------------------------------------------===//

void SoftmaxOp::savedValues(IsActive, SmallVectorImpl<Value> &saved) {
  saved.push_back(getResult());
}

bool SoftmaxOp::isCostly() { return true; }

/// Where the mask is false, the weight is 0 and the cotangent may be a product
/// with what must not be seen, and 0 times that NaN. So it does not enter, and
/// a NaN that rightly does comes back to the allowed positions alone.
LogicalResult SoftmaxOp::buildAdjoint(AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, getLoc());
  Value softmax = factorOf(adjoint, getResult(), getResult());
  auto hide = [&](Value value) -> Value {
    if (!getMask())
      return value;
    Value isSeen =
        t.compare(arith::CmpFPredicate::UNE, softmax, t.zerosLike(softmax));
    return t.keep(isSeen, value);
  };
  Value cotangent = hide(adjoint.cotangent(getResult()));
  Value given =
      SoftmaxGradientOp::create(adjoint.builder, getLoc(), cotangent, softmax);
  adjoint.accumulate(getSource(), hide(given));
  if (getMask())
    adjoint.markExcluding(getSource());
  return success();
}

void SigmoidOp::savedValues(IsActive, SmallVectorImpl<Value> &saved) {
  saved.push_back(getResult());
}

bool SigmoidOp::isCostly() { return true; }

LogicalResult SigmoidOp::buildAdjoint(AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, getLoc());
  Value y = adjoint.primal(getResult());
  Value slope = t.mul(y, t.subFrom(1.0, y));
  adjoint.accumulate(getSource(), t.mul(adjoint.cotangent(getResult()), slope));
  return success();
}

void SoftplusOp::savedValues(IsActive, SmallVectorImpl<Value> &saved) {
  saved.push_back(getSource());
}

bool SoftplusOp::isCostly() { return true; }

LogicalResult SoftplusOp::buildAdjoint(AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, getLoc());
  Value slope = t.sigmoid(adjoint.primal(getSource()));
  adjoint.accumulate(getSource(), t.mul(adjoint.cotangent(getResult()), slope));
  return success();
}

//===----------------------------------------------------------------------===//
// slice, pad, concat, stop_gradient
//===----------------------------------------------------------------------===//

LogicalResult SliceOp::buildAdjoint(AdjointContext &adjoint) {
  int64_t whole = getSource().getType().getDimSize(axis());
  adjoint.accumulate(getSource(), PadOp::create(adjoint.builder, getLoc(),
                                                adjoint.cotangent(getResult()),
                                                getOffset(), whole, axis()));
  return success();
}

LogicalResult PadOp::buildAdjoint(AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, getLoc());
  int64_t size = getSource().getType().getDimSize(axis());
  adjoint.accumulate(getSource(), t.slice(adjoint.cotangent(getResult()),
                                          getOffset(), size, axis()));
  return success();
}

LogicalResult ConcatOp::buildAdjoint(AdjointContext &adjoint) {
  TensorBuilder t(adjoint.builder, getLoc());
  Value cotangent = adjoint.cotangent(getResult());
  int64_t offset = 0;
  for (Value source : getSources()) {
    int64_t size = cast<RankedTensorType>(source.getType()).getDimSize(axis());
    if (adjoint.isActive(source))
      adjoint.accumulate(source, t.slice(cotangent, offset, size, axis()));
    offset += size;
  }
  return success();
}

bool StopGradientOp::passesCotangents() { return false; }

LogicalResult StopGradientOp::buildAdjoint(AdjointContext &) {
  return success();
}
