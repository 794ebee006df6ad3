//===- tools/vellum/PlotColor.cpp - colours -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/PlotColor.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace llvm;
using namespace vellum;

namespace {
struct Rgb {
  double red, green, blue;
};
} // namespace

// Nine points of viridis (van der Walt and Smith 2015, CC0), evenly spaced;
// straight lines between them stay within 1 % of it.
static constexpr Rgb viridis[] = {
    {68, 1, 84},    {71, 44, 122},  {59, 81, 139},
    {44, 113, 142}, {33, 144, 141}, {39, 173, 129},
    {92, 200, 99},  {170, 220, 50}, {253, 231, 37},
};

std::string vellum::levelColor(unsigned level) {
  constexpr unsigned last = std::size(viridis) - 1;
  const double position = static_cast<double>(level) * last / (numLevels - 1);
  const unsigned left = std::min(static_cast<unsigned>(position), last - 1);
  const double part = position - left;
  const auto mix = [part](double a, double b) {
    return static_cast<unsigned>(std::lround(a + part * (b - a)));
  };
  const Rgb &a = viridis[left], &b = viridis[left + 1];
  std::string text;
  raw_string_ostream(text) << format("#%02x%02x%02x", mix(a.red, b.red),
                                     mix(a.green, b.green),
                                     mix(a.blue, b.blue));
  return text;
}

const char *vellum::lineColor(unsigned i) {
  // Okabe and Ito 2008, black and yellow aside.
  static constexpr const char *colors[] = {"#0072b2", "#d55e00", "#009e73",
                                           "#cc79a7", "#e69f00", "#56b4e9",
                                           "#7a4fa3", "#888888"};
  return colors[i % std::size(colors)];
}
