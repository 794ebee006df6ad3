//===- lowering/JoinPads.cpp - sums of padded pieces side by side ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include "dialect/TensorBuilder.h"
#include "lowering/Passes.h"

#define DEBUG_TYPE "vellum-join-pads"

namespace vellum {
#define GEN_PASS_DEF_JOINPADS
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

/// The terms of a tree of additions whose inner sums have no other use.
static void collectTerms(Value sum, SmallVectorImpl<Value> &terms) {
  auto add = sum.getDefiningOp<arith::AddFOp>();
  if (!add) {
    terms.push_back(sum);
    return;
  }
  for (Value side : {add.getLhs(), add.getRhs()})
    if (side.hasOneUse())
      collectTerms(side, terms);
    else
      terms.push_back(side);
}

static int64_t endOf(PadOp pad) {
  auto type = cast<RankedTensorType>(pad.getSource().getType());
  return pad.getOffset() + type.getDimSize(pad.axis());
}

/// The pads among `terms` along the axis of the first one, in order, if no two
/// overlap.
static SmallVector<PadOp> disjointPads(ArrayRef<Value> terms) {
  SmallVector<PadOp> pads;
  for (Value term : terms)
    if (auto pad = term.getDefiningOp<PadOp>())
      if (pads.empty() || pad.axis() == pads[0].axis())
        pads.push_back(pad);
  llvm::sort(pads, [](PadOp lhs, PadOp rhs) {
    return lhs.getOffset() < rhs.getOffset();
  });
  for (size_t i = 1; i < pads.size(); ++i)
    if (endOf(pads[i - 1]) > int64_t(pads[i].getOffset()))
      return {};
  return pads;
}

namespace {
struct JoinDisjointPads : OpRewritePattern<arith::AddFOp> {
  JoinDisjointPads(MLIRContext *context, Pass::Statistic &joined)
      : OpRewritePattern(context), joined(joined) {}

  /// Zeros for `size` positions of the pads' axis between pieces.
  static Value gap(TensorBuilder &t, PadOp like, int64_t size) {
    auto type = cast<RankedTensorType>(like.getSource().getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[like.axis()] = size;
    auto zero = arith::ConstantOp::create(
        t.builder, t.location,
        DenseElementsAttr::get(
            RankedTensorType::get({}, type.getElementType()),
            t.builder.getFloatAttr(type.getElementType(), 0)));
    SmallVector<Value> sizes;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      sizes.push_back(
          dim == like.axis()
              ? arith::ConstantIndexOp::create(t.builder, t.location, size)
                    .getResult()
              : tensor::DimOp::create(t.builder, t.location, like.getSource(),
                                      dim)
                    .getResult());
    return BroadcastOp::create(
        t.builder, t.location,
        RankedTensorType::get(shape, type.getElementType()), zero,
        llvm::to_vector(llvm::seq<int64_t>(type.getRank())), Value(), sizes);
  }

  static Value sideBySide(TensorBuilder &t, MutableArrayRef<PadOp> pads) {
    SmallVector<Value> pieces;
    int64_t position = 0;
    auto fill = [&](int64_t until) {
      if (position < until)
        pieces.push_back(gap(t, pads[0], until - position));
    };
    for (PadOp pad : pads) {
      fill(pad.getOffset());
      pieces.push_back(pad.getSource());
      position = endOf(pad);
    }
    fill(pads[0].getSize());
    return ConcatOp::create(t.builder, t.location, pieces, pads[0].axis());
  }

  LogicalResult matchAndRewrite(arith::AddFOp op,
                                PatternRewriter &rewriter) const override {
    if (op->hasOneUse() && isa<arith::AddFOp>(*op->user_begin()))
      return rewriter.notifyMatchFailure(op, "part of a larger sum");
    SmallVector<Value> terms;
    collectTerms(op.getResult(), terms);
    SmallVector<PadOp> pads = disjointPads(terms);
    if (pads.size() < 2)
      return rewriter.notifyMatchFailure(op, "fewer than two disjoint pads");
    TensorBuilder t(rewriter, op.getLoc());
    Value sum = sideBySide(t, pads);
    for (Value term : terms)
      if (!llvm::is_contained(pads, term.getDefiningOp()))
        sum = t.add(sum, term);
    rewriter.replaceOpWithNewOp<tensor::CastOp>(op, op.getType(), sum);
    ++joined;
    return success();
  }
  Pass::Statistic &joined;
};

struct JoinPads : vellum::impl::JoinPadsBase<JoinPads> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<JoinDisjointPads>(&getContext(), numJoined);
    tensor::CastOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
