//===- dialect/KnownSizes.h - sizes that an op's rule fixes -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_KNOWNSIZES_H
#define VELLUM_DIALECT_KNOWNSIZES_H

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

namespace vellum {

/// Casts operands of `op` to types without those `?` for which the op's shape
/// rule takes one number only: a fixed 1, another operand's size, a sum of
/// widths, four gates. Whatever is made of the op then finds these numbers in
/// the types. At run time a cast takes sizes that the op would have refused.
void castToKnownSizes(mlir::InferTypeOpInterface op, mlir::OpBuilder &builder);

} // namespace vellum

#endif // VELLUM_DIALECT_KNOWNSIZES_H
