//===- dialect/interpreter/Initializers.cpp - how parameters start --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic and square roots only, so that a seed gives the same bits with
// every C library.
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Initializers.h"

#include "dialect/interpreter/Formulas.h"
#include "runtime/Philox.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// FNV-1a with 64 bits.
static uint64_t hashName(StringRef name) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (unsigned char c : name)
    hash = (hash ^ c) * 0x100000001B3u;
  return hash;
}

static Array uniform(uint64_t key, ArrayRef<int64_t> shape, double low,
                     double high) {
  Array result = Array::zeros(shape);
  for (auto [i, x] : llvm::enumerate(result.floats))
    x = low + (high - low) * philoxUniform(key, 0, i);
  return result;
}

static Array normal(uint64_t key, ArrayRef<int64_t> shape, double deviation) {
  Array result = Array::zeros(shape);
  for (auto [i, x] : llvm::enumerate(result.floats))
    x = deviation * philoxNormal(key, 0, i);
  return result;
}

static Array identity(ArrayRef<int64_t> shape) {
  Array result = Array::zeros(shape);
  const int64_t size = std::min(shape[0], shape[1]);
  for (int64_t i = 0; i < size; ++i)
    result.row(i)[i] = 1;
  return result;
}

static Array oneHot(ArrayRef<int64_t> shape, int64_t position, double value) {
  Array result = Array::zeros(shape);
  const int64_t n = shape.back();
  for (int64_t row = 0; row * n < result.size(); ++row)
    result.row(row)[position] = value;
  return result;
}

/// Takes from a row what it shares with the rows before and makes it one long.
static void orthonormalise(Array &rows, int64_t row) {
  const int64_t n = rows.dim(-1);
  double *x = rows.row(row);
  // Once more for what rounding has left of the first time.
  for (int repeat = 0; repeat < 2; ++repeat)
    for (int64_t before = 0; before < row; ++before) {
      const double *y = rows.row(before);
      const double shared = dot(x, y, n);
      for (int64_t i = 0; i < n; ++i)
        x[i] -= shared * y[i];
    }
  const double norm = std::sqrt(dot(x, x, n));
  for (int64_t i = 0; i < n; ++i)
    x[i] /= norm;
}

/// `gain` times a matrix of orthonormal rows, or columns if there are fewer of
/// these, by Gram and Schmidt from a normal one.
static Array orthogonal(uint64_t key, ArrayRef<int64_t> shape, double gain) {
  const bool isTall = shape[0] > shape[1];
  const Shape wide = {std::min(shape[0], shape[1]),
                      std::max(shape[0], shape[1])};
  Array rows = normal(key, wide, 1);
  for (int64_t row = 0; row < wide[0]; ++row)
    orthonormalise(rows, row);
  for (double &x : rows.floats)
    x *= gain;
  return isTall ? gather(rows, shape, {1, wide[1]}) : rows;
}

/// The argument at `i`, or `otherwise` where there are fewer.
static double argument(ParameterOp parameter, size_t i, double otherwise) {
  const ArrayRef<double> arguments = parameter.getInitArgs();
  return i < arguments.size() ? arguments[i] : otherwise;
}

static Array draw(ParameterOp parameter, uint64_t key) {
  const ArrayRef<int64_t> shape = parameter.getTensorType().getShape();
  const double first = argument(parameter, 0, 1);
  switch (parameter.getInit()) {
  case InitKind::Zeros:
    return Array::zeros(shape);
  case InitKind::Constant:
    return Array::filled(shape, Array::scalar(first));
  case InitKind::Uniform:
    if (parameter.getInitArgs().size() == 1)
      return uniform(key, shape, -first, first);
    return uniform(key, shape, first, argument(parameter, 1, 1));
  case InitKind::Normal:
    return normal(key, shape, first);
  case InitKind::Glorot: {
    const double range = first * std::sqrt(6.0 / double(shape[0] + shape[1]));
    return uniform(key, shape, -range, range);
  }
  case InitKind::Orthogonal:
    return orthogonal(key, shape, first);
  case InitKind::Identity:
    return identity(shape);
  case InitKind::OneHot:
    return oneHot(shape, int64_t(first), argument(parameter, 1, 1));
  }
  llvm_unreachable("all initialisers are handled");
}

Array interpreter::initialParameter(ParameterOp parameter, uint64_t seed) {
  Array result =
      draw(parameter, philoxFold(seed, hashName(parameter.getSymName())));
  for (double &x : result.floats)
    x = float(x);
  return result;
}
