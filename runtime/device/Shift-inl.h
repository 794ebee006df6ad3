//===- runtime/device/Shift-inl.h - short filters along a row ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Circular or clamped convolution of a row with 2R+1 taps and its two
/// gradients. Only the outermost R elements on each side need index
/// arithmetic; between them vectors are loaded straight from the row.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_SHIFT_INL_H
#define VELLUM_RUNTIME_DEVICE_SHIFT_INL_H

#include "runtime/device/Common-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// Brings an index into [0, n): by wrapping or by clamping.
VELLUM_KERNEL_INLINE int64_t boundIndex(int64_t i, int64_t n, bool clamp) {
  if (i >= 0 && i < n)
    return i;
  if (clamp)
    return i < 0 ? 0 : n - 1;
  const int64_t r = i % n;
  return r < 0 ? r + n : r;
}

/// The neighbours of a row's ends.
struct Beyond {
  float left, right;

  Beyond(const float *w, int64_t n, bool clamp)
      : left(w[clamp ? 0 : n - 1]), right(w[clamp ? n - 1 : 0]) {}
};

/// shiftRow for three taps and n >= 2. Only the ends are scalar.
VELLUM_KERNEL_INLINE void shiftRow3(int64_t n, const float *HWY_RESTRICT w,
                                    const float *HWY_RESTRICT s,
                                    float *HWY_RESTRICT out, int64_t sign,
                                    bool clamp) {
  const WideTag d;
  const float left = s[1 - sign], middle = s[1], right = s[1 + sign];
  const Beyond beyond(w, n, clamp);
  const auto blend = [&](float a, float b, float c) {
    return mulAddScalar(right, c, mulAddScalar(middle, b, left * a));
  };
  out[0] = blend(beyond.left, w[0], w[1]);
  const auto wideBlend = [&](WideVec a, WideVec b, WideVec c) {
    const WideVec sum = hn::Mul(hn::Set(d, left), a);
    return hn::MulAdd(hn::Set(d, right), c,
                      hn::MulAdd(hn::Set(d, middle), b, sum));
  };
  forVectors(
      n - 2,
      [&](int64_t i) {
        const float *p = w + i;
        hn::StoreU(wideBlend(hn::LoadU(d, p), hn::LoadU(d, p + 1),
                             hn::LoadU(d, p + 2)),
                   d, out + 1 + i);
      },
      [&](int64_t i, int64_t count) {
        const float *p = w + i;
        storeTail(d,
                  wideBlend(loadTail(d, p, count), loadTail(d, p + 1, count),
                            loadTail(d, p + 2, count)),
                  out + 1 + i, count);
      });
  out[n - 1] = blend(w[n - 2], w[n - 1], beyond.right);
}

/// One row: out(i) = sum_j w(i + sign j) s(j + R).
VELLUM_KERNEL_INLINE void shiftRow(int64_t n, int64_t taps,
                                   const float *HWY_RESTRICT w,
                                   const float *HWY_RESTRICT s,
                                   float *HWY_RESTRICT out, int64_t sign,
                                   bool clamp) {
  if (taps == 3 && n >= 2)
    return shiftRow3(n, w, s, out, sign, clamp);
  const WideTag d;
  const int64_t radius = taps / 2;
  const auto edge = [&](int64_t i) {
    float sum = 0.0f;
    for (int64_t j = -radius; j <= radius; ++j)
      sum = mulAddScalar(w[boundIndex(i + sign * j, n, clamp)], s[j + radius],
                         sum);
    out[i] = sum;
  };
  if (n <= 2 * radius) {
    for (int64_t i = 0; i < n; ++i)
      edge(i);
    return;
  }
  for (int64_t i = 0; i < radius; ++i)
    edge(i);
  const float *first = w + radius;
  forVectors(
      n - 2 * radius,
      [&](int64_t i) {
        WideVec sum = hn::Zero(d);
        for (int64_t j = -radius; j <= radius; ++j)
          sum = hn::MulAdd(hn::LoadU(d, first + i + sign * j),
                           hn::Set(d, s[j + radius]), sum);
        hn::StoreU(sum, d, out + radius + i);
      },
      [&](int64_t i, int64_t count) {
        WideVec sum = hn::Zero(d);
        for (int64_t j = -radius; j <= radius; ++j)
          sum = hn::MulAdd(loadTail(d, first + i + sign * j, count),
                           hn::Set(d, s[j + radius]), sum);
        storeTail(d, sum, out + radius + i, count);
      });
  for (int64_t i = n - radius; i < n; ++i)
    edge(i);
}

/// The i for which i + offset lies in [0, n): [begin, end).
struct InnerRange {
  int64_t begin, end;

  InnerRange(int64_t n, int64_t offset)
      : begin(offset < 0 ? -offset : 0), end(offset > 0 ? n - offset : n) {
    // Nothing is inside when the offset exceeds the row.
    begin = begin < n ? begin : n;
    end = end > begin ? end : begin;
  }
};

/// shiftTapsRow for three taps and n >= 2: all three in one pass.
VELLUM_KERNEL_INLINE void shiftTapsRow3(int64_t n, const float *g,
                                        const float *w, float *HWY_RESTRICT ds,
                                        int64_t sign, bool clamp) {
  const WideTag d;
  WideVec acc[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  // Element 0 has its left neighbour elsewhere, element n - 1 its right one.
  forVectors(
      n - 2,
      [&](int64_t i) {
        const WideVec gi = hn::LoadU(d, g + 1 + i);
        for (int j = 0; j < 3; ++j)
          acc[j] = hn::MulAdd(gi, hn::LoadU(d, w + i + j), acc[j]);
      },
      [&](int64_t i, int64_t count) {
        const WideVec gi = loadTail(d, g + 1 + i, count);
        for (int j = 0; j < 3; ++j)
          acc[j] = hn::MulAdd(gi, loadTail(d, w + i + j, count), acc[j]);
      });
  HWY_ALIGN float sum[4];
  const hn::FixedTag<float, 4> d4;
  hn::Store(addBlocks(d, sumBlocks(acc)), d4, sum);
  const Beyond beyond(w, n, clamp);
  const float g0 = g[0], g1 = g[n - 1];
  ds[1 - sign] = sum[0] + mulAddScalar(g0, beyond.left, g1 * w[n - 2]);
  ds[1] = sum[1] + mulAddScalar(g0, w[0], g1 * w[n - 1]);
  ds[1 + sign] = sum[2] + mulAddScalar(g0, w[1], g1 * beyond.right);
}

/// One row of the gradient for the taps: ds(j + R) = sum_i g(i) w(i + sign j).
VELLUM_KERNEL_INLINE void shiftTapsRow(int64_t n, int64_t taps, const float *g,
                                       const float *w, float *HWY_RESTRICT ds,
                                       int64_t sign, bool clamp) {
  if (taps == 3 && n >= 2)
    return shiftTapsRow3(n, g, w, ds, sign, clamp);
  const WideTag d;
  const int64_t radius = taps / 2;
  for (int64_t j = -radius; j <= radius; ++j) {
    const int64_t offset = sign * j;
    const InnerRange inner(n, offset);
    const float *gi = g + inner.begin;
    const float *wi = w + inner.begin + offset;
    WideVec acc = hn::Zero(d);
    forVectors(
        inner.end - inner.begin,
        [&](int64_t i) {
          acc = hn::MulAdd(hn::LoadU(d, gi + i), hn::LoadU(d, wi + i), acc);
        },
        [&](int64_t i, int64_t count) {
          acc = hn::MulAdd(loadTail(d, gi + i, count),
                           loadTail(d, wi + i, count), acc);
        });
    float sum = hn::GetLane(hn::SumOfLanes(d, acc));
    for (int64_t i = 0; i < inner.begin; ++i)
      sum = mulAddScalar(g[i], w[boundIndex(i + offset, n, clamp)], sum);
    for (int64_t i = inner.end; i < n; ++i)
      sum = mulAddScalar(g[i], w[boundIndex(i + offset, n, clamp)], sum);
    ds[j + radius] = sum;
  }
}

/// One row of the gradient for w: dw(bound(i + sign j)) += g(i) s(j + R).
VELLUM_KERNEL_INLINE void shiftTransposeRow(int64_t n, int64_t taps,
                                            const float *HWY_RESTRICT g,
                                            const float *HWY_RESTRICT s,
                                            float *HWY_RESTRICT dw,
                                            int64_t sign, bool clamp) {
  // A circular shift by each tap is a bijection; its inverse turns back.
  if (!clamp)
    return shiftRow(n, taps, g, s, dw, -sign, false);
  const WideTag d;
  const int64_t radius = taps / 2;
  for (int64_t i = 0; i < n; ++i)
    dw[i] = 0.0f;
  for (int64_t j = -radius; j <= radius; ++j) {
    const int64_t offset = sign * j;
    const float tap = s[j + radius];
    const InnerRange inner(n, offset);
    const WideVec wide = hn::Set(d, tap);
    const float *gi = g + inner.begin;
    float *di = dw + inner.begin + offset;
    forVectors(
        inner.end - inner.begin,
        [&](int64_t i) {
          hn::StoreU(
              hn::MulAdd(hn::LoadU(d, gi + i), wide, hn::LoadU(d, di + i)), d,
              di + i);
        },
        [&](int64_t i, int64_t count) {
          storeTail(d,
                    hn::MulAdd(loadTail(d, gi + i, count), wide,
                               loadTail(d, di + i, count)),
                    di + i, count);
        });
    // All that leaves the row is gathered at one of its ends.
    for (int64_t i = 0; i < inner.begin; ++i)
      dw[boundIndex(i + offset, n, true)] += g[i] * tap;
    for (int64_t i = inner.end; i < n; ++i)
      dw[boundIndex(i + offset, n, true)] += g[i] * tap;
  }
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_SHIFT_INL_H
