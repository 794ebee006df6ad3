//===- lowering/AskMemory.cpp - functions that tell others' memory --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/Passes.h"
#include "lowering/checkpoint/MemoryFunction.h"
#include "lowering/checkpoint/ScanMemory.h"

#define DEBUG_TYPE "vellum-ask-memory"

namespace vellum {
#define GEN_PASS_DEF_ASKMEMORY
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

/// What a step of the function's scans saves, computed before the first scan.
static Value bytesPerStep(func::FuncOp function) {
  Block &body = function.getBody().front();
  auto scans = body.getOps<ScanOp>();
  OpBuilder builder(body.getTerminator());
  IndexBuilder index(builder, function.getLoc());
  if (scans.empty())
    return index.constant(0);
  Operation *first = *scans.begin();
  builder.setInsertionPoint(first);
  ScanMemory memory(builder, first);
  Value sum = index.constant(0);
  for (ScanOp scan : scans)
    sum = index.add(sum, memory.bytesPerStep(scan));
  return memory.isKnown() ? sum : index.constant(-1);
}

/// Makes `meter`, a copy of a function, return the numbers only.
static void returnNumbers(func::FuncOp meter) {
  Block &body = meter.getBody().front();
  Value perStep = bytesPerStep(meter);
  OpBuilder builder(body.getTerminator());
  Value unknown = arith::ConstantIndexOp::create(builder, meter.getLoc(), -1);
  SmallVector<Value> numbers{perStep, unknown};
  body.getTerminator()->setOperands(numbers);
  meter.setFunctionType(builder.getFunctionType(
      meter.getArgumentTypes(), TypeRange(ValueRange(numbers))));
  meter.removeResAttrsAttr();
  pruneUnused(body);
}

namespace {
struct AskMemory : vellum::impl::AskMemoryBase<AskMemory> {
  void runOnOperation() override {
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (!function.isPublic() || function.isExternal())
        continue;
      OpBuilder builder(function);
      auto meter = cast<func::FuncOp>(builder.clone(*function));
      meter.setName((function.getName() + memorySuffix).str());
      returnNumbers(meter);
      ++numAsked;
    }
  }
};
} // namespace
