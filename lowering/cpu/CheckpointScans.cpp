//===- lowering/cpu/CheckpointScans.cpp - scans in segments ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/FormatBytes.h"
#include "lowering/Remarks.h"
#include "lowering/checkpoint/SegmentPair.h"
#include "lowering/checkpoint/SegmentPlan.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/KernelCalls.h"

#define DEBUG_TYPE "vellum-checkpoint-scans"

namespace vellum {
#define GEN_PASS_DEF_CHECKPOINTSCANS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

static Value stepsOf(OpBuilder &builder, ScanOp scan) {
  if (scan.getLength())
    return scan.getLength();
  return builder.createOrFold<tensor::DimOp>(scan.getLoc(),
                                             scan.getInputs().front(), 0);
}

static void explain(ScanOp scan, bool isCut, StringRef what) {
  constexpr StringLiteral pass = "checkpoint-scans";
  if (auto remark = isCut ? remarkPassed(scan.getLoc(), pass, topic::kMemory)
                          : remarkMissed(scan.getLoc(), pass, topic::kMemory))
    remark << what.str();
}

/// Cuts a pair and, if `again`, what its reverse scan computes again once more.
static LogicalResult cut(const ScanPair &pair, const Lengths &lengths,
                         bool again) {
  auto inner = segmentPair(pair, {lengths.steps, lengths.outer, Value()});
  if (failed(inner) || !again)
    return inner;
  OpBuilder builder(inner->forward);
  Value steps = stepsOf(builder, inner->forward);
  return segmentPair(*inner, {steps, lengths.inner, lengths.parts});
}

/// The number of threads that run tiles; one where there is no context to ask.
static Value threadsAround(OpBuilder &builder, scf::ForallOp loop) {
  Value context = cpu::contextOf(loop->getParentOfType<func::FuncOp>());
  return context ? cpu::threadCount(builder, loop.getLoc(), context)
                 : arith::ConstantIndexOp::create(builder, loop.getLoc(), 1);
}

namespace {
struct CheckpointScans : vellum::impl::CheckpointScansBase<CheckpointScans> {
  using CheckpointScansBase::CheckpointScansBase;

  /// On the module, since the program may ask a service how many threads it
  /// has.
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      for (Block *block : blocksWithScans(function))
        if (isConcerned(*block) && failed(checkpoint(*block)))
          return signalPassFailure();
  }

  bool isConcerned(Block &block) {
    return memory > 0 || llvm::any_of(block.getOps<ScanOp>(), [](ScanOp scan) {
             return scan.getCheckpointAttr() != nullptr;
           });
  }

  LogicalResult checkpoint(Block &block) {
    SmallVector<ScanPair> together;
    const SmallVector<ScanPair> pairs = findScanPairs(block);
    explainOthers(pairs, block);
    for (const ScanPair &pair : pairs) {
      ScanOp forward = pair.forward;
      CheckpointAttr policy = forward.getCheckpointAttr();
      if (!policy && memory > 0)
        together.push_back(pair);
      else if (failed(follow(pair, policy)))
        return failure();
    }
    return together.empty() ? success()
                            : keepWithin(together, CheckpointAttr());
  }

  /// Cuts a pair as its own policy says.
  LogicalResult follow(const ScanPair &pair, CheckpointAttr policy) {
    ScanOp forward = pair.forward;
    if (!policy || policy.getKind() == CheckpointKind::All) {
      ++numWhole;
      explain(forward, /*isCut=*/false,
              policy ? "keeps what each step saves, as its policy says"
                     : "keeps what each step saves, as it has no policy and "
                       "the program no budget");
      return success();
    }
    if (policy.getKind() == CheckpointKind::Within)
      return keepWithin(pair, policy);
    ++numCut;
    explain(forward, /*isCut=*/true,
            ("keeps its state every " + Twine(policy.getAmount()) +
             " steps, and computes those between again in the backward pass")
                .str());
    OpBuilder builder(forward);
    Value length = arith::ConstantIndexOp::create(builder, forward.getLoc(),
                                                  policy.getAmount());
    return segmentPair(pair, {stepsOf(builder, forward), length, Value()});
  }

  /// The scans that stand beside the pairs, before or after them: memory is
  /// given back at the end only.
  static SmallVector<ScanOp> scansBeside(ArrayRef<ScanPair> pairs,
                                         Block &block) {
    SmallVector<ScanOp> others;
    for (ScanOp scan : block.getOps<ScanOp>())
      if (llvm::none_of(pairs, [&](const ScanPair &pair) {
            return pair.forward == scan || pair.reverse == scan;
          }))
        others.push_back(scan);
    return others;
  }

  /// Says of the other scans why nothing is cut, where somebody expects it.
  void explainOthers(ArrayRef<ScanPair> pairs, Block &block) {
    for (ScanOp scan : scansBeside(pairs, block))
      if (scan.getCheckpointAttr())
        explain(scan, /*isCut=*/false,
                "its policy changes nothing, as it keeps nothing that a "
                "backward pass alone reads");
  }

  /// What there is for the scans of `block`, of which each tile gets a share.
  Value budgetOf(Block &block, ScanMemory &sizes, IndexBuilder &index) {
    auto loop = dyn_cast<scf::ForallOp>(block.getParentOp());
    if (!loop)
      return index.constant(memory);
    OpBuilder before(loop);
    Value tiles = sizes.tilesAtOnce(loop, threadsAround(before, loop));
    Value left = index.subtract(index.constant(memory),
                                sizes.bytesIn(*loop->getBlock()));
    return index.divide(left, tiles);
  }

  static std::string describeBudget(CheckpointAttr policy, bool again) {
    std::string text = "keeps its state at the beginnings of segments, and "
                       "computes their steps again in the backward pass: ";
    if (!again)
      return text + "once";
    text += "once or, where that takes more than ";
    text += policy ? formatBytes(static_cast<double>(policy.getAmount()))
                   : "the program's budget";
    return text + ", twice";
  }

  /// Cuts pairs so that they take no more than some bytes: those of a policy of
  /// their own, or the option's, which are for all scans there are.
  LogicalResult keepWithin(ArrayRef<ScanPair> pairs, CheckpointAttr policy) {
    ScanOp forward = pairs.front().forward;
    Block &block = *forward->getBlock();
    ScanOp first = *block.getOps<ScanOp>().begin();
    OpBuilder builder(first);
    IndexBuilder index(builder, first.getLoc());
    ScanMemory sizes(builder, first);
    SegmentPlanner planner(sizes, index);
    for (const ScanPair &pair : pairs)
      planner.add(pair);
    const bool again = cuts > 1;
    SmallVector<Lengths> lengths;
    if (!again) {
      lengths = planner.cutOnce();
    } else if (policy) {
      lengths = planner.cutWithin(index.constant(policy.getAmount()));
    } else {
      for (ScanOp scan : scansBeside(pairs, block))
        planner.addOther(scan);
      lengths = planner.cutWithin(budgetOf(block, sizes, index));
    }
    if (!sizes.isKnown())
      return first.emitOpError("cannot be run in segments, as sizes of what it "
                               "keeps are not known before it starts");
    numCut += pairs.size();
    for (const ScanPair &pair : pairs)
      explain(pair.forward, /*isCut=*/true, describeBudget(policy, again));
    for (auto [pair, each] : llvm::zip_equal(pairs, lengths))
      if (failed(cut(pair, each, again)))
        return failure();
    return success();
  }
};
} // namespace
