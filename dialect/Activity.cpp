//===- dialect/Activity.cpp - what depends differentiably on what ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Activity.h"

#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/RegionUtils.h"

#include "dialect/Interfaces.h"

using namespace mlir;
using namespace vellum;

bool vellum::isFloatLike(Type type) {
  return isa<FloatType>(getElementTypeOrSelf(type));
}

SmallVector<Value> vellum::valuesReadBy(Operation *op) {
  llvm::SetVector<Value> values(op->operand_begin(), op->operand_end());
  if (op->getNumRegions())
    getUsedValuesDefinedAbove(op->getRegions(), values);
  return values.takeVector();
}

static bool passesCotangents(Operation *op) {
  auto rule = dyn_cast<Differentiable>(op);
  return !rule || rule.passesCotangents();
}

void vellum::addDependents(Block &block, DenseSet<Value> &values) {
  auto contains = [&](Value value) { return values.contains(value); };
  for (Operation &op : block) {
    if (!passesCotangents(&op) || llvm::none_of(valuesReadBy(&op), contains))
      continue;
    for (Value result : op.getResults())
      if (isFloatLike(result.getType()))
        values.insert(result);
  }
}

void vellum::addInfluences(Block &block, DenseSet<Value> &values) {
  auto contains = [&](Value value) { return values.contains(value); };
  for (Operation &op : llvm::reverse(block)) {
    if (!passesCotangents(&op) || llvm::none_of(op.getResults(), contains))
      continue;
    for (Value value : valuesReadBy(&op))
      if (isFloatLike(value.getType()))
        values.insert(value);
  }
}
