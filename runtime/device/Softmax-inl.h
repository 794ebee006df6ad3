//===- runtime/device/Softmax-inl.h - softmax of rows -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Softmax, its masked form and its gradient, a row at a time. A row that fits
/// the registers is read and written once; a longer one is read three times.
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
  static constexpr bool kAll = true;

  template <class D>
  VELLUM_KERNEL_INLINE hn::Mask<D> operator()(D d, int64_t,
                                              int64_t count) const {
    return firstLanes(d, count);
  }
};

/// Element i is allowed where bytes[i] is not 0. Exactly `count` bytes are
/// read.
struct AllowBytes {
  static constexpr bool kAll = false;
  const uint8_t *bytes;

  template <class D>
  VELLUM_KERNEL_INLINE hn::Mask<D> operator()(D d, int64_t i,
                                              int64_t count) const {
    const hn::Rebind<uint8_t, D> d8;
    const hn::Rebind<int32_t, D> di;
    constexpr int64_t kN = hn::MaxLanes(D());
    HWY_ALIGN uint8_t buffer[HWY_MAX(kN, 16)] = {};
    const uint8_t *p = bytes + i;
    if (count < kN) {
      for (int64_t j = 0; j < count; ++j)
        buffer[j] = p[j];
      p = buffer;
    }
    const auto wide = hn::PromoteTo(di, hn::LoadU(d8, p));
    return hn::RebindMask(d, hn::Ne(wide, hn::Zero(di)));
  }
};

/// The part of a row that vector `v` of `Vectors` holds, when all but the upper
/// half of them are known to be full.
template <int Vectors, class D>
VELLUM_KERNEL_INLINE int64_t lanesOf(D, int v, int64_t n) {
  constexpr int64_t kN = hn::MaxLanes(D());
  const int64_t left = n - v * kN;
  if (v < Vectors / 2 || left > kN)
    return kN;
  return left > 0 ? left : 0;
}

/// Runs `Row::inRegisters` with vectors that hold the row, else `Row::inLoops`.
/// Only the wide registers hold more than one vector's worth of a row.
template <class Row, class... Operands>
VELLUM_KERNEL_INLINE void runRow(int64_t n, Operands... operands) {
  const WideTag d;
  if (kLanes > 4 && n <= 4)
    return Row::template inRegisters<1>(hn::FixedTag<float, 4>(), n,
                                        operands...);
  if (n <= kLanes)
    return Row::template inRegisters<1>(d, n, operands...);
  if constexpr (kLanes == 16) {
    if (n <= 2 * kLanes)
      return Row::template inRegisters<2>(d, n, operands...);
    if (n <= 4 * kLanes)
      return Row::template inRegisters<4>(d, n, operands...);
    if (n <= 8 * kLanes)
      return Row::template inRegisters<8>(d, n, operands...);
  }
  Row::inLoops(n, operands...);
}

/// Reduces v[0 ... N-1] by `combine`, pairs first: a chain would take the
/// latency of N steps.
template <int N, class V, class Combine>
VELLUM_KERNEL_INLINE V combineAll(const V *v, Combine combine) {
  if constexpr (N == 1)
    return v[0];
  else
    return combine(combineAll<N / 2>(v, combine),
                   combineAll<N - N / 2>(v + N / 2, combine));
}

/// One row of softmax; `y` may be `x`. A row with nothing allowed becomes 0.
struct SoftmaxRow {
  template <int Vectors, class D, class Allow>
  static VELLUM_KERNEL_INLINE void inRegisters(D d, int64_t n, const float *x,
                                               float *y, Allow allow) {
    using V = hn::Vec<D>;
    constexpr int64_t kN = hn::MaxLanes(D());
    V v[Vectors];
    hn::Mask<D> mask[Vectors];
    // What is not allowed is -inf, whose exponential adds nothing.
    for (int i = 0; i < Vectors; ++i) {
      const int64_t count = lanesOf<Vectors>(d, i, n);
      mask[i] = allow(d, i * kN, count);
      v[i] = hn::IfThenElse(mask[i], loadTail(d, x + i * kN, count),
                            hn::Set(d, -kInfinity));
    }
    const V top = hn::MaxOfLanes(
        d, combineAll<Vectors>(v, [](V a, V b) { return hn::Max(a, b); }));
    for (int i = 0; i < Vectors; ++i)
      v[i] = expAtMost89(d, hn::Sub(v[i], top));
    const V sum = hn::SumOfLanes(
        d, combineAll<Vectors>(v, [](V a, V b) { return hn::Add(a, b); }));
    const V scale = hn::Div(hn::Set(d, 1.0f), sum);
    for (int i = 0; i < Vectors; ++i) {
      V out = hn::Mul(v[i], scale);
      // If nothing is allowed, the sum is NaN.
      if (!Allow::kAll)
        out = hn::IfThenElseZero(mask[i], out);
      storeTail(d, out, y + i * kN, lanesOf<Vectors>(d, i, n));
    }
  }

  template <class Allow>
  static VELLUM_KERNEL_INLINE void inLoops(int64_t n, const float *x, float *y,
                                           Allow allow) {
    const WideTag d;
    const WideVec lowest = hn::Set(d, -kInfinity);
    bool any = Allow::kAll;
    const auto scan = [&](WideVec acc, WideVec v, WideMask m) {
      if (!Allow::kAll)
        any |= !hn::AllFalse(d, m);
      return hn::Max(acc, hn::IfThenElse(m, v, lowest));
    };
    WideVec top = foldVectors(
        n, lowest,
        [&](WideVec acc, int64_t i) {
          return scan(acc, hn::LoadU(d, x + i), allow(d, i, kLanes));
        },
        [&](WideVec acc, int64_t i, int64_t count) {
          return scan(acc, loadTail(d, x + i, count), allow(d, i, count));
        },
        [](WideVec p, WideVec q) { return hn::Max(p, q); });
    if (!any) {
      for (int64_t i = 0; i < n; ++i)
        y[i] = 0.0f;
      return;
    }
    top = hn::MaxOfLanes(d, top);
    WideVec sum = hn::Zero(d);
    const auto weigh = [&](WideVec v, WideMask m) {
      const WideVec e = hn::IfThenElseZero(m, expAtMost89(d, hn::Sub(v, top)));
      sum = hn::Add(sum, e);
      return e;
    };
    forVectors(
        n,
        [&](int64_t i) {
          hn::StoreU(weigh(hn::LoadU(d, x + i), allow(d, i, kLanes)), d, y + i);
        },
        [&](int64_t i, int64_t count) {
          const WideVec v = loadTail(d, x + i, count);
          storeTail(d, weigh(v, allow(d, i, count)), y + i, count);
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
};

/// One row of the gradient: dx = y * (dy - sum(y * dy)); `dx` may be `dy`.
struct SoftmaxGradRow {
  template <int Vectors, class D>
  static VELLUM_KERNEL_INLINE void inRegisters(D d, int64_t n, const float *y,
                                               const float *dy, float *dx) {
    using V = hn::Vec<D>;
    constexpr int64_t kN = hn::MaxLanes(D());
    V a[Vectors], g[Vectors], dot[Vectors];
    for (int i = 0; i < Vectors; ++i) {
      const int64_t count = lanesOf<Vectors>(d, i, n);
      a[i] = loadTail(d, y + i * kN, count);
      g[i] = loadTail(d, dy + i * kN, count);
      dot[i] = hn::Mul(a[i], g[i]);
    }
    const V sum = hn::SumOfLanes(
        d, combineAll<Vectors>(dot, [](V p, V q) { return hn::Add(p, q); }));
    for (int i = 0; i < Vectors; ++i)
      storeTail(d, hn::Mul(a[i], hn::Sub(g[i], sum)), dx + i * kN,
                lanesOf<Vectors>(d, i, n));
  }

  static VELLUM_KERNEL_INLINE void inLoops(int64_t n, const float *y,
                                           const float *dy, float *dx) {
    const WideTag d;
    const WideVec dot = foldVectors(
        n, hn::Zero(d),
        [&](WideVec acc, int64_t i) {
          return hn::MulAdd(hn::LoadU(d, y + i), hn::LoadU(d, dy + i), acc);
        },
        [&](WideVec acc, int64_t i, int64_t count) {
          return hn::MulAdd(loadTail(d, y + i, count),
                            loadTail(d, dy + i, count), acc);
        },
        [](WideVec p, WideVec q) { return hn::Add(p, q); });
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
};

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_SOFTMAX_INL_H
