//===- lowering/cpu/FuseElementwise.cpp - one loop per elementwise chain --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include "dialect/FusedMultiplyAdd.h"
#include "lowering/Remarks.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/Products.h"

namespace vellum {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-fuse-elementwise"

using namespace mlir;
using namespace vellum;

/// True for arithmetic of one instruction, or less.
static bool isCheap(Operation &op) {
  return isa<arith::ConstantOp, arith::AddFOp, arith::SubFOp, arith::MulFOp,
             arith::NegFOp, arith::CmpFOp, linalg::YieldOp>(op);
}

/// True if fusing would compute several operations, or one function, again and
/// again, once for each element of the consumer that uses a result. A short
/// producer of plain arithmetic costs more as a loop of its own; an exponential
/// costs as much as 20 multiplications, and only that of a single number leaves
/// the loop by itself.
static bool repeatsWork(linalg::GenericOp producer,
                        linalg::GenericOp consumer) {
  constexpr size_t fewOps = 2;
  constexpr int64_t fewElements = 32;
  const bool isPlain = llvm::all_of(*producer.getBody(), isCheap);
  if (producer.getNumLoops() >= consumer.getNumLoops() ||
      (isPlain && producer.getBody()->getOperations().size() <= fewOps))
    return false;
  int64_t size = 1;
  for (int64_t range : producer.getStaticLoopRanges())
    size *= ShapedType::isDynamic(range) ? 1 : range;
  return size > (isPlain ? fewElements : 1);
}

/// True for a sum of products of each row with a vector, of which `operand` is
/// rows that are computed: with a loop around it that computes them, it need
/// not read them, and that is nearly all that it does. Rows that are only
/// copied may lie in an order that no loop over vectors reads.
static bool isRowsTimesVector(OpOperand *operand) {
  auto product = cast<linalg::GenericOp>(operand->getOwner());
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  if (!producer || llvm::hasSingleElement(*producer.getBody()))
    return false;
  std::optional<cpu::ProductDims> dims = cpu::sortProductDims(product);
  return dims && (dims->rows.empty() || dims->columns.empty()) &&
         product.getMatchingIndexingMap(operand).getNumResults() ==
             product.getNumLoops();
}

/// True for a product that keeps its operands in memory, for a matrix kernel.
static bool wantsPlainOperand(OpOperand *operand) {
  return cpu::isMatrixProduct(operand->getOwner()) &&
         !isRowsTimesVector(operand);
}

/// True if a loop for both would stay within limits. Fusing clones both bodies,
/// so a chain of n ops in one loop would take n^2 / 2 clones: with a limit the
/// time is linear. The largest loop of the examples has 35 operations and 30
/// operands; what one loop hands the next costs a store and a load per 128
/// operations.
static bool staysSmall(linalg::GenericOp producer, linalg::GenericOp consumer) {
  constexpr size_t mostOps = 128;
  constexpr unsigned mostOperands = 64;
  return producer.getBody()->getOperations().size() +
                 consumer.getBody()->getOperations().size() <=
             mostOps &&
         producer->getNumOperands() + consumer->getNumOperands() <=
             mostOperands;
}

/// True if the producer of `operand`, were that its only use, may join its
/// consumer. Products of matrices are left alone: their kernels read plain
/// operands.
static bool mayFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  return producer && consumer && !wantsPlainOperand(operand) &&
         !cpu::isMatrixProduct(producer) && !repeatsWork(producer, consumer) &&
         staysSmall(producer, consumer);
}

/// A producer joins its consumer where that is its only one.
static bool shouldFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  if (!producer || !producer->hasOneUse() || !mayFuse(operand))
    return false;
  if (auto remark =
          remarkPassed(producer.getLoc(), "fuse-elementwise", topic::kFusion)) {
    Type saved = operand->get().getType();
    remark << "computed in its reader's loop, which saves writing and "
              "reading " +
                  describeBytes(saved);
    addBytes(remark, "BytesSaved", producer, saved);
  }
  return true;
}

/// Says of an elementwise loop that stays why its only reader does not compute
/// it.
static void explainLeft(linalg::GenericOp producer) {
  if (producer.getNumReductionLoops() || producer->getNumResults() != 1 ||
      cpu::isMatrixProduct(producer) || !producer->hasOneUse())
    return;
  auto consumer = dyn_cast<linalg::GenericOp>(*producer->user_begin());
  if (!consumer)
    return;
  auto remark =
      remarkMissed(producer.getLoc(), "fuse-elementwise", topic::kFusion);
  if (wantsPlainOperand(&*producer->use_begin()))
    remark << "a loop of its own, as its reader is a matrix product";
  else if (repeatsWork(producer, consumer))
    remark << "a loop of its own, as its reader would compute it again and "
              "again";
  else if (!staysSmall(producer, consumer))
    remark << "a loop of its own, as its reader's is large already";
  else
    remark << "a loop of its own, as its reader runs over other elements";
}

/// True for a loop that reads and computes so much.
static bool readsAtMost(linalg::GenericOp op, int64_t whole, size_t ops) {
  auto isWhole = [&](OpOperand *input) {
    return op.getMatchingIndexingMap(input).getNumResults() == op.getNumLoops();
  };
  return llvm::all_of(*op.getBody(), isCheap) &&
         op.getBody()->getOperations().size() <= ops + 1 &&
         llvm::count_if(op.getDpsInputOperands(), isWhole) <= whole;
}

/// True for a loop that compares numbers, and so may tell apart what differs in
/// the last bit.
static bool compares(Operation *user) {
  return user
      ->walk([](Operation *op) {
        return isa<arith::CmpFOp, arith::MaximumFOp, arith::MinimumFOp>(op)
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

/// True for arithmetic that may round once in one loop and twice in another.
static bool mayRoundOtherwise(linalg::GenericOp op) {
  auto has = [&](bool (*is)(Operation *)) {
    return llvm::any_of(*op.getBody(), [&](Operation &o) { return is(&o); });
  };
  return has(isMultiplication) && has(isAddition);
}

/// True for an op that is cheaper to compute again than to read from memory: it
/// only spreads smaller operands over a larger result; or it is one or two
/// operations on two operands of the result's size, of which each user, being a
/// loop, may read one anyway. What is compared is computed once: two loops may
/// round it differently.
static bool isCheapExpansion(linalg::GenericOp op) {
  if (op.getNumReductionLoops() || op.getNumResults() != 1 ||
      !op.getDpsInits()[0].getDefiningOp<tensor::EmptyOp>() ||
      (mayRoundOtherwise(op) && llvm::any_of(op->getUsers(), compares)))
    return false;
  if (readsAtMost(op, 0, SIZE_MAX - 1))
    return true;
  auto isLoop = [](Operation *user) {
    return isa<linalg::GenericOp>(user) && !cpu::isMatrixProduct(user);
  };
  return readsAtMost(op, 2, 2) && llvm::all_of(op->getUsers(), isLoop);
}

/// Gives each user of a cheap expansion one of its own, which can then be fused
/// into it. Returns how many were copied.
static unsigned copyCheapExpansions(Operation *root) {
  SmallVector<linalg::GenericOp> shared;
  root->walk([&](linalg::GenericOp op) {
    if (!op->use_empty() && !op->hasOneUse() && isCheapExpansion(op))
      shared.push_back(op);
  });
  for (linalg::GenericOp op : shared) {
    OpBuilder builder(op);
    for (OpOperand &use :
         llvm::make_early_inc_range(llvm::drop_begin(op->getUses())))
      use.set(builder.clone(*op)->getResult(0));
  }
  return shared.size();
}

/// The only op of a loop that computes each element from one or two others, or
/// the terminator of one that only spreads its operand.
static Operation *onlyOp(linalg::GenericOp op) {
  Block *body = op ? op.getBody() : nullptr;
  if (!op || op->getNumResults() != 1 || op.getNumReductionLoops() ||
      op.hasIndexSemantics() || body->getOperations().size() > 2)
    return nullptr;
  Operation *last = body->getTerminator(), *first = &body->front();
  return first == last || last->getOperand(0).getDefiningOp() == first
             ? first
             : nullptr;
}

/// The operand of a loop that only negates or spreads it.
static OpOperand *passedOperand(linalg::GenericOp op, Operation *only) {
  auto argument = isa<arith::NegFOp, linalg::YieldOp>(only)
                      ? dyn_cast<BlockArgument>(only->getOperand(0))
                      : BlockArgument();
  return argument && argument.getArgNumber() < op.getNumDpsInputs()
             ? &op->getOpOperand(argument.getArgNumber())
             : nullptr;
}

/// The loops that compute the product that `use` is, which may be negated or
/// spread, from the last to the multiplication; none if it is no product or its
/// reader may not compute it.
static SmallVector<linalg::GenericOp> productLoops(OpOperand *use) {
  SmallVector<linalg::GenericOp> loops;
  while (use && mayFuse(use)) {
    loops.push_back(use->get().getDefiningOp<linalg::GenericOp>());
    Operation *only = onlyOp(loops.back());
    if (!only)
      break;
    if (isa<arith::MulFOp>(only))
      return loops;
    use = passedOperand(loops.back(), only);
  }
  return {};
}

/// Gives `use` such loops of its own. Returns how many were copied.
static unsigned copyProduct(OpOperand *use, ArrayRef<linalg::GenericOp> loops) {
  unsigned copied = 0;
  for (linalg::GenericOp loop : loops) {
    if (!loop->hasOneUse()) {
      loop = cast<linalg::GenericOp>(OpBuilder(loop).clone(*loop));
      use->set(loop->getResult(0));
      ++copied;
    }
    Operation *only = onlyOp(loop);
    if (!isa<arith::MulFOp>(only))
      use = passedOperand(loop, only);
  }
  return copied;
}

/// Gives the product that `sum`, an op of the body, adds before it is rounded
/// loops of its own.
static unsigned copyAddedProduct(linalg::GenericOp op, Operation &sum) {
  auto isInput = [&](BlockArgument argument) {
    return argument.getArgNumber() < op.getNumDpsInputs();
  };
  for (OpOperand &operand : sum.getOpOperands()) {
    Value value = operand.get();
    if (auto negation = value.getDefiningOp<arith::NegFOp>())
      value = negation.getOperand();
    if (value.getDefiningOp<arith::MulFOp>())
      return 0;
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getOwner() != op.getBody() || !isInput(argument))
      continue;
    OpOperand *use = &op->getOpOperand(argument.getArgNumber());
    if (auto loops = productLoops(use); !loops.empty())
      return copyProduct(use, loops);
  }
  return 0;
}

/// Gives each sum that reads a product one of its own, which can then be fused
/// into it. A sum rounds once with a product that its loop computes: it has to
/// do so wherever it is computed, whatever else reads the product. What is
/// summed over the turns of a loop is never computed again.
static unsigned copyAddedProducts(Operation *root) {
  SmallVector<std::pair<linalg::GenericOp, Operation *>> sums;
  root->walk([&](linalg::GenericOp op) {
    for (Operation &inner : *op.getBody())
      if (isAddition(&inner) &&
          llvm::none_of(op.getRegionOutputArgs(), [&](BlockArgument sum) {
            return llvm::is_contained(inner.getOperands(), sum);
          }))
        sums.push_back({op, &inner});
  });
  unsigned copied = 0;
  for (auto [op, sum] : sums)
    copied += copyAddedProduct(op, *sum);
  return copied;
}

/// True for an elementwise `x + y` of two tensors that does nothing else.
static bool isPlainSum(linalg::GenericOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
      !llvm::all_of(op.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isIdentity(); }))
    return false;
  Block *body = op.getBody();
  if (body->getOperations().size() != 2)
    return false;
  auto add = dyn_cast<arith::AddFOp>(body->front());
  return add && body->getTerminator()->getOperand(0) == add.getResult() &&
         isa<BlockArgument>(add.getLhs()) && isa<BlockArgument>(add.getRhs()) &&
         add.getLhs() != add.getRhs();
}

static bool isProduct(Value value) {
  return cpu::isMatrixProduct(value.getDefiningOp());
}

/// The product that `value` is, if it starts from zeros and has no other use.
static linalg::GenericOp freshProduct(Value value) {
  auto product = value.getDefiningOp<linalg::GenericOp>();
  if (!product || !cpu::isMatrixProduct(product) || !value.hasOneUse())
    return {};
  auto fill = product.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
  return fill && matchPattern(fill.getInputs()[0], m_AnyZeroFloat())
             ? product
             : linalg::GenericOp();
}

namespace {
/// `product + summand` becomes a product whose accumulator starts at the
/// summand, which saves a pass over the result.
struct AccumulateIntoSummand : OpRewritePattern<linalg::GenericOp> {
  AccumulateIntoSummand(MLIRContext *context, Pass::Statistic &done)
      : OpRewritePattern(context), done(done) {}

  /// The summand's buffer will be overwritten, so it has to be a temporary.
  static bool isTemporary(Value value) {
    Operation *op = value.getDefiningOp();
    return op && value.hasOneUse() && isa<linalg::GenericOp>(op);
  }

  LogicalResult matchAndRewrite(linalg::GenericOp sum,
                                PatternRewriter &rewriter) const override {
    if (!isPlainSum(sum))
      return rewriter.notifyMatchFailure(sum, "not a plain sum of two tensors");
    for (int64_t side : {1, 0}) {
      Value summand = sum.getInputs()[1 - side];
      linalg::GenericOp product = freshProduct(sum.getInputs()[side]);
      if (!product || !isTemporary(summand) ||
          summand.getType() != product.getResult(0).getType())
        continue;
      rewriter.setInsertionPoint(sum);
      // The same zeros may be a factor, too.
      auto moved = cast<linalg::GenericOp>(rewriter.clone(*product));
      moved.getDpsInitsMutable()[0].set(summand);
      if (auto remark = remarkPassed(product.getLoc(), "fuse-elementwise",
                                     topic::kFusion)) {
        remark << "the product starts from what it is added to, which saves a "
                  "pass over " +
                      describeBytes(summand.getType());
        addBytes(remark, "BytesSaved", product, summand.getType());
      }
      rewriter.replaceOp(sum, moved->getResults());
      ++done;
      return success();
    }
    return rewriter.notifyMatchFailure(sum,
                                       "no summand is a product of its own");
  }
  Pass::Statistic &done;
};

/// Computes the slices of an elementwise result from slices of its operands, if
/// nobody wants the whole: each can then be fused with what uses it.
struct SliceOperands : OpRewritePattern<tensor::ExtractSliceOp> {
  using OpRewritePattern::OpRewritePattern;

  static bool isSplitElementwise(linalg::GenericOp op) {
    auto isSlice = [](Operation *user) {
      auto slice = dyn_cast<tensor::ExtractSliceOp>(user);
      return slice && slice.hasUnitStride() && slice.getDroppedDims().none();
    };
    return op && op->getNumResults() == 1 && !op.getNumReductionLoops() &&
           op.getIndexingMapsArray().back().isIdentity() &&
           op.getDpsInits()[0].getDefiningOp<tensor::EmptyOp>() &&
           llvm::all_of(op.getIndexingMapsArray(),
                        [](AffineMap map) {
                          return map.isProjectedPermutation(
                              /*allowZeroInResults=*/true);
                        }) &&
           llvm::all_of(op->getUsers(), isSlice);
  }

  /// The part of `operand` that a slice of the result depends on.
  static Value sliceOf(Value operand, AffineMap map,
                       tensor::ExtractSliceOp slice, OpBuilder &b) {
    SmallVector<OpFoldResult> offsets, sizes,
        strides(map.getNumResults(), b.getIndexAttr(1));
    for (AffineExpr expr : map.getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      offsets.push_back(dim ? slice.getMixedOffsets()[dim.getPosition()]
                            : OpFoldResult(b.getIndexAttr(0)));
      sizes.push_back(dim ? slice.getMixedSizes()[dim.getPosition()]
                          : OpFoldResult(b.getIndexAttr(1)));
    }
    return tensor::ExtractSliceOp::create(b, slice.getLoc(), operand, offsets,
                                          sizes, strides);
  }

  LogicalResult matchAndRewrite(tensor::ExtractSliceOp slice,
                                PatternRewriter &rewriter) const override {
    auto op = slice.getSource().getDefiningOp<linalg::GenericOp>();
    if (!isSplitElementwise(op))
      return rewriter.notifyMatchFailure(slice, "not of an elementwise result");
    Value memory =
        tensor::EmptyOp::create(rewriter, slice.getLoc(), slice.getMixedSizes(),
                                slice.getType().getElementType());
    SmallVector<Value> inputs;
    for (OpOperand *input : op.getDpsInputOperands())
      inputs.push_back(isa<RankedTensorType>(input->get().getType())
                           ? sliceOf(input->get(),
                                     op.getMatchingIndexingMap(input), slice,
                                     rewriter)
                           : input->get());
    auto part = cast<linalg::GenericOp>(rewriter.clone(*op));
    part.getInputsMutable().assign(inputs);
    part.getOutputsMutable().assign(memory);
    part->getResult(0).setType(cast<RankedTensorType>(memory.getType()));
    Value result = part->getResult(0);
    if (result.getType() != slice.getType())
      result = tensor::CastOp::create(rewriter, slice.getLoc(), slice.getType(),
                                      result);
    rewriter.replaceOp(slice, result);
    return success();
  }
};

struct FuseElementwise : vellum::impl::FuseElementwiseBase<FuseElementwise> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet products(context);
    products.add<AccumulateIntoSummand>(context, accumulated);
    if (failed(applyPatternsGreedily(getOperation(), std::move(products))))
      return signalPassFailure();
    getOperation()->walk([&](linalg::GenericOp op) {
      if (!isPlainSum(op) || llvm::none_of(op.getInputs(), isProduct))
        return;
      ++missed;
      remarkMissed(op.getLoc(), "fuse-elementwise", topic::kFusion)
          << "added to its product in a loop, as it is read elsewhere too and "
             "cannot be overwritten";
    });
    expanded += copyAddedProducts(getOperation());
    // Fusing one expansion into another makes a new one. Of a chain of them
    // each reader would in the end compute all, n^2 / 2 operations for n: so
    // only the nearest few are computed again. The examples take two rounds.
    constexpr int mostRounds = 4;
    for (int round = 0;; ++round) {
      if (failed(fuse()))
        return signalPassFailure();
      unsigned copied =
          round < mostRounds ? copyCheapExpansions(getOperation()) : 0;
      if (!copied)
        break;
      expanded += copied;
    }
    if (getContext().getRemarkEngine())
      getOperation()->walk(explainLeft);
  }

  LogicalResult fuse() {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    linalg::populateElementwiseOpsFusionPatterns(patterns, shouldFuse);
    patterns.add<SliceOperands>(context);
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    linalg::GenericOp::getCanonicalizationPatterns(patterns, context);
    tensor::EmptyOp::getCanonicalizationPatterns(patterns, context);
    return applyPatternsGreedily(getOperation(), std::move(patterns));
  }
};
} // namespace
