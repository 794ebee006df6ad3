//===- lowering/Optimizers.h - parameter updates as IR --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_OPTIMIZERS_H
#define VELLUM_LOWERING_OPTIMIZERS_H

#include "dialect/TensorBuilder.h"

namespace vellum {

/// The optimiser of a training recipe: which tensors it keeps beside a
/// parameter, and how it moves both. `vellum.training` has the formulas.
class Optimizer {
public:
  explicit Optimizer(TrainingOp recipe) : recipe(recipe) {}

  /// The names of the tensors kept for each parameter, which have its type and
  /// start from zeros.
  llvm::SmallVector<llvm::StringRef> stateNames() const;

  /// Builds the next parameter and, behind it, the next state. `step` is a
  /// tensor of rank 0: 1 for the first update.
  llvm::SmallVector<mlir::Value> update(TensorBuilder &t, mlir::Value parameter,
                                        mlir::Value gradient,
                                        mlir::ValueRange state,
                                        mlir::Value step) const;

private:
  double setting(llvm::StringRef name, double otherwise) const;
  double momentum() const;
  mlir::Value preconditioned(TensorBuilder &t, mlir::Value gradient,
                             mlir::ValueRange state,
                             llvm::SmallVectorImpl<mlir::Value> &next) const;
  llvm::SmallVector<mlir::Value> adam(TensorBuilder &t, mlir::Value parameter,
                                      mlir::Value gradient,
                                      mlir::ValueRange state,
                                      mlir::Value step) const;

  mutable TrainingOp recipe;
};

/// Clips the gradients of all parameters as the recipe says. `norm` is the
/// Euclidean norm of all of them.
llvm::SmallVector<mlir::Value> clipGradients(TensorBuilder &t,
                                             TrainingOp recipe,
                                             mlir::ValueRange gradients,
                                             mlir::Value norm);

/// The Euclidean norm of all elements of all tensors, a tensor of rank 0.
mlir::Value euclideanNorm(TensorBuilder &t, mlir::ValueRange tensors);

} // namespace vellum

#endif // VELLUM_LOWERING_OPTIMIZERS_H
