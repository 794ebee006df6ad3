//===- tools/vellum/PlotAxis.h - scales and ticks -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_PLOTAXIS_H
#define VELLUM_TOOLS_VELLUM_PLOTAXIS_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <string>

namespace vellum {

/// A number of an axis and how it is written; minor ones are not.
struct Tick {
  double value;
  std::string label;
};

/// A range of numbers laid along a range of pixels.
class Axis {
public:
  /// Numbers from `low` to `high`, which differ; under `isLog` both positive.
  Axis(double low, double high, double from, double to, bool isLog = false)
      : low(low), high(high), from(from), to(to), isLog(isLog) {}

  /// The pixel of a number; numbers outside lie on the nearer end.
  double at(double value) const;

  /// At most `most` round numbers (2 or more), evenly spaced, or powers of ten.
  llvm::SmallVector<Tick> ticks(unsigned most) const;

private:
  double low, high, from, to;
  bool isLog;
};

/// The axis for numbers from `low` to `high`, laid from pixel `from` to `to`:
/// powers of ten where all numbers are positive and lie two decades or more
/// apart, else evenly divided. Its ends are round and no number lies beyond.
Axis axisAround(double low, double high, double from, double to);

/// A number as short as it can be read: `12,000`, `0.05`, `1e-05`.
std::string formatTick(double value);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_PLOTAXIS_H
