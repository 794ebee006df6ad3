//===- lowering/checkpoint/SegmentPair.h - scans in segments ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECKPOINT_SEGMENTPAIR_H
#define VELLUM_LOWERING_CHECKPOINT_SEGMENTPAIR_H

#include "lowering/checkpoint/ScanPair.h"

namespace vellum {

/// How the steps of a pair are cut into segments, in index values.
struct Cut {
  mlir::Value steps;
  /// The steps of a segment; the last one may have fewer.
  mlir::Value length;
  /// In a loop, the most segments that there can be, known outside it: how much
  /// memory can be taken there. Null outside loops.
  mlir::Value mostSegments;
};

/// Replaces a pair by one whose forward scan keeps the carried values at the
/// beginning of each segment only, and whose reverse scan computes the saved
/// stacks of a segment again when it gets to it. Both become scans over
/// segments with scans over the steps of one inside; the reverse one has a pair
/// in its body, which is returned and may be cut again.
///
/// Each step computes what it did before, in the same order: results are the
/// same bits.
///
/// Fails with a diagnostic where the size of a stack is not known before its
/// scan.
mlir::FailureOr<ScanPair> segmentPair(const ScanPair &pair, const Cut &cut);

} // namespace vellum

#endif // VELLUM_LOWERING_CHECKPOINT_SEGMENTPAIR_H
