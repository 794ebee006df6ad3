//===- dialect/interpreter/Address.cpp - where a memory is read -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Evaluation.h"
#include "dialect/interpreter/Formulas.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// The epsilon of the sharpening inside `address`, whose own is the cosine's.
static constexpr double kSharpenEpsilon = 1e-8;

/// `w(i) = softmax_i(strength K(key, memory(i)))`.
static Array contentAddress(const Array &key, const Array &memory,
                            const Array &strength, Similarity similarity,
                            double epsilon) {
  const MemoryShape shape(memory, key);
  Array weighting = Array::zeros(withLast(key.shape, shape.locations));
  for (int64_t b = 0; b < shape.batch; ++b)
    for (int64_t h = b * shape.heads; h < (b + 1) * shape.heads; ++h) {
      double *w = weighting.row(h);
      for (int64_t i = 0; i < shape.locations; ++i) {
        const double *k = key.row(h), *m = memory.row(b * shape.locations + i);
        w[i] = strength.floats[h] * (similarity == Similarity::Dot
                                         ? dot(k, m, shape.width)
                                         : cosine(k, m, shape.width, epsilon));
      }
      softmax(w, shape.locations);
    }
  return weighting;
}

/// `g w + (1 - g) w_prev`.
static Array interpolate(const Array &weighting, const Array &previous,
                         const Array &gate) {
  Array result = weighting;
  const int64_t n = result.dim(-1);
  for (int64_t i = 0; i < result.size(); ++i) {
    const double g = gate.floats[i / n];
    result.floats[i] = g * weighting.floats[i] + (1 - g) * previous.floats[i];
  }
  return result;
}

/// Calls `visit(row, i, source, tap)` for every weight that a shift moves: in
/// each row, position `i` takes from `source` by the given tap.
template <typename F>
static void forEachShift(ShiftRule rule, const Array &weighting, int64_t taps,
                         F visit) {
  const int64_t n = weighting.dim(-1), radius = taps / 2;
  for (int64_t row = 0; row * n < weighting.size(); ++row)
    for (int64_t i = 0; i < n; ++i)
      for (int64_t tap = 0; tap < taps; ++tap)
        visit(row, i, rule.source(i, tap - radius, n), tap);
}

Array interpreter::shift(ShiftRule rule, const Array &weighting,
                         const Array &taps) {
  Array result = Array::zeros(weighting.shape);
  forEachShift(rule, weighting, taps.dim(-1),
               [&](int64_t row, int64_t i, int64_t source, int64_t tap) {
                 result.row(row)[i] +=
                     weighting.row(row)[source] * taps.row(row)[tap];
               });
  return result;
}

/// `softmax(γ log(w + ε))`.
static Array sharpen(const Array &weighting, const Array &power,
                     double epsilon) {
  Array result = weighting;
  const int64_t n = result.dim(-1);
  for (int64_t i = 0; i < result.size(); ++i)
    result.floats[i] =
        power.floats[i / n] * std::log(weighting.floats[i] + epsilon);
  for (int64_t row = 0; row * n < result.size(); ++row)
    softmax(result.row(row), n);
  return result;
}

static Array evaluateContentAddress(ContentAddressOp op, Frame &frame) {
  return contentAddress(frame[op.getKey()], frame[op.getMemory()],
                        frame[op.getStrength()], op.getSimilarity(),
                        op.getEpsilon().convertToDouble());
}

static Array evaluateInterpolate(InterpolateAddressOp op, Frame &frame) {
  return interpolate(frame[op.getWeighting()], frame[op.getPrevious()],
                     frame[op.getGate()]);
}

Array interpreter::shiftTranspose(ShiftRule rule, const Array &cotangent,
                                  const Array &taps) {
  Array result = Array::zeros(cotangent.shape);
  forEachShift(rule, cotangent, taps.dim(-1),
               [&](int64_t row, int64_t i, int64_t source, int64_t tap) {
                 result.row(row)[source] +=
                     cotangent.row(row)[i] * taps.row(row)[tap];
               });
  return result;
}

Array interpreter::shiftTaps(ShiftRule rule, const Array &cotangent,
                             const Array &weighting, int64_t count) {
  Array result = Array::zeros(withLast(weighting.shape, count));
  forEachShift(rule, weighting, count,
               [&](int64_t row, int64_t i, int64_t source, int64_t tap) {
                 result.row(row)[tap] +=
                     cotangent.row(row)[i] * weighting.row(row)[source];
               });
  return result;
}

template <typename OpTy> static ShiftRule ruleOf(OpTy op) {
  return ShiftRule(op.getCorrelate(), op.getClamp());
}

static Array evaluateShift(ShiftAddressOp op, Frame &frame) {
  return shift(ruleOf(op), frame[op.getWeighting()], frame[op.getShift()]);
}

static Array evaluateShiftTranspose(ShiftAddressTransposeOp op, Frame &frame) {
  return shiftTranspose(ruleOf(op), frame[op.getCotangent()],
                        frame[op.getShift()]);
}

static Array evaluateShiftTaps(ShiftAddressTapsOp op, Frame &frame) {
  return shiftTaps(ruleOf(op), frame[op.getCotangent()],
                   frame[op.getWeighting()], op.getTaps());
}

static Array evaluateSharpen(SharpenAddressOp op, Frame &frame) {
  return sharpen(frame[op.getWeighting()], frame[op.getPower()],
                 op.getEpsilon().convertToDouble());
}

static Array evaluateAddress(AddressOp op, Frame &frame) {
  const Array content = contentAddress(
      frame[op.getKey()], frame[op.getMemory()], frame[op.getStrength()],
      op.getSimilarity(), op.getEpsilon().convertToDouble());
  const Array gated =
      interpolate(content, frame[op.getPrevious()], frame[op.getGate()]);
  const Array shifted = shift(ruleOf(op), gated, frame[op.getShift()]);
  return sharpen(shifted, frame[op.getPower()], kSharpenEpsilon);
}

void interpreter::addAddressing(Evaluators &evaluators) {
  evaluators.add<ContentAddressOp>(evaluateContentAddress);
  evaluators.add<InterpolateAddressOp>(evaluateInterpolate);
  evaluators.add<ShiftAddressOp>(evaluateShift);
  evaluators.add<ShiftAddressTransposeOp>(evaluateShiftTranspose);
  evaluators.add<ShiftAddressTapsOp>(evaluateShiftTaps);
  evaluators.add<SharpenAddressOp>(evaluateSharpen);
  evaluators.add<AddressOp>(evaluateAddress);
}
