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

#include "runtime/device/GemmRows-inl.h"
#include "runtime/device/Layout-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// The most products per block: C is read and written once for each. On AVX-512
/// a panel of B may leave L1, since L2 is read at a third of its bandwidth.
constexpr int64_t kBlockProducts = HWY_TARGET <= HWY_AVX3 ? 512 : 192;
/// The same where A is stored by columns, and where each of its columns lies on
/// a page of its own: so few that L1's 96 translations nearly suffice.
constexpr int64_t kBlockOfColumns = HWY_TARGET <= HWY_AVX3 ? 384 : 192;
constexpr int64_t kBlockPages = 128;
constexpr int64_t kPanelColumns = maxPanel(kMaxRows) * kLanes;
/// What is copied of B at once, in 384 KiB of the stack, and the rows of A that
/// stay in L2 meanwhile.
constexpr int64_t kBlockColumns = 4 * kPanelColumns;
constexpr int64_t kBlockRows = 192;

/// Copies a block of B by panels, each with its rows one after the other. All
/// of a row of the block is copied at once, since it may lie on its own page.
VELLUM_KERNEL_INLINE void packBlock(int64_t n, int64_t k, const float *b,
                                    int64_t ldb, float *HWY_RESTRICT to) {
  for (int64_t p = 0; p < k; ++p)
    for (int64_t j = 0; j < n; j += kPanelColumns) {
      const int64_t columns = HWY_MIN(n - j, kPanelColumns);
      copyRow(columns, b + p * ldb + j, to + j * k + p * columns);
    }
}

/// The product of many rows, from copies of B's panels.
inline HWY_NOINLINE void gemmPacked(int64_t m, int64_t n, int64_t k,
                                    const float *a, int64_t rsA, int64_t csA,
                                    const float *b, int64_t ldb, float *c,
                                    int64_t ldc, bool load) {
  HWY_ALIGN float block[kBlockProducts * kBlockColumns];
  for (int64_t first = 0; first < n; first += kBlockColumns) {
    const int64_t width = HWY_MIN(n - first, kBlockColumns);
    packBlock(width, k, b + first, ldb, block);
    for (int64_t i = 0; i < m; i += kBlockRows)
      for (int64_t j = 0; j < width; j += kPanelColumns) {
        const int64_t columns = HWY_MIN(width - j, kPanelColumns);
        gemmSplit(HWY_MIN(m - i, kBlockRows), columns, k, a + i * rsA, rsA, csA,
                  block + j * k, columns, c + i * ldc + first + j, ldc, load);
      }
  }
}

/// True if the rows of B fall into so few sets of the caches that a panel does
/// not stay there, or each onto a page of its own, and `m` rows of A repay the
/// copy.
VELLUM_KERNEL_INLINE bool repaysPacking(int64_t m, int64_t ldb) {
  return ldb % kPageFloats == 0 ? m >= 64 : ldb >= 960 && m >= 128;
}

/// The rows of A that are copied at once where it is stored by columns, in
/// 64 KiB of the stack.
constexpr int64_t kColumnRows = 32;

/// True if A is stored by columns which fall into few sets of the caches, or
/// each onto a page of its own, and `n` columns of B repay a copy.
VELLUM_KERNEL_INLINE bool repaysColumns(int64_t m, int64_t n, int64_t k,
                                        int64_t rsA, int64_t csA) {
  return rsA == 1 && csA > 1 && m >= kColumnRows && n >= 48 && k >= 256 &&
         (csA % 128 == 0 || csA >= kPageFloats);
}

/// The product from copies of A by tiles, each with its columns one after the
/// other. The columns of kColumnRows rows are copied a line or two at a time.
inline HWY_NOINLINE void gemmColumns(int64_t m, int64_t n, int64_t k,
                                     const float *a, int64_t csA,
                                     const float *b, int64_t ldb, float *c,
                                     int64_t ldc, bool load) {
  HWY_ALIGN float tiles[kBlockProducts * kColumnRows];
  const hn::FixedTag<float, kMaxRows> d;
  const int64_t all = m - m % kMaxRows;
  for (int64_t first = 0; first < all; first += kColumnRows) {
    const int64_t rows = HWY_MIN(all - first, kColumnRows);
    for (int64_t p = 0; p < k; ++p)
      for (int64_t i = 0; i < rows; i += kMaxRows)
        hn::Store(hn::LoadU(d, a + first + i + p * csA), d,
                  tiles + i * k + p * kMaxRows);
    for (int64_t j = 0; j < n; j += kPanelColumns)
      for (int64_t i = 0; i < rows; i += kMaxRows)
        gemmRows<kMaxRows>(kMaxRows, HWY_MIN(n - j, kPanelColumns), k,
                           tiles + i * k, 1, kMaxRows, b + j, ldb,
                           c + (first + i) * ldc + j, ldc, load);
  }
  if (m > all)
    gemmSplit(m - all, n, k, a + all, 1, csA, b, ldb, c + all * ldc, ldc, load);
}

/// The rows of A that stay in L2, in half a MiB of it, while the panels of B
/// pass: all of 4096 x 256 would come from L3 for each of six panels, which
/// costs a fifth. One panel passes once, and columns of A have other needs.
VELLUM_KERNEL_INLINE int64_t rowsAtOnce(int64_t m, int64_t n, int64_t k,
                                        int64_t csA) {
  constexpr int64_t kFloats = (512 << 10) / int64_t(sizeof(float));
  if (n <= kPanelColumns || csA != 1 || m * k <= 2 * kFloats)
    return m;
  const int64_t rows = kFloats / k / kMaxRows * kMaxRows;
  return rows > kBlockRows ? rows : kBlockRows;
}

/// One block of products of vl_gemm_nn.
VELLUM_KERNEL_INLINE void gemmBlock(int64_t m, int64_t n, int64_t k,
                                    const float *a, int64_t rsA, int64_t csA,
                                    const float *b, int64_t ldb, float *c,
                                    int64_t ldc, bool load, bool byColumns) {
  if constexpr (kHasOddTiles)
    if (fitsSixRows(m, n, csA)) {
      const int64_t here = m - m % 6;
      gemmRows<6>(here, n, k, a, rsA, csA, b, ldb, c, ldc, load);
      return gemmSplit(m - here, n, k, a + here * rsA, rsA, csA, b, ldb,
                       c + here * ldc, ldc, load);
    }
  if (repaysPacking(m, ldb))
    gemmPacked(m, n, k, a, rsA, csA, b, ldb, c, ldc, load);
  else if (byColumns)
    gemmColumns(m, n, k, a, csA, b, ldb, c, ldc, load);
  else {
    const int64_t rows = rowsAtOnce(m, n, k, csA);
    for (int64_t i = 0; i < m; i += rows)
      gemmHalves<kMaxRows>(HWY_MIN(m - i, rows), n, k, a + i * rsA, rsA, csA, b,
                           ldb, c + i * ldc, ldc, load);
  }
}

/// The products of a block, of which there are as few as possible, alike.
VELLUM_KERNEL_INLINE int64_t blockProducts(int64_t m, int64_t n, int64_t k,
                                           int64_t csA, bool byColumns) {
  int64_t most = csA == 1 || byColumns ? kBlockProducts
                 : csA < kPageFloats   ? kBlockOfColumns
                                       : kBlockPages;
  // All of B, or half a MiB of it, is one panel.
  if (fitsSixRows(m, n, csA))
    most = (512 << 10) / (int64_t(sizeof(float)) * n);
  if (k <= most)
    return k;
  const int64_t blocks = (k + most - 1) / most;
  return (k + blocks - 1) / blocks;
}

/// The most columns, and the rows at once, of a product that is made as its
/// transpose, in 24 KiB of the stack.
constexpr int64_t kNarrowColumns = 48;
constexpr int64_t kNarrowRows = 128;

/// True if A is stored by columns and vectors along them are a fifth fewer than
/// along C's rows, which fill no vector, or one and little of another.
VELLUM_KERNEL_INLINE bool repaysTranspose(int64_t m, int64_t n, int64_t k,
                                          int64_t rsA) {
  const auto vectors = [](int64_t size) {
    return (size + kLanes - 1) / kLanes;
  };
  return rsA == 1 && n < kNarrowColumns && m >= kLanes && k >= 16 &&
         5 * n * vectors(m) <= 4 * m * vectors(n);
}

/// The transposed product B^T A^T, which reads A's columns as rows.
inline HWY_NOINLINE void gemmNarrow(int64_t m, int64_t n, int64_t k,
                                    const float *a, int64_t csA, const float *b,
                                    int64_t ldb, float *c, int64_t ldc,
                                    bool load) {
  HWY_ALIGN float out[kNarrowColumns * kNarrowRows];
  for (int64_t i = 0; i < m; i += kNarrowRows, c += kNarrowRows * ldc) {
    const int64_t rows = HWY_MIN(m - i, kNarrowRows);
    if (load)
      transpose<kLanes>(rows, n, c, ldc, out, kNarrowRows);
    int64_t p = 0;
    do {
      gemmSplit(n, rows, HWY_MIN(k - p, kBlockProducts), b + p * ldb, 1, ldb,
                a + i + p * csA, csA, out, kNarrowRows, load || p > 0);
      p += kBlockProducts;
    } while (p < k);
    transpose<kLanes>(n, rows, out, kNarrowRows, c, ldc);
  }
}

/// The product block by block.
inline HWY_NOINLINE void gemmBlocks(int64_t m, int64_t n, int64_t k,
                                    const float *a, int64_t rsA, int64_t csA,
                                    const float *b, int64_t ldb, float *c,
                                    int64_t ldc, bool accumulate) {
  const bool byColumns =
      !repaysPacking(m, ldb) && repaysColumns(m, n, k, rsA, csA);
  const int64_t block = blockProducts(m, n, k, csA, byColumns);
  int64_t p = 0;
  do {
    gemmBlock(m, n, HWY_MIN(k - p, block), a + p * csA, rsA, csA, b + p * ldb,
              ldb, c, ldc, accumulate || p > 0, byColumns);
    p += block;
  } while (p < k);
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
  // A single tile's rows use B only once: no need for blocks, nor for the 10 ns
  // that their choice takes, a fifth of 4 x 20 x 8.
  if (m <= kTileRows)
    return gemmHalves<kMaxRows>(m, n, k, a, rsA, csA, b, ldb, c, ldc,
                                accumulate);
  if (repaysTranspose(m, n, k, rsA))
    return gemmNarrow(m, n, k, a, csA, b, ldb, c, ldc, accumulate);
  gemmBlocks(m, n, k, a, rsA, csA, b, ldb, c, ldc, accumulate);
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_GEMMPACK_INL_H
