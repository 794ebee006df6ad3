//===- lowering/checkpoint/IndexBuilder.h - index arithmetic ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECKPOINT_INDEXBUILDER_H
#define VELLUM_LOWERING_CHECKPOINT_INDEXBUILDER_H

#include "mlir/IR/Builders.h"

namespace vellum {

/// Builds index arithmetic, which it folds as far as it can.
class IndexBuilder {
public:
  IndexBuilder(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  mlir::Value constant(int64_t value);
  mlir::Value value(mlir::OpFoldResult index);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs);
  /// The difference, or 0 where it is negative.
  mlir::Value subtract(mlir::Value lhs, mlir::Value rhs);
  /// The quotient, rounded down and up.
  mlir::Value divide(mlir::Value lhs, mlir::Value rhs);
  mlir::Value divideUp(mlir::Value lhs, mlir::Value rhs);
  mlir::Value min(mlir::Value lhs, mlir::Value rhs);
  mlir::Value max(mlir::Value lhs, mlir::Value rhs);

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace vellum

#endif // VELLUM_LOWERING_CHECKPOINT_INDEXBUILDER_H
