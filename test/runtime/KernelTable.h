//===- test/runtime/KernelTable.h - kernels of every target -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The device kernels as ordinary functions, one table per target.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_RUNTIME_KERNELTABLE_H
#define VELLUM_TEST_RUNTIME_KERNELTABLE_H

#include "runtime/device/Kernels.h"

#include <vector>

namespace vellum {

/// Applies an elementwise function to n floats by its form for `width` lanes,
/// 1 for the scalar form; n is a multiple of width.
using UnaryMap = void (*)(int width, int64_t n, const float *x, float *out);
using BinaryMap = void (*)(int width, int64_t n, const float *x, const float *y,
                           float *out);

/// The library of one target.
struct KernelTable {
  const char *target;
  int lanes;
#define VELLUM_UNARY(NAME) UnaryMap NAME;
#define VELLUM_BINARY(NAME) BinaryMap NAME;
#define VELLUM_KERNEL(NAME, LETTERS) decltype(&VELLUM_SYMBOL(NAME)) NAME;
#include "runtime/device/Kernels.def"
};

/// The tables of those targets that this machine can run.
std::vector<const KernelTable *> kernelTables();

/// The widths at which a target has elementwise functions.
inline std::vector<int> widthsOf(const KernelTable &table) {
  std::vector<int> widths = {1};
  for (int width = 4; width <= table.lanes; width *= 2)
    widths.push_back(width);
  return widths;
}

} // namespace vellum

#endif // VELLUM_TEST_RUNTIME_KERNELTABLE_H
