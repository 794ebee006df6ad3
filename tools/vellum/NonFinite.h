//===- tools/vellum/NonFinite.h - where a NaN comes from --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_NONFINITE_H
#define VELLUM_TOOLS_VELLUM_NONFINITE_H

#include "tools/vellum/ElementPlace.h"
#include "tools/vellum/NonFiniteSearch.h"

namespace vellum {

/// What a report says beside the cause.
struct NonFiniteContext {
  /// What stands before all, as `training step 3: `.
  std::string front;
  /// What an op computes part of, as `the gradient of @loss`; given null, what
  /// the function does.
  std::function<std::string(mlir::Operation *)> partOf;
  /// What is not finite because of it, as `the gradient of @w`, or nothing.
  std::string reached;
  /// The op of the model that an op was made for, which may be itself; null
  /// where that is not known.
  std::function<mlir::Operation *(mlir::Operation *)> originOf =
      [](mlir::Operation *op) { return op; };
  /// Whose elements are, where that is known.
  ElementPlace *place = nullptr;
};

/// Reports a cause as an error in the model's text: the op, the steps of the
/// loops around it, the element, the ranges of the operands, what becomes of
/// it, and which probe sees it first.
void reportCause(const NonFiniteCause &cause, const NonFiniteContext &context);

/// Runs a function in the reference interpreter and reports why results of it
/// are not finite. Returns whether there are such results.
bool reportNonFinite(mlir::func::FuncOp function,
                     llvm::ArrayRef<interpreter::Array> arguments,
                     llvm::StringRef what, interpreter::Precision precision);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_NONFINITE_H
