//===- lowering/buffers/WriteChain.cpp - what writes a value --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/buffers/WriteChain.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SubsetOpInterface.h"

using namespace mlir;
using namespace vellum;

bool vellum::isFresh(Value destination) {
  if (destination.getDefiningOp<tensor::EmptyOp>())
    return true;
  auto fill = destination.getDefiningOp<linalg::FillOp>();
  return fill && isFresh(fill.getOutputs()[0]);
}

static bool isTensor(Value value) { return isa<TensorType>(value.getType()); }

/// What `op`, if it only gives a tensor another type, makes it of.
static Value sourceOf(Operation *op) {
  return isa_and_nonnull<tensor::CastOp, tensor::CollapseShapeOp,
                         tensor::ExpandShapeOp, tensor::ReshapeOp>(op)
             ? op->getOperand(0)
             : Value();
}

WriteChain::WriteChain(Value value) {
  while (Value source = sourceOf(value.getDefiningOp()))
    value = source;
  values.insert(value);
  for (size_t i = 0; i < values.size(); ++i)
    if (auto result = dyn_cast<OpResult>(values[i]))
      follow(result);
}

/// A slice is memory of a larger tensor, which nothing begins with; what comes
/// from any other op is new.
void WriteChain::follow(OpResult result) {
  Operation *op = result.getOwner();
  if (auto style = dyn_cast<DestinationStyleOpInterface>(op)) {
    writers.insert(op);
    values.insert(style.getTiedOpOperand(result)->get());
    if (auto insertion = dyn_cast<SubsetInsertionOpInterface>(op))
      if (Value source = insertion.getSourceOperand().get(); isTensor(source))
        values.insert(source);
  } else if (Value source = sourceOf(op)) {
    values.insert(source);
  } else if (op->getNumRegions()) {
    followRegions(op);
  }
}

/// A result may be any value that a region ends with, and begin with any that
/// the op is given.
void WriteChain::followRegions(Operation *op) {
  writers.insert(op);
  auto insert = [&](ValueRange added) {
    for (Value value : llvm::make_filter_range(added, isTensor))
      values.insert(value);
  };
  insert(op->getOperands());
  for (Region &region : op->getRegions())
    for (Block &block : region)
      insert(block.getTerminator()->getOperands());
}

SmallVector<Value> WriteChain::interim() const {
  return llvm::filter_to_vector(
      values.getArrayRef().drop_front(),
      [&](Value value) { return writers.contains(value.getDefiningOp()); });
}

/// True for a fill that only makes the memory that other ops write to.
static bool isDestination(Operation *op) {
  return isa<linalg::FillOp>(op) && isFresh(op->getResult(0)) &&
         llvm::all_of(op->getUses(), [](OpOperand &use) {
           auto style = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
           return style && style.isDpsInit(&use);
         });
}

Operation *WriteChain::firstIn(Block *block, bool freshLate) const {
  Operation *first = nullptr;
  for (Operation *writer : writers) {
    if (freshLate && isDestination(writer))
      continue;
    Operation *op = block->findAncestorOpInBlock(*writer);
    if (!op)
      return nullptr;
    if (!first || op->isBeforeInBlock(first))
      first = op;
  }
  return first;
}
