//===- lowering/cpu/VectorizeLoops.cpp - loops over vectors ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/PatternMatch.h"

#include "lowering/Remarks.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/LoopWriter.h"

namespace vellum {
#define GEN_PASS_DEF_VECTORIZELOOPS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-vectorize-loops"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

//===----------------------------------------------------------------------===//
// Choosing the dimension that runs over vectors
//===----------------------------------------------------------------------===//

/// How an operand depends on a loop dimension.
enum class Access { Absent, Contiguous, Other };

static Access accessOf(AffineMap map, Value operand, unsigned dim) {
  if (!map.isFunctionOfDim(dim))
    return Access::Absent;
  auto type = cast<MemRefType>(operand.getType());
  unsigned uses = llvm::count_if(map.getResults(), [&](AffineExpr expr) {
    return expr.isFunctionOfDim(dim);
  });
  bool last =
      map.getResults().back() == getAffineDimExpr(dim, map.getContext());
  return uses == 1 && last && type.isLastDimUnitStride() ? Access::Contiguous
                                                         : Access::Other;
}

/// In memory an i1 takes a byte, but a vector of i1 is packed; and the device
/// library's functions take f32.
static bool hasVectorElements(linalg::GenericOp op) {
  return llvm::all_of(op->getOperandTypes(), [](Type type) {
    Type element = getElementTypeOrSelf(type);
    return element.isF32() || element.isInteger(32);
  });
}

/// No CPU divides vectors of integers, and the lanes beyond the end, which hold
/// zeros, would trap.
static bool dividesIntegers(Operation &op) {
  return isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
             arith::CeilDivSIOp, arith::CeilDivUIOp, arith::FloorDivSIOp>(op);
}

static bool hasVectorBody(linalg::GenericOp op) {
  return llvm::all_of(op.getBody()->without_terminator(), [](Operation &inner) {
    return isa<arith::ConstantOp>(inner) ||
           (OpTrait::hasElementwiseMappableTraits(&inner) &&
            !dividesIntegers(inner));
  });
}

/// Each output is a sum that lanes can share, or written in each iteration.
static bool sumsOverLanes(linalg::GenericOp op) {
  for (unsigned output = 0; output < op.getNumDpsInits(); ++output)
    if (isSum(op, output) && !combinerOf(op, output))
      return false;
  return true;
}

/// The dimension with the most contiguous operands and no other access.
static std::optional<unsigned> chooseVectorDim(linalg::GenericOp op) {
  if (!hasPlainMaps(op) || !hasVectorElements(op) || !hasVectorBody(op))
    return std::nullopt;
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  std::optional<unsigned> best;
  unsigned bestCount = 0;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim) {
    bool reduces =
        op.getIteratorTypesArray()[dim] == utils::IteratorType::reduction;
    if (sizes[dim] == 1 || (reduces && !sumsOverLanes(op)))
      continue;
    unsigned contiguous = 0;
    bool possible = true;
    for (auto [map, operand] : llvm::zip(maps, op->getOperands())) {
      Access access = accessOf(map, operand, dim);
      possible &= access != Access::Other;
      contiguous += access == Access::Contiguous;
    }
    if (possible && contiguous > bestCount) {
      best = dim;
      bestCount = contiguous;
    }
  }
  return best;
}

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
    SmallVector<linalg::LinalgOp> named;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (!isa<linalg::GenericOp>(op.getOperation()))
        named.push_back(op);
    });
    for (linalg::LinalgOp op : named) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::generalizeNamedOp(rewriter, op)))
        return signalPassFailure();
    }
    SmallVector<linalg::GenericOp> loops;
    getOperation()->walk([&](linalg::GenericOp op) { loops.push_back(op); });
    for (linalg::GenericOp op : loops) {
      rewriter.setInsertionPoint(op);
      if (std::optional<unsigned> dim = chooseVectorDim(op)) {
        LoopWriter(op, *dim, lanes, rewriter).run();
        ++vectorized;
      } else {
        explainScalar(op);
        if (failed(linalg::linalgOpToLoops(rewriter, op)))
          return signalPassFailure();
        ++scalar;
      }
      rewriter.eraseOp(op);
    }
  }
};
} // namespace
