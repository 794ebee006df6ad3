//===- dialect/AddressDecomposition.cpp - addressing in smaller ops -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

/// `key·M(i)` for every location: `B x N`, or `B x H x N` with heads.
static Value products(TensorBuilder &t, Value key, Value memory) {
  int64_t batch = rankOf(memory) - 2;
  bool heads = rankOf(key) == rankOf(memory);
  std::string b = letters('a', batch), h = heads ? "h" : "";
  return t.contract(b + h + "m," + b + "nm->" + b + h + "n", key, memory);
}

/// `1 / sqrt(|x|² + ε)` over the last dimension, which stays with size 1 if
/// `keep`. Epsilon inside the root keeps the derivative finite at a zero word.
static Value inverseNorm(TensorBuilder &t, Value value, double epsilon,
                         bool keep) {
  Value squares = t.sum(t.mul(value, value), {rankOf(value) - 1}, keep);
  return t.rsqrt(t.add(squares, epsilon));
}

FailureOr<SmallVector<Value>> ContentAddressOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  Value scores = products(t, getKey(), getMemory());
  Value scale = getStrength();
  if (getSimilarity() == Similarity::Cosine) {
    double epsilon = getEpsilon().convertToDouble();
    int64_t locations = rankOf(getMemory()) - 2;
    Value words = inverseNorm(t, getMemory(), epsilon, /*keep=*/false);
    if (rankOf(getKey()) == rankOf(getMemory()))
      words = t.broadcast(words, {locations}, scores);
    scores = t.mul(scores, words);
    scale = t.mul(scale, inverseNorm(t, getKey(), epsilon, /*keep=*/true));
  }
  return SmallVector<Value>{t.softmax(t.mul(scores, scale))};
}

FailureOr<SmallVector<Value>>
InterpolateAddressOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  Value kept = t.mul(getPrevious(), t.subFrom(1.0, getGate()));
  return SmallVector<Value>{t.add(t.mul(getWeighting(), getGate()), kept)};
}

FailureOr<SmallVector<Value>> SharpenAddressOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  Value logs = t.log(t.add(getWeighting(), getEpsilon().convertToDouble()));
  return SmallVector<Value>{t.softmax(t.mul(logs, getPower()))};
}

FailureOr<SmallVector<Value>> AddressOp::decompose(OpBuilder &builder) {
  Location loc = getLoc();
  Value content =
      ContentAddressOp::create(builder, loc, getKey(), getMemory(),
                               getStrength(), getSimilarity(), getEpsilon());
  Value gated = InterpolateAddressOp::create(builder, loc, content,
                                             getPrevious(), getGate());
  Value shifted = ShiftAddressOp::create(builder, loc, gated, getShift(),
                                         getCorrelate(), getClamp());
  Value sharp = SharpenAddressOp::create(builder, loc, shifted, getPower(),
                                         llvm::APFloat(1e-8));
  return SmallVector<Value>{sharp};
}
