//===- tools/vellum/PlotCurve.h - training curves -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_PLOTCURVE_H
#define VELLUM_TOOLS_VELLUM_PLOTCURVE_H

#include "llvm/Support/LogicalResult.h"

#include <optional>
#include <string>
#include <vector>

#include "tools/vellum/PlotSvg.h"

namespace vellum {

/// One metric of one training run.
struct Curve {
  std::string label;
  /// Sequences seen and the metric's mean since the point before, NaN where
  /// that is no number.
  std::vector<Point> points;
};

struct CurvePlot {
  std::string title;
  /// What is plotted upward, for example `bits`.
  std::string metric;
  std::vector<Curve> curves;
  /// A level that a dashed line marks.
  std::optional<double> mark;
};

/// Reads a metric from the JSON lines that training writes. An empty name
/// stands for the first metric, and is set to its name.
llvm::FailureOr<std::vector<Point>> readMetric(const std::string &path,
                                               std::string &metric);

/// The curves. Where a point is no number a curve has a gap.
std::string drawCurves(const CurvePlot &plot);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_PLOTCURVE_H
