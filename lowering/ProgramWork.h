//===- lowering/ProgramWork.h - how much a program computes ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_PROGRAMWORK_H
#define VELLUM_LOWERING_PROGRAMWORK_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

#include "dialect/Interfaces.h"

namespace vellum {

/// What one call of a closed, decomposed function computes as it is written:
/// whatever a back end computes twice or not at all, this stays the same, so it
/// is what speeds are compared in. Nothing where the sizes of a value or the
/// steps of a loop are not static.
std::optional<Work> countProgramWork(mlir::func::FuncOp function);

} // namespace vellum

#endif // VELLUM_LOWERING_PROGRAMWORK_H
