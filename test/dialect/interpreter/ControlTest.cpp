//===- test/dialect/interpreter/ControlTest.cpp - calls, branches, loops --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

TEST(Call, RunsAFunctionInItsOwnFrame) {
  const char *program = R"(
    func.func @twice(%x: f32) -> f32 {
      %y = arith.addf %x, %x : f32
      return %y : f32
    }
    func.func @main(%x: f32) -> (f32, f32) {
      %y = call @twice(%x) : (f32) -> f32
      %z = call @twice(%y) : (f32) -> f32
      return %y, %z : f32, f32
    })";
  const auto both = results(program, {Array::scalar(3)});
  ASSERT_EQ(both.size(), 2u);
  expectFloats(both[0], {}, {6});
  expectFloats(both[1], {}, {12});
}

TEST(Call, ReportsWhatCannotBeCalled) {
  EXPECT_EQ(errors(R"(
    func.func private @outside(f32) -> f32
    func.func @main(%x: f32) -> f32 {
      %y = call @outside(%x) : (f32) -> f32
      return %y : f32
    })",
                   {Array::scalar(3)}),
            "4: function 'outside' has no body\n");
  EXPECT_EQ(errors(R"(
    func.func @main(%x: f32) -> f32 {
      %y = call @main(%x) : (f32) -> f32
      return %y : f32
    })",
                   {Array::scalar(3)}),
            "3: calls nest more than 200 deep\n");
}

TEST(Call, ChecksArguments) {
  const char *program = R"(
    func.func @main(%x: tensor<2x?xf32>) -> tensor<2x?xf32> {
      return %x : tensor<2x?xf32>
    })";
  EXPECT_EQ(errors(program, {}),
            "2: function 'main' takes 1 arguments, but got 0\n");
  EXPECT_EQ(errors(program, {wave({3, 2}, 0)}),
            "2: argument must be a 'tensor<2x?xf32>', but got floats of shape "
            "3x2\n");
  EXPECT_EQ(
      errors(program, {Array::zeros({2, 2}, Kind::Integer)}),
      "2: argument must be a 'tensor<2x?xf32>', but got integers of shape "
      "2x2\n");
}

TEST(Interpret, ReportsOpsItDoesNotKnow) {
  EXPECT_EQ(errors(R"(
    func.func @main(%x: i32) -> i32 {
      %a, %b = arith.mului_extended %x, %x : i32
      return %a : i32
    })",
                   {Array::integer(1)}),
            "3: the interpreter does not know 'arith.mului_extended'\n");
}

TEST(If, TakesOneBranch) {
  const char *program = R"(
    func.func @main(%c: i1, %n: i32, %d: i32) -> i32 {
      %r = scf.if %c -> i32 {
        %q = arith.divsi %n, %d : i32
        scf.yield %q : i32
      } else {
        scf.yield %d : i32
      }
      return %r : i32
    })";
  const Array six = Array::integer(6);
  expectIntegers(result(program, {Array::integer(1), six, Array::integer(2)}),
                 {}, {3});
  expectIntegers(result(program, {Array::integer(0), six, Array::integer(0)}),
                 {}, {0});
}

TEST(If, MayHaveNoElse) {
  expectIntegers(result(R"(
    func.func @main(%c: i1, %n: i32) -> i32 {
      scf.if %c {
        %q = arith.divsi %n, %n : i32
      }
      return %n : i32
    })",
                        {Array::integer(0), Array::integer(0)}),
                 {}, {0});
}

TEST(For, CarriesValues) {
  const char *program = R"(
    func.func @main(%from: index, %to: index, %by: index) -> (index, index) {
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      %r:2 = scf.for %i = %from to %to step %by
          iter_args(%sum = %zero, %count = %zero) -> (index, index) {
        %s = arith.addi %sum, %i : index
        %c = arith.addi %count, %one : index
        scf.yield %s, %c : index, index
      }
      return %r#0, %r#1 : index, index
    })";
  const auto loop = [&](int64_t from, int64_t to, int64_t by) {
    const auto both =
        results(program,
                {Array::integer(from), Array::integer(to), Array::integer(by)});
    return std::pair(both[0].integers[0], both[1].integers[0]);
  };
  EXPECT_EQ(loop(2, 9, 3), std::pair(int64_t(2 + 5 + 8), int64_t(3)));
  EXPECT_EQ(loop(5, 5, 1), std::pair(int64_t(0), int64_t(0)));
  EXPECT_EQ(loop(5, 2, 1), std::pair(int64_t(0), int64_t(0)));
  EXPECT_EQ(loop(INT64_MAX - 1, INT64_MAX, 7).second, 1);
  EXPECT_EQ(errors(program,
                   {Array::integer(0), Array::integer(1), Array::integer(0)}),
            "5: 'scf.for' op needs a positive step, but got 0\n");
}

TEST(While, RunsUntilItsConditionFails) {
  const Array steps = result(R"(
    func.func @main(%n: i64) -> i64 {
      %zero = arith.constant 0 : i64
      %one = arith.constant 1 : i64
      %two = arith.constant 2 : i64
      %three = arith.constant 3 : i64
      %r:2 = scf.while (%x = %n, %steps = %zero) : (i64, i64) -> (i64, i64) {
        %more = arith.cmpi ne, %x, %one : i64
        scf.condition(%more) %x, %steps : i64, i64
      } do {
      ^bb0(%x: i64, %steps: i64):
        %odd = arith.remsi %x, %two : i64
        %isOdd = arith.cmpi eq, %odd, %one : i64
        %next = scf.if %isOdd -> i64 {
          %a = arith.muli %x, %three : i64
          %b = arith.addi %a, %one : i64
          scf.yield %b : i64
        } else {
          %c = arith.divsi %x, %two : i64
          scf.yield %c : i64
        }
        %s = arith.addi %steps, %one : i64
        scf.yield %next, %s : i64, i64
      }
      return %r#1 : i64
    })",
                             {Array::integer(27)});
  expectIntegers(steps, {}, {111});
}

} // namespace
