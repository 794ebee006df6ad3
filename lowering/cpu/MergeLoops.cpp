//===- lowering/cpu/MergeLoops.cpp - one sweep for several loops ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/SmallPtrSet.h"

#include "lowering/Remarks.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/LoopOrder.h"
#include "lowering/cpu/Products.h"
#include "lowering/cpu/SizeClasses.h"

namespace vellum {
#define GEN_PASS_DEF_MERGELOOPS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-merge-loops"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

/// More operands than this would not stay in registers and addresses.
static constexpr unsigned maxOperands = 40;

/// Loops no longer than this, apart from dynamic dimensions, merge although
/// they share nothing: their overhead is larger than their work.
static constexpr int64_t tinyLoop = 4;

/// The least bytes of a memory that is swept once for sums over either of its
/// dimensions.
static constexpr int64_t largeSweep = 64 << 10;

//===----------------------------------------------------------------------===//
// What a loop is like
//===----------------------------------------------------------------------===//

static bool isMergeable(linalg::GenericOp op) {
  return op.hasPureTensorSemantics() && op.getNumLoops() > 0 &&
         hasPlainMaps(op) && !isMatrixProduct(op) && !op.hasIndexSemantics();
}

namespace {
/// How the loops of `second` go into those of `first`.
struct Match {
  /// The loop of `first` that each loop of `second` becomes.
  SmallVector<unsigned> loops;
  /// Operands that both read at the same place, or that one hands the other.
  unsigned shared = 0;
};

/// Two loops of one block, `first` before `second`.
class Pair {
public:
  Pair(linalg::GenericOp first, linalg::GenericOp second, SizeClasses &sizes)
      : first(first), second(second), sizes(sizes) {}

  /// The best way to run both in one loop, if there is one.
  std::optional<Match> match();
  /// One op for both. The ops between the two that need `first` go behind it,
  /// and are returned in `moved`.
  linalg::GenericOp merge(const Match &match, RewriterBase &rewriter,
                          SmallVectorImpl<Operation *> &moved);

private:
  bool isTiny();
  bool sumsAgree(ArrayRef<unsigned> loops);
  int64_t sweptBytes(const llvm::SmallBitVector &dims);
  bool staysParallel(ArrayRef<unsigned> loops);
  bool handsOver(OpOperand &operand, ArrayRef<unsigned> loops);
  std::optional<unsigned> countShared(ArrayRef<unsigned> loops);
  AffineMap renamed(AffineMap map, ArrayRef<unsigned> loops);
  SmallVector<Operation *> dependents();
  bool pathBetween();

  linalg::GenericOp first, second;
  SizeClasses &sizes;
};
} // namespace

AffineMap Pair::renamed(AffineMap map, ArrayRef<unsigned> loops) {
  MLIRContext *context = map.getContext();
  SmallVector<AffineExpr> dims;
  for (unsigned loop : loops)
    dims.push_back(getAffineDimExpr(loop, context));
  return map.replaceDimsAndSymbols(dims, {}, loops.size(), 0);
}

/// Sums of one loop run over the same dimensions, so that all of them stay in
/// registers at the same time; over a large memory they may run over one
/// dimension or the other, as a sweep that is saved is worth more.
bool Pair::sumsAgree(ArrayRef<unsigned> loops) {
  SmallVector<llvm::SmallBitVector, 2> kinds;
  auto add = [&](const llvm::SmallBitVector &dims) {
    if (dims.any() && !llvm::is_contained(kinds, dims))
      kinds.push_back(dims);
  };
  for (unsigned output = 0; output < first.getNumDpsInits(); ++output)
    add(summedBy(first, output));
  for (unsigned output = 0; output < second.getNumDpsInits(); ++output) {
    llvm::SmallBitVector theirs = summedBy(second, output), dims(loops.size());
    for (unsigned dim : theirs.set_bits())
      dims.set(loops[dim]);
    add(dims);
  }
  if (kinds.size() < 2)
    return true;
  llvm::SmallBitVector all = kinds[0];
  all |= kinds[1];
  return kinds.size() == 2 && !kinds[0].anyCommon(kinds[1]) &&
         sweptBytes(all) >= largeSweep;
}

/// What a value takes that the loops `dims` pass once, as far as it is known.
int64_t Pair::sweptBytes(const llvm::SmallBitVector &dims) {
  int64_t bytes = sizeof(float);
  SmallVector<int64_t> ranges = first.getStaticLoopRanges();
  for (unsigned dim : dims.set_bits())
    bytes *= ShapedType::isDynamic(ranges[dim]) ? 1 : ranges[dim];
  return bytes;
}

/// False if one has iterations that do not depend on each other and the loop
/// for both would not, as a sum over everything: samples could no longer run
/// apart from each other.
bool Pair::staysParallel(ArrayRef<unsigned> loops) {
  auto isParallel = [](linalg::GenericOp op, unsigned loop) {
    return op.getIteratorTypesArray()[loop] == utils::IteratorType::parallel;
  };
  bool either = false, both = false;
  for (auto [theirs, ours] : llvm::enumerate(loops)) {
    bool a = isParallel(first, ours), c = isParallel(second, theirs);
    either |= a || c;
    both |= a && c;
  }
  return both || !either;
}

/// True if `operand` of `second` is a result of `first` that each iteration has
/// just computed.
bool Pair::handsOver(OpOperand &operand, ArrayRef<unsigned> loops) {
  auto result = cast<OpResult>(operand.get());
  return summedBy(first, result.getResultNumber()).none() &&
         second.isDpsInput(&operand) &&
         renamed(second.getMatchingIndexingMap(&operand), loops) ==
             first.getIndexingMapMatchingResult(result);
}

/// How many operands are shared, or nothing if `second` needs more of `first`
/// than the current iteration's values.
std::optional<unsigned> Pair::countShared(ArrayRef<unsigned> loops) {
  unsigned shared = 0;
  for (OpOperand &operand : second->getOpOperands()) {
    AffineMap map = renamed(second.getMatchingIndexingMap(&operand), loops);
    if (operand.get().getDefiningOp() == first) {
      if (!handsOver(operand, loops))
        return std::nullopt;
      shared += 2;
      continue;
    }
    if (second.isDpsInput(&operand))
      shared +=
          llvm::any_of(first.getDpsInputOperands(), [&](OpOperand *other) {
            return other->get() == operand.get() &&
                   first.getMatchingIndexingMap(other) == map;
          });
  }
  return shared;
}

/// True if `op`, or an op within it, uses a result of one of `definitions`.
static bool uses(Operation *op,
                 const llvm::SmallPtrSetImpl<Operation *> &definitions) {
  Block *block = op->getBlock();
  WalkResult result = op->walk([&](Operation *inner) {
    bool found = llvm::any_of(inner->getOperands(), [&](Value operand) {
      Operation *definition = operand.getDefiningOp();
      if (!definition)
        return false;
      Operation *ancestor = block->findAncestorOpInBlock(*definition);
      return ancestor && ancestor != op && definitions.contains(ancestor);
    });
    return found ? WalkResult::interrupt() : WalkResult::advance();
  });
  return result.wasInterrupted();
}

/// The ops between the two that need `first`, in order.
SmallVector<Operation *> Pair::dependents() {
  SmallVector<Operation *> result;
  llvm::SmallPtrSet<Operation *, 16> after;
  after.insert(first);
  for (Operation *op = first->getNextNode(); op != second;
       op = op->getNextNode())
    if (uses(op, after)) {
      after.insert(op);
      result.push_back(op);
    }
  return result;
}

/// True if something between the two needs `first` and is needed by `second`.
bool Pair::pathBetween() {
  SmallVector<Operation *> between = dependents();
  return uses(second, llvm::SmallPtrSet<Operation *, 16>(between.begin(),
                                                         between.end()));
}

bool Pair::isTiny() {
  int64_t size = 1;
  for (int64_t range : first.getStaticLoopRanges())
    size *= ShapedType::isDynamic(range) ? 1 : range;
  return size <= tinyLoop;
}

std::optional<Match> Pair::match() {
  if (first->getNumOperands() + second->getNumOperands() > maxOperands)
    return std::nullopt;
  SmallVector<unsigned> ours = sizes.ofLoops(first),
                        theirs = sizes.ofLoops(second);
  if (ours.size() != theirs.size())
    return std::nullopt;
  SmallVector<unsigned> loops =
      llvm::to_vector(llvm::seq<unsigned>(ours.size()));
  std::optional<Match> best;
  do {
    bool fits = llvm::all_of(llvm::enumerate(loops), [&](auto loop) {
      return theirs[loop.index()] == ours[loop.value()];
    });
    if (!fits || !sumsAgree(loops) || !staysParallel(loops))
      continue;
    std::optional<unsigned> shared = countShared(loops);
    if (shared && (*shared || isTiny()) && (!best || *shared > best->shared))
      best = Match{loops, *shared};
  } while (std::next_permutation(loops.begin(), loops.end()));
  return best && !pathBetween() ? best : std::nullopt;
}

/// Builds one op for both at the place of `second`. Both stay, unused.
linalg::GenericOp Pair::merge(const Match &match, RewriterBase &rewriter,
                              SmallVectorImpl<Operation *> &moved) {
  for (Location loc : {first.getLoc(), second.getLoc()})
    remarkPassed(loc, "merge-loops", topic::kFusion)
        << "runs in one loop with others over the same elements";
  SmallVector<Value> inputs, outputs;
  SmallVector<AffineMap> inputMaps, outputMaps;
  SmallVector<utils::IteratorType> iterators = first.getIteratorTypesArray();
  for (auto [loop, type] : llvm::enumerate(second.getIteratorTypesArray()))
    if (type == utils::IteratorType::reduction)
      iterators[match.loops[loop]] = type;
  // The number of each operand among the merged op's inputs; none for those
  // handed over.
  DenseMap<OpOperand *, unsigned> places;
  auto addInput = [&](OpOperand *operand, AffineMap map) {
    for (auto [place, known] : llvm::enumerate(llvm::zip(inputs, inputMaps)))
      if (std::get<0>(known) == operand->get() && std::get<1>(known) == map) {
        places[operand] = place;
        return;
      }
    places[operand] = inputs.size();
    inputs.push_back(operand->get());
    inputMaps.push_back(map);
  };
  for (OpOperand *operand : first.getDpsInputOperands())
    addInput(operand, first.getMatchingIndexingMap(operand));
  for (OpOperand *operand : second.getDpsInputOperands())
    if (operand->get().getDefiningOp() != first)
      addInput(operand,
               renamed(second.getMatchingIndexingMap(operand), match.loops));
  for (OpOperand &init : first.getDpsInitsMutable()) {
    outputs.push_back(init.get());
    outputMaps.push_back(first.getMatchingIndexingMap(&init));
  }
  for (OpOperand &init : second.getDpsInitsMutable()) {
    outputs.push_back(init.get());
    outputMaps.push_back(
        renamed(second.getMatchingIndexingMap(&init), match.loops));
  }
  SmallVector<AffineMap> maps(inputMaps);
  llvm::append_range(maps, outputMaps);
  rewriter.setInsertionPoint(second);
  auto merged = linalg::GenericOp::create(
      rewriter, rewriter.getFusedLoc({first.getLoc(), second.getLoc()}),
      ValueRange(outputs).getTypes(), inputs, outputs, maps, iterators,
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        IRMapping mapping;
        SmallVector<Value> yielded;
        unsigned output = inputs.size();
        auto cloneBody = [&](linalg::GenericOp op) {
          for (OpOperand *operand : op.getDpsInputOperands()) {
            BlockArgument argument = op.getMatchingBlockArgument(operand);
            if (auto place = places.find(operand); place != places.end())
              mapping.map(argument, arguments[place->second]);
            else
              mapping.map(
                  argument,
                  yielded[cast<OpResult>(operand->get()).getResultNumber()]);
          }
          for (BlockArgument argument : op.getRegionOutputArgs())
            mapping.map(argument, arguments[output++]);
          for (Operation &inner : op.getBody()->without_terminator())
            b.clone(inner, mapping);
          for (Value value : op.getBody()->getTerminator()->getOperands())
            yielded.push_back(mapping.lookupOrDefault(value));
        };
        cloneBody(first);
        cloneBody(second);
        linalg::YieldOp::create(b, loc, yielded);
      });
  moved = dependents();
  Operation *last = merged;
  for (Operation *op : moved) {
    op->moveAfter(last);
    last = op;
  }
  unsigned split = first->getNumResults();
  auto replace = [&](Operation *op, ValueRange results) {
    sizes.transfer(op->getResults(), results);
    rewriter.replaceAllUsesWith(op->getResults(), results);
  };
  replace(first, merged->getResults().take_front(split));
  replace(second, merged->getResults().drop_front(split));
  return merged;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
struct MergeLoops : vellum::impl::MergeLoopsBase<MergeLoops> {
  void runOnOperation() override {
    SizeClasses sizes(getOperation());
    getOperation()->walk([&](Block *block) {
      if (!isa<linalg::LinalgOp>(block->getParentOp()))
        mergeIn(*block, sizes);
    });
    for (Operation *op : dead)
      op->dropAllReferences();
    for (Operation *op : dead)
      op->erase();
    dead.clear();
    RewritePatternSet patterns(&getContext());
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }

  /// Takes the loops in order and merges each with the latest earlier loop
  /// that fits best.
  void mergeIn(Block &block, SizeClasses &sizes) {
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::GenericOp> loops, done;
    for (auto op : block.getOps<linalg::GenericOp>())
      if (isMergeable(op))
        loops.push_back(op);
    for (linalg::GenericOp op : loops) {
      std::optional<Match> best;
      size_t partner = 0;
      for (auto [i, earlier] : llvm::enumerate(done)) {
        std::optional<Match> match = Pair(earlier, op, sizes).match();
        if (match && (!best || match->shared >= best->shared)) {
          best = match;
          partner = i;
        }
      }
      if (!best) {
        done.push_back(op);
        continue;
      }
      linalg::GenericOp earlier = done[partner];
      dead.append({earlier, op});
      SmallVector<Operation *> moved;
      linalg::GenericOp both =
          Pair(earlier, op, sizes).merge(*best, rewriter, moved);
      // In the order of the block, which it would number anew if it were asked.
      done.erase(done.begin() + partner);
      SmallVector<linalg::GenericOp> behind;
      llvm::erase_if(done, [&](linalg::GenericOp loop) {
        const bool isMoved = llvm::is_contained(moved, loop.getOperation());
        if (isMoved)
          behind.push_back(loop);
        return isMoved;
      });
      done.push_back(both);
      llvm::append_range(done, behind);
      ++merged;
    }
  }

  /// What was merged, erased only at the end: the size classes are of values.
  SmallVector<Operation *> dead;
};
} // namespace
