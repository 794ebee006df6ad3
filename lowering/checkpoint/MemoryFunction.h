//===- lowering/checkpoint/MemoryFunction.h - @f.memory ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A function `@f.memory` takes what `@f` takes and returns two index values:
/// the bytes that a time step saves, if all steps are kept, and the bytes that
/// a call takes in all. A number that cannot be known before is -1.
///
/// It is made as a copy of `@f` into which the numbers are built, and which
/// then loses what they do not need: batches that the function makes itself
/// have their sizes that way too.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECKPOINT_MEMORYFUNCTION_H
#define VELLUM_LOWERING_CHECKPOINT_MEMORYFUNCTION_H

#include "mlir/IR/Block.h"
#include "llvm/ADT/StringRef.h"

namespace vellum {

/// What the name of a function that tells another one's memory ends with.
inline constexpr llvm::StringLiteral memorySuffix = ".memory";

/// The results of such a function.
struct MemoryNumbers {
  enum : unsigned { Saved, Total, Count };
};

/// Erases the ops of `block` that its terminator does not need, but for those
/// before the last one with an effect that it does need.
void pruneUnused(mlir::Block &block);

} // namespace vellum

#endif // VELLUM_LOWERING_CHECKPOINT_MEMORYFUNCTION_H
