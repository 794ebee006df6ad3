//===- lowering/LiftParameters.h - programs as closed functions -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_LIFTPARAMETERS_H
#define VELLUM_LOWERING_LIFTPARAMETERS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace vellum {

/// The names of the argument attributes of a lifted parameter.
inline constexpr llvm::StringLiteral parameterAttrName = "vellum.parameter";
inline constexpr llvm::StringLiteral frozenAttrName = "vellum.frozen";

/// Inlines every call in `function` and returns how many. A recursive call or
/// one of a function without a body is an error.
mlir::FailureOr<unsigned> inlineCalls(mlir::func::FuncOp function);

/// Makes each parameter that `function` uses a further argument, in the order
/// of the declarations, and returns how many. The calls must be inlined.
unsigned liftParameters(mlir::func::FuncOp function);

/// The functions of `module` with these names or, without names, all public
/// ones that have a body. An unknown name is an error.
mlir::FailureOr<llvm::SmallVector<mlir::func::FuncOp>>
selectFunctions(mlir::Operation *module, llvm::ArrayRef<std::string> names);

} // namespace vellum

#endif // VELLUM_LOWERING_LIFTPARAMETERS_H
