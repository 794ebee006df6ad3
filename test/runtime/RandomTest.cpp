//===- test/runtime/RandomTest.cpp - random numbers -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Philox.h"
#include "test/runtime/GuardedBuffer.h"
#include "test/runtime/KernelTable.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <set>

using namespace vellum;

namespace {

void expectWords(PhiloxBlock b, uint32_t w0, uint32_t w1, uint32_t w2,
                 uint32_t w3) {
  EXPECT_EQ(b.word[0], w0);
  EXPECT_EQ(b.word[1], w1);
  EXPECT_EQ(b.word[2], w2);
  EXPECT_EQ(b.word[3], w3);
}

TEST(Philox, KnownAnswers) {
  expectWords(philox4x32({{0, 0, 0, 0}}, 0, 0), 0x6627e8d5, 0xe169c58d,
              0xbc57ac4c, 0x9b00dbd8);
  const uint32_t ones = 0xffffffff;
  expectWords(philox4x32({{ones, ones, ones, ones}}, ones, ones), 0x408f276d,
              0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
  expectWords(philox4x32({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
                         0xa4093822, 0x299f31d0),
              0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
}

TEST(Philox, KeysAndStreamsDiffer) {
  std::set<uint64_t> seen;
  for (uint64_t key = 0; key < 10; ++key)
    for (uint64_t i = 0; i < 10; ++i)
      seen.insert(philoxFold(key, i));
  EXPECT_EQ(seen.size(), 100u);
  EXPECT_NE(philoxBits(1, 0, 0), philoxBits(1, 1, 0));
  EXPECT_NE(philoxBits(1, 0, 0), philoxBits(1, uint64_t(1) << 32, 0));
  EXPECT_NE(philoxBits(1, 0, 0), philoxBits(uint64_t(1) << 32 | 1, 0, 0));
}

TEST(Philox, UniformIsBelowOne) {
  EXPECT_EQ(philoxToUniform(0), 0.0f);
  EXPECT_EQ(philoxToUniform(0xffffffff), 1.0f - 0x1p-24f);
}

TEST(Philox, NormalOfExtremes) {
  for (uint32_t a :
       {0u, 1u, 0x7fffffffu, 0x80000000u, 0xfffffffeu, 0xffffffffu})
    for (uint32_t b :
         {0u, 0x3fffffffu, 0x40000000u, 0x80000000u, 0xffffffffu}) {
      const PhiloxNormalPair p = philoxToNormal(a, b);
      const double radius = std::sqrt(-2 * std::log((a + 1.0) * 0x1p-32));
      const double angle = b * 0x1p-32 * 2 * M_PI;
      EXPECT_NEAR(p.value[0], radius * std::cos(angle), 1e-6);
      EXPECT_NEAR(p.value[1], radius * std::sin(angle), 1e-6);
    }
}

TEST(Philox, NormalMoments) {
  double sum[5] = {};
  const int n = 200000;
  for (int i = 0; i < n; ++i) {
    const double x = philoxNormal(42, 7, uint64_t(i));
    for (int p = 1; p <= 4; ++p)
      sum[p] += std::pow(x, p);
  }
  // Five standard deviations of each mean.
  EXPECT_NEAR(sum[1] / n, 0, 5 / std::sqrt(n));
  EXPECT_NEAR(sum[2] / n, 1, 5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(sum[3] / n, 0, 5 * std::sqrt(15.0 / n));
  EXPECT_NEAR(sum[4] / n, 3, 5 * std::sqrt(96.0 / n));
}

TEST(DeviceRandom, HasTheBitsOfTheHost) {
  for (const KernelTable *t : kernelTables())
    for (int64_t n : {0, 1, 2, 3, 4, 5, 7, 8, 63, 1030}) {
      const uint64_t key = 0x123456789abcdefu, stream = uint64_t(n) << 33 | 5;
      GuardedBuffer<int32_t> bits{size_t(n)};
      GuardedBuffer<float> uniform{size_t(n)}, normal{size_t(n)};
      t->vl_random_bits(n, key, stream, bits.data());
      t->vl_random_uniform(n, key, stream, uniform.data());
      t->vl_random_normal(n, key, stream, normal.data());
      EXPECT_TRUE(bits.guards() && uniform.guards() && normal.guards());
      for (int64_t i = 0; i < n; ++i) {
        const auto at = size_t(i);
        EXPECT_EQ(uint32_t(bits[at]), philoxBits(key, stream, at)) << t->target;
        EXPECT_EQ(uniform[at], philoxUniform(key, stream, at)) << t->target;
        EXPECT_EQ(normal[at], philoxNormal(key, stream, at)) << t->target;
      }
    }
}

TEST(DeviceRandom, NormalBitsOverManyValues) {
  for (const KernelTable *t : kernelTables()) {
    std::vector<float> normal(100000);
    t->vl_random_normal(100000, 1, 2, normal.data());
    size_t differing = 0;
    for (size_t i = 0; i < normal.size(); ++i)
      differing += normal[i] != philoxNormal(1, 2, i);
    EXPECT_EQ(differing, 0u) << t->target;
  }
}

TEST(DeviceRandom, Permutations) {
  for (const KernelTable *t : kernelTables())
    for (int64_t n : {0, 1, 2, 10, 100}) {
      const int64_t rows = 5;
      GuardedBuffer<int32_t> out{size_t(rows * n)};
      t->vl_random_permutation(rows, n, 3, 4, out.data());
      EXPECT_TRUE(out.guards());
      for (int64_t r = 0; r < rows; ++r) {
        std::vector<int32_t> row(out.data() + r * n, out.data() + (r + 1) * n);
        std::vector<int32_t> host(static_cast<size_t>(n));
        philoxPermutation(3, 4, uint64_t(r), n, host.data());
        EXPECT_EQ(row, host) << t->target;
        std::sort(row.begin(), row.end());
        for (int64_t i = 0; i < n; ++i)
          EXPECT_EQ(row[size_t(i)], i);
      }
    }
}

TEST(DeviceRandom, PermutationsAreEven) {
  // Each of the 6 orders of 3 in 6000 rows: 1000 on average, deviation 29.
  std::vector<int32_t> out(18000);
  kernelTables().front()->vl_random_permutation(6000, 3, 9, 1, out.data());
  int counts[9] = {};
  for (size_t r = 0; r < 6000; ++r)
    ++counts[out[3 * r] * 3 + out[3 * r + 1]];
  for (int i = 0; i < 9; ++i)
    if (i % 4 != 0)
      EXPECT_NEAR(counts[i], 1000, 150);
}

} // namespace
