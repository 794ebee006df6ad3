//===- lowering/cpu/LoopOrder.h - how a linalg op's loops nest --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Which dimension of a `linalg.generic` on memrefs runs over vectors, and in
/// which order its loops nest.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_LOOPORDER_H
#define VELLUM_LOWERING_CPU_LOOPORDER_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace vellum::cpu {

/// True for a loop that reads and writes positions that are loop dimensions or
/// constants.
bool hasPlainMaps(mlir::linalg::GenericOp op);

/// The op that adds a new element to what `output` has summed up so far; null
/// if the body does not combine the two in one place.
mlir::Operation *combinerOf(mlir::linalg::GenericOp op, unsigned output);

/// True if `output` lacks loop dimensions: each of its elements takes the
/// values of several iterations.
bool isSum(mlir::linalg::GenericOp op, unsigned output);

/// True if dimension `dim` is summed over.
bool isSummed(mlir::linalg::GenericOp op, unsigned dim);

/// In memory an i1 takes a byte, but a vector of i1 is packed; and the device
/// library's functions take f32.
bool hasVectorElements(mlir::linalg::GenericOp op);

/// True if all that the op computes can be computed on vectors.
bool hasVectorBody(mlir::linalg::GenericOp op);

/// The dimension that runs over vectors: the one with the most contiguous
/// operands and no other access. None if the op has to run by element.
std::optional<unsigned> vectorDimOf(mlir::linalg::GenericOp op);

/// The loops from the outermost to the innermost: those that are not summed,
/// then strips of vectors with the sums inside; or, if the vector dimension
/// itself is summed, the sums with the strips innermost.
llvm::SmallVector<unsigned> loopOrder(mlir::linalg::GenericOp op,
                                      unsigned vectorDim);

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_LOOPORDER_H
