//===- runtime/device/Angles-inl.h - sine, cosine, tangent ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The trigonometric functions of floats, computed in doubles as those of
/// DoubleMath-inl.h are: below 0.52 ulp for every float, 10^38 included. The
/// float nearest to a multiple of pi / 2 is 2^-30 or so away from it, so that
/// a remainder that is right to 2^-62 will do.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_ANGLES_INL_H
#define VELLUM_RUNTIME_DEVICE_ANGLES_INL_H

#include "runtime/device/DoubleMath-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// An angle as r + n pi / 2 with |r| <= pi / 4; n may be any integer that is
/// right modulo 4.
template <class DD> struct Angle {
  hn::Vec<DD> r, n;
};

/// From here on angles take many bits of 2 / pi. Below, n has 20 bits.
constexpr float kHugeAngle = 0x1p20f;

/// pi / 2 as the sum of two numbers of 33 bits, which n times is exact, and the
/// rest.
template <class DD>
VELLUM_KERNEL_INLINE Angle<DD> reduceAngle(DD dd, hn::Vec<DD> x) {
  const auto n = hn::Round(hn::Mul(x, hn::Set(dd, 2 / kPi)));
  auto r = hn::NegMulAdd(n, hn::Set(dd, 0x1.921fb544p+0), x);
  r = hn::NegMulAdd(n, hn::Set(dd, 0x1.0b4611a6p-34), r);
  return {hn::NegMulAdd(n, hn::Set(dd, 0x1.3198a2e037073p-69), r), n};
}

/// The same for one x >= kHugeAngle: x = m 2^e with an integer m, so that only
/// those bits of 2 / pi count that weigh less than 4 once multiplied by 2^e
/// (Payne and Hanek). 128 of them leave an error of 2^-102.
__attribute__((noinline)) inline double reduceHugeAngle(float x, double *n) {
  // The bits before the point, then those behind it.
  static constexpr uint64_t kTwoOverPi[] = {
      0, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
      0xfe5163abdebbc561};
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  const uint64_t m = (bits & 0x7fffff) | 0x800000;
  const unsigned first = (bits >> 23) - 150 + 62;
  const uint64_t *word = kTwoOverPi + first / 64;
  const unsigned shift = first % 64;
  const auto window = [&](int i) {
    return shift ? word[i] << shift | word[i + 1] >> (64 - shift) : word[i];
  };
  const unsigned __int128 turns =
      ((unsigned __int128)window(0) << 64 | window(1)) * m;
  const auto quarters = uint64_t(turns >> 64);
  const uint64_t nearest = (quarters + (uint64_t(1) << 61)) >> 62;
  *n = double(nearest);
  return double(int64_t(quarters - (nearest << 62))) * (0x1p-62 * kPi / 2);
}

/// Reduces x >= 0, NaN or infinite, of which the latter come out as NaN.
template <class DH, class DD>
VELLUM_KERNEL_INLINE Angle<DD> reduceAnyAngle(DH dh, DD dd, hn::Vec<DH> x) {
  auto angle = reduceAngle(dd, hn::PromoteTo(dd, x));
  const auto isSmall = hn::Lt(x, hn::Set(dh, kHugeAngle));
  if (HWY_LIKELY(hn::AllTrue(dh, isSmall)))
    return angle;
  HWY_ALIGN float given[hn::MaxLanes(DH())];
  HWY_ALIGN double r[hn::MaxLanes(DD())], n[hn::MaxLanes(DD())];
  hn::Store(x, dh, given);
  hn::Store(angle.r, dd, r);
  hn::Store(angle.n, dd, n);
  for (size_t i = 0; i < hn::MaxLanes(DD()); ++i)
    if (!(given[i] < kInfinity))
      r[i] = double(kNaN);
    else if (given[i] >= kHugeAngle)
      r[i] = reduceHugeAngle(given[i], &n[i]);
  return {hn::Load(dd, r), hn::Load(dd, n)};
}

/// sin(r) and cos(r) for |r| <= pi / 4 by their series, to 2^-36.
template <class DD>
VELLUM_KERNEL_INLINE hn::Vec<DD> sinNear0(DD dd, hn::Vec<DD> r) {
  const auto r2 = hn::Mul(r, r);
  const auto p = polynomial(
      dd, r2,
      {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800});
  return hn::MulAdd(hn::Mul(r2, r), p, r);
}
template <class DD>
VELLUM_KERNEL_INLINE hn::Vec<DD> cosNear0(DD dd, hn::Vec<DD> r) {
  return polynomial(dd, hn::Mul(r, r),
                    {1.0, -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320,
                     -1.0 / 3628800, 1.0 / 479001600});
}

/// v where `negative` is not set.
template <class DD, class M>
VELLUM_KERNEL_INLINE hn::Vec<DD> negateIf(DD, M negative, hn::Vec<DD> v) {
  return hn::IfThenElse(negative, hn::Neg(v), v);
}

/// f(sin r, cos r, n as an Angle has it), for the angles |x|.
template <class D, class F>
VELLUM_KERNEL_INLINE hn::Vec<D> ofAngle(D d, hn::Vec<D> x, F f) {
  const hn::Half<D> dh;
  const hn::Rebind<double, decltype(dh)> dd;
  const auto half = [&](auto part) {
    const auto angle = reduceAnyAngle(dh, dd, hn::Abs(part));
    const auto sine = sinNear0(dd, angle.r), cosine = cosNear0(dd, angle.r);
    return hn::DemoteTo(dh, f(dd, sine, cosine, angle.n));
  };
  return hn::Combine(d, half(hn::UpperHalf(dh, x)), half(hn::LowerHalf(dh, x)));
}

/// True where n is odd.
template <class DD>
VELLUM_KERNEL_INLINE hn::Mask<DD> isOddQuarter(DD dd, hn::Vec<DD> n) {
  const auto half = hn::Mul(n, hn::Set(dd, 0.5));
  return hn::Ne(half, hn::Floor(half));
}

/// True where n is 2 or 3 modulo 4.
template <class DD>
VELLUM_KERNEL_INLINE hn::Mask<DD> isSecondHalf(DD dd, hn::Vec<DD> n) {
  const auto turns = hn::Mul(n, hn::Set(dd, 0.25));
  return hn::Ge(hn::Sub(turns, hn::Floor(turns)), hn::Set(dd, 0.5));
}

/// The sine.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vSin(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto sine, auto cosine, auto n) {
    const auto y = hn::IfThenElse(isOddQuarter(dd, n), cosine, sine);
    return negateIf(dd, isSecondHalf(dd, n), y);
  };
  return hn::Xor(ofAngle(d, x, f), hn::And(x, hn::SignBit(d)));
}

/// The cosine.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vCos(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto sine, auto cosine, auto n) {
    const auto y = hn::IfThenElse(isOddQuarter(dd, n), sine, cosine);
    const auto next = hn::Add(n, hn::Set(dd, 1.0));
    return negateIf(dd, isSecondHalf(dd, next), y);
  };
  return ofAngle(d, x, f);
}

/// The tangent.
template <class D> VELLUM_KERNEL_INLINE hn::Vec<D> vTan(D d, hn::Vec<D> x) {
  const auto f = [](auto dd, auto sine, auto cosine, auto n) {
    const auto isOdd = isOddQuarter(dd, n);
    const auto top = hn::IfThenElse(isOdd, hn::Neg(cosine), sine);
    return hn::Div(top, hn::IfThenElse(isOdd, sine, cosine));
  };
  return hn::Xor(ofAngle(d, x, f), hn::And(x, hn::SignBit(d)));
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_ANGLES_INL_H
