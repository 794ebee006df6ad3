//===- dialect/ExternalModels.h - derivatives of upstream ops -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_EXTERNALMODELS_H
#define VELLUM_DIALECT_EXTERNALMODELS_H

#include "mlir/IR/DialectRegistry.h"

namespace vellum {

void registerArithAdjoints(mlir::DialectRegistry &registry);
void registerArithDecompositions(mlir::DialectRegistry &registry);
void registerBranchAdjoints(mlir::DialectRegistry &registry);
void registerLoopDecompositions(mlir::DialectRegistry &registry);
void registerMathAdjoints(mlir::DialectRegistry &registry);
void registerMathDecompositions(mlir::DialectRegistry &registry);
void registerTensorAdjoints(mlir::DialectRegistry &registry);

/// Makes the ops of `arith`, `math`, `scf` and `tensor` that have a derivative
/// implement `Differentiable`, and those that are abbreviations in some form
/// `Decomposable`, once their dialects are loaded.
inline void registerDifferentiableModels(mlir::DialectRegistry &registry) {
  registerArithAdjoints(registry);
  registerArithDecompositions(registry);
  registerBranchAdjoints(registry);
  registerLoopDecompositions(registry);
  registerMathAdjoints(registry);
  registerMathDecompositions(registry);
  registerTensorAdjoints(registry);
}

void registerArithChecks(mlir::DialectRegistry &registry);
void registerLoopChecks(mlir::DialectRegistry &registry);
void registerTensorChecks(mlir::DialectRegistry &registry);
void registerLinalgChecks(mlir::DialectRegistry &registry);

/// What upstream's ops ask of their operands.
inline void registerCheckedModels(mlir::DialectRegistry &registry) {
  registerArithChecks(registry);
  registerLoopChecks(registry);
  registerTensorChecks(registry);
  registerLinalgChecks(registry);
}

} // namespace vellum

#endif // VELLUM_DIALECT_EXTERNALMODELS_H
