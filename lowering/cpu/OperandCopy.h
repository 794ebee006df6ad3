//===- lowering/cpu/OperandCopy.h - operands of each head -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Copies of what the products of an attention read again for each block of
/// queries. All heads lie in one `B x T x (H x D)` tensor, so that the rows of
/// one are a kilobyte apart with 256 features, and a score wants the keys by
/// columns: from there the products run at 85 to 95 GFLOP/s where a core does
/// 158, from rows that follow each other at 140. The copy reads `T x D` numbers
/// for `T x T x D` multiply-adds.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_OPERANDCOPY_H
#define VELLUM_LOWERING_CPU_OPERANDCOPY_H

#include "lowering/cpu/ScoreUsers.h"

namespace vellum::cpu {

/// The right-hand side of a product that a kernel reads faster from a copy.
struct OperandCopy {
  mlir::OpOperand *operand;
  /// Which loop of the product each dimension of the copy runs over: those over
  /// samples and heads, in the scores' order, then the one summed over, then
  /// the columns'.
  llvm::SmallVector<unsigned> loops;
  /// The operand's dimensions in the same order.
  llvm::SmallVector<int64_t> dims;
  /// True if the operand has a row for each query, so that a block of queries
  /// needs a copy of its own rows only.
  bool perBlock;

  /// The operand's indexing map if it is the copy.
  mlir::AffineMap map() const;
};

/// The copy that member `op` of the users wants, if it is a product that does.
std::optional<OperandCopy> wantedCopy(const ScoreUsers &users,
                                      mlir::Operation *op);

/// Makes a copy of all samples and heads, shared by the context's threads, and
/// returns it as a tensor.
mlir::Value copyOperand(mlir::OpBuilder &builder, mlir::Location location,
                        const OperandCopy &copy);

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_OPERANDCOPY_H
