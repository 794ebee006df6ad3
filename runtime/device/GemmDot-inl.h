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

/// Sums within each 128-bit block: lane i of a block of the result is the sum
/// of that block of v[i].
VELLUM_KERNEL_INLINE WideVec sumBlocks(const WideVec *v) {
  const WideTag d;
  const hn::RepartitionToWide<WideTag> d2;
  const WideVec s01 = hn::Add(hn::InterleaveLower(d, v[0], v[1]),
                              hn::InterleaveUpper(d, v[0], v[1]));
  const WideVec s23 = hn::Add(hn::InterleaveLower(d, v[2], v[3]),
                              hn::InterleaveUpper(d, v[2], v[3]));
  const auto x = hn::BitCast(d2, s01), y = hn::BitCast(d2, s23);
  return hn::Add(hn::BitCast(d, hn::InterleaveLower(d2, x, y)),
                 hn::BitCast(d, hn::InterleaveUpper(d2, x, y)));
}

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

/// `Rows` rows of A against kLanes / Rows rows of B, of which the first
/// `columns` exist, all of them with `Full`: one accumulator per lane of a
/// vector.
template <int Rows, bool Full>
void dotTile(int64_t k, const float *HWY_RESTRICT a, int64_t lda,
             const float *HWY_RESTRICT b, int64_t ldb, int64_t columns,
             float *HWY_RESTRICT c, int64_t ldc, bool accumulate) {
  const WideTag d;
  constexpr int Columns = static_cast<int>(kLanes) / Rows;
  const float *bRow[Columns];
  for (int j = 0; j < Columns; ++j) {
    // A missing row repeats the last one; its sum is never stored.
    bRow[j] = b + (Full || j < columns ? j : columns - 1) * ldb;
  }
  if (Full)
    columns = Columns;
  WideVec acc[kLanes];
  for (int i = 0; i < kLanes; ++i)
    acc[i] = hn::Zero(d);
  int64_t p = 0;
  for (; p + kLanes <= k; p += kLanes) {
    WideVec x[Rows];
    for (int i = 0; i < Rows; ++i)
      x[i] = hn::LoadU(d, a + i * lda + p);
    for (int j = 0; j < Columns; ++j) {
      const WideVec y = hn::LoadU(d, bRow[j] + p);
      for (int i = 0; i < Rows; ++i)
        acc[i * Columns + j] = hn::MulAdd(x[i], y, acc[i * Columns + j]);
    }
  }
  if (p < k) {
    WideVec x[Rows];
    for (int i = 0; i < Rows; ++i)
      x[i] = loadTail(d, a + i * lda + p, k - p);
    for (int j = 0; j < Columns; ++j) {
      const WideVec y = loadTail(d, bRow[j] + p, k - p);
      for (int i = 0; i < Rows; ++i)
        acc[i * Columns + j] = hn::MulAdd(x[i], y, acc[i * Columns + j]);
    }
  }
  const WideVec sums = sumLanesTransposed(acc);
  if constexpr (Rows == 1) {
    WideVec out = sums;
    if (accumulate)
      out = hn::Add(loadTail(d, c, columns), out);
    storeTail(d, out, c, columns);
  } else {
    HWY_ALIGN float lanes[kLanes];
    hn::Store(sums, d, lanes);
    const hn::FixedTag<float, Columns> dc;
    for (int i = 0; i < Rows; ++i) {
      if (columns == Columns) {
        auto out = hn::LoadU(dc, lanes + i * Columns);
        if (accumulate)
          out = hn::Add(hn::LoadU(dc, c + i * ldc), out);
        hn::StoreU(out, dc, c + i * ldc);
        continue;
      }
      for (int64_t j = 0; j < columns; ++j) {
        const float sum = lanes[i * Columns + j];
        c[i * ldc + j] = accumulate ? c[i * ldc + j] + sum : sum;
      }
    }
  }
}

/// Takes as many tiles of `Rows` rows as there are, then halves `Rows`.
template <int Rows>
VELLUM_KERNEL_INLINE void
dotSplit(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
         const float *b, int64_t ldb, float *c, int64_t ldc, bool accumulate) {
  constexpr int64_t Columns = kLanes / Rows;
  const int64_t here = m - m % Rows;
  // 32 KiB of A's rows at a time, which stay in L1 while B passes.
  const int64_t fitting = k > 0 ? 8192 / k / Rows * Rows : here;
  const int64_t block = fitting > Rows ? fitting : Rows;
  for (int64_t i0 = 0; i0 < here; i0 += block) {
    const int64_t i1 = here - i0 < block ? here : i0 + block;
    for (int64_t j = 0; j < n; j += Columns) {
      const int64_t columns = n - j < Columns ? n - j : Columns;
      for (int64_t i = i0; i < i1; i += Rows)
        (columns == Columns
             ? dotTile<Rows, true>
             : dotTile<Rows, false>)(k, a + i * lda, lda, b + j * ldb, ldb,
                                     columns, c + i * ldc + j, ldc, accumulate);
    }
  }
  if constexpr (Rows > 1)
    if (m > here)
      dotSplit<Rows / 2>(m - here, n, k, a + here * lda, lda, b, ldb,
                         c + here * ldc, ldc, accumulate);
}

/// See vl_gemm_nt.
VELLUM_KERNEL_INLINE void gemmNT(int64_t m, int64_t n, int64_t k,
                                 const float *a, int64_t lda, const float *b,
                                 int64_t ldb, float *c, int64_t ldc,
                                 bool accumulate) {
  if (m <= 0 || n <= 0)
    return;
  constexpr int kRows = kLanes == 4 ? 2 : kLanes == 8 ? 2 : 4;
  dotSplit<kRows>(m, n, k, a, lda, b, ldb, c, ldc, accumulate);
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_GEMMDOT_INL_H
