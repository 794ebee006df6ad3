//===- dialect/interpreter/Control.cpp - calls, branches, loops -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/Support/MathExtras.h"

#include "dialect/interpreter/Evaluation.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

static LogicalResult evaluateCall(func::CallOp op, Frame &frame) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, op.getCalleeAttr());
  if (!callee)
    return op.emitOpError() << "calls '" << op.getCallee()
                            << "', which is not a function of the module";
  FailureOr<SmallVector<Array>> results =
      call(callee, frame.read(op.getOperands()), op.getLoc(), frame.run);
  return failed(results) ? failure() : frame.setResults(op, *results);
}

/// Runs a block and returns what its terminator hands on.
static FailureOr<SmallVector<Array>>
runBlock(Block &block, ArrayRef<Array> arguments, Frame &frame) {
  if (failed(frame.execute(block, arguments)))
    return failure();
  return frame.read(block.getTerminator()->getOperands());
}

static LogicalResult evaluateIf(scf::IfOp op, Frame &frame) {
  Region &branch =
      frame.isTrue(op.getCondition()) ? op.getThenRegion() : op.getElseRegion();
  if (branch.empty())
    return success();
  FailureOr<SmallVector<Array>> results = runBlock(branch.front(), {}, frame);
  return failed(results) ? failure() : frame.setResults(op, *results);
}

static LogicalResult evaluateFor(scf::ForOp op, Frame &frame) {
  const int64_t end = frame.integer(op.getUpperBound()),
                step = frame.integer(op.getStep());
  if (step <= 0)
    return op.emitOpError() << "needs a positive step, but got " << step;
  FailureOr<SmallVector<Array>> carried = frame.read(op.getInitArgs());
  int64_t i = frame.integer(op.getLowerBound());
  const auto isBefore = [&](int64_t a, int64_t b) {
    return op.getUnsignedCmp() ? uint64_t(a) < uint64_t(b) : a < b;
  };
  while (isBefore(i, end)) {
    carried->insert(carried->begin(), Array::integer(i));
    carried = runBlock(*op.getBody(), *carried, frame);
    if (failed(carried))
      return failure();
    // Past the largest integer there is nothing before the end.
    if (llvm::AddOverflow(i, step, i))
      break;
  }
  return frame.setResults(op, *carried);
}

static LogicalResult evaluateWhile(scf::WhileOp op, Frame &frame) {
  FailureOr<SmallVector<Array>> carried = frame.read(op.getInits());
  while (true) {
    if (failed(frame.execute(*op.getBeforeBody(), *carried)))
      return failure();
    scf::ConditionOp condition = op.getConditionOp();
    carried = frame.read(condition.getArgs());
    if (!frame.isTrue(condition.getCondition()))
      return frame.setResults(op, *carried);
    carried = runBlock(*op.getAfterBody(), *carried, frame);
    if (failed(carried))
      return failure();
  }
}

void interpreter::addControl(Evaluators &evaluators) {
  evaluators.add<func::CallOp>(evaluateCall);
  evaluators.add<scf::IfOp>(evaluateIf);
  evaluators.add<scf::ForOp>(evaluateFor);
  evaluators.add<scf::WhileOp>(evaluateWhile);
}
