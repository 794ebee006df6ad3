//===- lowering/Optimizers.cpp - parameter updates as IR ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/Optimizers.h"

#include "mlir/IR/TypeUtilities.h"

#include <cmath>

using namespace mlir;
using namespace vellum;

static SmallVector<int64_t> allDims(Value tensor) {
  return llvm::to_vector(llvm::seq<int64_t>(rankOf(tensor)));
}

/// A tensor of rank 0 in every element of a tensor like `like`, with the
/// element type of `like`.
static Value spread(TensorBuilder &t, Value scalar, Value like) {
  Type element = getElementTypeOrSelf(like.getType());
  const unsigned from = getElementTypeOrSelf(scalar).getIntOrFloatBitWidth();
  auto type = RankedTensorType::get({}, element);
  if (from < element.getIntOrFloatBitWidth())
    scalar = arith::ExtFOp::create(t.builder, t.location, type, scalar);
  else if (from > element.getIntOrFloatBitWidth())
    scalar = arith::TruncFOp::create(t.builder, t.location, type, scalar);
  return rankOf(like) == 0 ? scalar : t.broadcast(scalar, allDims(like), like);
}

/// `decay average + (1 - decay) value`.
static Value decayed(TensorBuilder &t, double decay, Value average,
                     Value value) {
  return t.add(t.mul(average, decay), t.mul(value, 1.0 - decay));
}

//===----------------------------------------------------------------------===//
// Clipping
//===----------------------------------------------------------------------===//

static Value sumOfSquares(TensorBuilder &t, Value tensor) {
  Value squares = t.mul(tensor, tensor);
  return rankOf(tensor) == 0 ? squares : t.sum(squares, allDims(tensor));
}

Value vellum::euclideanNorm(TensorBuilder &t, ValueRange tensors) {
  Value sum;
  for (Value tensor : tensors) {
    Value squares = sumOfSquares(t, tensor);
    sum = sum ? t.add(sum, spread(t, squares, sum)) : squares;
  }
  return t.sqrt(sum);
}

static Value min(TensorBuilder &t, Value lhs, Value rhs) {
  return arith::MinimumFOp::create(t.builder, t.location, lhs, rhs);
}

/// `min(1, bound / norm)`: 1 too where the norm is 0.
static Value clipScale(TensorBuilder &t, double bound, Value norm) {
  return min(t, t.constant(1.0, norm), t.div(t.constant(bound, norm), norm));
}

static Value clipComponents(TensorBuilder &t, double bound, Value gradient) {
  return t.max(t.constant(-bound, gradient),
               min(t, t.constant(bound, gradient), gradient));
}

SmallVector<Value> vellum::clipGradients(TensorBuilder &t, TrainingOp recipe,
                                         ValueRange gradients, Value norm) {
  const double bound = recipe.getClipBound().convertToDouble();
  Value scale;
  if (recipe.getClip() == ClipKind::Norm)
    scale = clipScale(t, bound, norm);
  return llvm::map_to_vector(gradients, [&](Value gradient) -> Value {
    switch (recipe.getClip()) {
    case ClipKind::None:
      return gradient;
    case ClipKind::Norm:
      return t.mul(gradient, spread(t, scale, gradient));
    case ClipKind::Component:
      return clipComponents(t, bound, gradient);
    case ClipKind::Matrix:
      scale = clipScale(t, bound, euclideanNorm(t, gradient));
      return t.mul(gradient, spread(t, scale, gradient));
    }
    llvm_unreachable("unknown way to clip");
  });
}

//===----------------------------------------------------------------------===//
// Optimizer
//===----------------------------------------------------------------------===//

double Optimizer::setting(StringRef name, double otherwise) const {
  Attribute attribute = recipe.getSettings().get(name);
  if (auto number = dyn_cast_or_null<FloatAttr>(attribute))
    return number.getValueAsDouble();
  if (auto number = dyn_cast_or_null<IntegerAttr>(attribute))
    return number.getInt();
  return otherwise;
}

double Optimizer::momentum() const {
  const bool isSgd = recipe.getOptimizer() == OptimizerKind::Sgd;
  return setting("momentum", isSgd ? 0.0 : 0.9);
}

SmallVector<StringRef> Optimizer::stateNames() const {
  SmallVector<StringRef> names;
  switch (recipe.getOptimizer()) {
  case OptimizerKind::Sgd:
    break;
  case OptimizerKind::RmsProp:
    names = {"mean_square"};
    break;
  case OptimizerKind::GravesRmsProp:
    names = {"mean_square", "mean"};
    break;
  case OptimizerKind::Adam:
    return {"mean", "mean_square"};
  }
  if (momentum() != 0.0)
    names.push_back("momentum");
  return names;
}

/// The gradient divided by its running size, and the next running means.
Value Optimizer::preconditioned(TensorBuilder &t, Value gradient,
                                ValueRange state,
                                SmallVectorImpl<Value> &next) const {
  if (recipe.getOptimizer() == OptimizerKind::Sgd)
    return gradient;
  const double decay = setting("decay", 0.95);
  Value square = decayed(t, decay, state[0], t.mul(gradient, gradient));
  next.push_back(square);
  if (recipe.getOptimizer() == OptimizerKind::RmsProp)
    return t.div(gradient, t.add(t.sqrt(square), setting("epsilon", 1e-8)));
  Value mean = decayed(t, decay, state[1], gradient);
  next.push_back(mean);
  Value variance = t.sub(square, t.mul(mean, mean));
  return t.div(gradient, t.sqrt(t.add(variance, setting("epsilon", 1e-4))));
}

/// `1 - decay^step`, without the cancellation that it has where `decay` is
/// close to 1: with `h = tanh(step log(decay) / 2)` it is `-2 h / (1 - h)`.
static Value biasCorrection(TensorBuilder &t, double decay, Value step) {
  Value h = t.tanh(t.mul(step, 0.5 * std::log(decay)));
  return t.div(t.mul(h, -2.0), t.subFrom(1.0, h));
}

SmallVector<Value> Optimizer::adam(TensorBuilder &t, Value parameter,
                                   Value gradient, ValueRange state,
                                   Value step) const {
  const double beta1 = setting("beta1", 0.9), beta2 = setting("beta2", 0.999);
  Value mean = decayed(t, beta1, state[0], gradient);
  Value square = decayed(t, beta2, state[1], t.mul(gradient, gradient));
  auto corrected = [&](Value average, double decay) {
    return t.div(average, spread(t, biasCorrection(t, decay, step), average));
  };
  Value size =
      t.add(t.sqrt(corrected(square, beta2)), setting("epsilon", 1e-8));
  Value change = t.div(corrected(mean, beta1), size);
  Value next = t.sub(parameter, t.mul(change, setting("learning_rate", 0.0)));
  return {next, mean, square};
}

SmallVector<Value> Optimizer::update(TensorBuilder &t, Value parameter,
                                     Value gradient, ValueRange state,
                                     Value step) const {
  if (recipe.getOptimizer() == OptimizerKind::Adam)
    return adam(t, parameter, gradient, state, step);
  SmallVector<Value> next;
  Value direction = preconditioned(t, gradient, state, next);
  Value change = t.mul(direction, -setting("learning_rate", 0.0));
  if (momentum() != 0.0) {
    change = t.add(t.mul(state.back(), momentum()), change);
    next.push_back(change);
  }
  next.insert(next.begin(), t.add(parameter, change));
  return next;
}
