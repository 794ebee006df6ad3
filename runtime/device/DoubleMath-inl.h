//===- runtime/device/DoubleMath-inl.h - computed in doubles ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Elementwise functions of floats that compute in doubles, half a vector at a
/// time, and round once. A double has 29 bits to spare: formulas that lose
/// twenty of them by cancellation, or whose squares would overflow, are right
/// for every float as they stand; errors are below 0.52 ulp over all floats;
/// and where the exact value is a float, as the cube root of 27 is, they give
/// it. That costs about twice the time of a formula in floats, which exp, log
/// and tanh in Math-inl.h are worth.
///
/// Special cases are C's.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_DOUBLEMATH_INL_H
#define VELLUM_RUNTIME_DEVICE_DOUBLEMATH_INL_H

#include "runtime/device/Math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

constexpr double kPi = 3.14159265358979323846;

/// f(x...) of doubles, for the lanes of float vectors.
template <class D, class F, class... X>
VELLUM_KERNEL_INLINE hn::Vec<D> inDoubles(D d, F f, X... x) {
  const hn::Half<D> dh;
  const hn::Rebind<double, decltype(dh)> dd;
  const auto lower = f(dd, hn::PromoteTo(dd, hn::LowerHalf(dh, x))...);
  const auto upper = f(dd, hn::PromoteTo(dd, hn::UpperHalf(dh, x))...);
  return hn::Combine(d, hn::DemoteTo(dh, upper), hn::DemoteTo(dh, lower));
}

/// y, and NaN where x is.
template <class V> VELLUM_KERNEL_INLINE V keepNaN(V x, V y) {
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}

//===----------------------------------------------------------------------===//
// Exponentials and logarithms
//===----------------------------------------------------------------------===//

/// e^x, which is 0 or infinite as a float from 200 on, and NaN where x is.
template <class DD>
VELLUM_KERNEL_INLINE hn::Vec<DD> expDouble(DD dd, hn::Vec<DD> x) {
  const auto limit = hn::Set(dd, 200.0);
  const auto t = hn::Max(hn::Neg(limit), hn::Min(limit, x));
  return keepNaN(x, hn::Exp(dd, t));
}

/// The natural logarithm.
template <class DD>
VELLUM_KERNEL_INLINE hn::Vec<DD> logDouble(DD dd, hn::Vec<DD> x) {
  const auto zero = hn::Zero(dd), inf = hn::Set(dd, double(kInfinity));
  auto special = hn::IfThenElse(hn::Eq(x, zero), hn::Neg(inf), x);
  special = hn::IfThenElse(hn::Lt(x, zero), hn::Set(dd, double(kNaN)), special);
  const auto ordinary = hn::And(hn::Gt(x, zero), hn::Lt(x, inf));
  const auto safe = hn::IfThenElse(ordinary, x, hn::Set(dd, 1.0));
  return hn::IfThenElse(ordinary, hn::Log(dd, safe), special);
}

/// 2^x.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vExp2(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    return expDouble(dd, hn::Mul(v, hn::Set(dd, 0.693147180559945309417)));
  };
  return inDoubles(d, f, x);
}

/// The logarithm to base 2.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vLog2(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    return hn::Mul(logDouble(dd, v), hn::Set(dd, 1.44269504088896340736));
  };
  return inDoubles(d, f, x);
}

/// The logarithm to base 10.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vLog10(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    return hn::Mul(logDouble(dd, v), hn::Set(dd, 0.434294481903251827651));
  };
  return inDoubles(d, f, x);
}

/// The cube root, e^(log |x| / 3) with the sign of x.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vCbrt(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    const auto l = logDouble(dd, hn::Abs(v));
    const auto y = expDouble(dd, hn::Mul(l, hn::Set(dd, 1.0 / 3)));
    // -200 is where expDouble ends, and infinity is not.
    const auto inf = hn::Set(dd, double(kInfinity));
    const auto limited = hn::IfThenElse(hn::Eq(l, inf), inf, y);
    return hn::CopySign(hn::IfThenZeroElse(hn::Eq(v, hn::Zero(dd)), limited),
                        v);
  };
  return inDoubles(d, f, x);
}

/// x^y in double, without the cases of x = 1 and y = 0, and the sign.
template <class DD>
VELLUM_KERNEL_INLINE hn::Vec<DD> powDouble(DD dd, hn::Vec<DD> absX,
                                           hn::Vec<DD> y) {
  auto l = hn::Log(dd, absX);
  // Stand-ins for log(0) and log(inf) that survive a denormal y.
  l = hn::IfThenElse(hn::Eq(absX, hn::Zero(dd)), hn::Set(dd, -1e300), l);
  l = hn::IfThenElse(hn::Gt(absX, hn::Set(dd, 1e300)), hn::Set(dd, 1e300), l);
  auto t = hn::Mul(y, l);
  t = hn::Max(hn::Set(dd, -200.0), hn::Min(hn::Set(dd, 200.0), t));
  return hn::Exp(dd, t);
}

/// x^y with the special cases of C's pow.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> vPow(D d, hn::Vec<D> x, hn::Vec<D> y) {
  const auto a = hn::Abs(x);
  const auto one = hn::Set(d, 1.0f), zero = hn::Zero(d);
  const auto f = [](auto dd, auto u, auto v) { return powDouble(dd, u, v); };
  auto r = inDoubles(d, f, a, y);
  r = hn::IfThenElse(hn::Eq(a, one), one, r);
  const auto yHalf = hn::Mul(y, hn::Set(d, 0.5f));
  const auto isInt = hn::Eq(hn::Round(y), y);
  const auto isOdd = hn::And(isInt, hn::Ne(hn::Round(yHalf), yHalf));
  r = hn::Or(r, hn::IfThenElseZero(isOdd, hn::And(x, hn::SignBit(d))));
  const auto finiteNegative =
      hn::And(hn::Lt(x, zero), hn::Lt(a, hn::Set(d, kInfinity)));
  r = hn::IfThenElse(hn::AndNot(isInt, finiteNegative), hn::Set(d, kNaN), r);
  // Addition passes on the NaN of either operand. (Highway's Ne(x, x) is false
  // for NaN on AVX2.)
  const auto unordered = hn::Or(hn::IsNaN(x), hn::IsNaN(y));
  r = hn::IfThenElse(unordered, hn::Add(x, y), r);
  const auto isOne = hn::Or(hn::Eq(y, zero), hn::Eq(x, one));
  return hn::IfThenElse(isOne, one, r);
}

/// x^n with the special cases of C's pow; the bits of `n` are an int32_t.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> vPowi(D d, hn::Vec<D> x, hn::Vec<D> n) {
  const hn::Rebind<int32_t, D> di;
  const hn::Half<D> dh;
  const hn::Rebind<int32_t, decltype(dh)> dih;
  const hn::Rebind<double, decltype(dh)> dd;
  const auto k = hn::BitCast(di, n);
  const auto a = hn::Abs(x);
  const auto half = [&](auto part, auto power) {
    return hn::DemoteTo(
        dh, powDouble(dd, hn::PromoteTo(dd, part), hn::PromoteTo(dd, power)));
  };
  auto r = hn::Combine(d, half(hn::UpperHalf(dh, a), hn::UpperHalf(dih, k)),
                       half(hn::LowerHalf(dh, a), hn::LowerHalf(dih, k)));
  const auto isOdd = hn::BitCast(d, hn::ShiftLeft<31>(k));
  r = keepNaN(x, hn::Or(r, hn::And(x, isOdd)));
  const auto isZero = hn::MaskFromVec(
      hn::BitCast(d, hn::VecFromMask(di, hn::Eq(k, hn::Zero(di)))));
  return hn::IfThenElse(isZero, hn::Set(d, 1.0f), r);
}

//===----------------------------------------------------------------------===//
// Hyperbolic functions
//===----------------------------------------------------------------------===//

/// Where a difference of numbers near 1 has lost too many bits, two or three
/// terms of the series have not yet.
template <class DD>
VELLUM_KERNEL_INLINE hn::Vec<DD> nearZero(DD dd, hn::Vec<DD> x, double c3,
                                          double c5, hn::Vec<DD> other) {
  const auto x2 = hn::Mul(x, x);
  const auto tail = hn::MulAdd(x2, hn::Set(dd, c5), hn::Set(dd, c3));
  const auto series = hn::MulAdd(hn::Mul(x2, x), tail, x);
  const auto isSmall = hn::Lt(hn::Abs(x), hn::Set(dd, 0x1p-8));
  return hn::IfThenElse(isSmall, series, other);
}

/// (e^x - e^-x) / 2.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vSinh(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    const auto e = expDouble(dd, v);
    const auto y =
        hn::Mul(hn::Sub(e, hn::Div(hn::Set(dd, 1.0), e)), hn::Set(dd, 0.5));
    return hn::CopySign(nearZero(dd, v, 1.0 / 6, 1.0 / 120, y), v);
  };
  return inDoubles(d, f, x);
}

/// (e^x + e^-x) / 2.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vCosh(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    const auto e = expDouble(dd, v);
    return hn::Mul(hn::Add(e, hn::Div(hn::Set(dd, 1.0), e)), hn::Set(dd, 0.5));
  };
  return inDoubles(d, f, x);
}

/// log(|x| + sqrt(x^2 + 1)) with the sign of x.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vAsinh(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    const auto a = hn::Abs(v);
    const auto root = hn::Sqrt(hn::MulAdd(a, a, hn::Set(dd, 1.0)));
    const auto y = logDouble(dd, hn::Add(a, root));
    return hn::CopySign(nearZero(dd, a, -1.0 / 6, 3.0 / 40, y), v);
  };
  return inDoubles(d, f, x);
}

/// log(x + sqrt(x^2 - 1)), NaN for x < 1.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vAcosh(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    const auto one = hn::Set(dd, 1.0);
    const auto factors = hn::Mul(hn::Sub(v, one), hn::Add(v, one));
    const auto y = logDouble(dd, hn::Add(v, hn::Sqrt(factors)));
    return hn::IfThenElse(hn::Lt(v, one), hn::Set(dd, double(kNaN)), y);
  };
  return inDoubles(d, f, x);
}

/// log((1 + x) / (1 - x)) / 2, infinite at -1 and 1 and NaN beyond.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vAtanh(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    const auto one = hn::Set(dd, 1.0), a = hn::Abs(v);
    const auto quotient = hn::Div(hn::Add(one, a), hn::Sub(one, a));
    const auto y = hn::Mul(logDouble(dd, quotient), hn::Set(dd, 0.5));
    return hn::CopySign(nearZero(dd, a, 1.0 / 3, 1.0 / 5, y), v);
  };
  return inDoubles(d, f, x);
}

//===----------------------------------------------------------------------===//
// Arcs
//===----------------------------------------------------------------------===//

/// The arc tangent.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vAtan(D d, hn::Vec<D> x) {
  return inDoubles(d, [](auto dd, auto v) { return hn::Atan(dd, v); }, x);
}

/// atan(x / sqrt(1 - x^2)), NaN for |x| > 1.
template <class DD>
VELLUM_KERNEL_INLINE hn::Vec<DD> asinDouble(DD dd, hn::Vec<DD> x) {
  const auto one = hn::Set(dd, 1.0);
  const auto root = hn::Sqrt(hn::Mul(hn::Sub(one, x), hn::Add(one, x)));
  return hn::Atan(dd, hn::Div(x, root));
}

/// The arc sine.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vAsin(D d, hn::Vec<D> x) {
  return inDoubles(d, [](auto dd, auto v) { return asinDouble(dd, v); }, x);
}

/// The arc cosine. The least that it can be but for 0 is 2^-11.5, of which the
/// difference leaves 41 bits.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vAcos(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    return hn::Sub(hn::Set(dd, kPi / 2), asinDouble(dd, v));
  };
  return inDoubles(d, f, x);
}

/// The angle of the point (x, y), with the special cases of C's atan2.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> vAtan2(D d, hn::Vec<D> y, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v, auto u) {
    const auto zero = hn::Zero(dd), pi = hn::Set(dd, kPi);
    const auto a = hn::Abs(v), b = hn::Abs(u);
    auto angle = hn::Atan(dd, hn::Div(a, b));
    // 0 / 0 and infinity by infinity.
    angle = hn::IfThenElse(hn::Eq(a, zero), zero, angle);
    const auto inf = hn::Set(dd, double(kInfinity));
    const auto bothInfinite = hn::And(hn::Eq(a, inf), hn::Eq(b, inf));
    angle = hn::IfThenElse(bothInfinite, hn::Set(dd, kPi / 4), angle);
    const auto isLeft = hn::Lt(hn::CopySign(hn::Set(dd, 1.0), u), zero);
    angle = hn::IfThenElse(isLeft, hn::Sub(pi, angle), angle);
    return keepNaN(u, keepNaN(v, hn::CopySign(angle, v)));
  };
  return inDoubles(d, f, y, x);
}

//===----------------------------------------------------------------------===//
// The error function. The polynomials interpolate at Chebyshev's points.
//===----------------------------------------------------------------------===//

/// The complement of the error function for x >= 0: e^(-x^2) R / (1 + x), R a
/// polynomial of (x - 3) / (x + 3), to 2^-41. The square of a float is exact.
template <class DD>
VELLUM_KERNEL_INLINE hn::Vec<DD> erfcPositive(DD dd, hn::Vec<DD> x) {
  const auto one = hn::Set(dd, 1.0), three = hn::Set(dd, 3.0);
  // 0 as a float from 10.1 on.
  const auto a = hn::Min(hn::Set(dd, 11.0), x);
  const auto t = hn::Div(hn::Sub(a, three), hn::Add(a, three));
  const auto r = polynomial(
      dd, t,
      {0x1.6e9827d229f7ep-1, -0x1.d8f06dfaf054ap-3, 0x1.9596c929cb77bp-4,
       -0x1.4f64a98fc7061p-7, -0x1.8600d84e43656p-6, 0x1.67c1820aabb65p-6,
       -0x1.3f82d3da8db51p-7, 0x1.a85060c03e1aap-10, 0x1.52a9917f24405p-11,
       -0x1.815e34923c498p-12, -0x1.63a654989eb7cp-16, 0x1.d8cf7544cae69p-15,
       0x1.7b9c56cc15b5bp-26, -0x1.1a21efd9d7ea7p-17, -0x1.30d24e33174efp-20,
       0x1.25f6a9044e60ep-22});
  const auto e = hn::Exp(dd, hn::Neg(hn::Mul(a, a)));
  return keepNaN(x, hn::Mul(e, hn::Div(r, hn::Add(one, a))));
}

/// The error function: x P(x^2) below 1, to 2^-50.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vErf(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    const auto a = hn::Abs(v), one = hn::Set(dd, 1.0);
    const auto p = polynomial(
        dd, hn::Mul(v, v),
        {0x1.20dd750429b6bp+0, -0x1.812746b037352p-2, 0x1.ce2f21a000d30p-4,
         -0x1.b82ce3026aae0p-6, 0x1.565bcb082cca2p-8, -0x1.c02d67e37081ep-11,
         0x1.f99c295886f05p-14, -0x1.f4684782919e8p-17, 0x1.b5d3ea9fd0b5ap-20,
         -0x1.462a758d4591dp-23, 0x1.43f6d0dee7032p-27});
    const auto y = hn::IfThenElse(hn::Lt(a, one), hn::Mul(a, p),
                                  hn::Sub(one, erfcPositive(dd, a)));
    return hn::CopySign(y, v);
  };
  return inDoubles(d, f, x);
}

/// 1 - erf(x), small where that is near 1.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vErfc(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto v) {
    const auto y = erfcPositive(dd, hn::Abs(v));
    const auto other = hn::Sub(hn::Set(dd, 2.0), y);
    return hn::IfThenElse(hn::Lt(v, hn::Zero(dd)), other, y);
  };
  return inDoubles(d, f, x);
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_DOUBLEMATH_INL_H
