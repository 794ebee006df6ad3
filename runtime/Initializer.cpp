//===- runtime/Initializer.cpp - how parameters start ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Part of programs compiled ahead of time: nothing here may need libstdc++.
//
//===----------------------------------------------------------------------===//

#include "runtime/Initializer.h"
#include "runtime/Philox.h"

namespace vellum {

uint64_t hashName(const char *name, uint64_t length) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (uint64_t i = 0; i < length; ++i)
    hash = (hash ^ static_cast<unsigned char>(name[i])) * 0x100000001B3u;
  return hash;
}

uint64_t initializerKey(uint64_t seed, uint64_t nameHash) {
  return philoxFold(seed, nameHash);
}

namespace {
/// The rows of a matrix, or its columns where these are fewer: what can be made
/// orthonormal.
struct Vectors {
  explicit Vectors(const Initializer &of)
      : isTall(of.rows > of.columns), count(isTall ? of.columns : of.rows),
        length(isTall ? of.rows : of.columns),
        distance(isTall ? 1 : of.columns), step(isTall ? of.columns : 1) {}

  bool isTall;
  int64_t count, length;
  /// From a vector to the next, and from an element to the next.
  int64_t distance, step;

  double dot(const double *x, const double *y) const {
    double sum = 0;
    for (int64_t i = 0; i < length; ++i)
      sum += x[i * step] * y[i * step];
    return sum;
  }
};
} // namespace

/// Takes from a vector what it shares with those before, and makes it one long.
static void orthonormalize(const Vectors &all, double *values, int64_t which) {
  double *x = values + which * all.distance;
  // Once more for what rounding has left of the first time.
  for (int repeat = 0; repeat < 2; ++repeat)
    for (int64_t before = 0; before < which; ++before) {
      const double *y = values + before * all.distance;
      const double shared = all.dot(x, y);
      for (int64_t i = 0; i < all.length; ++i)
        x[i * all.step] -= shared * y[i * all.step];
    }
  const double norm = __builtin_sqrt(all.dot(x, x));
  for (int64_t i = 0; i < all.length; ++i)
    x[i * all.step] /= norm;
}

/// Gram and Schmidt from a normal matrix, drawn vector by vector.
static void makeOrthogonal(const Initializer &initializer, uint64_t key,
                           double *values) {
  const Vectors all(initializer);
  for (int64_t v = 0; v < all.count; ++v)
    for (int64_t i = 0; i < all.length; ++i)
      values[v * all.distance + i * all.step] =
          double(philoxNormal(key, 0, uint64_t(v * all.length + i)));
  for (int64_t v = 0; v < all.count; ++v)
    orthonormalize(all, values, v);
  for (int64_t i = 0; i < initializer.size(); ++i)
    values[i] *= initializer.first;
}

/// Element `i` of a matrix whose elements do not depend on each other.
static double valueAt(const Initializer &initializer, uint64_t key, int64_t i) {
  const double first = initializer.first, second = initializer.second;
  const int64_t row = i / initializer.columns, column = i % initializer.columns;
  switch (initializer.kind) {
  case Initializer::Constant:
    return first;
  case Initializer::Uniform:
    return first +
           (second - first) * double(philoxUniform(key, 0, uint64_t(i)));
  case Initializer::Normal:
    return first * double(philoxNormal(key, 0, uint64_t(i)));
  case Initializer::Identity:
    return row == column;
  case Initializer::OneHot:
    return column == int64_t(first) ? second : 0;
  case Initializer::Orthogonal:
    break;
  }
  return 0;
}

void initialize(const Initializer &initializer, uint64_t key, double *values) {
  const int64_t n = initializer.size();
  if (initializer.kind == Initializer::Orthogonal)
    makeOrthogonal(initializer, key, values);
  else
    for (int64_t i = 0; i < n; ++i)
      values[i] = valueAt(initializer, key, i);
  for (int64_t i = 0; i < n; ++i)
    values[i] = double(float(values[i]));
}

} // namespace vellum
