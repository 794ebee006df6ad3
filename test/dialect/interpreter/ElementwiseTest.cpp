//===- test/dialect/interpreter/ElementwiseTest.cpp - arith and math ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cmath>

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

/// Applies an op of one type for operands and result.
Array apply(llvm::StringRef op, llvm::StringRef type,
            llvm::ArrayRef<Array> operands, const Options &options = {}) {
  std::string parameters, names;
  for (size_t i = 0; i < operands.size(); ++i) {
    const std::string name = "%x" + std::to_string(i);
    parameters += (i ? ", " : "") + name + ": " + type.str();
    names += (i ? ", " : "") + name;
  }
  return result("func.func @main(" + parameters + ") -> " + type.str() +
                    " {\n%r = " + op.str() + " " + names + " : " + type.str() +
                    "\nreturn %r : " + type.str() + "\n}",
                operands, options);
}

double applyF64(llvm::StringRef op, llvm::ArrayRef<double> operands) {
  llvm::SmallVector<Array> arrays;
  for (double x : operands)
    arrays.push_back(Array::scalar(x));
  return apply(op, "f64", arrays).floats.front();
}

int64_t applyI32(llvm::StringRef op, llvm::ArrayRef<int64_t> operands) {
  llvm::SmallVector<Array> arrays;
  for (int64_t x : operands)
    arrays.push_back(Array::integer(x));
  return apply(op, "i32", arrays).integers.front();
}

/// Applies a cast.
Array convert(llvm::StringRef op, llvm::StringRef from, llvm::StringRef to,
              const Array &operand, const Options &options = {}) {
  return result(("func.func @main(%x: " + from + ") -> " + to +
                 " {\n%r = " + op + " %x : " + from + " to " + to +
                 "\nreturn %r : " + to + "\n}")
                    .str(),
                {operand}, options);
}

TEST(Arith, ComputesWithFloats) {
  EXPECT_EQ(applyF64("arith.addf", {1.5, 2.25}), 3.75);
  EXPECT_EQ(applyF64("arith.subf", {1.5, 2.25}), -0.75);
  EXPECT_EQ(applyF64("arith.mulf", {1.5, 2.5}), 3.75);
  EXPECT_EQ(applyF64("arith.divf", {1, 4}), 0.25);
  EXPECT_EQ(applyF64("arith.divf", {1, 0}), INFINITY);
  EXPECT_EQ(applyF64("arith.negf", {1.5}), -1.5);
  EXPECT_EQ(applyF64("arith.remf", {-7, 4}), -3);
}

TEST(Arith, WorksOnTensors) {
  expectFloats(apply("arith.mulf", "tensor<2x2xf32>",
                     {Array::ofFloats({2, 2}, {1, 2, 3, 4}),
                      Array::ofFloats({2, 2}, {5, 6, 7, 8})}),
               {2, 2}, {5, 12, 21, 32});
  expectFloats(apply("arith.addf", "tensor<0x2xf32>",
                     {Array::zeros({0, 2}), Array::zeros({0, 2})}),
               {0, 2}, {});
}

TEST(Arith, ReportsShapesThatDiffer) {
  EXPECT_EQ(errors(R"(
    func.func @main(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
      %r = arith.addf %x, %y : tensor<?xf32>
      return %r : tensor<?xf32>
    })",
                   {wave({2}, 0), wave({3}, 0)}),
            "3: 'arith.addf' op shape mismatch: operands of 2 and 3\n");
}

TEST(Arith, TakesMaximaAsIeee754Says) {
  EXPECT_TRUE(std::isnan(applyF64("arith.maximumf", {1, NAN})));
  EXPECT_TRUE(std::isnan(applyF64("arith.minimumf", {NAN, 1})));
  EXPECT_EQ(applyF64("arith.maxnumf", {1, NAN}), 1);
  EXPECT_EQ(applyF64("arith.minnumf", {NAN, 1}), 1);
  EXPECT_EQ(applyF64("arith.maximumf", {-2, 3}), 3);
  EXPECT_EQ(applyF64("arith.minimumf", {-2, 3}), -2);
  EXPECT_FALSE(std::signbit(applyF64("arith.maximumf", {-0.0, 0.0})));
  EXPECT_TRUE(std::signbit(applyF64("arith.minimumf", {0.0, -0.0})));
}

TEST(Arith, ComputesWithIntegers) {
  EXPECT_EQ(applyI32("arith.addi", {2, 3}), 5);
  EXPECT_EQ(applyI32("arith.addi", {0x7FFFFFFF, 1}), -0x80000000LL);
  EXPECT_EQ(applyI32("arith.subi", {2, 3}), -1);
  EXPECT_EQ(applyI32("arith.muli", {0x10000, 0x10000}), 0);
  EXPECT_EQ(applyI32("arith.andi", {12, 10}), 8);
  EXPECT_EQ(applyI32("arith.ori", {12, 10}), 14);
  EXPECT_EQ(applyI32("arith.xori", {12, 10}), 6);
  EXPECT_EQ(applyI32("arith.maxsi", {-1, 1}), 1);
  EXPECT_EQ(applyI32("arith.minsi", {-1, 1}), -1);
  EXPECT_EQ(applyI32("arith.maxui", {-1, 1}), -1);
  EXPECT_EQ(applyI32("arith.minui", {-1, 1}), 1);
}

TEST(Arith, Divides) {
  EXPECT_EQ(applyI32("arith.divsi", {-7, 2}), -3);
  EXPECT_EQ(applyI32("arith.remsi", {-7, 2}), -1);
  EXPECT_EQ(applyI32("arith.floordivsi", {-7, 2}), -4);
  EXPECT_EQ(applyI32("arith.ceildivsi", {-7, 2}), -3);
  EXPECT_EQ(applyI32("arith.ceildivsi", {7, 2}), 4);
  EXPECT_EQ(applyI32("arith.floordivsi", {6, -3}), -2);
  EXPECT_EQ(applyI32("arith.divui", {-1, 2}), 0x7FFFFFFF);
  EXPECT_EQ(applyI32("arith.remui", {-1, 10}), 4294967295 % 10);
  EXPECT_EQ(applyI32("arith.ceildivui", {7, 2}), 4);
  EXPECT_EQ(applyI32("arith.divsi", {-0x80000000LL, -1}), -0x80000000LL);
}

TEST(Arith, ReportsDivisionByZero) {
  for (const char *op : {"divsi", "divui", "remsi", "remui", "floordivsi",
                         "ceildivsi", "ceildivui"})
    EXPECT_EQ(errors("func.func @main(%x: i32, %y: i32) -> i32 {\n%r = arith." +
                         std::string(op) + " %x, %y : i32\nreturn %r : i32\n}",
                     {Array::integer(1), Array::integer(0)}),
              "2: 'arith." + std::string(op) + "' op divides by zero\n");
}

TEST(Arith, Shifts) {
  EXPECT_EQ(applyI32("arith.shli", {1, 31}), -0x80000000LL);
  EXPECT_EQ(applyI32("arith.shrsi", {-8, 1}), -4);
  EXPECT_EQ(applyI32("arith.shrui", {-8, 1}), 0x7FFFFFFC);
}

TEST(Arith, ConvertsNumbers) {
  const auto one = [](llvm::StringRef op, llvm::StringRef from,
                      llvm::StringRef to,
                      const Array &x) { return convert(op, from, to, x); };
  const Array minusOne = Array::integer(-1), yes = Array::integer(1);
  expectFloats(one("arith.sitofp", "i32", "f32", minusOne), {}, {-1});
  expectFloats(one("arith.uitofp", "i32", "f32", minusOne), {}, {4294967295});
  expectFloats(one("arith.uitofp", "i1", "f32", yes), {}, {1});
  expectFloats(one("arith.sitofp", "i1", "f32", yes), {}, {-1});
  expectIntegers(one("arith.extsi", "i1", "i32", yes), {}, {-1});
  expectIntegers(one("arith.extui", "i1", "i32", yes), {}, {1});
  expectIntegers(one("arith.extui", "i32", "i64", minusOne), {}, {4294967295});
  expectIntegers(one("arith.trunci", "i32", "i8", Array::integer(0x1FF)), {},
                 {-1});
  expectIntegers(one("arith.trunci", "i32", "i1", Array::integer(3)), {}, {1});
  expectIntegers(one("arith.index_cast", "i32", "index", minusOne), {}, {-1});
  expectIntegers(one("arith.index_castui", "i32", "index", minusOne), {},
                 {4294967295});
}

TEST(Arith, ConvertsFloatsToIntegers) {
  const auto signedOf = [](double x) {
    return convert("arith.fptosi", "f64", "i32", Array::scalar(x)).integers[0];
  };
  EXPECT_EQ(signedOf(-1.9), -1);
  EXPECT_EQ(signedOf(1e20), 0x7FFFFFFF);
  EXPECT_EQ(signedOf(-1e20), -0x80000000LL);
  EXPECT_EQ(signedOf(NAN), 0);
  expectIntegers(convert("arith.fptoui", "f32", "i8", Array::scalar(200.7)), {},
                 {200 - 256});
  expectIntegers(convert("arith.fptoui", "f32", "i64", Array::scalar(-3)), {},
                 {0});
}

TEST(Arith, ReinterpretsBits) {
  expectIntegers(convert("arith.bitcast", "f32", "i32", Array::scalar(1.0)), {},
                 {0x3F800000});
  expectFloats(convert("arith.bitcast", "i32", "f32",
                       Array::integer(int32_t(0xBF800000))),
               {}, {-1.0});
  expectIntegers(convert("arith.bitcast", "f64", "i64", Array::scalar(1.0)), {},
                 {0x3FF0000000000000});
}

TEST(Arith, ComparesAndSelects) {
  const auto all = results(R"(
    func.func @main(%a: tensor<3xf32>, %b: tensor<3xf32>, %n: i32, %m: i32)
        -> (tensor<3xi1>, tensor<3xi1>, tensor<3xf32>, i1, i1, tensor<3xf32>) {
      %lt = arith.cmpf olt, %a, %b : tensor<3xf32>
      %ult = arith.cmpf ult, %a, %b : tensor<3xf32>
      %s = arith.select %lt, %a, %b : tensor<3xi1>, tensor<3xf32>
      %sl = arith.cmpi slt, %n, %m : i32
      %ul = arith.cmpi ult, %n, %m : i32
      %t = arith.select %sl, %a, %b : tensor<3xf32>
      return %lt, %ult, %s, %sl, %ul, %t
        : tensor<3xi1>, tensor<3xi1>, tensor<3xf32>, i1, i1, tensor<3xf32>
    })",
                           {Array::ofFloats({3}, {1, 5, NAN}),
                            Array::ofFloats({3}, {2, 4, 3}), Array::integer(-1),
                            Array::integer(1)});
  ASSERT_EQ(all.size(), 6u);
  expectIntegers(all[0], {3}, {1, 0, 0});
  expectIntegers(all[1], {3}, {1, 0, 1});
  expectFloats(all[2], {3}, {1, 4, 3});
  expectIntegers(all[3], {}, {1});
  expectIntegers(all[4], {}, {0});
  expectFloats(all[5], {3}, {1, 5, NAN});
}

TEST(Arith, HasConstants) {
  const auto all = results(R"(
    func.func @main() -> (tensor<2xf32>, tensor<2x2xi1>, i8, f64) {
      %a = arith.constant dense<[0.5, -2.0]> : tensor<2xf32>
      %b = arith.constant dense<true> : tensor<2x2xi1>
      %c = arith.constant -3 : i8
      %d = arith.constant 0.1 : f64
      return %a, %b, %c, %d : tensor<2xf32>, tensor<2x2xi1>, i8, f64
    })",
                           {});
  ASSERT_EQ(all.size(), 4u);
  expectFloats(all[0], {2}, {0.5, -2});
  expectIntegers(all[1], {2, 2}, {1, 1, 1, 1});
  expectIntegers(all[2], {}, {-3});
  expectFloats(all[3], {}, {0.1});
}

TEST(Math, HasTheUsualFunctions) {
  const std::pair<const char *, double (*)(double)> functions[] = {
      {"exp", std::exp},     {"exp2", std::exp2},   {"expm1", std::expm1},
      {"log", std::log},     {"log2", std::log2},   {"log10", std::log10},
      {"log1p", std::log1p}, {"sqrt", std::sqrt},   {"cbrt", std::cbrt},
      {"sin", std::sin},     {"cos", std::cos},     {"tan", std::tan},
      {"asin", std::asin},   {"acos", std::acos},   {"atan", std::atan},
      {"sinh", std::sinh},   {"cosh", std::cosh},   {"tanh", std::tanh},
      {"asinh", std::asinh}, {"atanh", std::atanh}, {"erf", std::erf},
      {"erfc", std::erfc},   {"floor", std::floor}, {"ceil", std::ceil},
      {"trunc", std::trunc}, {"round", std::round}, {"absf", std::fabs}};
  for (auto [name, function] : functions)
    EXPECT_EQ(applyF64(std::string("math.") + name, {0.625}), function(0.625))
        << name;
  EXPECT_EQ(applyF64("math.acosh", {1.5}), std::acosh(1.5));
  EXPECT_EQ(applyF64("math.rsqrt", {16}), 0.25);
  EXPECT_EQ(applyF64("math.roundeven", {2.5}), 2);
  EXPECT_EQ(applyF64("math.round", {2.5}), 3);
  EXPECT_EQ(applyF64("math.absf", {-2.5}), 2.5);
}

TEST(Math, HasFunctionsOfSeveralNumbers) {
  EXPECT_EQ(applyF64("math.powf", {2, -2}), 0.25);
  EXPECT_EQ(applyF64("math.atan2", {1, -1}), std::atan2(1, -1));
  EXPECT_EQ(applyF64("math.copysign", {3, -0.0}), -3);
  EXPECT_EQ(applyF64("math.fma", {2, 3, 4}), 10);
  EXPECT_EQ(applyI32("math.absi", {-7}), 7);
  EXPECT_EQ(applyI32("math.ipowi", {-3, 3}), -27);
  EXPECT_EQ(applyI32("math.ipowi", {-1, -3}), -1);
  EXPECT_EQ(applyI32("math.ipowi", {2, -1}), 0);
  const Array power =
      result(R"(
    func.func @main(%x: tensor<2xf64>, %n: tensor<2xi32>) -> tensor<2xf64> {
      %r = math.fpowi %x, %n : tensor<2xf64>, tensor<2xi32>
      return %r : tensor<2xf64>
    })",
             {Array::ofFloats({2}, {2, -3}), Array::ofIntegers({2}, {-1, 3})});
  expectFloats(power, {2}, {0.5, -27});
}

TEST(Precision, RoundsEachResultToItsType) {
  Options single;
  single.precision = Precision::F32;
  const Array third = Array::scalar(1.0 / 3);
  const auto twice = [&](llvm::StringRef type, const Options &options) {
    return apply("arith.addf", type, {third, third}, options).floats[0];
  };
  EXPECT_EQ(twice("f32", {}), 2.0 / 3);
  EXPECT_EQ(twice("f32", single), float(1.0 / 3) * 2);
  EXPECT_EQ(twice("f64", single), 2.0 / 3);
  // 11 and 8 bits of precision.
  EXPECT_EQ(twice("f16", single), 1365.0 / 2048);
  EXPECT_EQ(twice("bf16", single), 171.0 / 256);
}

TEST(Precision, LeavesConversionsToTheType) {
  Options single;
  single.precision = Precision::F32;
  const Array tenth = Array::scalar(0.1);
  EXPECT_EQ(convert("arith.truncf", "f64", "f32", tenth).floats[0], 0.1);
  EXPECT_EQ(convert("arith.truncf", "f64", "f32", tenth, single).floats[0],
            double(0.1f));
  EXPECT_EQ(convert("arith.extf", "f32", "f64", tenth, single).floats[0],
            double(0.1f));
}

} // namespace
