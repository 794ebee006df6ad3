//===- lowering/cpu/VectorizeLoops.cpp - loops over vectors ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/PatternMatch.h"

#include "lowering/Remarks.h"
#include "lowering/cpu/AddedProduct.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/LoopOrder.h"
#include "lowering/cpu/LoopWriter.h"
#include "lowering/cpu/MemoryParts.h"
#include "lowering/cpu/TransposingCopy.h"

namespace vellum {
#define GEN_PASS_DEF_VECTORIZELOOPS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-vectorize-loops"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

/// Says why a loop runs by element; a loop over nothing is no loss.
static void explainScalar(linalg::GenericOp op) {
  if (op.getNumLoops() == 0)
    return;
  auto remark = remarkMissed(op.getLoc(), "vectorize-loops", topic::kKernel);
  if (!remark)
    return;
  if (!hasVectorElements(op))
    remark << "runs by element, as its elements are not f32 or i32";
  else if (!hasVectorBody(op))
    remark << "runs by element, as there is no vector form of what it does";
  else
    remark << "runs by element, as no dimension is contiguous in all operands";
}

namespace {
struct VectorizeLoops : vellum::impl::VectorizeLoopsBase<VectorizeLoops> {
  using Base::Base;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Copies between strided memrefs would become calls of a C function that
    // moves single elements.
    SmallVector<memref::CopyOp> copies;
    getOperation()->walk([&](memref::CopyOp op) { copies.push_back(op); });
    for (memref::CopyOp op : copies) {
      rewriter.setInsertionPoint(op);
      linalg::CopyOp::create(rewriter, op.getLoc(), op.getSource(),
                             op.getTarget());
      rewriter.eraseOp(op);
    }
    // All but fills, some of which sums begin with.
    if (failed(generalize(rewriter, [](Operation *op) {
          return !isa<linalg::GenericOp, linalg::FillOp>(op);
        })))
      return signalPassFailure();
    getOperation()->walk([&](linalg::GenericOp op) {
      if (std::optional<unsigned> dim = vectorDimOf(op))
        takeStarts(op, loopNest(op, *dim).sums);
    });
    if (failed(generalize(
            rewriter, [](Operation *op) { return isa<linalg::FillOp>(op); })))
      return signalPassFailure();
    SmallVector<linalg::GenericOp> loops;
    getOperation()->walk([&](linalg::GenericOp op) { loops.push_back(op); });
    for (linalg::GenericOp op : loops) {
      rewriter.setInsertionPoint(op);
      if (std::optional<unsigned> dim = vectorDimOf(op)) {
        LoopWriter(op, *dim, {lanes, fma}, starts.lookup(op), rewriter).run();
        ++vectorized;
      } else if (writeTransposingCopy(op, rewriter)) {
        ++transposed;
      } else {
        explainScalar(op);
        if (fma)
          roundSumsOnce(op, rewriter);
        if (failed(linalg::linalgOpToLoops(rewriter, op)))
          return signalPassFailure();
        ++scalar;
      }
      rewriter.eraseOp(op);
    }
    starts.clear();
  }

  /// Makes the named ops that `wanted` says into generic ones.
  LogicalResult generalize(RewriterBase &rewriter,
                           function_ref<bool(Operation *)> wanted) {
    SmallVector<linalg::LinalgOp> named;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (wanted(op))
        named.push_back(op);
    });
    for (linalg::LinalgOp op : named) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::generalizeNamedOp(rewriter, op)))
        return failure();
    }
    return success();
  }

  /// What each of the outputs `sums` is filled with before, in place of the
  /// fill; null where it is not.
  void takeStarts(linalg::GenericOp op, ArrayRef<unsigned> sums) {
    SmallVector<Value> &values = starts[op];
    for (unsigned output : sums) {
      OpOperand *init = op.getDpsInitOperand(output);
      linalg::FillOp fill =
          op.getMatchingIndexingMap(init).isProjectedPermutation()
              ? fillBefore(op, init->get())
              : linalg::FillOp();
      values.push_back(fill ? fill.getInputs()[0] : Value());
      if (!fill)
        continue;
      fill.erase();
      ++begun;
    }
  }

  DenseMap<Operation *, SmallVector<Value>> starts;
};
} // namespace
