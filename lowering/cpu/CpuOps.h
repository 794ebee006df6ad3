//===- lowering/cpu/CpuOps.h - calls of device-library kernels ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_CPUOPS_H
#define VELLUM_LOWERING_CPU_CPUOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "lowering/cpu/CpuDialect.h.inc"

#define GET_OP_CLASSES
#include "lowering/cpu/CpuOps.h.inc"

namespace vellum::cpu {
/// Lets one-shot bufferisation work on kernels.
void registerBufferization(mlir::DialectRegistry &registry);

/// Marks a kernel in a tile of samples. A loop over a single tile goes, as does
/// one of a single step in it, and what was in them must still be computed as
/// in any other tile, or a sample's bits would depend on the tile.
inline constexpr llvm::StringLiteral inTileAttr = "vellum_cpu.in_tile";
} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_CPUOPS_H
