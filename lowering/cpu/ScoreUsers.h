//===- lowering/cpu/ScoreUsers.h - what is computed row by row --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Finds the operations that compute or use the scores of an attention, query
/// by query: what leads to a softmax, what uses it, and the same for gradients.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_SCOREUSERS_H
#define VELLUM_LOWERING_CPU_SCOREUSERS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

#include "lowering/cpu/CpuOps.h"

namespace vellum::cpu {

/// For each dimension of the scores (batch dimensions, rows, columns) the
/// dimension of another tensor, or the loop of an operation, that runs over the
/// same; -1 where there is none.
using Positions = llvm::SmallVector<int64_t, 4>;

/// The sizes of uninitialised memory, or of such memory filled with a number;
/// nothing for other values.
std::optional<llvm::SmallVector<mlir::OpFoldResult>> freshSizes(mlir::Value);

/// What touches the scores of one softmax.
class ScoreUsers {
public:
  explicit ScoreUsers(KernelOp softmax);

  /// How many dimensions of the scores are tiled: all but the columns.
  unsigned tiledDims() const { return rank - 1; }
  /// Where an operand or a result of a member has the scores' dimensions.
  Positions of(mlir::OpOperand &operand) const;
  Positions of(mlir::OpResult result) const;
  /// True if a result is a sum over rows.
  bool sumsRows(mlir::OpResult result) const {
    return of(result)[rank - 2] < 0;
  }
  bool contains(mlir::Operation *op) const { return loops.contains(op); }
  /// True for a matrix product of each sample's own, which is a call per sample
  /// already.
  bool isOwnProduct(mlir::Operation *op) const;

  /// The members, in the block's order, that can run as one sweep over rows
  /// without anything from outside that depends on them. Only sweeps in which
  /// each sample has matrix products of its own are worth having.
  llvm::SmallVector<llvm::SmallVector<mlir::Operation *>> sweeps() const;

private:
  std::optional<Positions> loopsThrough(mlir::Operation *op, mlir::Value scores,
                                        const Positions &at) const;
  bool accepts(mlir::Operation *op, const Positions &loops) const;
  void join(mlir::Operation *op, const Positions &loops);
  bool passesTiles(mlir::OpOperand &operand) const;
  llvm::MapVector<unsigned, llvm::SmallVector<mlir::Operation *>>
  byDepth() const;

  unsigned rank;
  mlir::Block *block;
  /// Tensors with all dimensions of the scores.
  llvm::MapVector<mlir::Value, Positions> scores;
  /// The members' loops.
  llvm::DenseMap<mlir::Operation *, Positions> loops;
};

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_SCOREUSERS_H
