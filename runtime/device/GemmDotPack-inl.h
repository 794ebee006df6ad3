//===- runtime/device/GemmDotPack-inl.h - dots by panels --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// C (+)= A B^T for many rows, with the bits of dotTile.
///
/// A short dot product costs dotTile as much for the sum over its lanes as for
/// its multiply-adds. Here a vector holds one lane's chain for as many columns
/// as there are lanes; the chains are made one after the other and added by the
/// same tree, so that the tree costs one addition where it took one and two
/// shuffles. The price is a transposed copy of B.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_GEMMDOTPACK_INL_H
#define VELLUM_RUNTIME_DEVICE_GEMMDOTPACK_INL_H

#include "runtime/device/GemmDot-inl.h"
#include "runtime/device/GemmPack-inl.h"
#include "runtime/device/Layout-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// The longest dot product that is made this way: its panel takes 48 KiB.
constexpr int64_t kLongestPacked = 256;

/// The steps of a dot product of k elements; the last may be partial.
VELLUM_KERNEL_INLINE int64_t dotSteps(int64_t k) {
  return (k + kLanes - 1) / kLanes;
}

/// Copies rows of B into a panel of as many columns, a multiple of kLanes. All
/// that belongs to one lane of a dot product lies together, in the order of
/// the steps.
VELLUM_KERNEL_INLINE void packLanes(int64_t columns, int64_t k, const float *b,
                                    int64_t ldb, float *HWY_RESTRICT panel) {
  const int64_t perLane = dotSteps(k) * columns;
  const auto place = [&](int64_t p, int64_t j) {
    return panel + p % kLanes * perLane + p / kLanes * columns + j;
  };
  for (int64_t j = 0; j < columns; j += kLanes) {
    int64_t p = 0;
    for (; p + 4 <= k; p += 4)
      transposeFour<kLanes>(b + j * ldb + p, ldb, place(p, j), perLane);
    for (; p < k; ++p)
      for (int64_t i = 0; i < kLanes; ++i)
        place(p, j)[i] = b[(j + i) * ldb + p];
  }
}

/// The lane that sumLanesTransposed adds at place `t` when its tree is walked
/// from left to right: t with its lower two bits exchanged, and on AVX-512 its
/// upper two.
VELLUM_KERNEL_INLINE int64_t laneAt(int64_t t) {
  const int64_t low = (t & 1) << 1 | (t >> 1 & 1), high = t >> 2;
  return low | (kLanes == 16 ? (high & 1) << 1 | high >> 1 : high) << 2;
}

/// The accumulators of a tile: kMaxRows rows of `Vectors` vectors.
template <int Vectors> struct PanelTile {
  static constexpr int kColumns = Vectors * kLanes;
  WideVec sum[kMaxRows][Vectors];

  /// Calls body(vector, row, first column) for each accumulator.
  template <class Body> VELLUM_KERNEL_INLINE void forEach(Body body) {
    VELLUM_UNROLL
    for (int i = 0; i < kMaxRows; ++i) {
      VELLUM_UNROLL
      for (int v = 0; v < Vectors; ++v)
        body(sum[i][v], i, v * kLanes);
    }
  }

  /// Sets the sums to one lane's chains: every kLanes-th product from `a` and
  /// the rows of `b` on, `k` elements of A away.
  VELLUM_KERNEL_INLINE void chain(int64_t k, const float *a, int64_t lda,
                                  const float *HWY_RESTRICT b) {
    const WideTag d;
    forEach([&](WideVec &s, int, int64_t) { s = hn::Zero(d); });
    const float *at[(kMaxRows + 2) / 3];
    for (int i = 0; i < kMaxRows; i += 3) {
      at[i / 3] = a + i * lda;
      asm("" : "+r"(at[i / 3])); // See gemmTile.
    }
    for (; k > 0; k -= kLanes) {
      WideVec row[Vectors], x[kMaxRows];
      for (int v = 0; v < Vectors; ++v)
        row[v] = hn::LoadU(d, b + v * kLanes);
      for (int i = 0; i < kMaxRows; ++i)
        x[i] = hn::Set(d, at[i / 3][i % 3 * lda]);
      forEach([&](WideVec &s, int i, int64_t j) {
        s = hn::MulAdd(x[i], row[j / kLanes], s);
      });
      for (int i = 0; i < kMaxRows; i += 3)
        at[i / 3] += kLanes;
      b += kColumns;
    }
  }
};

/// C of kMaxRows rows of A and a panel of `Vectors` vectors.
template <int Vectors>
HWY_NOINLINE void dotPanelTile(int64_t k, const float *a, int64_t lda,
                               const float *HWY_RESTRICT panel, float *c,
                               int64_t ldc, bool accumulate) {
  const WideTag d;
  using Tile = PanelTile<Vectors>;
  // Sums of whole branches of the tree that wait for their neighbours.
  HWY_ALIGN float waiting[5][kMaxRows][Tile::kColumns];
  int depth = 0;
  for (int64_t t = 0; t < kLanes; ++t) {
    const int64_t lane = laneAt(t);
    Tile tile;
    tile.chain(k - lane, a + lane, lda,
               panel + lane * dotSteps(k) * Tile::kColumns);
    // dotTile's partial step adds 0 here, which makes a -0 positive.
    if (k % kLanes != 0 && lane >= k % kLanes)
      tile.forEach(
          [&](WideVec &s, int, int64_t) { s = hn::Add(s, hn::Zero(d)); });
    for (int64_t full = t; full & 1; full >>= 1) {
      --depth;
      tile.forEach([&](WideVec &s, int i, int64_t j) {
        s = hn::Add(s, hn::Load(d, &waiting[depth][i][j]));
      });
    }
    tile.forEach([&](WideVec &s, int i, int64_t j) {
      hn::Store(s, d, &waiting[depth][i][j]);
    });
    ++depth;
  }
  for (int i = 0; i < kMaxRows; ++i)
    for (int64_t j = 0; j < Tile::kColumns; j += kLanes) {
      float *to = c + i * ldc + j;
      const WideVec sum = hn::Load(d, &waiting[0][i][j]);
      hn::StoreU(accumulate ? hn::Add(hn::LoadU(d, to), sum) : sum, d, to);
    }
}

/// Runs the tile that has `vectors` (1 <= vectors <= Vectors) vectors.
template <int Vectors, class... Operands>
VELLUM_KERNEL_INLINE void dotPanel(int64_t vectors, Operands... operands) {
  if constexpr (Vectors > 1)
    if (vectors != Vectors)
      return dotPanel<Vectors - 1>(vectors, operands...);
  dotPanelTile<Vectors>(operands...);
}

/// The product of m rows, a multiple of kMaxRows, by n, one of kLanes.
inline HWY_NOINLINE void gemmDotPacked(int64_t m, int64_t n, int64_t k,
                                       const float *a, int64_t lda,
                                       const float *b, int64_t ldb, float *c,
                                       int64_t ldc, bool accumulate) {
  HWY_ALIGN float panel[kLongestPacked * kPanelColumns];
  constexpr int kPanel = maxPanel(kMaxRows);
  for (int64_t j = 0; j < n;) {
    const int64_t width = panelWidth<kPanel>((n - j) / kLanes);
    packLanes(width * kLanes, k, b + j * ldb, ldb, panel);
    for (int64_t i = 0; i < m; i += kMaxRows)
      dotPanel<kPanel>(width, k, a + i * lda, lda, panel, c + i * ldc + j, ldc,
                       accumulate);
    j += width * kLanes;
  }
}

/// See vl_gemm_nt.
VELLUM_KERNEL_INLINE void gemmNT(int64_t m, int64_t n, int64_t k,
                                 const float *a, int64_t lda, const float *b,
                                 int64_t ldb, float *c, int64_t ldc,
                                 bool accumulate) {
  if (m <= 0 || n <= 0)
    return;
  // The copy costs as much as it saves at about m = k / 3.
  if (m < kMaxRows || 3 * m < k || k > kLongestPacked || n < kLanes)
    return gemmDot(m, n, k, a, lda, b, ldb, c, ldc, accumulate);
  const int64_t rows = m - m % kMaxRows, columns = n - n % kLanes;
  gemmDotPacked(rows, columns, k, a, lda, b, ldb, c, ldc, accumulate);
  if (n > columns)
    gemmDot(rows, n - columns, k, a, lda, b + columns * ldb, ldb, c + columns,
            ldc, accumulate);
  if (m > rows)
    gemmDot(m - rows, n, k, a + rows * lda, lda, b, ldb, c + rows * ldc, ldc,
            accumulate);
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_GEMMDOTPACK_INL_H
