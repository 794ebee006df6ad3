//===- lowering/cpu/UseArena.cpp - buffers from the context's arena -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Interfaces/LoopLikeInterface.h"

#include "lowering/LoopSizes.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/Descriptors.h"
#include "lowering/cpu/KernelCalls.h"

namespace vellum {
#define GEN_PASS_DEF_USEARENA
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-use-arena"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

static constexpr StringLiteral allocate = "vellum_rt_alloc";

static LLVM::LLVMFuncOp declareAllocate(OpBuilder &b, ModuleOp module) {
  if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(allocate))
    return known;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  return LLVM::LLVMFuncOp::create(
      b, module.getLoc(), allocate,
      LLVM::LLVMFunctionType::get(pointer, {pointer, b.getI64Type()}));
}

/// Replaces `alloc` by memory of the arena of `context`.
static void takeFromArena(memref::AllocOp alloc, Value context,
                          LLVM::LLVMFuncOp function, OpBuilder &b) {
  Location loc = alloc.getLoc();
  b.setInsertionPoint(alloc);
  MemRefType type = alloc.getType();
  SmallVector<Value> sizes;
  Value total = arith::ConstantOp::create(
      b, loc, b.getI64IntegerAttr(bytesOfElement(type.getElementType())));
  for (OpFoldResult size : alloc.getMixedSizes()) {
    sizes.push_back(asI64(b, loc, size));
    total = b.createOrFold<arith::MulIOp>(loc, total, sizes.back());
  }
  Value pointer =
      LLVM::CallOp::create(b, loc, function, ValueRange{context, total})
          .getResult();
  alloc.replaceAllUsesWith(describe(b, loc, type, pointer, sizes));
  alloc.erase();
}

namespace {
struct UseArena : vellum::impl::UseArenaBase<UseArena> {
  void runOnOperation() override {
    auto function = dyn_cast<func::FuncOp>(getOperation());
    if (!function) {
      getOperation()->walk([&](func::FuncOp inner) { lower(inner); });
      return;
    }
    lower(function);
  }

  void lower(func::FuncOp function) {
    SmallVector<memref::AllocOp> allocs;
    function.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
    if (allocs.empty())
      return;
    Value context = contextOf(function);
    if (!context) {
      function.emitError("allocates memory, but its first argument is no "
                         "context");
      return signalPassFailure();
    }
    OpBuilder builder(&getContext());
    LLVM::LLVMFuncOp declared =
        declareAllocate(builder, function->getParentOfType<ModuleOp>());
    for (memref::AllocOp alloc : allocs) {
      ++allocations;
      inLoops += alloc->getParentOfType<LoopLikeOpInterface>() != nullptr;
      takeFromArena(alloc, context, declared, builder);
    }
  }
};
} // namespace
