//===- tools/vellum/PlotCurve.cpp - training curves -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/PlotCurve.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

#include "runtime/File.h"
#include "runtime/Json.h"
#include "tools/vellum/PlotAxis.h"
#include "tools/vellum/PlotColor.h"
#include "tools/vellum/Report.h"

using namespace llvm;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Whether a member of a record says when it was taken, and measures nothing.
static bool isClock(StringRef name) {
  return name == "step" || name == "sequences" || name == "seconds";
}

static std::string firstMetric(const JsonValue &record) {
  for (const auto &[name, value] : record.object)
    if (!isClock(name))
      return name;
  return "";
}

/// Adds the point of one line of the file.
static LogicalResult readRecord(StringRef line, const Twine &where,
                                std::string &metric,
                                std::vector<Point> &points) {
  Result<JsonValue> record = parseJson(line);
  if (!record)
    return reportError(where + ": " + record.error());
  if (metric.empty())
    metric = firstMetric(*record);
  const JsonValue *x = record->find("sequences");
  const JsonValue *y = record->find(metric);
  if (!x || !y)
    return reportError(where + ": the record has no '" +
                       (x ? metric : "sequences") + "'");
  if (y->kind != JsonValue::Kind::Null)
    points.push_back({x->real, y->real});
  return success();
}

FailureOr<std::vector<Point>> vellum::readMetric(const std::string &path,
                                                 std::string &metric) {
  Result<std::string> contents = readFile(path);
  if (!contents)
    return reportError(contents.error());
  SmallVector<StringRef> lines;
  StringRef(*contents).split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  std::vector<Point> points;
  for (auto [i, line] : enumerate(lines))
    if (failed(readRecord(line, path + ":" + Twine(i + 1), metric, points)))
      return failure();
  if (points.empty())
    return reportError(path + ": there is no record to plot");
  return points;
}

//===----------------------------------------------------------------------===//
// Drawing
//===----------------------------------------------------------------------===//

static constexpr double pictureWidth = 720, pictureHeight = 400;
static constexpr Box area = {64, 48, 632, 296};
static constexpr const char *gridColor = "#e4e4e4";
static constexpr const char *labelColor = "#555";

/// Powers of ten around the positive values. Eight decades are enough: what
/// lies below them is drawn on the lowest line.
static Axis verticalAxis(const CurvePlot &plot) {
  double low = INFINITY, high = 0;
  const auto include = [&](double y) {
    high = std::max(high, y);
    if (y > 0)
      low = std::min(low, y);
  };
  for (const Curve &curve : plot.curves)
    for (Point point : curve.points)
      include(point.y);
  if (plot.mark)
    include(*plot.mark);
  if (!(high > 0))
    low = high = 1;
  const double top = std::ceil(std::log10(high) - 1e-9);
  const double bottom = std::floor(std::log10(low));
  return Axis(std::pow(10.0, std::clamp(bottom, top - 8, top - 1)),
              std::pow(10.0, top), area.bottom(), area.y, /*isLog=*/true);
}

static Axis horizontalAxis(const CurvePlot &plot) {
  double last = 1;
  for (const Curve &curve : plot.curves)
    last = std::max(last, curve.points.back().x);
  return Axis(0, last, area.x, area.right());
}

static void drawAxes(Svg &svg, const CurvePlot &plot, const Axis &x,
                     const Axis &y) {
  for (const Tick &tick : y.ticks(0)) {
    svg.line({area.x, y.at(tick.value)}, {area.right(), y.at(tick.value)},
             gridColor);
    svg.text({area.x - 8, y.at(tick.value) + 4}, tick.label,
             {11, Anchor::End, labelColor});
  }
  for (const Tick &tick : x.ticks(9)) {
    svg.line({x.at(tick.value), area.bottom()},
             {x.at(tick.value), area.bottom() + 4}, labelColor);
    svg.text({x.at(tick.value), area.bottom() + 18}, tick.label,
             {11, Anchor::Middle, labelColor});
  }
  svg.line({area.x, area.bottom()}, {area.right(), area.bottom()}, labelColor);
  svg.text({area.x + area.width / 2, area.bottom() + 38}, "sequences",
           {12, Anchor::Middle});
  svg.text({18, area.y + area.height / 2}, plot.metric,
           {12, Anchor::Middle, "#222", /*isBold=*/false, /*isVertical=*/true});
}

/// Names of the curves, from right to left above the plot.
static void drawLegend(Svg &svg, const CurvePlot &plot) {
  constexpr double widthOfLetter = 6, widthOfKey = 18, gap = 16;
  double right = area.right();
  for (size_t i = plot.curves.size(); i-- > 0;) {
    const Curve &curve = plot.curves[i];
    const double left =
        right - widthOfLetter * static_cast<double>(curve.label.size());
    svg.text({left, 30}, curve.label, {11, Anchor::Start, labelColor});
    svg.line({left - widthOfKey - 5, 26}, {left - 5, 26}, lineColor(i), 2.5);
    right = left - widthOfKey - gap;
  }
}

static void drawMark(Svg &svg, double level, const Axis &y) {
  svg.line({area.x, y.at(level)}, {area.right(), y.at(level)}, "#999", 1,
           "5 4");
  svg.text({area.right(), y.at(level) - 5}, formatTick(level),
           {11, Anchor::End, labelColor});
}

std::string vellum::drawCurves(const CurvePlot &plot) {
  Svg svg(pictureWidth, pictureHeight);
  const Axis x = horizontalAxis(plot), y = verticalAxis(plot);
  svg.text({area.x, 30}, plot.title,
           {14, Anchor::Start, "#222", /*isBold=*/true});
  drawAxes(svg, plot, x, y);
  if (plot.mark)
    drawMark(svg, *plot.mark, y);
  for (auto [i, curve] : enumerate(plot.curves)) {
    SmallVector<Point> line;
    for (Point point : curve.points)
      line.push_back({x.at(point.x), y.at(point.y)});
    svg.polyline(line, lineColor(i), 1.75);
  }
  if (plot.curves.size() > 1)
    drawLegend(svg, plot);
  return svg.finish();
}
