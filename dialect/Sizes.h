//===- dialect/Sizes.h - sizes as index values ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Sizes that types leave open, as index values of the program. A size is
/// traced back to where it comes from, an argument's dimension or a number that
/// the program computes, so that sizes which are always the same are the same
/// value.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_SIZES_H
#define VELLUM_DIALECT_SIZES_H

#include "llvm/ADT/DenseMap.h"

#include "dialect/SizeRules.h"
#include "dialect/Vellum.h"

namespace mlir::scf {
class IfOp;
} // namespace mlir::scf

namespace vellum {

/// The sizes of the values of one function. Each is found, and what it takes to
/// compute it is built, once: right where the value is defined, so that it is
/// there wherever the value is.
class Sizes {
public:
  /// A number where it is known, an index value otherwise.
  mlir::OpFoldResult of(mlir::Value tensor, int64_t dim);
  llvm::SmallVector<mlir::OpFoldResult> of(mlir::Value tensor);
  /// The same number; as `of` gives it, if it is a size of a tensor.
  mlir::OpFoldResult traced(mlir::OpFoldResult number);
  /// How many steps a scan takes.
  mlir::OpFoldResult stepsOf(ScanOp scan);

  SizeRules &getRules() { return rules; }

private:
  mlir::OpFoldResult trace(mlir::Value tensor, int64_t dim);
  mlir::OpFoldResult ofArgument(mlir::BlockArgument argument, int64_t dim);
  mlir::OpFoldResult ofResult(mlir::OpResult result, int64_t dim);
  mlir::OpFoldResult ofLoop(mlir::OpResult result, mlir::ValueRange inits,
                            YieldOp yield, int64_t dim, bool isStacked);
  mlir::OpFoldResult ofBranch(mlir::scf::IfOp op, unsigned number, int64_t dim);
  mlir::OpFoldResult byRule(mlir::OpResult result, int64_t dim);
  mlir::OpFoldResult ask(mlir::Value tensor, int64_t dim);

  SizeRules rules;
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, mlir::OpFoldResult> known;
};

/// Moves what `numbers` are computed from in `body`, a body of `op`, in front
/// of `op`. False, and nothing moves, where it is more than arithmetic on what
/// is there before.
bool leaveBody(mlir::Operation *op, mlir::Block *body,
               mlir::ValueRange numbers);

/// The sizes of `tensor`, which a body of `op` computes, as numbers that are
/// there before `op`; nothing where one depends on what the body does.
std::optional<llvm::SmallVector<mlir::OpFoldResult>>
sizesBefore(mlir::Operation *op, mlir::Value tensor);

/// True if the op around the block of `value` can hand it out, one for each
/// step of a loop: its sizes are known before, and the same in each step.
bool canLeaveBody(mlir::Value value);

/// The sum of sizes.
mlir::OpFoldResult addSizes(mlir::OpBuilder &builder, mlir::Location location,
                            llvm::ArrayRef<mlir::OpFoldResult> sizes);

} // namespace vellum

#endif // VELLUM_DIALECT_SIZES_H
