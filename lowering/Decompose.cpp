//===- lowering/Decompose.cpp - composite ops as smaller ones -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/Decompose.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringSet.h"

#include "dialect/KnownSizes.h"
#include "dialect/Vellum.h"
#include "lowering/Passes.h"

#define DEBUG_TYPE "vellum-decompose"

namespace vellum {
#define GEN_PASS_DEF_DECOMPOSE
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

/// Puts the smaller ops in the place of `op`. Decompositions find in the types
/// what the op's rule says of sizes, and may know less or more about a type
/// than the op did.
static LogicalResult replaceByParts(Decomposable op) {
  OpBuilder builder(op);
  if (auto rule = dyn_cast<InferTypeOpInterface>(op.getOperation()))
    castToKnownSizes(rule, builder);
  auto values = op.decompose(builder);
  if (failed(values))
    return failure();
  for (auto [result, value] : llvm::zip_equal(op->getResults(), *values)) {
    if (value.getType() != result.getType())
      value =
          tensor::CastOp::create(builder, op.getLoc(), result.getType(), value);
    result.replaceAllUsesWith(value);
  }
  op->erase();
  return success();
}

FailureOr<DecomposeCounts>
vellum::decompose(Operation *root, function_ref<bool(Operation *)> keep) {
  DecomposeCounts counts;
  SmallVector<Decomposable> ops;
  do {
    ops.clear();
    counts.kept = 0;
    // Inner ops come first, so a body is decomposed before its op.
    root->walk([&](Decomposable op) {
      if (!op.isDecomposable())
        return;
      if (keep && keep(op))
        ++counts.kept;
      else
        ops.push_back(op);
    });
    for (Decomposable op : ops)
      if (failed(replaceByParts(op)))
        return failure();
    counts.decomposed += ops.size();
  } while (!ops.empty());
  return counts;
}

namespace {
struct Decompose : vellum::impl::DecomposeBase<Decompose> {
  using DecomposeBase::DecomposeBase;

  void runOnOperation() override {
    llvm::StringSet<> names;
    for (const std::string &name : keep)
      names.insert(name);
    auto counts = decompose(getOperation(), [&](Operation *op) {
      return names.contains(op->getName().getStringRef());
    });
    if (failed(counts))
      return signalPassFailure();
    numDecomposed += counts->decomposed;
    numKept += counts->kept;
  }
};
} // namespace
