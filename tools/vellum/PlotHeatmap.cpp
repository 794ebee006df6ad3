//===- tools/vellum/PlotHeatmap.cpp - maps of tensors over time -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/PlotHeatmap.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <cmath>

#include "tools/vellum/PlotAxis.h"
#include "tools/vellum/PlotColor.h"
#include "tools/vellum/PlotSvg.h"

using namespace llvm;
using namespace vellum;

static constexpr double panelWidth = 416;
/// Room to the left of a panel, above and below it, and at the picture's edges.
static constexpr double left = 44, above = 30, below = 36, edge = 20;
static constexpr double titleHeight = 30, scaleWidth = 70;
static constexpr const char *labelColor = "#555";

namespace {
struct Range {
  double low = 0, high = 1;

  unsigned levelOf(double value) const {
    const double part = (value - low) / (high - low) * numLevels;
    // NaN, of which no comparison holds, has the lowest level.
    if (!(part > 0))
      return 0;
    return std::min(static_cast<unsigned>(part), numLevels - 1);
  }
};
} // namespace

static Range rangeOf(ArrayRef<HeatmapPanel> panels) {
  Range range = {INFINITY, -INFINITY};
  for (const HeatmapPanel &panel : panels)
    for (double value : panel.values)
      if (std::isfinite(value)) {
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
      }
  const bool isUnit = range.low >= 0 && range.high <= 1;
  return isUnit || !(range.low < range.high) ? Range() : range;
}

/// Few rows are tall, so that single bits can be read; many share 2 pixels and
/// more each.
static double heightOf(const HeatmapPanel &panel) {
  const auto rows = static_cast<double>(panel.rows);
  return rows <= 24 ? 10 * rows : std::max(256.0, 2 * rows);
}

/// Draws the cells, with one path for each colour: neighbours of a row that
/// have the same colour are one box.
static void drawCells(Svg &svg, const HeatmapPanel &panel, const Box &box,
                      const Range &range) {
  std::vector<std::vector<Box>> boxes(numLevels);
  const double width = box.width / static_cast<double>(panel.steps);
  const double height = box.height / static_cast<double>(panel.rows);
  for (int64_t r = 0; r < panel.rows; ++r)
    for (int64_t t = 0, end = 0; t < panel.steps; t = end) {
      const auto levelAt = [&](int64_t step) {
        return range.levelOf(panel.values[step * panel.rows + r]);
      };
      const unsigned level = levelAt(t);
      for (end = t + 1; end < panel.steps && levelAt(end) == level;)
        ++end;
      boxes[level].push_back({box.x + static_cast<double>(t) * width,
                              box.y + static_cast<double>(r) * height,
                              static_cast<double>(end - t) * width, height});
    }
  // The lowest level is the ground on which the others lie.
  svg.fill(box, levelColor(0));
  for (unsigned level = 1; level < numLevels; ++level)
    if (!boxes[level].empty())
      svg.cells(boxes[level], levelColor(level));
}

/// Ticks at the middle of a cell: steps below, rows to the left.
static void drawTicks(Svg &svg, const HeatmapPanel &panel, const Box &box) {
  const Axis x(-0.5, static_cast<double>(panel.steps) - 0.5, box.x,
               box.right());
  for (const Tick &tick : x.ticks(9)) {
    const double at = x.at(tick.value);
    svg.line({at, box.bottom()}, {at, box.bottom() + 4}, labelColor);
    svg.text({at, box.bottom() + 16}, tick.label,
             {10, Anchor::Middle, labelColor});
  }
  const Axis y(-0.5, static_cast<double>(panel.rows) - 0.5, box.y,
               box.bottom());
  for (const Tick &tick : y.ticks(panel.rows <= 24 ? 3 : 9)) {
    const double at = y.at(tick.value);
    svg.line({box.x - 4, at}, {box.x, at}, labelColor);
    svg.text({box.x - 7, at + 3.5}, tick.label, {10, Anchor::End, labelColor});
  }
}

static void drawPanel(Svg &svg, const HeatmapPanel &panel, const Box &box,
                      const Range &range) {
  svg.text({box.x, box.y - 8}, panel.title, {12, Anchor::Start});
  drawCells(svg, panel, box, range);
  drawTicks(svg, panel, box);
}

/// A column of all colours with the numbers they stand for.
static void drawScale(Svg &svg, Point at, const Range &range) {
  constexpr double height = 160, width = 12;
  const double step = height / numLevels;
  for (unsigned level = 0; level < numLevels; ++level)
    svg.cells({{at.x, at.y + height - step * (level + 1), width, step}},
              levelColor(level));
  const Axis axis(range.low, range.high, at.y + height, at.y);
  for (const Tick &tick : axis.ticks(6))
    svg.text({at.x + width + 5, axis.at(tick.value) + 3.5}, tick.label,
             {10, Anchor::Start, labelColor});
}

/// Where each panel lies, and how large the picture is. The panels of a row
/// share the height of the tallest.
namespace {
struct Layout {
  SmallVector<Box> boxes;
  double width, height;
};
} // namespace

static Layout arrange(const HeatmapPlot &plot) {
  Layout layout;
  layout.width = static_cast<double>(plot.columns) * (left + panelWidth) +
                 edge + scaleWidth;
  layout.height = titleHeight;
  double tallest = 0;
  for (auto [i, panel] : enumerate(plot.panels)) {
    const auto column = static_cast<int64_t>(i) % plot.columns;
    if (column == 0 && i > 0) {
      layout.height += above + tallest + below;
      tallest = 0;
    }
    layout.boxes.push_back(
        {left + static_cast<double>(column) * (left + panelWidth),
         layout.height + above, panelWidth, heightOf(panel)});
    tallest = std::max(tallest, heightOf(panel));
  }
  layout.height += above + tallest + below + edge;
  return layout;
}

std::string vellum::drawHeatmaps(const HeatmapPlot &plot) {
  const Layout layout = arrange(plot);
  const Range range = rangeOf(plot.panels);
  Svg svg(layout.width, layout.height);
  svg.text({left, 28}, plot.title,
           {14, Anchor::Start, "#222", /*isBold=*/true});
  for (auto [panel, box] : zip_equal(plot.panels, layout.boxes))
    drawPanel(svg, panel, box, range);
  drawScale(svg, {layout.width - scaleWidth, titleHeight + above}, range);
  const double middle = (left + layout.width - edge - scaleWidth) / 2;
  svg.text({middle, layout.height - 12}, "time step", {12, Anchor::Middle});
  return svg.finish();
}
