//===- runtime/Philox.h - counter-based random numbers ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as
/// easy as 1, 2, 3", SC'11). Value i of a stream is a pure function of
/// (key, stream, i), so any part can be made anywhere in any order.
///
/// Header-only, because the device library compiles it to bitcode and the
/// interpreter to ordinary code, and both must give the same bits: integer and
/// IEEE double arithmetic without contraction, and nothing of libm but the
/// exactly rounded square root. Everything is always_inline so that no copy
/// made for one instruction set can be linked into code for another.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_PHILOX_H
#define VELLUM_RUNTIME_PHILOX_H

#include <cstdint>
#include <cstring>

#define VELLUM_PHILOX_INLINE inline __attribute__((always_inline))

#if defined(__clang__)
#define VELLUM_NO_CONTRACTION _Pragma("clang fp contract(off)")
#else
#define VELLUM_NO_CONTRACTION
#endif

namespace vellum {

/// Four random words.
struct PhiloxBlock {
  uint32_t word[4];
};

/// The Philox4x32-10 bijection of a 128-bit counter under a 64-bit key, least
/// significant words first.
VELLUM_PHILOX_INLINE PhiloxBlock philox4x32(PhiloxBlock counter, uint32_t key0,
                                            uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t(0xD2511F53u) * counter.word[0];
    const uint64_t p1 = uint64_t(0xCD9E8D57u) * counter.word[2];
    counter = {{uint32_t(p1 >> 32) ^ counter.word[1] ^ key0, uint32_t(p1),
                uint32_t(p0 >> 32) ^ counter.word[3] ^ key1, uint32_t(p0)}};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

/// Words 4 * block to 4 * block + 3 of a stream.
VELLUM_PHILOX_INLINE PhiloxBlock philoxBlock(uint64_t key, uint64_t stream,
                                             uint64_t block) {
  return philox4x32({{uint32_t(block), uint32_t(block >> 32), uint32_t(stream),
                      uint32_t(stream >> 32)}},
                    uint32_t(key), uint32_t(key >> 32));
}

/// Word `i` of a stream.
VELLUM_PHILOX_INLINE uint32_t philoxBits(uint64_t key, uint64_t stream,
                                         uint64_t i) {
  return philoxBlock(key, stream, i / 4).word[i % 4];
}

/// The stream that philoxFold draws from; not for any other use.
constexpr uint64_t kPhiloxFoldStream = 0xFFFFFFFF'666F6C64u;

/// The `i`-th key derived from `key`.
VELLUM_PHILOX_INLINE uint64_t philoxFold(uint64_t key, uint64_t i) {
  const PhiloxBlock b = philoxBlock(key, kPhiloxFoldStream, i);
  return b.word[0] | uint64_t(b.word[1]) << 32;
}

/// A multiple of 2^-24 in [0, 1), exact in single precision.
VELLUM_PHILOX_INLINE float philoxToUniform(uint32_t bits) {
  return float(bits >> 8) * 0x1p-24f;
}

/// Value `i` of a stream of uniform numbers in [0, 1).
VELLUM_PHILOX_INLINE float philoxUniform(uint64_t key, uint64_t stream,
                                         uint64_t i) {
  return philoxToUniform(philoxBits(key, stream, i));
}

/// log((bits + 1) / 2^32), at most 0; absolute error below 1e-13.
VELLUM_PHILOX_INLINE double philoxLog(uint32_t bits) {
  VELLUM_NO_CONTRACTION
  const double u = double(uint64_t(bits) + 1);
  uint64_t raw;
  std::memcpy(&raw, &u, sizeof raw);
  // Offset so that the mantissa lies in [sqrt(1/2), sqrt(2)).
  const uint64_t offset = 0x3FE6A09E667F3BCDu;
  const uint64_t shifted = raw - offset;
  const double e = double(int32_t(shifted >> 52) - 32);
  raw = (shifted & 0x000FFFFFFFFFFFFFu) + offset;
  double m;
  std::memcpy(&m, &raw, sizeof m);
  const double s = (m - 1.0) / (m + 1.0), z = s * s;
  double p = 1.0 / 17;
  p = p * z + 1.0 / 15;
  p = p * z + 1.0 / 13;
  p = p * z + 1.0 / 11;
  p = p * z + 1.0 / 9;
  p = p * z + 1.0 / 7;
  p = p * z + 1.0 / 5;
  p = p * z + 1.0 / 3;
  p = p * z + 1.0;
  return e * 0.69314718055994530942 + 2.0 * s * p;
}

/// Two independent normal numbers from two random words, by Box and Muller.
struct PhiloxNormalPair {
  float value[2];
};

VELLUM_PHILOX_INLINE PhiloxNormalPair philoxToNormal(uint32_t bits0,
                                                     uint32_t bits1) {
  VELLUM_NO_CONTRACTION
  const double radius = __builtin_sqrt(-2.0 * philoxLog(bits0));
  // The angle is a quadrant (two bits) and a position in it, taken from its
  // middle: |a| <= pi/4, where short series do.
  const double a = (double(int32_t(bits1 & 0x3FFFFFFFu)) * 0x1p-30 - 0.5) *
                   1.57079632679489661923;
  const double z = a * a;
  double s = 1.0 / 6227020800;
  s = s * z - 1.0 / 39916800;
  s = s * z + 1.0 / 362880;
  s = s * z - 1.0 / 5040;
  s = s * z + 1.0 / 120;
  s = s * z - 1.0 / 6;
  s = s * z * a + a;
  double c = 1.0 / 479001600;
  c = c * z - 1.0 / 3628800;
  c = c * z + 1.0 / 40320;
  c = c * z - 1.0 / 720;
  c = c * z + 1.0 / 24;
  c = c * z - 1.0 / 2;
  c = c * z + 1.0;
  const double scale = radius * 0.70710678118654752440;
  const double cosine = (c - s) * scale, sine = (c + s) * scale;
  const uint32_t quadrant = bits1 >> 30;
  const bool swap = quadrant & 1;
  const double x = swap ? sine : cosine, y = swap ? cosine : sine;
  return {{float(quadrant == 1 || quadrant == 2 ? -x : x),
           float(quadrant >= 2 ? -y : y)}};
}

/// Value `i` of a stream of normal numbers of mean 0 and variance 1.
VELLUM_PHILOX_INLINE float philoxNormal(uint64_t key, uint64_t stream,
                                        uint64_t i) {
  const PhiloxBlock b = philoxBlock(key, stream, i / 4);
  const uint64_t j = i % 4 / 2 * 2;
  return philoxToNormal(b.word[j], b.word[j + 1]).value[i % 2];
}

/// A random permutation of 0 .. n-1, n below 2^31: row `row` of a stream of
/// such rows. Fisher-Yates; the probabilities are even to one part in 2^32/n.
VELLUM_PHILOX_INLINE void philoxPermutation(uint64_t key, uint64_t stream,
                                            uint64_t row, int64_t n,
                                            int32_t *out) {
  for (int64_t i = 0; i < n; ++i)
    out[i] = int32_t(i);
  for (int64_t i = n - 1; i > 0; --i) {
    const uint32_t bits =
        philoxBits(key, stream, row * uint64_t(n) + uint64_t(i));
    const uint64_t j = uint64_t(bits) * (uint64_t(i) + 1) >> 32;
    const int32_t other = out[j];
    out[j] = out[i];
    out[i] = other;
  }
}

} // namespace vellum

#endif // VELLUM_RUNTIME_PHILOX_H
