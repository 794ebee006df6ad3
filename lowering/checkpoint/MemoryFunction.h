//===- lowering/checkpoint/MemoryFunction.h - @f.memory ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECKPOINT_MEMORYFUNCTION_H
#define VELLUM_LOWERING_CHECKPOINT_MEMORYFUNCTION_H

#include "llvm/ADT/StringRef.h"

namespace vellum {

/// What the name of a function that tells another one's memory ends with.
inline constexpr llvm::StringLiteral memorySuffix = ".memory";

/// How many results such a function has behind those of the other one: the
/// bytes that a time step saves, those that all scans take, the samples of a
/// tile.
inline constexpr unsigned numMemoryResults = 3;

} // namespace vellum

#endif // VELLUM_LOWERING_CHECKPOINT_MEMORYFUNCTION_H
