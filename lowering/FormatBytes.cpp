//===- lowering/FormatBytes.cpp - how sizes of memory are written ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/FormatBytes.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

std::string vellum::formatBytes(double bytes) {
  const char *unit = "B";
  for (const char *larger : {"KiB", "MiB", "GiB", "TiB"}) {
    if (bytes < 1024)
      break;
    bytes /= 1024;
    unit = larger;
  }
  // Four digits from 1000 to 1023, which %.3g would write with an exponent.
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::format(bytes < 999.5 ? "%.3g " : "%.0f ", bytes) << unit;
  return text;
}
