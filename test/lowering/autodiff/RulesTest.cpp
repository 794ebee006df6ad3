//===- test/lowering/autodiff/RulesTest.cpp - every rule by itself --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <gtest/gtest.h>

#include <cmath>

#include "test/lowering/autodiff/GradientCheck.h"

using namespace vellum::test;
using vellum::interpreter::Array;

namespace {

/// An op between `operands -> results`, with the range of its operands.
struct Rule {
  const char *name;
  Program program;
};

std::string function(const std::string &arguments, const std::string &result,
                     const std::string &body) {
  return "func.func @f(" + arguments + ") -> " + result + " {\n" + body +
         "\n  return %y : " + result + "\n}\n";
}

/// `%y = op %x` on a tensor.
Rule unary(const char *op, double low = -1.0, double high = 1.0) {
  const char *type = "tensor<2x3xf32>";
  return {op,
          {function("%x: " + std::string(type), type,
                    std::string("  %y = ") + op + " %x : " + type),
           {},
           {},
           low,
           high}};
}

/// `%y = op %a, %b` on tensors.
Rule binary(const char *op, double low = -1.0, double high = 1.0) {
  const char *type = "tensor<2x3xf32>";
  return {op,
          {function("%a: tensor<2x3xf32>, %b: tensor<2x3xf32>", type,
                    std::string("  %y = ") + op + " %a, %b : " + type),
           {},
           {},
           low,
           high}};
}

/// The same on plain floats.
Rule scalar(const char *op) {
  return {op,
          {function("%a: f32, %b: f32", "f32",
                    std::string("  %y = ") + op + " %a, %b : f32")}};
}

Rule vellum(const char *name, const char *arguments, const char *result,
            const std::string &body, std::vector<int64_t> sizes = {},
            double low = -1.0, double high = 1.0) {
  return {name, {function(arguments, result, body), sizes, {}, low, high}};
}

class RulesTest : public testing::TestWithParam<Rule> {};

TEST_P(RulesTest, AgreesWithDifferences) { expectGradient(GetParam().program); }

std::string nameOf(const testing::TestParamInfo<Rule> &info) {
  std::string name = info.param.name;
  for (char &letter : name)
    if (!isalnum(letter))
      letter = '_';
  return name + "_" + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(
    Arith, RulesTest,
    testing::Values(
        binary("arith.addf"), binary("arith.subf"), binary("arith.mulf"),
        vellum("square", "%x: tensor<2x3xf32>", "tensor<2x3xf32>",
               "  %y = arith.mulf %x, %x : tensor<2x3xf32>"),
        binary("arith.divf", 0.5, 1.5), binary("arith.maximumf"),
        binary("arith.minimumf"), binary("arith.maxnumf"),
        binary("arith.minnumf"), binary("arith.remf", 0.5, 1.5),
        scalar("arith.remf"), unary("arith.negf"), scalar("arith.addf"),
        scalar("arith.mulf"), scalar("arith.divf"), scalar("arith.maximumf"),
        vellum("select", "%a: tensor<4xf32>, %b: tensor<4xf32>",
               "tensor<4xf32>",
               "  %c = arith.cmpf ogt, %a, %b : tensor<4xf32>\n"
               "  %y = arith.select %c, %a, %b : tensor<4xi1>, tensor<4xf32>"),
        vellum("select_by_scalar",
               "%a: tensor<4xf32>, %b: tensor<4xf32>, %s: f32", "tensor<4xf32>",
               "  %z = arith.constant 0.0 : f32\n"
               "  %c = arith.cmpf ogt, %s, %z : f32\n"
               "  %y = arith.select %c, %a, %b : tensor<4xf32>"),
        vellum("convert", "%a: tensor<4xf64>", "tensor<4xf64>",
               "  %t = arith.truncf %a : tensor<4xf64> to tensor<4xf32>\n"
               "  %s = arith.mulf %t, %t : tensor<4xf32>\n"
               "  %y = arith.extf %s : tensor<4xf32> to tensor<4xf64>")),
    nameOf);

INSTANTIATE_TEST_SUITE_P(
    Math, RulesTest,
    testing::Values(unary("math.exp"), unary("math.exp2"), unary("math.expm1"),
                    unary("math.log", 0.5, 2.0), unary("math.log2", 0.5, 2.0),
                    unary("math.log10", 0.5, 2.0), unary("math.log1p"),
                    unary("math.sqrt", 0.5, 2.0), unary("math.rsqrt", 0.5, 2.0),
                    unary("math.tanh"), unary("math.tan"), unary("math.sin"),
                    unary("math.cos"), unary("math.atan"), unary("math.erf"),
                    unary("math.absf"), binary("math.powf", 0.5, 2.0),
                    unary("math.erfc"), unary("math.sinh"), unary("math.cosh"),
                    unary("math.asin", -0.8, 0.8),
                    unary("math.acos", -0.8, 0.8), unary("math.asinh", -3, 3),
                    unary("math.acosh", 1.2, 3.0),
                    unary("math.atanh", -0.8, 0.8),
                    unary("math.cbrt", -2.0, -0.5), binary("math.atan2"),
                    scalar("math.atan2"), binary("math.copysign"),
                    vellum("clampf",
                           "%x: tensor<9xf32>, %a: tensor<9xf32>, "
                           "%b: tensor<9xf32>",
                           "tensor<9xf32>",
                           "  %y = math.clampf %x to [%a, %b] : tensor<9xf32>"),
                    vellum("fpowi", "%x: tensor<?x4xf32>", "tensor<?x4xf32>",
                           "  %n = arith.constant dense<[[-2, 0, 1, 5]]> : "
                           "tensor<1x4xi32>\n"
                           "  %m = tensor.cast %n : tensor<1x4xi32> to "
                           "tensor<?x4xi32>\n"
                           "  %y = math.fpowi %x, %m : tensor<?x4xf32>, "
                           "tensor<?x4xi32>",
                           {1}, 0.5, 1.5),
                    vellum("fpowi_index", "%x: f32", "f32",
                           "  %n = arith.constant 3 : index\n"
                           "  %y = math.fpowi %x, %n : f32, index"),
                    vellum("fma", "%a: f32, %b: f32, %c: f32", "f32",
                           "  %y = math.fma %a, %b, %c : f32")),
    nameOf);

INSTANTIATE_TEST_SUITE_P(
    Tensor, RulesTest,
    testing::Values(
        vellum("cast", "%x: tensor<?x3xf32>", "tensor<2x3xf32>",
               "  %y = tensor.cast %x : tensor<?x3xf32> to tensor<2x3xf32>",
               {2}),
        vellum("extract_slice", "%x: tensor<4x?xf32>", "tensor<2xf32>",
               "  %y = tensor.extract_slice %x[1, 1] [2, 1] [1, 1] : "
               "tensor<4x?xf32> to tensor<2xf32>",
               {3}),
        vellum("insert_slice", "%a: tensor<2xf32>, %b: tensor<3x4xf32>",
               "tensor<3x4xf32>",
               "  %y = tensor.insert_slice %a into %b[1, 2] [1, 2] [1, 1] : "
               "tensor<2xf32> into tensor<3x4xf32>"),
        vellum("expand", "%x: tensor<6xf32>", "tensor<2x3xf32>",
               "  %y = tensor.expand_shape %x [[0, 1]] output_shape [2, 3] : "
               "tensor<6xf32> into tensor<2x3xf32>"),
        vellum("collapse", "%x: tensor<?x3xf32>", "tensor<?xf32>",
               "  %y = tensor.collapse_shape %x [[0, 1]] : tensor<?x3xf32> "
               "into tensor<?xf32>",
               {2}),
        vellum("extract", "%x: tensor<2x3xf32>", "f32",
               "  %i = arith.constant 1 : index\n"
               "  %y = tensor.extract %x[%i, %i] : tensor<2x3xf32>"),
        vellum("insert", "%s: f32, %x: tensor<2x3xf32>", "tensor<2x3xf32>",
               "  %i = arith.constant 1 : index\n"
               "  %y = tensor.insert %s into %x[%i, %i] : tensor<2x3xf32>"),
        vellum("from_elements", "%a: f32, %b: f32", "tensor<2x2xf32>",
               "  %y = tensor.from_elements %a, %b, %b, %a : tensor<2x2xf32>"),
        vellum("splat", "%a: f32", "tensor<2x2xf32>",
               "  %y = tensor.splat %a : tensor<2x2xf32>"),
        vellum("tensor_concat", "%a: tensor<2x?xf32>, %b: tensor<2x3xf32>",
               "tensor<2x?xf32>",
               "  %y = tensor.concat dim(1) %a, %b : (tensor<2x?xf32>, "
               "tensor<2x3xf32>) -> tensor<2x?xf32>",
               {2}),
        vellum("tensor_concat_nothing",
               "%a: tensor<2x3xf32>, %b: tensor<2x0xf32>", "tensor<2x3xf32>",
               "  %y = tensor.concat dim(1) %a, %b : (tensor<2x3xf32>, "
               "tensor<2x0xf32>) -> tensor<2x3xf32>")),
    nameOf);

INSTANTIATE_TEST_SUITE_P(
    Vellum, RulesTest,
    testing::Values(
        vellum("contract", "%a: tensor<2x3xf32>, %b: tensor<3x4xf32>",
               "tensor<2x4xf32>",
               "  %y = vellum.contract \"bk,kn->bn\" %a, %b"),
        vellum("contract_batched",
               "%a: tensor<?x2x3xf32>, %b: tensor<?x4x3xf32>",
               "tensor<4x?x2xf32>",
               "  %y = vellum.contract \"bhm,bnm->nbh\" %a, %b", {2, 2}),
        vellum("contract_outer", "%a: tensor<2xf32>, %b: tensor<3xf32>",
               "tensor<3x2xf32>", "  %y = vellum.contract \"i,j->ji\" %a, %b"),
        vellum("contract_square", "%a: tensor<3x3xf32>", "tensor<3x3xf32>",
               "  %y = vellum.contract \"ij,jk->ik\" %a, %a"),
        vellum("broadcast_across", "%a: tensor<3xf32>, %b: tensor<2x3x4xf32>",
               "tensor<2x3x4xf32>",
               "  %c = vellum.broadcast %a across [0, 2] like %b\n"
               "  %y = arith.mulf %c, %b : tensor<2x3x4xf32>"),
        vellum("broadcast_stretch", "%a: tensor<2x1xf32>, %b: tensor<2x?xf32>",
               "tensor<2x?xf32>",
               "  %c = vellum.broadcast %a like %b\n"
               "  %y = arith.mulf %c, %b : tensor<2x?xf32>",
               {3}),
        vellum("reduce_sum", "%a: tensor<2x3x4xf32>", "tensor<3xf32>",
               "  %y = vellum.reduce sum %a over [0, 2]"),
        vellum("reduce_sum_dynamic", "%a: tensor<?x3x4xf32>",
               "tensor<1x3x1xf32>",
               "  %y = vellum.reduce sum %a over [0, 2] keep", {2}),
        vellum("reduce_mean_keep", "%a: tensor<2x3xf32>", "tensor<2x1xf32>",
               "  %y = vellum.reduce mean %a over [1] keep"),
        vellum("reduce_mean_dynamic", "%a: tensor<2x?x3xf32>", "tensor<2xf32>",
               "  %y = vellum.reduce mean %a over [1, 2]", {4}),
        vellum("reduce_over_nothing", "%a: tensor<2x3xf32>", "tensor<2x3xf32>",
               "  %b = vellum.reduce sum %a over []\n"
               "  %c = vellum.reduce mean %b over [] keep\n"
               "  %y = vellum.reduce max %c over []"),
        vellum("attend_width_dynamic",
               "%q: tensor<2x?x?xf32>, %k: tensor<2x?x?xf32>",
               "tensor<2x?x?xf32>", "  %y = vellum.attend %q to %k, %k",
               {3, 3, 3, 3}),
        vellum("reduce_mean_all", "%a: tensor<?x3xf32>", "tensor<f32>",
               "  %y = vellum.reduce mean %a over [0, 1]", {4}),
        vellum("reduce_max", "%a: tensor<2x5xf32>", "tensor<2xf32>",
               "  %y = vellum.reduce max %a over [1]"),
        vellum("softmax", "%a: tensor<2x5xf32>", "tensor<2x5xf32>",
               "  %y = vellum.softmax %a"),
        vellum("softmax_mask", "%a: tensor<2x5xf32>, %b: tensor<2x5xf32>",
               "tensor<2x5xf32>",
               "  %m = arith.cmpf ogt, %a, %b : tensor<2x5xf32>\n"
               "  %y = vellum.softmax %a mask %m"),
        vellum("softmax_gradient", "%a: tensor<2x5xf32>, %b: tensor<2x5xf32>",
               "tensor<2x5xf32>", "  %y = vellum.softmax_gradient %a at %b"),
        vellum("sigmoid", "%a: tensor<5xf32>", "tensor<5xf32>",
               "  %y = vellum.sigmoid %a", {}, -3, 3),
        vellum("softplus", "%a: tensor<5xf32>", "tensor<5xf32>",
               "  %y = vellum.softplus %a", {}, -3, 3),
        vellum("slice", "%a: tensor<?x5xf32>", "tensor<?x2xf32>",
               "  %y = vellum.slice %a from 1 size 2", {2}),
        vellum("pad", "%a: tensor<2x?xf32>", "tensor<5x?xf32>",
               "  %y = vellum.pad %a at 1 to 5 dim 0", {3}),
        vellum("concat", "%a: tensor<2x1xf32>, %b: tensor<2x3xf32>",
               "tensor<2x5xf32>", "  %y = vellum.concat %a, %b, %a"),
        vellum("shift", "%a: tensor<2x5xf32>, %s: tensor<2x3xf32>",
               "tensor<2x5xf32>", "  %y = vellum.shift_address %a by %s"),
        vellum("shift_clamp", "%a: tensor<2x5xf32>, %s: tensor<2x3xf32>",
               "tensor<2x5xf32>",
               "  %y = vellum.shift_address %a by %s correlate clamp"),
        vellum("shift_few", "%a: tensor<2x2xf32>, %s: tensor<2x5xf32>",
               "tensor<2x2xf32>", "  %y = vellum.shift_address %a by %s"),
        vellum("transpose", "%a: tensor<2x5xf32>, %s: tensor<2x3xf32>",
               "tensor<2x5xf32>",
               "  %y = vellum.shift_address_transpose %a by %s clamp"),
        vellum("taps", "%a: tensor<2x5xf32>, %b: tensor<2x5xf32>",
               "tensor<2x3xf32>",
               "  %y = vellum.shift_address_taps %a, %b taps 3 correlate")),
    nameOf);

//===----------------------------------------------------------------------===//
// What differences do not see
//===----------------------------------------------------------------------===//

/// The gradient of `@f` for arguments and cotangents, without the results in
/// front of it.
std::vector<Array> gradientsOf(const std::string &text,
                               llvm::ArrayRef<Array> inputs, size_t results) {
  std::vector<Array> all = evaluateGradient(text, inputs);
  EXPECT_GT(all.size(), results);
  all.erase(all.begin(), all.begin() + std::min(results, all.size()));
  return all;
}

Array numbers(std::vector<int64_t> shape, double first) {
  Array array = Array::zeros(shape);
  for (double &element : array.floats)
    element = std::sin(first++);
  return array;
}

/// Differences move what is stopped too, so that they cannot judge the program
/// itself. They judge one that is given the stopped value as an argument, and
/// at the stopped value both must have the same gradient.
void expectHeld(const std::string &stopped, const Program &held,
                std::vector<Array> arguments, const Array &value,
                llvm::ArrayRef<Array> cotangents) {
  expectGradient(held);
  std::vector<Array> inputs = arguments;
  inputs.insert(inputs.end(), cotangents.begin(), cotangents.end());
  std::vector<Array> actual = gradientsOf(stopped, inputs, cotangents.size());
  ASSERT_EQ(actual.size(), arguments.size());
  inputs.insert(inputs.begin() + arguments.size(), value);
  std::vector<Array> expected =
      gradientsOf(held.text, inputs, cotangents.size());
  ASSERT_EQ(expected.size(), arguments.size() + 1);
  for (size_t i = 0; i < actual.size(); ++i)
    for (int64_t j = 0; j < actual[i].size(); ++j)
      EXPECT_NEAR(actual[i].floats[j], expected[i].floats[j], 1e-12)
          << "argument " << i << ", element " << j;
}

/// An argument of one number.
Array single(double x) {
  Array array = Array::zeros({1});
  array.floats = {x};
  return array;
}

/// The derivatives of `%y = op ...` by `%a`, `%b`, ... at a point.
std::vector<double> derivatives(const std::string &op,
                                const std::vector<double> &at) {
  std::string arguments;
  std::vector<Array> inputs;
  for (double x : at) {
    arguments += (inputs.empty() ? "%" : ", %") +
                 std::string(1, char('a' + inputs.size())) + ": tensor<1xf32>";
    inputs.push_back(single(x));
  }
  inputs.push_back(single(1));
  std::vector<double> result;
  for (const Array &each :
       gradientsOf(function(arguments, "tensor<1xf32>",
                            "  %y = " + op + " : tensor<1xf32>"),
                   inputs, 1))
    result.push_back(each.floats[0]);
  return result;
}

using Numbers = std::vector<double>;

TEST(EdgeTest, RootsAreSteepAtTheirEnd) {
  EXPECT_EQ(derivatives("math.cbrt %a", {0}), Numbers{INFINITY});
  EXPECT_EQ(derivatives("math.asin %a", {1}), Numbers{INFINITY});
  EXPECT_EQ(derivatives("math.asin %a", {-1}), Numbers{INFINITY});
  EXPECT_EQ(derivatives("math.acos %a", {1}), Numbers{-INFINITY});
  EXPECT_EQ(derivatives("math.acosh %a", {1}), Numbers{INFINITY});
  EXPECT_EQ(derivatives("math.atanh %a", {1}), Numbers{INFINITY});
}

TEST(EdgeTest, FarAwayNothingOverflows) {
  EXPECT_EQ(derivatives("math.asinh %a", {1e200}), Numbers{1e-200});
  EXPECT_EQ(derivatives("math.asinh %a", {-INFINITY}), Numbers{0});
  EXPECT_DOUBLE_EQ(derivatives("math.acosh %a", {1e200})[0], 1e-200);
  Numbers slope = derivatives("math.atan2 %a, %b", {1e200, -1e200});
  EXPECT_DOUBLE_EQ(slope[0], -0.5e-200);
  EXPECT_DOUBLE_EQ(slope[1], -0.5e-200);
}

TEST(EdgeTest, TheOriginHasNoDirection) {
  EXPECT_EQ(derivatives("math.atan2 %a, %b", {0, 0}), (Numbers{0, 0}));
  EXPECT_EQ(derivatives("math.atan2 %a, %b", {0, -1}), (Numbers{-1, 0}));
  EXPECT_EQ(derivatives("math.atan2 %a, %b", {INFINITY, 2}), (Numbers{0, 0}));
}

TEST(EdgeTest, ASignIsNoSlope) {
  EXPECT_EQ(derivatives("math.copysign %a, %b", {2, -3}), (Numbers{-1, 0}));
  EXPECT_EQ(derivatives("math.copysign %a, %b", {-2, -3}), (Numbers{1, 0}));
  EXPECT_EQ(derivatives("math.copysign %a, %b", {0, -3}), (Numbers{0, 0}));
}

TEST(EdgeTest, LimitsShareAsExtremaDo) {
  const std::string clamp = "math.clampf %a to [%b, %c]";
  EXPECT_EQ(derivatives(clamp, {2, 2, 3}), (Numbers{0.5, 0.5, 0}));
  EXPECT_EQ(derivatives(clamp, {3, 2, 3}), (Numbers{0.5, 0, 0.5}));
  EXPECT_EQ(derivatives(clamp, {4, 2, 3}), (Numbers{0, 0, 1}));
}

TEST(EdgeTest, ANumberBesideNaNHasTheSlope) {
  EXPECT_EQ(derivatives("arith.maxnumf %a, %b", {NAN, 1}), (Numbers{0, 1}));
  EXPECT_EQ(derivatives("arith.minnumf %a, %b", {1, NAN}), (Numbers{1, 0}));
  EXPECT_EQ(derivatives("arith.maxnumf %a, %b", {1, 1}), (Numbers{0.5, 0.5}));
  EXPECT_EQ(derivatives("arith.maxnumf %a, %b", {NAN, NAN}), (Numbers{0, 0}));
}

TEST(EdgeTest, ARestMovesAgainstItsDivisor) {
  EXPECT_EQ(derivatives("arith.remf %a, %b", {7.5, 2}), (Numbers{1, -3}));
  EXPECT_EQ(derivatives("arith.remf %a, %b", {-7.5, 2}), (Numbers{1, 3}));
}

TEST(EdgeTest, APowerOfNothingIsConstant) {
  EXPECT_EQ(derivatives("math.powf %a, %b", {0, 0})[0], 0);
  EXPECT_EQ(derivatives("math.powf %a, %b", {0, 1})[0], 1);
}

TEST(StopGradientTest, HoldsAValue) {
  const std::string product = "  %t = arith.mulf %x, %s : tensor<4xf32>\n"
                              "  %y = arith.mulf %t, %z : tensor<4xf32>";
  Array x = numbers({4}, 1), z = numbers({4}, 5), s = x;
  for (auto [element, by] : llvm::zip_equal(s.floats, z.floats))
    element = std::tanh(element * by);
  expectHeld(function("%x: tensor<4xf32>, %z: tensor<4xf32>", "tensor<4xf32>",
                      "  %p = arith.mulf %x, %z : tensor<4xf32>\n"
                      "  %q = math.tanh %p : tensor<4xf32>\n"
                      "  %s = vellum.stop_gradient %q\n" +
                          product),
             {function("%x: tensor<4xf32>, %z: tensor<4xf32>, "
                       "%s: tensor<4xf32>",
                       "tensor<4xf32>", product)},
             {x, z}, s, {numbers({4}, 9)});
}

/// Steps after which the state is stopped: nothing flows through time.
TEST(StopGradientTest, HoldsACarriedValue) {
  auto steps = [](const std::string &argument, const std::string &inputs,
                  const std::string &stopped) {
    return "func.func @f(%xs: tensor<?x2xf32>, %u: tensor<2xf32>" + argument +
           ") -> tensor<?x2xf32> {\n"
           "  %h0 = arith.constant dense<0.5> : tensor<2xf32>\n"
           "  %last, %ys = vellum.scan for " +
           inputs + " carry %h = %h0 {\n" + stopped +
           "    %p = arith.mulf %s, %u : tensor<2xf32>\n"
           "    %q = arith.addf %p, %x : tensor<2xf32>\n"
           "    %h1 = math.tanh %q : tensor<2xf32>\n"
           "    yield %h1 emit %h1\n  }\n"
           "  return %ys : tensor<?x2xf32>\n}\n";
  };
  const int64_t length = 3;
  Array xs = numbers({length, 2}, 1), u = numbers({2}, 7),
        before = Array::zeros({length, 2});
  double h[2] = {0.5, 0.5};
  for (int64_t i = 0; i < 2 * length; ++i) {
    before.floats[i] = h[i % 2];
    h[i % 2] = std::tanh(h[i % 2] * u.floats[i % 2] + xs.floats[i]);
  }
  expectHeld(
      steps("", "%x in %xs", "    %s = stop_gradient %h\n"),
      {steps(", %hs: tensor<?x2xf32>", "%x in %xs, %s in %hs", ""), {3, 3}},
      {xs, u}, before, {numbers({length, 2}, 11)});
}

} // namespace
