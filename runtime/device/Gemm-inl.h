//===- runtime/device/Gemm-inl.h - products with a broadcast A --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// C (+)= A B with A broadcast and B and C streamed along their rows.
///
/// Every element of C is one chain of multiply-adds in the order of k, from
/// C's old value (accumulate) or 0. Its bits therefore depend on nothing but
/// its own row of A and column of B: not on m, n, the tiles or the blocks.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_GEMM_INL_H
#define VELLUM_RUNTIME_DEVICE_GEMM_INL_H

#include "runtime/device/Common-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// One tile's operands: `k` products, `load` to start from C instead of 0, and
/// `tail` columns in the last vector.
struct GemmTile {
  int64_t k;
  const float *a;
  int64_t rsA, csA;
  const float *b;
  int64_t ldb;
  float *c;
  int64_t ldc;
  int64_t tail;
  bool load;
};

/// The widest panel, in vectors, of a tile with `rows` rows: accumulators plus
/// one row of B fit the 32 (AVX-512) or 16 registers.
constexpr int maxPanel(int rows) {
  return HWY_TARGET <= HWY_AVX3 ? (rows == 8   ? 3
                                   : rows == 4 ? 6
                                   : rows == 2 ? 8
                                               : 13)
                                : (rows == 4   ? 3
                                   : rows == 2 ? 5
                                               : 12);
}

/// Rows of the largest tile.
constexpr int kMaxRows = HWY_TARGET <= HWY_AVX3 ? 8 : 4;

/// Computes `Rows` x `Vectors` vectors of C in registers. With `Tail` the last
/// vector has t.tail columns, else all of them.
template <int Rows, int Vectors, bool Tail>
void gemmTile(const GemmTile &tile) {
  const WideTag d;
  // A copy, which stores to C cannot be suspected to change.
  const GemmTile t = tile;
  const auto isTail = [](int v) { return Tail && v == Vectors - 1; };
  WideVec acc[Rows][Vectors];
  for (int i = 0; i < Rows; ++i)
    for (int v = 0; v < Vectors; ++v) {
      const float *c = t.c + i * t.ldc + v * kLanes;
      if (!t.load)
        acc[i][v] = hn::Zero(d);
      else
        acc[i][v] = isTail(v) ? loadTail(d, c, t.tail) : hn::LoadU(d, c);
    }
  // Three rows share a pointer, at 0, 1 and 2 times the stride.
  const float *a[(Rows + 2) / 3];
  for (int i = 0; i < Rows; i += 3) {
    a[i / 3] = t.a + i * t.rsA;
    // Else the compiler finds one pointer and walks it from row to row: a
    // chain of additions longer than the narrow tiles' multiply-adds.
    asm("" : "+r"(a[i / 3]));
  }
  const float *HWY_RESTRICT b = t.b;
  for (int64_t k = t.k; k > 0; --k) {
    WideVec row[Vectors];
    for (int v = 0; v < Vectors; ++v)
      row[v] = isTail(v) ? loadTail(d, b + v * kLanes, t.tail)
                         : hn::LoadU(d, b + v * kLanes);
    for (int i = 0; i < Rows; ++i) {
      const WideVec x = hn::Set(d, a[i / 3][i % 3 * t.rsA]);
      for (int v = 0; v < Vectors; ++v)
        acc[i][v] = hn::MulAdd(x, row[v], acc[i][v]);
    }
    for (int i = 0; i < Rows; i += 3)
      a[i / 3] += t.csA;
    b += t.ldb;
  }
  for (int i = 0; i < Rows; ++i)
    for (int v = 0; v < Vectors; ++v) {
      float *c = t.c + i * t.ldc + v * kLanes;
      if (isTail(v))
        storeTail(d, acc[i][v], c, t.tail);
      else
        hn::StoreU(acc[i][v], d, c);
    }
}

/// Runs the tile that has `vectors` (1 <= vectors <= Vectors) vectors.
template <int Rows, int Vectors>
VELLUM_KERNEL_INLINE void gemmPanel(int64_t vectors, const GemmTile &t) {
  if constexpr (Vectors > 1)
    if (vectors < Vectors)
      return gemmPanel<Rows, Vectors - 1>(vectors, t);
  // A masked load costs nothing on AVX-512: there one form serves both.
  if constexpr (HWY_TARGET <= HWY_AVX3)
    gemmTile<Rows, Vectors, true>(t);
  else if (kHasMaskedLoad && t.tail != kLanes)
    gemmTile<Rows, Vectors, kHasMaskedLoad>(t);
  else
    gemmTile<Rows, Vectors, false>(t);
}

/// The columns that fill no vector, where masked loads do not exist.
VELLUM_KERNEL_INLINE void gemmScalarColumns(const GemmTile &t, int64_t rows,
                                            int64_t columns) {
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) {
      float sum = t.load ? t.c[i * t.ldc + j] : 0.0f;
      for (int64_t k = 0; k < t.k; ++k)
        sum = mulAddScalar(t.a[i * t.rsA + k * t.csA], t.b[k * t.ldb + j], sum);
      t.c[i * t.ldc + j] = sum;
    }
}

/// Rows [0, m), m a multiple of `Rows`, of the product described by `whole`.
template <int Rows>
void gemmRows(int64_t m, int64_t n, const GemmTile &whole, bool accumulate) {
  // 192 rows of a three-vector panel are 36 KiB, within L1. A single row tile
  // uses B only once and streams it unblocked.
  const int64_t block = m > Rows ? 192 : whole.k;
  const int64_t vectors =
      kHasMaskedLoad ? (n + kLanes - 1) / kLanes : n / kLanes;
  const int64_t panels = (vectors + maxPanel(Rows) - 1) / maxPanel(Rows);
  int64_t k0 = 0;
  do {
    GemmTile t = whole;
    t.k = whole.k - k0 < block ? whole.k - k0 : block;
    t.load = accumulate || k0 > 0;
    int64_t first = 0;
    for (int64_t p = 0; p < panels; ++p) {
      // Even panels: 25 vectors go as 3, ..., 3, 2, 2 rather than with a 1.
      const int64_t last = (p + 1) * vectors / panels;
      const int64_t column = first * kLanes;
      const bool end = kHasMaskedLoad && last == vectors;
      t.tail = end ? n - (vectors - 1) * kLanes : kLanes;
      t.b = whole.b + k0 * whole.ldb + column;
      for (int64_t i = 0; i < m; i += Rows) {
        t.a = whole.a + i * whole.rsA + k0 * whole.csA;
        t.c = whole.c + i * whole.ldc + column;
        gemmPanel<Rows, maxPanel(Rows)>(last - first, t);
      }
      first = last;
    }
    if (!kHasMaskedLoad && vectors * kLanes < n) {
      t.a = whole.a + k0 * whole.csA;
      t.b = whole.b + k0 * whole.ldb + vectors * kLanes;
      t.c = whole.c + vectors * kLanes;
      gemmScalarColumns(t, m, n - vectors * kLanes);
    }
    k0 += t.k;
  } while (k0 < whole.k);
}

/// Takes as many tiles of `Rows` rows as there are, then halves `Rows`.
template <int Rows>
VELLUM_KERNEL_INLINE void gemmSplit(int64_t m, int64_t n, GemmTile t,
                                    bool accumulate) {
  const int64_t here = m - m % Rows;
  if (here > 0) {
    gemmRows<Rows>(here, n, t, accumulate);
    t.a += here * t.rsA;
    t.c += here * t.ldc;
  }
  if constexpr (Rows > 1)
    if (m > here)
      gemmSplit<Rows / 2>(m - here, n, t, accumulate);
}

/// See vl_gemm_nn.
VELLUM_KERNEL_INLINE void gemmNN(int64_t m, int64_t n, int64_t k,
                                 const float *a, int64_t rsA, int64_t csA,
                                 const float *b, int64_t ldb, float *c,
                                 int64_t ldc, bool accumulate) {
  if (m <= 0 || n <= 0)
    return;
  const GemmTile t{k > 0 ? k : 0, a, rsA, csA, b, ldb, c, ldc, 0, false};
  gemmSplit<kMaxRows>(m, n, t, accumulate);
}

/// See vl_gemm_any.
VELLUM_KERNEL_INLINE void gemmAny(int64_t m, int64_t n, int64_t k,
                                  const float *a, int64_t rsA, int64_t csA,
                                  const float *b, int64_t rsB, int64_t csB,
                                  float *c, int64_t rsC, int64_t csC,
                                  bool accumulate) {
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      float &out = c[i * rsC + j * csC];
      float sum = accumulate ? out : 0.0f;
      for (int64_t p = 0; p < k; ++p)
        sum = mulAddScalar(a[i * rsA + p * csA], b[p * rsB + j * csB], sum);
      out = sum;
    }
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_GEMM_INL_H
