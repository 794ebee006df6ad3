//===- tools/vellum/VerifyingExecutor.cpp - passes checked on a call ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/StringSet.h"

#include "dialect/interpreter/TensorConversion.h"
#include "lowering/check/VerifyPhases.h"
#include "tools/vellum/Executor.h"

using namespace mlir;
using namespace vellum;
using interpreter::Array;

/// Less than a second on the interpreter, which runs them thirty times.
static constexpr int64_t kFewSteps = 100000;

namespace {
class VerifyingExecutor final : public Executor {
public:
  VerifyingExecutor(OwningOpRef<ModuleOp> module,
                    std::unique_ptr<Executor> program,
                    const BackendOptions &options)
      : closed(std::move(module)), program(std::move(program)),
        options(options) {}

  FailureOr<std::vector<Tensor>>
  call(StringRef function, llvm::MutableArrayRef<Tensor> arguments) override {
    if (failed(verify(function, arguments)))
      return failure();
    return program->call(function, arguments);
  }
  LogicalResult execute(StringRef function,
                        llvm::MutableArrayRef<Tensor> arguments) override {
    return failure(failed(verify(function, arguments)) ||
                   failed(program->execute(function, arguments)));
  }

  FailureOr<std::optional<MemoryForecast>>
  foresee(StringRef function,
          llvm::MutableArrayRef<Tensor> arguments) override {
    return program->foresee(function, arguments);
  }
  CompileTimes getCompileTimes() const override {
    return program->getCompileTimes();
  }
  std::optional<int64_t> getTemporaryBytes() const override {
    return program->getTemporaryBytes();
  }
  std::optional<int64_t> getPeakBytes() const override {
    return program->getPeakBytes();
  }

private:
  CheckedCall describe(func::FuncOp function, ArrayRef<Tensor> arguments) const;
  LogicalResult verify(StringRef name, ArrayRef<Tensor> arguments);

  OwningOpRef<ModuleOp> closed;
  std::unique_ptr<Executor> program;
  BackendOptions options;
  llvm::StringSet<> verified;
};
} // namespace

CheckedCall VerifyingExecutor::describe(func::FuncOp function,
                                        ArrayRef<Tensor> arguments) const {
  CheckedCall call{interpreter::Signature::of(function), {}};
  for (const Tensor &argument : arguments)
    call.arguments.push_back(interpreter::fromTensor(argument));
  call.isOptional = !options.verifiesMemory;
  call.maxSteps = call.isOptional ? kFewSteps : options.maxSteps;
  return call;
}

LogicalResult VerifyingExecutor::verify(StringRef name,
                                        ArrayRef<Tensor> arguments) {
  if (!verified.insert(name).second)
    return success();
  auto function = closed->lookupSymbol<func::FuncOp>(name);
  CpuPipelineOptions pipeline;
  pipeline.memory = options.memory;
  return verifyCpuPhases(*closed, describe(function, arguments), pipeline);
}

std::unique_ptr<Executor>
vellum::createVerifyingExecutor(OwningOpRef<ModuleOp> module,
                                std::unique_ptr<Executor> program,
                                const BackendOptions &options) {
  return std::make_unique<VerifyingExecutor>(std::move(module),
                                             std::move(program), options);
}
