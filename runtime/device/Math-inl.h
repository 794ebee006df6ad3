//===- runtime/device/Math-inl.h - elementwise functions --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Elementwise float functions on vectors of any width. Every width runs the
/// same operations in the same order, so a lane's bits do not depend on the
/// width; they may differ between targets, which have FMA or not.
///
/// Errors against the exact value, over all floats: exp, log, tanh, sigmoid
/// below 4 ulp, denormal results included.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_MATH_INL_H
#define VELLUM_RUNTIME_DEVICE_MATH_INL_H

#include "runtime/device/Common-inl.h"

#include "hwy/contrib/math/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

constexpr float kInfinity = __builtin_inff();
constexpr float kNaN = __builtin_nanf("");

#if HWY_TARGET <= HWY_AVX3
VELLUM_KERNEL_INLINE __m128 rawScale(__m128 a, __m128 n) {
  return _mm_scalef_ps(a, n);
}
VELLUM_KERNEL_INLINE __m256 rawScale(__m256 a, __m256 n) {
  return _mm256_scalef_ps(a, n);
}
VELLUM_KERNEL_INLINE __m512 rawScale(__m512 a, __m512 n) {
  return _mm512_scalef_ps(a, n);
}
VELLUM_KERNEL_INLINE __m128 rawExponent(__m128 a) { return _mm_getexp_ps(a); }
VELLUM_KERNEL_INLINE __m256 rawExponent(__m256 a) {
  return _mm256_getexp_ps(a);
}
VELLUM_KERNEL_INLINE __m512 rawExponent(__m512 a) {
  return _mm512_getexp_ps(a);
}
VELLUM_KERNEL_INLINE __m128 rawMantissa(__m128 a) {
  return _mm_getmant_ps(a, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_zero);
}
VELLUM_KERNEL_INLINE __m256 rawMantissa(__m256 a) {
  return _mm256_getmant_ps(a, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_zero);
}
VELLUM_KERNEL_INLINE __m512 rawMantissa(__m512 a) {
  return _mm512_getmant_ps(a, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_zero);
}
#endif

/// v * 2^n for integral n in [-252, 254], rounded once.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> scaleByPowerOfTwo(D d, hn::Vec<D> v,
                                                  hn::Vec<D> n) {
#if HWY_TARGET <= HWY_AVX3
  (void)d;
  return hn::Vec<D>{rawScale(v.raw, n.raw)};
#else
  // In two steps, since 2^n itself may be out of range; the first is exact.
  const hn::Rebind<int32_t, D> di;
  const auto e = hn::ConvertTo(di, n);
  const auto half = hn::ShiftRight<1>(e);
  const auto bias = hn::Set(di, 127);
  const auto s0 = hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(half, bias)));
  const auto s1 =
      hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(hn::Sub(e, half), bias)));
  return hn::Mul(hn::Mul(v, s0), s1);
#endif
}

/// Writes x = n ln 2 + r with |r| <= 0.35 and returns e^r - 1; `x` must be
/// within [-105, 89] or NaN.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> expm1Reduced(D d, hn::Vec<D> x, hn::Vec<D> &n) {
  n = hn::Round(hn::Mul(x, hn::Set(d, 1.44269504088896341f)));
  // The high part has ten bits: n times it is exact with and without FMA.
  auto r = hn::MulAdd(n, hn::Set(d, -0.693359375f), x);
  r = hn::MulAdd(n, hn::Set(d, 2.12194440e-4f), r);
  auto p = hn::Set(d, 1.9875691500e-4f);
  p = hn::MulAdd(p, r, hn::Set(d, 1.3981999507e-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 8.3334519073e-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 4.1665795894e-2f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.6666665459e-1f));
  p = hn::MulAdd(p, r, hn::Set(d, 5.0000001201e-1f));
  return hn::MulAdd(p, hn::Mul(r, r), r);
}

/// Limits x to [lo, hi]. The order of operands makes x86 min and max return a
/// NaN `x` unchanged.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> clampKeepNaN(D d, hn::Vec<D> x, float lo,
                                             float hi) {
  return hn::Max(hn::Set(d, lo), hn::Min(hn::Set(d, hi), x));
}

/// e^x.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vExp(D d, hn::Vec<D> x) {
  hn::Vec<D> n;
  const auto p = expm1Reduced(d, clampKeepNaN(d, x, -105.0f, 89.0f), n);
  return scaleByPowerOfTwo(d, hn::Add(hn::Set(d, 1.0f), p), n);
}

/// e^x - 1, accurate near 0.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vExpm1(D d, hn::Vec<D> x) {
  hn::Vec<D> n;
  const auto one = hn::Set(d, 1.0f), half = hn::Set(d, 0.5f);
  const auto p = expm1Reduced(d, clampKeepNaN(d, x, -20.0f, 89.0f), n);
  // 2^n (1 + p) - 1 at half scale, so that n = 128 does not overflow early.
  const auto s = scaleByPowerOfTwo(d, half, n);
  const auto y = hn::MulAdd(p, s, hn::Sub(s, half));
  const auto tiny = hn::Lt(hn::Abs(x), hn::Set(d, 0x1p-25f));
  return hn::IfThenElse(tiny, x, hn::Mul(y, hn::Add(one, one)));
}

/// Natural logarithm; log(0) = -inf, log(x < 0) = NaN.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vLog(D d, hn::Vec<D> x) {
  const auto one = hn::Set(d, 1.0f);
#if HWY_TARGET <= HWY_AVX3
  auto e = hn::Vec<D>{rawExponent(x.raw)};
  auto m = hn::Vec<D>{rawMantissa(x.raw)};
  const auto big = hn::Ge(m, hn::Set(d, 1.41421356f));
  e = hn::IfThenElse(big, hn::Add(e, one), e);
  m = hn::IfThenElse(big, hn::Mul(m, hn::Set(d, 0.5f)), m);
#else
  const hn::Rebind<int32_t, D> di;
  const auto denormal = hn::Lt(x, hn::Set(d, 1.17549435e-38f));
  const auto scaled =
      hn::IfThenElse(denormal, hn::Mul(x, hn::Set(d, 0x1p25f)), x);
  // Offset so that the exponent steps at sqrt(1/2) instead of 1.
  const auto offset = hn::Set(di, 0x3f3504f3);
  const auto bits = hn::Sub(hn::BitCast(di, scaled), offset);
  const auto exponent = hn::ShiftRight<23>(bits);
  const auto m =
      hn::BitCast(d, hn::Add(hn::And(bits, hn::Set(di, 0x007fffff)), offset));
  const auto e = hn::Add(hn::ConvertTo(d, exponent),
                         hn::IfThenElseZero(denormal, hn::Set(d, -25.0f)));
#endif
  const auto f = hn::Sub(m, one);
  const auto f2 = hn::Mul(f, f);
  auto p = hn::Set(d, 7.0376836292e-2f);
  p = hn::MulAdd(p, f, hn::Set(d, -1.1514610310e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 1.1676998740e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, -1.2420140846e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 1.4249322787e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, -1.6668057665e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 2.0000714765e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, -2.4999993993e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 3.3333331174e-1f));
  auto y = hn::Mul(hn::Mul(p, f), f2);
  y = hn::MulAdd(e, hn::Set(d, -2.12194440e-4f), y);
  y = hn::MulAdd(f2, hn::Set(d, -0.5f), y);
  y = hn::MulAdd(e, hn::Set(d, 0.693359375f), hn::Add(f, y));
  const auto zero = hn::Zero(d), inf = hn::Set(d, kInfinity);
  const auto ordinary = hn::And(hn::Gt(x, zero), hn::Lt(x, inf));
  // +inf and NaN map to themselves.
  auto special = hn::IfThenElse(hn::Lt(x, zero), hn::Set(d, kNaN), x);
  special = hn::IfThenElse(hn::Eq(x, zero), hn::Set(d, -kInfinity), special);
  return hn::IfThenElse(ordinary, y, special);
}

/// log(1 + x), accurate near 0.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vLog1p(D d, hn::Vec<D> x) {
  // log(u) * (x / (u - 1)) with u = fl(1 + x): the rounding error of u cancels.
  const auto one = hn::Set(d, 1.0f);
  const auto u = hn::Add(one, x);
  const auto y = hn::Mul(vLog(d, u), hn::Div(x, hn::Sub(u, one)));
  const auto asIs = hn::Or(hn::Eq(u, one), hn::Eq(x, hn::Set(d, kInfinity)));
  return hn::IfThenElse(asIs, x, y);
}

/// Hyperbolic tangent.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vTanh(D d, hn::Vec<D> x) {
  const auto one = hn::Set(d, 1.0f);
  const auto sign = hn::And(x, hn::SignBit(d));
  const auto a = hn::Abs(x);
  // Far from 0: 1 - 2 / (e^2a + 1), which is 1 to the last bit from 9.02 on.
  hn::Vec<D> n;
  const auto a2 = hn::Min(hn::Set(d, 20.0f), hn::Add(a, a));
  const auto p = expm1Reduced(d, a2, n);
  const auto e = scaleByPowerOfTwo(d, hn::Add(one, p), n);
  const auto far = hn::Sub(one, hn::Div(hn::Set(d, 2.0f), hn::Add(e, one)));
  // Near 0: x + x^3 P(x^2).
  const auto z = hn::Mul(x, x);
  auto q = hn::Set(d, -5.70498872745e-3f);
  q = hn::MulAdd(q, z, hn::Set(d, 2.06390887954e-2f));
  q = hn::MulAdd(q, z, hn::Set(d, -5.37397155531e-2f));
  q = hn::MulAdd(q, z, hn::Set(d, 1.33314422036e-1f));
  q = hn::MulAdd(q, z, hn::Set(d, -3.33332819422e-1f));
  const auto near = hn::MulAdd(hn::Mul(q, z), a, a);
  return hn::Or(hn::IfThenElse(hn::Lt(a, hn::Set(d, 0.625f)), near, far), sign);
}

/// 1 / (1 + e^-x); positive wherever the exact value is representable.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vSigmoid(D d, hn::Vec<D> x) {
  const auto one = hn::Set(d, 1.0f);
  const auto e = vExp(d, hn::Neg(hn::Abs(x)));
  const auto top = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one);
  return hn::Div(top, hn::Add(one, e));
}

/// log(1 + e^x), as max(x, 0) + log1p(e^-|x|).
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> vSoftplus(D d, hn::Vec<D> x) {
  const auto e = vExp(d, hn::Neg(hn::Abs(x)));
  const auto positive = hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x);
  return hn::Add(positive, vLog1p(d, e));
}

/// Limits a sine to [-1, 1] and makes that of an infinity NaN.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> limitSine(D d, hn::Vec<D> x, hn::Vec<D> y) {
  const auto finite = hn::Lt(hn::Abs(x), hn::Set(d, kInfinity));
  return hn::IfThenElse(finite, clampKeepNaN(d, y, -1.0f, 1.0f),
                        hn::Set(d, kNaN));
}

/// sin(x): 4 ulp or 2^-24 absolute for |x| <= 39000; beyond that only the
/// range [-1, 1] is promised.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vSin(D d, hn::Vec<D> x) {
  return limitSine(d, x, hn::Sin(d, x));
}

/// cos(x), with the accuracy of vSin.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vCos(D d, hn::Vec<D> x) {
  return limitSine(d, x, hn::Cos(d, x));
}

/// |x|^y in double for the lanes of one half vector; x = 1 and y = 0 are the
/// caller's business.
template <class DH>
VELLUM_KERNEL_INLINE hn::Vec<DH> powHalf(DH dh, hn::Vec<DH> absX,
                                         hn::Vec<DH> y) {
  const hn::Rebind<double, DH> dd;
  const auto x = hn::PromoteTo(dd, absX);
  auto l = hn::Log(dd, x);
  // Stand-ins for log(0) and log(inf) that survive a denormal y.
  l = hn::IfThenElse(hn::Eq(x, hn::Zero(dd)), hn::Set(dd, -1e300), l);
  l = hn::IfThenElse(hn::Gt(x, hn::Set(dd, 1e300)), hn::Set(dd, 1e300), l);
  auto t = hn::Mul(hn::PromoteTo(dd, y), l);
  t = hn::Max(hn::Set(dd, -200.0), hn::Min(hn::Set(dd, 200.0), t));
  return hn::DemoteTo(dh, hn::Exp(dd, t));
}

/// x^y with the special cases of C's pow, below 2 ulp.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> vPow(D d, hn::Vec<D> x, hn::Vec<D> y) {
  const hn::Half<D> dh;
  const auto a = hn::Abs(x);
  const auto one = hn::Set(d, 1.0f), zero = hn::Zero(d);
  const auto lower = powHalf(dh, hn::LowerHalf(dh, a), hn::LowerHalf(dh, y));
  const auto upper = powHalf(dh, hn::UpperHalf(dh, a), hn::UpperHalf(dh, y));
  auto r = hn::Combine(d, upper, lower);
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

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_MATH_INL_H
