//===- lowering/buffers/Liveness.h - when memory is free --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The one question behind every pass that lets a value be in another's memory:
/// may it be there before the program puts it there?
///
/// A program is right if each value has memory of its own and is copied to its
/// place, a slot, a stack or a result, by the op that says so. To compute it in
/// its place instead moves the first write to the place forward, from that op
/// to the first that writes any part of the value (`WriteChain`). Nothing
/// changes if, from there to the op that says so,
///
///   1. nobody else reads what was in the place, but an op that reads each
///      element just before it writes the same element;
///   2. nobody else writes to the place;
///
/// and if, afterwards,
///
///   3. nobody reads what was there in between, as the value has replaced it;
///   4. nobody reads the value from there once others write to the place.
///
/// The order is that of the ops in the block of the op that says so, with all
/// that is within an op at the place of the op. It is asked for on tensors just
/// before they are bufferised, and on memrefs afterwards; passes that give ops
/// another order do so on tensors, before, where any order that respects the
/// values is right.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_BUFFERS_LIVENESS_H
#define VELLUM_LOWERING_BUFFERS_LIVENESS_H

#include "lowering/buffers/MemoryAccesses.h"
#include "lowering/buffers/WriteChain.h"
#include "mlir/IR/Operation.h"

namespace vellum {

/// Who else uses the place that an op writes to.
class PlaceLiveness {
public:
  /// The place that is written through operand `write`, a memref.
  explicit PlaceLiveness(mlir::OpOperand &write);

  /// Says of an access by the op asked about that it only reads elements that
  /// the op then writes.
  using ReadsInPlace = llvm::function_ref<bool(mlir::OpOperand &)>;

  /// Points 1 and 2 for a value of which `first`, an op of the write's block,
  /// is the first to write something.
  bool isFreeFrom(mlir::Operation *first, ReadsInPlace readsInPlace) const;

  /// Point 3, of a value that is there before the write.
  bool isReadBefore(mlir::Value interim) const;

  /// Point 4, of the value that is written.
  bool isReadInTime(mlir::Value value) const;

private:
  /// The op of the write's block that is `op` or has it within; null if it is
  /// elsewhere.
  mlir::Operation *topOf(mlir::Operation *op) const;

  mlir::Operation *write;
  /// False if the place may be in use where accesses do not show it.
  bool isKnown;
  llvm::SmallVector<MemoryAccess> others;
  /// The first of them that writes to the place after the write.
  mlir::Operation *nextWrite = nullptr;
};

/// True if the op of `read` is the first of `chain` to write an element, and
/// reads the element of `read` at the same position where it does, no other.
bool readsInPlace(mlir::OpOperand &read, const WriteChain &chain);

/// True if each op that reads `value`, through views as well, stands before
/// `op`, or within an op that does; `op` itself may read it where
/// `readsInPlace` says so.
bool isReadBefore(mlir::Value value, mlir::Operation *op,
                  PlaceLiveness::ReadsInPlace readsInPlace);

} // namespace vellum

#endif // VELLUM_LOWERING_BUFFERS_LIVENESS_H
