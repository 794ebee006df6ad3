//===- runtime/device/GemmDot-inl.h - products of row with row --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// C (+)= A B^T: every element is the dot product of two contiguous rows.
///
/// Each element has one vector accumulator over k, zero-padded, and one fixed
/// tree over its lanes, whichever tile it lies in: its bits depend on nothing
/// but its own two rows.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_GEMMDOT_INL_H
#define VELLUM_RUNTIME_DEVICE_GEMMDOT_INL_H

#include "runtime/device/Common-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// Lane i of the result is the sum of the lanes of v[i], i < kLanes.
VELLUM_KERNEL_INLINE WideVec sumLanesTransposed(const WideVec *v) {
  const WideTag d;
  (void)d;
#if HWY_MAX_BYTES == 16
  return sumBlocks(v);
#elif HWY_MAX_BYTES == 32
  const WideVec p = sumBlocks(v), q = sumBlocks(v + 4);
  return hn::Add(hn::ConcatLowerLower(d, q, p), hn::ConcatUpperUpper(d, q, p));
#else
  const WideVec p = sumBlocks(v), q = sumBlocks(v + 4);
  const WideVec r = sumBlocks(v + 8), s = sumBlocks(v + 12);
  const WideVec pq =
      hn::Add(hn::ConcatLowerLower(d, q, p), hn::ConcatUpperUpper(d, q, p));
  const WideVec rs =
      hn::Add(hn::ConcatLowerLower(d, s, r), hn::ConcatUpperUpper(d, s, r));
  return hn::Add(WideVec{_mm512_shuffle_f32x4(pq.raw, rs.raw, 0x88)},
                 WideVec{_mm512_shuffle_f32x4(pq.raw, rs.raw, 0xdd)});
#endif
}

/// N rows of a matrix that are walked together. Their addresses are sums of a
/// base and a stride, which loads take as they are: sixteen pointers would not
/// fit the registers, and short rows would pay for making them.
template <int N> struct RowGroup {
  const float *base[(N + 7) / 8];
  int64_t ld, ld3, ld5, ld7;

  RowGroup(const float *first, int64_t ld)
      : ld(ld), ld3(3 * ld), ld5(5 * ld), ld7(7 * ld) {
    for (int i = 0; i < N; i += 8) {
      base[i / 8] = first + i * ld;
      // Else the compiler makes the pointers after all.
      asm("" : "+r"(base[i / 8]));
    }
  }

  const float *row(int i) const {
    const float *p = base[i / 8];
    switch (i % 8) {
    case 0:
      return p;
    case 3:
      return p + ld3;
    case 5:
      return p + ld5;
    case 6:
      return p + 2 * ld3;
    case 7:
      return p + ld7;
    default:
      return p + i % 8 * ld;
    }
  }

  void advance(int64_t floats) {
    for (const float *&p : base)
      p += floats;
  }
};

/// Accumulators of a tile.
constexpr int kDots = kLanes == 16 ? 16 : 8;

/// Longer rows are taken in parts: what is read last, and still in L2, are the
/// ends of all rows and not all of the last rows.
constexpr int64_t kLongestDot = 4096;

/// Adds to acc[i * Columns + j] the products of the next `count` elements of
/// row i of A and row j of B.
template <int Rows, int Columns, class Load>
VELLUM_KERNEL_INLINE void dotStep(const RowGroup<Rows> &a,
                                  const RowGroup<Columns> &b, WideVec *acc,
                                  Load load) {
  WideVec x[Rows];
  VELLUM_UNROLL
  for (int i = 0; i < Rows; ++i)
    x[i] = load(a.row(i));
  VELLUM_UNROLL
  for (int j = 0; j < Columns; ++j) {
    const WideVec y = load(b.row(j));
    VELLUM_UNROLL
    for (int i = 0; i < Rows; ++i)
      acc[i * Columns + j] = hn::MulAdd(x[i], y, acc[i * Columns + j]);
  }
}

/// C of `Rows` rows of A against `Columns` rows of B.
template <int Rows, int Columns>
HWY_NOINLINE void dotTile(int64_t k, const float *HWY_RESTRICT a, int64_t lda,
                          const float *HWY_RESTRICT b, int64_t ldb,
                          float *HWY_RESTRICT c, int64_t ldc, bool accumulate) {
  const WideTag d;
  constexpr int kUsed = Rows * Columns;
  constexpr int kAll = (kUsed + kLanes - 1) / kLanes * kLanes;
  RowGroup<Rows> rowsA(a, lda);
  RowGroup<Columns> rowsB(b, ldb);
  WideVec acc[kAll];
  for (int i = 0; i < kAll; ++i)
    acc[i] = hn::Zero(d);
  for (; k >= kLanes; k -= kLanes) {
    dotStep(rowsA, rowsB, acc, [&](const float *p) { return hn::LoadU(d, p); });
    rowsA.advance(kLanes);
    rowsB.advance(kLanes);
  }
  if (k > 0)
    dotStep(rowsA, rowsB, acc,
            [&](const float *p) { return loadTail(d, p, k); });
  HWY_ALIGN float sums[kAll];
  for (int i = 0; i < kAll; i += kLanes)
    hn::Store(sumLanesTransposed(acc + i), d, sums + i);
  const hn::CappedTag<float, Columns> dc;
  for (int i = 0; i < Rows; ++i)
    for (int j = 0; j < Columns; j += HWY_MIN(kLanes, Columns)) {
      auto out = hn::LoadU(dc, sums + i * Columns + j);
      if (accumulate)
        out = hn::Add(hn::LoadU(dc, c + i * ldc + j), out);
      hn::StoreU(out, dc, c + i * ldc + j);
    }
}

/// Rows of A against rows of B that fill tiles of `Columns`, then half as many.
template <int Rows, int Columns>
VELLUM_KERNEL_INLINE void dotColumns(int64_t m, int64_t n, int64_t k,
                                     const float *a, int64_t lda,
                                     const float *b, int64_t ldb, float *c,
                                     int64_t ldc, bool accumulate) {
  int64_t j = 0;
  for (; j + Columns <= n; j += Columns)
    for (int64_t i = 0; i < m; i += Rows)
      dotTile<Rows, Columns>(k, a + i * lda, lda, b + j * ldb, ldb,
                             c + i * ldc + j, ldc, accumulate);
  if constexpr (Columns > 1)
    if (j < n)
      dotColumns<Rows, Columns / 2>(m, n - j, k, a, lda, b + j * ldb, ldb,
                                    c + j, ldc, accumulate);
}

/// Takes as many tiles of `Rows` rows as there are, then halves `Rows`.
template <int Rows>
VELLUM_KERNEL_INLINE void
dotRows(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
        const float *b, int64_t ldb, float *c, int64_t ldc, bool accumulate) {
  const int64_t here = m - m % Rows;
  // 32 KiB of A's rows at a time, which stay in L1 while B passes.
  const int64_t fitting = k > 0 ? 8192 / k / Rows * Rows : here;
  const int64_t block = fitting > Rows ? fitting : Rows;
  for (int64_t i = 0; i < here; i += block)
    dotColumns<Rows, kDots / Rows>(here - i < block ? here - i : block, n, k,
                                   a + i * lda, lda, b, ldb, c + i * ldc, ldc,
                                   accumulate);
  if constexpr (Rows > 1)
    if (m > here)
      dotRows<Rows / 2>(m - here, n, k, a + here * lda, lda, b, ldb,
                        c + here * ldc, ldc, accumulate);
}

/// The product by tiles of dot products.
inline HWY_NOINLINE void gemmDot(int64_t m, int64_t n, int64_t k,
                                 const float *a, int64_t lda, const float *b,
                                 int64_t ldb, float *c, int64_t ldc,
                                 bool accumulate) {
  constexpr int kRows = kLanes == 16 ? 4 : 2;
  // 512 KiB of B at a time, which stay in L2 while A passes.
  constexpr int64_t kBlock = (512 << 10) / sizeof(float);
  for (int64_t l = 0; l == 0 || l < k; l += kLongestDot) {
    const int64_t length = k - l < kLongestDot ? k - l : kLongestDot;
    int64_t block = n;
    if (n * length > kBlock)
      block = kBlock / length / kDots * kDots;
    for (int64_t j = 0; j < n; j += block)
      dotRows<kRows>(m, n - j < block ? n - j : block, length, a + l, lda,
                     b + j * ldb + l, ldb, c + j, ldc, accumulate || l > 0);
  }
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_GEMMDOT_INL_H
