//===- tools/vellum/PlotAxis.cpp - scales and ticks -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/PlotAxis.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace vellum;

double Axis::at(double value) const {
  const auto scale = [this](double x) { return isLog ? std::log10(x) : x; };
  const double clamped = std::clamp(value, low, high);
  const double part =
      (scale(clamped) - scale(low)) / (scale(high) - scale(low));
  return from + part * (to - from);
}

/// The least of 1, 2 and 5 times a power of ten that is at least `least`.
static double roundUp(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (double factor : {1.0, 2.0, 5.0})
    // The factor of a bound that is round itself may come out a bit above it.
    if (factor * power >= least * (1 - 1e-9))
      return factor * power;
  return 10 * power;
}

SmallVector<Tick> Axis::ticks(unsigned most) const {
  SmallVector<Tick> result;
  const auto add = [&](double value) {
    result.push_back({value, formatTick(value)});
  };
  if (isLog) {
    const auto last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
    const auto first = static_cast<int>(std::ceil(std::log10(low) - 1e-9));
    const int stride = (last - first) / static_cast<int>(most) + 1;
    for (int k = first; k <= last; k += stride)
      add(std::pow(10.0, k));
    return result;
  }
  const double step = roundUp((high - low) / (most - 1));
  const auto first = static_cast<int64_t>(std::ceil(low / step - 1e-9));
  const auto last = static_cast<int64_t>(std::floor(high / step + 1e-9));
  for (int64_t i = first; i <= last; ++i)
    add(static_cast<double>(i) * step);
  return result;
}

Axis vellum::axisAround(double low, double high, double from, double to) {
  // The least power of ten that has all its digits.
  constexpr double kLeast = 1e-300;
  if (low > kLeast && high / low >= 100)
    return Axis(std::pow(10.0, std::floor(std::log10(low) + 1e-9)),
                std::pow(10.0, std::ceil(std::log10(high) - 1e-9)), from, to,
                /*isLog=*/true);
  // Numbers that hardly differ are one, in the middle of the axis.
  const double size = std::max(std::abs(low), std::abs(high));
  if (!(high - low > 1e-9 * size)) {
    const double room = size > kLeast ? size / 2 : 1;
    low -= room;
    high += room;
  }
  constexpr int kSteps = 5;
  const double step = roundUp((high - low) / kSteps);
  return Axis(step * std::floor(low / step + 1e-9),
              step * std::ceil(high / step - 1e-9), from, to);
}

std::string vellum::formatTick(double value) {
  std::string text;
  raw_string_ostream(text) << format("%.10g", value);
  // Thousands are set off in numbers without a fraction.
  const size_t digits = value < 0 ? 1 : 0;
  if (text.find_first_of(".e") == std::string::npos)
    for (size_t i = text.size(); i > digits + 3; i -= 3)
      text.insert(i - 3, ",");
  return text;
}
