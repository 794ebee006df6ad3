//===- test/dialect/interpreter/PonderTest.cpp - adaptive computation -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cmath>

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

/// A state that grows by 1 and by 10 times the flag, an output twice the state,
/// and the halting probability `%p`, the same at every step.
std::string counter(llvm::StringRef clauses) {
  return (R"(
    func.func @main(%s0: tensor<?x2xf32>, %p: tensor<?x1xf32>)
        -> (tensor<?x2xf32>, tensor<?x3xf32>, tensor<?x1xf32>, tensor<?x1xf32>) {
      %one = arith.constant 1.0 : f32
      %ten = arith.constant 10.0 : f32
      %zero = arith.constant 0 : index
      %s, %y, %cost, %steps =
          vellum.ponder first %flag carry %state = %s0 )" +
          clauses + R"( {
        %n = tensor.dim %state, %zero : tensor<?x2xf32>
        %ones = tensor.splat %one[%n] : tensor<?x2xf32>
        %tens = tensor.splat %ten[%n] : tensor<?x1xf32>
        %a = arith.mulf %flag, %tens : tensor<?x1xf32>
        %b = broadcast %a like %state
        %c = arith.addf %state, %b : tensor<?x2xf32>
        %s1 = arith.addf %c, %ones : tensor<?x2xf32>
        %d = arith.addf %s1, %s1 : tensor<?x2xf32>
        %e = slice %s1 from 0 size 1
        %y1 = concat %d, %e
        yield %s1 emit %y1 halt %p
      }
      return %s, %y, %cost, %steps
        : tensor<?x2xf32>, tensor<?x3xf32>, tensor<?x1xf32>, tensor<?x1xf32>
    })")
      .str();
}

/// For a constant halting probability `h` the closed form: `N` is the least
/// number with `N h >= 1 - epsilon` or the cap, and the state is
/// `s0 + 10 + Σ p^n n`, as the weights sum to 1.
void expectCounter(llvm::StringRef clauses, double epsilon, int64_t cap,
                   llvm::ArrayRef<double> halts) {
  const int64_t batch = halts.size();
  const Array s0 = wave({batch, 2}, 0.4);
  const auto all =
      results(counter(clauses), {s0, Array::ofFloats({batch, 1}, halts)});
  ASSERT_EQ(all.size(), 4u);
  Array s = s0, y = Array::zeros({batch, 3}), cost = Array::zeros({batch, 1}),
        steps = cost;
  for (int64_t b = 0; b < batch; ++b) {
    const double h = halts[b];
    const int64_t n = std::min<int64_t>(
        cap, std::max<int64_t>(1, std::ceil((1 - epsilon) / h)));
    const double remainder = 1 - (n - 1) * h;
    const double mean = h * n * (n - 1) / 2 + remainder * n;
    for (int64_t i = 0; i < 2; ++i) {
      s.row(b)[i] += 10 + mean;
      y.row(b)[i] = 2 * s.row(b)[i];
    }
    y.row(b)[2] = s.row(b)[0];
    cost.floats[b] = n + remainder;
    steps.floats[b] = n;
  }
  expectNear(all[0], s);
  expectNear(all[1], y);
  expectNear(all[2], cost);
  expectNear(all[3], steps);
}

TEST(Ponder, HaltsEachSampleAlone) {
  expectCounter("cap 20", 0.01, 20, {0.3, 0.6, 0.995, 0.07});
}

TEST(Ponder, StopsAtItsCap) {
  expectCounter("cap 3", 0.01, 3, {0.1, 0.9, 1e-6});
  expectCounter("cap 1", 0.01, 1, {0.1, 0.9});
}

TEST(Ponder, TakesItsEpsilon) {
  expectCounter("epsilon 0.25 cap 20", 0.25, 20, {0.3, 0.7, 0.76, 0.11});
}

TEST(Ponder, RunsWithoutSamples) { expectCounter("cap 5", 0.01, 5, {}); }

/// Halting probabilities that change over the steps, by the paper's equations.
TEST(Ponder, FollowsItsEquations) {
  const Array s0 = wave({3, 2}, 0.4);
  const auto all = results(R"(
    func.func @main(%s0: tensor<3x2xf32>)
        -> (tensor<3x2xf32>, tensor<3x1xf32>, tensor<3x1xf32>) {
      %s, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 9 {
        %s1 = math.sin %state : tensor<3x2xf32>
        %h = slice %s1 from 1 size 1
        %g = arith.mulf %h, %h : tensor<3x1xf32>
        yield %s1 halt %g
      }
      return %s, %cost, %steps
        : tensor<3x2xf32>, tensor<3x1xf32>, tensor<3x1xf32>
    })",
                           {s0});
  ASSERT_EQ(all.size(), 3u);
  Array s = Array::zeros({3, 2}), cost = Array::zeros({3, 1}), steps = cost;
  for (int64_t b = 0; b < 3; ++b) {
    double sum = 0, x = s0.row(b)[0], y = s0.row(b)[1];
    for (int64_t n = 1;; ++n) {
      x = std::sin(x);
      y = std::sin(y);
      const double h = y * y;
      const bool isLast = n == 9 || sum + h >= 0.99;
      const double p = isLast ? 1 - sum : h;
      s.row(b)[0] += p * x;
      s.row(b)[1] += p * y;
      sum += h;
      if (!isLast)
        continue;
      cost.floats[b] = n + p;
      steps.floats[b] = n;
      break;
    }
  }
  expectNear(all[0], s);
  expectNear(all[1], cost);
  expectNear(all[2], steps);
}

/// Once halted, a sample may become anything: the state of sample 0 is divided
/// by 0 from the second step on.
TEST(Ponder, ForgetsWhatComesAfterHalting) {
  const auto all = results(R"(
    func.func @main(%s0: tensor<2x1xf32>, %p: tensor<2x1xf32>,
                    %d: tensor<2x1xf32>)
        -> (tensor<2x1xf32>, tensor<2x1xf32>) {
      %s, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 4 {
        %e = arith.maximumf %flag, %d : tensor<2x1xf32>
        %s1 = arith.divf %state, %e : tensor<2x1xf32>
        yield %s1 halt %p
      }
      return %s, %steps : tensor<2x1xf32>, tensor<2x1xf32>
    })",
                           {Array::ofFloats({2, 1}, {3, 5}),
                            Array::ofFloats({2, 1}, {1.0, 0.25}),
                            Array::ofFloats({2, 1}, {0, 1})});
  ASSERT_EQ(all.size(), 2u);
  expectFloats(all[0], {2, 1}, {3, 5});
  expectFloats(all[1], {2, 1}, {1, 4});
}

TEST(Ponder, ComparesInTheElementType) {
  // Ten times 0.1 is below 1 in double and above it in single precision.
  const char *program = R"(
    func.func @main(%s0: tensor<1x1xf32>, %p: tensor<1x1xf32>)
        -> tensor<1x1xf32> {
      %s, %cost, %steps =
          vellum.ponder first %flag carry %state = %s0 epsilon 0 cap 20 {
        yield %state halt %p
      }
      return %steps : tensor<1x1xf32>
    })";
  const Array s0 = Array::zeros({1, 1}), p = Array::ofFloats({1, 1}, {0.1});
  Options single;
  single.precision = Precision::F32;
  expectFloats(result(program, {s0, p}), {1, 1}, {11});
  expectFloats(result(program, {s0, p}, single), {1, 1}, {10});
}

TEST(Ponder, NumbersItsStepsForProbes) {
  Options options;
  llvm::SmallVector<int64_t> seen;
  options.onProbe = [&](llvm::StringRef, llvm::ArrayRef<int64_t> steps,
                        const Array &) {
    ASSERT_EQ(steps.size(), 1u);
    seen.push_back(steps.front());
  };
  results(R"(
    func.func @main(%s0: tensor<1x1xf32>, %p: tensor<1x1xf32>)
        -> tensor<1x1xf32> {
      %s, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 3 {
        probe "state" %state
        yield %state halt %p
      }
      return %steps : tensor<1x1xf32>
    })",
          {Array::zeros({1, 1}), Array::ofFloats({1, 1}, {0.1})}, options);
  EXPECT_EQ(seen, (llvm::SmallVector<int64_t>{0, 1, 2}));
}

} // namespace
