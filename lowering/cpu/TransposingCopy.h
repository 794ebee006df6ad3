//===- lowering/cpu/TransposingCopy.h - copies in another order -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_TRANSPOSINGCOPY_H
#define VELLUM_LOWERING_CPU_TRANSPOSINGCOPY_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace vellum::cpu {

/// Writes a copy between memories of f32 that are contiguous in different
/// dimensions, or a broadcast of it, as calls of `vl_transpose`; false if `op`
/// is something else. By element, a memory of 16384 words of 32 numbers took as
/// long as ten steps of time.
bool writeTransposingCopy(mlir::linalg::GenericOp op, mlir::OpBuilder &builder);

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_TRANSPOSINGCOPY_H
