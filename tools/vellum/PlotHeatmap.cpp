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
static constexpr double left = 60, above = 30, below = 44, edge = 20;
static constexpr double titleHeight = 30, scaleWidth = 86, scaleHeight = 160;
static constexpr const char *labelColor = "#555", *notFiniteColor = "#b8b8b8";

namespace {
struct Range {
  double low = 0, high = 1;

  unsigned levelOf(double value) const {
    const double part = (value - low) / (high - low) * numLevels;
    return std::min(static_cast<unsigned>(std::max(part, 0.0)), numLevels - 1);
  }
};
} // namespace

/// The level of cells that are not finite.
static constexpr unsigned notFinite = numLevels;

static bool isFinite(double value) { return std::isfinite(value); }

static Range rangeOf(ArrayRef<HeatmapPanel> panels) {
  Range range = {INFINITY, -INFINITY};
  for (const HeatmapPanel &panel : panels)
    for (double value : panel.values)
      if (std::isfinite(value)) {
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
      }
  const bool isUnit = range.low >= 0 && range.high <= 1;
  if (isUnit || range.low > range.high)
    return Range();
  // All values are one: it lies between 0 and twice as much.
  if (range.low == range.high)
    return {std::min(0.0, 2 * range.low), std::max(0.0, 2 * range.low)};
  return range;
}

/// Cells are square where that fits. Few rows are never so flat that single
/// bits cannot be read; many share 2 pixels and more each.
static double heightOf(const HeatmapPanel &panel) {
  const auto rows = static_cast<double>(panel.rows);
  const double square = rows * panelWidth / static_cast<double>(panel.steps);
  if (rows <= 24)
    return std::max(10 * rows, std::min(square, panelWidth));
  return std::max(2 * rows, square <= panelWidth ? square : 256.0);
}

/// Draws the cells, with one path for each colour: neighbours of a row that
/// have the same colour are one box.
static void drawCells(Svg &svg, const HeatmapPanel &panel, const Box &box,
                      const Range &range) {
  std::vector<std::vector<Box>> boxes(numLevels + 1);
  const double width = box.width / static_cast<double>(panel.steps);
  const double height = box.height / static_cast<double>(panel.rows);
  for (int64_t r = 0; r < panel.rows; ++r)
    for (int64_t t = 0, end = 0; t < panel.steps; t = end) {
      const auto levelAt = [&](int64_t step) {
        const double value = panel.values[step * panel.rows + r];
        return isFinite(value) ? range.levelOf(value) : notFinite;
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
  if (!boxes[notFinite].empty())
    svg.cells(boxes[notFinite], notFiniteColor);
}

/// The ticks that are whole numbers, as all indices are.
static SmallVector<Tick> indices(const Axis &axis, unsigned most) {
  SmallVector<Tick> ticks = axis.ticks(most);
  erase_if(ticks, [](const Tick &tick) {
    return tick.value != std::floor(tick.value);
  });
  return ticks;
}

/// Ticks at the middle of a cell: steps below, rows to the left.
static void drawTicks(Svg &svg, const HeatmapPanel &panel, const Box &box) {
  const Axis x(-0.5, static_cast<double>(panel.steps) - 0.5, box.x,
               box.right());
  for (const Tick &tick : indices(x, 9)) {
    const double at = x.at(tick.value);
    svg.line({at, box.bottom()}, {at, box.bottom() + 4}, labelColor);
    svg.text({at, box.bottom() + 16}, tick.label,
             {10, Anchor::Middle, labelColor});
  }
  const Axis y(-0.5, static_cast<double>(panel.rows) - 0.5, box.y,
               box.bottom());
  for (const Tick &tick : indices(y, panel.rows <= 24 ? 3 : 9)) {
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
  svg.text({box.x + box.width / 2, box.bottom() + 32}, panel.xLabel,
           {11, Anchor::Middle});
  svg.text({box.x - 40, box.y + box.height / 2}, panel.yLabel,
           {11, Anchor::Middle, "#222", /*isBold=*/false, /*isVertical=*/true});
}

/// A column of all colours with the numbers they stand for.
static void drawScale(Svg &svg, Point at, const Range &range,
                      bool isAllFinite) {
  constexpr double width = 12;
  const double step = scaleHeight / numLevels, bottom = at.y + scaleHeight;
  for (unsigned level = 0; level < numLevels; ++level)
    svg.cells({{at.x, bottom - step * (level + 1), width, step}},
              levelColor(level));
  const auto label = [&](double y, StringRef text) {
    svg.text({at.x + width + 5, y + 3.5}, text,
             {10, Anchor::Start, labelColor});
  };
  const Axis axis(range.low, range.high, bottom, at.y);
  for (const Tick &tick : axis.ticks(6))
    label(axis.at(tick.value), tick.label);
  if (isAllFinite)
    return;
  svg.cells({{at.x, bottom + 14, width, width}}, notFiniteColor);
  label(bottom + 14 + width / 2, "not finite");
}

static bool areFinite(ArrayRef<HeatmapPanel> panels) {
  return all_of(panels, [](const HeatmapPanel &panel) {
    return all_of(panel.values, isFinite);
  });
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
  const int64_t columns = std::min<int64_t>(plot.columns, plot.panels.size());
  layout.width =
      static_cast<double>(columns) * (left + panelWidth) + edge + scaleWidth;
  layout.height = titleHeight;
  double tallest = 0;
  for (auto [i, panel] : enumerate(plot.panels)) {
    const auto column = static_cast<int64_t>(i) % columns;
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
  const double scaleBottom = titleHeight + above + scaleHeight + below;
  layout.height = std::max(layout.height, scaleBottom);
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
  drawScale(svg, {layout.width - scaleWidth, titleHeight + above}, range,
            areFinite(plot.panels));
  return svg.finish();
}
