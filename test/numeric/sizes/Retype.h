//===- test/numeric/sizes/Retype.h - a function of other types --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_NUMERIC_SIZES_RETYPE_H
#define VELLUM_TEST_NUMERIC_SIZES_RETYPE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace vellum {

/// Gives a function's arguments other types, which know more or fewer sizes,
/// and its values those that follow: what their author would have got by
/// writing these types. Operations whose types nothing infers get their
/// operands cast to the types that they had. Fails where the language does not
/// allow the types.
llvm::LogicalResult retype(mlir::func::FuncOp function,
                           llvm::ArrayRef<mlir::Type> arguments);

} // namespace vellum

#endif // VELLUM_TEST_NUMERIC_SIZES_RETYPE_H
