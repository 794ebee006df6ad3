//===- lowering/cpu/LowerChecks.cpp - checks become branches --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "dialect/Vellum.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/KernelCalls.h"
#include "lowering/cpu/Texts.h"

namespace vellum {
#define GEN_PASS_DEF_LOWERCHECKS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-lower-checks"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

namespace {
/// The checks of one function.
class Lowering {
public:
  Lowering(Value context, Texts &texts)
      : context(context), texts(texts), b(context.getContext()),
        pointer(LLVM::LLVMPointerType::get(context.getContext())) {}

  void run(ArrayRef<RequireOp> checks);

private:
  Value store(RequireOp op);
  void lower(RequireOp op);

  Value context;
  Texts &texts;
  OpBuilder b;
  Type pointer;
  /// Room for the values of the check that fails, which only one does. It is
  /// part of the function's frame: taken where a check fails, its place in the
  /// frame would depend on the run, which costs a register all over.
  Value room;
};
} // namespace

Value Lowering::store(RequireOp op) {
  Location loc = op.getLoc();
  if (op.getValues().empty())
    return LLVM::ZeroOp::create(b, loc, pointer);
  for (auto [i, value] : llvm::enumerate(op.getValues()))
    LLVM::StoreOp::create(
        b, loc, asI64(b, loc, OpFoldResult(value)),
        LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(), room,
                            ArrayRef<LLVM::GEPArg>{int32_t(i)}));
  return room;
}

void Lowering::lower(RequireOp op) {
  b.setInsertionPoint(op);
  Location loc = op.getLoc();
  Value yes = arith::ConstantOp::create(b, loc, b.getBoolAttr(true));
  Value fails = arith::XOrIOp::create(b, loc, op.getCondition(), yes);
  auto branch = scf::IfOp::create(b, loc, fails, /*withElseRegion=*/false);
  b.setInsertionPointToStart(branch.thenBlock());
  Value place = texts.placeOf(b, loc);
  Value text = texts.addressOf(b, loc, op.getText());
  fail(b, loc, context, place, text, store(op));
  op.erase();
}

void Lowering::run(ArrayRef<RequireOp> checks) {
  size_t most = 0;
  for (RequireOp op : checks)
    most = std::max(most, op.getValues().size());
  if (most) {
    b.setInsertionPointToStart(context.getParentBlock());
    Value count = arith::ConstantOp::create(b, context.getLoc(),
                                            b.getI64IntegerAttr(int64_t(most)));
    room = LLVM::AllocaOp::create(b, context.getLoc(), pointer, b.getI64Type(),
                                  count);
  }
  for (RequireOp op : checks)
    lower(op);
}

namespace {
struct LowerChecks : vellum::impl::LowerChecksBase<LowerChecks> {
  using Base::Base;

  void runOnOperation() override {
    Texts texts(getOperation(), baseNames);
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      SmallVector<RequireOp> checks;
      function.walk([&](RequireOp op) { checks.push_back(op); });
      if (checks.empty())
        continue;
      Value context = contextOf(function);
      if (!context) {
        checks.front().emitError("can fail, but its function's first argument "
                                 "is no context");
        return signalPassFailure();
      }
      numLowered += checks.size();
      Lowering(context, texts).run(checks);
    }
  }
};
} // namespace
