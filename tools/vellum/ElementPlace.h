//===- tools/vellum/ElementPlace.h - whose an element is --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_ELEMENTPLACE_H
#define VELLUM_TOOLS_VELLUM_ELEMENTPLACE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

#include "dialect/Sizes.h"
#include "dialect/interpreter/Array.h"

namespace vellum {

/// Which sample, time step and head an element of a tensor of a function
/// belongs to, as far as sizes tell.
///
/// A dimension counts time steps if its size is what a scan is seen to count.
/// One counts samples if its size is traced back to that of an argument's
/// dimension which does: one with as many elements as there are samples, and
/// no time. Where types fix the sizes, the first dimension of that number is
/// taken, as samples come first. Heads are known where an op has them.
class ElementPlace {
public:
  /// `arguments` are the function's. Looking for sizes adds ops to the
  /// function, which change nothing.
  ElementPlace(mlir::func::FuncOp function,
               llvm::ArrayRef<interpreter::Array> arguments,
               std::optional<int64_t> samples);

  /// ` (sample 3, head 1)`, or nothing where nothing is known. `origin` is the
  /// op of the model that the op which made the value is part of.
  std::string describe(mlir::Value value, llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<int64_t> index, mlir::Operation *origin);

private:
  void findTime(mlir::func::FuncOp function);
  void findSamples(mlir::func::FuncOp function,
                   llvm::ArrayRef<interpreter::Array> arguments,
                   int64_t samples);
  std::optional<int64_t> dimOf(mlir::Value value,
                               llvm::ArrayRef<mlir::OpFoldResult> among);

  Sizes sizes;
  llvm::SmallVector<mlir::OpFoldResult> timeSizes, sampleSizes;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_ELEMENTPLACE_H
