//===- lowering/cpu/CpuPasses.h - from tensors to machine code ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_CPUPASSES_H
#define VELLUM_LOWERING_CPU_CPUPASSES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

#include "lowering/cpu/CpuOps.h"

namespace vellum {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lowering/cpu/CpuPasses.h.inc"

/// Fails with a diagnostic where the CPU has no code for a model's operation.
llvm::LogicalResult checkCompiles(mlir::Operation *op);
} // namespace vellum

#endif // VELLUM_LOWERING_CPU_CPUPASSES_H
