//===- lowering/CheckModel.h - what may stand in a model ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECKMODEL_H
#define VELLUM_LOWERING_CHECKMODEL_H

#include "mlir/IR/BuiltinOps.h"

namespace vellum {

/// Checks that a module consists of nothing but the operations of
/// dialect/ModelOps.def, on numbers and tensors of them, with attributes that
/// every reader of a program knows. The module need not have been verified:
/// what a model may not use is refused before its own verifiers look at it.
llvm::LogicalResult checkOperations(mlir::ModuleOp module);

/// Checks of a verified module what no single operation knows: names, which go
/// to files and to C; calls; what the bodies of structured operations may do
/// and which elements they may ask for.
llvm::LogicalResult checkProgram(mlir::ModuleOp module);

/// Checks one name of a model, `what` of `op`.
llvm::LogicalResult checkName(mlir::Operation *op, llvm::StringRef what,
                              llvm::StringRef name);

} // namespace vellum

#endif // VELLUM_LOWERING_CHECKMODEL_H
