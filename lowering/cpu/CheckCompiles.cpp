//===- lowering/cpu/CheckCompiles.cpp - what the CPU has code for ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/TypeUtilities.h"

#include "dialect/ModelOps.h"
#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_CHECKCOMPILES
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-check-compiles"

using namespace mlir;
using namespace vellum;

static LogicalResult checkTypes(Operation *op, const ModelOp &known) {
  for (Type type :
       llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes())) {
    const Type element = getElementTypeOrSelf(type);
    if (element.isBF16())
      return op->emitOpError("does not compile on bf16; write f32");
    if (known.compiles == ModelOp::Compiles::F32 && isa<FloatType>(element) &&
        !element.isF32())
      return op->emitOpError("on the CPU works on f32, but got ") << element;
  }
  return success();
}

LogicalResult vellum::checkCompiles(Operation *op) {
  const ModelOp *known = findModelOp(op->getName().getStringRef());
  if (!known)
    return success();
  if (known->compiles != ModelOp::Compiles::No)
    return checkTypes(op, *known);
  InFlightDiagnostic error = op->emitOpError("does not compile");
  if (!known->instead.empty())
    error << "; write " << known->instead << " instead";
  return error << "; '--backend=interpreter' runs it";
}

namespace {
struct CheckCompiles : vellum::impl::CheckCompilesBase<CheckCompiles> {
  void runOnOperation() override {
    markAllAnalysesPreserved();
    WalkResult checked = getOperation()->walk<WalkOrder::PreOrder>(
        [](Operation *op) { return WalkResult(checkCompiles(op)); });
    if (checked.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
