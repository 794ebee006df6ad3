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
/// steps, and the steps of each of these into segments of `inner` when the
/// reverse scan computes them again. Where both are equal, the second cut has
/// one segment and costs nothing.
struct Lengths {
  mlir::Value steps, outer, inner;
  /// The segments of `inner` steps in one of `outer` steps.
  mlir::Value parts;
};

/// Builds, where `memory` builds, the arithmetic that chooses the lengths for
/// `pairs`, so that they and the scans `others` take the least memory for the
/// fewest steps computed again: once if that keeps within `budget` bytes,
/// otherwise twice.
///
/// With state of σ bytes, p bytes saved per step and T steps, one cut with
/// segments of K takes about T/K σ + K p, which is least at K = √(T σ / p); two
/// cuts are best with a = ∛(T p / σ) parts in each.
llvm::SmallVector<Lengths> planSegments(ScanMemory &memory, IndexBuilder index,
                                        llvm::ArrayRef<ScanPair> pairs,
                                        llvm::ArrayRef<ScanOp> others,
                                        mlir::Value budget);

} // namespace vellum

#endif // VELLUM_LOWERING_CHECKPOINT_SEGMENTPLAN_H
