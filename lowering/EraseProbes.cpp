//===- lowering/EraseProbes.cpp - remove probes ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Vellum.h"
#include "lowering/Passes.h"

#define DEBUG_TYPE "vellum-erase-probes"

namespace vellum {
#define GEN_PASS_DEF_ERASEPROBES
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

namespace {
struct EraseProbes : vellum::impl::EraseProbesBase<EraseProbes> {
  void runOnOperation() override {
    getOperation()->walk([&](Operation *op) {
      if (!isa<ProbeOp, ExpectCloseOp>(op))
        return;
      op->erase();
      ++numErased;
    });
  }
};
} // namespace
