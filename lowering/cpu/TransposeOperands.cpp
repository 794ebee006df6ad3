//===- lowering/cpu/TransposeOperands.cpp - columns that are read as rows -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Short dot products cost more for their sums over lanes than a transposed
/// copy of one operand. Weights that the steps of a scan share have theirs by
/// `vellum-pack-operands`, what the blocks of an attention share by
/// `vellum-tile-rows`.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "lowering/cpu/CpuOps.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/MemoryParts.h"
#include "lowering/cpu/Products.h"

namespace vellum {
#define GEN_PASS_DEF_TRANSPOSEOPERANDS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-transpose-operands"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

/// True for short dot products of two sequences, such as the scores of
/// attention: both are long enough to repay a transposed copy of one. A product
/// that a loop repeats has few rows, and reads the same operand again.
static bool wantsTransposing(linalg::GenericOp op, const ProductDims &dims) {
  if (dims.columns.size() != 1 || dims.summed.size() != 1 || dims.rows.empty())
    return false;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  auto lastIs = [&](unsigned operand, unsigned dim) {
    return maps[operand].getDimPosition(maps[operand].getNumResults() - 1) ==
               dim &&
           cast<MemRefType>(op->getOperand(operand).getType())
               .isLastDimUnitStride();
  };
  int64_t length = sizes[dims.summed[0]];
  return lastIs(1, dims.summed[0]) && lastIs(2, dims.columns[0]) &&
         !ShapedType::isDynamic(length) && length < longDot &&
         ShapedType::isDynamic(sizes[dims.columns[0]]) &&
         ShapedType::isDynamic(sizes[dims.rows.back()]);
}

/// Reads the right operand from a copy of which the summed dimension is the
/// last but one and the columns are the last.
static void transposeColumns(linalg::GenericOp op, const ProductDims &dims,
                             OpBuilder &b) {
  Location loc = op.getLoc();
  MLIRContext *context = op.getContext();
  Value source = op.getInputs()[1];
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<OpFoldResult> all = memref::getMixedSizes(b, loc, source), sizes;
  SmallVector<AffineExpr> order, loops;
  auto append = [&](unsigned loop) {
    loops.push_back(getAffineDimExpr(loop, context));
    unsigned dim = *maps[1].getResultPosition(loops.back());
    order.push_back(getAffineDimExpr(dim, context));
    sizes.push_back(all[dim]);
  };
  llvm::for_each(dims.batch, append);
  append(dims.summed[0]);
  append(dims.columns[0]);
  Type element = cast<MemRefType>(source.getType()).getElementType();
  Value copy = takeMemory(b, loc, element, sizes, /*spread=*/true);
  // The kernel wants the source with its columns' dimension last but one.
  std::swap(order[order.size() - 2], order.back());
  Value rows = memref::TransposeOp::create(
      b, loc, source,
      AffineMapAttr::get(AffineMap::get(order.size(), 0, order, context)));
  KernelOp::create(b, loc, TypeRange(), "transpose", rows, ValueRange(), copy);
  op.getInputsMutable()[1].set(copy);
  maps[1] = AffineMap::get(op.getNumLoops(), 0, loops, context);
  op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
}

namespace {
struct TransposeOperands
    : vellum::impl::TransposeOperandsBase<TransposeOperands> {
  void runOnOperation() override {
    SmallVector<linalg::GenericOp> products;
    getOperation()->walk([&](linalg::GenericOp op) {
      if (isProductInMemory(op) && !op->getParentOfType<scf::ForOp>() &&
          wantsTransposing(op, *sortProductDims(op)))
        products.push_back(op);
    });
    for (linalg::GenericOp op : products) {
      OpBuilder b(op);
      transposeColumns(op, *sortProductDims(op), b);
    }
    transposed += products.size();
  }
};
} // namespace
