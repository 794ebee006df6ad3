//===- dialect/interpreter/Module.cpp - parameters, chance, observation ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/Format.h"

#include <cmath>

#include "dialect/interpreter/Evaluation.h"
#include "dialect/interpreter/Formulas.h"
#include "runtime/Philox.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

static FailureOr<Array> evaluateUse(UseOp op, Frame &frame) {
  const auto &parameters = frame.run.options.parameters;
  auto found = parameters.find(op.getParameter());
  if (found == parameters.end())
    return op.emitOpError() << "reads parameter '" << op.getParameter()
                            << "', which has been given no value";
  return found->second;
}

//===----------------------------------------------------------------------===//
// random
//===----------------------------------------------------------------------===//

/// Each row of the last dimension is a permutation of its positions.
static Array permutations(uint64_t key, uint64_t stream,
                          ArrayRef<int64_t> shape) {
  Array result = Array::zeros(shape, Kind::Integer);
  const int64_t n = shape.back();
  SmallVector<int32_t> row(n);
  for (int64_t i = 0; i * n < result.size(); ++i) {
    philoxPermutation(key, stream, i, n, row.data());
    llvm::copy(row, result.integers.begin() + i * n);
  }
  return result;
}

Array interpreter::randomNumbers(RandomKind kind, uint64_t key, uint64_t stream,
                                 ArrayRef<int64_t> shape) {
  if (kind == RandomKind::Permutation)
    return permutations(key, stream, shape);
  const bool isFloat = kind != RandomKind::Bits;
  Array result = Array::zeros(shape, isFloat ? Kind::Float : Kind::Integer);
  for (int64_t i = 0; i < result.size(); ++i)
    if (kind == RandomKind::Bits)
      result.integers[i] = philoxBits(key, stream, i);
    else if (kind == RandomKind::Uniform)
      result.floats[i] = philoxUniform(key, stream, i);
    else
      result.floats[i] = philoxNormal(key, stream, i);
  return result;
}

static FailureOr<Array> evaluateRandom(RandomOp op, Frame &frame) {
  const FailureOr<Shape> shape =
      concreteShape(op, op.getType(), frame.readIntegers(op.getSizes()));
  if (failed(shape))
    return failure();
  return randomNumbers(op.getKind(), frame.integer(op.getKey()), op.getStream(),
                       *shape);
}

//===----------------------------------------------------------------------===//
// probe, expect_close, require
//===----------------------------------------------------------------------===//

static LogicalResult evaluateProbe(ProbeOp op, Frame &frame) {
  const Run &run = frame.run;
  if (run.options.onProbe && !run.muted)
    run.options.onProbe(op.getName(), run.steps, frame[op.getValue()]);
  return success();
}

static bool isClose(ExpectCloseOp op, double actual, double expected) {
  if (std::isnan(actual) || std::isnan(expected))
    return op.getNanEqual() && std::isnan(actual) && std::isnan(expected);
  // Infinities have no difference.
  if (actual == expected)
    return true;
  return std::abs(actual - expected) <=
         op.getAtol().convertToDouble() +
             op.getRtol().convertToDouble() * std::abs(expected);
}

static double numberAt(const Array &array, int64_t i) {
  return array.kind == Kind::Float ? array.floats[i]
                                   : double(array.integers[i]);
}

/// `[1, 0, 2]`, the index of an element.
static std::string formatIndex(int64_t position, ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << '[';
  llvm::interleaveComma(rowMajorStrides(shape), stream, [&](int64_t stride) {
    stream << position / stride;
    position %= stride;
  });
  stream << ']';
  return text;
}

/// Reports the first element that is not close.
static bool holds(ExpectCloseOp op, const Array &actual,
                  const Array &expected) {
  if (actual.shape != expected.shape) {
    op.emitOpError() << "expected the shape " << formatShape(expected.shape)
                     << ", but got " << formatShape(actual.shape);
    return false;
  }
  for (int64_t i = 0; i < actual.size(); ++i) {
    const double x = numberAt(actual, i), y = numberAt(expected, i);
    if (isClose(op, x, y))
      continue;
    op.emitOpError() << "expected " << formatNumber(y) << " at "
                     << formatIndex(i, actual.shape) << ", but got "
                     << formatNumber(x);
    return false;
  }
  return true;
}

static LogicalResult evaluateExpectClose(ExpectCloseOp op, Frame &frame) {
  if (!frame.run.muted &&
      !holds(op, frame[op.getActual()], frame[op.getExpected()]))
    frame.run.expectationsHold = false;
  return success();
}

static LogicalResult evaluateRequire(RequireOp op, Frame &frame) {
  if (frame.isTrue(op.getCondition()))
    return success();
  return op.emitError() << RequireOp::formatText(
             op.getText(), frame.readIntegers(op.getValues()));
}

void interpreter::addModule(Evaluators &evaluators) {
  evaluators.add<UseOp>(evaluateUse);
  evaluators.add<RandomOp>(evaluateRandom);
  evaluators.add<ProbeOp>(evaluateProbe);
  evaluators.add<RequireOp>(evaluateRequire);
  evaluators.add<ExpectCloseOp>(evaluateExpectClose);
}
