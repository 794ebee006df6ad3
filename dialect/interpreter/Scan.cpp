//===- dialect/interpreter/Scan.cpp - time loops --------------------------===//
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
/// One scan being run.
class Scan {
public:
  Scan(ScanOp op, Frame &frame)
      : op(op), frame(frame), carried(frame.read(op.getInits())) {}

  LogicalResult run();

private:
  FailureOr<int64_t> countSteps();
  SmallVector<Array> slicesAt(int64_t t);
  LogicalResult execute(int64_t t, ArrayRef<Array> slices);
  LogicalResult step(int64_t t);
  LogicalResult stackNothing();
  LogicalResult checkSamples(const Array &array, StringRef role);
  bool hasFinished(int64_t sample, int64_t t);
  void hold(Array &next, const Array &before, int64_t t);
  LogicalResult carry(int64_t t);
  LogicalResult emit(int64_t t);

  ScanOp op;
  Frame &frame;
  int64_t steps = 0;
  SmallVector<Array> carried, stacks;
};
} // namespace

FailureOr<int64_t> Scan::countSteps() {
  if (op.getInputs().empty()) {
    const int64_t length = frame.integer(op.getLength());
    if (length < 0)
      return op.emitOpError()
             << "length must not be negative, but got " << length;
    return length;
  }
  const int64_t first = frame[op.getInputs().front()].shape.front();
  for (mlir::Value input : op.getInputs())
    if (frame[input].shape.front() != first)
      return op.emitOpError()
             << "inputs must have the same first dimension, but got " << first
             << " and " << frame[input].shape.front();
  return first;
}

SmallVector<Array> Scan::slicesAt(int64_t t) {
  return llvm::map_to_vector(op.getInputs(), [&](mlir::Value input) {
    const Array &array = frame[input];
    return reshaped(slice(array, 0, t, 1), ArrayRef(array.shape).drop_front());
  });
}

/// Runs the body from the carried values.
LogicalResult Scan::execute(int64_t t, ArrayRef<Array> slices) {
  SmallVector<Array> arguments{Array::integer(t)};
  llvm::append_range(arguments, slices);
  llvm::append_range(arguments, carried);
  frame.run.steps.push_back(t);
  auto leave = llvm::scope_exit([&] { frame.run.steps.pop_back(); });
  return frame.execute(*op.getBodyBlock(), arguments);
}

/// With `lengths` every carried and emitted value has one row for each sample.
LogicalResult Scan::checkSamples(const Array &array, StringRef role) {
  const int64_t samples = frame[op.getLengths()].size();
  if (array.shape.front() == samples)
    return success();
  return op.emitOpError() << role << " value must have the first dimension "
                          << samples << " of 'lengths', but got "
                          << formatShape(array.shape);
}

bool Scan::hasFinished(int64_t sample, int64_t t) {
  return t >= frame[op.getLengths()].integers[sample];
}

/// Gives the samples that have finished by step `t` the value they had before.
void Scan::hold(Array &next, const Array &before, int64_t t) {
  for (int64_t sample = 0; sample < next.shape.front(); ++sample)
    if (hasFinished(sample, t))
      place(next, 0, sample, slice(before, 0, sample, 1));
}

/// Takes over the carried values that the body has yielded.
LogicalResult Scan::carry(int64_t t) {
  SmallVector<Array> next = frame.read(op.getYield().getCarried());
  for (auto [before, after] : llvm::zip_equal(carried, next)) {
    if (before.shape != after.shape)
      return op.emitOpError() << "a carried value must keep the shape "
                              << formatShape(before.shape) << ", but got "
                              << formatShape(after.shape) << " at step " << t;
    if (!op.getLengths())
      continue;
    if (failed(checkSamples(after, "carried")))
      return failure();
    hold(after, before, t);
  }
  carried = std::move(next);
  return success();
}

/// Stacks what the body has emitted at position `t`.
LogicalResult Scan::emit(int64_t t) {
  for (auto [i, value] : llvm::enumerate(op.getYield().getEmitted())) {
    Array emitted = frame[value];
    if (op.getLengths()) {
      if (failed(checkSamples(emitted, "emitted")))
        return failure();
      hold(emitted, Array::zeros(emitted.shape, emitted.kind), t);
    }
    if (i == stacks.size()) {
      const FailureOr<Shape> shape =
          checkedShape(op, withFirst(steps, emitted.shape));
      if (failed(shape))
        return failure();
      stacks.push_back(Array::zeros(*shape, emitted.kind));
    }
    const ArrayRef<int64_t> expected = ArrayRef(stacks[i].shape).drop_front();
    if (expected != ArrayRef(emitted.shape))
      return op.emitOpError()
             << "an emitted value must keep the shape " << formatShape(expected)
             << ", but got " << formatShape(emitted.shape) << " at step " << t;
    place(stacks[i], 0, t, reshaped(emitted, withFirst(1, emitted.shape)));
  }
  return success();
}

LogicalResult Scan::step(int64_t t) {
  return failure(failed(execute(t, slicesAt(t))) || failed(emit(t)) ||
                 failed(carry(t)));
}

/// Makes the stacks of no steps. Where their types leave sizes open, the body
/// tells, run once on zeros with nothing recorded.
LogicalResult Scan::stackNothing() {
  const bool isKnown = llvm::all_of(op.getStacks().getTypes(), [](Type type) {
    return !llvm::is_contained(
        cast<RankedTensorType>(type).getShape().drop_front(),
        ShapedType::kDynamic);
  });
  if (!isKnown) {
    SmallVector<Array> slices;
    for (mlir::Value input : op.getInputs())
      slices.push_back(Array::zeros(ArrayRef(frame[input].shape).drop_front(),
                                    frame[input].kind));
    const bool wasMuted = std::exchange(frame.run.muted, true);
    auto restore = llvm::scope_exit([&] { frame.run.muted = wasMuted; });
    if (failed(execute(0, slices)))
      return failure();
  }
  for (auto [stack, value] :
       llvm::zip_equal(op.getStacks(), op.getYield().getEmitted())) {
    auto type = cast<RankedTensorType>(stack.getType());
    const ArrayRef<int64_t> emitted =
        isKnown ? type.getShape().drop_front() : frame[value].shape;
    stacks.push_back(Array::zeros(withFirst(0, emitted), kindOf(type)));
  }
  return success();
}

LogicalResult Scan::run() {
  const FailureOr<int64_t> count = countSteps();
  if (failed(count))
    return failure();
  steps = *count;
  for (int64_t i = 0; i < steps; ++i)
    if (failed(step(op.getReverse() ? steps - 1 - i : i)))
      return failure();
  if (steps == 0 && failed(stackNothing()))
    return failure();
  llvm::append_range(carried, stacks);
  return frame.setResults(op, carried);
}

static LogicalResult evaluateScan(ScanOp op, Frame &frame) {
  return Scan(op, frame).run();
}

void interpreter::addScan(Evaluators &evaluators) {
  evaluators.add<ScanOp>(evaluateScan);
}
