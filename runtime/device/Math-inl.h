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
/// Errors against the exact value, over all floats and denormal results
/// included: exp and log below 1.5 ulp; rsqrt below 2; expm1, sigmoid, log1p
/// and softplus below 3; tanh below 3.3. Other functions are in
/// DoubleMath-inl.h.
///
/// On AVX-512 a reciprocal and a reciprocal root are an estimate of 14 bits
/// with a step of Newton's iteration: 0.9 and 1.4 ns for 16 numbers, where the
/// division takes 3.3 and a root divided into 1 takes 7.3.
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
/// AVX-512 instructions that Highway 1.0.3 lacks at each width: v * 2^floor(n),
/// 0 where `mask` is not set; floor(log2 |v|); the v * 2^k in [0.75, 1.5),
/// which is NaN for v < 0; and 1 / v and 1 / sqrt(v) to 14 bits.
#define VELLUM_AVX512_OPS(TYPE, PREFIX)                                        \
  template <class Mask>                                                        \
  VELLUM_KERNEL_INLINE TYPE rawScale(Mask mask, TYPE v, TYPE n) {              \
    return PREFIX##_maskz_scalef_ps(mask, v, n);                               \
  }                                                                            \
  VELLUM_KERNEL_INLINE TYPE rawExponent(TYPE v) {                              \
    return PREFIX##_getexp_ps(v);                                              \
  }                                                                            \
  VELLUM_KERNEL_INLINE TYPE rawMantissa(TYPE v) {                              \
    return PREFIX##_getmant_ps(v, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);   \
  }                                                                            \
  VELLUM_KERNEL_INLINE TYPE rawReciprocal(TYPE v) {                            \
    return PREFIX##_rcp14_ps(v);                                               \
  }                                                                            \
  VELLUM_KERNEL_INLINE TYPE rawRsqrt(TYPE v) { return PREFIX##_rsqrt14_ps(v); }
VELLUM_AVX512_OPS(__m128, _mm)
VELLUM_AVX512_OPS(__m256, _mm256)
VELLUM_AVX512_OPS(__m512, _mm512)
#undef VELLUM_AVX512_OPS
#endif

/// p[0] + p[1] x + ...
template <class D, size_t N>
VELLUM_KERNEL_INLINE hn::Vec<D> polynomial(D d, hn::Vec<D> x,
                                           const hn::TFromD<D> (&p)[N]) {
  auto sum = hn::Set(d, p[N - 1]);
  for (size_t i = N - 1; i-- > 0;)
    sum = hn::MulAdd(sum, x, hn::Set(d, p[i]));
  return sum;
}

/// The nearest integer n to some x, as a number and as the low bits of the
/// float 1.5 * 2^23 + n + Bias.
template <class D, int Bias> struct Rounded {
  using I = hn::Rebind<int32_t, D>;
  hn::Vec<D> n;
  hn::Vec<I> bits;

  /// Rounds x * factor.
  VELLUM_KERNEL_INLINE Rounded(D d, hn::Vec<D> x, float factor) {
    const auto magic = hn::Set(d, 0x1.8p23f + float(Bias));
    const auto sum = hn::MulAdd(x, hn::Set(d, factor), magic);
    n = hn::Sub(sum, magic);
    bits = hn::BitCast(I(), sum);
  }
};

/// 1 / v for v in [1, 2], or NaN: other v would need care, as 0 and infinities
/// have no Newton step.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> reciprocalIn1To2(D d, hn::Vec<D> v) {
#if HWY_TARGET <= HWY_AVX3
  const hn::Vec<D> y{rawReciprocal(v.raw)};
  const auto error = hn::NegMulAdd(v, y, hn::Set(d, 1.0f));
  return hn::MulAdd(y, error, y);
#else
  return hn::Div(hn::Set(d, 1.0f), v);
#endif
}

/// 1 / sqrt(x); of 0 it is an infinity of the same sign, of an infinity 0.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vRsqrt(D d, hn::Vec<D> x) {
#if HWY_TARGET <= HWY_AVX3
  const hn::Vec<D> y{rawRsqrt(x.raw)};
  const auto error = hn::NegMulAdd(hn::Mul(x, y), y, hn::Set(d, 1.0f));
  const auto better = hn::MulAdd(hn::Mul(y, hn::Set(d, 0.5f)), error, y);
  // Where the error is NaN the estimate is the special value itself.
  return hn::IfThenElse(hn::Eq(error, error), better, y);
#else
  return hn::Div(hn::Set(d, 1.0f), hn::Sqrt(x));
#endif
}

constexpr float kLog2E = 1.44269504088896341f;

/// 2^n / 2^(127 - Bias), which must be a normal float.
template <class D, int Bias>
VELLUM_KERNEL_INLINE hn::Vec<D> powerOfTwo(D d, const Rounded<D, Bias> &r) {
#if HWY_TARGET <= HWY_AVX3
  const float unit = Bias == 127 ? 1.0f : 0.5f;
  static_assert(Bias == 127 || Bias == 126, "unit knows these");
  return hn::Vec<D>{rawScale(0xffff, hn::Set(d, unit).raw, r.n.raw)};
#else
  return hn::BitCast(d, hn::ShiftLeft<23>(r.bits));
#endif
}

// The order of operands makes x86 min and max return a NaN `x` unchanged.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> atLeast(D d, hn::Vec<D> x, float low) {
  return hn::Max(hn::Set(d, low), x);
}
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> atMost(D d, hn::Vec<D> x, float high) {
  return hn::Min(hn::Set(d, high), x);
}

/// Limits x to [lo, hi], and leaves NaN.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> clampKeepNaN(D d, hn::Vec<D> x, float lo,
                                             float hi) {
  return atLeast(d, atMost(d, x, hi), lo);
}

/// (e^(u r) - 1) / r for |u r| <= 0.347 and u a power of 2, with a relative
/// error of 1.4e-8. Fitted here by Lawson's iteration, each coefficient rounded
/// before the next.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> expm1Quotient(D d, hn::Vec<D> r, float u) {
  const float u2 = u * u, u3 = u * u2, u4 = u2 * u2;
  return polynomial(d, r,
                    {u, 0x1.fffffep-2f * u2, 0x1.5554b4p-3f * u3,
                     0x1.5556f6p-5f * u4, 0x1.12253ap-7f * u4 * u,
                     0x1.6b979ep-10f * u4 * u2});
}

/// x - n ln 2 in two steps: the high part has ten bits, so that n times it is
/// exact with and without FMA; the low part is positive, which keeps a -0.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> subtractLn2(D d, hn::Vec<D> x, hn::Vec<D> n) {
  const auto r = hn::MulAdd(n, hn::Set(d, -0.693115234375f), x);
  return hn::MulAdd(n, hn::Set(d, -3.19461845e-5f), r);
}

/// e^x for x <= 89 or NaN. Below -104, where it is 0, it must not come from an
/// underflow: that costs over 100 cycles on Intel's cores, and softmax has it
/// for all that is masked.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> expAtMost89(D d, hn::Vec<D> x) {
  const float least = -104;
  const auto notZero = hn::Not(hn::Lt(x, hn::Set(d, least)));
  if (HWY_TARGET > HWY_AVX3)
    x = atLeast(d, x, least);
  const Rounded<D, 254> n(d, x, kLog2E);
  const auto r = subtractLn2(d, x, n.n);
  const auto p = hn::MulAdd(r, expm1Quotient(d, r, 1), hn::Set(d, 1.0f));
#if HWY_TARGET <= HWY_AVX3
  return hn::Vec<D>{rawScale(notZero.raw, p.raw, n.n.raw)};
#else
  // 2^n in two steps, since it may be out of range itself; the first is exact.
  const auto half = hn::ShiftRight<1>(n.bits);
  const auto rest = hn::Sub(n.bits, half);
  return hn::Mul(hn::Mul(hn::IfThenElseZero(notZero, p),
                         hn::BitCast(d, hn::ShiftLeft<23>(half))),
                 hn::BitCast(d, hn::ShiftLeft<23>(rest)));
#endif
}

/// e^x.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vExp(D d, hn::Vec<D> x) {
  return expAtMost89(d, atMost(d, x, 89.0f));
}

/// -|x|.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> minusAbs(D d, hn::Vec<D> x) {
  return hn::Or(x, hn::SignBit(d));
}

/// e^x - 1, accurate near 0.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vExpm1(D d, hn::Vec<D> x) {
  const auto clamped = clampKeepNaN(d, x, -20.0f, 89.0f);
  const Rounded<D, 126> n(d, clamped, kLog2E);
  const auto r = subtractLn2(d, clamped, n.n);
  const auto p = hn::Mul(r, expm1Quotient(d, r, 1));
  // 2^n (1 + p) - 1 at half scale, so that n = 128 does not overflow early.
  const auto s = powerOfTwo(d, n);
  const auto half = hn::MulAdd(p, s, hn::Sub(s, hn::Set(d, 0.5f)));
  return hn::CopySign(hn::Add(half, half), x);
}

/// Writes x = 2^e m with m in [0.75, 1.5). On AVX-512 e and m of 0, infinities,
/// negative numbers and NaN are such that e ln 2 + log m is right for them too.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> splitExponent(D d, hn::Vec<D> x,
                                              hn::Vec<D> &m) {
#if HWY_TARGET <= HWY_AVX3
  (void)d;
  m = hn::Vec<D>{rawMantissa(x.raw)};
  return hn::Sub(hn::Vec<D>{rawExponent(x.raw)},
                 hn::Vec<D>{rawExponent(m.raw)});
#else
  const hn::Rebind<int32_t, D> di;
  const auto denormal = hn::Lt(x, hn::Set(d, 0x1p-126f));
  const auto scaled =
      hn::IfThenElse(denormal, hn::Mul(x, hn::Set(d, 0x1p25f)), x);
  // Offset so that the exponent steps at 0.75 instead of 1.
  const auto offset = hn::Set(di, 0x3f400000);
  const auto bits = hn::Sub(hn::BitCast(di, scaled), offset);
  m = hn::BitCast(d, hn::Add(hn::And(bits, hn::Set(di, 0x007fffff)), offset));
  return hn::Add(hn::ConvertTo(d, hn::ShiftRight<23>(bits)),
                 hn::IfThenElseZero(denormal, hn::Set(d, -25.0f)));
#endif
}

/// Natural logarithm; log(0) = -inf, log(x < 0) = NaN.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vLog(D d, hn::Vec<D> x) {
  hn::Vec<D> m;
  const auto e = splitExponent(d, x, m);
  const auto f = hn::Sub(m, hn::Set(d, 1.0f));
  // log(1 + f) = f - f^2 / 2 + f^3 P(f), with a relative error of 4.1e-8.
  const auto p = polynomial(d, f,
                            {-0.5f, 0x1.5555b2p-2f, -0x1.ffeceep-3f,
                             0x1.993cc6p-3f, -0x1.57d552p-3f, 0x1.313f08p-3f,
                             -0x1.f03a92p-4f, 0x1.c783e6p-5f});
  const auto logM = hn::MulAdd(p, hn::Mul(f, f), f);
  const auto y = hn::MulAdd(e, hn::Set(d, 0.693147180559945309f), logM);
#if HWY_TARGET <= HWY_AVX3
  return y;
#else
  const auto zero = hn::Zero(d), inf = hn::Set(d, kInfinity);
  const auto ordinary = hn::And(hn::Gt(x, zero), hn::Lt(x, inf));
  // +inf and NaN map to themselves.
  auto special = hn::IfThenElse(hn::Lt(x, zero), hn::Set(d, kNaN), x);
  special = hn::IfThenElse(hn::Eq(x, zero), hn::Set(d, -kInfinity), special);
  return hn::IfThenElse(ordinary, y, special);
#endif
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

/// Hyperbolic tangent: with y = e^(-2|x|) - 1, -y / (2 + y), and the sign of x.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vTanh(D d, hn::Vec<D> x) {
  // 1 to the last bit from 9.02 on.
  const auto a = atLeast(d, minusAbs(d, x), -10.0f);
  const Rounded<D, 127> n(d, a, 2 * kLog2E);
  // One step: from n = -1 on, its error is small beside y.
  const auto r = hn::MulAdd(n.n, hn::Set(d, -0.693147180559945309f / 2), a);
  const auto p = hn::Mul(r, expm1Quotient(d, r, 2));
  const auto s = powerOfTwo(d, n);
  const auto y = hn::MulAdd(p, s, hn::Sub(s, hn::Set(d, 1.0f)));
  const auto below = reciprocalIn1To2(d, hn::Add(y, hn::Set(d, 2.0f)));
  return hn::CopySign(hn::Mul(y, below), x);
}

/// 1 / (1 + e^-x); positive wherever the exact value is representable.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vSigmoid(D d, hn::Vec<D> x) {
  const auto one = hn::Set(d, 1.0f);
  const auto e = expAtMost89(d, minusAbs(d, x));
  const auto top = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one);
  return hn::Mul(top, reciprocalIn1To2(d, hn::Add(one, e)));
}

/// log(1 + e^x), as max(x, 0) + log(1 + e^-|x|).
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> vSoftplus(D d, hn::Vec<D> x) {
  const auto e = expAtMost89(d, minusAbs(d, x));
  // log(1 + e) / e for e in [0, 1], with a relative error of 3.3e-8.
  const auto q = polynomial(d, e,
                            {1.0f, -0x1.ffff14p-2f, 0x1.5535dep-2f,
                             -0x1.fd1368p-3f, 0x1.884554p-3f, -0x1.19af8ep-3f,
                             0x1.44707ap-4f, -0x1.eca398p-6f, 0x1.5fa0dap-8f});
  return hn::MulAdd(e, q, hn::Max(x, hn::Zero(d)));
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_MATH_INL_H
