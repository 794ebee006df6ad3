//===- test/fuzz/Producers.cpp - one operation after the other ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Producers.h"

using namespace vellum;
using namespace vellum::fuzz;

const Producers &fuzz::allProducers() {
  static const Producers all = [] {
    Producers producers;
    addElementwiseProducers(producers);
    addIntegerProducers(producers);
    addPrimitiveProducers(producers);
    addLayerProducers(producers);
    addAddressProducers(producers);
    addMemoryProducers(producers);
    addControlProducers(producers);
    addBranchProducers(producers);
    addModuleProducers(producers);
    addTensorProducers(producers);
    addPatternProducers(producers);
    return producers;
  }();
  return all;
}

void fuzz::produceOne(ProgramBuilder &p) {
  auto weights = llvm::map_range(
      allProducers(), [](const Producer &each) { return each.weight; });
  allProducers()[p.choices.weighted(weights)].produce(p);
  p.focus.reset();
}
