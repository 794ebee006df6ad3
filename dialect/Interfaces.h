//===- dialect/Interfaces.h - what all ops of a kind can do ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERFACES_H
#define VELLUM_DIALECT_INTERFACES_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace vellum {

/// An amount of computation. In doubles, since a training run passes 2^63.
struct Work {
  /// Floating-point operations. A multiply-add is two; a division, a root and
  /// an exponential are one each, as an addition is.
  double flops = 0;
  /// Bytes of the operands and results of products, each counted once for each
  /// execution: what has to come from some cache, however well a program is
  /// compiled.
  double productBytes = 0;

  Work &operator+=(const Work &other) {
    flops += other.flops;
    productBytes += other.productBytes;
    return *this;
  }
};

/// The reverse pass over the body of an op, as that op's rule asks for it.
struct BodyAdjoint {
  /// The forward body: one block, whose terminator ends a step.
  mlir::Block &forward;
  /// Where the adjoint goes. The engine appends to it.
  mlir::Block &reverse;
  /// Values of the forward body with their cotangents, which `reverse` sees. A
  /// value that stands twice gets the sum.
  llvm::SmallVector<std::pair<mlir::Value, mlir::Value>> seeds;
  /// The values, arguments of the body or captured ones, whose cotangents are
  /// wanted.
  llvm::SmallVector<mlir::Value> wanted;
  /// Makes a forward value available in `reverse`: an argument of the body, or
  /// a result that is kept rather than computed again.
  llvm::function_ref<mlir::Value(mlir::Value)> load;
};

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

  /// Says that zeros of the cotangent that `operand` gets from this op stand
  /// for what a mask or a length excludes. They hide the forward values that
  /// they meet on their way back, which may be NaN or infinite.
  virtual void markExcluding(mlir::Value operand) = 0;
  /// True if zeros in the cotangent of `result` hide what they are multiplied
  /// with. The engine sees to it for elementwise ops.
  virtual bool isExcluding(mlir::Value result) = 0;
  /// True for a forward value that the loop around the op reads from outside,
  /// the same at each step.
  virtual bool isCaptured(mlir::Value value) = 0;

  /// For the rules of ops with a body: builds the adjoint of one step and
  /// returns the wanted cotangents, null where there is none.
  virtual mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  differentiate(const BodyAdjoint &body) = 0;
  /// For rules that make the forward op yield more: `replacement`, whose first
  /// results are those of `op`, takes its place. Its further results may be
  /// read as `primal`. `op` stays alive, without uses, until the rule is done.
  virtual void replaceForward(mlir::Operation *op,
                              mlir::Operation *replacement) = 0;
};

/// Builds the checks of one op; in dialect/Checks.h.
class CheckBuilder;

/// What a `vellum.require` that fails has an effect on: nothing that anyone
/// reads, but it must neither vanish nor move.
struct FailureResource : mlir::SideEffects::Resource::Base<FailureResource> {
  llvm::StringRef getName() final { return "failure"; }
};

} // namespace vellum

#include "dialect/VellumInterfaces.h.inc"

#endif // VELLUM_DIALECT_INTERFACES_H
