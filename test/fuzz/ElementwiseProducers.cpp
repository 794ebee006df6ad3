//===- test/fuzz/ElementwiseProducers.cpp - arithmetic --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <algorithm>

#include "dialect/ModelOps.h"
#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

namespace {
/// A function of one number: where it is defined and not too steep, and what
/// it gives there.
struct Function {
  StringLiteral name;
  Bounds domain, image;
};
} // namespace

static constexpr Function kCommon[] = {
    {"math.tanh", kAny, kSigned},      {"vellum.sigmoid", kAny, kUnit},
    {"arith.negf", kAny, kAny},        {"vellum.softplus", kAny, {0, 51}},
    {"vellum.oneplus", kAny, {1, 52}}, {"math.exp", {-10, 3}, {0, 21}},
    {"math.absf", kAny, {0, 50}},      {"math.sqrt", {0.05, 50}, {0.2, 7.1}},
    {"math.log", {0.05, 50}, {-3, 4}},
};

static constexpr Function kRare[] = {
    {"math.exp2", {-10, 4}, {0, 16}},     {"math.expm1", {-10, 3}, {-1, 20}},
    {"math.log2", {0.05, 50}, {-5, 6}},   {"math.log10", {0.05, 50}, {-2, 2}},
    {"math.log1p", {-0.8, 50}, {-2, 4}},  {"math.rsqrt", {0.1, 50}, {0.1, 4}},
    {"math.sin", kAny, kSigned},          {"math.cos", kAny, kSigned},
    {"math.tan", {-1.2, 1.2}, {-3, 3}},   {"math.atan", kAny, {-2, 2}},
    {"math.erf", kAny, kSigned},          {"math.erfc", kAny, {0, 2}},
    {"math.asin", {-0.9, 0.9}, {-2, 2}},  {"math.acos", {-0.9, 0.9}, {0, 3}},
    {"math.sinh", {-3, 3}, {-11, 11}},    {"math.cosh", {-3, 3}, {1, 11}},
    {"math.asinh", kAny, {-5, 5}},        {"math.acosh", {1.2, 50}, {0, 5}},
    {"math.atanh", {-0.9, 0.9}, {-2, 2}}, {"math.cbrt", {0.1, 50}, {0.4, 4}},
    {"math.floor", kAny, {-51, 50}},      {"math.ceil", kAny, {-50, 51}},
    {"math.round", kAny, {-51, 51}},      {"math.roundeven", kAny, {-51, 51}},
    {"math.trunc", kAny, kAny},
};

static void applyFunction(ProgramBuilder &p, ArrayRef<Function> functions) {
  const Function &function = functions[p.choices.below(functions.size())];
  const ModelOp *listed = findModelOp(function.name);
  if (!listed || listed->compiles == ModelOp::Compiles::No)
    return;
  Term x = p.needAny(0, 4, function.domain);
  if (Value y = p.create(function.name, x.value, x.value.getType()))
    p.add(y, x.dims, function.image);
}

static void produceCommon(ProgramBuilder &p) { applyFunction(p, kCommon); }
static void produceRare(ProgramBuilder &p) { applyFunction(p, kRare); }

static Bounds sum(Bounds x, Bounds y) {
  return {x.low + y.low, x.high + y.high};
}

static Bounds product(Bounds x, Bounds y) {
  auto [low, high] = std::minmax(
      {x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high});
  return {low, high};
}

static Bounds hull(Bounds x, Bounds y) {
  return {std::min(x.low, y.low), std::max(x.high, y.high)};
}

/// A pair of tensors of the same dimensions, now and then the same twice.
static std::pair<Term, Term> needPair(ProgramBuilder &p, Bounds second = kAny) {
  Term x = p.needAny(0, 4);
  if (p.choices.chance(10))
    return {x, p.fit(x, second)};
  return {x, p.need(x.dims, second)};
}

static void produceBinary(ProgramBuilder &p) {
  switch (p.choices.below(8)) {
  case 0:
  case 1: {
    auto [x, y] = needPair(p);
    auto [a, b] = p.unify(x, y);
    p.add(arith::AddFOp::create(p.b, p.loc, a, b), x.dims,
          sum(x.range, y.range));
    return;
  }
  case 2: {
    auto [x, y] = needPair(p);
    auto [a, b] = p.unify(x, y);
    p.add(arith::SubFOp::create(p.b, p.loc, a, b), x.dims,
          sum(x.range, {-y.range.high, -y.range.low}));
    return;
  }
  case 3:
  case 4: {
    auto [x, y] = needPair(p);
    auto [a, b] = p.unify(x, y);
    p.add(arith::MulFOp::create(p.b, p.loc, a, b), x.dims,
          product(x.range, y.range));
    return;
  }
  case 5: {
    auto [x, y] = needPair(p, {0.3, 50});
    auto [a, b] = p.unify(x, y);
    p.add(arith::DivFOp::create(p.b, p.loc, a, b), x.dims,
          product(x.range, {0, 3.4}));
    return;
  }
  default: {
    auto [x, y] = needPair(p);
    auto [a, b] = p.unify(x, y);
    static constexpr StringLiteral kExtrema[] = {
        "arith.minimumf", "arith.maximumf", "arith.minnumf", "arith.maxnumf"};
    Value z = p.create(kExtrema[p.choices.below(std::size(kExtrema))], {a, b},
                       a.getType());
    p.add(z, x.dims, hull(x.range, y.range));
  }
  }
}

static void producePower(ProgramBuilder &p) {
  Term x = p.needAny(0, 3, {0.1, 5}), y = p.need(x.dims, {-2, 2});
  auto [a, b] = p.unify(x, y);
  p.add(math::PowFOp::create(p.b, p.loc, a, b), x.dims, {0, 101});
}

static void produceIntegerPower(ProgramBuilder &p) {
  Term x = p.needAny(0, 3, {0.3, 3});
  Term n = p.needInteger(x.dims, Element::I32, -3, 5);
  auto [a, b] = p.unify(x, n);
  p.add(math::FPowIOp::create(p.b, p.loc, a, b), x.dims, {0, 244});
}

static void produceAngle(ProgramBuilder &p) {
  auto [y, x] = needPair(p, {0.3, 50});
  auto [a, b] = p.unify(y, x);
  p.add(math::Atan2Op::create(p.b, p.loc, a, b), x.dims, {-2, 2});
}

static void produceCopySign(ProgramBuilder &p) {
  auto [x, y] = needPair(p);
  auto [a, b] = p.unify(x, y);
  p.add(math::CopySignOp::create(p.b, p.loc, a, b), x.dims, kAny);
}

static void produceClamp(ProgramBuilder &p) {
  Term x = p.needAny(0, 3), low = p.need(x.dims), high = p.need(x.dims);
  p.add(math::ClampFOp::create(p.b, p.loc, p.exact(x), p.exact(low),
                               p.exact(high)),
        x.dims, hull(hull(x.range, low.range), high.range));
}

/// Whether a number is of some kind.
static void produceClass(ProgramBuilder &p) {
  static constexpr StringLiteral kClasses[] = {"math.isinf", "math.isnan",
                                               "math.isfinite"};
  Term x = p.needAny(0, 3);
  Type type = p.b.getI1Type();
  if (auto tensor = dyn_cast<RankedTensorType>(x.value.getType()))
    type = tensor.clone(type);
  Value y =
      p.create(kClasses[p.choices.below(std::size(kClasses))], x.value, type);
  p.add(y, x.dims, kUnit, Element::I1);
}

static void produceFma(ProgramBuilder &p) {
  Term x = p.needAny(0, 3), y = p.need(x.dims), z = p.need(x.dims);
  p.add(math::FmaOp::create(p.b, p.loc, p.exact(x), p.exact(y), p.exact(z)),
        x.dims, sum(product(x.range, y.range), z.range));
}

static void produceComparison(ProgramBuilder &p) {
  static constexpr arith::CmpFPredicate kPredicates[] = {
      arith::CmpFPredicate::OGT, arith::CmpFPredicate::OLE,
      arith::CmpFPredicate::OEQ, arith::CmpFPredicate::UNE,
      arith::CmpFPredicate::ULT, arith::CmpFPredicate::OGE};
  auto [x, y] = needPair(p);
  auto [a, b] = p.unify(x, y);
  p.add(arith::CmpFOp::create(
            p.b, p.loc, kPredicates[p.choices.below(std::size(kPredicates))], a,
            b),
        x.dims, kUnit, Element::I1);
}

static void produceSelect(ProgramBuilder &p) {
  auto [x, y] = needPair(p);
  auto [a, b] = p.unify(x, y);
  Value condition;
  if (p.choices.chance(20))
    condition = p.needScalar(Element::I1, kUnit).value;
  else
    condition =
        p.castTo(p.needMask(x.dims).value,
                 cast<RankedTensorType>(a.getType()).clone(p.b.getI1Type()));
  p.add(arith::SelectOp::create(p.b, p.loc, condition, a, b), x.dims,
        hull(x.range, y.range));
}

/// A number in every element, of a shape that operations give.
static void produceConstant(ProgramBuilder &p) {
  Dims dims = p.tensorDims(0, 3);
  const double number = double(p.choices.below(9)) / 4 - 1;
  const bool isStatic = llvm::none_of(dims, [](Dim d) { return d.varies; });
  if (isStatic) {
    auto value = DenseElementsAttr::get(p.typeOf(dims), float(number));
    p.add(arith::ConstantOp::create(p.b, p.loc, value), dims, {number, number});
    return;
  }
  SmallVector<Value> sizes = p.dynamicSizes(dims);
  p.add(tensor::SplatOp::create(p.b, p.loc, p.constant(number),
                                p.typeOf(dims).getShape(), sizes),
        dims, {number, number});
}

/// Arithmetic on numbers that are no tensors.
static void produceScalar(ProgramBuilder &p) {
  Term x = p.needScalar(Element::Float, kAny),
       y = p.needScalar(Element::Float, kAny);
  if (p.choices.chance(50))
    p.addScalar(arith::MulFOp::create(p.b, p.loc, x.value, y.value),
                Element::Float, product(x.range, y.range));
  else
    p.addScalar(math::TanhOp::create(p.b, p.loc, x.value), Element::Float,
                kSigned);
}

void fuzz::addElementwiseProducers(Producers &producers) {
  producers.append({{10, produceCommon},
                    {3, produceRare},
                    {14, produceBinary},
                    {1, producePower},
                    {1, produceIntegerPower},
                    {1, produceAngle},
                    {1, produceCopySign},
                    {1, produceClamp},
                    {1, produceClass},
                    {1, produceFma},
                    {2, produceComparison},
                    {3, produceSelect},
                    {2, produceConstant},
                    {1, produceScalar}});
}
