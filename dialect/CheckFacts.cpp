//===- dialect/CheckFacts.cpp - what checks say and what they tell --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/Checks.h"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

CheckText &CheckText::operator<<(StringRef words) {
  text += words;
  return *this;
}

CheckText &CheckText::operator<<(int64_t number) {
  text += std::to_string(number);
  return *this;
}

CheckText &CheckText::operator<<(OpFoldResult number) {
  if (std::optional<int64_t> constant = getConstantIntValue(number))
    return *this << *constant;
  text += "{" + std::to_string(values.size()) + "}";
  values.push_back(cast<Value>(number));
  return *this;
}

CheckText &CheckText::operator<<(Type type) {
  llvm::raw_string_ostream(text) << "'" << type << "'";
  return *this;
}

CheckText &CheckText::operator<<(ArrayRef<OpFoldResult> shape) {
  if (shape.empty())
    return *this << "a scalar";
  for (auto [i, size] : llvm::enumerate(shape))
    *this << (i ? "x" : "") << size;
  return *this;
}

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

OpFoldResult CheckFacts::leader(OpFoldResult number) const {
  while (auto value = dyn_cast<Value>(number)) {
    OpFoldResult next = leaders.lookup(value);
    if (!next)
      break;
    number = next;
  }
  return number;
}

bool CheckFacts::areEqual(OpFoldResult a, OpFoldResult b) {
  return isEqualConstantIntOrValue(leader(a), leader(b));
}

void CheckFacts::addEqual(OpFoldResult a, OpFoldResult b) {
  a = leader(a);
  b = leader(b);
  if (isEqualConstantIntOrValue(a, b))
    return;
  // A number leads.
  if (!isa<Value>(a))
    std::swap(a, b);
  auto value = dyn_cast<Value>(a);
  if (!value)
    return;
  leaders[value] = b;
  log.push_back({value, true});
}

bool CheckFacts::isNotNegative(OpFoldResult number) {
  if (std::optional<int64_t> constant = getConstantIntValue(leader(number)))
    return *constant >= 0;
  auto isNatural = [&](OpFoldResult each) {
    auto value = dyn_cast<Value>(each);
    return value &&
           (natural.contains(value) || value.getDefiningOp<tensor::DimOp>());
  };
  return isNatural(number) || isNatural(leader(number));
}

void CheckFacts::addNotNegative(OpFoldResult number) {
  auto value = dyn_cast<Value>(number);
  if (value && natural.insert(value).second)
    log.push_back({value, false});
}

void CheckFacts::forget(size_t mark) {
  while (log.size() > mark) {
    auto [value, isEqual] = log.pop_back_val();
    if (isEqual)
      leaders.erase(value);
    else
      natural.erase(value);
  }
}
