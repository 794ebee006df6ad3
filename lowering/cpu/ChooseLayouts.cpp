//===- lowering/cpu/ChooseLayouts.cpp - the order of dimensions -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A memory of N words of M numbers is best stored number by number when N is a
/// multiple of the vector's width and M is not: measured at 128 x 20, the
/// forward sweeps take half the time, since dot products of a key with all
/// words then need no sum over lanes.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

#include "dialect/Vellum.h"
#include "lowering/Remarks.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/LoopOrder.h"

namespace vellum {
#define GEN_PASS_DEF_CHOOSELAYOUTS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-choose-layouts"

using namespace mlir;
using namespace vellum;

/// What an unknown size is taken for.
static constexpr int64_t assumedSize = 32;
/// Lanes of the vectors that costs are counted in.
static constexpr int64_t lanes = 16;
/// What a sum over the lanes of a vector costs, in vector operations.
static constexpr int64_t laneSum = 6;

static int64_t rankOf(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type ? type.getRank() : 0;
}

//===----------------------------------------------------------------------===//
// Which tensors share a layout
//===----------------------------------------------------------------------===//

namespace {
/// Tensors that must have the same layout. Those of a stack have more leading
/// dimensions than those of a step; layouts concern the dimensions after them.
struct Group {
  SmallVector<Value> members;
  /// The dimensions that the layout permutes: the last `rank` of each member.
  int64_t rank = 0;
  /// The dimension, among these, that is stored contiguously.
  int64_t last = 0;
};

class Groups {
public:
  explicit Groups(Operation *root);

  SmallVector<Group> groups;
  Group *of(Value value) {
    auto found = numbers.find(value);
    return found == numbers.end() ? nullptr : &groups[found->second];
  }

private:
  void visit(Operation *op);
  void visitScan(ScanOp scan);
  void joinOperands(linalg::LinalgOp op);
  void pin(Value value) {
    if (rankOf(value) > 1)
      pinned.insert(value);
  }
  void join(Value a, Value b) {
    if (rankOf(a) > 1 || rankOf(b) > 1)
      classes.unionSets(a.getAsOpaquePointer(), b.getAsOpaquePointer());
  }

  llvm::EquivalenceClasses<const void *> classes;
  llvm::SetVector<Value> values;
  llvm::DenseSet<Value> pinned;
  llvm::DenseMap<Value, unsigned> numbers;
};
} // namespace

/// Tensors that a loop goes through in the same way are best stored in the same
/// way, and one of them alone would gain nothing from a change.
void Groups::joinOperands(linalg::LinalgOp op) {
  for (OpOperand &a : op->getOpOperands())
    for (OpOperand &b : op->getOpOperands()) {
      AffineMap map = op.getMatchingIndexingMap(&a);
      if (map.getNumResults() > 2 && map.isPermutation() &&
          map == op.getMatchingIndexingMap(&b))
        join(a.get(), b.get());
    }
}

void Groups::visitScan(ScanOp scan) {
  YieldOp yield = scan.getYield();
  for (auto [init, carry, next, final] :
       llvm::zip(scan.getInits(), scan.getCarries(), yield.getCarried(),
                 scan.getFinals())) {
    join(init, carry);
    join(carry, next);
    join(carry, final);
  }
  for (auto [input, slice] : llvm::zip(scan.getInputs(), scan.getSlices()))
    join(input, slice);
  for (auto [emitted, stack] : llvm::zip(yield.getEmitted(), scan.getStacks()))
    join(emitted, stack);
}

void Groups::visit(Operation *op) {
  for (Value result : op->getResults())
    values.insert(result);
  if (auto scan = dyn_cast<ScanOp>(op)) {
    for (Value argument : scan.getBodyBlock()->getArguments())
      values.insert(argument);
    return visitScan(scan);
  }
  auto dim = dyn_cast<tensor::DimOp>(op);
  if (isa<YieldOp, tensor::EmptyOp>(op) || (dim && dim.getConstantIndex()))
    return;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op);
      isa<linalg::GenericOp, linalg::FillOp>(op)) {
    for (OpOperand &init : structured.getDpsInitsMutable())
      join(init.get(), structured.getTiedOpResult(&init));
    joinOperands(structured);
    return;
  }
  for (Value operand : op->getOperands())
    pin(operand);
  for (Value result : op->getResults())
    pin(result);
  for (Region &region : op->getRegions())
    for (Value argument : region.getArguments())
      pin(argument);
}

Groups::Groups(Operation *root) {
  root->walk<WalkOrder::PreOrder>([&](Operation *op) { visit(op); });
  llvm::MapVector<const void *, Group> sorted;
  llvm::DenseSet<const void *> fixed;
  for (Value value : pinned)
    fixed.insert(classes.getOrInsertLeaderValue(value.getAsOpaquePointer()));
  for (Value value : values) {
    const void *leader =
        classes.getOrInsertLeaderValue(value.getAsOpaquePointer());
    if (rankOf(value) < 1 || fixed.contains(leader))
      continue;
    Group &group = sorted[leader];
    int64_t rank = rankOf(value);
    group.rank = group.members.empty() ? rank : std::min(group.rank, rank);
    group.members.push_back(value);
  }
  for (auto &[leader, group] : sorted) {
    if (group.rank < 2)
      continue;
    group.last = group.rank - 1;
    for (Value member : group.members)
      numbers[member] = groups.size();
    groups.push_back(group);
  }
}

//===----------------------------------------------------------------------===//
// What a layout costs
//===----------------------------------------------------------------------===//

/// The loop that runs along what is contiguous in an operand, if any.
static std::optional<unsigned>
contiguousLoop(linalg::GenericOp op, OpOperand &operand, Groups &groups) {
  AffineMap map = op.getMatchingIndexingMap(&operand);
  if (map.getNumResults() == 0)
    return std::nullopt;
  int64_t position = map.getNumResults() - 1;
  if (Group *group = groups.of(operand.get()))
    position = map.getNumResults() - group->rank + group->last;
  auto dim = dyn_cast<AffineDimExpr>(map.getResult(position));
  return dim ? std::optional<unsigned>(dim.getPosition()) : std::nullopt;
}

/// Vector operations per operand, for the best choice of the loop that runs
/// over vectors.
static int64_t costOf(linalg::GenericOp op, Groups &groups) {
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  int64_t all = 1;
  for (int64_t &size : sizes) {
    size = ShapedType::isDynamic(size) ? assumedSize : size;
    all *= size;
  }
  // Of the outputs that sum over a loop, how many elements the largest has.
  auto sumsOver = [&](unsigned loop) {
    int64_t most = 0;
    for (unsigned output = 0; output < op.getNumDpsInits(); ++output) {
      llvm::SmallBitVector summed = cpu::summedBy(op, output);
      int64_t elements = summed.test(loop);
      for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
        elements *= summed.test(dim) ? 1 : sizes[dim];
      most = std::max(most, elements);
    }
    return most;
  };
  int64_t best = all;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    bool fits = llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
      return !op.getMatchingIndexingMap(&operand).isFunctionOfDim(loop) ||
             contiguousLoop(op, operand, groups) == loop;
    });
    if (!fits || sizes[loop] <= 1)
      continue;
    int64_t vectors = all / sizes[loop] * llvm::divideCeil(sizes[loop], lanes) +
                      laneSum * sumsOver(loop);
    best = std::min(best, vectors);
  }
  return best * op->getNumOperands();
}

/// The cost of all loops that touch the group.
static int64_t costOf(const Group &group, Groups &groups) {
  llvm::SetVector<Operation *> users;
  for (Value member : group.members) {
    if (Operation *definition = member.getDefiningOp())
      users.insert(definition);
    users.insert(member.user_begin(), member.user_end());
  }
  int64_t cost = 0;
  for (Operation *user : users)
    if (auto op = dyn_cast<linalg::GenericOp>(user))
      cost += costOf(op, groups);
  return cost;
}

/// The first dimension is that of the samples, which run apart.
static bool chooseFor(Group &group, Groups &groups) {
  int64_t before = group.last, best = before;
  int64_t lowest = costOf(group, groups);
  for (int64_t last = 1; last < group.rank; ++last) {
    group.last = last;
    int64_t cost = costOf(group, groups);
    if (cost < lowest) {
      lowest = cost;
      best = last;
    }
  }
  group.last = best;
  return best != before;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// Where each dimension of a member goes: `result[i]` is the old dimension that
/// becomes dimension `i`.
static SmallVector<int64_t> permutationOf(const Group &group, int64_t rank) {
  int64_t lead = rank - group.rank;
  SmallVector<int64_t> result = llvm::to_vector(llvm::seq<int64_t>(rank));
  int64_t moved = lead + group.last;
  result.erase(result.begin() + moved);
  result.push_back(moved);
  return result;
}

static RankedTensorType permuted(Type type, ArrayRef<int64_t> order) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.clone(applyPermutation(tensor.getShape(), order));
}

static void rewriteMap(linalg::GenericOp op, OpOperand &operand,
                       ArrayRef<int64_t> order) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  AffineMap &map = maps[operand.getOperandNumber()];
  map = AffineMap::get(map.getNumDims(), 0,
                       applyPermutation(map.getResults(), order),
                       op.getContext());
  op.setIndexingMapsAttr(Builder(op.getContext()).getAffineMapArrayAttr(maps));
}

/// Uses first, since they look at types that they do not share.
static void apply(const Group &group, IRRewriter &rewriter) {
  for (Value member : group.members) {
    SmallVector<int64_t> order = permutationOf(group, rankOf(member));
    for (OpOperand &use : member.getUses()) {
      if (auto op = dyn_cast<linalg::GenericOp>(use.getOwner()))
        rewriteMap(op, use, order);
      if (auto dim = dyn_cast<tensor::DimOp>(use.getOwner()))
        if (std::optional<int64_t> old = dim.getConstantIndex()) {
          rewriter.setInsertionPoint(dim);
          int64_t now = llvm::find(order, *old) - order.begin();
          dim.getIndexMutable().assign(
              arith::ConstantIndexOp::create(rewriter, dim.getLoc(), now));
        }
    }
    if (auto empty = member.getDefiningOp<tensor::EmptyOp>()) {
      rewriter.setInsertionPoint(empty);
      SmallVector<OpFoldResult> sizes =
          applyPermutation(empty.getMixedSizes(), order);
      auto moved = tensor::EmptyOp::create(rewriter, empty.getLoc(), sizes,
                                           empty.getType().getElementType());
      rewriter.replaceAllUsesWith(empty.getResult(), moved.getResult());
      continue;
    }
    member.setType(permuted(member.getType(), order));
  }
}

namespace {
struct ChooseLayouts : vellum::impl::ChooseLayoutsBase<ChooseLayouts> {
  void runOnOperation() override {
    Groups groups(getOperation());
    bool changed = true;
    // Twice is enough for groups that decide after their neighbours.
    for (int round = 0; round < 2 && changed; ++round) {
      changed = false;
      for (Group &group : groups.groups)
        changed |= group.rank > 2 && chooseFor(group, groups);
    }
    IRRewriter rewriter(&getContext());
    for (const Group &group : groups.groups)
      if (group.last != group.rank - 1) {
        if (auto remark = remarkPassed(group.members[0].getLoc(),
                                       "choose-layouts", topic::kLayout))
          remark << llvm::formatv(
                        "stored so that loops over it run over vectors: of its "
                        "{0} dimensions number {1} is contiguous",
                        rankOf(group.members[0]),
                        rankOf(group.members[0]) - group.rank + group.last)
                        .str();
        apply(group, rewriter);
        ++transposed;
      }
  }
};
} // namespace
