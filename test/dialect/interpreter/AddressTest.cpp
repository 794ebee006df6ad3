//===- test/dialect/interpreter/AddressTest.cpp - addressing --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cmath>

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

/// The cosine of rows `a` and `b` as the paper writes it, with epsilon.
double cosineOf(const double *a, const double *b, int64_t n, double epsilon) {
  double ab = 0, aa = epsilon, bb = epsilon;
  for (int64_t i = 0; i < n; ++i) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / (std::sqrt(aa) * std::sqrt(bb));
}

/// `exp(s_i) / Σ exp(s_j)`, which is safe for the small scores used here.
void normalise(double *scores, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i)
    sum += std::exp(scores[i]);
  for (int64_t i = 0; i < n; ++i)
    scores[i] = std::exp(scores[i]) / sum;
}

TEST(ContentAddress, IsTheSoftmaxOfCosines) {
  const Array key = wave({2, 4}, 0.3), memory = wave({2, 5, 4}, 1.1),
              strength = Array::ofFloats({2, 1}, {1.5, 3.0});
  const Array w = result(R"(
    func.func @main(%k: tensor<2x4xf32>, %m: tensor<2x5x4xf32>,
                    %b: tensor<2x1xf32>) -> tensor<2x5xf32> {
      %w = vellum.content_address %k in %m strength %b
      return %w : tensor<2x5xf32>
    })",
                         {key, memory, strength});
  Array expected = Array::zeros({2, 5});
  for (int64_t b = 0; b < 2; ++b) {
    for (int64_t i = 0; i < 5; ++i)
      expected.row(b)[i] = strength.floats[b] *
                           cosineOf(key.row(b), memory.row(b * 5 + i), 4, 1e-6);
    normalise(expected.row(b), 5);
  }
  expectNear(w, expected);
}

TEST(ContentAddress, TreatsHeadsAlike) {
  const Array keys = wave({2, 3, 4}, 0.2), memory = wave({2, 5, 4}, 1.0),
              strengths = positive({2, 3, 1}, 0.4);
  const Array all = result(R"(
    func.func @main(%k: tensor<?x3x4xf32>, %m: tensor<?x5x4xf32>,
                    %b: tensor<?x3x1xf32>) -> tensor<?x3x5xf32> {
      %w = vellum.content_address %k in %m strength %b similarity dot
      return %w : tensor<?x3x5xf32>
    })",
                           {keys, memory, strengths});
  for (int64_t h = 0; h < 3; ++h) {
    const Array one = result(
        R"(
      func.func @main(%k: tensor<2x4xf32>, %m: tensor<2x5x4xf32>,
                      %b: tensor<2x1xf32>) -> tensor<2x5xf32> {
        %w = vellum.content_address %k in %m strength %b similarity dot
        return %w : tensor<2x5xf32>
      })",
        {reshaped(slice(keys, 1, h, 1), {2, 4}), memory,
         reshaped(slice(strengths, 1, h, 1), {2, 1})});
    expectNear(reshaped(slice(all, 1, h, 1), {2, 5}), one);
  }
}

TEST(ContentAddress, IsEvenForAMemoryOfZeros) {
  const Array w = result(R"(
    func.func @main(%k: tensor<1x3xf32>, %m: tensor<1x4x3xf32>,
                    %b: tensor<1x1xf32>) -> tensor<1x4xf32> {
      %w = vellum.content_address %k in %m strength %b
      return %w : tensor<1x4xf32>
    })",
                         {Array::zeros({1, 3}), Array::zeros({1, 4, 3}),
                          Array::ofFloats({1, 1}, {50.0})});
  expectFloats(w, {1, 4}, {0.25, 0.25, 0.25, 0.25});
}

TEST(ContentAddress, ReportsWidthsThatDiffer) {
  const std::string message =
      errors(R"(
    func.func @main(%k: tensor<2x?xf32>, %m: tensor<2x8x?xf32>,
                    %b: tensor<2x1xf32>) -> tensor<2x8xf32> {
      %w = vellum.content_address %k in %m strength %b
      return %w : tensor<2x8xf32>
    })",
             {wave({2, 16}, 0), wave({2, 8, 20}, 0), wave({2, 1}, 0)});
  EXPECT_EQ(message.substr(0, 3), "4: ");
  EXPECT_NE(message.find("16"), std::string::npos) << message;
  EXPECT_NE(message.find("20"), std::string::npos) << message;
}

TEST(InterpolateAddress, GatesBetweenWeightings) {
  const Array w = result(R"(
    func.func @main(%w: tensor<2x3xf32>, %p: tensor<2x3xf32>,
                    %g: tensor<2x1xf32>) -> tensor<2x3xf32> {
      %r = vellum.interpolate_address %w with %p gate %g
      return %r : tensor<2x3xf32>
    })",
                         {Array::ofFloats({2, 3}, {1, 0, 0, 0.5, 0.5, 0}),
                          Array::ofFloats({2, 3}, {0, 1, 0, 0, 0, 1}),
                          Array::ofFloats({2, 1}, {0.25, 1.0})});
  expectFloats(w, {2, 3}, {0.25, 0.75, 0, 0.5, 0.5, 0});
}

/// `shift_address` of one row with the given attributes.
Array shiftOf(llvm::StringRef attributes, llvm::ArrayRef<double> w,
              llvm::ArrayRef<double> taps) {
  const int64_t n = w.size(), k = taps.size();
  const std::string row = "tensor<1x" + std::to_string(n) + "xf32>",
                    tap = "tensor<1x" + std::to_string(k) + "xf32>";
  return result("func.func @main(%w: " + row + ", %s: " + tap + ") -> " + row +
                    " {\n%r = vellum.shift_address %w by %s " +
                    attributes.str() + "\nreturn %r : " + row + "\n}",
                {Array::ofFloats({1, n}, w), Array::ofFloats({1, k}, taps)});
}

TEST(ShiftAddress, IsACircularConvolution) {
  // The last tap stands for a shift by +1: weight moves to the next location.
  expectFloats(shiftOf("", {1, 2, 3, 4}, {0, 0, 1}), {1, 4}, {4, 1, 2, 3});
  expectFloats(shiftOf("", {1, 2, 3, 4}, {1, 0, 0}), {1, 4}, {2, 3, 4, 1});
  expectFloats(shiftOf("", {1, 2, 3, 4}, {0.1, 0.7, 0.2}), {1, 4},
               {0.1 * 2 + 0.7 * 1 + 0.2 * 4, 0.1 * 3 + 0.7 * 2 + 0.2 * 1,
                0.1 * 4 + 0.7 * 3 + 0.2 * 2, 0.1 * 1 + 0.7 * 4 + 0.2 * 3});
}

TEST(ShiftAddress, CorrelatesAndClamps) {
  expectFloats(shiftOf("correlate", {1, 2, 3, 4}, {0, 0, 1}), {1, 4},
               {2, 3, 4, 1});
  expectFloats(shiftOf("clamp", {1, 2, 3, 4}, {0, 0, 1}), {1, 4}, {1, 1, 2, 3});
  expectFloats(shiftOf("correlate clamp", {1, 2, 3, 4}, {0, 0, 1}), {1, 4},
               {2, 3, 4, 4});
}

TEST(ShiftAddress, WrapsMoreThanOnce) {
  // Shifts by -3 … 3 of two locations.
  expectFloats(shiftOf("", {1, 10}, {1, 0, 0, 0, 0, 0, 0}), {1, 2}, {10, 1});
  expectFloats(shiftOf("", {1, 10}, {0, 0, 0, 0, 0, 1, 0}), {1, 2}, {1, 10});
  expectFloats(shiftOf("", {5}, {0.25, 0.5, 0.25}), {1, 1}, {5});
}

/// The inner product of two arrays.
double inner(const Array &a, const Array &b) {
  double sum = 0;
  for (int64_t i = 0; i < a.size(); ++i)
    sum += a.floats[i] * b.floats[i];
  return sum;
}

class ShiftAdjoint : public testing::TestWithParam<const char *> {};

/// `⟨g, shift(w, s)⟩ = ⟨transpose(g, s), w⟩ = ⟨taps(g, w), s⟩`.
TEST_P(ShiftAdjoint, MovesAcrossTheInnerProduct) {
  const std::string attributes = GetParam();
  const Array g = wave({2, 3, 6}, 0.1), w = wave({2, 3, 6}, 0.5),
              s = wave({2, 3, 5}, 0.9);
  const auto all = results(
      R"(
    func.func @main(%g: tensor<2x3x6xf32>, %w: tensor<2x3x6xf32>,
                    %s: tensor<2x3x5xf32>)
        -> (tensor<2x3x6xf32>, tensor<2x3x6xf32>, tensor<2x3x5xf32>) {
      %a = vellum.shift_address %w by %s )" +
          attributes + R"(
      %b = vellum.shift_address_transpose %g by %s )" +
          attributes + R"(
      %c = vellum.shift_address_taps %g, %w taps 5 )" +
          attributes + R"(
      return %a, %b, %c
        : tensor<2x3x6xf32>, tensor<2x3x6xf32>, tensor<2x3x5xf32>
    })",
      {g, w, s});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_NEAR(inner(all[1], w), inner(g, all[0]), 1e-12);
  EXPECT_NEAR(inner(all[2], s), inner(g, all[0]), 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Attributes, ShiftAdjoint,
                         testing::Values("", "correlate", "clamp",
                                         "correlate clamp"));

TEST(SharpenAddress, RaisesAndNormalises) {
  const Array w = result(R"(
    func.func @main(%w: tensor<1x3xf32>, %p: tensor<1x1xf32>)
        -> tensor<1x3xf32> {
      %r = vellum.sharpen_address %w power %p
      return %r : tensor<1x3xf32>
    })",
                         {Array::ofFloats({1, 3}, {0.2, 0.3, 0.5}),
                          Array::ofFloats({1, 1}, {2.0})});
  // 0.04, 0.09 and 0.25 of 0.38; epsilon 1e-8 moves them by some 1e-8.
  expectFloats(w, {1, 3}, {0.04 / 0.38, 0.09 / 0.38, 0.25 / 0.38}, 1e-7);
}

TEST(SharpenAddress, IsFiniteForZeros) {
  const Array w = result(R"(
    func.func @main(%w: tensor<2x4xf32>, %p: tensor<2x1xf32>)
        -> tensor<2x4xf32> {
      %r = vellum.sharpen_address %w power %p
      return %r : tensor<2x4xf32>
    })",
                         {Array::ofFloats({2, 4}, {1, 0, 0, 0, 0, 0, 0, 0}),
                          Array::ofFloats({2, 1}, {100.0, 7.0})});
  expectFloats(w, {2, 4}, {1, 0, 0, 0, 0.25, 0.25, 0.25, 0.25});
}

TEST(Address, ChainsTheFourSteps) {
  const llvm::SmallVector<Array> arguments = {
      wave({2, 4}, 0.3),       wave({2, 5, 4}, 1.1),
      positive({2, 1}, 0.2),   positive({2, 1}, 1.3),
      weightings({2, 3}, 0.8), Array::ofFloats({2, 1}, {1.5, 4.0}),
      weightings({2, 5}, 2.0)};
  const auto both = results(R"(
    func.func @main(%k: tensor<2x4xf32>, %m: tensor<2x5x4xf32>,
                    %b: tensor<2x1xf32>, %g: tensor<2x1xf32>,
                    %s: tensor<2x3xf32>, %y: tensor<2x1xf32>,
                    %w0: tensor<2x5xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>) {
      %w = vellum.address %k in %m strength %b gate %g shift %s power %y from %w0
      %wc = vellum.content_address %k in %m strength %b
      %wg = vellum.interpolate_address %wc with %w0 gate %g
      %ws = vellum.shift_address %wg by %s
      %v = vellum.sharpen_address %ws power %y
      return %w, %v : tensor<2x5xf32>, tensor<2x5xf32>
    })",
                            arguments);
  ASSERT_EQ(both.size(), 2u);
  expectNear(both[0], both[1]);
}

} // namespace
