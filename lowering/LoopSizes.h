//===- lowering/LoopSizes.h - sizes known before a loop -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_LOOPSIZES_H
#define VELLUM_LOWERING_LOOPSIZES_H

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

namespace mlir::scf {
class IfOp;
} // namespace mlir::scf

namespace vellum {

/// The bytes that an element takes in memory: whole ones, a bit 1, an index 8.
int64_t bytesOfElement(mlir::Type element);

/// Finds, in terms of values defined before a scan, the sizes of tensors that
/// are computed in it or after it: memory for them is taken before the loop
/// starts.
class LoopSizes {
public:
  /// New index computations are built with `builder`, which stands right before
  /// `loop`. With `upperBounds` a size that is the smaller of two is taken for
  /// the one that is known.
  LoopSizes(mlir::OpBuilder &builder, mlir::Operation *loop,
            bool upperBounds = false)
      : builder(builder), loop(loop), upperBounds(upperBounds) {}

  /// The size of dimension `dim` of `tensor`, or null where it depends on what
  /// the loop or something after it computes.
  mlir::OpFoldResult sizeOf(mlir::Value tensor, int64_t dim);

  /// An index that may be computed in the loop or after it, computed before it;
  /// null where that is impossible.
  mlir::OpFoldResult hoist(mlir::OpFoldResult index);

private:
  mlir::OpFoldResult ofArgument(mlir::BlockArgument argument, int64_t dim);
  mlir::OpFoldResult ofResult(mlir::OpResult result, int64_t dim);
  mlir::OpFoldResult ofMemory(mlir::Value memory, int64_t dim);
  mlir::OpFoldResult ofConcat(mlir::tensor::ConcatOp concat, int64_t dim);
  mlir::OpFoldResult sumOf(llvm::ArrayRef<mlir::OpFoldResult> sizes);
  mlir::OpFoldResult ofBranch(mlir::scf::IfOp op, unsigned number, int64_t dim);
  mlir::OpFoldResult productOf(mlir::Value tensor,
                               llvm::ArrayRef<int64_t> dims);
  mlir::OpFoldResult hoistOneOf(mlir::ValueRange bounds);
  bool isBefore(mlir::Value value);

  mlir::OpBuilder &builder;
  mlir::Operation *loop;
  bool upperBounds;
};

} // namespace vellum

#endif // VELLUM_LOWERING_LOOPSIZES_H
