//===- test/dialect/interpreter/ModuleTest.cpp - use, random, expect ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <algorithm>
#include <cmath>

#include "runtime/Philox.h"
#include "test/dialect/interpreter/Program.h"

using namespace vellum;
using namespace vellum::interpreter;

namespace {

TEST(Use, ReadsAParameter) {
  const char *program = R"(
    vellum.parameter @w : tensor<2xf32> = zeros
    func.func @main() -> tensor<2xf32> {
      %w = vellum.use @w
      return %w : tensor<2xf32>
    })";
  Options options;
  options.parameters["w"] = Array::ofFloats({2}, {1, 2});
  expectFloats(result(program, {}, options), {2}, {1, 2});
  options.parameters["w"] = Array::ofFloats({3}, {1, 2, 3});
  EXPECT_EQ(
      errors(program, {}, options),
      "4: 'vellum.use' op result must be a 'tensor<2xf32>', but got floats "
      "of shape 3\n");
  EXPECT_EQ(errors(program, {}),
            "4: 'vellum.use' op reads parameter 'w', which has been given no "
            "value\n");
}

TEST(Random, DrawsFromPhilox) {
  const auto all = results(R"(
    func.func @main(%k: i64, %n: index)
        -> (tensor<?x3xi32>, tensor<2x?xf32>, tensor<7xf32>, tensor<7xf32>) {
      %b = vellum.random bits %k (%n) : tensor<?x3xi32>
      %u = vellum.random uniform %k stream 5 (%n) : tensor<2x?xf32>
      %z = vellum.random normal %k : tensor<7xf32>
      %y = vellum.random normal %k stream 1 : tensor<7xf32>
      return %b, %u, %z, %y
        : tensor<?x3xi32>, tensor<2x?xf32>, tensor<7xf32>, tensor<7xf32>
    })",
                           {Array::integer(-77), Array::integer(3)});
  ASSERT_EQ(all.size(), 4u);
  const uint64_t key = uint64_t(int64_t(-77));
  Array bits = Array::zeros({3, 3}, Kind::Integer), u = Array::zeros({2, 3}),
        z = Array::zeros({7}), y = z;
  for (int64_t i = 0; i < 9; ++i)
    bits.integers[i] = int32_t(philoxBits(key, 0, i));
  for (int64_t i = 0; i < 6; ++i)
    u.floats[i] = philoxUniform(key, 5, i);
  for (int64_t i = 0; i < 7; ++i) {
    z.floats[i] = philoxNormal(key, 0, i);
    y.floats[i] = philoxNormal(key, 1, i);
  }
  expectNear(all[0], bits);
  expectNear(all[1], u, 0);
  expectNear(all[2], z, 0);
  expectNear(all[3], y, 0);
}

TEST(Random, PermutesEachRow) {
  const Array p = result(R"(
    func.func @main(%k: i64) -> tensor<4x9xi32> {
      %p = vellum.random permutation %k : tensor<4x9xi32>
      return %p : tensor<4x9xi32>
    })",
                         {Array::integer(3)});
  ASSERT_EQ(p.size(), 36);
  llvm::SmallVector<llvm::SmallVector<int64_t>> rows;
  for (int64_t row = 0; row < 4; ++row) {
    auto &numbers = rows.emplace_back(p.integers.begin() + 9 * row,
                                      p.integers.begin() + 9 * (row + 1));
    std::sort(numbers.begin(), numbers.end());
    for (int64_t i = 0; i < 9; ++i)
      EXPECT_EQ(numbers[i], i);
  }
  EXPECT_NE(llvm::ArrayRef(p.integers).take_front(9),
            llvm::ArrayRef(p.integers).take_back(9));
}

/// A program with one expectation.
std::string expectation(llvm::StringRef type, llvm::StringRef clauses) {
  return ("func.func @main(%a: " + type + ", %b: " + type + ") -> " + type +
          " {\nvellum.expect_close %a, %b " + clauses +
          "\nreturn %a : " + type + "\n}")
      .str();
}

TEST(ExpectClose, AcceptsWhatIsClose) {
  const std::string program = expectation("tensor<4xf32>", "atol 0.1 rtol 0.5");
  EXPECT_TRUE(run(program, {Array::ofFloats({4}, {0.1, -3, INFINITY, 0}),
                            Array::ofFloats({4}, {0, -2, INFINITY, -0.0})})
                  .succeeded);
  EXPECT_TRUE(run(expectation("tensor<1xf32>", "atol 0 rtol 0 nan_equal"),
                  {Array::ofFloats({1}, {NAN}), Array::ofFloats({1}, {NAN})})
                  .succeeded);
}

TEST(ExpectClose, ReportsTheFirstThatIsNot) {
  EXPECT_EQ(errors(expectation("tensor<2x2xf32>", "atol 0.1 rtol 0"),
                   {Array::ofFloats({2, 2}, {1, 2, 3.25, 5}),
                    Array::ofFloats({2, 2}, {1, 2, 3, 4})}),
            "2: 'vellum.expect_close' op expected 3 at [1, 0], but got 3.25\n");
  EXPECT_EQ(
      errors(expectation("tensor<2xi32>", "atol 0 rtol 0"),
             {Array::ofIntegers({2}, {1, 2}), Array::ofIntegers({2}, {1, 3})}),
      "2: 'vellum.expect_close' op expected 3 at [1], but got 2\n");
  const std::string one = expectation("tensor<1xf32>", "atol 1 rtol 1");
  EXPECT_NE(
      errors(one, {Array::ofFloats({1}, {NAN}), Array::ofFloats({1}, {NAN})}),
      "");
  EXPECT_NE(errors(one, {Array::ofFloats({1}, {INFINITY}),
                         Array::ofFloats({1}, {1})}),
            "");
}

TEST(ExpectClose, LetsTheProgramRunOn) {
  const std::string message = errors(R"(
    func.func @main(%a: tensor<1xf32>, %b: tensor<1xf32>) -> tensor<1xf32> {
      vellum.expect_close %a, %b atol 0 rtol 0
      vellum.expect_close %b, %a atol 0 rtol 0
      return %a : tensor<1xf32>
    })",
                                     {wave({1}, 0), wave({1}, 1)});
  EXPECT_EQ(message.substr(0, 3), "3: ");
  EXPECT_NE(message.find("\n4: "), std::string::npos) << message;
}

} // namespace
