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

/// Expects a function of every target within `limit` ulp of `exact` at all of
/// `x`.
void expectUlps(const char *name, UnaryMap KernelTable::*map,
                const std::vector<float> &x, double limit,
                double (*exact)(double)) {
  std::vector<double> wanted(x.size());
  for (size_t i = 0; i < x.size(); ++i)
    wanted[i] = exact(static_cast<double>(x[i]));
  for (const KernelTable *table : kernelTables()) {
    std::vector<float> y(x.size());
    (table->*map)(table->lanes, static_cast<int64_t>(x.size()), x.data(),
                  y.data());
    double worst = 0;
    float at = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double ulps = ulpError(y[i], wanted[i]);
      if (ulps > worst) {
        worst = ulps;
        at = x[i];
      }
    }
    EXPECT_LE(worst, limit) << table->target << " " << name << "(" << at << ")";
    ::testing::Test::RecordProperty(std::string(name) + "_" + table->target,
                                    std::to_string(worst));
  }
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
}

/// The limits that the headers promise.
void expectAccurate(const std::vector<float> &x) {
  const struct {
    const char *name;
    UnaryMap KernelTable::*map;
    double limit;
    double (*exact)(double);
  } functions[] = {
      {"exp", &KernelTable::exp, 1.5, std::exp},
      {"log", &KernelTable::log, 1.5, std::log},
      {"rsqrt", &KernelTable::rsqrt, 2,
       [](double v) { return 1 / std::sqrt(v); }},
      {"tanh", &KernelTable::tanh, 3.3, std::tanh},
      {"sigmoid", &KernelTable::sigmoid, 3, sigmoid},
      {"log1p", &KernelTable::log1p, 3, std::log1p},
      {"expm1", &KernelTable::expm1, 3, std::expm1},
      {"softplus", &KernelTable::softplus, 3, softplus},
      {"exp2", &KernelTable::exp2, 0.52, std::exp2},
      {"log2", &KernelTable::log2, 0.52, std::log2},
      {"log10", &KernelTable::log10, 0.52, std::log10},
      {"cbrt", &KernelTable::cbrt, 0.52, std::cbrt},
      {"sin", &KernelTable::sin, 0.52, std::sin},
      {"cos", &KernelTable::cos, 0.52, std::cos},
      {"tan", &KernelTable::tan, 0.52, std::tan},
      {"asin", &KernelTable::asin, 0.52, std::asin},
      {"acos", &KernelTable::acos, 0.52, std::acos},
      {"atan", &KernelTable::atan, 0.52, std::atan},
      {"sinh", &KernelTable::sinh, 0.52, std::sinh},
      {"cosh", &KernelTable::cosh, 0.52, std::cosh},
      {"asinh", &KernelTable::asinh, 0.52, std::asinh},
      {"acosh", &KernelTable::acosh, 0.52, std::acosh},
      {"atanh", &KernelTable::atanh, 0.52, std::atanh},
      {"erf", &KernelTable::erf, 0.52, std::erf},
      {"erfc", &KernelTable::erfc, 0.52, std::erfc},
  };
  for (const auto &f : functions)
    expectUlps(f.name, f.map, x, f.limit, f.exact);
}

TEST(DeviceMath, OwnFunctionsOverTheWholeRange) {
  expectAccurate(sampledFloats());
}

TEST(DeviceMath, OwnFunctionsWhereTheyAreUsed) {
  expectAccurate(range(-20, 20, 1 << 16));
  expectAccurate(range(0.5f, 2, 1 << 16));
}

TEST(DeviceMath, OwnFunctionsWhereTheirPiecesMeet) {
  std::vector<float> x;
  const auto around = [&](double centre) {
    for (int i = -8; i < 8; ++i)
      x.push_back(fromBits(bitsOf(float(centre)) + uint32_t(i)));
  };
  // Multiples of pi / 4, huge ones too, and where their reduction changes.
  for (double n = 1; n < 0x1p126; n = n < 64 ? n + 1 : n * 1.7)
    around(std::floor(n) * M_PI_4);
  around(0x1p20);
  // Where series and formulas meet.
  for (double centre : {0x1p-8, -0x1p-8, 0.5, -1.0, 3.0, 11.0, 9.2, 10.05})
    around(centre);
  // Odd halves of ln 2, where the rounded exponent steps.
  for (int n = -303; n < 258; n += 2)
    around(n * 0.5 * std::log(2.0));
  for (int e = -149; e <= 127; ++e)
    for (double m : {1.0, 1.5})
      around(std::ldexp(m, e));
  expectAccurate(x);
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
      {&KernelTable::sin, -0.0f, -0.0f},
      {&KernelTable::tan, -0.0f, -0.0f},
      {&KernelTable::tan, kInf, kNaN},
      {&KernelTable::exp2, 3, 8},
      {&KernelTable::exp2, -126, 0x1p-126f},
      {&KernelTable::exp2, 128, kInf},
      {&KernelTable::exp2, -kInf, 0},
      {&KernelTable::exp2, kNaN, kNaN},
      {&KernelTable::log2, 0x1p-149f, -149},
      {&KernelTable::log2, 0, -kInf},
      {&KernelTable::log2, -1, kNaN},
      {&KernelTable::log10, 1000, 3},
      {&KernelTable::log10, kInf, kInf},
      {&KernelTable::cbrt, 27, 3},
      {&KernelTable::cbrt, -0.125f, -0.5f},
      {&KernelTable::cbrt, -0.0f, -0.0f},
      {&KernelTable::cbrt, -kInf, -kInf},
      {&KernelTable::cbrt, kNaN, kNaN},
      {&KernelTable::asin, -0.0f, -0.0f},
      {&KernelTable::asin, 1, float(M_PI_2)},
      {&KernelTable::asin, -1, float(-M_PI_2)},
      {&KernelTable::asin, 1.0000001f, kNaN},
      {&KernelTable::acos, 1, 0},
      {&KernelTable::acos, -1, float(M_PI)},
      {&KernelTable::acos, kInf, kNaN},
      {&KernelTable::atan, -kInf, float(-M_PI_2)},
      {&KernelTable::atan, -0.0f, -0.0f},
      {&KernelTable::atan, kNaN, kNaN},
      {&KernelTable::sinh, -0.0f, -0.0f},
      {&KernelTable::sinh, -kInf, -kInf},
      {&KernelTable::cosh, 0, 1},
      {&KernelTable::cosh, -kInf, kInf},
      {&KernelTable::cosh, kNaN, kNaN},
      {&KernelTable::asinh, -0.0f, -0.0f},
      {&KernelTable::asinh, -kInf, -kInf},
      {&KernelTable::acosh, 1, 0},
      {&KernelTable::acosh, 0.99999994f, kNaN},
      {&KernelTable::acosh, -kInf, kNaN},
      {&KernelTable::acosh, kInf, kInf},
      {&KernelTable::atanh, -0.0f, -0.0f},
      {&KernelTable::atanh, 1, kInf},
      {&KernelTable::atanh, -1, -kInf},
      {&KernelTable::atanh, -1.0000001f, kNaN},
      {&KernelTable::erf, -0.0f, -0.0f},
      {&KernelTable::erf, -kInf, -1},
      {&KernelTable::erf, kNaN, kNaN},
      {&KernelTable::erfc, kInf, 0},
      {&KernelTable::erfc, -kInf, 2},
      {&KernelTable::erfc, 0, 1},
      {&KernelTable::erfc, kNaN, kNaN},
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

/// Pairs of special numbers, and of ordinary ones.
struct Pairs {
  std::vector<float> x, y;

  Pairs() {
    const float special[] = {0,    -0.0f,    1,     -1,    2,     -2,
                             0.5f, -0.5f,    3,     -3,    kInf,  -kInf,
                             kNaN, 1e-40f,   1e38f, 2.5f,  1e-3f, 100,
                             -100, 16777216, 1e10f, -1e10f};
    for (float a : special)
      for (float b : special)
        add(a, b);
    for (int i = 0; i < 4000; ++i)
      add(float(i % 100 + 1) * 0.07f, float(i / 100 - 20) * 0.83f);
    x.resize(x.size() / 16 * 16);
    y.resize(x.size());
  }
  void add(float a, float b) {
    x.push_back(a);
    y.push_back(b);
  }
};

void expectClose(const char *name, BinaryMap KernelTable::*map, double limit,
                 double (*exact)(double, double)) {
  const Pairs pairs;
  for (const KernelTable *t : kernelTables()) {
    std::vector<float> z(pairs.x.size());
    (t->*map)(t->lanes, static_cast<int64_t>(z.size()), pairs.x.data(),
              pairs.y.data(), z.data());
    for (size_t i = 0; i < z.size(); ++i) {
      const double wanted = exact(pairs.x[i], pairs.y[i]);
      EXPECT_LE(ulpError(z[i], wanted), limit)
          << t->target << " " << name << "(" << pairs.x[i] << ", " << pairs.y[i]
          << ") = " << z[i];
      if (!std::isnan(wanted))
        EXPECT_EQ(std::signbit(z[i]), std::signbit(wanted))
            << t->target << " " << name << "(" << pairs.x[i] << ", "
            << pairs.y[i] << ")";
    }
  }
}

TEST(DeviceMath, Pow) { expectClose("pow", &KernelTable::pow, 0.52, std::pow); }

TEST(DeviceMath, ArcTangentOfTwo) {
  expectClose("atan2", &KernelTable::atan2, 0.52, std::atan2);
}

TEST(DeviceMath, PowerOfAnInteger) {
  constexpr int32_t kLeast = std::numeric_limits<int32_t>::min();
  std::vector<float> x, bits;
  std::vector<int32_t> powers;
  for (float base : {0.0f, -0.0f, 1.0f, -1.0f, 2.0f, -2.0f, 0.5f, 3.7f, -3.7f,
                     kInf, -kInf, kNaN, 1e-40f, 1e38f, 1.0000001f, 0.99999994f})
    for (int32_t n : {0, 1, -1, 2, -2, 3, 7, -11, 100, 127, -127, 16777217,
                      1 << 30, kLeast, kLeast + 1, ~kLeast}) {
      x.push_back(base);
      powers.push_back(n);
      bits.push_back(fromBits(uint32_t(n)));
    }
  for (const KernelTable *t : kernelTables()) {
    std::vector<float> z(x.size());
    t->powi(t->lanes, static_cast<int64_t>(x.size()), x.data(), bits.data(),
            z.data());
    for (size_t i = 0; i < x.size(); ++i) {
      const double wanted = std::pow(double(x[i]), double(powers[i]));
      EXPECT_LE(ulpError(z[i], wanted), 0.52)
          << t->target << " " << x[i] << "^" << powers[i] << " = " << z[i];
      if (!std::isnan(wanted))
        EXPECT_EQ(std::signbit(z[i]), std::signbit(wanted))
            << t->target << " " << x[i] << "^" << powers[i];
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
