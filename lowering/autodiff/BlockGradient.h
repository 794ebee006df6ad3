//===- lowering/autodiff/BlockGradient.h - the reverse pass over a block --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_AUTODIFF_BLOCKGRADIENT_H
#define VELLUM_LOWERING_AUTODIFF_BLOCKGRADIENT_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include "dialect/Interfaces.h"
#include "lowering/autodiff/Gradient.h"

namespace vellum {

/// Walks the ops of one block backwards and has each op's rule build its
/// adjoint. It knows no op.
///
/// At the level of a function, forward and reverse pass share a block, so a
/// forward value is available as itself. In the body of an op, `BodyAdjoint`
/// says how a forward value gets to the reverse body: loaded, or computed again
/// from values that are.
class BlockGradient final : public AdjointContext {
public:
  /// The adjoint of `forward`, built at `builder`. `body` and `parent` are null
  /// at the level of a function.
  BlockGradient(mlir::OpBuilder &builder, mlir::Block &forward,
                const GradientOptions &options, const BodyAdjoint *body,
                BlockGradient *parent)
      : AdjointContext(builder), forward(forward), options(options), body(body),
        parent(parent) {}

  /// Builds the adjoint: `seeds` are values with their cotangents, `wanted` the
  /// values whose cotangents are returned, null where there is none.
  using Seeds = llvm::ArrayRef<std::pair<mlir::Value, mlir::Value>>;
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  run(Seeds seeds, llvm::ArrayRef<mlir::Value> wanted);

  mlir::Value primal(mlir::Value value) override;
  mlir::Value cotangent(mlir::Value result) override;
  bool isActive(mlir::Value operand) override;
  void accumulate(mlir::Value operand, mlir::Value contribution) override;
  void markExcluding(mlir::Value operand) override {
    excluding.insert(operand);
  }
  bool isExcluding(mlir::Value result) override {
    return excluding.contains(result);
  }
  bool isCaptured(mlir::Value value) override;
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  differentiate(const BodyAdjoint &body) override;
  void replaceForward(mlir::Operation *op,
                      mlir::Operation *replacement) override;

private:
  void findActive(Seeds seeds, llvm::ArrayRef<mlir::Value> wanted);
  mlir::LogicalResult visit(mlir::Operation *op);
  mlir::Value available(mlir::Value value);
  void recompute(mlir::Operation *op);
  bool isKept(mlir::Value value);
  bool isKeptStep(mlir::Operation *op);
  bool mayRoundOtherwise(mlir::Value value);
  mlir::Value hideFactors(mlir::Value contribution);

  mlir::Block &forward;
  const GradientOptions &options;
  const BodyAdjoint *body;
  BlockGradient *parent;

  /// Values that depend on a wanted value and influence a seeded one.
  llvm::DenseSet<mlir::Value> active;
  llvm::DenseMap<mlir::Value, mlir::Value> cotangents;
  /// Values in whose cotangents zeros stand for what was excluded.
  llvm::DenseSet<mlir::Value> excluding;
  /// Forward values that are available in the reverse body.
  llvm::DenseMap<mlir::Value, mlir::Value> known;
  llvm::DenseMap<mlir::Operation *, bool> keptSteps;

  /// The op whose rule is running, what it declared, and whether it read more.
  mlir::Operation *current = nullptr;
  llvm::DenseSet<mlir::Value> declared;
  bool readUndeclared = false;
  /// An op that was replaced, which lives until its rule is done.
  mlir::Operation *replaced = nullptr;
};

} // namespace vellum

#endif // VELLUM_LOWERING_AUTODIFF_BLOCKGRADIENT_H
