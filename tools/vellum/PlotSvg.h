//===- tools/vellum/PlotSvg.h - writing pictures --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_PLOTSVG_H
#define VELLUM_TOOLS_VELLUM_PLOTSVG_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <string>

namespace vellum {

struct Point {
  double x = 0, y = 0;
};

struct Box {
  double x = 0, y = 0, width = 0, height = 0;

  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

/// Where a text's position lies in it.
enum class Anchor { Start, Middle, End };

struct TextStyle {
  double size = 11;
  Anchor anchor = Anchor::Start;
  const char *color = "#222";
  bool isBold = false;
  /// Reads upward.
  bool isVertical = false;
};

/// A picture under construction, on white, or where its reader prefers a dark
/// ground, on that. Lengths are in pixels and y grows downward;
/// the bytes depend on nothing but the calls.
class Svg {
public:
  Svg(double width, double height);

  void fill(const Box &box, llvm::StringRef color);
  void outline(const Box &box, llvm::StringRef color);
  /// `dashes` is a pattern of lengths, or empty for a solid line.
  void line(Point from, Point to, llvm::StringRef color, double width = 1,
            llvm::StringRef dashes = "");
  void polyline(llvm::ArrayRef<Point> points, llvm::StringRef color,
                double width);
  void dot(Point at, llvm::StringRef color, double radius);
  /// Boxes of one colour with sharp edges, as the cells of a map.
  void cells(llvm::ArrayRef<Box> boxes, llvm::StringRef color);
  void text(Point at, llvm::StringRef text, const TextStyle &style = {});

  /// The document.
  std::string finish() const;

private:
  std::string body;
  llvm::raw_string_ostream os;
  double width, height;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_PLOTSVG_H
