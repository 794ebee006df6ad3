//===- tools/vellum/SupposedShapes.h - arguments known by shape -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_SUPPOSEDSHAPES_H
#define VELLUM_TOOLS_VELLUM_SUPPOSEDSHAPES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>
#include <vector>

#include "runtime/Tensor.h"

namespace vellum {

/// Zeros for the arguments of a function, whose shapes are given as the values
/// of `--shape`: "x=41x16x9", or "n=3" for an index. Sizes that must be equal
/// to those given need not be. An error where one remains open, or cannot be.
llvm::FailureOr<std::vector<Tensor>>
argumentsOfShapes(mlir::func::FuncOp function,
                  llvm::ArrayRef<std::string> shapes);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_SUPPOSEDSHAPES_H
