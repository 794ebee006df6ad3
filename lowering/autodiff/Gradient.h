//===- lowering/autodiff/Gradient.h - a function's gradient ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_AUTODIFF_GRADIENT_H
#define VELLUM_LOWERING_AUTODIFF_GRADIENT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace vellum {

struct GradientOptions {
  /// The numbers of the arguments whose cotangents are wanted. Without them,
  /// those of all floats that are not frozen parameters.
  std::optional<llvm::SmallVector<unsigned>> wrt;
  /// Whether a loop's reverse pass keeps the results of costly ops of every
  /// step (products, reductions, transcendentals), or the carried values alone
  /// and computes all else again.
  bool keepCostly = true;
};

/// The arguments of `function` that are differentiated by default: floats that
/// are not frozen parameters.
llvm::SmallVector<unsigned>
differentiableArguments(mlir::func::FuncOp function);

/// Builds `@name.gradient` after `function`: the same arguments and one
/// cotangent for each float result give the same results and the cotangents of
/// the wanted arguments. The function must be one block without calls;
/// composite ops in it are decomposed.
mlir::FailureOr<mlir::func::FuncOp>
buildGradient(mlir::func::FuncOp function, const GradientOptions &options = {});

} // namespace vellum

#endif // VELLUM_LOWERING_AUTODIFF_GRADIENT_H
