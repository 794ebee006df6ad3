//===- dialect/Activity.h - what depends differentiably on what -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_ACTIVITY_H
#define VELLUM_DIALECT_ACTIVITY_H

#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseSet.h"

namespace vellum {

/// True for floats and for tensors and vectors of them: what has a cotangent.
bool isFloatLike(mlir::Type type);

/// The op's operands and the values from outside that its regions use.
llvm::SmallVector<mlir::Value> valuesReadBy(mlir::Operation *op);

/// Adds to `values` the results in `block` that depend on one of them.
void addDependents(mlir::Block &block, llvm::DenseSet<mlir::Value> &values);

/// Adds to `values` what influences one of them, through the ops of `block`.
void addInfluences(mlir::Block &block, llvm::DenseSet<mlir::Value> &values);

} // namespace vellum

#endif // VELLUM_DIALECT_ACTIVITY_H
