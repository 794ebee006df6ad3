//===- lowering/check/VerifyPhases.cpp - a call checked between passes ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/check/VerifyPhases.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace vellum;

LogicalResult vellum::verifyCpuPhases(ModuleOp closed, const CheckedCall &call,
                                      const CpuPipelineOptions &options) {
  OwningOpRef<ModuleOp> module(closed.clone());
  // The others would be run too, and take the time.
  for (auto function : module->getOps<func::FuncOp>())
    if (function.getName() != call.signature.name)
      function.setPrivate();
  MLIRContext *context = closed.getContext();
  context->disableMultithreading();
  auto passes = PassManager::on<ModuleOp>(context);
  passes.addPass(createSymbolDCEPass());
  populateCpuPhases(passes, cpuPhases[2], options);
  auto result = addMemoryCheck(passes, call);
  return failure(failed(passes.run(*module)) || result->failed);
}
