//===- lowering/checkpoint/ScanPair.h - a scan and its adjoint --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECKPOINT_SCANPAIR_H
#define VELLUM_LOWERING_CHECKPOINT_SCANPAIR_H

#include "llvm/ADT/BitVector.h"

#include "dialect/Vellum.h"

namespace vellum {

/// A scan and one that runs through the same steps in the other direction: a
/// forward scan and its adjoint, as a rule.
struct ScanPair {
  ScanOp forward, reverse;
  /// The stacks of `forward` that are there for `reverse` alone, which reads
  /// them step by step. What is in them can as well be computed when `reverse`
  /// gets to it.
  llvm::BitVector saved;
  /// The other stacks of `forward` that somebody reads.
  llvm::BitVector shared;
};

/// The pairs in `block` that have saved stacks, in the order of their forward
/// scans; a scan belongs to one of them at most. Ops that ask a stack for a
/// size are given it from elsewhere first, as far as it is known before the
/// scan.
llvm::SmallVector<ScanPair> findScanPairs(mlir::Block &block);

} // namespace vellum

#endif // VELLUM_LOWERING_CHECKPOINT_SCANPAIR_H
