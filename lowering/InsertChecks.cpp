//===- lowering/InsertChecks.cpp - what ops ask becomes checks ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"

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
  void guard(RequireOp check, ScanOp scan);

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

/// Computes numbers from numbers, and may do so whenever it likes.
static bool isArithmetic(Operation *op) {
  auto isNumber = [](Type type) { return type.isIntOrIndexOrFloat(); };
  return op->getNumRegions() == 0 && isPure(op) &&
         (isa<tensor::DimOp>(op) ||
          llvm::all_of(op->getOperandTypes(), isNumber)) &&
         llvm::all_of(op->getResultTypes(), isNumber);
}

/// Collects what `value` is computed from in `block`, operands first; false
/// where it depends on the step.
static bool collect(Value value, Block *block,
                    llvm::SetVector<Operation *> &slice) {
  if (value.getParentBlock() != block)
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || !isArithmetic(op))
    return false;
  for (Value operand : op->getOperands())
    if (!collect(operand, block, slice))
      return false;
  slice.insert(op);
  return true;
}

/// A scan of no steps asks nothing of its body.
void Insertion::guard(RequireOp check, ScanOp scan) {
  const OpFoldResult steps = sizes.stepsOf(scan);
  if (getConstantIntValue(steps).value_or(0) > 0)
    return;
  OpBuilder b(check);
  Location loc = check.getLoc();
  Value none = b.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::eq,
      getValueOrCreateConstantIndexOp(b, loc, steps),
      arith::ConstantIndexOp::create(b, loc, 0));
  check.getConditionMutable().assign(
      arith::OrIOp::create(b, loc, check.getCondition(), none));
}

bool Insertion::leaveLoop(RequireOp check) {
  // A ponder takes a step at least.
  Operation *loop = check->getParentOp();
  if (!isa<ScanOp, PonderOp>(loop))
    return false;
  llvm::SetVector<Operation *> slice;
  for (Value operand : check->getOperands())
    if (!collect(operand, check->getBlock(), slice))
      return false;
  for (Operation *op : slice)
    op->moveBefore(loop);
  check->moveBefore(loop);
  if (auto scan = dyn_cast<ScanOp>(loop))
    guard(check, scan);
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
