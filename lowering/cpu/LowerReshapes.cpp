//===- lowering/cpu/LowerReshapes.cpp - expanded shapes as views ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_LOWERRESHAPES
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-lower-reshapes"

using namespace mlir;

/// Upstream's lowering computes the one size that is open in a group from the
/// others, and has no place for two. They are all given.
static bool hasSeveralOpenSizes(memref::ExpandShapeOp op) {
  return llvm::any_of(op.getReassociationIndices(),
                      [&](const ReassociationIndices &group) {
                        return llvm::count_if(group, [&](int64_t dim) {
                                 return op.getResultType().isDynamicDim(dim);
                               }) > 1;
                      });
}

/// From the last dimension of a group, whose elements are as far apart as those
/// of the dimension that it expands.
static SmallVector<OpFoldResult> stridesOf(memref::ExpandShapeOp op,
                                           ArrayRef<OpFoldResult> source,
                                           ArrayRef<OpFoldResult> sizes,
                                           OpBuilder &b) {
  SmallVector<OpFoldResult> strides(sizes.size());
  auto value = [&](OpFoldResult number) {
    return getValueOrCreateConstantIndexOp(b, op.getLoc(), number);
  };
  for (auto [group, stride] :
       llvm::zip_equal(op.getReassociationIndices(), source)) {
    OpFoldResult apart = stride;
    for (int64_t dim : llvm::reverse(group)) {
      strides[dim] = apart;
      apart = getAsOpFoldResult(b.createOrFold<arith::MulIOp>(
          op.getLoc(), value(apart), value(sizes[dim])));
    }
  }
  return strides;
}

static void lower(memref::ExpandShapeOp op) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  auto source = memref::ExtractStridedMetadataOp::create(b, loc, op.getSrc());
  const SmallVector<OpFoldResult> sizes = op.getMixedOutputShape();
  const SmallVector<OpFoldResult> strides =
      stridesOf(op, source.getConstifiedMixedStrides(), sizes, b);
  const OpFoldResult offset = source.getConstifiedMixedOffset();
  SmallVector<int64_t> staticSizes, staticStrides, staticOffset;
  SmallVector<Value> ignored;
  dispatchIndexOpFoldResults(sizes, ignored, staticSizes);
  dispatchIndexOpFoldResults(strides, ignored, staticStrides);
  dispatchIndexOpFoldResults(offset, ignored, staticOffset);
  auto type = MemRefType::get(
      staticSizes, op.getResultType().getElementType(),
      StridedLayoutAttr::get(b.getContext(), staticOffset[0], staticStrides),
      op.getResultType().getMemorySpace());
  Value view = memref::ReinterpretCastOp::create(
      b, loc, type, source.getBaseBuffer(), offset, sizes, strides);
  op.replaceAllUsesWith(
      b.createOrFold<memref::CastOp>(loc, op.getResultType(), view));
  op.erase();
}

namespace {
struct LowerReshapes : vellum::impl::LowerReshapesBase<LowerReshapes> {
  void runOnOperation() override {
    SmallVector<memref::ExpandShapeOp> ops;
    getOperation()->walk([&](memref::ExpandShapeOp op) {
      if (hasSeveralOpenSizes(op))
        ops.push_back(op);
    });
    llvm::for_each(ops, lower);
    numLowered += ops.size();
  }
};
} // namespace
