//===- runtime/device/Layout-inl.h - copies and transposes ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_LAYOUT_INL_H
#define VELLUM_RUNTIME_DEVICE_LAYOUT_INL_H

#include "runtime/device/Common-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

VELLUM_KERNEL_INLINE void copyRow(int64_t n, const float *x,
                                  float *HWY_RESTRICT y) {
  const WideTag d;
  forVectors(
      n, [&](int64_t j) { hn::StoreU(hn::LoadU(d, x + j), d, y + j); },
      [&](int64_t j, int64_t count) {
        storeTail(d, loadTail(d, x + j, count), y + j, count);
      });
}

/// Four consecutive floats of each of Lanes / 4 rows `step` apart, a row in
/// each 128-bit block.
template <int Lanes>
VELLUM_KERNEL_INLINE hn::Vec<hn::FixedTag<float, Lanes>>
loadBlocks(const float *p, int64_t step) {
  const hn::FixedTag<float, Lanes> d;
  if constexpr (Lanes == 4)
    return hn::LoadU(d, p);
  else
    return hn::Combine(d, loadBlocks<Lanes / 2>(p + Lanes / 8 * step, step),
                       loadBlocks<Lanes / 2>(p, step));
}

/// Writes the transpose of `Lanes` rows of A, `ld` apart, and four columns:
/// the columns come to lie `ldTo` apart.
template <int Lanes>
VELLUM_KERNEL_INLINE void transposeFour(const float *a, int64_t ld,
                                        float *HWY_RESTRICT to, int64_t ldTo) {
  const hn::FixedTag<float, Lanes> d;
  const hn::RepartitionToWide<decltype(d)> d2;
  hn::Vec<decltype(d)> row[4];
  for (int i = 0; i < 4; ++i)
    row[i] = loadBlocks<Lanes>(a + i * ld, 4 * ld);
  const auto low01 = hn::BitCast(d2, hn::InterleaveLower(d, row[0], row[1]));
  const auto low23 = hn::BitCast(d2, hn::InterleaveLower(d, row[2], row[3]));
  const auto up01 = hn::BitCast(d2, hn::InterleaveUpper(d, row[0], row[1]));
  const auto up23 = hn::BitCast(d2, hn::InterleaveUpper(d, row[2], row[3]));
  const auto put = [&](int i, auto v) {
    hn::StoreU(hn::BitCast(d, v), d, to + i * ldTo);
  };
  put(0, hn::InterleaveLower(d2, low01, low23));
  put(1, hn::InterleaveUpper(d2, low01, low23));
  put(2, hn::InterleaveLower(d2, up01, up23));
  put(3, hn::InterleaveUpper(d2, up01, up23));
}

/// See vl_transpose: by tiles of `Lanes` rows, then of four, then by element.
/// Each copy of it would be 5 KiB on AVX-512.
template <int Lanes>
HWY_NOINLINE void transpose(int64_t rows, int64_t n, const float *x,
                            int64_t ldx, float *HWY_RESTRICT y, int64_t ldy) {
  int64_t i = 0;
  for (; i + Lanes <= rows; i += Lanes) {
    int64_t j = 0;
    for (; j + 4 <= n; j += 4)
      transposeFour<Lanes>(x + i * ldx + j, ldx, y + j * ldy + i, ldy);
    for (; j < n; ++j)
      for (int64_t r = i; r < i + Lanes; ++r)
        y[j * ldy + r] = x[r * ldx + j];
  }
  if constexpr (Lanes > 4)
    return transpose<4>(rows - i, n, x + i * ldx, ldx, y + i, ldy);
  for (; i < rows; ++i)
    for (int64_t j = 0; j < n; ++j)
      y[j * ldy + i] = x[i * ldx + j];
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_LAYOUT_INL_H
