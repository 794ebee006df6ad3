//===- lowering/cpu/LowerControlFlow.cpp - loops as branches --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Rewrite/FrozenRewritePatternSet.h"
#include "mlir/Rewrite/PatternApplicator.h"

#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_LOWERCONTROLFLOW
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-lower-control-flow"

using namespace mlir;

/// True for what the patterns replace; the ends of regions go with them.
static bool isStructured(Operation *op) {
  return isa_and_nonnull<scf::SCFDialect>(op->getDialect()) &&
         op->getNumRegions() > 0;
}

/// Calls of no more results stay within their block.
static constexpr unsigned kFewResults = 64;

/// Gives what follows a call of many results a block of its own. The conversion
/// of functions puts the parts of each result behind the call, and for each it
/// numbers anew all ops of the block, of which there are as many again for each
/// result.
static void endBlockAfter(func::CallOp call, RewriterBase &rewriter) {
  Block *block = call->getBlock();
  Block *rest = rewriter.splitBlock(block, std::next(call->getIterator()));
  rewriter.setInsertionPointToEnd(block);
  cf::BranchOp::create(rewriter, call.getLoc(), rest);
}

namespace {
struct LowerControlFlow : vellum::impl::LowerControlFlowBase<LowerControlFlow> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    populateSCFToControlFlowConversionPatterns(set);
    patterns = std::move(set);
    return success();
  }

  /// From the last to the first, and outer ones before inner ones: a block that
  /// is split takes time for each op behind, and what is lowered has left.
  void runOnOperation() override {
    SmallVector<Operation *> structured;
    getOperation()->walk([&](Operation *op) {
      if (isStructured(op) ||
          (isa<func::CallOp>(op) && op->getNumResults() > kFewResults))
        structured.push_back(op);
    });
    PatternRewriter rewriter(&getContext());
    PatternApplicator applicator(patterns);
    applicator.applyDefaultCostModel();
    for (Operation *op : llvm::reverse(structured)) {
      Location loc = op->getLoc();
      StringRef name = op->getName().getStringRef();
      if (auto call = dyn_cast<func::CallOp>(op)) {
        endBlockAfter(call, rewriter);
        continue;
      }
      rewriter.setInsertionPoint(op);
      if (failed(applicator.matchAndRewrite(op, rewriter))) {
        emitError(loc) << "'" << name << "' op has no form of branches";
        return signalPassFailure();
      }
      ++numLowered;
    }
  }

  FrozenRewritePatternSet patterns;
};
} // namespace
