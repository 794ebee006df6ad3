//===- lowering/cpu/LoopSizes.h - sizes known before a loop ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_LOOPSIZES_H
#define VELLUM_LOWERING_CPU_LOOPSIZES_H

#include "mlir/IR/Builders.h"

namespace vellum::cpu {

/// Finds, in terms of values defined outside a scan, the sizes of tensors that
/// its body computes: memory for them is taken before the loop starts.
class LoopSizes {
public:
  /// New index computations are built with `builder`, which stands before
  /// `loop`.
  LoopSizes(mlir::OpBuilder &builder, mlir::Operation *loop)
      : builder(builder), loop(loop) {}

  /// The size of dimension `dim` of `tensor`, or null where it depends on what
  /// the loop computes.
  mlir::OpFoldResult sizeOf(mlir::Value tensor, int64_t dim);

private:
  mlir::OpFoldResult ofArgument(mlir::BlockArgument argument, int64_t dim);
  mlir::OpFoldResult ofResult(mlir::OpResult result, int64_t dim);
  mlir::OpFoldResult productOf(mlir::Value tensor,
                               llvm::ArrayRef<int64_t> dims);
  mlir::OpFoldResult hoist(mlir::OpFoldResult index);
  bool isOutside(mlir::Value value);

  mlir::OpBuilder &builder;
  mlir::Operation *loop;
};

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_LOOPSIZES_H
