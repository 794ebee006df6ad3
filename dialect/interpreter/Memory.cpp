//===- dialect/interpreter/Memory.cpp - reading and writing a memory ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Evaluation.h"
#include "dialect/interpreter/Formulas.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// `r = Σ_i w(i) M(i)`.
static Array evaluateRead(MemoryReadOp op, Frame &frame) {
  const Array &memory = frame[op.getMemory()];
  const Array &weighting = frame[op.getWeighting()];
  const MemoryShape shape(memory, weighting);
  Array result = Array::zeros(withLast(weighting.shape, shape.width));
  for (int64_t b = 0; b < shape.batch; ++b)
    for (int64_t h = b * shape.heads; h < (b + 1) * shape.heads; ++h)
      for (int64_t i = 0; i < shape.locations; ++i) {
        const double w = weighting.row(h)[i];
        const double *word = memory.row(b * shape.locations + i);
        for (int64_t m = 0; m < shape.width; ++m)
          result.row(h)[m] += w * word[m];
      }
  return result;
}

namespace {
/// What one head erases from and adds to one element of a memory.
struct Change {
  double erase, add;
};
} // namespace

/// One element after all heads: erases multiply and adds sum, or each head
/// erases and adds in turn.
static double written(double element, ArrayRef<Change> heads, bool sequential) {
  if (sequential) {
    for (const Change &head : heads)
      element = element * (1 - head.erase) + head.add;
    return element;
  }
  double kept = 1, added = 0;
  for (const Change &head : heads) {
    kept *= 1 - head.erase;
    added += head.add;
  }
  return element * kept + added;
}

/// `M'(i) = M(i) ∘ (1 - w(i) e) + w(i) a`, with `e` of ones where there is no
/// erase.
static Array evaluateWrite(MemoryWriteOp op, Frame &frame) {
  const Array &weighting = frame[op.getWeighting()], &add = frame[op.getAdd()];
  const Array *erase = op.getErase() ? &frame[op.getErase()] : nullptr;
  Array memory = frame[op.getMemory()];
  const MemoryShape shape(memory, weighting);
  SmallVector<Change> changes(shape.heads);
  for (int64_t b = 0; b < shape.batch; ++b)
    for (int64_t i = 0; i < shape.locations; ++i)
      for (int64_t m = 0; m < shape.width; ++m) {
        for (int64_t h = 0; h < shape.heads; ++h) {
          const int64_t head = b * shape.heads + h;
          const double w = weighting.row(head)[i];
          changes[h] = {erase ? w * erase->row(head)[m] : w,
                        w * add.row(head)[m]};
        }
        double &element = memory.row(b * shape.locations + i)[m];
        element = written(element, changes, op.getSequential());
      }
  return memory;
}

void interpreter::addMemory(Evaluators &evaluators) {
  evaluators.add<MemoryReadOp>(evaluateRead);
  evaluators.add<MemoryWriteOp>(evaluateWrite);
}
