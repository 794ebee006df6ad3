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
    for (int k = static_cast<int>(std::ceil(std::log10(low) - 1e-9)); k <= last;
         ++k)
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
