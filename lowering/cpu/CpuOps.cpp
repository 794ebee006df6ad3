//===- lowering/cpu/CpuOps.cpp - calls of device-library kernels ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/CpuOps.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace vellum::cpu;

#include "lowering/cpu/CpuDialect.cpp.inc"

#define GET_OP_CLASSES
#include "lowering/cpu/CpuOps.cpp.inc"

void VellumCpuDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "lowering/cpu/CpuOps.cpp.inc"
      >();
}

void KernelOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  auto add = [&](OpOperand &operand, MemoryEffects::Effect *effect) {
    if (isa<MemRefType>(operand.get().getType()))
      effects.emplace_back(effect, &operand,
                           SideEffects::DefaultResource::get());
  };
  for (OpOperand &input : getInputsMutable())
    add(input, MemoryEffects::Read::get());
  for (OpOperand &output : getOutputsMutable())
    add(output, MemoryEffects::Write::get());
}

LogicalResult KernelOp::reifyResultShapes(OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes) {
  for (Value output : getOutputs())
    shapes.push_back(tensor::getMixedSizes(builder, getLoc(), output));
  return success();
}

/// Random numbers and panels are written as if they were one row.
bool KernelOp::takes(MemRefType type) {
  bool isWhole = getName().starts_with("random_") ||
                 (getName().starts_with("pack_panels") && type.getRank() == 3);
  return isWhole ? type.areTrailingDimsContiguous(type.getRank())
                 : type.isLastDimUnitStride();
}

/// `buffer`, or new contiguous memory of its shape where the kernel cannot take
/// it.
static FailureOr<Value> fitting(KernelOp op, Value buffer, OpBuilder &b,
                                const BufferizationOptions &options) {
  auto type = cast<MemRefType>(buffer.getType());
  if (op.takes(type))
    return buffer;
  SmallVector<Value> sizes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      sizes.push_back(memref::DimOp::create(b, op.getLoc(), buffer, dim));
  return options.createAlloc(
      b, op.getLoc(), MemRefType::get(type.getShape(), type.getElementType()),
      sizes);
}

namespace {
/// What tensors are kept in, and what the kernel is called with instead.
struct Buffers {
  SmallVector<Value> kept, passed;
};

struct KernelBufferization
    : DstBufferizableOpInterfaceExternalModel<KernelBufferization, KernelOp> {
  /// The kernel overwrites its outputs without reading them.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return !cast<KernelOp>(op).isDpsInit(&operand);
  }

  static FailureOr<Buffers> buffersOf(KernelOp op, ValueRange tensors,
                                      RewriterBase &rewriter,
                                      const BufferizationOptions &options,
                                      BufferizationState &state) {
    Buffers result;
    for (Value tensor : tensors) {
      FailureOr<Value> kept = getBuffer(rewriter, tensor, options, state);
      if (failed(kept))
        return failure();
      FailureOr<Value> passed = fitting(op, *kept, rewriter, options);
      if (failed(passed))
        return failure();
      result.kept.push_back(*kept);
      result.passed.push_back(*passed);
    }
    return result;
  }

  static LogicalResult copy(ValueRange from, ValueRange to, OpBuilder &b,
                            Location loc, const BufferizationOptions &options) {
    for (auto [source, target] : llvm::zip(from, to))
      if (source != target &&
          failed(options.createMemCpy(b, loc, source, target)))
        return failure();
    return success();
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto kernel = cast<KernelOp>(op);
    Location loc = op->getLoc();
    auto inputs =
        buffersOf(kernel, kernel.getInputs(), rewriter, options, state);
    auto outputs =
        buffersOf(kernel, kernel.getOutputs(), rewriter, options, state);
    if (failed(inputs) || failed(outputs) ||
        failed(copy(inputs->kept, inputs->passed, rewriter, loc, options)))
      return failure();
    KernelOp::create(rewriter, loc, TypeRange(), kernel.getName(),
                     inputs->passed, kernel.getScalars(), outputs->passed);
    if (failed(copy(outputs->passed, outputs->kept, rewriter, loc, options)))
      return failure();
    replaceOpWithBufferizedValues(rewriter, op, outputs->kept);
    return success();
  }
};
} // namespace

void vellum::cpu::registerBufferization(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, VellumCpuDialect *) {
    KernelOp::attachInterface<KernelBufferization>(*context);
  });
}
