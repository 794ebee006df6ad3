//===- lowering/cpu/LoopOrder.cpp - how a linalg op's loops nest ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/LoopOrder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

bool vellum::cpu::hasPlainMaps(linalg::GenericOp op) {
  return llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
    return llvm::all_of(map.getResults(), [](AffineExpr expr) {
      return isa<AffineDimExpr, AffineConstantExpr>(expr);
    });
  });
}

Operation *vellum::cpu::combinerOf(linalg::GenericOp op, unsigned output) {
  BlockArgument out = op.getRegionOutputArgs()[output];
  Operation *last =
      op.getBody()->getTerminator()->getOperand(output).getDefiningOp();
  bool known = last && isa<arith::AddFOp, arith::MulFOp, arith::MaximumFOp,
                           arith::MinimumFOp, arith::AddIOp>(last);
  return known && last->hasOneUse() && out.hasOneUse() &&
                 *out.user_begin() == last
             ? last
             : nullptr;
}

llvm::SmallBitVector vellum::cpu::summedBy(linalg::GenericOp op,
                                           unsigned output) {
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(output));
  llvm::SmallBitVector dims(op.getNumLoops());
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
    if (!map.isFunctionOfDim(dim))
      dims.set(dim);
  return dims;
}

/// True if an output sums over `dim`.
static bool isSummed(linalg::GenericOp op, unsigned dim) {
  for (unsigned output = 0; output < op.getNumDpsInits(); ++output)
    if (summedBy(op, output).test(dim))
      return true;
  return false;
}

/// See LoopNest::sums.
static SmallVector<unsigned> sumsInRegisters(linalg::GenericOp op,
                                             unsigned vectorDim) {
  const bool lanes = isSummed(op, vectorDim);
  SmallVector<unsigned> result;
  for (unsigned output = 0; output < op.getNumDpsInits(); ++output)
    if (llvm::SmallBitVector dims = summedBy(op, output);
        lanes ? dims.test(vectorDim) : dims.any())
      result.push_back(output);
  return result;
}

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

bool vellum::cpu::hasVectorElements(linalg::GenericOp op) {
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

bool vellum::cpu::hasVectorBody(linalg::GenericOp op) {
  return llvm::all_of(op.getBody()->without_terminator(), [](Operation &inner) {
    return isa<arith::ConstantOp>(inner) ||
           (OpTrait::hasElementwiseMappableTraits(&inner) &&
            !dividesIntegers(inner));
  });
}

/// True if the sums that would be in registers run over the same dimensions,
/// and lanes can share them where that is wanted.
static bool canKeepSums(linalg::GenericOp op, unsigned vectorDim) {
  SmallVector<unsigned> sums = sumsInRegisters(op, vectorDim);
  return llvm::all_of(sums, [&](unsigned output) {
    llvm::SmallBitVector dims = summedBy(op, output);
    return dims == summedBy(op, sums[0]) &&
           (!dims.test(vectorDim) || combinerOf(op, output));
  });
}

std::optional<unsigned> vellum::cpu::vectorDimOf(linalg::GenericOp op) {
  if (!hasPlainMaps(op) || !hasVectorElements(op) || !hasVectorBody(op))
    return std::nullopt;
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  std::optional<unsigned> best;
  unsigned bestCount = 0;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim) {
    if (sizes[dim] == 1 || !canKeepSums(op, dim))
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

LoopNest vellum::cpu::loopNest(linalg::GenericOp op, unsigned vectorDim) {
  LoopNest nest{sumsInRegisters(op, vectorDim), {}, {}, false};
  llvm::SmallBitVector summed(op.getNumLoops());
  if (!nest.sums.empty())
    summed = summedBy(op, nest.sums[0]);
  nest.sumsLanes = summed.test(vectorDim);
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
    if (dim != vectorDim)
      (summed.test(dim) ? nest.inner : nest.outer).push_back(dim);
  return nest;
}

SmallVector<unsigned> vellum::cpu::loopOrder(const LoopNest &nest,
                                             unsigned vectorDim) {
  SmallVector<unsigned> order(nest.outer);
  if (!nest.sumsLanes)
    order.push_back(vectorDim);
  llvm::append_range(order, nest.inner);
  if (nest.sumsLanes)
    order.push_back(vectorDim);
  return order;
}
