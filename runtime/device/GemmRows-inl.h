//===- runtime/device/GemmRows-inl.h - products by tiles --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// C (+)= A B without copies or blocks: which tiles a product's rows and
/// columns are made of.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_GEMMROWS_INL_H
#define VELLUM_RUNTIME_DEVICE_GEMMROWS_INL_H

#include "runtime/device/Gemm-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// The columns that fill no vector, where masked loads do not exist.
VELLUM_KERNEL_INLINE void gemmScalarColumns(int64_t m, int64_t n, int64_t k,
                                            const float *a, int64_t rsA,
                                            int64_t csA, const float *b,
                                            int64_t ldb, float *c, int64_t ldc,
                                            bool load) {
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      float sum = load ? c[i * ldc + j] : 0.0f;
      for (int64_t p = 0; p < k; ++p)
        sum = mulAddScalar(a[i * rsA + p * csA], b[p * ldb + j], sum);
      c[i * ldc + j] = sum;
    }
}

/// The width of the next panel when `left` vectors remain: as many as fit, but
/// the last two alike. 25 vectors go as 3, ..., 3, 2, 2 rather than with a 1.
template <int Most> VELLUM_KERNEL_INLINE int64_t panelWidth(int64_t left) {
  return left <= Most ? left : left < 2 * Most ? (left + 1) / 2 : Most;
}

/// Rows [0, m), m a multiple of `Rows`.
template <int Rows>
HWY_NOINLINE void gemmRows(int64_t m, int64_t n, int64_t k, const float *a,
                           int64_t rsA, int64_t csA, const float *b,
                           int64_t ldb, float *c, int64_t ldc, bool load) {
  constexpr int kPanel = maxPanel(Rows);
  int64_t left = kHasMaskedLoad ? (n + kLanes - 1) / kLanes : n / kLanes;
  while (left > 0) {
    const int64_t width = panelWidth<kPanel>(left);
    left -= width;
    const int64_t columns = left > 0 || n > width * kLanes ? width * kLanes : n;
    const int64_t tail = columns - (width - 1) * kLanes;
    gemmPanel<Rows, kPanel>(width, tail, m, k, a, rsA, csA, b, ldb, c, ldc,
                            tail, load);
    b += columns;
    c += columns;
    n -= columns;
  }
  if (!kHasMaskedLoad)
    gemmScalarColumns(m, n, k, a, rsA, csA, b, ldb, c, ldc, load);
}

/// True for columns that tiles of six rows take at once and those of eight in
/// two turns, with more loads per product. The columns of a matrix stored by
/// columns come by half cache lines, which is worth more.
VELLUM_KERNEL_INLINE bool fitsSixRows(int64_t m, int64_t n, int64_t csA) {
  return kHasOddTiles && n > maxPanel(8) * kLanes &&
         n <= maxPanel(6) * kLanes && m >= 24 && csA == 1;
}

/// The product by one tile, if it has `Rows` rows; else false.
template <int Rows, class... Operands>
VELLUM_KERNEL_INLINE bool gemmExactly(int64_t m, Operands... operands) {
  if (m == Rows)
    gemmRows<Rows>(m, operands...);
  return m == Rows;
}

/// Takes as many tiles of `Rows` rows as there are, then halves `Rows`.
template <int Rows>
VELLUM_KERNEL_INLINE void gemmHalves(int64_t m, int64_t n, int64_t k,
                                     const float *a, int64_t rsA, int64_t csA,
                                     const float *b, int64_t ldb, float *c,
                                     int64_t ldc, bool load) {
  constexpr bool kLargest = Rows == kMaxRows;
  const bool nine = kHasOddTiles && kLargest && m > 1 && m % Rows == 1;
  const int64_t here = m - m % Rows - (nine ? Rows : 0);
  if (here > 0)
    gemmRows<Rows>(here, n, k, a, rsA, csA, b, ldb, c, ldc, load);
  m -= here;
  a += here * rsA;
  c += here * ldc;
  if constexpr (kHasOddTiles && kLargest)
    if (gemmExactly<9>(m, n, k, a, rsA, csA, b, ldb, c, ldc, load) ||
        gemmExactly<6>(m, n, k, a, rsA, csA, b, ldb, c, ldc, load) ||
        gemmExactly<5>(m, n, k, a, rsA, csA, b, ldb, c, ldc, load))
      return;
  if constexpr (kHasOddTiles && Rows == 4)
    if (gemmExactly<3>(m, n, k, a, rsA, csA, b, ldb, c, ldc, load))
      return;
  if constexpr (Rows > 1)
    if (m > 0)
      gemmHalves<Rows / 2>(m, n, k, a, rsA, csA, b, ldb, c, ldc, load);
}

/// The same as a function, for callers that 3 ns more do not hurt.
inline HWY_NOINLINE void gemmSplit(int64_t m, int64_t n, int64_t k,
                                   const float *a, int64_t rsA, int64_t csA,
                                   const float *b, int64_t ldb, float *c,
                                   int64_t ldc, bool load) {
  gemmHalves<kMaxRows>(m, n, k, a, rsA, csA, b, ldb, c, ldc, load);
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

#endif // VELLUM_RUNTIME_DEVICE_GEMMROWS_INL_H
