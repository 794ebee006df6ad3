//===- test/dialect/interpreter/Program.cpp - programs under test ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/dialect/interpreter/Program.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include <cmath>

#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

static MLIRContext &context() {
  static MLIRContext context(MLIRContext::Threading::DISABLED);
  static const bool isLoaded = [] {
    context
        .loadDialect<arith::ArithDialect, func::FuncDialect,
                     linalg::LinalgDialect, math::MathDialect, scf::SCFDialect,
                     tensor::TensorDialect, VellumDialect>();
    return true;
  }();
  (void)isLoaded;
  return context;
}

/// `line: message`.
static std::string describe(Diagnostic &diagnostic) {
  std::string text;
  if (auto place = diagnostic.getLocation()->findInstanceOf<FileLineColLoc>())
    text = std::to_string(place.getLine()) + ": ";
  return text + diagnostic.str() + "\n";
}

Outcome interpreter::run(StringRef program, ArrayRef<Array> arguments,
                         const Options &options) {
  Outcome outcome;
  ScopedDiagnosticHandler handler(&context(), [&](Diagnostic &diagnostic) {
    outcome.errors += describe(diagnostic);
    return success();
  });
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(program, &context());
  auto main = module ? module->lookupSymbol<func::FuncOp>("main") : nullptr;
  if (!main) {
    ADD_FAILURE() << "the program has no 'main':\n" << outcome.errors;
    return outcome;
  }
  FailureOr<SmallVector<Array>> results = interpret(main, arguments, options);
  outcome.succeeded = succeeded(results);
  if (outcome.succeeded)
    outcome.results = *results;
  return outcome;
}

SmallVector<Array> interpreter::results(StringRef program,
                                        ArrayRef<Array> arguments,
                                        const Options &options) {
  Outcome outcome = run(program, arguments, options);
  EXPECT_TRUE(outcome.succeeded) << outcome.errors;
  EXPECT_EQ(outcome.errors, "");
  return outcome.results;
}

Array interpreter::result(StringRef program, ArrayRef<Array> arguments,
                          const Options &options) {
  SmallVector<Array> all = results(program, arguments, options);
  EXPECT_FALSE(all.empty());
  return all.empty() ? Array() : all.front();
}

std::string interpreter::errors(StringRef program, ArrayRef<Array> arguments,
                                const Options &options) {
  Outcome outcome = run(program, arguments, options);
  EXPECT_FALSE(outcome.succeeded);
  return outcome.errors;
}

Array interpreter::wave(ArrayRef<int64_t> shape, double phase) {
  Array array = Array::zeros(shape);
  for (int64_t i = 0; i < array.size(); ++i)
    array.floats[i] = std::sin(1.7 * i + 0.01 * i * i + phase);
  return array;
}

Array interpreter::positive(ArrayRef<int64_t> shape, double phase) {
  Array array = wave(shape, phase);
  for (double &x : array.floats)
    x = 0.5 + 0.49 * x;
  return array;
}

Array interpreter::weightings(ArrayRef<int64_t> shape, double phase) {
  Array array = positive(shape, phase);
  const int64_t n = array.dim(-1);
  for (int64_t row = 0; row * n < array.size(); ++row) {
    double sum = 0;
    for (int64_t i = 0; i < n; ++i)
      sum += array.row(row)[i];
    for (int64_t i = 0; i < n; ++i)
      array.row(row)[i] /= sum;
  }
  return array;
}

void interpreter::expectNear(const Array &actual, const Array &expected,
                             double tolerance) {
  ASSERT_EQ(actual.shape, expected.shape);
  ASSERT_EQ(actual.kind, expected.kind);
  EXPECT_EQ(actual.integers, expected.integers);
  for (size_t i = 0; i < expected.floats.size(); ++i) {
    const double x = actual.floats[i], y = expected.floats[i];
    if (std::isnan(y))
      EXPECT_TRUE(std::isnan(x)) << "element " << i << " is " << x;
    else if (std::isinf(y))
      EXPECT_EQ(x, y) << "element " << i;
    else
      EXPECT_NEAR(x, y, tolerance) << "element " << i;
  }
}

void interpreter::expectFloats(const Array &actual, ArrayRef<int64_t> shape,
                               ArrayRef<double> expected, double tolerance) {
  expectNear(actual, Array::ofFloats(shape, expected), tolerance);
}

void interpreter::expectIntegers(const Array &actual, ArrayRef<int64_t> shape,
                                 ArrayRef<int64_t> expected) {
  expectNear(actual, Array::ofIntegers(shape, expected));
}
