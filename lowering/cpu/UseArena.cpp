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
#include "lowering/cpu/Texts.h"

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
      LLVM::LLVMFunctionType::get(pointer, {pointer, b.getI64Type(), pointer}));
}

/// The number of bytes of a tensor, or -1 where an i64 cannot hold it. The same
/// product of doubles tells: what is rounded lies far from the end.
static Value countBytes(MemRefType type, ArrayRef<Value> sizes, Location loc,
                        OpBuilder &b) {
  const int64_t element = bytesOfElement(type.getElementType());
  Value total = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(element));
  Value wide =
      arith::ConstantOp::create(b, loc, b.getF64FloatAttr(double(element)));
  for (Value size : sizes) {
    total = b.createOrFold<arith::MulIOp>(loc, total, size);
    Value factor = b.createOrFold<arith::SIToFPOp>(loc, b.getF64Type(), size);
    wide = b.createOrFold<arith::MulFOp>(loc, wide, factor);
  }
  if (type.hasStaticShape())
    return total;
  Value most = arith::ConstantOp::create(b, loc, b.getF64FloatAttr(0x1p62));
  Value fits =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, wide, most);
  Value tooMany = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(-1));
  return arith::SelectOp::create(b, loc, fits, total, tooMany);
}

/// Replaces `alloc` by memory of the arena of `context`.
static void takeFromArena(memref::AllocOp alloc, Value context,
                          LLVM::LLVMFuncOp function, Texts &texts,
                          OpBuilder &b) {
  Location loc = alloc.getLoc();
  b.setInsertionPoint(alloc);
  MemRefType type = alloc.getType();
  SmallVector<Value> sizes =
      llvm::map_to_vector(alloc.getMixedSizes(), [&](OpFoldResult size) {
        return asI64(b, loc, size);
      });
  Value total = countBytes(type, sizes, loc, b);
  Value place = texts.placeOf(b, loc);
  Value pointer =
      LLVM::CallOp::create(b, loc, function, ValueRange{context, total, place})
          .getResult();
  alloc.replaceAllUsesWith(describe(b, loc, type, pointer, sizes));
  alloc.erase();
}

namespace {
struct UseArena : vellum::impl::UseArenaBase<UseArena> {
  using Base::Base;

  void runOnOperation() override {
    Texts texts(getOperation(), baseNames);
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (failed(lower(function, texts)))
        return signalPassFailure();
  }

  LogicalResult lower(func::FuncOp function, Texts &texts) {
    SmallVector<memref::AllocOp> allocs;
    function.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
    if (allocs.empty())
      return success();
    Value context = contextOf(function);
    if (!context)
      return function.emitError("allocates memory, but its first argument is "
                                "no context");
    OpBuilder builder(&getContext());
    LLVM::LLVMFuncOp declared = declareAllocate(builder, getOperation());
    for (memref::AllocOp alloc : allocs) {
      ++allocations;
      inLoops += alloc->getParentOfType<LoopLikeOpInterface>() != nullptr;
      takeFromArena(alloc, context, declared, texts, builder);
    }
    return success();
  }
};
} // namespace
