//===- dialect/interpreter/Layers.cpp - layers, cells, losses -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Evaluation.h"
#include "dialect/interpreter/Formulas.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// `[x_1 | x_2 | …] W + b`, with no bias where `bias` is null.
static Array affine(const Frame &frame, ArrayRef<mlir::Value> inputs,
                    mlir::Value weight, mlir::Value bias) {
  const Array &w = frame[weight];
  const int64_t columns = w.dim(-1);
  Array result = Array::zeros(withLast(frame[inputs.front()].shape, columns));
  const int64_t rows =
      elementCount(ArrayRef(frame[inputs.front()].shape).drop_back());
  for (int64_t row = 0; row < rows; ++row) {
    double *y = result.row(row);
    if (bias)
      llvm::copy(frame[bias].floats, y);
    int64_t weightRow = 0;
    for (mlir::Value input : inputs) {
      const Array &x = frame[input];
      for (double element : ArrayRef(x.row(row), x.dim(-1))) {
        const double *weights = w.row(weightRow++);
        for (int64_t k = 0; k < columns; ++k)
          y[k] += element * weights[k];
      }
    }
  }
  return result;
}

static Array evaluateLinear(LinearOp op, Frame &frame) {
  return affine(frame, llvm::to_vector(op.getInputs()), op.getWeight(),
                op.getBias());
}

/// The inputs of a cell with its hidden state behind them.
static SmallVector<mlir::Value> withState(ValueRange inputs,
                                          mlir::Value hidden) {
  SmallVector<mlir::Value> all(inputs);
  all.push_back(hidden);
  return all;
}

static LogicalResult evaluateLstmCell(LstmCellOp op, Frame &frame) {
  const Array gates = affine(frame, withState(op.getInputs(), op.getHidden()),
                             op.getWeight(), op.getBias());
  const double forgetBias = op.getForgetBias().convertToDouble();
  Array hidden = frame[op.getHidden()], cell = frame[op.getCell()];
  const int64_t k = cell.dim(-1);
  for (int64_t n = 0; n < cell.size(); ++n) {
    const double *gate = gates.row(n / k) + n % k;
    const double i = gate[0], f = gate[k], g = gate[2 * k], o = gate[3 * k];
    double &c = cell.floats[n];
    c = sigmoid(f + forgetBias) * c + sigmoid(i) * std::tanh(g);
    hidden.floats[n] = sigmoid(o) * std::tanh(c);
  }
  return frame.setResults(op, {hidden, cell});
}

static double activate(Activation activation, double x) {
  switch (activation) {
  case Activation::Tanh:
    return std::tanh(x);
  case Activation::Relu:
    return std::isnan(x) ? x : std::max(x, 0.0);
  case Activation::Sigmoid:
    return sigmoid(x);
  }
  llvm_unreachable("all activations are handled");
}

static Array evaluateRnnCell(RnnCellOp op, Frame &frame) {
  Array result = affine(frame, withState(op.getInputs(), op.getHidden()),
                        op.getWeight(), op.getBias());
  for (double &x : result.floats)
    x = activate(op.getActivation(), x);
  return result;
}

/// The mask's value at each element of a tensor: ones without a mask, and a
/// last dimension of 1 repeated.
static SmallVector<double> maskOf(SigmoidCrossEntropyOp op,
                                  const Frame &frame) {
  const Array &logits = frame[op.getLogits()];
  SmallVector<double> mask(logits.size(), 1.0);
  if (!op.getMask())
    return mask;
  const Array &given = frame[op.getMask()];
  const bool repeats = given.shape != logits.shape;
  for (int64_t i = 0; i < logits.size(); ++i)
    mask[i] = given.floats[repeats ? i / logits.dim(-1) : i];
  return mask;
}

/// A mask's last dimension that its type leaves open is the logits', and no 1
/// that is repeated.
static LogicalResult checkMask(SigmoidCrossEntropyOp op, const Frame &frame) {
  if (!op.getMask())
    return success();
  auto type = cast<RankedTensorType>(op.getMask().getType());
  const Shape &logits = frame[op.getLogits()].shape,
              &mask = frame[op.getMask()].shape;
  if (mask == logits || !ShapedType::isDynamic(type.getShape().back()))
    return success();
  return op.emitOpError("mask must have the shape ")
         << formatShape(logits) << " (the logits'; the last dimension of "
         << type << " is not known to be 1), but got " << formatShape(mask);
}

/// `softplus(x) - x z`, weighted by the mask, which also hides infinities.
static FailureOr<Array> evaluateCrossEntropy(SigmoidCrossEntropyOp op,
                                             Frame &frame) {
  if (failed(checkMask(op, frame)))
    return failure();
  const Array &logits = frame[op.getLogits()],
              &targets = frame[op.getTargets()];
  const SmallVector<double> mask = maskOf(op, frame);
  Array losses = Array::zeros(logits.shape);
  double sum = 0, weight = 0;
  for (int64_t i = 0; i < losses.size(); ++i) {
    const double x = logits.floats[i];
    if (mask[i] != 0)
      losses.floats[i] = mask[i] * (softplus(x) - x * targets.floats[i]);
    sum += losses.floats[i];
    weight += mask[i];
  }
  switch (op.getReduction()) {
  case LossReduction::None:
    return losses;
  case LossReduction::Sum:
    return Array::scalar(sum);
  case LossReduction::Mean:
    return Array::scalar(weight == 0 ? 0 : sum / weight);
  }
  llvm_unreachable("all reductions are handled");
}

void interpreter::addLayers(Evaluators &evaluators) {
  evaluators.add<LinearOp>(evaluateLinear);
  evaluators.add<LstmCellOp>(evaluateLstmCell);
  evaluators.add<RnnCellOp>(evaluateRnnCell);
  evaluators.add<SigmoidCrossEntropyOp>(evaluateCrossEntropy);
}
