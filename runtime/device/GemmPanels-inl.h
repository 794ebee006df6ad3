//===- runtime/device/GemmPanels-inl.h - weights in panels ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// C (+)= A B for few rows and a B that is used again and again, stored as
/// panels of `width` columns: panel after panel, each with its k rows one after
/// the other. A tile then reads one stream of memory from its beginning to its
/// end, where rows of all columns are a line here and a line there. With 512 x
/// 2048 weights of 4 MB and panels of 48 columns it makes 61 % of the possible
/// multiply-adds for 8 rows of A and 76 % for 16, where vl_gemm_nn makes 59 %
/// and 73 %, or 42 % and 56 % if it did not fetch B ahead.
///
/// The last panel's rows have `width` columns too, zeros behind those of B:
/// tiles load them as whole vectors.
///
/// Every element of C has the bits of vl_gemm_nn.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_GEMMPANELS_INL_H
#define VELLUM_RUNTIME_DEVICE_GEMMPANELS_INL_H

#include "runtime/device/GemmRows-inl.h"
#include "runtime/device/Layout-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// See vl_pack_panels. Columns of a matrix that is stored by columns are
/// transposed, others copied.
VELLUM_KERNEL_INLINE void packPanels(int64_t k, int64_t n, const float *b,
                                     int64_t rsB, int64_t csB, int64_t width,
                                     float *HWY_RESTRICT to) {
  for (int64_t j = 0; j < n; j += width, to += k * width) {
    const int64_t columns = HWY_MIN(n - j, width);
    if (csB == 1)
      for (int64_t p = 0; p < k; ++p)
        copyRow(columns, b + p * rsB + j, to + p * width);
    else
      transpose<kLanes>(columns, k, b + j * csB, csB, to, width);
    for (int64_t p = 0; p < k; ++p)
      for (int64_t i = columns; i < width; ++i)
        to[p * width + i] = 0;
  }
}

/// The most vectors of a panel that tiles of `Rows` rows take at once: no more
/// than 48 columns, of which the compiler makes panels.
constexpr int panelVectorsOf(int rows) {
  return HWY_MIN(maxPanel(rows), int(48 / kLanes));
}

/// The first `n` columns of a panel, for as many tiles of `Rows` rows as there
/// are, then of half as many.
template <int Rows>
VELLUM_KERNEL_INLINE void panelRows(int64_t m, int64_t n, int64_t k,
                                    const float *a, int64_t rsA, int64_t csA,
                                    const float *b, int64_t width, float *c,
                                    int64_t ldc, bool load) {
  constexpr int kMost = panelVectorsOf(Rows);
  const int64_t here = m - m % Rows;
  int64_t left = here > 0 ? (n + kLanes - 1) / kLanes : 0;
  for (int64_t j = 0; left > 0;) {
    const int64_t vectors = panelWidth<kMost>(left);
    const int64_t tail = HWY_MIN(n - j - (vectors - 1) * kLanes, kLanes);
    gemmPanel<Rows, kMost, /*Padded=*/true>(vectors, tail, here, k, a, rsA, csA,
                                            b + j, width, c + j, ldc, tail,
                                            load);
    j += vectors * kLanes;
    left -= vectors;
  }
  if constexpr (Rows > 1)
    if (m > here)
      panelRows<Rows / 2>(m - here, n, k, a + here * rsA, rsA, csA, b, width,
                          c + here * ldc, ldc, load);
}

/// See vl_gemm_panels.
VELLUM_KERNEL_INLINE void gemmPanels(int64_t m, int64_t n, int64_t k,
                                     const float *a, int64_t rsA, int64_t csA,
                                     const float *b, int64_t width, float *c,
                                     int64_t ldc, bool accumulate) {
  for (int64_t j = 0; j < n && m > 0; j += width, b += k * width)
    panelRows<kMaxRows>(m, HWY_MIN(n - j, width), k, a, rsA, csA, b, width,
                        c + j, ldc, accumulate);
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_GEMMPANELS_INL_H
