//===- lowering/cpu/BlockSums.cpp - sums over the same memory -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

#include "lowering/Remarks.h"
#include "lowering/checkpoint/IndexBuilder.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/LoopOrder.h"
#include "lowering/cpu/MemoryParts.h"
#include "lowering/cpu/Products.h"

#define DEBUG_TYPE "vellum-block-sums"

namespace vellum {
#define GEN_PASS_DEF_BLOCKSUMS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

namespace {
/// Ops that sum over the first dimension of the same memory.
struct Group {
  Value memory;
  SmallVector<linalg::GenericOp> sums;
};
} // namespace

/// The loop dimension that `op` sums over and that is the first one of all its
/// inputs; nothing if there is none.
static std::optional<unsigned> summedRows(linalg::GenericOp op) {
  if (!hasPlainMaps(op) || op.getNumDpsInits() != 1 || !isSum(op, 0) ||
      !combinerOf(op, 0))
    return std::nullopt;
  std::optional<unsigned> rows;
  for (OpOperand *input : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(input);
    auto first = dyn_cast_or_null<AffineDimExpr>(
        map.getNumResults() > 0 ? map.getResult(0) : AffineExpr());
    if (!first || !isSummed(op, first.getPosition()) ||
        rows.value_or(first.getPosition()) != first.getPosition() ||
        llvm::any_of(map.getResults().drop_front(), [&](AffineExpr expr) {
          return expr.isFunctionOfDim(first.getPosition());
        }))
      return std::nullopt;
    rows = first.getPosition();
  }
  return rows;
}

/// The memory that views are parts of.
static Value rootOf(Value memref) {
  while (auto view = memref.getDefiningOp<memref::SubViewOp>())
    memref = view.getSource();
  return memref;
}

/// True if writing one cannot change the other: one of them is memory taken
/// here, or both are different parts of the same.
static bool areApart(Value lhs, Value rhs) {
  Value left = rootOf(lhs), right = rootOf(rhs);
  if (left != right)
    return left.getDefiningOp<memref::AllocOp>() ||
           right.getDefiningOp<memref::AllocOp>();
  auto a = lhs.getDefiningOp<memref::SubViewOp>();
  auto b = rhs.getDefiningOp<memref::SubViewOp>();
  if (!a || !b || a.getSource() != b.getSource())
    return false;
  FailureOr<bool> overlap = ValueBoundsConstraintSet::areOverlappingSlices(
      a.getContext(), HyperrectangularSlice(a), HyperrectangularSlice(b));
  return succeeded(overlap) && !*overlap;
}

/// True if `op` may as well run after `next`, which only fills or sums.
static bool mayWaitFor(linalg::GenericOp op, linalg::LinalgOp next) {
  Value result = op.getDpsInits()[0], written = next.getDpsInits()[0];
  return areApart(result, written) &&
         llvm::all_of(op.getDpsInputs(),
                      [&](Value input) { return areApart(input, written); }) &&
         llvm::all_of(next.getDpsInputs(), [&](Value input) {
           return !isa<MemRefType>(input.getType()) || areApart(input, result);
         });
}

/// An input that both sum over, if there is one.
static Value sharedInput(linalg::GenericOp lhs, linalg::GenericOp rhs) {
  for (Value input : lhs.getDpsInputs())
    if (llvm::is_contained(rhs.getDpsInputs(), input))
      return input;
  return {};
}

static int64_t bytesOf(Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  if (!type.hasStaticShape())
    return std::numeric_limits<int64_t>::max();
  return type.getNumElements() * type.getElementTypeBitWidth() / 8;
}

namespace {
struct BlockSums : vellum::impl::BlockSumsBase<BlockSums> {
  using BlockSumsBase::BlockSumsBase;

  void runOnOperation() override {
    SmallVector<Group> groups;
    for (auto function : getOperation().getOps<func::FuncOp>())
      for (Block &block : function.getBody())
        findIn(block, groups);
    for (Group &group : groups)
      run(group);
  }

  /// Sums that follow each other, but for memory that is taken or filled.
  void findIn(Block &block, SmallVectorImpl<Group> &groups) {
    Group group;
    auto close = [&] {
      if (group.sums.size() > 1)
        groups.push_back(group);
      group = {};
    };
    for (Operation &op : block) {
      if (isMemoryEffectFree(&op) || isa<memref::AllocOp>(op))
        continue;
      auto next = dyn_cast<linalg::LinalgOp>(op);
      auto generic = dyn_cast<linalg::GenericOp>(op);
      const bool isSum = generic && summedRows(generic) && fits(generic);
      const bool mayStay = next && next.getNumDpsInits() == 1 &&
                           (isSum || isa<linalg::FillOp>(op)) &&
                           llvm::all_of(group.sums, [&](linalg::GenericOp sum) {
                             return mayWaitFor(sum, next);
                           });
      if (!mayStay)
        close();
      if (!isSum)
        continue;
      if (!joins(group, generic))
        close();
      group.sums.push_back(generic);
    }
    close();
  }

  /// Takes the memory that a first and a second sum share as the group's.
  static bool joins(Group &group, linalg::GenericOp next) {
    if (group.sums.empty())
      return true;
    if (group.sums.size() == 1)
      group.memory = sharedInput(group.sums[0], next);
    return llvm::is_contained(next.getDpsInputs(), group.memory);
  }

  /// Results that leave the cache from block to block would cost more than
  /// what is read again.
  bool fits(linalg::GenericOp op) {
    return bytesOf(op.getDpsInits()[0]) <= blockBytes / 2;
  }

  void run(Group &group) {
    linalg::GenericOp last = group.sums.back();
    OpBuilder b(last);
    IndexBuilder index(b, last.getLoc());
    auto type = cast<MemRefType>(group.memory.getType());
    Value rowBytes = index.constant(type.getElementTypeBitWidth() / 8);
    for (OpFoldResult size :
         ArrayRef(memref::getMixedSizes(b, last.getLoc(), group.memory))
             .drop_front())
      rowBytes = index.mul(rowBytes, index.value(size));
    Value rows = index.max(index.divide(index.constant(blockBytes),
                                        index.max(rowBytes, index.constant(1))),
                           index.constant(1));
    Value all =
        index.value(memref::getMixedSize(b, last.getLoc(), group.memory, 0));
    auto loop =
        scf::ForOp::create(b, last.getLoc(), index.constant(0), all, rows);
    loop->setAttr(blockLoopAttribute, b.getUnitAttr());
    b.setInsertionPoint(loop.getBody()->getTerminator());
    IndexBuilder inner(b, last.getLoc());
    Value first = loop.getInductionVar();
    Value count = inner.min(inner.subtract(all, first), rows);
    for (linalg::GenericOp sum : group.sums) {
      IRMapping mapping;
      for (Value input : sum.getDpsInputs())
        mapping.map(input, rowsOf(b, sum.getLoc(), input, first, count));
      b.clone(*sum, mapping);
      if (auto remark =
              remarkPassed(sum.getLoc(), "block-sums", topic::kSchedule))
        remark << "runs block by block of rows with others that read them";
      ++blocked;
    }
    for (linalg::GenericOp sum : group.sums)
      sum.erase();
  }
};
} // namespace
