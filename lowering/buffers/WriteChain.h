//===- lowering/buffers/WriteChain.h - what writes a value ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The ops that write to the memory of a tensor, first to last. An op in
/// destination style need not be the first to write there: products add to what
/// another product left, pieces are inserted one after the other.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_BUFFERS_WRITECHAIN_H
#define VELLUM_LOWERING_BUFFERS_WRITECHAIN_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/SetVector.h"

namespace vellum {

/// True for uninitialised memory, or such memory filled with a number.
bool isFresh(mlir::Value destination);

/// Everything that may stand in the memory of one tensor before the tensor is
/// complete there, whatever bufferisation decides: back from the tensor through
/// destinations, what is inserted into them, views and the ends of regions,
/// until there is memory that nobody has written to, or memory of others. What
/// is left out can never be in that memory, as a copy is made of it.
class WriteChain {
public:
  explicit WriteChain(mlir::Value value);

  /// The tensor that is complete at the end, without casts and other shapes.
  mlir::Value end() const { return values.front(); }

  /// What ops of the chain write before that.
  llvm::SmallVector<mlir::Value> interim() const;

  /// True for one of the values.
  bool contains(mlir::Value value) const { return values.contains(value); }

  /// True if `op` writes one of the values.
  bool isWrittenBy(mlir::Operation *op) const { return writers.contains(op); }

  /// The first op of `block` that writes one of the values, or within which
  /// that happens. Null if one may be written outside of it, or none is. With
  /// `freshLate` a fill of new memory counts where the op stands that adds to
  /// it, as each gets one of its own there (`vellum-private-destinations`).
  mlir::Operation *firstIn(mlir::Block *block, bool freshLate) const;

private:
  void follow(mlir::OpResult result);
  void followRegions(mlir::Operation *op);

  llvm::SetVector<mlir::Value> values;
  llvm::SetVector<mlir::Operation *> writers;
};

} // namespace vellum

#endif // VELLUM_LOWERING_BUFFERS_WRITECHAIN_H
