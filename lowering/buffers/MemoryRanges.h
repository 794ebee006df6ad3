//===- lowering/buffers/MemoryRanges.h - which parts views are --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Which part of a buffer a view is, and whether two views can have an element
/// in common: the definition of aliasing that all passes share which place or
/// move values in memory.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_BUFFERS_MEMORYRANGES_H
#define VELLUM_LOWERING_BUFFERS_MEMORYRANGES_H

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Value.h"

namespace vellum {

/// The buffer that `memory` is, or is a view of.
mlir::Value rootOf(mlir::Value memory);

/// True if two views of one buffer are known to have no element in common: in
/// some dimension of the buffer the range of one ends where, or before, that of
/// the other begins. Slots that take turns, `x mod n` and `(x + 1) mod n`, are
/// apart, as are steps of a stack, `t` and `t + 1`.
bool areApart(mlir::Value a, mlir::Value b);

/// True if two values are the same view of the same memory.
bool isSameView(mlir::Value a, mlir::Value b);

/// `a - b` where it is the same in every run.
std::optional<int64_t> differenceOf(mlir::OpFoldResult a, mlir::OpFoldResult b);

} // namespace vellum

#endif // VELLUM_LOWERING_BUFFERS_MEMORYRANGES_H
