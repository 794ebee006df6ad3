//===- tools/vellum/ShapeCheck.h - do the arguments fit together? ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_SHAPECHECK_H
#define VELLUM_TOOLS_VELLUM_SHAPECHECK_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

#include "runtime/Tensor.h"

namespace vellum {

/// Checks the constraints of a closed function's operations for arguments of
/// these shapes, and reports the first that does not hold at its operation.
/// Compiled code does not check sizes that its types leave open: it would read
/// beyond a tensor that is smaller than another one it is used with.
llvm::LogicalResult checkShapes(mlir::func::FuncOp function,
                                llvm::ArrayRef<Tensor> arguments);

/// What is supposed of an argument: the shape of a tensor, in which sizes may
/// be left open, and the value of an index.
struct SupposedArgument {
  llvm::SmallVector<int64_t> shape;
  std::optional<int64_t> value;
};

/// Whether arguments could have these sizes. Reports nothing, and does not ask
/// whether tensors of such sizes fit into memory.
bool areShapesPossible(mlir::func::FuncOp function,
                       llvm::ArrayRef<SupposedArgument> arguments);
/// Gives the values of a closed function the types that they have for arguments
/// of these shapes, as far as the program alone determines them; the function
/// is then one for these shapes only. Reports what `checkShapes` reports.
llvm::LogicalResult specialize(mlir::func::FuncOp function,
                               llvm::ArrayRef<Tensor> arguments);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_SHAPECHECK_H
