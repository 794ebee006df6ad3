//===- lowering/autodiff/Gradient.cpp - a function's gradient -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/autodiff/Gradient.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialect/Activity.h"
#include "dialect/TensorBuilder.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

#include "lowering/Decompose.h"
#include "lowering/autodiff/BlockGradient.h"

using namespace mlir;
using namespace vellum;

SmallVector<unsigned> vellum::differentiableArguments(func::FuncOp function) {
  SmallVector<unsigned> numbers;
  for (BlockArgument argument : function.getArguments())
    if (isFloatLike(argument.getType()) &&
        !function.getArgAttr(argument.getArgNumber(), "vellum.frozen"))
      numbers.push_back(argument.getArgNumber());
  return numbers;
}

static LogicalResult checkDifferentiable(func::FuncOp function,
                                         ArrayRef<unsigned> wrt) {
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitOpError("must have a body of one block to be "
                                "differentiated");
  if (llvm::none_of(function.getResultTypes(), isFloatLike))
    return function.emitOpError("must return a float to be differentiated");
  for (unsigned number : wrt) {
    if (number >= function.getNumArguments())
      return function.emitOpError("has ")
             << function.getNumArguments()
             << " arguments, but got a gradient wanted for number " << number;
    if (!isFloatLike(function.getArgumentTypes()[number]))
      return function.emitOpError("argument ")
             << number << " must be a float to have a gradient, but got "
             << function.getArgumentTypes()[number];
  }
  return success();
}

/// A copy under the name of the gradient, with decomposed ops. What does not
/// depend on the step leaves its scan: the reverse pass then keeps it once, and
/// accumulates the cotangent of the slice of a weight that a cell multiplies
/// with, not of the whole weight.
static FailureOr<func::FuncOp> copyForward(func::FuncOp function) {
  std::string name = (function.getSymName() + ".gradient").str();
  if (SymbolTable::lookupNearestSymbolFrom(
          function, StringAttr::get(function.getContext(), name)))
    return function.emitOpError("cannot be differentiated, as @")
           << name << " exists";
  OpBuilder builder(function);
  builder.setInsertionPointAfter(function);
  auto copy = cast<func::FuncOp>(builder.clone(*function));
  copy.setSymName(name);
  // What passes no cotangent on stays whole, to be computed again.
  auto passesNone = [](Operation *op) {
    return op->getNumRegions() == 0 &&
           llvm::none_of(op->getResultTypes(), isFloatLike);
  };
  if (failed(decompose(copy, passesNone))) {
    copy.erase();
    return failure();
  }
  copy.walk([](LoopLikeOpInterface loop) { moveLoopInvariantCode(loop); });
  return copy;
}

/// Appends an argument with the cotangent of each float result.
static SmallVector<std::pair<Value, Value>> addSeeds(func::FuncOp gradient,
                                                     Operation *terminator) {
  SmallVector<std::pair<Value, Value>> seeds;
  for (Value result : terminator->getOperands()) {
    if (!isFloatLike(result.getType()))
      continue;
    unsigned number = gradient.getNumArguments();
    (void)gradient.insertArgument(number, result.getType(), {},
                                  result.getLoc());
    seeds.push_back({result, gradient.getArgument(number)});
  }
  return seeds;
}

/// Returns `cotangents` behind the results.
static void returnMore(func::FuncOp gradient, Operation *terminator,
                       ArrayRef<Value> cotangents) {
  for (Value cotangent : cotangents)
    (void)gradient.insertResult(gradient.getNumResults(), cotangent.getType(),
                                {});
  terminator->insertOperands(terminator->getNumOperands(), cotangents);
}

/// Removes what nothing uses: cotangents that no argument needs.
static void eraseDeadOps(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
    if (isOpTriviallyDead(&op)) {
      op.erase();
      continue;
    }
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        eraseDeadOps(inner);
  }
}

static LogicalResult appendAdjoint(func::FuncOp gradient,
                                   ArrayRef<unsigned> wrt,
                                   const GradientOptions &options) {
  Block &block = gradient.getBody().front();
  Operation *terminator = block.getTerminator();
  SmallVector<Value> wanted = llvm::map_to_vector(
      wrt, [&](unsigned number) -> Value { return block.getArgument(number); });
  auto seeds = addSeeds(gradient, terminator);
  OpBuilder builder(terminator);
  BlockGradient reverse(builder, block, options, /*body=*/nullptr,
                        /*parent=*/nullptr);
  auto cotangents = reverse.run(seeds, wanted);
  if (failed(cotangents))
    return failure();
  TensorBuilder t(builder, gradient.getLoc());
  for (auto [value, cotangent] : llvm::zip_equal(wanted, *cotangents))
    if (!cotangent)
      cotangent = t.zerosLike(value);
  returnMore(gradient, terminator, *cotangents);
  eraseDeadOps(block);
  return success();
}

FailureOr<func::FuncOp> vellum::buildGradient(func::FuncOp function,
                                              const GradientOptions &options) {
  SmallVector<unsigned> wrt =
      options.wrt ? *options.wrt : differentiableArguments(function);
  if (failed(checkDifferentiable(function, wrt)))
    return failure();
  auto gradient = copyForward(function);
  if (failed(gradient))
    return failure();
  if (succeeded(appendAdjoint(*gradient, wrt, options)))
    return gradient;
  gradient->erase();
  return failure();
}
