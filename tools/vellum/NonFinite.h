//===- tools/vellum/NonFinite.h - where a NaN comes from --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_NONFINITE_H
#define VELLUM_TOOLS_VELLUM_NONFINITE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "dialect/interpreter/Interpreter.h"

namespace vellum {

/// The first element of an array that is NaN or infinite, in row-major order.
std::optional<int64_t> firstNonFinite(const interpreter::Array &array);

/// Runs a function in the reference interpreter and reports, as an error in the
/// model's text, the first value that is not finite: an argument, or a result
/// of an op whose operands are. The error names the op, the steps of the scans
/// around it, the element and the ranges of the operands. `what` says what was
/// computed. Returns whether there was such a value.
bool reportNonFinite(mlir::func::FuncOp function,
                     llvm::ArrayRef<interpreter::Array> arguments,
                     llvm::StringRef what, interpreter::Precision precision);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_NONFINITE_H
