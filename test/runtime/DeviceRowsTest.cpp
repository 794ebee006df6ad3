//===- test/runtime/DeviceRowsTest.cpp - copies, softmax and shift --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/runtime/GuardedBuffer.h"
#include "test/runtime/KernelTable.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace vellum;

namespace {

/// Calls `check(table, n)` for every target and every n around its vectors.
template <class Check> void forLengths(Check check) {
  for (const KernelTable *t : kernelTables()) {
    for (int64_t n = 0; n <= 2 * t->lanes + 1; ++n)
      check(*t, n);
    for (int64_t n : {63, 128, 131})
      check(*t, n);
  }
}

constexpr int64_t kRows = 3;

/// The number of elements of kRows rows of n, `ld` apart.
size_t extent(int64_t n, int64_t ld) {
  return n == 0 ? 0 : size_t((kRows - 1) * ld + n);
}

/// Calls vl_copy or vl_transpose and compares every element.
void checkCopy(const KernelTable &t, int64_t rows, int64_t n, bool transposed) {
  const int64_t width = transposed ? rows : n, height = transposed ? n : rows;
  const int64_t ldx = n + 3, ldy = width + 1;
  const bool none = rows == 0 || n == 0;
  GuardedBuffer<float> x(
      randomFloats(none ? 0 : size_t((rows - 1) * ldx + n), 9));
  GuardedBuffer<float> y(
      std::vector<float>(none ? 0 : size_t((height - 1) * ldy + width), -7));
  (transposed ? t.vl_transpose : t.vl_copy)(rows, n, x.data(), ldx, y.data(),
                                            ldy);
  EXPECT_TRUE(y.guards());
  for (int64_t i = 0; i < height && !none; ++i)
    for (int64_t j = 0; j < ldy && i * ldy + j < int64_t(y.size()); ++j) {
      const float expected =
          j >= width ? -7 : x[size_t(transposed ? j * ldx + i : i * ldx + j)];
      EXPECT_EQ(y[size_t(i * ldy + j)], expected)
          << t.target << " " << rows << "x" << n << " row " << i << " " << j;
    }
}

TEST(DeviceCopy, EveryElementOnly) {
  forLengths([](const KernelTable &t, int64_t n) {
    checkCopy(t, kRows, n, false);
    for (int64_t rows : {0, 1, 4, 7, 16, 21, 37})
      checkCopy(t, rows, n, true);
  });
}

/// Calls vl_pack_panels on a k x n matrix, or on one stored by columns, and
/// compares every element.
void checkPanels(const KernelTable &t, int64_t k, int64_t n, int64_t width,
                 bool byColumns) {
  const int64_t rs = byColumns ? 1 : n + 3, cs = byColumns ? k + 2 : 1;
  const bool none = k == 0 || n == 0;
  GuardedBuffer<float> x(
      randomFloats(none ? 0 : size_t((k - 1) * rs + (n - 1) * cs + 1), 9));
  GuardedBuffer<float> y(
      std::vector<float>(size_t((n + width - 1) / width * k * width), -7));
  t.vl_pack_panels(k, n, x.data(), rs, cs, width, y.data());
  EXPECT_TRUE(y.guards());
  size_t wrong = 0;
  for (int64_t i = 0; i < int64_t(y.size()); ++i) {
    const int64_t p = i / width % k, j = i / width / k * width + i % width;
    wrong += y[size_t(i)] != (j < n ? x[size_t(p * rs + j * cs)] : 0);
  }
  EXPECT_EQ(wrong, 0u) << t.target << " " << k << "x" << n << " width " << width
                       << " by columns " << byColumns;
}

TEST(DevicePanels, EveryElementAndZeros) {
  forLengths([](const KernelTable &t, int64_t n) {
    for (int64_t k : {0, 1, 4, 7, 16, 37})
      for (int64_t width : {16, 48})
        for (bool byColumns : {false, true})
          checkPanels(t, k, n, width, byColumns);
  });
}

TEST(DeviceSoftmax, AgreesWithDouble) {
  forLengths([](const KernelTable &t, int64_t n) {
    for (int64_t pad : {0, 1}) {
      const int64_t ld = n + pad;
      auto values = randomFloats(extent(n, ld), 1);
      for (float &value : values)
        value *= 30;
      GuardedBuffer<float> x(values), y(x.size());
      t.vl_softmax(kRows, n, x.data(), ld, y.data(), ld);
      EXPECT_TRUE(y.guards());
      for (int64_t r = 0; r < kRows; ++r) {
        double top = -1e300, sum = 0;
        for (int64_t i = 0; i < n; ++i)
          top = std::max<double>(top, x[size_t(r * ld + i)]);
        for (int64_t i = 0; i < n; ++i)
          sum += std::exp(x[size_t(r * ld + i)] - top);
        for (int64_t i = 0; i < n; ++i) {
          const double exact = std::exp(x[size_t(r * ld + i)] - top) / sum;
          // x - top has an error of its own, magnified by its size.
          EXPECT_NEAR(y[size_t(r * ld + i)], exact, 8e-6 * exact + 1e-38)
              << t.target << " n " << n << " i " << i;
        }
      }
      t.vl_softmax(kRows, n, x.data(), ld, x.data(), ld);
      for (int64_t r = 0; r < kRows; ++r)
        for (int64_t i = 0; i < n; ++i)
          EXPECT_EQ(x[size_t(r * ld + i)], y[size_t(r * ld + i)]) << "in place";
    }
  });
}

TEST(DeviceSoftmax, Masked) {
  forLengths([](const KernelTable &t, int64_t n) {
    GuardedBuffer<float> x(randomFloats(extent(n, n), 2)), y(x.size());
    GuardedBuffer<uint8_t> mask(x.size());
    // Row 0 allows every third, row 1 nothing, row 2 all.
    for (int64_t i = 0; i < kRows * n; ++i)
      mask[size_t(i)] = i < n ? i % 3 == 0 : i >= 2 * n;
    // What is not allowed must not matter, however large.
    if (n > 1)
      x[1] = std::numeric_limits<float>::infinity();
    t.vl_softmax_masked(kRows, n, x.data(), n, mask.data(), n, y.data(), n);
    EXPECT_TRUE(y.guards());
    for (int64_t r = 0; r < kRows; ++r) {
      double sum = 0;
      for (int64_t i = r * n; i < (r + 1) * n; ++i)
        sum += mask[size_t(i)] ? std::exp(double(x[size_t(i)])) : 0;
      for (int64_t i = r * n; i < (r + 1) * n; ++i) {
        const double exact =
            mask[size_t(i)] ? std::exp(double(x[size_t(i)])) / sum : 0;
        EXPECT_NEAR(y[size_t(i)], exact, 2e-6 * exact)
            << t.target << " n " << n << " element " << i;
      }
    }
  });
}

TEST(DeviceSoftmax, Gradient) {
  forLengths([](const KernelTable &t, int64_t n) {
    const int64_t ld = n + 2;
    GuardedBuffer<float> y(randomFloats(extent(n, ld), 3));
    GuardedBuffer<float> dy(randomFloats(extent(n, ld), 4)), dx(y.size());
    t.vl_softmax_grad(kRows, n, y.data(), ld, dy.data(), ld, dx.data(), ld);
    EXPECT_TRUE(dx.guards());
    for (int64_t r = 0; r < kRows; ++r) {
      double dot = 0;
      for (int64_t i = 0; i < n; ++i)
        dot += double(y[size_t(r * ld + i)]) * dy[size_t(r * ld + i)];
      for (int64_t i = 0; i < n; ++i)
        EXPECT_NEAR(dx[size_t(r * ld + i)],
                    y[size_t(r * ld + i)] * (dy[size_t(r * ld + i)] - dot),
                    1e-7 * double(n + 4))
            << t.target << " n " << n;
    }
    t.vl_softmax_grad(kRows, n, y.data(), ld, dy.data(), ld, dy.data(), ld);
    for (int64_t r = 0; r < kRows; ++r)
      for (int64_t i = 0; i < n; ++i)
        EXPECT_EQ(dx[size_t(r * ld + i)], dy[size_t(r * ld + i)]) << "in place";
  });
}

int64_t bound(int64_t i, int64_t n, bool clamp) {
  return clamp ? std::clamp<int64_t>(i, 0, n - 1) : ((i % n) + n) % n;
}

/// The three shift kernels at one length against their definition.
void checkShift(const KernelTable &t, int64_t n, int64_t taps, bool correlate,
                bool clamp) {
  SCOPED_TRACE(::testing::Message()
               << t.target << " n " << n << " taps " << taps << " correlate "
               << correlate << " clamp " << clamp);
  const int64_t radius = taps / 2, ld = n + 1;
  GuardedBuffer<float> w(randomFloats(extent(n, ld), 5));
  GuardedBuffer<float> g(randomFloats(extent(n, n), 6));
  GuardedBuffer<float> s(randomFloats(size_t(kRows * taps), 7));
  GuardedBuffer<float> out(g.size()), ds(s.size()), dw(w.size());
  t.vl_shift(kRows, n, taps, w.data(), ld, s.data(), taps, out.data(), n,
             correlate, clamp);
  t.vl_shift_taps(kRows, n, taps, g.data(), n, w.data(), ld, ds.data(), taps,
                  correlate, clamp);
  t.vl_shift_transpose(kRows, n, taps, g.data(), n, s.data(), taps, dw.data(),
                       ld, correlate, clamp);
  EXPECT_TRUE(out.guards() && ds.guards() && dw.guards());
  const double tolerance = 2e-7 * double(n + taps);
  for (int64_t r = 0; r < kRows; ++r) {
    std::vector<double> exactOut(size_t(n), 0), exactDw(size_t(n), 0),
        exactDs(size_t(taps), 0);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = -radius; j <= radius; ++j) {
        const int64_t k = bound(correlate ? i + j : i - j, n, clamp);
        const double wk = w[size_t(r * ld + k)], gi = g[size_t(r * n + i)];
        const double sj = s[size_t(r * taps + j + radius)];
        exactOut[size_t(i)] += wk * sj;
        exactDs[size_t(j + radius)] += gi * wk;
        exactDw[size_t(k)] += gi * sj;
      }
    for (int64_t i = 0; i < n; ++i) {
      EXPECT_NEAR(out[size_t(r * n + i)], exactOut[size_t(i)], tolerance);
      EXPECT_NEAR(dw[size_t(r * ld + i)], exactDw[size_t(i)], tolerance);
    }
    for (int64_t j = 0; j < taps; ++j)
      EXPECT_NEAR(ds[size_t(r * taps + j)], exactDs[size_t(j)], tolerance);
  }
}

TEST(DeviceShift, AgreesWithItsDefinition) {
  forLengths([](const KernelTable &t, int64_t n) {
    // n = 0 has no index to bound.
    for (int64_t taps : {1, 3, 5, 9})
      for (int flags = 0; n > 0 && flags < 4; ++flags)
        checkShift(t, n, taps, flags & 1, flags & 2);
  });
}

TEST(DeviceShift, OfNothing) {
  for (const KernelTable *t : kernelTables()) {
    const float s[] = {1, 2, 3};
    float ds[] = {7, 7, 7}, none[1] = {};
    t->vl_shift(1, 0, 3, none, 0, s, 3, none, 0, 0, 1);
    t->vl_shift_transpose(1, 0, 3, none, 0, s, 3, none, 0, 0, 1);
    t->vl_shift_taps(1, 0, 3, none, 0, none, 0, ds, 3, 0, 0);
    for (float value : ds)
      EXPECT_EQ(value, 0) << "an empty sum";
  }
}

} // namespace
