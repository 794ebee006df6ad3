//===- dialect/interpreter/Ponder.cpp - adaptive computation time ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/ScopeExit.h"

#include "dialect/interpreter/Evaluation.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

namespace {
/// One ponder being run. A sample is one position of the first state's
/// dimensions but the last; states and outputs have a row for each.
class Ponder {
public:
  Ponder(PonderOp op, Frame &frame)
      : op(op), frame(frame), states(frame.read(op.getInits())),
        perSample(withLast(states.front().shape, 1)),
        element(getElementTypeOrSelf(op.getInits().front().getType())),
        probability(Array::zeros(perSample)), cost(probability),
        steps(probability), isRunning(elementCount(perSample), true) {}

  LogicalResult run();

private:
  LogicalResult step(int64_t n);
  LogicalResult checkSamples(const Array &array, StringRef role);
  LogicalResult checkYielded(ArrayRef<Array> averaged, const Array &halt);
  SmallVector<std::optional<double>> weigh(const Array &halt, int64_t n);
  void accumulate(ArrayRef<Array> arrays,
                  ArrayRef<std::optional<double>> weights);

  PonderOp op;
  Frame &frame;
  SmallVector<Array> states;
  Shape perSample;
  Type element;
  /// `Σ h` over the steps before, `N + R` and `N` for each sample.
  Array probability, cost, steps;
  SmallVector<bool> isRunning;
  /// `Σ p^n s^n` and `Σ p^n y^n` so far.
  SmallVector<Array> sums;
};
} // namespace

LogicalResult Ponder::checkSamples(const Array &array, StringRef role) {
  const ArrayRef<int64_t> samples = ArrayRef(perSample).drop_back();
  if (ArrayRef(array.shape).take_front(samples.size()) == samples)
    return success();
  return op.emitOpError() << role << " must have the dimensions "
                          << formatShape(samples)
                          << " of the first state before its own, but got "
                          << formatShape(array.shape);
}

/// The weight of step `n` for each sample: `h` while it goes on, the remainder
/// at its last step, none later. A sum that is NaN is never at least 1 - ε.
SmallVector<std::optional<double>> Ponder::weigh(const Array &halt, int64_t n) {
  const double threshold =
      frame.round(1 - op.getEpsilon().convertToDouble(), element);
  SmallVector<std::optional<double>> weights(isRunning.size());
  for (size_t sample = 0; sample < isRunning.size(); ++sample) {
    if (!isRunning[sample])
      continue;
    double &before = probability.floats[sample];
    const double h = halt.floats[sample];
    const double sum = frame.round(before + h, element);
    if (!(sum >= threshold) && n < int64_t(op.getCap())) {
      weights[sample] = h;
      before = sum;
      continue;
    }
    const double remainder = frame.round(1 - before, element);
    weights[sample] = remainder;
    cost.floats[sample] = n + remainder;
    steps.floats[sample] = n;
    isRunning[sample] = false;
  }
  return weights;
}

/// Adds the weighted rows of the samples that took part in a step. The rows of
/// the others are not looked at, whatever has become of them.
void Ponder::accumulate(ArrayRef<Array> arrays,
                        ArrayRef<std::optional<double>> weights) {
  if (sums.empty())
    for (const Array &array : arrays)
      sums.push_back(Array::zeros(array.shape));
  for (auto [sum, array] : llvm::zip_equal(sums, arrays)) {
    const int64_t width = array.size() / std::max<int64_t>(1, weights.size());
    for (auto [i, x] : llvm::enumerate(array.floats))
      if (std::optional<double> weight = weights[i / width])
        sum.floats[i] += *weight * x;
  }
}

/// Checks what the body has yielded for every sample.
LogicalResult Ponder::checkYielded(ArrayRef<Array> averaged,
                                   const Array &halt) {
  for (auto [i, array] : llvm::enumerate(averaged)) {
    if (failed(checkSamples(array, "a state or output")))
      return failure();
    if (i < sums.size() && sums[i].shape != array.shape)
      return op.emitOpError() << "a state or output must keep the shape "
                              << formatShape(sums[i].shape) << ", but got "
                              << formatShape(array.shape);
  }
  if (halt.shape != perSample)
    return op.emitOpError()
           << "the halting probability must have the shape "
           << formatShape(perSample) << ", but got " << formatShape(halt.shape);
  return success();
}

LogicalResult Ponder::step(int64_t n) {
  SmallVector<Array> arguments{
      Array::filled(perSample, Array::scalar(n == 1 ? 1 : 0))};
  llvm::append_range(arguments, states);
  frame.run.steps.push_back(n - 1);
  auto leave = llvm::scope_exit([&] { frame.run.steps.pop_back(); });
  if (failed(frame.execute(*op.getBodyBlock(), arguments)))
    return failure();

  YieldOp yield = op.getYield();
  states = frame.read(yield.getCarried());
  SmallVector<Array> averaged = states;
  llvm::append_range(averaged, frame.read(yield.getEmitted()));
  const Array &halt = frame[yield.getHalt()];
  if (failed(checkYielded(averaged, halt)))
    return failure();
  accumulate(averaged, weigh(halt, n));
  return success();
}

LogicalResult Ponder::run() {
  for (const Array &state : states)
    if (failed(checkSamples(state, "a state")))
      return failure();
  // Without any sample one step still tells the outputs' shapes.
  int64_t n = 0;
  do {
    if (failed(step(++n)))
      return failure();
  } while (llvm::is_contained(isRunning, true));
  sums.push_back(cost);
  sums.push_back(steps);
  return frame.setResults(op, sums);
}

static LogicalResult evaluatePonder(PonderOp op, Frame &frame) {
  return Ponder(op, frame).run();
}

void interpreter::addPonder(Evaluators &evaluators) {
  evaluators.add<PonderOp>(evaluatePonder);
}
