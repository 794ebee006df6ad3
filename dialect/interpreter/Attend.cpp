//===- dialect/interpreter/Attend.cpp - attention -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Evaluation.h"
#include "dialect/interpreter/Formulas.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

static constexpr double kCosineEpsilon = 1e-6;

namespace {
/// One attend being evaluated. Its queries are numbered through the batch, so
/// query `q` belongs to sample `q / queries`.
class Attention {
public:
  Attention(AttendOp op, Frame &frame)
      : op(op), frame(frame), query(frame[op.getQuery()]),
        keys(frame[op.getKeys()]), values(frame[op.getValues()]),
        batch(elementCount(ArrayRef(keys.shape).drop_back(2))),
        queries(query.rank() == keys.rank() ? query.dim(-2) : 1),
        positions(keys.dim(-2)), heads(op.getHeads()),
        keyWidth(keys.dim(-1) / heads), valueWidth(values.dim(-1) / heads),
        context(Array::zeros(withLast(query.shape, values.dim(-1)))),
        weighting(Array::zeros(weightingShape())) {}

  LogicalResult run();

private:
  Shape weightingShape() const;
  bool allowed(int64_t q, int64_t s) const;
  double score(int64_t q, int64_t s, int64_t head) const;
  void attend(int64_t q, int64_t head);

  mutable AttendOp op; // Accessors of ops are not const.
  Frame &frame;
  const Array &query, &keys, &values;
  int64_t batch, queries, positions, heads, keyWidth, valueWidth;
  Array context, weighting;
};
} // namespace

/// `B x T x S` or `B x S`, with the heads in front of `T` or `S`.
Shape Attention::weightingShape() const {
  Shape shape = withLast(query.shape, positions);
  if (heads > 1)
    shape.insert(shape.begin() + keys.rank() - 2, heads);
  return shape;
}

bool Attention::allowed(int64_t q, int64_t s) const {
  if (op.getCausal() && s > q % queries + positions - queries)
    return false;
  if (!op.getMask())
    return true;
  const Array &mask = frame[op.getMask()];
  // One row for each sample, or one for each query.
  const int64_t row = mask.rank() == keys.rank() ? q : q / queries;
  return mask.integers[row * positions + s];
}

double Attention::score(int64_t q, int64_t s, int64_t head) const {
  const double *a = query.row(q) + head * keyWidth;
  const double *b = keys.row(q / queries * positions + s) + head * keyWidth;
  switch (op.getScore()) {
  case AttendScore::Dot:
    return dot(a, b, keyWidth);
  case AttendScore::ScaledDot:
    // Of no numbers at all the product is 0.
    return keyWidth ? dot(a, b, keyWidth) / std::sqrt(double(keyWidth)) : 0;
  case AttendScore::Cosine:
    return frame[op.getStrength()].floats[q] *
           cosine(a, b, keyWidth, kCosineEpsilon);
  case AttendScore::Additive: {
    const double *v = frame[op.getAdditive()].floats.data() + head * keyWidth;
    double sum = 0;
    for (int64_t d = 0; d < keyWidth; ++d)
      sum += v[d] * std::tanh(a[d] + b[d]);
    return sum;
  }
  }
  llvm_unreachable("all scores are handled");
}

void Attention::attend(int64_t q, int64_t head) {
  const int64_t sample = q / queries, t = q % queries;
  double *w = weighting.row((sample * heads + head) * queries + t);
  for (int64_t s = 0; s < positions; ++s)
    if (allowed(q, s))
      w[s] = score(q, s, head);
  softmax(w, positions, [&](int64_t s) { return allowed(q, s); });
  double *c = context.row(q) + head * valueWidth;
  const bool hides = op.getCausal() || op.getMask();
  for (int64_t s = 0; s < positions; ++s) {
    // A value that must not be seen stays out even if it is infinite; under a
    // mask a weight of 0 hides what it weighs.
    if (!allowed(q, s) || (hides && w[s] == 0))
      continue;
    const double *v = values.row(sample * positions + s) + head * valueWidth;
    for (int64_t k = 0; k < valueWidth; ++k)
      c[k] += w[s] * v[k];
  }
}

LogicalResult Attention::run() {
  for (int64_t q = 0; q < batch * queries; ++q)
    for (int64_t head = 0; head < heads; ++head)
      attend(q, head);
  if (failed(frame.set(op->getResult(0), std::move(context))))
    return failure();
  if (!op.getWeighting())
    return success();
  return frame.set(op.getWeighting(), std::move(weighting));
}

static LogicalResult evaluateAttend(AttendOp op, Frame &frame) {
  return Attention(op, frame).run();
}

void interpreter::addAttend(Evaluators &evaluators) {
  evaluators.add<AttendOp>(evaluateAttend);
}
