//===- test/dialect/interpreter/InitializersTest.cpp - parameters ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Initializers.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include <cmath>

#include "test/dialect/interpreter/Program.h"

using namespace vellum;
using namespace vellum::interpreter;

namespace {

/// The value of `vellum.parameter @name : type = initialiser`.
Array initial(llvm::StringRef type, llvm::StringRef initialiser,
              uint64_t seed = 1, llvm::StringRef name = "w") {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<VellumDialect>();
  const std::string text =
      ("vellum.parameter @" + name + " : " + type + " = " + initialiser).str();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  EXPECT_TRUE(module) << text;
  return initialParameter(*module->getOps<ParameterOp>().begin(), seed);
}

/// Mean and standard deviation.
std::pair<double, double> moments(const Array &array) {
  double sum = 0, squares = 0;
  for (double x : array.floats) {
    sum += x;
    squares += x * x;
  }
  const double mean = sum / array.size();
  return {mean, std::sqrt(squares / array.size() - mean * mean)};
}

void expectWithin(const Array &array, double low, double high) {
  for (double x : array.floats) {
    EXPECT_GE(x, low);
    EXPECT_LE(x, high);
  }
}

TEST(Initializers, FillWithKnownNumbers) {
  expectFloats(initial("tensor<3xf32>", "zeros"), {3}, {0, 0, 0});
  expectFloats(initial("tensor<2xf64>", "constant(0.1)"), {2},
               {double(0.1f), double(0.1f)}, 0);
  expectFloats(initial("tensor<2x3xf32>", "identity"), {2, 3},
               {1, 0, 0, 0, 1, 0});
  expectFloats(initial("tensor<3x2xf32>", "identity"), {3, 2},
               {1, 0, 0, 1, 0, 0});
  expectFloats(initial("tensor<2x3xf32>", "one_hot(2)"), {2, 3},
               {0, 0, 1, 0, 0, 1});
  expectFloats(initial("tensor<3xf32>", "one_hot(1, -2)"), {3}, {0, -2, 0});
}

// 10,000 numbers: means lie within 4 standard errors, deviations within 3 %.

TEST(Initializers, DrawUniformly) {
  const Array around = initial("tensor<100x100xf32>", "uniform(0.5)");
  expectWithin(around, -0.5, 0.5);
  EXPECT_NEAR(moments(around).first, 0, 4 * 0.5 / std::sqrt(3e4));
  EXPECT_NEAR(moments(around).second, 0.5 / std::sqrt(3.0), 0.01);
  const Array between = initial("tensor<100x100xf32>", "uniform(2, 6)");
  expectWithin(between, 2, 6);
  EXPECT_NEAR(moments(between).first, 4, 4 * 2 / std::sqrt(3e4));
}

TEST(Initializers, DrawNormally) {
  const auto [mean, deviation] =
      moments(initial("tensor<100x100xf32>", "normal(3)"));
  EXPECT_NEAR(mean, 0, 4 * 3 / 100.0);
  EXPECT_NEAR(deviation, 3, 0.09);
}

TEST(Initializers, ScaleGlorotByTheSizes) {
  const double range = std::sqrt(6.0 / 250);
  const Array plain = initial("tensor<50x200xf32>", "glorot");
  expectWithin(plain, -range, range);
  EXPECT_NEAR(moments(plain).second, range / std::sqrt(3.0), 0.03 * range);
  Array twice = initial("tensor<50x200xf32>", "glorot(2)");
  for (double &x : twice.floats)
    x /= 2;
  expectNear(twice, plain, 1e-7);
}

/// Expects `gain²` on the diagonal of the products of rows, 0 elsewhere.
void expectOrthogonalRows(const Array &rows, double gain) {
  for (int64_t i = 0; i < rows.dim(0); ++i)
    for (int64_t j = 0; j <= i; ++j) {
      double product = 0;
      for (int64_t k = 0; k < rows.dim(1); ++k)
        product += rows.row(i)[k] * rows.row(j)[k];
      EXPECT_NEAR(product, i == j ? gain * gain : 0, 1e-6);
    }
}

TEST(Initializers, MakeOrthogonalMatrices) {
  expectOrthogonalRows(initial("tensor<8x20xf32>", "orthogonal"), 1);
  expectOrthogonalRows(initial("tensor<20x20xf32>", "orthogonal(2)"), 2);
  const Array tall = initial("tensor<20x8xf32>", "orthogonal");
  expectOrthogonalRows(gather(tall, {8, 20}, {1, 8}), 1);
}

TEST(Initializers, DependOnSeedAndNameAlone) {
  const Array w = initial("tensor<4xf32>", "normal(1)", 7, "w");
  expectNear(initial("tensor<4xf64>", "normal(1)", 7, "w"), w, 0);
  EXPECT_NE(initial("tensor<4xf32>", "normal(1)", 8, "w").floats, w.floats);
  EXPECT_NE(initial("tensor<4xf32>", "normal(1)", 7, "v").floats, w.floats);
}

TEST(Initializers, AreInSinglePrecision) {
  for (double x : initial("tensor<100xf64>", "uniform(0.3)").floats)
    EXPECT_EQ(x, double(float(x)));
}

} // namespace
