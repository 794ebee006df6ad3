//===- lowering/AskMemory.cpp - functions that will tell their memory -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/Passes.h"
#include "lowering/checkpoint/MemoryFunction.h"

#define DEBUG_TYPE "vellum-ask-memory"

namespace vellum {
#define GEN_PASS_DEF_ASKMEMORY
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

/// Appends results, zeros as yet.
static void addResults(func::FuncOp function) {
  Operation *terminator = function.getBody().front().getTerminator();
  OpBuilder builder(terminator);
  for (unsigned i = 0; i < numMemoryResults; ++i) {
    Value zero = arith::ConstantIndexOp::create(builder, function.getLoc(), 0);
    (void)function.insertResult(function.getNumResults(), zero.getType(), {});
    terminator->insertOperands(terminator->getNumOperands(), zero);
  }
}

namespace {
struct AskMemory : vellum::impl::AskMemoryBase<AskMemory> {
  void runOnOperation() override {
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (!function.isPublic() || function.isExternal()) {
        function.erase();
        continue;
      }
      addResults(function);
      for (unsigned i = 0; i < function.getNumResults(); ++i)
        (void)function.removeResultAttr(i, "vellum.inplace");
      function.setName((function.getName() + memorySuffix).str());
    }
  }
};
} // namespace
