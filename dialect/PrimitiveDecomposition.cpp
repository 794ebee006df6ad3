//===- dialect/PrimitiveDecomposition.cpp - small abbreviations -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

FailureOr<SmallVector<Value>> OneplusOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  return SmallVector<Value>{t.add(t.softplus(getSource()), 1.0)};
}

FailureOr<SmallVector<Value>> SplitOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  SmallVector<Value> pieces;
  int64_t offset = 0;
  for (int64_t size : getSizes()) {
    pieces.push_back(t.slice(getSource(), offset, size));
    offset += size;
  }
  return pieces;
}

FailureOr<SmallVector<Value>> SoftmaxGradientOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  Value mean = t.sumLast(t.mul(getCotangent(), getSoftmax()));
  return SmallVector<Value>{t.mul(getSoftmax(), t.sub(getCotangent(), mean))};
}
