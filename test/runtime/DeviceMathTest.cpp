//===- test/runtime/DeviceMathTest.cpp - elementwise functions ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/runtime/KernelTable.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

using namespace vellum;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

uint32_t bitsOf(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

float fromBits(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// |got - exact| in units of the last place of the exact value, denormals
/// included; 0 where both are the same special value.
double ulpError(float got, double exact) {
  const float rounded = static_cast<float>(exact);
  if (std::isnan(exact) || std::isnan(got))
    return std::isnan(exact) && std::isnan(got) ? 0 : 1e30;
  if (std::isinf(rounded) || std::isinf(got))
    return rounded == got ? 0 : 1e30;
  const int exponent = std::max(std::ilogb(std::fabs(exact) + 1e-300), -126);
  return std::fabs(got - exact) / std::ldexp(1.0, exponent - 23);
}

/// Every 1009th float, whole vectors of them.
const std::vector<float> &sampledFloats() {
  static const std::vector<float> floats = [] {
    std::vector<float> list;
    for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 1009)
      list.push_back(fromBits(static_cast<uint32_t>(bits)));
    list.resize(list.size() / 16 * 16);
    return list;
  }();
  return floats;
}

std::vector<float> range(float low, float high, int count) {
  std::vector<float> list(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i)
    list[static_cast<size_t>(i)] = low + (high - low) * float(i) / float(count);
  return list;
}

/// Expects `map` within `limit` ulp of `exact` at all of `x`.
template <class Exact>
void expectUlps(const KernelTable &table, const char *name, UnaryMap map,
                const std::vector<float> &x, double limit, Exact exact) {
  std::vector<float> y(x.size());
  map(table.lanes, static_cast<int64_t>(x.size()), x.data(), y.data());
  double worst = 0;
  float at = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double ulps = ulpError(y[i], exact(static_cast<double>(x[i])));
    if (ulps > worst) {
      worst = ulps;
      at = x[i];
    }
  }
  EXPECT_LE(worst, limit) << table.target << " " << name << "(" << at << ")";
  ::testing::Test::RecordProperty(std::string(name) + "_" + table.target,
                                  std::to_string(worst));
}

/// The limits that Math-inl.h promises.
void expectAccurate(const KernelTable &t, const std::vector<float> &x) {
  expectUlps(t, "exp", t.exp, x, 1.5, [](double v) { return std::exp(v); });
  expectUlps(t, "log", t.log, x, 1.5, [](double v) { return std::log(v); });
  expectUlps(t, "rsqrt", t.rsqrt, x, 2,
             [](double v) { return 1 / std::sqrt(v); });
  expectUlps(t, "tanh", t.tanh, x, 3, [](double v) { return std::tanh(v); });
  expectUlps(t, "sigmoid", t.sigmoid, x, 3,
             [](double v) { return 1 / (1 + std::exp(-v)); });
  expectUlps(t, "log1p", t.log1p, x, 3, [](double v) { return std::log1p(v); });
  expectUlps(t, "expm1", t.expm1, x, 3, [](double v) { return std::expm1(v); });
  expectUlps(t, "softplus", t.softplus, x, 3, [](double v) {
    return std::max(v, 0.0) + std::log1p(std::exp(-std::fabs(v)));
  });
}

TEST(DeviceMath, OwnFunctionsOverTheWholeRange) {
  for (const KernelTable *t : kernelTables())
    expectAccurate(*t, sampledFloats());
}

TEST(DeviceMath, OwnFunctionsWhereTheyAreUsed) {
  for (const KernelTable *t : kernelTables()) {
    expectAccurate(*t, range(-20, 20, 1 << 16));
    expectAccurate(*t, range(0.5f, 2, 1 << 16));
  }
}

TEST(DeviceMath, OwnFunctionsWhereTheirPiecesMeet) {
  std::vector<float> x;
  const auto around = [&](double centre) {
    for (int i = -8; i < 8; ++i)
      x.push_back(fromBits(bitsOf(float(centre)) + uint32_t(i)));
  };
  // Odd halves of ln 2, where the rounded exponent steps.
  for (int n = -303; n < 258; n += 2)
    around(n * 0.5 * std::log(2.0));
  for (int e = -149; e <= 127; ++e)
    for (double m : {1.0, 1.5})
      around(std::ldexp(m, e));
  for (const KernelTable *t : kernelTables())
    expectAccurate(*t, x);
}

TEST(DeviceMath, SineAndCosine) {
  for (const KernelTable *t : kernelTables())
    for (float limit : {4.0f, 1000.0f, 39000.0f}) {
      const auto x = range(-limit, limit, 1 << 14);
      std::vector<float> s(x.size()), c(x.size());
      t->sin(t->lanes, static_cast<int64_t>(x.size()), x.data(), s.data());
      t->cos(t->lanes, static_cast<int64_t>(x.size()), x.data(), c.data());
      for (size_t i = 0; i < x.size(); ++i) {
        // Near a zero the error is that of the argument's reduction.
        EXPECT_NEAR(s[i], std::sin(double(x[i])), 3e-7) << x[i];
        EXPECT_NEAR(c[i], std::cos(double(x[i])), 3e-7) << x[i];
      }
    }
}

TEST(DeviceMath, SineStaysInRange) {
  for (const KernelTable *t : kernelTables()) {
    const auto &x = sampledFloats();
    std::vector<float> y(x.size());
    for (UnaryMap map : {t->sin, t->cos}) {
      map(t->lanes, static_cast<int64_t>(x.size()), x.data(), y.data());
      for (size_t i = 0; i < x.size(); ++i)
        ASSERT_TRUE(std::isfinite(x[i]) ? std::fabs(y[i]) <= 1
                                        : std::isnan(y[i]))
            << t->target << " " << x[i] << " " << y[i];
    }
  }
}

TEST(DeviceMath, SpecialValues) {
  const struct {
    UnaryMap KernelTable::*map;
    float x, y;
  } cases[] = {
      {&KernelTable::exp, kInf, kInf},
      {&KernelTable::exp, -kInf, 0},
      {&KernelTable::exp, 0, 1},
      {&KernelTable::exp, 88.8f, kInf},
      {&KernelTable::exp, -104, 0},
      {&KernelTable::exp, kNaN, kNaN},
      {&KernelTable::log, 0, -kInf},
      {&KernelTable::log, -0.0f, -kInf},
      {&KernelTable::log, -1, kNaN},
      {&KernelTable::log, -kInf, kNaN},
      {&KernelTable::log, kInf, kInf},
      {&KernelTable::log, 1, 0},
      {&KernelTable::log, kNaN, kNaN},
      {&KernelTable::log1p, -1, -kInf},
      {&KernelTable::log1p, kInf, kInf},
      {&KernelTable::log1p, -2, kNaN},
      {&KernelTable::log1p, -0.0f, -0.0f},
      {&KernelTable::expm1, -kInf, -1},
      {&KernelTable::expm1, kInf, kInf},
      {&KernelTable::expm1, -0.0f, -0.0f},
      {&KernelTable::tanh, kInf, 1},
      {&KernelTable::tanh, -kInf, -1},
      {&KernelTable::tanh, -0.0f, -0.0f},
      {&KernelTable::tanh, kNaN, kNaN},
      {&KernelTable::sigmoid, kInf, 1},
      {&KernelTable::sigmoid, -kInf, 0},
      {&KernelTable::sigmoid, 0, 0.5f},
      {&KernelTable::sigmoid, kNaN, kNaN},
      {&KernelTable::softplus, kInf, kInf},
      {&KernelTable::softplus, -kInf, 0},
      {&KernelTable::softplus, 100, 100},
      {&KernelTable::softplus, kNaN, kNaN},
      {&KernelTable::rsqrt, 0, kInf},
      {&KernelTable::rsqrt, -0.0f, -kInf},
      {&KernelTable::rsqrt, kInf, 0},
      {&KernelTable::rsqrt, -1, kNaN},
      {&KernelTable::rsqrt, kNaN, kNaN},
      {&KernelTable::rsqrt, 0.25f, 2},
      {&KernelTable::sin, kInf, kNaN},
      {&KernelTable::cos, -kInf, kNaN},
      {&KernelTable::sin, kNaN, kNaN},
      {&KernelTable::cos, 0, 1},
  };
  for (const KernelTable *t : kernelTables())
    for (const auto &c : cases) {
      float y = 0;
      (t->*c.map)(1, 1, &c.x, &y);
      if (std::isnan(c.y))
        EXPECT_TRUE(std::isnan(y)) << t->target << " " << &c - cases;
      else
        EXPECT_EQ(bitsOf(y), bitsOf(c.y)) << t->target << " " << &c - cases;
    }
}

TEST(DeviceMath, SigmoidIsPositiveWhereRepresentable) {
  for (const KernelTable *t : kernelTables()) {
    const float x = -103;
    float y;
    t->sigmoid(1, 1, &x, &y);
    EXPECT_GT(y, 0) << t->target;
  }
}

TEST(DeviceMath, Pow) {
  std::vector<float> x, y;
  const float special[] = {0,    -0.0f,    1,     -1,    2,     -2,
                           0.5f, -0.5f,    3,     -3,    kInf,  -kInf,
                           kNaN, 1e-40f,   1e38f, 2.5f,  1e-3f, 100,
                           -100, 16777216, 1e10f, -1e10f};
  for (float a : special)
    for (float b : special) {
      x.push_back(a);
      y.push_back(b);
    }
  for (int i = 0; i < 4000; ++i) {
    x.push_back(float(i % 100 + 1) * 0.07f);
    y.push_back(float(i / 100 - 20) * 0.83f);
  }
  x.resize(x.size() / 16 * 16);
  y.resize(x.size());
  for (const KernelTable *t : kernelTables()) {
    std::vector<float> z(x.size());
    t->pow(t->lanes, static_cast<int64_t>(x.size()), x.data(), y.data(),
           z.data());
    for (size_t i = 0; i < x.size(); ++i) {
      const double exact = std::pow(double(x[i]), double(y[i]));
      EXPECT_LE(ulpError(z[i], exact), 2)
          << t->target << " " << x[i] << "^" << y[i] << " = " << z[i];
      if (!std::isnan(exact))
        EXPECT_EQ(std::signbit(z[i]), std::signbit(exact))
            << t->target << " " << x[i] << "^" << y[i];
    }
  }
}

TEST(DeviceMath, BitsDoNotDependOnTheWidth) {
  std::vector<float> x;
  for (size_t i = 0; i < sampledFloats().size(); i += 37)
    x.push_back(sampledFloats()[i]);
  x.resize(x.size() / 16 * 16);
  const auto n = static_cast<int64_t>(x.size());
  for (const KernelTable *t : kernelTables()) {
    const auto check = [&](const char *name, auto run) {
      std::vector<float> scalar(x.size()), vector(x.size());
      run(1, scalar.data());
      for (int width : widthsOf(*t)) {
        run(width, vector.data());
        size_t differing = 0;
        for (size_t i = 0; i < x.size(); ++i)
          differing += bitsOf(scalar[i]) != bitsOf(vector[i]) &&
                       !(std::isnan(scalar[i]) && std::isnan(vector[i]));
        EXPECT_EQ(differing, 0u) << t->target << " " << name << " x" << width;
      }
    };
    const std::vector<float> y(x.rbegin(), x.rend());
#define VELLUM_UNARY(NAME)                                                     \
  check(#NAME,                                                                 \
        [&](int width, float *out) { t->NAME(width, n, x.data(), out); });
#define VELLUM_BINARY(NAME)                                                    \
  check(#NAME, [&](int width, float *out) {                                    \
    t->NAME(width, n, x.data(), y.data(), out);                                \
  });
#include "runtime/device/Kernels.def"
  }
}

} // namespace
