//===- test/lowering/autodiff/LoopsTest.cpp - gradients through loops -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each test is a way in which some system's loop gradients were silently wrong.
//
//===----------------------------------------------------------------------===//

#include <gtest/gtest.h>

#include "test/lowering/autodiff/GradientCheck.h"

using namespace vellum::test;
using vellum::interpreter::Array;

namespace {

//===----------------------------------------------------------------------===//
// Lengths
//===----------------------------------------------------------------------===//

class LengthsTest : public testing::TestWithParam<int64_t> {};

/// Jacobians that do not commute: their order shows. Forward and backward.
TEST_P(LengthsTest, OrderOfJacobians) {
  for (const char *direction : {"", "reverse "})
    expectGradient({std::string(R"(
func.func @f(%xs: tensor<?x1x2xf32>, %h0: tensor<1x2xf32>,
             %w: tensor<2x2xf32>, %u: tensor<2x2xf32>)
    -> (tensor<1x2xf32>, tensor<?x1x2xf32>) {
  %last, %ys = vellum.scan )") +
                        direction +
                        R"(for %x in %xs carry %h = %h0 {
    %a = contract "bk,kn->bn" %x, %w
    %b = contract "bk,kn->bn" %h, %u
    %c = arith.addf %a, %b : tensor<1x2xf32>
    %h1 = math.tanh %c : tensor<1x2xf32>
    %y = arith.mulf %h1, %h : tensor<1x2xf32>
    yield %h1 emit %y
  }
  return %last, %ys : tensor<1x2xf32>, tensor<?x1x2xf32>
})",
                    {GetParam()}});
}

/// Without inputs the number of steps is an argument.
TEST_P(LengthsTest, LengthWithoutInputs) {
  expectGradient({R"(
func.func @f(%n: index, %h0: tensor<1x2xf32>, %u: tensor<2x2xf32>)
    -> tensor<1x2xf32> {
  %last = vellum.scan carry %h = %h0 length %n {
    %b = contract "bk,kn->bn" %h, %u
    yield %b
  }
  return %last : tensor<1x2xf32>
})",
                  {},
                  {Array::integer(GetParam())},
                  -0.7,
                  0.7});
}

INSTANTIATE_TEST_SUITE_P(Steps, LengthsTest, testing::Values(0, 1, 2, 3, 100));

//===----------------------------------------------------------------------===//
// Carried and captured values
//===----------------------------------------------------------------------===//

TEST(LoopsTest, CapturedParameterWithConstantInit) {
  expectGradient({R"(
func.func @f(%xs: tensor<3x1x2xf32>, %u: tensor<2x2xf32>) -> tensor<1x2xf32> {
  %zero = arith.constant dense<0.1> : tensor<1x2xf32>
  %last = vellum.scan for %x in %xs carry %h = %zero {
    %b = contract "bk,kn->bn" %h, %u
    %c = arith.addf %b, %x : tensor<1x2xf32>
    %h1 = math.tanh %c : tensor<1x2xf32>
    yield %h1
  }
  return %last : tensor<1x2xf32>
})"});
}

TEST(LoopsTest, CapturedParameterAlone) {
  expectGradient({R"(
func.func @f(%u: tensor<2x2xf32>) -> tensor<1x2xf32> {
  %n = arith.constant 4 : index
  %start = arith.constant dense<[[0.5, -0.25]]> : tensor<1x2xf32>
  %last = vellum.scan carry %h = %start length %n {
    %b = contract "bk,kn->bn" %h, %u
    yield %b
  }
  return %last : tensor<1x2xf32>
})"});
}

/// An unused one, an index, a float, one that is handed through, two that
/// change places, one that influences nothing, one that depends on nothing.
TEST(LoopsTest, ManyCarriedValues) {
  expectGradient({R"(
func.func @f(%xs: tensor<5x2xf32>, %a: tensor<2xf32>, %b: tensor<2xf32>,
             %s: f32, %p: tensor<2xf32>)
    -> (tensor<2xf32>, tensor<2xf32>, f32, tensor<2xf32>, index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %ones = arith.constant dense<1.0> : tensor<2xf32>
  %la, %lb, %ls, %lp, %li, %ln, %lc = vellum.scan for %x in %xs
      carry %u = %a, %v = %b, %r = %s, %q = %p, %i = %zero, %n = %a,
            %c = %ones {
    %i1 = arith.addi %i, %one : index
    %sin = math.sin %r : f32
    %r1 = arith.mulf %sin, %r : f32
    %z = tensor.splat %r : tensor<2xf32>
    %u1 = arith.mulf %v, %x : tensor<2xf32>
    %v1 = arith.addf %u, %z : tensor<2xf32>
    %v2 = arith.mulf %v1, %q : tensor<2xf32>
    %v3 = arith.mulf %v2, %c : tensor<2xf32>
    %n1 = math.exp %n : tensor<2xf32>
    %c1 = arith.addf %c, %ones : tensor<2xf32>
    yield %u1, %v3, %r1, %q, %i1, %n1, %c1
  }
  return %la, %lb, %ls, %lp, %li
      : tensor<2xf32>, tensor<2xf32>, f32, tensor<2xf32>, index
})"});
}

/// The step's number and an index that is carried decide what is done.
TEST(LoopsTest, ConditionalsByStepAndByCarriedIndex) {
  expectGradient({R"(
func.func @f(%xs: tensor<6x2xf32>, %a: tensor<2xf32>) -> tensor<2xf32> {
  %zero = arith.constant 0 : index
  %two = arith.constant 2 : index
  %three = arith.constant 3 : index
  %last, %i = vellum.scan at %t for %x in %xs carry %h = %a, %j = %zero {
    %early = arith.cmpi slt, %t, %three : index
    %even = arith.cmpi eq, %j, %zero : index
    %m = arith.mulf %h, %x : tensor<2xf32>
    %s = math.sin %h : tensor<2xf32>
    %p = arith.select %early, %m, %s : tensor<2xf32>
    %d = arith.addf %p, %x : tensor<2xf32>
    %h1 = arith.select %even, %d, %p : tensor<2xf32>
    %j1 = arith.subi %two, %j : index
    yield %h1, %j1
  }
  return %last : tensor<2xf32>
})"});
}

TEST(LoopsTest, OneValueAsInputInitAndCapture) {
  expectGradient({R"(
func.func @f(%a: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %u, %v = vellum.scan for %x in %a, %z in %a carry %h = %a, %g = %a {
    %xb = broadcast %x across [0] like %h
    %zb = broadcast %z across [1] like %h
    %p = arith.mulf %h, %xb : tensor<2x2xf32>
    %q = arith.addf %g, %zb : tensor<2x2xf32>
    %r = contract "ij,jk->ik" %q, %a
    %w = arith.mulf %p, %a : tensor<2x2xf32>
    yield %r, %w
  }
  return %u, %v : tensor<2x2xf32>, tensor<2x2xf32>
})"});
}

TEST(LoopsTest, FinalAndPartOfTheStackAreRead) {
  expectGradient({R"(
func.func @f(%xs: tensor<4x3xf32>, %a: tensor<3xf32>)
    -> (tensor<3xf32>, tensor<3xf32>) {
  %last, %ys, %unused = vellum.scan for %x in %xs carry %h = %a {
    %p = arith.mulf %h, %x : tensor<3xf32>
    %h1 = math.cos %p : tensor<3xf32>
    %y = arith.mulf %h1, %h1 : tensor<3xf32>
    yield %h1 emit %y, %p
  }
  %row = tensor.extract_slice %ys[1, 0] [1, 3] [1, 1]
      : tensor<4x3xf32> to tensor<3xf32>
  %r = arith.mulf %row, %last : tensor<3xf32>
  return %r, %last : tensor<3xf32>, tensor<3xf32>
})"});
}

//===----------------------------------------------------------------------===//
// Several loops
//===----------------------------------------------------------------------===//

TEST(LoopsTest, ChainedScans) {
  expectGradient({R"(
func.func @f(%xs: tensor<?x1x2xf32>, %a: tensor<1x2xf32>, %w: tensor<2x2xf32>)
    -> tensor<1x2xf32> {
  %l1, %ys = vellum.scan for %x in %xs carry %h = %a {
    %c = contract "bk,kn->bn" %h, %w
    %d = arith.addf %c, %x : tensor<1x2xf32>
    %h1 = math.tanh %d : tensor<1x2xf32>
    yield %h1 emit %h1
  }
  %l2, %zs = vellum.scan reverse for %y in %ys, %x in %xs carry %h = %l1 {
    %c = contract "bk,kn->bn" %y, %w
    %d = arith.mulf %c, %h : tensor<1x2xf32>
    %h1 = arith.addf %d, %x : tensor<1x2xf32>
    yield %h1 emit %d
  }
  %s = vellum.reduce sum %zs over [0]
  %r = arith.addf %s, %l2 : tensor<1x2xf32>
  return %r : tensor<1x2xf32>
})",
                  {3}});
}

/// The inner scan reads the outer one's carried value, input and a parameter.
TEST(LoopsTest, NestedScans) {
  for (int64_t steps : {0, 1, 3})
    expectGradient({R"(
func.func @f(%xs: tensor<?x2xf32>, %zs: tensor<?x2xf32>, %a: tensor<2xf32>,
             %w: tensor<2xf32>) -> (tensor<2xf32>, tensor<?x2xf32>) {
  %last, %ys = vellum.scan for %x in %xs carry %h = %a {
    %e = math.sin %h : tensor<2xf32>
    %g, %gs = scan reverse for %z in %zs carry %i = %h {
      %p = arith.mulf %z, %i : tensor<2xf32>
      %q = arith.addf %p, %e : tensor<2xf32>
      %r = arith.mulf %q, %w : tensor<2xf32>
      %s = math.tanh %r : tensor<2xf32>
      %v = arith.mulf %s, %x : tensor<2xf32>
      yield %s emit %v
    }
    %sum = reduce sum %gs over [0]
    %h1 = arith.addf %g, %sum : tensor<2xf32>
    yield %h1 emit %sum
  }
  return %last, %ys : tensor<2xf32>, tensor<?x2xf32>
})",
                    {2, steps}});
}

/// The adjoint of a reverse scan with saved stacks.
TEST(LoopsTest, SecondDerivative) {
  expectGradient({R"(
func.func @f(%xs: tensor<3x1x2xf32>, %h0: tensor<1x2xf32>,
             %u: tensor<2x2xf32>) -> tensor<1x2xf32> {
  %last = vellum.scan for %x in %xs carry %h = %h0 {
    %b = contract "bk,kn->bn" %h, %u
    %s = softmax %b
    %c = arith.mulf %s, %x : tensor<1x2xf32>
    %h1 = math.tanh %c : tensor<1x2xf32>
    yield %h1
  }
  return %last : tensor<1x2xf32>
})",
                  {},
                  {},
                  -1.0,
                  1.0,
                  /*order=*/2});
}

TEST(LoopsTest, ThreeLevels) {
  expectGradient({R"(
func.func @f(%a: tensor<2xf32>, %w: tensor<2xf32>) -> tensor<2xf32> {
  %n = arith.constant 2 : index
  %l = vellum.scan carry %h = %a length %n {
    %m = scan carry %i = %h length %n {
      %k = scan carry %j = %i length %n {
        %p = arith.mulf %j, %w : tensor<2xf32>
        %q = arith.addf %p, %h : tensor<2xf32>
        %r = math.sin %q : tensor<2xf32>
        yield %r
      }
      yield %k
    }
    yield %m
  }
  return %l : tensor<2xf32>
})"});
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// A memory that is read before and after it is written in place, at shifted
/// weightings, with batch and time unknown.
TEST(LoopsTest, MemoryCarriedInPlace) {
  expectGradient({R"(
func.func @f(%keys: tensor<?x?x3xf32>, %shifts: tensor<?x?x3xf32>,
             %m0: tensor<?x4x3xf32>, %w0: tensor<?x4xf32>,
             %b: tensor<?x1xf32>) -> (tensor<?x4x3xf32>, tensor<?x?x3xf32>) {
  %last, %wl, %rs = vellum.scan for %k in %keys, %s in %shifts
      carry %m = %m0, %w = %w0 {
    %beta = softplus %b
    %gate = sigmoid %b
    %power = oneplus %b
    %taps = softmax %s
    %w1 = address %k in %m strength %beta gate %gate shift %taps power %power
        from %w
    %e = sigmoid %k
    %r0 = memory_read %m at %w
    %m1 = memory_write %m at %w1 erase %e add %k
    %r1 = memory_read %m1 at %w1
    %r = arith.addf %r0, %r1 : tensor<?x3xf32>
    yield %m1, %w1 emit %r
  }
  return %last, %rs : tensor<?x4x3xf32>, tensor<?x?x3xf32>
})",
                  {3, 2, 3, 2, 2, 2, 2},
                  {},
                  0.1,
                  0.9});
}

//===----------------------------------------------------------------------===//
// Ragged scans and adaptive time
//===----------------------------------------------------------------------===//

TEST(LoopsTest, RaggedLengths) {
  for (const char *direction : {"", "reverse "})
    expectGradient({std::string(R"(
func.func @f(%xs: tensor<?x3x2xf32>, %h0: tensor<3x2xf32>,
             %lengths: tensor<3xi64>, %w: tensor<2x2xf32>)
    -> (tensor<3x2xf32>, tensor<?x3x2xf32>) {
  %last, %ys = vellum.scan )") +
                        direction +
                        R"(for %x in %xs carry %h = %h0
      lengths %lengths {
    %a = contract "bk,kn->bn" %h, %w
    %c = arith.addf %a, %x : tensor<3x2xf32>
    %h1 = math.tanh %c : tensor<3x2xf32>
    yield %h1 emit %c
  }
  return %last, %ys : tensor<3x2xf32>, tensor<?x3x2xf32>
})",
                    {4},
                    {Array::ofIntegers({3}, {0, 2, 4})}});
}

/// Samples that halt at different steps, some at the cap.
TEST(LoopsTest, Ponder) {
  expectGradient({R"(
func.func @f(%x: tensor<?x2xf32>, %s0: tensor<?x2xf32>, %u: tensor<2x2xf32>,
             %w: tensor<2x2xf32>, %wf: tensor<1x2xf32>, %wh: tensor<2x1xf32>)
    -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x1xf32>, tensor<?x1xf32>) {
  %s, %y, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 4 {
    %a = contract "bk,kn->bn" %x, %u
    %b = contract "bk,kn->bn" %state, %w
    %c = contract "bk,kn->bn" %flag, %wf
    %d = arith.addf %a, %b : tensor<?x2xf32>
    %e = arith.addf %d, %c : tensor<?x2xf32>
    %s1 = math.tanh %e : tensor<?x2xf32>
    %y1 = math.sin %s1 : tensor<?x2xf32>
    %g = contract "bk,kn->bn" %s1, %wh
    %h = sigmoid %g
    yield %s1 emit %y1 halt %h
  }
  return %s, %y, %cost, %steps
      : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x1xf32>, tensor<?x1xf32>
})",
                  {5, 5},
                  {},
                  -2.0,
                  2.0});
}

/// The body has no value but for the state that a sample halts from.
TEST(LoopsTest, HaltedSamplesAreNotComputedWithUndefinedStates) {
  expectGradient({R"(
func.func @f(%s0: tensor<3x2xf32>, %w: tensor<2xf32>, %h0: tensor<3x1xf32>)
    -> (tensor<3x2xf32>, tensor<3x2xf32>) {
  %two = arith.constant dense<2.0> : tensor<3x2xf32>
  %one = arith.constant dense<1.0> : tensor<3x1xf32>
  %s, %y, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 5 {
    %wb = broadcast %w across [0] like %state
    %p = arith.mulf %state, %wb : tensor<3x2xf32>
    %y1 = math.log %p : tensor<3x2xf32>
    %s1 = arith.subf %p, %two : tensor<3x2xf32>
    %h = arith.addf %h0, %one : tensor<3x1xf32>
    yield %s1 emit %y1 halt %h
  }
  return %s, %y : tensor<3x2xf32>, tensor<3x2xf32>
})",
                  {},
                  {},
                  0.5,
                  1.0});
}

/// Graves 2016, equations 19 and 20: with N held constant, and `dy`, `dρ` the
/// cotangents of output and cost, `dh^n = dy (y^n - y^N) - dρ` for n < N and 0
/// from N on; `dy^n = dy p^n`. The body's state counts the steps, so that h^n
/// and y^n are element n of an argument.
TEST(LoopsTest, PonderEqualsTheClosedForm) {
  const std::vector<double> h{0.3, 0.3, 0.5, 0.2, 0.6, 0.395, 0.2, 0.2};
  const std::vector<double> y{0.7, -0.4, 1.1, 0.2, -0.6, 0.9, 0.5, 0.1};
  const std::vector<double> dy{1.3, -0.8}, dcost{0.25, 0.5};
  std::vector<Array> results = evaluateGradient(
      R"(
func.func @f(%hs: tensor<2x4xf32>, %ys: tensor<2x4xf32>)
    -> (tensor<2x1xf32>, tensor<2x1xf32>) {
  %s0 = arith.constant dense<0.0> : tensor<2x4xf32>
  %s, %y, %cost, %steps = vellum.ponder first %flag carry %state = %s0 cap 4 {
    %past = slice %state from 0 size 3
    %s1 = concat %flag, %past
    %hp = arith.mulf %s1, %hs : tensor<2x4xf32>
    %h = reduce sum %hp over [1] keep
    %yp = arith.mulf %s1, %ys : tensor<2x4xf32>
    %y1 = reduce sum %yp over [1] keep
    yield %s1 emit %y1 halt %h
  }
  return %y, %cost : tensor<2x1xf32>, tensor<2x1xf32>
})",
      {Array::ofFloats({2, 4}, h), Array::ofFloats({2, 4}, y),
       Array::ofFloats({2, 1}, dy), Array::ofFloats({2, 1}, dcost)});
  ASSERT_EQ(results.size(), 4u);
  const int halts[] = {3, 2};
  for (int sample = 0; sample < 2; ++sample) {
    double remainder = 1.0;
    int last = 4 * sample + halts[sample] - 1;
    for (int i = 4 * sample; i < 4 * sample + 4; ++i) {
      double dh = i < last ? dy[sample] * (y[i] - y[last]) - dcost[sample] : 0;
      double p = i < last ? h[i] : i == last ? remainder : 0;
      remainder -= h[i];
      EXPECT_NEAR(results[2].floats[i], dh, 1e-12) << i;
      EXPECT_NEAR(results[3].floats[i], dy[sample] * p, 1e-12) << i;
    }
    EXPECT_NEAR(results[1].floats[sample],
                halts[sample] + 1 - h[4 * sample] -
                    (halts[sample] == 3 ? h[4 * sample + 1] : 0),
                1e-12);
  }
}

} // namespace
