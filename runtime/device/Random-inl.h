//===- runtime/device/Random-inl.h - blocks of random numbers ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Fills arrays from a Philox stream, four values (one block) at a time.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_RANDOM_INL_H
#define VELLUM_RUNTIME_DEVICE_RANDOM_INL_H

#include "runtime/Philox.h"
#include "runtime/device/Common-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// Fills `out` with convert(block) of consecutive blocks, the last one in
/// part; `convert` returns an array-like struct of four T in `value`.
template <class T, class Convert>
VELLUM_KERNEL_INLINE void fillFromBlocks(int64_t n, uint64_t key,
                                         uint64_t stream, T *HWY_RESTRICT out,
                                         Convert convert) {
  int64_t i = 0;
  // Plain enough for the compiler to put a block in each lane.
  for (; i + 4 <= n; i += 4) {
    T value[4];
    convert(philoxBlock(key, stream, uint64_t(i) / 4), value);
    for (int j = 0; j < 4; ++j)
      out[i + j] = value[j];
  }
  if (i < n) {
    T value[4];
    convert(philoxBlock(key, stream, uint64_t(i) / 4), value);
    for (int64_t j = 0; i + j < n; ++j)
      out[i + j] = value[j];
  }
}

/// See vl_random_bits.
VELLUM_KERNEL_INLINE void randomBits(int64_t n, uint64_t key, uint64_t stream,
                                     int32_t *out) {
  fillFromBlocks(n, key, stream, out, [](PhiloxBlock b, int32_t *v) {
    for (int j = 0; j < 4; ++j)
      v[j] = int32_t(b.word[j]);
  });
}

/// See vl_random_uniform.
VELLUM_KERNEL_INLINE void randomUniform(int64_t n, uint64_t key,
                                        uint64_t stream, float *out) {
  fillFromBlocks(n, key, stream, out, [](PhiloxBlock b, float *v) {
    for (int j = 0; j < 4; ++j)
      v[j] = philoxToUniform(b.word[j]);
  });
}

/// See vl_random_normal.
VELLUM_KERNEL_INLINE void randomNormal(int64_t n, uint64_t key, uint64_t stream,
                                       float *out) {
  fillFromBlocks(n, key, stream, out, [](PhiloxBlock b, float *v) {
    const PhiloxNormalPair p = philoxToNormal(b.word[0], b.word[1]);
    const PhiloxNormalPair q = philoxToNormal(b.word[2], b.word[3]);
    v[0] = p.value[0];
    v[1] = p.value[1];
    v[2] = q.value[0];
    v[3] = q.value[1];
  });
}

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();

#endif // VELLUM_RUNTIME_DEVICE_RANDOM_INL_H
