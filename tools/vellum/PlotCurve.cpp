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

/// Whether a point is a number, of which sums and differences are numbers too.
static bool isDrawn(Point point) { return std::abs(point.y) < 1e300; }

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

/// A number of a record; NaN for null, which stands for what is not finite.
static FailureOr<double> readNumber(const JsonValue &record, StringRef name,
                                    const Twine &where) {
  using Kind = JsonValue::Kind;
  const JsonValue *value = record.find(name.str());
  if (!value)
    return reportError(where + ": the record has no '" + name + "'");
  if (value->kind == Kind::Null)
    return std::nan("");
  if (value->kind == Kind::Integer || value->kind == Kind::Real)
    return value->real;
  return reportError(where + ": '" + name + "' is no number");
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
  FailureOr<double> x = readNumber(*record, "sequences", where);
  FailureOr<double> y = readNumber(*record, metric, where);
  if (failed(x) || failed(y))
    return failure();
  const double before = points.empty() ? 0 : points.back().x;
  if (!(*x >= before))
    return reportError(where + ": 'sequences' must be at least " +
                       formatTick(before) +
                       ", as in the record before, but "
                       "got " +
                       formatTick(*x));
  points.push_back({*x, *y});
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
  if (none_of(points, isDrawn))
    return reportError(path + ": there is no record to plot");
  return points;
}

//===----------------------------------------------------------------------===//
// Drawing
//===----------------------------------------------------------------------===//

static constexpr double pictureWidth = 720, pictureHeight = 400;
/// The curves' place under one row of names.
static constexpr Box firstArea = {64, 48, 632, 296};
/// The piece of a curve in front of its name, with the room behind it.
static constexpr double keyWidth = 23;
static constexpr const char *gridColor = "#e4e4e4";
static constexpr const char *labelColor = "#555";

/// An axis on which each number has a place of its own.
static Axis verticalAxis(const CurvePlot &plot, const Box &area) {
  double low = INFINITY, high = -INFINITY;
  const auto include = [&](double y) {
    low = std::min(low, y);
    high = std::max(high, y);
  };
  for (const Curve &curve : plot.curves)
    for (Point point : make_filter_range(curve.points, isDrawn))
      include(point.y);
  if (plot.mark)
    include(*plot.mark);
  return axisAround(low, high, area.bottom(), area.y);
}

static Axis horizontalAxis(const CurvePlot &plot, const Box &area) {
  double last = 1;
  for (const Curve &curve : plot.curves)
    last = std::max(last, curve.points.back().x);
  return Axis(0, last, area.x, area.right());
}

static void drawAxes(Svg &svg, const CurvePlot &plot, const Box &area,
                     const Axis &x, const Axis &y) {
  for (const Tick &tick : y.ticks(9)) {
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

/// Where the names of the curves begin, row by row above the plot; one curve
/// needs none.
static SmallVector<Point> arrangeNames(const CurvePlot &plot) {
  constexpr double widthOfLetter = 6.2, rowHeight = 16;
  SmallVector<Point> places;
  Point at = {firstArea.x, 41};
  if (plot.curves.size() == 1)
    return places;
  for (const Curve &curve : plot.curves) {
    const double width =
        keyWidth + widthOfLetter * static_cast<double>(curve.label.size());
    if (at.x > firstArea.x && at.x + width > firstArea.right())
      at = {firstArea.x, at.y + rowHeight};
    places.push_back(at);
    at.x += width + 16;
  }
  return places;
}

static void drawNames(Svg &svg, const CurvePlot &plot, ArrayRef<Point> places) {
  for (auto [i, place] : enumerate(places)) {
    svg.line({place.x, place.y - 4}, {place.x + keyWidth - 5, place.y - 4},
             lineColor(i), 2.5);
    svg.text({place.x + keyWidth, place.y}, plot.curves[i].label,
             {11, Anchor::Start, labelColor});
  }
}

static void drawMark(Svg &svg, double level, const Box &area, const Axis &y) {
  svg.line({area.x, y.at(level)}, {area.right(), y.at(level)}, "#999", 1,
           "5 4");
  svg.text({area.right(), y.at(level) - 5}, formatTick(level),
           {11, Anchor::End, labelColor});
}

/// A line through the points up to each gap; a point between gaps is a dot.
static void drawCurve(Svg &svg, const Curve &curve, const Axis &x,
                      const Axis &y, StringRef color) {
  constexpr double width = 1.75;
  SmallVector<Point> line;
  const auto finish = [&] {
    if (line.size() == 1)
      svg.dot(line.front(), color, 1.5 * width);
    else if (!line.empty())
      svg.polyline(line, color, width);
    line.clear();
  };
  for (Point point : curve.points)
    if (isDrawn(point))
      line.push_back({x.at(point.x), y.at(point.y)});
    else
      finish();
  finish();
}

std::string vellum::drawCurves(const CurvePlot &plot) {
  const SmallVector<Point> names = arrangeNames(plot);
  const double below = names.empty() ? 0 : names.back().y - names.front().y;
  Box area = firstArea;
  area.y += below;
  Svg svg(pictureWidth, pictureHeight + below);
  const Axis x = horizontalAxis(plot, area), y = verticalAxis(plot, area);
  svg.text({area.x, 22}, plot.title,
           {14, Anchor::Start, "#222", /*isBold=*/true});
  drawNames(svg, plot, names);
  drawAxes(svg, plot, area, x, y);
  if (plot.mark)
    drawMark(svg, *plot.mark, area, y);
  for (auto [i, curve] : enumerate(plot.curves))
    drawCurve(svg, curve, x, y, lineColor(i));
  return svg.finish();
}
