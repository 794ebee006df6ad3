//===- dialect/Checks.cpp - building an op's checks -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Checks.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"

#include "dialect/Shapes.h"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

Value CheckBuilder::constant(int64_t number) {
  return arith::ConstantIndexOp::create(b, loc, number);
}

static Value compare(OpBuilder &b, Location loc, arith::CmpIPredicate predicate,
                     OpFoldResult lhs, OpFoldResult rhs) {
  return arith::CmpIOp::create(b, loc, predicate,
                               getValueOrCreateConstantIndexOp(b, loc, lhs),
                               getValueOrCreateConstantIndexOp(b, loc, rhs));
}

/// A condition that is known; it is built, as its check says something.
static Value known(OpBuilder &b, Location loc, bool holds) {
  return holds ? Value()
               : arith::ConstantOp::create(b, loc, b.getBoolAttr(false))
                     .getResult();
}

Value CheckBuilder::equal(OpFoldResult lhs, OpFoldResult rhs) {
  lhs = sizes.traced(lhs);
  rhs = sizes.traced(rhs);
  if (facts.areEqual(lhs, rhs))
    return {};
  std::optional<int64_t> left = getConstantIntValue(lhs),
                         right = getConstantIntValue(rhs);
  if (left && right)
    return known(b, loc, *left == *right);
  return compare(b, loc, arith::CmpIPredicate::eq, lhs, rhs);
}

Value CheckBuilder::equalTo(OpFoldResult lhs, int64_t number) {
  return equal(lhs, b.getIndexAttr(number));
}

Value CheckBuilder::isMultiple(OpFoldResult number, int64_t divisor) {
  if (std::optional<int64_t> constant = getConstantIntValue(number))
    return known(b, loc, *constant % divisor == 0);
  Value rest =
      arith::RemUIOp::create(b, loc, cast<Value>(number), constant(divisor));
  return equalTo(OpFoldResult(rest), 0);
}

Value CheckBuilder::atMost(OpFoldResult lhs, OpFoldResult rhs) {
  lhs = sizes.traced(lhs);
  rhs = sizes.traced(rhs);
  if (facts.areEqual(lhs, rhs))
    return {};
  std::optional<int64_t> left = getConstantIntValue(lhs),
                         right = getConstantIntValue(rhs);
  if (left && right)
    return known(b, loc, *left <= *right);
  if (left && *left <= 0 && facts.isNotNegative(rhs))
    return {};
  return compare(b, loc, arith::CmpIPredicate::sle, lhs, rhs);
}

Value CheckBuilder::notNegative(OpFoldResult number) {
  if (facts.isNotNegative(number))
    return {};
  return atMost(b.getIndexAttr(0), number);
}

/// A size is not negative, so a negative index is larger as an unsigned number.
Value CheckBuilder::isIndexOf(OpFoldResult index, OpFoldResult size) {
  std::optional<int64_t> at = getConstantIntValue(index),
                         end = getConstantIntValue(size);
  if (at && end)
    return known(b, loc, 0 <= *at && *at < *end);
  return compare(b, loc, arith::CmpIPredicate::ult, index, size);
}

Value CheckBuilder::both(Value lhs, Value rhs) {
  if (!lhs || !rhs)
    return lhs ? lhs : rhs;
  return arith::AndIOp::create(b, loc, lhs, rhs);
}

Value CheckBuilder::either(Value lhs, Value rhs) {
  return lhs && rhs ? arith::OrIOp::create(b, loc, lhs, rhs).getResult()
                    : Value();
}

OpFoldResult CheckBuilder::lesser(OpFoldResult lhs, OpFoldResult rhs) {
  return b.createOrFold<arith::MinSIOp>(
      loc, getValueOrCreateConstantIndexOp(b, loc, lhs),
      getValueOrCreateConstantIndexOp(b, loc, rhs));
}

OpFoldResult CheckBuilder::subtract(OpFoldResult lhs, OpFoldResult rhs) {
  std::optional<int64_t> left = getConstantIntValue(lhs),
                         right = getConstantIntValue(rhs);
  if (left && right)
    return b.getIndexAttr(*left - *right);
  if (right && *right == 0)
    return lhs;
  return arith::SubIOp::create(b, loc,
                               getValueOrCreateConstantIndexOp(b, loc, lhs),
                               getValueOrCreateConstantIndexOp(b, loc, rhs))
      .getResult();
}

Value CheckBuilder::wide(OpFoldResult number) {
  if (std::optional<int64_t> constant = getConstantIntValue(number))
    return arith::ConstantOp::create(b, loc,
                                     b.getF64FloatAttr(double(*constant)));
  Value integer =
      arith::IndexCastOp::create(b, loc, b.getI64Type(), cast<Value>(number));
  return arith::SIToFPOp::create(b, loc, b.getF64Type(), integer);
}

Value CheckBuilder::wideProduct(ArrayRef<OpFoldResult> factors) {
  Value product;
  for (OpFoldResult factor : factors)
    product =
        product
            ? arith::MulFOp::create(b, loc, product, wide(factor)).getResult()
            : wide(factor);
  return product ? product : wide(b.getIndexAttr(1));
}

Value CheckBuilder::wideCompare(arith::CmpFPredicate predicate, Value lhs,
                                Value rhs) {
  return arith::CmpFOp::create(b, loc, predicate, lhs, rhs);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

CheckText CheckBuilder::saysOf(Operation *op) {
  CheckText text;
  text << "'" << op->getName().getStringRef() << "' op ";
  return text;
}

void CheckBuilder::require(Value condition, const CheckText &text) {
  if (condition)
    RequireOp::create(b, loc, condition, text.getText(), text.getValues());
}

void CheckBuilder::requireEqual(OpFoldResult lhs, OpFoldResult rhs,
                                const CheckText &text) {
  require(equal(lhs, rhs), text);
  facts.addEqual(sizes.traced(lhs), sizes.traced(rhs));
}

void CheckBuilder::requireNatural(OpFoldResult number, Value condition,
                                  const CheckText &text) {
  require(condition, text);
  facts.addNotNegative(number);
}

void CheckBuilder::requireNotNegative(ArrayRef<OpFoldResult> shape) {
  for (OpFoldResult size : shape)
    requireNatural(size, notNegative(size), says() << "has a size of " << size);
}

void CheckBuilder::requireShape(ArrayRef<OpFoldResult> shape) {
  requireNotNegative(shape);
  requireCount(shape);
}

void CheckBuilder::requireProduct(ArrayRef<OpFoldResult> factors,
                                  OpFoldResult whole) {
  auto isOpen = [](OpFoldResult size) { return isa<Value>(size); };
  if (!isOpen(whole) && llvm::none_of(factors, isOpen))
    return;
  Value holds = factors.size() == 1
                    ? equal(factors[0], whole)
                    : wideCompare(arith::CmpFPredicate::OEQ,
                                  wideProduct(factors), wide(whole));
  if (!holds)
    return;
  OpFoldResult product = b.getIndexAttr(1);
  for (OpFoldResult factor : factors)
    product = b.createOrFold<arith::MulIOp>(
        loc, getValueOrCreateConstantIndexOp(b, loc, product),
        getValueOrCreateConstantIndexOp(b, loc, factor));
  require(holds, says() << "expands a dimension of " << whole
                        << " to a product of " << product);
  if (factors.size() == 1)
    facts.addEqual(sizes.traced(factors[0]), sizes.traced(whole));
}

SmallVector<OpFoldResult>
CheckBuilder::without(ArrayRef<OpFoldResult> shape,
                      const llvm::SmallBitVector &dropped) {
  SmallVector<OpFoldResult> kept;
  for (auto [i, size] : llvm::enumerate(shape))
    if (!dropped.test(i))
      kept.push_back(size);
  return kept;
}

void CheckBuilder::requireCount(ArrayRef<OpFoldResult> shape) {
  int64_t number = 1;
  SmallVector<OpFoldResult> open;
  for (OpFoldResult size : shape)
    if (std::optional<int64_t> constant = getConstantIntValue(size))
      number = std::max<int64_t>(number, 1) * std::max<int64_t>(*constant, 1);
    else
      open.push_back(size);
  if (open.empty())
    return;
  Value fits;
  if (open.size() == 1) {
    fits = atMost(open[0], b.getIndexAttr(kMostElements / number));
  } else {
    open.push_back(b.getIndexAttr(number));
    fits = wideCompare(arith::CmpFPredicate::OLE, wideProduct(open),
                       wide(b.getIndexAttr(kMostElements)));
  }
  require(fits, says() << "has a tensor of " << shape << ", more than "
                       << kMostElements << " elements");
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

OpFoldResult CheckBuilder::valueOf(const SizeTerm &term) {
  SmallVector<OpFoldResult> parts{b.getIndexAttr(term.number)};
  for (OperandDim each : term.dims)
    parts.push_back(size(op->getOperand(each.operand), each.dim));
  return addSizes(b, loc, parts);
}

void CheckBuilder::requireType(unsigned result, ArrayRef<OpFoldResult> shape) {
  auto type = cast<RankedTensorType>(op->getResult(result).getType());
  for (auto [dim, size] : llvm::enumerate(shape)) {
    if (!size || type.isDynamicDim(dim))
      continue;
    requireEqual(size, b.getIndexAttr(type.getDimSize(dim)),
                 says() << "result must be a " << Type(type) << ", but got "
                        << (isa<FloatType>(type.getElementType()) ? "floats"
                                                                  : "integers")
                        << " of shape " << shape);
  }
}

/// True if the sizes that are open are among those of an operand, each as often
/// as there: then there are no more elements than it has, but for a factor.
static bool isAsLargeAs(ArrayRef<OpFoldResult> shape,
                        ArrayRef<OpFoldResult> operand) {
  SmallVector<OpFoldResult> left(operand);
  return llvm::all_of(shape, [&](OpFoldResult size) {
    if (!isa<Value>(size))
      return true;
    auto *found = llvm::find(left, size);
    if (found == left.end())
      return false;
    left.erase(found);
    return true;
  });
}

void CheckBuilder::requireCountBeyond(ArrayRef<OpFoldResult> shape,
                                      ValueRange operands) {
  if (llvm::none_of(operands, [&](Value operand) {
        return isa<RankedTensorType>(operand.getType()) &&
               isAsLargeAs(shape, this->shape(operand));
      }))
    requireCount(shape);
}

void CheckBuilder::requireRule(InferTypeOpInterface inference) {
  const SizeRule &rule = sizes.getRules().of(inference);
  if (!rule.isComplete)
    op->emitWarning("what else its shape rule asks of these sizes is not "
                    "checked by compiled code");
  for (const SizeAgreement &each : rule.agreements) {
    const OpFoldResult lhs = valueOf(each.lhs), rhs = valueOf(each.rhs);
    CheckText text;
    StringRef rest = each.text;
    for (auto [i, value] : llvm::enumerate(each.values)) {
      auto [before, after] = rest.split("{" + std::to_string(i) + "}");
      text << before << valueOf(value);
      rest = after;
    }
    text << rest;
    if (each.divisor) {
      require(isMultiple(lhs, each.divisor), text);
      continue;
    }
    if (!each.lhsMayBeOne && !each.rhsMayBeOne) {
      requireEqual(lhs, rhs, text);
      continue;
    }
    Value fits = equal(lhs, rhs);
    if (fits && each.lhsMayBeOne)
      fits = either(fits, equal(lhs, b.getIndexAttr(1)));
    if (fits && each.rhsMayBeOne)
      fits = either(fits, equal(rhs, b.getIndexAttr(1)));
    require(fits, text);
  }
  for (auto [number, terms] : llvm::enumerate(rule.results)) {
    if (!isa<RankedTensorType>(op->getResult(number).getType()))
      continue;
    SmallVector<OpFoldResult> shape =
        llvm::map_to_vector(terms, [&](const std::optional<SizeTerm> &term) {
          return term ? valueOf(*term) : OpFoldResult();
        });
    if (llvm::is_contained(shape, OpFoldResult()))
      continue;
    requireType(number, shape);
    requireCountBeyond(shape, op->getOperands());
  }
}

void CheckBuilder::requireSameShape() {
  Value first;
  for (Value operand : op->getOperands()) {
    if (!isa<RankedTensorType>(operand.getType()))
      continue;
    if (!first) {
      first = operand;
      continue;
    }
    const auto lhs = shape(first), rhs = shape(operand);
    if (lhs.size() != rhs.size())
      continue;
    for (auto [a, b] : llvm::zip_equal(lhs, rhs))
      requireEqual(a, b,
                   says() << "shape mismatch: operands of "
                          << ArrayRef<OpFoldResult>(lhs) << " and "
                          << ArrayRef<OpFoldResult>(rhs));
  }
}

void vellum::buildChecks(Operation *op, CheckBuilder &check) {
  auto inference = dyn_cast<InferTypeOpInterface>(op);
  if (inference && isa<VellumDialect>(op->getDialect()))
    check.requireRule(inference);
  if (auto checked = dyn_cast<Checked>(op))
    checked.buildChecks(check);
  if (op->hasTrait<OpTrait::Elementwise>())
    check.requireSameShape();
}
