//===- lowering/cpu/MemoryParts.h - rows of memory --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_MEMORYPARTS_H
#define VELLUM_LOWERING_CPU_MEMORYPARTS_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include "lowering/buffers/MemoryRanges.h"

namespace vellum::cpu {

/// Floats of a page. Rows a multiple of it apart fall into the same few sets of
/// the caches, and loads from one are taken for loads of what was just stored
/// to another.
inline constexpr int64_t pageFloats = 1024;

/// Position `at` of the first dimension of `memory`, without that dimension;
/// `shape` is the view's.
mlir::Value rowOf(mlir::OpBuilder &builder, mlir::Location location,
                  mlir::Value memory, mlir::OpFoldResult at,
                  llvm::ArrayRef<int64_t> shape);

/// `count` positions of the first dimension of `memory` from `first` on.
mlir::Value rowsOf(mlir::OpBuilder &builder, mlir::Location location,
                   mlir::Value memory, mlir::OpFoldResult first,
                   mlir::OpFoldResult count);

/// How far apart rows of so many f32 are to lie: an odd number of cache lines,
/// for a column to spread over all sets of the caches. With 1024 numbers all
/// elements of a column would share one set, and products that sum over rows
/// take twice as long.
mlir::Value oddLines(mlir::OpBuilder &builder, mlir::Location location,
                     mlir::OpFoldResult columns);

/// Memory of these sizes, whose rows are `oddLines` apart if `spread`.
mlir::Value takeMemory(mlir::OpBuilder &builder, mlir::Location location,
                       mlir::Type element,
                       llvm::ArrayRef<mlir::OpFoldResult> sizes, bool spread);

/// The fill before `op` that set what is in `memory`, one of its operands, if
/// nothing in between touches it.
mlir::linalg::FillOp fillBefore(mlir::Operation *op, mlir::Value memory);

/// Moves what `value` is computed from before `op`, unless it is there already:
/// new memory and ops without effects. False if it cannot be.
bool moveBefore(mlir::Value value, mlir::Operation *op);

/// `memory` as a tensor of `type`, which may say a size where the memory's does
/// not, or not say one.
mlir::Value asTensor(mlir::OpBuilder &builder, mlir::Location location,
                     mlir::Value memory, mlir::Type type,
                     bool writable = false);

/// `memory` as a tensor that nobody else writes to.
mlir::Value asWritableTensor(mlir::OpBuilder &builder, mlir::Location location,
                             mlir::Value memory);

/// Writes `tensor` to `memory`, which no other tensor is in meanwhile: what
/// computes it may as well do so there.
void writeTo(mlir::OpBuilder &builder, mlir::Location location,
             mlir::Value tensor, mlir::Value memory);

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_MEMORYPARTS_H
