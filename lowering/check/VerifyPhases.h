//===- lowering/check/VerifyPhases.h - a call checked between passes ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECK_VERIFYPHASES_H
#define VELLUM_LOWERING_CHECK_VERIFYPHASES_H

#include "lowering/check/MemoryCheck.h"
#include "lowering/cpu/Pipeline.h"

namespace vellum {

/// Runs the called function of a closed module after each pass of the cpu
/// backend up to bufferisation. Fails with a diagnostic that names the first
/// pass after which it has other results. The module stays as it is; its
/// context is left without threads of its own.
mlir::LogicalResult verifyCpuPhases(mlir::ModuleOp closed,
                                    const CheckedCall &call,
                                    const CpuPipelineOptions &options);

} // namespace vellum

#endif // VELLUM_LOWERING_CHECK_VERIFYPHASES_H
