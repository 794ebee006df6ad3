//===- lowering/TrainingStep.h - one step of training as a function -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_TRAININGSTEP_H
#define VELLUM_LOWERING_TRAININGSTEP_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "dialect/Vellum.h"

namespace vellum {

/// What a step calls the Euclidean norm of all gradients among what it
/// measures.
inline constexpr llvm::StringLiteral gradientNormName = "gradient_norm";

/// Builds the public function `@train_step` of a recipe, whose data and loss
/// functions must be closed (their parameters lifted, without calls). The pass
/// `vellum-training-step` describes its signature.
mlir::FailureOr<mlir::func::FuncOp> buildTrainingStep(TrainingOp recipe);

} // namespace vellum

#endif // VELLUM_LOWERING_TRAININGSTEP_H
