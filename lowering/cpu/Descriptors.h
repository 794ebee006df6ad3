//===- lowering/cpu/Descriptors.h - memrefs from pointers and back --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_DESCRIPTORS_H
#define VELLUM_LOWERING_CPU_DESCRIPTORS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace vellum::cpu {

/// The contiguous memref of `type` at `pointer`, with one i64 size per
/// dimension.
mlir::Value describe(mlir::OpBuilder &builder, mlir::Location location,
                     mlir::MemRefType type, mlir::Value pointer,
                     llvm::ArrayRef<mlir::Value> sizes);

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_DESCRIPTORS_H
