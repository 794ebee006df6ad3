//===- lowering/ScanSlots.h - where a scan's values live --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What decides how much memory a scan takes: shared by the pass that lowers
/// scans and by the one that tells the memory beforehand.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_SCANSLOTS_H
#define VELLUM_LOWERING_SCANSLOTS_H

#include <optional>

#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/Vellum.h"

namespace vellum {

/// A stack that consists of the slots of a carried value, as it was before each
/// step or after it.
struct History {
  unsigned carry;
  bool after;
};

/// The history that the stack of `emitted` is, if it is one.
std::optional<History> historyOf(ScanOp scan, mlir::Value emitted);

/// True if a stack is the history of carried value `carry`, which then has a
/// slot for every step and one more.
bool hasHistory(ScanOp scan, unsigned carry);

/// The stack of carried value `carry` before each step, if there is one.
mlir::Value stackBefore(ScanOp scan, unsigned carry);

/// The carried value of which `stack` holds what it is after each step; nothing
/// for other stacks, and for scans in reverse.
std::optional<unsigned> carryAfter(mlir::Value stack);

/// True if a step only writes to parts of carried value `carry`, so that one
/// slot serves all steps and the parts that no step writes are never moved.
bool isUpdatedInPlace(ScanOp scan, unsigned carry);

/// True if carried value `carry` has a single slot, as it has no history and a
/// step is done with it before it computes the next one; large values also
/// where the op that computes the next one reads them, element by element. Two
/// slots need more of the caches: with 1024 words of 32 numbers the sweep that
/// writes a memory gains a fifth; but where the value stays in L1, an op that
/// overwrites what it reads takes 3 % longer.
bool hasSingleSlot(ScanOp scan, unsigned carry);

/// The op that writes a step's part of carried value `carry`, if that is all a
/// step does with it: what writes the part can then write to its place.
mlir::tensor::InsertSliceOp onlyInsertion(ScanOp scan, unsigned carry);

/// The memory that a stack, or a carried value after the last step, is put into
/// after its scan, if it is there before and nobody reads it until then: the
/// steps may as well write to it. Null otherwise. The op that puts it there is
/// returned in `write`.
mlir::Value destinationOf(mlir::Value result, mlir::Operation *&write);

/// True if a stack, or a carried value after the last step, is written to
/// memory of others: to such a destination, or to a part of what the scan
/// around its own carries.
bool isPlacedElsewhere(mlir::Value result);

/// True if nobody asks what the last step computes: of the carried values only
/// those before each step are read.
bool lastStepIsUnread(ScanOp scan);

/// The number of steps of a scan where that is a value of its own: its length,
/// or how much an input was cut to. Otherwise null: the first size of any
/// input.
mlir::Value explicitSteps(ScanOp scan);

/// The size of a tensor's first dimension where the op that makes it says so:
/// one that takes memory, or cuts it from more. Otherwise null.
mlir::OpFoldResult firstSizeOf(mlir::Value tensor);

/// The number of slots that `size` of them fit in. A size that a loop computes
/// as the smaller of two, one of which is known before the loop, has room in
/// that many, so that the memory can be taken once; any other in `size`.
mlir::Value roomFor(mlir::Value size);

} // namespace vellum

#endif // VELLUM_LOWERING_SCANSLOTS_H
