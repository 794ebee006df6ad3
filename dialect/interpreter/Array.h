//===- dialect/interpreter/Array.h - the interpreter's values -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERPRETER_ARRAY_H
#define VELLUM_DIALECT_INTERPRETER_ARRAY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/LogicalResult.h"

#include <cassert>
#include <cstdint>
#include <type_traits>

#include "dialect/Shapes.h"

namespace vellum::interpreter {

/// The number of elements of a tensor of this shape.
int64_t elementCount(llvm::ArrayRef<int64_t> shape);

/// How far apart neighbours along each dimension lie in row-major order.
Shape rowMajorStrides(llvm::ArrayRef<int64_t> shape);

/// The kinds of numbers an array holds. How wide they are is known to the IR's
/// types, and `Frame::set` brings every result to a value its type can hold.
enum class Kind { Float, Integer };

/// A value of the interpreter: a scalar or a tensor in row-major order. Both
/// `f32` and `tensor<f32>` are arrays of rank 0. Integers of 2 bits and more
/// are kept sign-extended, i1 as 0 and 1.
struct Array {
  Kind kind = Kind::Float;
  Shape shape;
  /// The elements; those of the other kind are empty.
  llvm::SmallVector<double, 1> floats;
  llvm::SmallVector<int64_t, 1> integers;

  static Array zeros(llvm::ArrayRef<int64_t> shape, Kind kind = Kind::Float);
  /// Every element is that of the rank-0 array `scalar`.
  static Array filled(llvm::ArrayRef<int64_t> shape, const Array &scalar);
  static Array ofFloats(llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<double> elements);
  static Array ofIntegers(llvm::ArrayRef<int64_t> shape,
                          llvm::ArrayRef<int64_t> elements);
  static Array scalar(double element) { return ofFloats({}, element); }
  static Array integer(int64_t element) { return ofIntegers({}, element); }

  int64_t rank() const { return shape.size(); }
  int64_t size() const {
    return kind == Kind::Float ? floats.size() : integers.size();
  }
  /// The size of a dimension; negative numbers count from the end.
  int64_t dim(int64_t i) const { return shape[i < 0 ? i + rank() : i]; }

  /// The `i`-th row along the last dimension.
  const double *row(int64_t i) const { return floats.data() + i * dim(-1); }
  double *row(int64_t i) { return floats.data() + i * dim(-1); }

  /// The elements as `double` or `int64_t`, which must be this array's kind.
  template <typename T> auto &elements() { return pick<T>(*this); }
  template <typename T> const auto &elements() const { return pick<T>(*this); }

  /// One element in row-major order, as an array of rank 0.
  Array at(int64_t i) const;
  void put(int64_t i, const Array &scalar);

private:
  template <typename T, typename Self> static auto &pick(Self &self) {
    assert((self.kind == Kind::Float) == (std::is_same_v<T, double>));
    if constexpr (std::is_same_v<T, double>)
      return self.floats;
    else
      return self.integers;
  }
};

/// Calls `visit(offset)` for every position of `shape` in row-major order,
/// where `offset` is `start` plus the indices times the strides.
template <typename F>
void forEachOffset(llvm::ArrayRef<int64_t> shape,
                   llvm::ArrayRef<int64_t> strides, int64_t start, F &&visit) {
  if (shape.empty())
    return visit(start);
  for (int64_t i = 0; i < shape.front(); ++i, start += strides.front()) {
    if (shape.size() == 1)
      visit(start);
    else
      forEachOffset(shape.drop_front(), strides.drop_front(), start, visit);
  }
}

/// Calls `visit(index)` for the positions of `shape` in row-major order until
/// one fails.
template <typename F>
llvm::LogicalResult forEachIndex(llvm::ArrayRef<int64_t> shape, F &&visit) {
  Shape index(shape.size(), 0);
  for (int64_t left = elementCount(shape); left > 0; --left) {
    if (llvm::failed(visit(llvm::ArrayRef<int64_t>(index))))
      return llvm::failure();
    for (int64_t d = shape.size() - 1; d >= 0 && ++index[d] == shape[d]; --d)
      index[d] = 0;
  }
  return llvm::success();
}

/// The array of `shape` whose elements lie in `source` at `start` plus the
/// indices times the strides: slices, broadcasts and transpositions.
Array gather(const Array &source, llvm::ArrayRef<int64_t> shape,
             llvm::ArrayRef<int64_t> strides, int64_t start = 0);
/// Puts the elements of `piece` where `gather` would have found them.
void scatter(Array &target, llvm::ArrayRef<int64_t> strides, int64_t start,
             const Array &piece);

/// The positions `offset` to `offset + size - 1` along a dimension.
Array slice(const Array &source, int64_t axis, int64_t offset, int64_t size);
/// Overwrites the positions from `offset` on along a dimension by `piece`.
void place(Array &target, int64_t axis, int64_t offset, const Array &piece);
/// The same elements in another shape of as many elements.
Array reshaped(Array source, llvm::ArrayRef<int64_t> shape);

} // namespace vellum::interpreter

#endif // VELLUM_DIALECT_INTERPRETER_ARRAY_H
