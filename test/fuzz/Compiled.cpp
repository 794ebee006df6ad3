//===- test/fuzz/Compiled.cpp - machine code of a module ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Compiled.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

static std::vector<VellumTensor> emptyOutputs(func::FuncOp function) {
  std::vector<VellumTensor> outputs;
  for (Type type : function.getResultTypes()) {
    VellumTensor output = {};
    output.dtype = static_cast<int32_t>(*vellum::dtypeOf(type));
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      output.rank = static_cast<int32_t>(tensor.getRank());
    outputs.push_back(output);
  }
  return outputs;
}

std::unique_ptr<Compiled> Compiled::compile(ModuleOp module,
                                            const CpuOptions &options) {
  auto result = std::make_unique<Compiled>();
  OwningOpRef<ModuleOp> copy(module.clone());
  for (auto function : copy->getOps<func::FuncOp>())
    result->outputs[function.getName()] = emptyOutputs(function);
  auto program = CpuProgram::compile(*copy, options);
  if (!program) {
    (void)reportError(program.takeError());
    return nullptr;
  }
  result->program = std::move(*program);
  return result;
}

FailureOr<Tensors> Compiled::call(StringRef function,
                                  ArrayRef<Tensor> arguments,
                                  unsigned threads) {
  auto code = program->lookup(function);
  if (!code)
    return reportError(code.takeError());
  std::vector<VellumTensor> inputs, results = outputs[function];
  for (const Tensor &argument : arguments)
    inputs.push_back(*viewTensor(argument));
  ContextPtr context = createContext();
  setThreads(*context, int(threads));
  if (vellum_rt_call(context.get(), *code, inputs.data(), results.data()) != 0)
    return reportError(error(*context));
  Tensors copies;
  for (const VellumTensor &result : results)
    copies.push_back(copyTensor(result));
  return copies;
}
