//===- tools/vellum/PlotSvg.cpp - writing pictures ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/PlotSvg.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace llvm;
using namespace vellum;

/// A length to a hundredth of a pixel, without trailing zeros.
static std::string number(double value) {
  std::string text;
  raw_string_ostream(text) << format("%.2f", value);
  StringRef kept = StringRef(text).rtrim('0').rtrim('.');
  return kept == "-0" ? "0" : kept.str();
}

static std::string attribute(StringRef name, double value) {
  return (" " + name + "=\"" + number(value) + "\"").str();
}

static std::string attribute(StringRef name, StringRef value) {
  return (" " + name + "=\"" + value + "\"").str();
}

static std::string attributes(const Box &box) {
  return attribute("x", box.x) + attribute("y", box.y) +
         attribute("width", box.width) + attribute("height", box.height);
}

Svg::Svg(double width, double height)
    : os(body), width(width), height(height) {}

void Svg::fill(const Box &box, StringRef color) {
  os << "<rect" << attributes(box) << attribute("fill", color) << "/>\n";
}

void Svg::outline(const Box &box, StringRef color) {
  os << "<rect" << attributes(box) << " fill=\"none\""
     << attribute("stroke", color) << "/>\n";
}

void Svg::line(Point from, Point to, StringRef color, double width,
               StringRef dashes) {
  os << "<line" << attribute("x1", from.x) << attribute("y1", from.y)
     << attribute("x2", to.x) << attribute("y2", to.y)
     << attribute("stroke", color) << attribute("stroke-width", width);
  if (!dashes.empty())
    os << attribute("stroke-dasharray", dashes);
  os << "/>\n";
}

void Svg::polyline(ArrayRef<Point> points, StringRef color, double width) {
  os << "<polyline fill=\"none\" stroke-linejoin=\"round\""
     << attribute("stroke", color) << attribute("stroke-width", width)
     << " points=\"";
  interleave(
      points, os, [&](Point p) { os << number(p.x) << ',' << number(p.y); },
      " ");
  os << "\"/>\n";
}

void Svg::dot(Point at, StringRef color, double radius) {
  os << "<circle" << attribute("cx", at.x) << attribute("cy", at.y)
     << attribute("r", radius) << attribute("fill", color) << "/>\n";
}

void Svg::cells(ArrayRef<Box> boxes, StringRef color) {
  os << "<path shape-rendering=\"crispEdges\"" << attribute("fill", color)
     << " d=\"";
  for (const Box &box : boxes)
    os << 'M' << number(box.x) << ' ' << number(box.y) << 'h'
       << number(box.width) << 'v' << number(box.height) << 'h'
       << number(-box.width) << 'z';
  os << "\"/>\n";
}

static const char *name(Anchor anchor) {
  switch (anchor) {
  case Anchor::Start:
    return "start";
  case Anchor::Middle:
    return "middle";
  case Anchor::End:
    return "end";
  }
  llvm_unreachable("unknown anchor");
}

void Svg::text(Point at, StringRef text, const TextStyle &style) {
  os << "<text" << attribute("font-size", style.size)
     << attribute("fill", style.color)
     << attribute("text-anchor", name(style.anchor));
  if (style.isBold)
    os << " font-weight=\"600\"";
  if (style.isVertical)
    os << " transform=\"translate(" << number(at.x) << ' ' << number(at.y)
       << ") rotate(-90)\"";
  else
    os << attribute("x", at.x) << attribute("y", at.y);
  os << '>';
  printHTMLEscaped(text, os);
  os << "</text>\n";
}

/// The colours of ground, texts, ticks, marks and grid where the reader prefers
/// dark pages. Those of data stay.
static constexpr const char *darkStyle =
    "<style>@media (prefers-color-scheme: dark) {"
    " [fill=\"#fff\"] { fill: #0d1117 } [fill=\"#222\"] { fill: #e6e6e6 }"
    " [fill=\"#555\"] { fill: #aaa } [stroke=\"#555\"] { stroke: #aaa }"
    " [stroke=\"#999\"] { stroke: #777 } [stroke=\"#e4e4e4\"] { stroke: #333 }"
    " }</style>\n";

std::string Svg::finish() const {
  std::string document;
  raw_string_ostream out(document);
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
      << number(width) << ' ' << number(height) << '"'
      << attribute("width", width) << attribute("height", height)
      << " font-family=\"Inter, 'Helvetica Neue', Helvetica, Arial, "
         "'Liberation Sans', 'DejaVu Sans', sans-serif\">\n"
      << darkStyle << "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
      << body << "</svg>\n";
  return document;
}
