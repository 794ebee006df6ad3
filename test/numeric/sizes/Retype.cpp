//===- test/numeric/sizes/Retype.cpp - a function of other types ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/numeric/sizes/Retype.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Verifier.h"

#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

namespace {
/// Goes through a function from its arguments on.
class Retyping {
public:
  explicit Retyping(func::FuncOp function);
  LogicalResult visit(Block &block);

private:
  LogicalResult visit(Operation &op);
  LogicalResult visitScan(ScanOp scan);
  LogicalResult visitPonder(PonderOp ponder);
  LogicalResult infer(InferTypeOpInterface op);
  void loosen(Operation &op);
  void keepTypes(Operation &op);

  /// The types that the values had.
  DenseMap<Value, Type> before;
};
} // namespace

static RankedTensorType tensorOf(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

static void setShape(Value value, ArrayRef<int64_t> shape) {
  value.setType(tensorOf(value).clone(shape));
}

static void castOperand(OpOperand &operand, Type type) {
  if (operand.get().getType() == type)
    return;
  OpBuilder b(operand.getOwner());
  operand.set(tensor::CastOp::create(b, operand.getOwner()->getLoc(), type,
                                     operand.get()));
}

Retyping::Retyping(func::FuncOp function) {
  function.walk([&](Block *block) {
    for (Value argument : block->getArguments())
      before[argument] = argument.getType();
    for (Operation &op : *block)
      for (Value result : op.getResults())
        before[result] = result.getType();
  });
}

LogicalResult Retyping::infer(InferTypeOpInterface op) {
  SmallVector<Type> types;
  if (failed(op.inferReturnTypes(
          op->getContext(), op->getLoc(), op->getOperands(),
          op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
          op->getRegions(), types)))
    return failure();
  for (auto [result, type] : llvm::zip_equal(op->getResults(), types))
    result.setType(type);
  return success();
}

/// Elementwise operations want one shape: that of which nobody knows more than
/// all do.
void Retyping::loosen(Operation &op) {
  SmallVector<int64_t> shape;
  bool isFirst = true;
  for (Value operand : op.getOperands()) {
    RankedTensorType type = tensorOf(operand);
    if (!type)
      continue;
    if (isFirst)
      shape.assign(type.getShape().begin(), type.getShape().end());
    for (auto [size, other] : llvm::zip(shape, type.getShape()))
      if (ShapedType::isDynamic(other))
        size = other;
    isFirst = false;
  }
  if (isFirst)
    return;
  for (OpOperand &operand : op.getOpOperands())
    if (RankedTensorType type = tensorOf(operand.get()))
      castOperand(operand, type.clone(shape));
  for (Value result : op.getResults())
    setShape(result, shape);
}

void Retyping::keepTypes(Operation &op) {
  for (OpOperand &operand : op.getOpOperands())
    if (Type type = before.lookup(operand.get()))
      castOperand(operand, type);
}

LogicalResult Retyping::visitScan(ScanOp scan) {
  int64_t steps = ShapedType::kDynamic;
  APInt constant;
  if (scan.getLength() &&
      matchPattern(scan.getLength(), m_ConstantInt(&constant)))
    steps = constant.getSExtValue();
  for (auto [input, slice] : llvm::zip(scan.getInputs(), scan.getSlices())) {
    ArrayRef<int64_t> shape = tensorOf(input).getShape();
    if (ShapedType::isDynamic(steps))
      steps = shape.front();
    setShape(slice, shape.drop_front());
  }
  for (auto [init, carry] : llvm::zip(scan.getInits(), scan.getCarries()))
    carry.setType(init.getType());
  if (failed(visit(*scan.getBodyBlock())))
    return failure();
  for (auto [init, last] : llvm::zip(scan.getInits(), scan.getFinals()))
    last.setType(init.getType());
  for (auto [stack, emitted] :
       llvm::zip(scan.getStacks(), scan.getYield().getEmitted())) {
    SmallVector<int64_t> shape{steps};
    llvm::append_range(shape, tensorOf(emitted).getShape());
    setShape(stack, shape);
  }
  return success();
}

LogicalResult Retyping::visitPonder(PonderOp ponder) {
  for (auto [init, state] : llvm::zip(ponder.getInits(), ponder.getStates()))
    state.setType(init.getType());
  SmallVector<int64_t> perSample(
      tensorOf(ponder.getInits().front()).getShape());
  perSample.back() = 1;
  setShape(ponder.getFlag(), perSample);
  if (failed(visit(*ponder.getBodyBlock())))
    return failure();
  SmallVector<Value> like(ponder.getInits());
  llvm::append_range(like, ponder.getYield().getEmitted());
  like.append(2, ponder.getFlag());
  for (auto [source, result] : llvm::zip_equal(like, ponder.getResults()))
    result.setType(source.getType());
  return success();
}

LogicalResult Retyping::visit(Operation &op) {
  if (auto scan = dyn_cast<ScanOp>(op))
    return visitScan(scan);
  if (auto ponder = dyn_cast<PonderOp>(op))
    return visitPonder(ponder);
  if (op.hasTrait<OpTrait::IsTerminator>() || isa<tensor::CastOp>(op))
    return success();
  auto inference = dyn_cast<InferTypeOpInterface>(op);
  if (op.hasTrait<OpTrait::Elementwise>())
    loosen(op);
  else if (inference && isa<VellumDialect>(op.getDialect()))
    return infer(inference);
  else
    keepTypes(op);
  return success();
}

LogicalResult Retyping::visit(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block))
    if (failed(visit(op)))
      return failure();
  return success();
}

LogicalResult vellum::retype(func::FuncOp function, ArrayRef<Type> arguments) {
  Retyping retyping(function);
  Block &body = function.getBody().front();
  for (auto [argument, type] : llvm::zip_equal(body.getArguments(), arguments))
    argument.setType(type);
  if (failed(retyping.visit(body)))
    return failure();
  function.setType(FunctionType::get(function.getContext(), arguments,
                                     body.getTerminator()->getOperandTypes()));
  return verify(function);
}
