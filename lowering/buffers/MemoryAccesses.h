//===- lowering/buffers/MemoryAccesses.h - who touches a buffer -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The ops that read or write a buffer: on memrefs, and on tensors that are
/// known to be in it. Programs have both until they are bufferised.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_BUFFERS_MEMORYACCESSES_H
#define VELLUM_LOWERING_BUFFERS_MEMORYACCESSES_H

#include "mlir/IR/Value.h"

namespace vellum {

/// One operand through which an op touches a buffer, at most the part of it
/// that is the memref `part`.
struct MemoryAccess {
  mlir::OpOperand *operand;
  mlir::Value part;
  bool reads, writes;

  mlir::Operation *op() const { return operand->getOwner(); }
};

/// Adds every access to `memory`, through views of it and through tensors that
/// are in it: `bufferization.to_tensor` of a view, tensors that are views of
/// such a tensor and, where it may be written to, what ops in destination style
/// make of it. Returns false if the memory may be in use where accesses do not
/// show it, as behind a call.
bool collectAccesses(mlir::Value memory,
                     llvm::SmallVectorImpl<MemoryAccess> &accesses);

/// True for an op whose result is in the memory of its first operand and that
/// touches no element: a slice, a cast, another shape.
bool isTensorView(mlir::Operation *op);

} // namespace vellum

#endif // VELLUM_LOWERING_BUFFERS_MEMORYACCESSES_H
