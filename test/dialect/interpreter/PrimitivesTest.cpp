//===- test/dialect/interpreter/PrimitivesTest.cpp - primitives -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cmath>
#include <limits>

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A function of one operand with the given expression.
std::string unary(llvm::StringRef expression, llvm::StringRef from,
                  llvm::StringRef to) {
  return ("func.func @main(%x: " + from + ") -> " + to +
          " {\n%r = " + expression + "\nreturn %r : " + to + "\n}")
      .str();
}

TEST(Contract, MultipliesMatrices) {
  const Array c = result(R"(
    func.func @main(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>)
        -> tensor<2x2xf32> {
      %c = vellum.contract "bk,kn->bn" %a, %b
      return %c : tensor<2x2xf32>
    })",
                         {Array::ofFloats({2, 3}, {1, 2, 3, 4, 5, 6}),
                          Array::ofFloats({3, 2}, {7, 8, 9, 10, 11, 12})});
  expectFloats(c, {2, 2}, {58, 64, 139, 154});
}

TEST(Contract, FollowsItsLetters) {
  const Array a = wave({2, 3, 4}, 0.1), b = wave({4, 2, 5}, 0.7);
  const Array c = result(R"(
    func.func @main(%a: tensor<?x?x?xf32>, %b: tensor<?x?x?xf32>)
        -> tensor<?x?x?xf32> {
      %c = vellum.contract "bhd,dbs->sbh" %a, %b
      return %c : tensor<?x?x?xf32>
    })",
                         {a, b});
  Array expected = Array::zeros({5, 2, 3});
  for (int64_t s = 0; s < 5; ++s)
    for (int64_t i = 0; i < 2; ++i)
      for (int64_t h = 0; h < 3; ++h)
        for (int64_t d = 0; d < 4; ++d)
          expected.floats[(s * 2 + i) * 3 + h] +=
              a.floats[(i * 3 + h) * 4 + d] * b.floats[(d * 2 + i) * 5 + s];
  expectNear(c, expected);
}

TEST(Contract, MakesOuterAndInnerProducts) {
  const auto both =
      results(R"(
    func.func @main(%a: tensor<2xf32>, %b: tensor<2xf32>)
        -> (tensor<2x2xf32>, tensor<f32>) {
      %c = vellum.contract "i,j->ji" %a, %b
      %d = vellum.contract "i,i->" %a, %b
      return %c, %d : tensor<2x2xf32>, tensor<f32>
    })",
              {Array::ofFloats({2}, {1, 2}), Array::ofFloats({2}, {10, 100})});
  ASSERT_EQ(both.size(), 2u);
  expectFloats(both[0], {2, 2}, {10, 20, 100, 200});
  expectFloats(both[1], {}, {210});
}

TEST(Contract, OfNothingIsZero) {
  const Array c = result(R"(
    func.func @main(%a: tensor<2x?xf32>, %b: tensor<?x2xf32>)
        -> tensor<2x2xf32> {
      %c = vellum.contract "bk,kn->bn" %a, %b
      return %c : tensor<2x2xf32>
    })",
                         {Array::zeros({2, 0}), Array::zeros({0, 2})});
  expectFloats(c, {2, 2}, {0, 0, 0, 0});
}

TEST(Contract, ReportsSizesThatDiffer) {
  const std::string message = errors(R"(
    func.func @main(%a: tensor<2x?xf32>, %b: tensor<?x2xf32>)
        -> tensor<2x2xf32> {
      %c = vellum.contract "bk,kn->bn" %a, %b
      return %c : tensor<2x2xf32>
    })",
                                     {wave({2, 3}, 0), wave({4, 2}, 0)});
  EXPECT_EQ(message.substr(0, 3), "4: ") << message;
}

TEST(Broadcast, InsertsAndStretches) {
  const Array r =
      result(R"(
    func.func @main(%x: tensor<3x1xf32>, %y: tensor<2x3x2xf32>)
        -> tensor<2x3x2xf32> {
      %r = vellum.broadcast %x across [0] like %y
      return %r : tensor<2x3x2xf32>
    })",
             {Array::ofFloats({3, 1}, {1, 2, 3}), Array::zeros({2, 3, 2})});
  expectFloats(r, {2, 3, 2}, {1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3});
}

TEST(Broadcast, TakesSizes) {
  const char *program = R"(
    func.func @main(%x: tensor<2xf32>, %n: index, %m: index)
        -> tensor<?x2x?xf32> {
      %r = vellum.broadcast %x across [0, 2] by %n, %m
      return %r : tensor<?x2x?xf32>
    })";
  const Array x = Array::ofFloats({2}, {1, 2});
  expectFloats(result(program, {x, Array::integer(2), Array::integer(3)}),
               {2, 2, 3}, {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2});
  expectFloats(result(program, {x, Array::integer(0), Array::integer(3)}),
               {0, 2, 3}, {});
  EXPECT_NE(errors(program, {x, Array::integer(-1), Array::integer(3)})
                .find("size of -1"),
            std::string::npos);
}

TEST(Broadcast, StretchesWhatTheTypeSaysIsOne) {
  const char *program = R"(
    func.func @main(%x: tensor<?x2xf32>, %y: tensor<?x2xf32>)
        -> tensor<?x2xf32> {
      %r = vellum.broadcast %x like %y
      return %r : tensor<?x2xf32>
    })";
  EXPECT_NE(errors(program, {wave({1, 2}, 0), Array::zeros({3, 2})})
                .find("or give it size 3, but got 1"),
            std::string::npos);
  const Array row = wave({1, 2}, 0);
  expectNear(result(program, {row, Array::zeros({1, 2})}), row);
}

TEST(Reduce, SumsAveragesAndFindsMaxima) {
  const Array x = Array::ofFloats({2, 3}, {1, 5, 3, -4, -6, -5});
  const auto reduce = [&](llvm::StringRef how, llvm::StringRef type) {
    return result(
        unary(("vellum.reduce " + how).str(), "tensor<2x3xf32>", type), {x});
  };
  expectFloats(reduce("sum %x over [1]", "tensor<2xf32>"), {2}, {9, -15});
  expectFloats(reduce("sum %x over [0]", "tensor<3xf32>"), {3}, {-3, -1, -2});
  expectFloats(reduce("mean %x over [0, 1]", "tensor<f32>"), {}, {-1});
  expectFloats(reduce("max %x over [1] keep", "tensor<2x1xf32>"), {2, 1},
               {5, -4});
  expectFloats(reduce("sum %x over []", "tensor<2x3xf32>"), {2, 3},
               {1, 5, 3, -4, -6, -5});
}

TEST(Reduce, OfNothing) {
  const Array none = Array::zeros({2, 0});
  const auto reduce = [&](llvm::StringRef kind) {
    return result(unary(("vellum.reduce " + kind + " %x over [1]").str(),
                        "tensor<2x?xf32>", "tensor<2xf32>"),
                  {none});
  };
  expectFloats(reduce("sum"), {2}, {0, 0});
  expectFloats(reduce("mean"), {2}, {kNaN, kNaN});
  expectFloats(reduce("max"), {2}, {-kInfinity, -kInfinity});
}

TEST(Reduce, MaximumKeepsNaN) {
  expectFloats(result(unary("vellum.reduce max %x over [1]", "tensor<2x2xf32>",
                            "tensor<2xf32>"),
                      {Array::ofFloats({2, 2}, {kNaN, 1, 1, kNaN})}),
               {2}, {kNaN, kNaN});
}

TEST(Softmax, IsSafeForLargeNumbers) {
  const std::string program =
      unary("vellum.softmax %x", "tensor<2x3xf32>", "tensor<2x3xf32>");
  const double e = std::exp(1.0), sum = 1 + 2 * e;
  expectFloats(
      result(program, {Array::ofFloats({2, 3}, {1e4, 1e4 + 1, 1e4 + 1, -1e300,
                                                -1e300, -1e300})}),
      {2, 3}, {1 / sum, e / sum, e / sum, 1 / 3.0, 1 / 3.0, 1 / 3.0});
}

TEST(Softmax, LeavesOutWhatIsMasked) {
  const Array r = result(R"(
    func.func @main(%x: tensor<3x3xf32>, %m: tensor<3x3xi1>)
        -> tensor<3x3xf32> {
      %r = vellum.softmax %x mask %m
      return %r : tensor<3x3xf32>
    })",
                         {Array::ofFloats({3, 3}, {0, kInfinity, 0, //
                                                   7, 8, 9,         //
                                                   kNaN, 1e9, kNaN}),
                          Array::ofIntegers({3, 3}, {1, 0, 1, //
                                                     0, 0, 0, //
                                                     0, 1, 0})});
  expectFloats(r, {3, 3}, {0.5, 0, 0.5, 0, 0, 0, 0, 1, 0});
}

TEST(SoftmaxGradient, IsTheDerivative) {
  const Array x = wave({2, 4}, 0.3), dy = wave({2, 4}, 1.9);
  const auto all = results(R"(
    func.func @main(%x: tensor<2x4xf32>, %d: tensor<2x4xf32>)
        -> (tensor<2x4xf32>, tensor<2x4xf32>) {
      %y = vellum.softmax %x
      %r = vellum.softmax_gradient %d at %y
      return %y, %r : tensor<2x4xf32>, tensor<2x4xf32>
    })",
                           {x, dy});
  ASSERT_EQ(all.size(), 2u);
  Array expected = Array::zeros({2, 4});
  for (int64_t b = 0; b < 2; ++b)
    for (int64_t i = 0; i < 4; ++i)
      for (int64_t j = 0; j < 4; ++j) {
        const double *y = all[0].row(b);
        expected.row(b)[i] += dy.row(b)[j] * y[j] * ((i == j) - y[i]);
      }
  expectNear(all[1], expected);
}

TEST(Sigmoid, IsSafeAtBothEnds) {
  const std::string program =
      unary("vellum.sigmoid %x", "tensor<5xf32>", "tensor<5xf32>");
  expectFloats(result(program, {Array::ofFloats({5}, {0, 1, -1e4, 1e4, kNaN})}),
               {5}, {0.5, 1 / (1 + std::exp(-1.0)), 0, 1, kNaN});
}

TEST(Softplus, IsSafeAtBothEnds) {
  const auto both = results(R"(
    func.func @main(%x: tensor<5xf32>) -> (tensor<5xf32>, tensor<5xf32>) {
      %a = vellum.softplus %x
      %b = vellum.oneplus %x
      return %a, %b : tensor<5xf32>, tensor<5xf32>
    })",
                            {Array::ofFloats({5}, {0, -1, 1e4, -1e4, kNaN})});
  ASSERT_EQ(both.size(), 2u);
  const double two = std::log(2.0), one = std::log(1 + std::exp(-1.0));
  expectFloats(both[0], {5}, {two, one, 1e4, 0, kNaN});
  expectFloats(both[1], {5}, {1 + two, 1 + one, 1e4 + 1, 1, kNaN});
}

TEST(Slice, CutsAnyDimension) {
  const Array x =
      Array::ofFloats({2, 3, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  expectFloats(result(unary("vellum.slice %x from 1 size 1",
                            "tensor<2x3x2xf32>", "tensor<2x3x1xf32>"),
                      {x}),
               {2, 3, 1}, {1, 3, 5, 7, 9, 11});
  expectFloats(result(unary("vellum.slice %x from 1 size 2 dim 1",
                            "tensor<2x3x2xf32>", "tensor<2x2x2xf32>"),
                      {x}),
               {2, 2, 2}, {2, 3, 4, 5, 8, 9, 10, 11});
  expectFloats(result(unary("vellum.slice %x from 2 size 1 dim -2",
                            "tensor<2x3x2xf32>", "tensor<2x1x2xf32>"),
                      {x}),
               {2, 1, 2}, {4, 5, 10, 11});
}

TEST(Slice, TakesIntegers) {
  expectIntegers(result(unary("vellum.slice %x from 1 size 2", "tensor<4xi32>",
                              "tensor<2xi32>"),
                        {Array::ofIntegers({4}, {5, 6, -7, 8})}),
                 {2}, {6, -7});
}

TEST(Pad, SurroundsByZeros) {
  expectFloats(result(unary("vellum.pad %x at 1 to 4", "tensor<2x2xf32>",
                            "tensor<2x4xf32>"),
                      {Array::ofFloats({2, 2}, {1, 2, 3, 4})}),
               {2, 4}, {0, 1, 2, 0, 0, 3, 4, 0});
  expectFloats(result(unary("vellum.pad %x at 2 to 3 dim 0", "tensor<1x2xf32>",
                            "tensor<3x2xf32>"),
                      {Array::ofFloats({1, 2}, {1, 2})}),
               {3, 2}, {0, 0, 0, 0, 1, 2});
}

TEST(Split, UndoesConcat) {
  const auto all = results(
      R"(
    func.func @main(%a: tensor<2x1xf32>, %b: tensor<2x2xf32>)
        -> (tensor<2x3xf32>, tensor<2x1xf32>, tensor<2x2xf32>) {
      %c = vellum.concat %a, %b
      %d, %e = vellum.split %c into [1, 2]
      return %c, %d, %e : tensor<2x3xf32>, tensor<2x1xf32>, tensor<2x2xf32>
    })",
      {Array::ofFloats({2, 1}, {1, 2}), Array::ofFloats({2, 2}, {3, 4, 5, 6})});
  ASSERT_EQ(all.size(), 3u);
  expectFloats(all[0], {2, 3}, {1, 3, 4, 2, 5, 6});
  expectFloats(all[1], {2, 1}, {1, 2});
  expectFloats(all[2], {2, 2}, {3, 4, 5, 6});
}

TEST(Concat, JoinsAnyDimension) {
  const Array c = result(
      R"(
    func.func @main(%a: tensor<1x2xf32>, %b: tensor<2x2xf32>)
        -> tensor<3x2xf32> {
      %c = vellum.concat %b, %a dim 0
      return %c : tensor<3x2xf32>
    })",
      {Array::ofFloats({1, 2}, {1, 2}), Array::ofFloats({2, 2}, {3, 4, 5, 6})});
  expectFloats(c, {3, 2}, {3, 4, 5, 6, 1, 2});
}

TEST(StopGradient, IsTheIdentity) {
  const Array x = wave({3}, 0.5);
  expectNear(
      result(unary("vellum.stop_gradient %x", "tensor<3xf32>", "tensor<3xf32>"),
             {x}),
      x);
}

} // namespace
