//===- lowering/MergeEqual.cpp - equal operations become one --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"

#include "lowering/Passes.h"

namespace vellum {
#define GEN_PASS_DEF_MERGEEQUAL
#include "lowering/Passes.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-merge-equal"

using namespace mlir;
using namespace vellum;

static constexpr StringLiteral kBodyHash = "vellum.body_hash";

/// Where CSE may find an op equal to another and cannot tell by its operands.
static bool hasPlainBody(Operation *op) {
  return op->getNumRegions() > 0 &&
         !op->hasTrait<OpTrait::IsIsolatedFromAbove>() &&
         llvm::all_of(op->getRegions(),
                      [](Region &region) { return region.hasOneBlock(); });
}

/// True if `value` is defined in a body that CSE may find equal to another,
/// whose values then are others.
static bool hasCounterpart(Value value) {
  return !value.getParentRegion()
              ->getParentOp()
              ->hasTrait<OpTrait::IsIsolatedFromAbove>();
}

/// The same for equal bodies. Ops in it that have bodies are marked already.
static llvm::hash_code hashBody(Operation *op) {
  DenseMap<Value, unsigned> inside;
  auto number = [&](Value value) -> llvm::hash_code {
    if (auto known = inside.find(value); known != inside.end())
      return llvm::hash_code(known->second);
    return hasCounterpart(value) ? llvm::hash_code(0) : hash_value(value);
  };
  llvm::hash_code hash(op->getNumRegions());
  for (Region &region : op->getRegions()) {
    for (BlockArgument argument : region.getArguments())
      inside.try_emplace(argument, inside.size());
    for (Operation &inner : region.front()) {
      hash = llvm::hash_combine(
          hash, OperationEquivalence::computeHash(
                    &inner, number, OperationEquivalence::ignoreHashValue,
                    OperationEquivalence::IgnoreLocations));
      for (Value result : inner.getResults())
        inside.try_emplace(result, inside.size());
    }
  }
  return hash;
}

namespace {
struct MergeEqual : vellum::impl::MergeEqualBase<MergeEqual> {
  void runOnOperation() override {
    Builder builder(&getContext());
    getOperation()->walk<WalkOrder::PostOrder>([&](Operation *op) {
      if (op == getOperation() || !hasPlainBody(op))
        return;
      op->setDiscardableAttr(kBodyHash,
                             builder.getI64IntegerAttr(
                                 static_cast<int64_t>(size_t(hashBody(op)))));
    });
    IRRewriter rewriter(&getContext());
    eliminateCommonSubExpressions(rewriter, getAnalysis<DominanceInfo>(),
                                  getOperation());
    getOperation()->walk(
        [](Operation *op) { op->removeDiscardableAttr(kBodyHash); });
    markAnalysesPreserved<DominanceInfo, PostDominanceInfo>();
  }
};
} // namespace
