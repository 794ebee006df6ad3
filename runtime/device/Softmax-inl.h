//===- runtime/device/Softmax-inl.h - softmax of rows -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Softmax, its masked form and its gradient, a row at a time.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_SOFTMAX_INL_H
#define VELLUM_RUNTIME_DEVICE_SOFTMAX_INL_H

#include "runtime/device/Math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// Every element of a row is allowed.
struct AllowAll {
  WideMask operator()(int64_t, int64_t count) const {
    return firstLanes(count);
  }
};

/// Element i is allowed where bytes[i] is not 0. Exactly `count` bytes are
/// read.
struct AllowBytes {
  const uint8_t *bytes;

  WideMask operator()(int64_t i, int64_t count) const {
    const WideTag d;
    const hn::Rebind<uint8_t, WideTag> d8;
    const hn::Rebind<int32_t, WideTag> di;
    HWY_ALIGN uint8_t buffer[HWY_LANES(float)] = {};
    const uint8_t *p = bytes + i;
    if (count < kLanes) {
      for (int64_t j = 0; j < count; ++j)
        buffer[j] = p[j];
      p = buffer;
    }
    const auto wide = hn::PromoteTo(di, hn::LoadU(d8, p));
    return hn::RebindMask(d, hn::Ne(wide, hn::Zero(di)));
  }
};

/// One row of softmax; `y` may be `x`. A row with nothing allowed becomes 0.
template <class Allow>
VELLUM_KERNEL_INLINE void softmaxRow(int64_t n, const float *x, float *y,
                                     Allow allow) {
  const WideTag d;
  const WideVec lowest = hn::Set(d, -kInfinity);
  WideVec top = lowest;
  bool any = false;
  const auto scan = [&](WideVec v, WideMask m) {
    top = hn::Max(top, hn::IfThenElse(m, v, lowest));
    any |= !hn::AllFalse(d, m);
  };
  forVectors(
      n, [&](int64_t i) { scan(hn::LoadU(d, x + i), allow(i, kLanes)); },
      [&](int64_t i, int64_t count) {
        scan(loadTail(d, x + i, count), allow(i, count));
      });
  if (!any) {
    for (int64_t i = 0; i < n; ++i)
      y[i] = 0.0f;
    return;
  }
  top = hn::MaxOfLanes(d, top);
  WideVec sum = hn::Zero(d);
  const auto weigh = [&](WideVec v, WideMask m) {
    const WideVec e = hn::IfThenElseZero(m, vExp(d, hn::Sub(v, top)));
    sum = hn::Add(sum, e);
    return e;
  };
  forVectors(
      n,
      [&](int64_t i) {
        hn::StoreU(weigh(hn::LoadU(d, x + i), allow(i, kLanes)), d, y + i);
      },
      [&](int64_t i, int64_t count) {
        const WideVec v = loadTail(d, x + i, count);
        storeTail(d, weigh(v, allow(i, count)), y + i, count);
      });
  const WideVec scale = hn::Div(hn::Set(d, 1.0f), hn::SumOfLanes(d, sum));
  forVectors(
      n,
      [&](int64_t i) {
        hn::StoreU(hn::Mul(hn::LoadU(d, y + i), scale), d, y + i);
      },
      [&](int64_t i, int64_t count) {
        storeTail(d, hn::Mul(loadTail(d, y + i, count), scale), y + i, count);
      });
}

/// One row of the gradient: dx = y * (dy - sum(y * dy)); `dx` may be `dy`.
VELLUM_KERNEL_INLINE void softmaxGradRow(int64_t n, const float *y,
                                         const float *dy, float *dx) {
  const WideTag d;
  WideVec dot = hn::Zero(d);
  forVectors(
      n,
      [&](int64_t i) {
        dot = hn::MulAdd(hn::LoadU(d, y + i), hn::LoadU(d, dy + i), dot);
      },
      [&](int64_t i, int64_t count) {
        dot = hn::MulAdd(loadTail(d, y + i, count), loadTail(d, dy + i, count),
                         dot);
      });
  const WideVec sum = hn::SumOfLanes(d, dot);
  forVectors(
      n,
      [&](int64_t i) {
        const WideVec g = hn::Sub(hn::LoadU(d, dy + i), sum);
        hn::StoreU(hn::Mul(hn::LoadU(d, y + i), g), d, dx + i);
      },
      [&](int64_t i, int64_t count) {
        const WideVec g = hn::Sub(loadTail(d, dy + i, count), sum);
        storeTail(d, hn::Mul(loadTail(d, y + i, count), g), dx + i, count);
      });
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_SOFTMAX_INL_H
