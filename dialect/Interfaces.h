//===- dialect/Interfaces.h - Differentiable and Decomposable -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERFACES_H
#define VELLUM_DIALECT_INTERFACES_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"

namespace vellum {

/// What a reverse-mode rule sees of the reverse pass while it builds its
/// adjoint. The engine implements it; rules only call it.
class AdjointContext {
public:
  explicit AdjointContext(mlir::OpBuilder &builder) : builder(builder) {}
  virtual ~AdjointContext() = default;

  /// Where the adjoint is built.
  mlir::OpBuilder &builder;

  /// The forward value `value`, as it is available in the reverse pass. The
  /// rule must have named it in `savedValues`; constants and types are free.
  virtual mlir::Value primal(mlir::Value value) = 0;
  /// The cotangent of a result of the op, or null where nothing depends on it.
  virtual mlir::Value cotangent(mlir::Value result) = 0;
  /// True if the cotangent of this operand is wanted.
  virtual bool isActive(mlir::Value operand) = 0;
  /// Adds `contribution`, of the operand's type up to known dimensions, to the
  /// operand's cotangent. Ignored where the operand is not active.
  virtual void accumulate(mlir::Value operand, mlir::Value contribution) = 0;
};

} // namespace vellum

#include "dialect/VellumInterfaces.h.inc"

#endif // VELLUM_DIALECT_INTERFACES_H
