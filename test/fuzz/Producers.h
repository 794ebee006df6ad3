//===- test/fuzz/Producers.h - one operation after the other ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_PRODUCERS_H
#define VELLUM_TEST_FUZZ_PRODUCERS_H

#include "test/fuzz/Program.h"

namespace vellum::fuzz {

/// Adds operations of one kind to a program. What they are is read off the
/// programs that come out, never off a list.
struct Producer {
  unsigned weight;
  void (*produce)(ProgramBuilder &p);
};

using Producers = llvm::SmallVector<Producer>;

void addElementwiseProducers(Producers &producers);
void addIntegerProducers(Producers &producers);
void addPrimitiveProducers(Producers &producers);
void addLayerProducers(Producers &producers);
void addAddressProducers(Producers &producers);
void addMemoryProducers(Producers &producers);
void addControlProducers(Producers &producers);
void addBranchProducers(Producers &producers);
void addModuleProducers(Producers &producers);
void addTensorProducers(Producers &producers);
/// Whole constellations of operations that have been compiled wrongly before.
void addPatternProducers(Producers &producers);

const Producers &allProducers();

/// Adds an operation of a random kind.
void produceOne(ProgramBuilder &p);

/// In the body of a loop: the value that a carried value becomes, of its type,
/// seldom what it is.
mlir::Value produceNext(ProgramBuilder &p, const Term &carry);

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_PRODUCERS_H
