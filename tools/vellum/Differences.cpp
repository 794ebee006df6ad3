//===- tools/vellum/Differences.cpp - derivatives against differences -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Differences.h"

#include <algorithm>
#include <cmath>
#include <optional>

using namespace mlir;
using namespace vellum;

using Function = llvm::function_ref<FailureOr<double>(double)>;

bool vellum::moveFromZero(interpreter::Array &array) {
  constexpr double kBeside = 1e-9;
  bool moved = false;
  for (double &x : array.floats)
    if (x == 0) {
      x = kBeside;
      moved = true;
    }
  return moved;
}

static double relative(double error, double scale) {
  const double result = error == 0 ? 0 : error / scale;
  return std::isnan(result) ? INFINITY : result;
}

static FailureOr<double> central(Function f, double step) {
  FailureOr<double> above = f(step), below = f(-step);
  if (failed(above) || failed(below))
    return failure();
  return (*above - *below) / (2 * step);
}

static FailureOr<double> leastCentralError(Function f, double derivative,
                                           double scale) {
  constexpr double kGoodEnough = 1e-7;
  double best = INFINITY;
  for (double step : {1e-2, 1e-3, 1e-4, 1e-5}) {
    FailureOr<double> wide = central(f, step), narrow = central(f, step / 2);
    if (failed(wide) || failed(narrow))
      return failure();
    const double estimate = (4 * *narrow - *wide) / 3;
    best = std::min(best, relative(std::abs(estimate - derivative), scale));
    if (best <= kGoodEnough)
      break;
  }
  return best;
}

/// The slope on the side that `step` points to, where `f` is `at` at 0; nothing
/// where `f` has no values there.
static FailureOr<std::optional<double>> slope(Function f, double at,
                                              double step) {
  FailureOr<double> wide = f(step), narrow = f(step / 2);
  if (failed(wide) || failed(narrow))
    return failure();
  const double estimate = 2 * (*narrow - at) / (step / 2) - (*wide - at) / step;
  return std::isfinite(estimate) ? std::optional(estimate) : std::nullopt;
}

/// One-sided slopes are right up to h^2 and rounding over h: for h = 1e-5 about
/// 1e-10 and 1e-11 of the function.
static constexpr double kSlopeStep = 1e-5, kSlopeLimit = 1e-5;

/// The slopes of a smooth function's sides differ by h times its curvature; at
/// a kink by about as much as they are.
static constexpr double kLeastKink = 1e-3;

/// At the edge of a domain the curvature may be infinite, as that of x^1.5, and
/// slopes reach a right derivative as slowly as the root of the step: 10 times
/// nearer with a step of a hundredth. They never reach a wrong one.
static FailureOr<DifferenceError> compareOnOneSide(Function f, double at,
                                                   int side, double derivative,
                                                   double scale) {
  constexpr double kLeastGain = 5;
  auto distance = [&](double step) -> FailureOr<double> {
    auto estimate = slope(f, at, side * step);
    if (failed(estimate))
      return failure();
    return *estimate ? std::abs(**estimate - derivative) : INFINITY;
  };
  FailureOr<double> wide = distance(kSlopeStep),
                    narrow = distance(kSlopeStep / 100);
  if (failed(wide) || failed(narrow))
    return failure();
  const double error = relative(*wide, scale);
  const bool agrees = error <= kSlopeLimit || *narrow * kLeastGain <= *wide;
  return DifferenceError{agrees ? 0 : error, Smoothness::Edge};
}

FailureOr<DifferenceError>
vellum::compareWithDifferences(Function f, double derivative, double scale) {
  FailureOr<double> least = leastCentralError(f, derivative, scale);
  if (failed(least))
    return failure();
  const DifferenceError smooth{*least, Smoothness::Smooth};
  if (*least <= kDifferencesLimit)
    return smooth;
  FailureOr<double> at = f(0);
  if (failed(at))
    return failure();
  auto left = slope(f, *at, -kSlopeStep), right = slope(f, *at, kSlopeStep);
  if (failed(left) || failed(right))
    return failure();
  if (!*left && !*right)
    return DifferenceError{NAN, Smoothness::Edge};
  if (!*left || !*right)
    return compareOnOneSide(f, *at, *left ? -1 : 1, derivative, scale);
  const auto [low, high] = std::minmax(**left, **right);
  scale = std::max({scale, std::abs(low), std::abs(high)});
  const double outside =
      relative(std::max({0.0, low - derivative, derivative - high}), scale);
  if (high - low <= kLeastKink * scale || outside > kSlopeLimit)
    return smooth;
  return DifferenceError{0, Smoothness::Kink};
}
