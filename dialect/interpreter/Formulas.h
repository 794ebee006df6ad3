//===- dialect/interpreter/Formulas.h - formulas that ops share -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERPRETER_FORMULAS_H
#define VELLUM_DIALECT_INTERPRETER_FORMULAS_H

#include <algorithm>
#include <cmath>
#include <limits>

#include "dialect/Vellum.h"
#include "dialect/interpreter/Array.h"

namespace vellum::interpreter {

/// `1 / (1 + exp(-x))`; the exponential is of no positive number.
inline double sigmoid(double x) {
  const double e = std::exp(-std::abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/// `log(1 + exp(x))`.
inline double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

inline double dot(const double *a, const double *b, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i)
    sum += a[i] * b[i];
  return sum;
}

/// The cosine of the angle between two vectors, with epsilon in the roots.
inline double cosine(const double *a, const double *b, int64_t n,
                     double epsilon) {
  return dot(a, b, n) / (std::sqrt(dot(a, a, n) + epsilon) *
                         std::sqrt(dot(b, b, n) + epsilon));
}

/// Replaces a row by its softmax over the positions that `allowed(i)`, and by
/// zeros elsewhere.
template <typename F> void softmax(double *row, int64_t n, F allowed) {
  double maximum = -std::numeric_limits<double>::infinity(), sum = 0;
  for (int64_t i = 0; i < n; ++i)
    if (allowed(i))
      maximum = std::max(maximum, row[i]);
  for (int64_t i = 0; i < n; ++i) {
    row[i] = allowed(i) ? std::exp(row[i] - maximum) : 0;
    sum += row[i];
  }
  for (int64_t i = 0; i < n; ++i)
    if (allowed(i))
      row[i] /= sum;
}

inline void softmax(double *row, int64_t n) {
  softmax(row, n, [](int64_t) { return true; });
}

/// Replaces a cotangent's row by that of the softmax's operand, from the
/// softmax's row `y`.
inline void softmaxGradient(double *cotangent, const double *y, int64_t n) {
  const double inner = dot(cotangent, y, n);
  for (int64_t i = 0; i < n; ++i)
    cotangent[i] = y[i] * (cotangent[i] - inner);
}

/// Where the shift by tap `j` finds its weight: at `bound(i + sign j)`.
struct ShiftRule {
  ShiftRule(bool correlate, bool clamp)
      : sign(correlate ? 1 : -1), clamp(clamp) {}

  int64_t source(int64_t i, int64_t j, int64_t n) const {
    const int64_t from = i + sign * j;
    if (clamp)
      return std::clamp<int64_t>(from, 0, n - 1);
    return (from % n + n) % n;
  }

  int64_t sign;
  bool clamp;
};

/// `w'(i) = Σ_j w(source(i, j)) s(j)` along rows.
Array shift(ShiftRule rule, const Array &weighting, const Array &taps);
/// The transposed map: what `i` took from `source` goes back there.
Array shiftTranspose(ShiftRule rule, const Array &cotangent, const Array &taps);
/// The gradient of `shift` for its taps, of which there are `count`.
Array shiftTaps(ShiftRule rule, const Array &cotangent, const Array &weighting,
                int64_t count);

/// Random numbers of a tensor, in row-major order; of permutations each row is
/// one.
Array randomNumbers(RandomKind kind, uint64_t key, uint64_t stream,
                    llvm::ArrayRef<int64_t> shape);

/// The sizes of a memory `B x N x M` and of the heads that look at it: one
/// where their operands are `B x …`, several where they are `B x H x …`.
struct MemoryShape {
  MemoryShape(const Array &memory, const Array &heads)
      : batch(elementCount(llvm::ArrayRef(memory.shape).drop_back(2))),
        heads(heads.rank() == memory.rank() ? heads.dim(-2) : 1),
        locations(memory.dim(-2)), width(memory.dim(-1)) {}

  int64_t batch, heads, locations, width;
};

} // namespace vellum::interpreter

#endif // VELLUM_DIALECT_INTERPRETER_FORMULAS_H
