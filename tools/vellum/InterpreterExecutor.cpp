//===- tools/vellum/InterpreterExecutor.cpp - on the interpreter ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Interpreter.h"
#include "dialect/interpreter/TensorConversion.h"
#include "tools/vellum/Executor.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;
using interpreter::Array;

std::vector<Tensor> vellum::handOver(func::FuncOp function,
                                     ArrayRef<Array> arrays,
                                     llvm::MutableArrayRef<Tensor> arguments) {
  std::vector<Tensor> results;
  for (auto [i, array] : llvm::enumerate(arrays)) {
    Tensor tensor =
        interpreter::toTensor(array, *dtypeOf(function.getResultTypes()[i]));
    if (auto argument = overwrittenArgument(function, i))
      arguments[*argument] = std::move(tensor);
    else
      results.push_back(std::move(tensor));
  }
  return results;
}

namespace {
class InterpreterExecutor final : public Executor {
public:
  InterpreterExecutor(OwningOpRef<ModuleOp> module, int64_t maxSteps)
      : module(std::move(module)) {
    options.precision = interpreter::Precision::F32;
    options.maxSteps = maxSteps;
  }

  FailureOr<std::vector<Tensor>>
  call(StringRef name, llvm::MutableArrayRef<Tensor> arguments) override {
    auto function = module->lookupSymbol<func::FuncOp>(name);
    FailureOr<SmallVector<Array>> arrays = interpreter::interpret(
        function, llvm::map_to_vector(arguments, interpreter::fromTensor),
        options);
    if (failed(arrays))
      return failure();
    return handOver(function, *arrays, arguments);
  }

  LogicalResult execute(StringRef name,
                        llvm::MutableArrayRef<Tensor> arguments) override {
    return call(name, arguments);
  }

private:
  OwningOpRef<ModuleOp> module;
  interpreter::Options options;
};
} // namespace

std::unique_ptr<Executor>
vellum::createInterpreterExecutor(OwningOpRef<ModuleOp> module,
                                  int64_t maxSteps) {
  return std::make_unique<InterpreterExecutor>(std::move(module), maxSteps);
}
