//===- lowering/ProgramWork.cpp - how much a program computes -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/ProgramWork.h"

#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;
using namespace vellum;

static bool hasStaticShape(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return !shaped || shaped.hasStaticShape();
}

/// One operation for each float of the results.
static Work elementwiseWork(Operation &op) {
  Work work;
  for (Type type : op.getResultTypes()) {
    auto shaped = dyn_cast<ShapedType>(type);
    if (isa<FloatType>(getElementTypeOrSelf(type)))
      work.flops += shaped ? static_cast<double>(shaped.getNumElements()) : 1;
  }
  return work;
}

static std::optional<Work> countOp(Operation &op);

static std::optional<Work> countBlock(Block &block) {
  Work total;
  for (Operation &op : block) {
    std::optional<Work> work = countOp(op);
    if (!work)
      return std::nullopt;
    total += *work;
  }
  return total;
}

static std::optional<Work> countLoop(LoopLikeOpInterface loop) {
  std::optional<APInt> trips = loop.getStaticTripCount();
  Region &body = *loop.getLoopRegions().front();
  if (!trips || !body.hasOneBlock())
    return std::nullopt;
  std::optional<Work> work = countBlock(body.front());
  if (!work)
    return std::nullopt;
  const auto count = static_cast<double>(trips->getSExtValue());
  return Work{count * work->flops, count * work->productBytes};
}

/// What is neither counted nor elementwise moves data, or computes with sizes.
static std::optional<Work> countOp(Operation &op) {
  if (!llvm::all_of(op.getOperandTypes(), hasStaticShape) ||
      !llvm::all_of(op.getResultTypes(), hasStaticShape))
    return std::nullopt;
  if (auto counted = dyn_cast<Counted>(op))
    return counted.countWork();
  if (auto loop = dyn_cast<LoopLikeOpInterface>(op))
    return countLoop(loop);
  if (op.getNumRegions() > 0)
    return std::nullopt;
  return op.hasTrait<OpTrait::Elementwise>() ? elementwiseWork(op) : Work();
}

std::optional<Work> vellum::countProgramWork(func::FuncOp function) {
  return countBlock(function.getBody().front());
}
