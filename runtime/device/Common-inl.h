//===- runtime/device/Common-inl.h - shared kernel helpers ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What every kernel header needs: the vector types, loads and stores that
/// touch exactly the elements asked for, and the scalar multiply-add that
/// rounds as the vector one does.
///
/// The headers are compiled once per target, with `-march`, never through
/// Highway's dynamic dispatch: functions with vector arguments get their
/// calling convention from the command line, not from target pragmas.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_COMMON_INL_H
#define VELLUM_RUNTIME_DEVICE_COMMON_INL_H

#define HWY_COMPILE_ONLY_STATIC 1
#include "hwy/highway.h"

#include <cstddef>
#include <cstdint>

#if defined(VELLUM_EXPECT_TARGET) && HWY_TARGET != VELLUM_EXPECT_TARGET
#error "Highway picked another static target than the one asked for"
#endif

/// A kernel building block that must vanish into its caller.
#define VELLUM_KERNEL_INLINE inline __attribute__((always_inline))

/// Before a loop over accumulators. Left to itself LLVM unrolls some such loops
/// in part, or late, and then keeps the accumulators in memory: for 13 vectors
/// that halved the speed.
#define VELLUM_UNROLL _Pragma("clang loop unroll(full)")

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// The widest float vector of the target.
using WideTag = hn::ScalableTag<float>;
using WideVec = hn::Vec<WideTag>;
using WideMask = hn::Mask<WideTag>;

/// Lanes of WideVec: 4, 8 or 16.
constexpr int64_t kLanes = HWY_LANES(float);

/// True where masked loads neither fault on, nor read, the masked-off lanes.
/// Highway 1.0.3 makes MaskedLoad an aligned full load on SSE4.
constexpr bool kHasMaskedLoad = HWY_MAX_BYTES >= 32;

/// The mask of the first `n` (0 <= n <= lanes) lanes.
template <class D> VELLUM_KERNEL_INLINE hn::Mask<D> firstLanes(D d, int64_t n) {
#if HWY_TARGET <= HWY_AVX3
  // Highway's FirstN branches on n > 255, inside every loop that uses it.
  (void)d;
  using Raw = decltype(hn::Mask<D>::raw);
  return {static_cast<Raw>(_bzhi_u32(0xffffu, static_cast<unsigned>(n)))};
#else
  return hn::FirstN(d, static_cast<size_t>(n));
#endif
}

/// Loads the first `n` (0 <= n <= lanes) floats at `p`; the other lanes are 0.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<D> loadTail(D d, const float *p, int64_t n) {
#if HWY_MAX_BYTES >= 32
  return hn::MaskedLoad(firstLanes(d, n), d, p);
#else
  HWY_ALIGN float buffer[hn::MaxLanes(D())] = {};
  for (int64_t i = 0; i < n; ++i)
    buffer[i] = p[i];
  return hn::Load(d, buffer);
#endif
}

/// Stores the first `n` (0 <= n <= lanes) lanes of `v` to `p`.
template <class D>
VELLUM_KERNEL_INLINE void storeTail(D d, hn::Vec<D> v, float *p, int64_t n) {
#if HWY_MAX_BYTES >= 32
  hn::BlendedStore(v, firstLanes(d, n), d, p);
#else
  HWY_ALIGN float buffer[hn::MaxLanes(D())];
  hn::Store(v, d, buffer);
  for (int64_t i = 0; i < n; ++i)
    p[i] = buffer[i];
#endif
}

/// loadTail for one length in a long loop.
class TailLoader {
public:
#if HWY_MAX_BYTES == 32
  explicit TailLoader(int64_t n) {
    const auto lanes = hn::VecFromMask(WideTag(), firstLanes(WideTag(), n));
    hn::Store(hn::BitCast(Bits(), lanes), Bits(), mask);
  }

  VELLUM_KERNEL_INLINE WideVec load(const float *p) {
    // AVX2's masks take a register, of which a tile has none to spare: lest the
    // compiler evict an accumulator, the mask is read again each time.
    asm("" : "+m"(mask));
    const auto lanes = hn::BitCast(WideTag(), hn::Load(Bits(), mask));
    return hn::MaskedLoad(hn::MaskFromVec(lanes), WideTag(), p);
  }

private:
  using Bits = hn::RebindToSigned<WideTag>;
  HWY_ALIGN int32_t mask[8];
#else
  explicit TailLoader(int64_t n) : n(n) {}

  VELLUM_KERNEL_INLINE WideVec load(const float *p) const {
    return loadTail(WideTag(), p, n);
  }

private:
  int64_t n;
#endif
};

/// a * b + c with the rounding of hn::MulAdd: fused on AVX2 and later.
VELLUM_KERNEL_INLINE float mulAddScalar(float a, float b, float c) {
#if HWY_MAX_BYTES >= 32
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}

/// Calls `full(i)` for every whole vector of [0, n) and `tail(i, count)` for
/// the rest, in order.
template <class Full, class Tail>
VELLUM_KERNEL_INLINE void forVectors(int64_t n, Full full, Tail tail) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    full(i);
  if (i < n)
    tail(i, n - i);
}

/// Folds the vectors of [0, n) into one: `full(acc, i)` and `tail(acc, i,
/// count)` take one more into `acc`, which starts as `start`; `combine` joins
/// two. Four accumulators take turns, since one would wait for its own latency.
template <class Full, class Tail, class Combine>
VELLUM_KERNEL_INLINE WideVec foldVectors(int64_t n, WideVec start, Full full,
                                         Tail tail, Combine combine) {
  WideVec acc[4] = {start, start, start, start};
  int64_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    VELLUM_UNROLL
    for (int j = 0; j < 4; ++j)
      acc[j] = full(acc[j], i + j * kLanes);
  }
  for (; i + kLanes <= n; i += kLanes)
    acc[0] = full(acc[0], i);
  if (i < n)
    acc[1] = tail(acc[1], i, n - i);
  return combine(combine(acc[0], acc[1]), combine(acc[2], acc[3]));
}

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

/// The sum of the 128-bit blocks of v.
template <class D>
VELLUM_KERNEL_INLINE hn::Vec<hn::FixedTag<float, 4>> addBlocks(D,
                                                               hn::Vec<D> v) {
  if constexpr (hn::MaxLanes(D()) == 4) {
    return v;
  } else {
    const hn::Half<D> dh;
    return addBlocks(dh, hn::Add(hn::UpperHalf(dh, v), hn::LowerHalf(dh, v)));
  }
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_COMMON_INL_H
