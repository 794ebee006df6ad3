//===- lowering/Decompose.h - composite ops as smaller ones ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_DECOMPOSE_H
#define VELLUM_LOWERING_DECOMPOSE_H

#include "mlir/IR/Operation.h"

namespace vellum {

/// How many ops a decomposition replaced, and how many it was asked to keep.
struct DecomposeCounts {
  unsigned decomposed = 0, kept = 0;
};

/// Replaces each `Decomposable` op inside `root` by smaller ops until none is
/// left but those that `keep` names.
mlir::FailureOr<DecomposeCounts>
decompose(mlir::Operation *root,
          llvm::function_ref<bool(mlir::Operation *)> keep = {});

} // namespace vellum

#endif // VELLUM_LOWERING_DECOMPOSE_H
