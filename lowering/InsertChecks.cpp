//===- lowering/InsertChecks.cpp - what ops ask becomes checks ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/Checks.h"
#include "lowering/Passes.h"

#define DEBUG_TYPE "vellum-insert-checks"

namespace vellum {
#define GEN_PASS_DEF_INSERTCHECKS
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

namespace {
/// One function. Ops are visited in the order in which they run, so that what
/// has been checked need not be checked again.
class Insertion {
public:
  void visit(Block &block);
  /// Moves the checks out of the loops in whose steps nothing of them changes.
  void hoist(func::FuncOp function);

  unsigned numHoisted = 0;

private:
  bool leaveLoop(RequireOp check);
  Value takesNoStep(Operation *loop, OpBuilder &b);

  Sizes sizes;
  CheckFacts facts;
};
} // namespace

void Insertion::visit(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    CheckBuilder check(&op, sizes, facts);
    buildChecks(&op, check);
    for (Region &region : op.getRegions())
      for (Block &inner : region) {
        const size_t before = facts.mark();
        visit(inner);
        facts.forget(before);
      }
  }
}

/// Whether a loop takes no step, so that it asks nothing of its body; null
/// where it takes one at least, as every ponder does.
Value Insertion::takesNoStep(Operation *loop, OpBuilder &b) {
  Location loc = loop->getLoc();
  if (auto scan = dyn_cast<ScanOp>(loop)) {
    const OpFoldResult steps = sizes.stepsOf(scan);
    if (getConstantIntValue(steps).value_or(0) > 0)
      return {};
    return b.createOrFold<arith::CmpIOp>(
        loc, arith::CmpIPredicate::eq,
        getValueOrCreateConstantIndexOp(b, loc, steps),
        arith::ConstantIndexOp::create(b, loc, 0));
  }
  auto counted = dyn_cast<scf::ForOp>(loop);
  if (!counted)
    return {};
  return b.createOrFold<arith::CmpIOp>(
      loc,
      counted.getUnsignedCmp() ? arith::CmpIPredicate::uge
                               : arith::CmpIPredicate::sge,
      counted.getLowerBound(), counted.getUpperBound());
}

bool Insertion::leaveLoop(RequireOp check) {
  Operation *loop = check->getParentOp();
  if (!isa<ScanOp, PonderOp, scf::ForOp>(loop) ||
      !leaveBody(loop, check->getBlock(), check->getOperands()))
    return false;
  check->moveBefore(loop);
  OpBuilder b(check);
  Value none = takesNoStep(loop, b);
  if (none && !isConstantIntValue(none, 0))
    check.getConditionMutable().assign(
        arith::OrIOp::create(b, check.getLoc(), check.getCondition(), none));
  return true;
}

void Insertion::hoist(func::FuncOp function) {
  SmallVector<RequireOp> checks;
  function.walk([&](RequireOp op) { checks.push_back(op); });
  for (RequireOp check : checks)
    while (leaveLoop(check))
      ++numHoisted;
}

namespace {
struct InsertChecks : vellum::impl::InsertChecksBase<InsertChecks> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      Insertion insertion;
      for (Block &block : function.getBody())
        insertion.visit(block);
      insertion.hoist(function);
      numHoisted += insertion.numHoisted;
      function.walk([&](RequireOp) { ++numChecks; });
    }
  }
};
} // namespace
