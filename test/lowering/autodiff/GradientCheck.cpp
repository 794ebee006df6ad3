//===- test/lowering/autodiff/GradientCheck.cpp - against differences -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/lowering/autodiff/GradientCheck.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "dialect/Activity.h"
#include "dialect/ExternalModels.h"
#include "dialect/Vellum.h"
#include "lowering/Passes.h"
#include "lowering/autodiff/Gradient.h"

using namespace mlir;
using vellum::interpreter::Array;

namespace vellum::test {
namespace {

/// How a gradient is built and transformed.
struct Form {
  const char *name;
  bool keepCostly, sinkAccumulators;
};

void loadDialects(MLIRContext &context) {
  DialectRegistry registry;
  registry.insert<VellumDialect, arith::ArithDialect, math::MathDialect,
                  tensor::TensorDialect, func::FuncDialect>();
  registerDifferentiableModels(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

class Check {
public:
  explicit Check(const Program &program) : program(program) {
    loadDialects(context);
  }

  void run(Form form);

private:
  Array draw(ArrayRef<int64_t> shape, double low, double high);
  Array drawArgument(Type type);
  std::vector<Array> evaluate(StringRef name, ArrayRef<Array> arguments);
  double objective(ArrayRef<Array> arguments);
  void compare(unsigned argument, const Array &gradient);

  const Program &program;
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::mt19937 random{7};
  size_t nextSize = 0, nextInteger = 0;
  std::vector<Array> arguments, cotangents;
};

Array Check::draw(ArrayRef<int64_t> shape, double low, double high) {
  std::uniform_real_distribution<double> distribution(low, high);
  Array array = Array::zeros(shape);
  for (double &element : array.floats)
    element = distribution(random);
  return array;
}

Array Check::drawArgument(Type type) {
  if (!isFloatLike(type))
    return program.integers.at(nextInteger++);
  SmallVector<int64_t> shape;
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    for (int64_t size : tensor.getShape())
      shape.push_back(ShapedType::isDynamic(size) ? program.sizes.at(nextSize++)
                                                  : size);
  return draw(shape, program.low, program.high);
}

std::vector<Array> Check::evaluate(StringRef name, ArrayRef<Array> values) {
  auto results =
      interpreter::interpret(module->lookupSymbol<func::FuncOp>(name), values);
  EXPECT_TRUE(succeeded(results)) << name.str();
  if (failed(results))
    return {};
  return {results->begin(), results->end()};
}

double Check::objective(ArrayRef<Array> values) {
  double sum = 0.0;
  size_t cotangent = 0;
  for (const Array &result : evaluate("f", values)) {
    if (result.kind != interpreter::Kind::Float)
      continue;
    const Array &weights = cotangents[cotangent++];
    for (int64_t i = 0; i < result.size(); ++i)
      sum += weights.floats[i] * result.floats[i];
  }
  return sum;
}

/// Central differences with step 1e-5 are right to about 1e-9 here.
void Check::compare(unsigned argument, const Array &gradient) {
  constexpr double step = 1e-5, tolerance = 1e-7;
  ASSERT_EQ(gradient.shape, arguments[argument].shape);
  for (int64_t i = 0; i < gradient.size(); ++i) {
    std::vector<Array> moved = arguments;
    moved[argument].floats[i] += step;
    double above = objective(moved);
    moved[argument].floats[i] -= 2 * step;
    double slope = (above - objective(moved)) / (2 * step);
    EXPECT_NEAR(gradient.floats[i], slope,
                tolerance * std::max(1.0, std::abs(slope)))
        << "argument " << argument << ", element " << i;
  }
}

void Check::run(Form form) {
  SCOPED_TRACE(form.name);
  module = parseSourceString<ModuleOp>(program.text, &context);
  ASSERT_TRUE(module);
  auto function = module->lookupSymbol<func::FuncOp>("f");
  for (int order = 1; order < program.order; ++order) {
    auto gradient = buildGradient(function);
    ASSERT_TRUE(succeeded(gradient));
    function.erase();
    function = *gradient;
    function.setSymName("f");
  }
  GradientOptions options;
  options.keepCostly = form.keepCostly;
  ASSERT_TRUE(succeeded(buildGradient(function, options)));
  ASSERT_TRUE(succeeded(verify(*module)));
  if (form.sinkAccumulators) {
    PassManager passes(&context);
    passes.addPass(createSinkAccumulators());
    ASSERT_TRUE(succeeded(passes.run(*module)));
  }
  for (Type type : function.getArgumentTypes())
    arguments.push_back(drawArgument(type));
  std::vector<Array> inputs = arguments, results = evaluate("f", arguments);
  for (const Array &result : results)
    if (result.kind == interpreter::Kind::Float) {
      cotangents.push_back(draw(result.shape, -1.0, 1.0));
      inputs.push_back(cotangents.back());
    }
  std::vector<Array> outputs = evaluate("f.gradient", inputs);
  ASSERT_GE(outputs.size(), results.size());
  for (size_t i = 0; i < results.size(); ++i) {
    ASSERT_EQ(outputs[i].floats.size(), results[i].floats.size());
    for (size_t j = 0; j < results[i].floats.size(); ++j)
      EXPECT_NEAR(outputs[i].floats[j], results[i].floats[j], 1e-12)
          << "result " << i;
  }
  size_t next = results.size();
  for (unsigned number : differentiableArguments(function))
    compare(number, outputs.at(next++));
}

} // namespace

void expectGradient(const Program &program) {
  for (Form form : {Form{"as built", true, false},
                    Form{"carried values alone kept", false, false},
                    Form{"accumulators sunk", true, true}})
    Check(program).run(form);
}

std::vector<Array> evaluateGradient(const std::string &text,
                                    ArrayRef<Array> arguments) {
  MLIRContext context;
  loadDialects(context);
  auto module = parseSourceString<ModuleOp>(text, &context);
  EXPECT_TRUE(module);
  auto gradient = buildGradient(module->lookupSymbol<func::FuncOp>("f"));
  EXPECT_TRUE(succeeded(gradient));
  auto results = interpreter::interpret(*gradient, arguments);
  EXPECT_TRUE(succeeded(results));
  return {results->begin(), results->end()};
}

} // namespace vellum::test
