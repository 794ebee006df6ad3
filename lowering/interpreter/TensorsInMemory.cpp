//===- lowering/interpreter/TensorsInMemory.cpp - bufferization -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Programs that are half tensors and half memory. A tensor that is a view of
/// memory is what was in memory when the view was made: such are the tensors'
/// semantics. Bufferisation will read the memory when the tensor is used, as
/// `restrict` allows it to: by then it must hold the same.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "lowering/interpreter/Machine.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

//===----------------------------------------------------------------------===//
// Homes
//===----------------------------------------------------------------------===//

/// The memory of a tensor that is a part of another.
static std::optional<View> homeOfPart(tensor::ExtractSliceOp op,
                                      const View &source, const Frame &frame) {
  FailureOr<View> part = partOf(
      op, source, mixedNumbers(op.getStaticOffsets(), op.getOffsets(), frame),
      mixedNumbers(op.getStaticSizes(), op.getSizes(), frame),
      mixedNumbers(op.getStaticStrides(), op.getStrides(), frame));
  if (failed(part))
    return std::nullopt;
  return withoutDims(*part, op.getDroppedDims());
}

/// The memory of what an op makes of a tensor without computing anything.
static std::optional<View> homeOf(Operation &op, const View &source,
                                  const Frame &frame) {
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return homeOfPart(slice, source, frame);
  if (isa<tensor::CastOp>(op))
    return source;
  return std::nullopt;
}

static bool same(const Array &a, const Array &b, int64_t i) {
  if (a.kind == Kind::Integer)
    return a.integers[i] == b.integers[i];
  return a.floats[i] == b.floats[i] ||
         (a.floats[i] != a.floats[i] && b.floats[i] != b.floats[i]);
}

static std::string formatElement(const Array &array, int64_t i) {
  if (array.kind == Kind::Integer)
    return std::to_string(array.integers[i]);
  return isUnwritten(array.floats[i]) ? "nothing yet"
                                      : formatNumber(array.floats[i]);
}

/// Compares a tensor with its memory.
static LogicalResult checkHome(Operation &op, const Array &tensor,
                               const View &home, Memory &memory) {
  memory.enter(&op);
  FailureOr<Array> now = memory.snapshot(home);
  if (failed(now))
    return failure();
  for (auto [i, address] : llvm::enumerate(home.addresses())) {
    if (same(tensor, *now, i))
      continue;
    InFlightDiagnostic diagnostic =
        op.emitOpError() << "reads " << memory.describe(address)
                         << ", which holds " << formatElement(*now, i)
                         << ", not " << formatElement(tensor, i)
                         << " as when the tensor became a view of it";
    if (Operation *writer = memory.writerOf(address))
      diagnostic.attachNote(writer->getLoc())
          << "'" << writer->getName() << "' has written it since";
    if (Operation *origin = memory.originOf(address))
      diagnostic.attachNote(origin->getLoc()) << "the buffer is taken here";
    return diagnostic;
  }
  return success();
}

/// Whether an op reads elements of an operand, not only its sizes. Most
/// destinations are overwritten.
static bool readsElements(OpOperand &operand) {
  Operation *op = operand.getOwner();
  if (isa<tensor::DimOp>(op))
    return false;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured.payloadUsesValueFromOperand(&operand);
  auto kernel = dyn_cast<cpu::KernelOp>(op);
  return !kernel || !kernel.isDpsInit(&operand);
}

LogicalResult interpreter::checkHomes(Operation &op, Frame &frame,
                                      Machine &machine) {
  for (mlir::Value result : op.getResults())
    machine.homes.erase(result);
  if (machine.homes.empty())
    return success();
  for (OpOperand &operand : op.getOpOperands()) {
    auto found = machine.homes.find(operand.get());
    if (found == machine.homes.end())
      continue;
    const View source = found->second;
    if (std::optional<View> home = homeOf(op, source, frame))
      machine.homes[op.getResult(0)] = *home;
    else if (readsElements(operand) &&
             failed(
                 checkHome(op, frame[operand.get()], source, machine.memory)))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

static LogicalResult evaluateToTensor(bufferization::ToTensorOp op,
                                      Frame &frame, Machine &machine) {
  machine.memory.enter(op);
  const View view = viewOf(op.getBuffer(), frame);
  FailureOr<Array> array = machine.memory.snapshot(view);
  if (failed(array))
    return failure();
  machine.homes[op.getResult()] = view;
  return frame.set(op.getResult(), std::move(*array));
}

/// New memory, whose words have the tensor's elements.
static LogicalResult evaluateToBuffer(bufferization::ToBufferOp op,
                                      Frame &frame, Memory &memory) {
  memory.enter(op);
  const Array &tensor = frame[op.getTensor()];
  const View view = View::rowMajor(
      memory.allocate(tensor.kind, tensor.size(), op), tensor.shape);
  return failure(failed(memory.store(view.addresses(), tensor)) ||
                 failed(setView(op.getResult(), view, frame)));
}

static LogicalResult
evaluateMaterialize(bufferization::MaterializeInDestinationOp op, Frame &frame,
                    Memory &memory) {
  memory.enter(op);
  const Array source = frame[op.getSource()];
  if (op.getResult())
    return frame.set(op.getResult(), source);
  const View view = viewOf(op.getDest(), frame);
  if (view.sizes != source.shape)
    return op.emitOpError() << "puts " << formatShape(source.shape)
                            << " into memory of " << formatShape(view.sizes);
  return memory.store(view.addresses(), source);
}

template <typename OpTy>
static FailureOr<Array> evaluateFresh(OpTy op, Frame &frame) {
  const FailureOr<Shape> shape =
      concreteShape(op, op.getType(), frame.readIntegers(op.getDynamicSizes()));
  if (failed(shape))
    return failure();
  return unwrittenArray(*shape, kindOf(op.getType()));
}

static FailureOr<Array> evaluateAllocTensor(bufferization::AllocTensorOp op,
                                            Frame &frame) {
  if (op.getCopy())
    return frame[op.getCopy()];
  return evaluateFresh(op, frame);
}

void interpreter::addTensorsInMemory(Evaluators &evaluators, Machine &machine) {
  evaluators.add<tensor::EmptyOp>(evaluateFresh<tensor::EmptyOp>);
  evaluators.add<bufferization::AllocTensorOp>(evaluateAllocTensor);
  evaluators.add<bufferization::ToTensorOp>(
      [&](bufferization::ToTensorOp op, Frame &frame) {
        return evaluateToTensor(op, frame, machine);
      });
  evaluators.add<bufferization::ToBufferOp>(
      [&](bufferization::ToBufferOp op, Frame &frame) {
        return evaluateToBuffer(op, frame, machine.memory);
      });
  evaluators.add<bufferization::MaterializeInDestinationOp>(
      [&](bufferization::MaterializeInDestinationOp op, Frame &frame) {
        return evaluateMaterialize(op, frame, machine.memory);
      });
}
