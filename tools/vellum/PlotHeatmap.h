//===- tools/vellum/PlotHeatmap.h - maps of tensors over time -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_PLOTHEATMAP_H
#define VELLUM_TOOLS_VELLUM_PLOTHEATMAP_H

#include <cstdint>
#include <string>
#include <vector>

namespace vellum {

/// A matrix drawn as a map: steps to the right, rows downward.
struct HeatmapPanel {
  std::string title;
  /// What steps and rows are.
  std::string xLabel, yLabel;
  int64_t steps = 0, rows = 0;
  /// The value of row `r` at step `t` is at `t * rows + r`.
  std::vector<double> values;
};

struct HeatmapPlot {
  std::string title;
  std::vector<HeatmapPanel> panels;
  /// Panels side by side.
  int64_t columns = 2;
};

/// The panels in reading order, with the colours' scale. All have one scale:
/// from 0 to 1 where no value lies outside, else from the least to the
/// greatest. What is not finite has a colour that is not on the scale.
std::string drawHeatmaps(const HeatmapPlot &plot);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_PLOTHEATMAP_H
