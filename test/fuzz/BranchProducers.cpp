//===- test/fuzz/BranchProducers.cpp - scf.for and scf.if -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

/// Adds a few operations, of which the first ones are about `start`.
static void produceSome(ProgramBuilder &p, ArrayRef<Term> start, size_t most) {
  do {
    if (!start.empty() && p.choices.chance(50))
      p.focus = start[p.choices.below(start.size())];
    else if (p.choices.chance(50))
      p.focus = p.terms.back();
    produceOne(p);
  } while (p.terms.size() < most && p.choices.chance(65));
}

//===----------------------------------------------------------------------===//
// for
//===----------------------------------------------------------------------===//

/// A number known to the program or only to its run, such as an outer loop's
/// variable.
static Value needNumber(ProgramBuilder &p, int64_t low, int64_t high) {
  if (p.choices.chance(50))
    return p.constantIndex(low + p.choices.below(high - low + 1));
  return p.needScalar(Element::Index, {double(low), double(high)}).value;
}

static Term needCarry(ProgramBuilder &p) {
  if (p.choices.chance(15)) {
    static constexpr Element kElements[] = {Element::Float, Element::Index,
                                            Element::I64, Element::I1};
    const Element element = kElements[p.choices.below(4)];
    return p.needScalar(element, element == Element::I1 ? kUnit : kAny);
  }
  if (p.choices.chance(8))
    return p.needInteger(p.tensorDims(0, 2), Element::I32, -3, 5);
  Term term = p.need(p.tensorDims(0, 3));
  term.range = kAny;
  return term;
}

static void produceFor(ProgramBuilder &p) {
  if (p.depth >= 2)
    return;
  SmallVector<Term> carries;
  for (unsigned i = 1 + p.choices.below(3); i > 0; --i)
    carries.push_back(needCarry(p));
  SmallVector<Value> inits;
  for (Term &carry : carries)
    inits.push_back(carry.value = p.exact(carry));
  // As often as not from 0 by 1 to a size.
  const bool isPlain = p.choices.chance(50);
  Value lower = isPlain ? p.constantIndex(0) : needNumber(p, -2, 2);
  Value upper = isPlain && p.choices.chance(50) ? p.sizeOf(p.steps())
                                                : needNumber(p, -1, 4);
  Value step = isPlain ? p.constantIndex(1) : needNumber(p, 1, 3);
  auto loop = scf::ForOp::create(p.b, p.loc, lower, upper, step, inits);
  {
    OpBuilder::InsertionGuard guard(p.b);
    p.b.setInsertionPointToEnd(loop.getBody());
    ProgramBuilder::Scope scope(p);
    p.addScalar(loop.getInductionVar(), Element::Index, {-2, 70});
    SmallVector<Term> inside;
    for (auto [value, carry] :
         llvm::zip_equal(loop.getRegionIterArgs(), carries)) {
      inside.push_back(carry);
      inside.back().value = value;
      p.terms.push_back(inside.back());
    }
    produceSome(p, inside, scope.begin() + 15);
    SmallVector<Value> next;
    for (const Term &carry : inside)
      next.push_back(produceNext(p, carry));
    scf::YieldOp::create(p.b, p.loc, next);
  }
  for (auto [result, carry] : llvm::zip_equal(loop.getResults(), carries)) {
    p.terms.push_back(carry);
    p.terms.back().value = result;
  }
}

//===----------------------------------------------------------------------===//
// if
//===----------------------------------------------------------------------===//

/// True or false by data of the run that no cotangent passes through.
static Value needCondition(ProgramBuilder &p) {
  if (p.choices.chance(50))
    return p.needScalar(Element::I1, kUnit).value;
  Value number = p.needScalar(Element::Index, kAny).value;
  static constexpr arith::CmpIPredicate kPredicates[] = {
      arith::CmpIPredicate::slt, arith::CmpIPredicate::eq,
      arith::CmpIPredicate::ne};
  return arith::CmpIOp::create(p.b, p.loc, kPredicates[p.choices.below(3)],
                               number, p.constantIndex(p.choices.below(3)));
}

/// A value that a branch hands out, made in it as often as not.
static Value resultOf(ProgramBuilder &p, const Term &like, Block *branch) {
  auto fits = [&](const Term &each) {
    mlir::Value value = each.value;
    return each.element == like.element && each.isScalar == like.isScalar &&
           each.dims == like.dims && value.getParentBlock() == branch;
  };
  std::optional<Term> term = p.choices.chance(80) ? p.pick(fits) : std::nullopt;
  if (!term && like.isFloatTensor())
    term = p.need(like.dims, like.range);
  if (!term)
    term = like;
  if (term->isFloatTensor())
    term = p.fit(*term, like.range);
  return p.castTo(term->value, like.value.getType());
}

static void buildBranch(ProgramBuilder &p, ArrayRef<Term> results,
                        Block *branch) {
  OpBuilder::InsertionGuard guard(p.b);
  p.b.setInsertionPointToEnd(branch);
  ProgramBuilder::Scope scope(p);
  // Now and then it hands out what was there before.
  if (p.choices.chance(85))
    produceSome(p, results, scope.begin() + 10);
  SmallVector<Value> values;
  for (const Term &each : results)
    values.push_back(resultOf(p, each, branch));
  scf::YieldOp::create(p.b, p.loc, values);
}

static void produceIf(ProgramBuilder &p) {
  if (p.depth >= 3)
    return;
  SmallVector<Term> results;
  SmallVector<Type> types;
  for (unsigned i = 1 + p.choices.below(2); i > 0; --i) {
    results.push_back(needCarry(p));
    results.back().value = p.exact(results.back());
    types.push_back(results.back().value.getType());
  }
  Value condition = needCondition(p);
  auto branches = scf::IfOp::create(p.b, p.loc, types, condition,
                                    /*withElseRegion=*/true);
  buildBranch(p, results, branches.thenBlock());
  buildBranch(p, results, branches.elseBlock());
  for (auto [value, term] : llvm::zip_equal(branches.getResults(), results)) {
    p.terms.push_back(term);
    p.terms.back().value = value;
  }
}

void fuzz::addBranchProducers(Producers &producers) {
  producers.append({{8, produceFor}, {8, produceIf}});
}
