//===- test/fuzz/IntegerProducers.cpp - counting and masking --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

static constexpr StringLiteral kArithmetic[] = {
    "arith.addi", "arith.subi", "arith.muli",  "arith.andi",
    "arith.ori",  "arith.xori", "arith.maxsi", "arith.minsi"};

static Term needIntegers(ProgramBuilder &p, Element element) {
  if (std::optional<Term> term = p.pick([&](const Term &each) {
        return each.element == element && !each.isScalar;
      }))
    return *term;
  const bool isMask = element == Element::I1;
  return p.needInteger(p.tensorDims(0, 3), element, isMask ? 0 : -3,
                       isMask ? 1 : 5);
}

/// Results wrap, so nothing is known of their range.
static constexpr Bounds kInteger{-1e18, 1e18};

static void produceArithmetic(ProgramBuilder &p) {
  const Element element = p.choices.chance(30) ? Element::I64 : Element::I32;
  Term x = needIntegers(p, element);
  Term y = p.needInteger(x.dims, element, -3, 5);
  auto [a, b] = p.unify(x, y);
  Value z = p.create(kArithmetic[p.choices.below(std::size(kArithmetic))],
                     {a, b}, a.getType());
  p.terms.push_back({z, x.dims, kInteger, element, false});
}

/// By fewer bits than there are, by as many, by more, by a negative number.
static void produceShift(ProgramBuilder &p) {
  static constexpr StringLiteral kShifts[] = {"arith.shli", "arith.shrsi",
                                              "arith.shrui"};
  const Element element = p.choices.chance(30) ? Element::I64 : Element::I32;
  Term x = needIntegers(p, element);
  Term y = p.needInteger(x.dims, element, -3, 70);
  auto [a, b] = p.unify(x, y);
  Value z = p.create(kShifts[p.choices.below(std::size(kShifts))], {a, b},
                     a.getType());
  p.terms.push_back({z, x.dims, kInteger, element, false});
}

static void produceLogic(ProgramBuilder &p) {
  Term x = needIntegers(p, Element::I1), y = p.needMask(x.dims);
  auto [a, b] = p.unify(x, y);
  // and, or, xor
  Value z = p.create(kArithmetic[3 + p.choices.below(3)], {a, b}, a.getType());
  p.add(z, x.dims, kUnit, Element::I1);
}

static void produceComparison(ProgramBuilder &p) {
  static constexpr arith::CmpIPredicate kPredicates[] = {
      arith::CmpIPredicate::eq, arith::CmpIPredicate::slt,
      arith::CmpIPredicate::sge, arith::CmpIPredicate::ult};
  Term x = needIntegers(p, Element::I32);
  Term y = p.needInteger(x.dims, Element::I32, -3, 5);
  auto [a, b] = p.unify(x, y);
  p.add(arith::CmpIOp::create(
            p.b, p.loc, kPredicates[p.choices.below(std::size(kPredicates))], a,
            b),
        x.dims, kUnit, Element::I1);
}

static Type withElement(Value like, Type element) {
  if (auto tensor = dyn_cast<RankedTensorType>(like.getType()))
    return tensor.clone(element);
  return element;
}

static void produceToFloat(ProgramBuilder &p) {
  const bool isMask = p.choices.chance(60);
  Term x = isMask ? needIntegers(p, Element::I1)
                  : p.needInteger(p.tensorDims(0, 3), Element::I32, -3, 5);
  Type type = withElement(x.value, p.elementType(Element::Float));
  Value y = isMask ? Value(arith::UIToFPOp::create(p.b, p.loc, type, x.value))
                   : Value(arith::SIToFPOp::create(p.b, p.loc, type, x.value));
  p.add(y, x.dims, x.range);
}

static void produceFromFloat(ProgramBuilder &p) {
  Term x = p.needAny(0, 3, {-50, 50});
  Type type = withElement(x.value, p.b.getI32Type());
  if (p.choices.chance(50))
    p.add(arith::FPToSIOp::create(p.b, p.loc, type, x.value), x.dims, x.range,
          Element::I32);
  else
    p.add(arith::FPToUIOp::create(p.b, p.loc, type, x.value), x.dims, {0, 50},
          Element::I32);
}

static void produceWidening(ProgramBuilder &p) {
  Term x = needIntegers(p, p.choices.chance(50) ? Element::I1 : Element::I32);
  if (x.element == Element::I1) {
    Type type = withElement(x.value, p.b.getI32Type());
    p.add(arith::ExtUIOp::create(p.b, p.loc, type, x.value), x.dims, kUnit,
          Element::I32);
    return;
  }
  Type type = withElement(x.value, p.b.getI64Type());
  p.terms.push_back({arith::ExtSIOp::create(p.b, p.loc, type, x.value), x.dims,
                     x.range, Element::I64, false});
}

/// A number made of the step that a loop is at, or of an argument.
static void produceScalar(ProgramBuilder &p) {
  Term x = p.needScalar(Element::Index, {0, 1e6});
  Value wide =
      arith::IndexCastOp::create(p.b, p.loc, p.b.getI64Type(), x.value);
  if (p.choices.chance(50)) {
    p.addScalar(wide, Element::I64, x.range);
    return;
  }
  p.addScalar(arith::SIToFPOp::create(p.b, p.loc, p.b.getF32Type(), wide),
              Element::Float, x.range);
}

/// Whether a step is the first, as a condition.
static void produceCondition(ProgramBuilder &p) {
  Term x = p.needScalar(Element::Index, {0, 1e6});
  Value limit = p.constantIndex(p.choices.below(3));
  p.addScalar(arith::CmpIOp::create(p.b, p.loc, arith::CmpIPredicate::sgt,
                                    x.value, limit),
              Element::I1, kUnit);
}

void fuzz::addIntegerProducers(Producers &producers) {
  producers.append({{2, produceArithmetic},
                    {1, produceShift},
                    {1, produceLogic},
                    {1, produceComparison},
                    {2, produceToFloat},
                    {1, produceFromFloat},
                    {1, produceWidening},
                    {1, produceScalar},
                    {1, produceCondition}});
}
