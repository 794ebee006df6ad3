//===- tools/vellum/PlotColor.h - colours ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_PLOTCOLOR_H
#define VELLUM_TOOLS_VELLUM_PLOTCOLOR_H

#include <string>

namespace vellum {

/// Levels that a map tells apart.
inline constexpr unsigned numLevels = 64;

/// The colour of a level below `numLevels`, from dark violet over green to
/// yellow. Lightness grows evenly, so the map reads in grey, too.
std::string levelColor(unsigned level);

/// The colour of line `i`; eight that colour-blind readers tell apart.
const char *lineColor(unsigned i);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_PLOTCOLOR_H
