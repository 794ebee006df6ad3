//===- dialect/interpreter/Math.cpp - functions of the math dialect -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

#include "dialect/interpreter/Elementwise.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// `x^n`, whose sign `pow` may not tell: n has more bits than a double.
static double floatPower(double x, int64_t n) {
  const double size = std::pow(std::fabs(x), double(n));
  return n % 2 ? std::copysign(size, x) : size;
}

static void addExponentials(Evaluators &evaluators) {
  addUnary<math::ExpOp>(evaluators, std::exp);
  addUnary<math::Exp2Op>(evaluators, std::exp2);
  addUnary<math::ExpM1Op>(evaluators, std::expm1);
  addUnary<math::LogOp>(evaluators, std::log);
  addUnary<math::Log2Op>(evaluators, std::log2);
  addUnary<math::Log10Op>(evaluators, std::log10);
  addUnary<math::Log1pOp>(evaluators, std::log1p);
  addUnary<math::SqrtOp>(evaluators, std::sqrt);
  addUnary<math::CbrtOp>(evaluators, std::cbrt);
  addElementwise<math::RsqrtOp>(evaluators,
                                [](double x) { return 1.0 / std::sqrt(x); });
  addBinary<math::PowFOp>(evaluators, std::pow);
  addElementwise<math::FPowIOp>(evaluators, floatPower);
}

static void addTrigonometry(Evaluators &evaluators) {
  addUnary<math::SinOp>(evaluators, std::sin);
  addUnary<math::CosOp>(evaluators, std::cos);
  addUnary<math::TanOp>(evaluators, std::tan);
  addUnary<math::AsinOp>(evaluators, std::asin);
  addUnary<math::AcosOp>(evaluators, std::acos);
  addUnary<math::AtanOp>(evaluators, std::atan);
  addBinary<math::Atan2Op>(evaluators, std::atan2);
  addUnary<math::SinhOp>(evaluators, std::sinh);
  addUnary<math::CoshOp>(evaluators, std::cosh);
  addUnary<math::TanhOp>(evaluators, std::tanh);
  addUnary<math::AsinhOp>(evaluators, std::asinh);
  addUnary<math::AcoshOp>(evaluators, std::acosh);
  addUnary<math::AtanhOp>(evaluators, std::atanh);
  addUnary<math::ErfOp>(evaluators, std::erf);
  addUnary<math::ErfcOp>(evaluators, std::erfc);
}

static void addRounding(Evaluators &evaluators) {
  addUnary<math::FloorOp>(evaluators, std::floor);
  addUnary<math::CeilOp>(evaluators, std::ceil);
  addUnary<math::TruncOp>(evaluators, std::trunc);
  addUnary<math::RoundOp>(evaluators, std::round);
  // To even is the rounding mode that every C++ program starts in.
  addUnary<math::RoundEvenOp>(evaluators, std::nearbyint);
  addUnary<math::AbsFOp>(evaluators, std::fabs);
  addBinary<math::CopySignOp>(evaluators, std::copysign);
}

static void addClassification(Evaluators &evaluators) {
  addElementwise<math::IsNaNOp>(
      evaluators, [](double x) { return int64_t(std::isnan(x)); });
  addElementwise<math::IsInfOp>(
      evaluators, [](double x) { return int64_t(std::isinf(x)); });
  addElementwise<math::IsFiniteOp>(
      evaluators, [](double x) { return int64_t(std::isfinite(x)); });
}

/// `x^n` in wrapping arithmetic; a negative power is 0 but for 1 and -1.
static int64_t integerPower(int64_t x, int64_t n) {
  if (n < 0)
    return x == 1 ? 1 : x == -1 ? (n % 2 ? -1 : 1) : 0;
  uint64_t power = 1;
  for (uint64_t square = x; n; n >>= 1, square *= square)
    if (n & 1)
      power *= square;
  return power;
}

void interpreter::addMath(Evaluators &evaluators) {
  addExponentials(evaluators);
  addTrigonometry(evaluators);
  addRounding(evaluators);
  addClassification(evaluators);
  addElementwise<math::FmaOp>(evaluators, [](double a, double b, double c) {
    return std::fma(a, b, c);
  });
  addElementwise<math::ClampFOp>(evaluators,
                                 [](double x, double low, double high) {
                                   return minimum(maximum(x, low), high);
                                 });
  addElementwise<math::AbsIOp>(
      evaluators, [](int64_t x) { return x < 0 ? int64_t(-uint64_t(x)) : x; });
  addElementwise<math::IPowIOp>(evaluators, integerPower);
}
