//===- lowering/cpu/HoistBuffers.cpp - memory before loops ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_HOISTBUFFERS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-hoist-buffers"

using namespace mlir;

static bool allocatesInLoop(func::FuncOp function) {
  WalkResult result = function.walk([](memref::AllocOp op) {
    return op->getParentOfType<LoopLikeOpInterface>() ? WalkResult::interrupt()
                                                      : WalkResult::advance();
  });
  return result.wasInterrupted();
}

namespace {
struct HoistBuffers : vellum::impl::HoistBuffersBase<HoistBuffers> {
  void runOnOperation() override {
    if (!allocatesInLoop(getOperation()))
      return;
    bufferization::hoistBuffersFromLoops(getOperation());
    ++numSearched;
  }
};
} // namespace
