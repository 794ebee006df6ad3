//===- lowering/checkpoint/SegmentPlan.h - lengths of segments --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECKPOINT_SEGMENTPLAN_H
#define VELLUM_LOWERING_CHECKPOINT_SEGMENTPLAN_H

#include "lowering/checkpoint/IndexBuilder.h"
#include "lowering/checkpoint/ScanMemory.h"
#include "lowering/checkpoint/ScanPair.h"

namespace vellum {

/// How a pair is cut, in index values: its steps into segments of `outer`
/// steps, and, if there are two cuts, the steps of each of these into segments
/// of `inner` when the reverse scan computes them again. Where both are equal,
/// the second cut has one segment and costs nothing.
struct Lengths {
  mlir::Value steps, outer, inner;
  /// The segments of `inner` steps in one of `outer` steps.
  mlir::Value parts;
};

/// Builds, where `memory` builds, the arithmetic that chooses lengths for pairs
/// in a block.
class SegmentPlanner {
public:
  SegmentPlanner(ScanMemory &memory, IndexBuilder index)
      : memory(memory), index(index) {}

  void add(const ScanPair &pair);
  /// Another scan, which takes its memory whatever the lengths are.
  void addOther(ScanOp scan);

  /// The lengths with which the pairs take the least memory with one cut. With
  /// state of σ bytes, p bytes saved per step and T steps, segments of K take
  /// about T/K σ + K p, which is least at K = √(T σ / p).
  llvm::SmallVector<Lengths> cutOnce();
  /// The same if that keeps all scans within `budget` bytes; otherwise the
  /// lengths for two cuts, of which each makes ∛(T p / σ) parts.
  llvm::SmallVector<Lengths> cutWithin(mlir::Value budget);

private:
  /// What the memory of a pair is made of, in bytes.
  struct Costs {
    mlir::Value steps;
    /// The carried values of the forward scan and of the reverse one.
    mlir::Value state, cotangents;
    /// Of each step: what only the reverse scan reads, and what is there for
    /// all steps whatever the schedule.
    mlir::Value saved, kept;
  };

  mlir::Value asFloat(mlir::Value value);
  mlir::Value asLength(mlir::Value number, mlir::Value steps);
  mlir::Value cubeRoot(mlir::Value number);
  Lengths once(const Costs &costs);
  Lengths twice(const Costs &costs);
  mlir::Value bytes(const Costs &costs, const Lengths &lengths);
  mlir::Value sum(mlir::ValueRange values);

  ScanMemory &memory;
  IndexBuilder index;
  llvm::SmallVector<Costs> pairs;
  llvm::SmallVector<mlir::Value> others;
};

} // namespace vellum

#endif // VELLUM_LOWERING_CHECKPOINT_SEGMENTPLAN_H
