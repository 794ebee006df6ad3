//===- dialect/interpreter/Array.cpp - the interpreter's values -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Array.h"

#include <functional>
#include <numeric>

using namespace llvm;
using namespace vellum;
using namespace vellum::interpreter;

int64_t interpreter::elementCount(ArrayRef<int64_t> shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t(1),
                         std::multiplies<int64_t>());
}

Shape interpreter::rowMajorStrides(ArrayRef<int64_t> shape) {
  Shape strides(shape.size(), 1);
  for (int64_t i = int64_t(shape.size()) - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

/// Calls `f` with a zero of the C++ type that holds elements of this kind.
template <typename F> static void withElementType(Kind kind, F f) {
  kind == Kind::Float ? f(double(0)) : f(int64_t(0));
}

Array Array::zeros(ArrayRef<int64_t> shape, Kind kind) {
  Array array;
  array.kind = kind;
  array.shape = Shape(shape);
  withElementType(kind, [&](auto zero) {
    array.elements<decltype(zero)>().assign(elementCount(shape), zero);
  });
  return array;
}

Array Array::filled(ArrayRef<int64_t> shape, const Array &scalar) {
  Array array = zeros(shape, scalar.kind);
  withElementType(scalar.kind, [&](auto zero) {
    using T = decltype(zero);
    array.elements<T>().assign(array.size(), scalar.elements<T>().front());
  });
  return array;
}

Array Array::ofFloats(ArrayRef<int64_t> shape, ArrayRef<double> elements) {
  assert(elementCount(shape) == int64_t(elements.size()));
  Array array;
  array.shape = Shape(shape);
  array.floats.assign(elements.begin(), elements.end());
  return array;
}

Array Array::ofIntegers(ArrayRef<int64_t> shape, ArrayRef<int64_t> elements) {
  assert(elementCount(shape) == int64_t(elements.size()));
  Array array;
  array.kind = Kind::Integer;
  array.shape = Shape(shape);
  array.integers.assign(elements.begin(), elements.end());
  return array;
}

Array Array::at(int64_t i) const {
  return kind == Kind::Float ? scalar(floats[i]) : integer(integers[i]);
}

void Array::put(int64_t i, const Array &scalar) {
  withElementType(kind, [&](auto zero) {
    using T = decltype(zero);
    elements<T>()[i] = scalar.elements<T>().front();
  });
}

Array interpreter::gather(const Array &source, ArrayRef<int64_t> shape,
                          ArrayRef<int64_t> strides, int64_t start) {
  Array result = Array::zeros(shape, source.kind);
  withElementType(source.kind, [&](auto zero) {
    using T = decltype(zero);
    const T *from = source.elements<T>().data();
    T *to = result.elements<T>().data();
    forEachOffset(shape, strides, start, [&](int64_t i) { *to++ = from[i]; });
  });
  return result;
}

void interpreter::scatter(Array &target, ArrayRef<int64_t> strides,
                          int64_t start, const Array &piece) {
  withElementType(piece.kind, [&](auto zero) {
    using T = decltype(zero);
    const T *from = piece.elements<T>().data();
    T *to = target.elements<T>().data();
    forEachOffset(piece.shape, strides, start,
                  [&](int64_t i) { to[i] = *from++; });
  });
}

Array interpreter::slice(const Array &source, int64_t axis, int64_t offset,
                         int64_t size) {
  const Shape strides = rowMajorStrides(source.shape);
  Shape shape = source.shape;
  shape[axis] = size;
  return gather(source, shape, strides, offset * strides[axis]);
}

void interpreter::place(Array &target, int64_t axis, int64_t offset,
                        const Array &piece) {
  const Shape strides = rowMajorStrides(target.shape);
  scatter(target, strides, offset * strides[axis], piece);
}

Array interpreter::reshaped(Array source, ArrayRef<int64_t> shape) {
  assert(source.size() == elementCount(shape));
  source.shape = Shape(shape);
  return source;
}
