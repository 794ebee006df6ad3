//===- runtime/device/GemmPack-inl.h - products of many rows ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// C (+)= A B in blocks of k, with copies of B's panels where its rows would
/// evict each other.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_GEMMPACK_INL_H
#define VELLUM_RUNTIME_DEVICE_GEMMPACK_INL_H

#include "runtime/device/Gemm-inl.h"
#include "runtime/device/Layout-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// Copies k rows of n columns of B one after the other.
VELLUM_KERNEL_INLINE void packPanel(int64_t n, int64_t k, const float *b,
                                    int64_t ldb, float *HWY_RESTRICT to) {
  for (int64_t p = 0; p < k; ++p)
    copyRow(n, b + p * ldb, to + p * n);
}

/// Products per block: C is read and written once for each. On AVX-512 a panel
/// of B may leave L1, since L2 is read at a third of its bandwidth.
constexpr int64_t kBlockProducts = HWY_TARGET <= HWY_AVX3 ? 384 : 192;
/// The same where each product's elements of A lie on a page of their own: so
/// few that L1's 96 translations nearly suffice.
constexpr int64_t kBlockPages = 128;
constexpr int64_t kPanelColumns = maxPanel(kMaxRows) * kLanes;

/// The product of many rows, from copies of B's panels.
inline HWY_NOINLINE void gemmPacked(int64_t m, int64_t n, int64_t k,
                                    const float *a, int64_t rsA, int64_t csA,
                                    const float *b, int64_t ldb, float *c,
                                    int64_t ldc, bool load) {
  HWY_ALIGN float panel[kBlockProducts * kPanelColumns];
  for (int64_t j = 0; j < n; j += kPanelColumns) {
    const int64_t columns = n - j < kPanelColumns ? n - j : kPanelColumns;
    packPanel(columns, k, b + j, ldb, panel);
    gemmSplit<kMaxRows>(m, columns, k, a, rsA, csA, panel, columns, c + j, ldc,
                        load);
  }
}

/// True if the rows of B fall into so few sets of the caches that a panel does
/// not stay there, and `m` rows of A repay its copy (5 % of 128 rows' time).
VELLUM_KERNEL_INLINE bool repaysPacking(int64_t m, int64_t ldb) {
  return m >= 64 && ldb % kPageFloats == 0;
}

/// See vl_gemm_nn.
VELLUM_KERNEL_INLINE void gemmNN(int64_t m, int64_t n, int64_t k,
                                 const float *a, int64_t rsA, int64_t csA,
                                 const float *b, int64_t ldb, float *c,
                                 int64_t ldc, bool accumulate) {
  if (m <= 0 || n <= 0)
    return;
  // One column from a matrix stored by columns is one row of its transpose.
  if (n == 1 && rsA == 1 && ldc == 1)
    return gemmRows<1>(1, m, k, b, 0, ldb, a, csA, c, 0, accumulate);
  int64_t block = csA < kPageFloats ? kBlockProducts : kBlockPages;
  // A single tile's rows use B only once: no need for blocks.
  if (m <= kMaxRows || k < block)
    block = k;
  int64_t p = 0;
  do {
    const int64_t products = k - p < block ? k - p : block;
    if (repaysPacking(m, ldb))
      gemmPacked(m, n, products, a + p * csA, rsA, csA, b + p * ldb, ldb, c,
                 ldc, accumulate || p > 0);
    else
      gemmSplit<kMaxRows>(m, n, products, a + p * csA, rsA, csA, b + p * ldb,
                          ldb, c, ldc, accumulate || p > 0);
    p += block;
  } while (p < k);
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_GEMMPACK_INL_H
