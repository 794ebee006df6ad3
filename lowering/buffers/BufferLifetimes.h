//===- lowering/buffers/BufferLifetimes.h - when it is in use --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// From where to where a function's buffers hold something that is still
/// needed.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_BUFFERS_BUFFERLIFETIMES_H
#define VELLUM_LOWERING_BUFFERS_BUFFERLIFETIMES_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace vellum {

/// The ops from the first that touches what is in a buffer to the last. They
/// are in one block: where a loop within repeats an access, the whole loop
/// counts.
struct BufferLifetime {
  mlir::memref::AllocOp buffer;
  mlir::Operation *begin = nullptr, *end = nullptr;
};

/// When `buffer` is in use; nothing if it may hold something between two turns
/// of a loop, or is used where its accesses do not show.
std::optional<BufferLifetime> lifetimeOf(mlir::memref::AllocOp buffer);

/// The operand of `op` that is `buffer` or a view of it, if there is one such
/// operand and no other; null otherwise.
mlir::OpOperand *onlyUse(mlir::Operation *op, mlir::Value buffer);

/// True if `view` is known to be all of `buffer`, with its elements in the same
/// order.
bool isWhole(mlir::Value view, mlir::memref::AllocOp buffer);

} // namespace vellum

#endif // VELLUM_LOWERING_BUFFERS_BUFFERLIFETIMES_H
