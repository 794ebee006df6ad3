//===- tools/vellum/PhaseExecutor.cpp - programs between passes -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs what the passes of the cpu back end have made of a program, on the
// interpreter: without LLVM, and with every access of memory checked.
//
//===----------------------------------------------------------------------===//

#include "mlir/Pass/PassManager.h"

#include "dialect/interpreter/TensorConversion.h"
#include "lowering/cpu/Pipeline.h"
#include "lowering/interpreter/LoweredRun.h"
#include "tools/vellum/Executor.h"

using namespace mlir;
using namespace vellum;
using interpreter::Array;

namespace {
class PhaseExecutor final : public Executor {
public:
  PhaseExecutor(OwningOpRef<ModuleOp> module, const BackendOptions &options)
      : closed(std::move(module)), options(options) {}

  LogicalResult lower();

  FailureOr<std::vector<Tensor>>
  call(StringRef function, llvm::MutableArrayRef<Tensor> arguments) override;
  LogicalResult execute(StringRef function,
                        llvm::MutableArrayRef<Tensor> arguments) override {
    return call(function, arguments);
  }

private:
  OwningOpRef<ModuleOp> closed, lowered;
  BackendOptions options;
};
} // namespace

LogicalResult PhaseExecutor::lower() {
  lowered = OwningOpRef<ModuleOp>(closed->clone());
  auto passes = PassManager::on<ModuleOp>(closed->getContext());
  CpuPipelineOptions pipeline;
  pipeline.memory = options.memory;
  populateCpuPhases(passes, options.phase, pipeline);
  return passes.run(*lowered);
}

FailureOr<std::vector<Tensor>>
PhaseExecutor::call(StringRef name, llvm::MutableArrayRef<Tensor> arguments) {
  auto function = closed->lookupSymbol<func::FuncOp>(name);
  const SmallVector<Array> arrays =
      llvm::map_to_vector(arguments, interpreter::fromTensor);
  FailureOr<SmallVector<Array>> results =
      interpreter::LoweredRun(interpreter::Precision::F32, options.maxSteps)
          .call(*lowered, interpreter::Signature::of(function), arrays);
  if (failed(results))
    return failure();
  return handOver(function, *results, arguments);
}

FailureOr<std::unique_ptr<Executor>>
vellum::createPhaseExecutor(OwningOpRef<ModuleOp> module,
                            const BackendOptions &options) {
  auto executor = std::make_unique<PhaseExecutor>(std::move(module), options);
  if (failed(executor->lower()))
    return failure();
  return std::unique_ptr<Executor>(std::move(executor));
}
