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

/// The loop dimensions that `output` lacks: each of its elements takes the
/// values of several iterations.
llvm::SmallBitVector summedBy(mlir::linalg::GenericOp op, unsigned output);

/// In memory an i1 takes a byte, but a vector of i1 is packed; and the device
/// library's functions take f32.
bool hasVectorElements(mlir::linalg::GenericOp op);

/// True if all that the op computes can be computed on vectors.
bool hasVectorBody(mlir::linalg::GenericOp op);

/// The dimension that runs over vectors: the one with the most contiguous
/// operands and no other access. None if the op has to run by element.
std::optional<unsigned> vectorDimOf(mlir::linalg::GenericOp op);

/// How the loops of an op nest if `vectorDim` runs over vectors.
struct LoopNest {
  /// The outputs that are summed up in registers: those that sum over
  /// `vectorDim` if there are any, otherwise all sums. All run over the same
  /// dimensions. Other sums are in memory, where each iteration adds to them.
  llvm::SmallVector<unsigned> sums;
  /// The loops around those sums and the loops within, without `vectorDim`.
  llvm::SmallVector<unsigned> outer, inner;
  /// The sums are over `vectorDim`, each lane its share.
  bool sumsLanes;
};
LoopNest loopNest(mlir::linalg::GenericOp op, unsigned vectorDim);

/// The loops from the outermost to the innermost: strips of vectors are around
/// the inner loops; or, if the sums are over vectors, within.
llvm::SmallVector<unsigned> loopOrder(const LoopNest &nest, unsigned vectorDim);

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_LOOPORDER_H
