//===- dialect/interpreter/Elementwise.h - functions of one element -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Elementwise ops are given as C++ functions of one element. The types of
/// their parameters say how an operand's elements are read: `double` a float,
/// `int64_t` an integer with its sign, `uint64_t` one without.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERPRETER_ELEMENTWISE_H
#define VELLUM_DIALECT_INTERPRETER_ELEMENTWISE_H

#include <cmath>
#include <limits>

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

#include "dialect/interpreter/Evaluation.h"

namespace vellum::interpreter {

/// The elements of one operand, read as numbers of type T.
template <typename T> class Elements {
public:
  Elements(mlir::Value value, const Frame &frame) : array(frame[value]) {
    const mlir::Type type = mlir::getElementTypeOrSelf(value.getType());
    width = type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 64;
  }

  const Shape &shape() const { return array.shape; }

  T operator[](int64_t i) const {
    if constexpr (std::is_same_v<T, double>)
      return array.floats[i];
    else if constexpr (std::is_same_v<T, int64_t>)
      return width == 1 ? -array.integers[i] : array.integers[i];
    else
      return array.integers[i] & llvm::maskTrailingOnes<uint64_t>(width);
  }

private:
  const Array &array;
  unsigned width;
};

/// IEEE 754-2019 maximum: NaN if either is, and +0 above -0.
inline double maximum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::numeric_limits<double>::quiet_NaN();
  if (a == b)
    return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

inline double minimum(double a, double b) { return -maximum(-a, -b); }

/// Fails with a diagnostic where the operands do not all have one shape.
LogicalResult checkSameShape(Operation *op, const Frame &frame);

/// Applies `f` to corresponding elements of the operands.
template <typename R, typename... T, typename F, size_t... operand>
FailureOr<Array> mapElements(Operation *op, const Frame &frame, F f,
                             std::index_sequence<operand...>) {
  if (failed(checkSameShape(op, frame)))
    return mlir::failure();
  const std::tuple<Elements<T>...> in(
      Elements<T>(op->getOperand(operand), frame)...);
  using Stored = std::conditional_t<std::is_same_v<R, double>, double, int64_t>;
  constexpr bool isFloat = std::is_same_v<Stored, double>;
  Array out = Array::zeros(std::get<0>(in).shape(),
                           isFloat ? Kind::Float : Kind::Integer);
  Stored *to = out.elements<Stored>().data();
  for (int64_t i = 0, size = out.size(); i < size; ++i)
    to[i] = Stored(f(std::get<operand>(in)[i]...));
  return out;
}

/// Adds an elementwise op given by a function.
template <typename OpTy, typename R, typename... T>
void addElementwise(Evaluators &evaluators, R (*f)(T...)) {
  evaluators.add<OpTy>([f](OpTy op, Frame &frame) {
    return mapElements<R, T...>(op, frame, f, std::index_sequence_for<T...>());
  });
}

/// Adds an elementwise op given by a lambda.
template <typename OpTy, typename F>
void addElementwise(Evaluators &evaluators, F f) {
  addElementwise<OpTy>(evaluators, +f);
}

/// Adds functions of floats, of which the C++ library has overloads.
template <typename OpTy>
void addUnary(Evaluators &evaluators, double (*f)(double)) {
  addElementwise<OpTy>(evaluators, f);
}
template <typename OpTy>
void addBinary(Evaluators &evaluators, double (*f)(double, double)) {
  addElementwise<OpTy>(evaluators, f);
}

} // namespace vellum::interpreter

#endif // VELLUM_DIALECT_INTERPRETER_ELEMENTWISE_H
