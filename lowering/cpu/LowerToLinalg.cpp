//===- lowering/cpu/LowerToLinalg.cpp - primitives as linalg --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include "dialect/Vellum.h"
#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_LOWERTOLINALG
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-lower-to-linalg"

using namespace mlir;
using namespace vellum;

using utils::IteratorType;

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

/// An uninitialised tensor of exactly `type`.
static Value emptyOf(OpBuilder &b, Location loc, RankedTensorType type,
                     ArrayRef<OpFoldResult> sizes) {
  SmallVector<Value> dynamic;
  for (auto [size, known] : llvm::zip(sizes, type.getShape()))
    if (ShapedType::isDynamic(known))
      dynamic.push_back(getValueOrCreateConstantIndexOp(b, loc, size));
  return tensor::EmptyOp::create(b, loc, type, dynamic);
}

/// An uninitialised tensor of `type` with the sizes of `like`.
static Value emptyLike(OpBuilder &b, Location loc, RankedTensorType type,
                       Value like) {
  return emptyOf(b, loc, type, tensor::getMixedSizes(b, loc, like));
}

static Value filled(OpBuilder &b, Location loc, Value tensor, double number) {
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  Value value =
      arith::ConstantOp::create(b, loc, b.getFloatAttr(element, number));
  return linalg::FillOp::create(b, loc, value, tensor).getResult(0);
}

static RankedTensorType resultType(Operation *op) {
  return cast<RankedTensorType>(op->getResult(0).getType());
}

//===----------------------------------------------------------------------===//
// Contractions, broadcasts, reductions
//===----------------------------------------------------------------------===//

namespace {
/// The letters of a contraction as dimensions of a loop nest: the result's
/// first, then the summed ones.
struct LoopLetters {
  explicit LoopLetters(StringRef spec) {
    auto [operands, out] = spec.split("->");
    std::tie(lhs, rhs) = operands.split(',');
    result = out;
    order = out.str();
    for (char letter : (lhs + rhs).str())
      if (order.find(letter) == std::string::npos)
        order.push_back(letter);
  }
  AffineMap map(StringRef letters, MLIRContext *context) const {
    SmallVector<AffineExpr> dims;
    for (char letter : letters)
      dims.push_back(getAffineDimExpr(order.find(letter), context));
    return AffineMap::get(order.size(), 0, dims, context);
  }
  StringRef lhs, rhs, result;
  std::string order;
};

/// `factor`, or 0 where `other` is 0.
static Value hiddenBy(OpBuilder &b, Location loc, Value other, Value factor) {
  Value zero =
      arith::ConstantOp::create(b, loc, b.getFloatAttr(factor.getType(), 0.0));
  Value isSeen =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNE, other, zero);
  return arith::SelectOp::create(b, loc, isSeen, factor, zero);
}

struct LowerContract : OpRewritePattern<ContractOp> {
  using OpRewritePattern::OpRewritePattern;

  /// The size of each result dimension, from the operand that has its letter.
  static SmallVector<OpFoldResult>
  sizes(ContractOp op, const LoopLetters &names, OpBuilder &b) {
    SmallVector<OpFoldResult> result;
    for (char letter : names.result) {
      bool left = names.lhs.contains(letter);
      Value operand = left ? op.getLhs() : op.getRhs();
      int64_t dim = (left ? names.lhs : names.rhs).find(letter);
      result.push_back(tensor::getMixedSize(b, op.getLoc(), operand, dim));
    }
    return result;
  }

  LogicalResult matchAndRewrite(ContractOp op,
                                PatternRewriter &rewriter) const override {
    LoopLetters names(op.getSpec());
    MLIRContext *context = op.getContext();
    Location loc = op.getLoc();
    size_t kept = names.result.size(), all = names.order.size();
    Value init =
        emptyOf(rewriter, loc, resultType(op), sizes(op, names, rewriter));
    bool sums = all > kept;
    if (sums)
      init = filled(rewriter, loc, init, 0.0);
    SmallVector<IteratorType> iterators(kept, IteratorType::parallel);
    iterators.append(all - kept, IteratorType::reduction);
    SmallVector<AffineMap> maps{names.map(names.lhs, context),
                                names.map(names.rhs, context),
                                names.map(names.result, context)};
    const bool excludesLhs = op.excludes(Excluding::Lhs),
               excludesRhs = op.excludes(Excluding::Rhs);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, resultType(op), ValueRange{op.getLhs(), op.getRhs()}, init, maps,
        iterators, [&](OpBuilder &b, Location at, ValueRange values) {
          Value lhs = values[0], rhs = values[1];
          if (excludesLhs)
            rhs = hiddenBy(b, at, values[0], rhs);
          if (excludesRhs)
            lhs = hiddenBy(b, at, values[1], lhs);
          Value result = arith::MulFOp::create(b, at, lhs, rhs);
          if (sums)
            result = arith::AddFOp::create(b, at, values[2], result);
          linalg::YieldOp::create(b, at, result);
        });
    return success();
  }
};

struct LowerBroadcast : OpRewritePattern<BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;

  static SmallVector<OpFoldResult> sizes(BroadcastOp op, OpBuilder &b) {
    if (op.getLike())
      return tensor::getMixedSizes(b, op.getLoc(), op.getLike());
    SmallVector<OpFoldResult> result(resultType(op).getRank());
    for (auto [dim, size] : llvm::zip(op.getAcross(), op.getSizes()))
      result[dim] = size;
    for (auto [i, dim] : llvm::enumerate(op.keptDims()))
      result[dim] = tensor::getMixedSize(b, op.getLoc(), op.getSource(), i);
    return result;
  }

  /// Reads position 0 where a dimension of size 1 is stretched.
  static AffineMap sourceMap(BroadcastOp op) {
    auto source = cast<RankedTensorType>(op.getSource().getType());
    RankedTensorType result = resultType(op);
    SmallVector<AffineExpr> exprs;
    for (auto [i, dim] : llvm::enumerate(op.keptDims())) {
      bool stretched = source.getDimSize(i) == 1 && result.getDimSize(dim) != 1;
      exprs.push_back(stretched ? getAffineConstantExpr(0, op.getContext())
                                : getAffineDimExpr(dim, op.getContext()));
    }
    return AffineMap::get(result.getRank(), 0, exprs, op.getContext());
  }

  LogicalResult matchAndRewrite(BroadcastOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType type = resultType(op);
    Value init = emptyOf(rewriter, op.getLoc(), type, sizes(op, rewriter));
    SmallVector<AffineMap> maps{
        sourceMap(op),
        AffineMap::getMultiDimIdentityMap(type.getRank(), op.getContext())};
    SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, op.getSource(), init, maps, iterators,
        [](OpBuilder &b, Location loc, ValueRange values) {
          linalg::YieldOp::create(b, loc, values[0]);
        });
    return success();
  }
};

struct LowerReduce : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  static Value combine(ReduceKind kind, OpBuilder &b, Location loc, Value lhs,
                       Value rhs) {
    if (kind == ReduceKind::Max)
      return arith::MaximumFOp::create(b, loc, lhs, rhs);
    return arith::AddFOp::create(b, loc, lhs, rhs);
  }

  /// The result's dimensions as loop dimensions, kept ones of size 1 as 0.
  static AffineMap resultMap(ReduceOp op, ArrayRef<int64_t> over,
                             int64_t rank) {
    SmallVector<AffineExpr> exprs;
    for (int64_t dim = 0; dim < rank; ++dim)
      if (!llvm::is_contained(over, dim))
        exprs.push_back(getAffineDimExpr(dim, op.getContext()));
      else if (op.getKeep())
        exprs.push_back(getAffineConstantExpr(0, op.getContext()));
    return AffineMap::get(rank, 0, exprs, op.getContext());
  }

  static SmallVector<OpFoldResult> sizes(ReduceOp op, OpBuilder &b) {
    SmallVector<OpFoldResult> result;
    auto source = tensor::getMixedSizes(b, op.getLoc(), op.getSource());
    for (auto [dim, size] : llvm::enumerate(source))
      if (!llvm::is_contained(op.getOver(), int64_t(dim)))
        result.push_back(size);
      else if (op.getKeep())
        result.push_back(b.getIndexAttr(1));
    return result;
  }

  /// Divides the sum by the number of elements summed.
  static Value divideByCount(ReduceOp op, OpBuilder &b, Value sum) {
    Location loc = op.getLoc();
    Value count = arith::ConstantIndexOp::create(b, loc, 1);
    for (int64_t dim : op.getOver()) {
      Value size = getValueOrCreateConstantIndexOp(
          b, loc, tensor::getMixedSize(b, loc, op.getSource(), dim));
      count = arith::MulIOp::create(b, loc, count, size);
    }
    Value integer = arith::IndexCastOp::create(b, loc, b.getI64Type(), count);
    Value divisor = arith::SIToFPOp::create(
        b, loc, resultType(op).getElementType(), integer);
    RankedTensorType type = resultType(op);
    AffineMap identity =
        AffineMap::getMultiDimIdentityMap(type.getRank(), op.getContext());
    SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
    Value init = emptyOf(b, loc, type, sizes(op, b));
    return linalg::GenericOp::create(
               b, loc, type, sum, init, {identity, identity}, iterators,
               [&](OpBuilder &inner, Location at, ValueRange values) {
                 Value mean =
                     arith::DivFOp::create(inner, at, values[0], divisor);
                 linalg::YieldOp::create(inner, at, mean);
               })
        .getResult(0);
  }

  LogicalResult matchAndRewrite(ReduceOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    ReduceKind kind = op.getKind();
    int64_t rank = cast<RankedTensorType>(op.getSource().getType()).getRank();
    double identity = kind == ReduceKind::Max
                          ? -std::numeric_limits<double>::infinity()
                          : 0.0;
    Value init = filled(
        rewriter, loc,
        emptyOf(rewriter, loc, resultType(op), sizes(op, rewriter)), identity);
    SmallVector<IteratorType> iterators(rank, IteratorType::parallel);
    for (int64_t dim : op.getOver())
      iterators[dim] = IteratorType::reduction;
    SmallVector<AffineMap> maps{
        AffineMap::getMultiDimIdentityMap(rank, op.getContext()),
        resultMap(op, op.getOver(), rank)};
    Value result = linalg::GenericOp::create(
                       rewriter, loc, resultType(op), op.getSource(), init,
                       maps, iterators,
                       [&](OpBuilder &b, Location at, ValueRange values) {
                         linalg::YieldOp::create(
                             b, at, combine(kind, b, at, values[1], values[0]));
                       })
                       .getResult(0);
    if (kind == ReduceKind::Mean)
      result = divideByCount(op, rewriter, result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// An elementwise op on tensors. Unlike the upstream pattern it starts from an
/// uninitialised result: reusing an operand as destination would give that
/// operand a second use and so keep its producer from being fused.
struct LowerElementwise : RewritePattern {
  explicit LowerElementwise(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!OpTrait::hasElementwiseMappableTraits(op) ||
        op->getNumResults() != 1 ||
        !isa<RankedTensorType>(op->getResult(0).getType()))
      return rewriter.notifyMatchFailure(op, "not elementwise on tensors");
    RankedTensorType type = resultType(op);
    auto isTensor = [](Value value) {
      return isa<RankedTensorType>(value.getType());
    };
    Value like = *llvm::find_if(op->getOperands(), isTensor);
    Value init = emptyLike(rewriter, op->getLoc(), type, like);
    SmallVector<Value> inputs =
        llvm::to_vector(llvm::make_filter_range(op->getOperands(), isTensor));
    SmallVector<AffineMap> maps(
        inputs.size() + 1,
        AffineMap::getMultiDimIdentityMap(type.getRank(), op->getContext()));
    SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, inputs, init, maps, iterators,
        [&](OpBuilder &b, Location loc, ValueRange values) {
          auto next = values.begin();
          SmallVector<Value> operands;
          for (Value operand : op->getOperands())
            operands.push_back(isTensor(operand) ? *next++ : operand);
          OperationState state(loc, op->getName(), operands,
                               TypeRange{type.getElementType()},
                               op->getDiscardableAttrDictionary().getValue());
          state.propertiesAttr = op->getPropertiesAsAttribute();
          linalg::YieldOp::create(b, loc, b.create(state)->getResults());
        });
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// Replaces `op` by a kernel that writes a tensor with the sizes of `like`.
static void replaceByKernel(PatternRewriter &rewriter, Operation *op,
                            StringRef name, ValueRange inputs,
                            ArrayRef<int64_t> scalars, Value init) {
  SmallVector<Value> numbers;
  for (int64_t number : scalars)
    numbers.push_back(arith::ConstantOp::create(
        rewriter, op->getLoc(), rewriter.getI64IntegerAttr(number)));
  rewriter.replaceOpWithNewOp<cpu::KernelOp>(op, init.getType(), name, inputs,
                                             numbers, init);
}

struct LowerSoftmax : OpRewritePattern<SoftmaxOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SoftmaxOp op,
                                PatternRewriter &rewriter) const override {
    Value init =
        emptyLike(rewriter, op.getLoc(), resultType(op), op.getSource());
    SmallVector<Value> inputs{op.getSource()};
    if (op.getMask())
      inputs.push_back(op.getMask());
    replaceByKernel(rewriter, op, op.getMask() ? "softmax_masked" : "softmax",
                    inputs, {}, init);
    return success();
  }
};

struct LowerSoftmaxGradient : OpRewritePattern<SoftmaxGradientOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SoftmaxGradientOp op,
                                PatternRewriter &rewriter) const override {
    Value init =
        emptyLike(rewriter, op.getLoc(), resultType(op), op.getCotangent());
    replaceByKernel(rewriter, op, "softmax_grad",
                    {op.getSoftmax(), op.getCotangent()}, {}, init);
    return success();
  }
};

template <typename Op> struct LowerShift : OpRewritePattern<Op> {
  LowerShift(MLIRContext *context, StringRef name)
      : OpRewritePattern<Op>(context), name(name) {}
  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    Value init =
        emptyLike(rewriter, op.getLoc(), resultType(op), op->getOperand(0));
    replaceByKernel(rewriter, op, name, op->getOperands(),
                    {op.getCorrelate(), op.getClamp()}, init);
    return success();
  }
  StringRef name;
};

struct LowerShiftTaps : OpRewritePattern<ShiftAddressTapsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ShiftAddressTapsOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(rewriter, op.getLoc(), op.getCotangent());
    sizes.back() = rewriter.getIndexAttr(op.getTaps());
    Value init = emptyOf(rewriter, op.getLoc(), resultType(op), sizes);
    replaceByKernel(rewriter, op, "shift_taps", op->getOperands(),
                    {op.getCorrelate(), op.getClamp()}, init);
    return success();
  }
};

struct LowerRandom : OpRewritePattern<RandomOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(RandomOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value stream = arith::ConstantOp::create(
        rewriter, loc, rewriter.getI64IntegerAttr(op.getStream()));
    Value init =
        tensor::EmptyOp::create(rewriter, loc, resultType(op), op.getSizes());
    std::string name = ("random_" + stringifyRandomKind(op.getKind())).str();
    rewriter.replaceOpWithNewOp<cpu::KernelOp>(
        op, init.getType(), name, ValueRange(), ValueRange{op.getKey(), stream},
        init);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

/// A rectangle of a tensor: everything but a range of dimension `axis`.
struct Rectangle {
  Rectangle(OpBuilder &b, Location loc, Value like, int64_t axis,
            OpFoldResult offset, OpFoldResult size)
      : offsets(cast<RankedTensorType>(like.getType()).getRank(),
                b.getIndexAttr(0)),
        sizes(tensor::getMixedSizes(b, loc, like)),
        strides(offsets.size(), b.getIndexAttr(1)) {
    offsets[axis] = offset;
    sizes[axis] = size;
  }
  SmallVector<OpFoldResult> offsets, sizes, strides;
};

struct LowerSlice : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    Rectangle at(rewriter, op.getLoc(), op.getSource(), op.axis(),
                 rewriter.getIndexAttr(op.getOffset()),
                 rewriter.getIndexAttr(op.getSize()));
    Value slice =
        tensor::ExtractSliceOp::create(rewriter, op.getLoc(), op.getSource(),
                                       at.offsets, at.sizes, at.strides);
    if (slice.getType() != resultType(op))
      slice =
          tensor::CastOp::create(rewriter, op.getLoc(), resultType(op), slice);
    rewriter.replaceOp(op, slice);
    return success();
  }
};

struct LowerPad : OpRewritePattern<PadOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PadOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    int64_t axis = op.axis();
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(rewriter, loc, op.getSource());
    OpFoldResult inner = sizes[axis];
    sizes[axis] = rewriter.getIndexAttr(op.getSize());
    Value zeros = filled(rewriter, loc,
                         emptyOf(rewriter, loc, resultType(op), sizes), 0.0);
    Rectangle at(rewriter, loc, op.getSource(), axis,
                 rewriter.getIndexAttr(op.getOffset()), inner);
    rewriter.replaceOpWithNewOp<tensor::InsertSliceOp>(
        op, op.getSource(), zeros, at.offsets, at.sizes, at.strides);
    return success();
  }
};

struct LowerConcat : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConcatOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    int64_t axis = op.axis();
    RankedTensorType type = resultType(op);
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(rewriter, loc, op.getSources()[0]);
    sizes[axis] = rewriter.getIndexAttr(type.getDimSize(axis));
    Value result = emptyOf(rewriter, loc, type, sizes);
    int64_t offset = 0;
    for (Value source : op.getSources()) {
      int64_t size = cast<RankedTensorType>(source.getType()).getDimSize(axis);
      Rectangle at(rewriter, loc, source, axis, rewriter.getIndexAttr(offset),
                   rewriter.getIndexAttr(size));
      result = tensor::InsertSliceOp::create(rewriter, loc, source, result,
                                             at.offsets, at.sizes, at.strides);
      offset += size;
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct DropStopGradient : OpRewritePattern<StopGradientOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(StopGradientOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, op.getSource());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

struct LowerToLinalg : vellum::impl::LowerToLinalgBase<LowerToLinalg> {
  void runOnOperation() override {
    WalkResult checked = getOperation()->walk(
        [](Operation *op) { return WalkResult(checkCompiles(op)); });
    if (checked.wasInterrupted())
      return signalPassFailure();
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    patterns.add<LowerContract, LowerBroadcast, LowerReduce, LowerSoftmax,
                 LowerSoftmaxGradient, LowerShiftTaps, LowerRandom, LowerSlice,
                 LowerPad, LowerConcat, DropStopGradient, LowerElementwise>(
        context);
    patterns.add<LowerShift<ShiftAddressOp>>(context, "shift");
    patterns.add<LowerShift<ShiftAddressTransposeOp>>(context,
                                                      "shift_transpose");
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
  }
};
} // namespace
