//===- dialect/interpreter/Control.cpp - calls, branches, loops -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/ADT/ScopeExit.h"
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

/// Takes over what a step of a loop hands on. Each value keeps its shape, as
/// memory for it is taken before the loop.
static LogicalResult carry(scf::ForOp op, SmallVector<Array> next, int64_t t,
                           SmallVector<Array> &carried) {
  for (auto [before, after] : llvm::zip_equal(carried, next))
    if (before.shape != after.shape)
      return op.emitOpError() << "a carried value must keep the shape "
                              << formatShape(before.shape) << ", but got "
                              << formatShape(after.shape) << " at step " << t;
  carried = std::move(next);
  return success();
}

/// Step `t`, in which the loop's variable is `i`.
static LogicalResult runStep(scf::ForOp op, int64_t t, int64_t i,
                             SmallVector<Array> &carried, Frame &frame) {
  SmallVector<Array> arguments{Array::integer(i)};
  llvm::append_range(arguments, carried);
  frame.run.steps.push_back(t);
  auto leave = llvm::scope_exit([&] { frame.run.steps.pop_back(); });
  FailureOr<SmallVector<Array>> next =
      runBlock(*op.getBody(), arguments, frame);
  return failed(next) ? failure() : carry(op, std::move(*next), t, carried);
}

/// A bound of a loop, which may count without a sign.
static int64_t boundOf(scf::ForOp op, mlir::Value bound, Frame &frame) {
  const int64_t number = frame.integer(bound);
  const Type type = bound.getType();
  return op.getUnsignedCmp() && !type.isIndex()
             ? int64_t(number & llvm::maskTrailingOnes<uint64_t>(
                                    type.getIntOrFloatBitWidth()))
             : number;
}

static LogicalResult evaluateFor(scf::ForOp op, Frame &frame) {
  const int64_t step = frame.integer(op.getStep());
  if (step <= 0)
    return op.emitOpError() << "needs a positive step, but got " << step;
  SmallVector<Array> carried = frame.read(op.getInitArgs());
  const int64_t begin = boundOf(op, op.getLowerBound(), frame),
                end = boundOf(op, op.getUpperBound(), frame);
  const bool runs =
      op.getUnsignedCmp() ? uint64_t(begin) < uint64_t(end) : begin < end;
  // How far the end is, which may be more than a number with a sign holds.
  uint64_t left = runs ? uint64_t(end) - uint64_t(begin) : 0;
  uint64_t i = begin;
  for (int64_t t = 0; left > 0; ++t, i += step) {
    if (failed(runStep(op, t, int64_t(i), carried, frame)))
      return failure();
    left -= std::min<uint64_t>(left, step);
  }
  return frame.setResults(op, carried);
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
