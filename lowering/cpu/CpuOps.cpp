//===- lowering/cpu/CpuOps.cpp - calls of device-library kernels ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/CpuOps.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
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

namespace {
struct KernelBufferization
    : DstBufferizableOpInterfaceExternalModel<KernelBufferization, KernelOp> {
  /// The kernel overwrites its outputs without reading them.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return !cast<KernelOp>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto kernel = cast<KernelOp>(op);
    auto buffers = [&](ValueRange tensors) -> FailureOr<SmallVector<Value>> {
      SmallVector<Value> result;
      for (Value tensor : tensors) {
        FailureOr<Value> buffer = getBuffer(rewriter, tensor, options, state);
        if (failed(buffer))
          return failure();
        result.push_back(*buffer);
      }
      return result;
    };
    auto inputs = buffers(kernel.getInputs());
    auto outputs = buffers(kernel.getOutputs());
    if (failed(inputs) || failed(outputs))
      return failure();
    KernelOp::create(rewriter, op->getLoc(), TypeRange(), kernel.getName(),
                     *inputs, kernel.getScalars(), *outputs);
    replaceOpWithBufferizedValues(rewriter, op, *outputs);
    return success();
  }
};
} // namespace

void vellum::cpu::registerBufferization(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, VellumCpuDialect *) {
    KernelOp::attachInterface<KernelBufferization>(*context);
  });
}
