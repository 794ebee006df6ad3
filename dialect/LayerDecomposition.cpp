//===- dialect/LayerDecomposition.cpp - layers in smaller ops -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

static int64_t lastSize(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape().back();
}

/// A bias with the shape of `like`.
static Value stretchBias(TensorBuilder &t, Value bias, Value like) {
  return t.broadcast(
      bias, llvm::to_vector(llvm::seq<int64_t>(rankOf(like) - 1)), like);
}

FailureOr<SmallVector<Value>> LinearOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  Value result;
  int64_t row = 0;
  for (Value input : getInputs()) {
    Value rows = getInputs().size() == 1
                     ? getWeight()
                     : t.slice(getWeight(), row, lastSize(input), 0);
    row += lastSize(input);
    std::string b = letters('a', rankOf(input) - 1);
    Value product = t.contract(b + "k,kn->" + b + "n", input, rows);
    result = result ? t.add(result, product) : product;
  }
  if (getBias())
    result = t.add(result, stretchBias(t, getBias(), result));
  return SmallVector<Value>{result};
}

/// The affine map of inputs and hidden state before a cell's nonlinearity.
static Value preactivation(OpBuilder &builder, Location loc, ValueRange inputs,
                           Value hidden, Value weight, Value bias) {
  SmallVector<Value> operands(inputs);
  operands.push_back(hidden);
  return LinearOp::create(builder, loc, operands, weight, bias);
}

FailureOr<SmallVector<Value>> LstmCellOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  Value gates = preactivation(builder, getLoc(), getInputs(), getHidden(),
                              getWeight(), getBias());
  int64_t size = lastSize(getHidden());
  auto gate = [&](int64_t index) { return t.slice(gates, index * size, size); };
  Value forget = gate(1);
  if (double bias = getForgetBias().convertToDouble())
    forget = t.add(forget, bias);
  Value written = t.mul(t.sigmoid(gate(0)), t.tanh(gate(2)));
  Value cell = t.add(t.mul(t.sigmoid(forget), getCell()), written);
  Value hidden = t.mul(t.sigmoid(gate(3)), t.tanh(cell));
  return SmallVector<Value>{hidden, cell};
}

/// Relu as a selection, whose derivative at 0 is 0.
static Value relu(TensorBuilder &t, Value value) {
  Value zero = t.zerosLike(value);
  return t.select(t.compare(arith::CmpFPredicate::OGT, value, zero), value,
                  zero);
}

FailureOr<SmallVector<Value>> RnnCellOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  Value sum = preactivation(builder, getLoc(), getInputs(), getHidden(),
                            getWeight(), getBias());
  switch (getActivation()) {
  case Activation::Tanh:
    return SmallVector<Value>{t.tanh(sum)};
  case Activation::Relu:
    return SmallVector<Value>{relu(t, sum)};
  case Activation::Sigmoid:
    return SmallVector<Value>{t.sigmoid(sum)};
  }
  llvm_unreachable("all activations are handled");
}

/// The sum of all elements.
static Value total(TensorBuilder &t, Value value) {
  return t.sum(value, llvm::to_vector(llvm::seq<int64_t>(rankOf(value))));
}

/// `sum / count`, or 0 where the mask leaves nothing.
static Value maskedMean(TensorBuilder &t, Value sum, Value count) {
  Value zero = t.zerosLike(count);
  Value empty = t.compare(arith::CmpFPredicate::OEQ, count, zero);
  return t.div(sum, t.select(empty, t.constant(1.0, count), count));
}

FailureOr<SmallVector<Value>>
SigmoidCrossEntropyOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  Value logits = getLogits(), targets = getTargets(), mask, counts;
  if (getMask()) {
    mask = t.stretch(getMask(), logits);
    counts = t.compare(arith::CmpFPredicate::UNE, mask, t.zerosLike(mask));
    logits = t.keep(counts, logits);
    targets = t.keep(counts, targets);
  }
  Value loss = t.sub(t.softplus(logits), t.mul(logits, targets));
  if (mask)
    loss = t.keep(counts, t.mul(loss, mask));
  if (getReduction() == LossReduction::None)
    return SmallVector<Value>{loss};
  Value sum = total(t, loss);
  if (getReduction() == LossReduction::Sum)
    return SmallVector<Value>{sum};
  Value count = total(t, mask ? mask : t.constant(1.0, loss));
  return SmallVector<Value>{maskedMean(t, sum, count)};
}
