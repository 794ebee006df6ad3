//===- test/dialect/interpreter/ScanTest.cpp - time loops -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cmath>

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

/// `h' = h / 2 + x`, emitting `h'`; the body also sees `%scale` from outside.
std::string decay(llvm::StringRef before, llvm::StringRef after,
                  llvm::StringRef moreArguments = "") {
  return ("func.func @main(%xs: tensor<?x?xf32>, %h0: tensor<?xf32>, "
          "%half: tensor<?xf32>" +
          moreArguments + R"()
        -> (tensor<?xf32>, tensor<?x?xf32>) {
      %last, %hs = vellum.scan )" +
          before + R"( for %x in %xs carry %h = %h0 )" + after + R"( {
        %k = arith.mulf %h, %half : tensor<?xf32>
        %h1 = arith.addf %k, %x : tensor<?xf32>
        yield %h1 emit %h1
      }
      return %last, %hs : tensor<?xf32>, tensor<?x?xf32>
    })")
      .str();
}

class ScanSteps : public testing::TestWithParam<int64_t> {};

TEST_P(ScanSteps, RunsForward) {
  const int64_t steps = GetParam();
  const Array xs = wave({steps, 2}, 0.3), h0 = wave({2}, 0.9);
  const auto both =
      results(decay("", ""), {xs, h0, Array::ofFloats({2}, {0.5, 0.5})});
  ASSERT_EQ(both.size(), 2u);
  Array h = h0, hs = xs;
  for (int64_t t = 0; t < steps; ++t)
    for (int64_t i = 0; i < 2; ++i)
      hs.row(t)[i] = h.floats[i] = h.floats[i] / 2 + xs.row(t)[i];
  expectNear(both[0], h);
  expectNear(both[1], hs);
}

TEST_P(ScanSteps, RunsBackward) {
  const int64_t steps = GetParam();
  const Array xs = wave({steps, 2}, 0.3), h0 = wave({2}, 0.9);
  const auto both =
      results(decay("reverse", ""), {xs, h0, Array::ofFloats({2}, {0.5, 0.5})});
  ASSERT_EQ(both.size(), 2u);
  Array h = h0, hs = xs;
  for (int64_t t = steps - 1; t >= 0; --t)
    for (int64_t i = 0; i < 2; ++i)
      hs.row(t)[i] = h.floats[i] = h.floats[i] / 2 + xs.row(t)[i];
  expectNear(both[0], h);
  expectNear(both[1], hs);
}

/// Samples of lengths 0, 1, 2 and 5 in a batch of at most three steps.
TEST_P(ScanSteps, LetsFinishedSamplesStandStill) {
  const int64_t steps = GetParam();
  const int64_t lengths[] = {0, 1, 2, 5};
  const Array xs = wave({steps, 4}, 0.3), h0 = wave({4}, 0.9),
              half = Array::ofFloats({4}, {0.5, 0.5, 0.5, 0.5});
  for (bool reverse : {false, true}) {
    const auto both = results(
        decay(reverse ? "reverse" : "", "lengths %n", ", %n: tensor<?xi64>"),
        {xs, h0, half, Array::ofIntegers({4}, lengths)});
    ASSERT_EQ(both.size(), 2u);
    Array h = h0, hs = Array::zeros({steps, 4});
    for (int64_t k = 0; k < steps; ++k)
      for (int64_t i = 0; i < 4; ++i) {
        const int64_t t = reverse ? steps - 1 - k : k;
        if (t < lengths[i])
          hs.row(t)[i] = h.floats[i] = h.floats[i] / 2 + xs.row(t)[i];
      }
    expectNear(both[0], h);
    expectNear(both[1], hs);
  }
}

INSTANTIATE_TEST_SUITE_P(Lengths, ScanSteps, testing::Values(0, 1, 2, 3));

TEST(Scan, CountsWithoutInputs) {
  const char *program = R"(
    func.func @main(%n: index) -> (index, tensor<?x1xindex>) {
      %zero = arith.constant 0 : index
      %sum, %ts = vellum.scan at %t carry %s = %zero length %n {
        %s1 = arith.addi %s, %t : index
        %e = tensor.from_elements %t : tensor<1xindex>
        yield %s1 emit %e
      }
      return %sum, %ts : index, tensor<?x1xindex>
    })";
  const auto both = results(program, {Array::integer(4)});
  ASSERT_EQ(both.size(), 2u);
  expectIntegers(both[0], {}, {6});
  expectIntegers(both[1], {4, 1}, {0, 1, 2, 3});
  expectIntegers(results(program, {Array::integer(0)})[1], {0, 1}, {});
  EXPECT_EQ(errors(program, {Array::integer(-1)}),
            "4: 'vellum.scan' op length must not be negative, but got -1\n");
}

TEST(Scan, TakesSeveralInputsAndEmitsSeveralStacks) {
  const auto all = results(
      R"(
    func.func @main(%xs: tensor<2x2xf32>, %ys: tensor<2xf32>)
        -> (tensor<2x2xf32>, tensor<2xf32>) {
      %a, %b = vellum.scan for %x in %xs, %y in %ys {
        %n = arith.negf %x : tensor<2xf32>
        %m = arith.addf %y, %y : tensor<f32>
        yield emit %n, %m
      }
      return %a, %b : tensor<2x2xf32>, tensor<2xf32>
    })",
      {Array::ofFloats({2, 2}, {1, 2, 3, 4}), Array::ofFloats({2}, {5, 6})});
  ASSERT_EQ(all.size(), 2u);
  expectFloats(all[0], {2, 2}, {-1, -2, -3, -4});
  expectFloats(all[1], {2}, {10, 12});
}

TEST(Scan, Nests) {
  // The inner scan sums a row from the outer's carried value on.
  const auto both =
      results(R"(
    func.func @main(%xs: tensor<2x3xf32>, %z: tensor<f32>)
        -> (tensor<f32>, tensor<2x3xf32>) {
      %last, %sums = vellum.scan for %row in %xs carry %a = %z {
        %inner, %partial = scan for %x in %row carry %b = %a {
          %c = arith.addf %b, %x : tensor<f32>
          yield %c emit %c
        }
        yield %inner emit %partial
      }
      return %last, %sums : tensor<f32>, tensor<2x3xf32>
    })",
              {Array::ofFloats({2, 3}, {1, 2, 3, 4, 5, 6}), Array::scalar(10)});
  ASSERT_EQ(both.size(), 2u);
  expectFloats(both[0], {}, {31});
  expectFloats(both[1], {2, 3}, {11, 13, 16, 20, 25, 31});
}

TEST(Scan, ReportsInputsOfDifferentLengths) {
  EXPECT_EQ(
      errors(R"(
    func.func @main(%xs: tensor<?xf32>, %ys: tensor<?xf32>) -> tensor<?xf32> {
      %a = vellum.scan for %x in %xs, %y in %ys {
        yield emit %y
      }
      return %a : tensor<?xf32>
    })",
             {wave({2}, 0), wave({3}, 0)}),
      "3: 'vellum.scan' op inputs must have the same first dimension, but "
      "got 2 and 3\n");
}

TEST(Scan, ReportsSamplesThatAreNotThere) {
  const std::string message =
      errors(decay("", "lengths %n", ", %n: tensor<?xi64>"),
             {wave({2, 3}, 0), wave({3}, 0), wave({3}, 1),
              Array::ofIntegers({2}, {1, 1})});
  EXPECT_NE(message.find("value must have the first dimension 2 of 'lengths', "
                         "but got 3"),
            std::string::npos)
      << message;
}

TEST(Scan, ReportsCarriedValuesThatGrow) {
  const std::string message = errors(R"(
    func.func @main(%xs: tensor<?x2xf32>, %h0: tensor<?xf32>) -> tensor<?xf32> {
      %last = vellum.scan for %x in %xs carry %h = %h0 {
        %h1 = tensor.concat dim(0) %h, %x
          : (tensor<?xf32>, tensor<2xf32>) -> tensor<?xf32>
        yield %h1
      }
      return %last : tensor<?xf32>
    })",
                                     {wave({2, 2}, 0), wave({3}, 0)});
  EXPECT_EQ(message, "3: 'vellum.scan' op a carried value must keep the shape "
                     "3, but got 5 at step 0\n");
}

TEST(Scan, RecordsProbesWithTheirSteps) {
  Options options;
  std::string trace;
  options.onProbe = [&](llvm::StringRef name, llvm::ArrayRef<int64_t> steps,
                        const Array &value) {
    trace += name.str();
    for (int64_t t : steps)
      trace += " " + std::to_string(t);
    trace += "=" + std::to_string(int(value.floats[0])) + ";";
  };
  const char *program = R"(
    func.func @main(%xs: tensor<?x2xf32>) -> tensor<?xf32> {
      %z = arith.constant dense<0.0> : tensor<f32>
      %s = vellum.scan reverse for %row in %xs {
        %sum = scan for %x in %row carry %a = %z {
          %b = arith.addf %a, %x : tensor<f32>
          probe "sum" %b
          yield %b
        }
        probe "row" %sum
        yield emit %sum
      }
      vellum.probe "all" %s
      return %s : tensor<?xf32>
    })";
  results(program, {Array::ofFloats({2, 2}, {1, 2, 3, 4})}, options);
  EXPECT_EQ(trace, "sum 1 0=3;sum 1 1=7;row 1=7;sum 0 0=1;sum 0 1=3;row 0=3;"
                   "all=3;");
}

} // namespace
