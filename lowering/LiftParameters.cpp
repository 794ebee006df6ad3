//===- lowering/LiftParameters.cpp - programs as closed functions ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/LiftParameters.h"

#include "mlir/Transforms/Inliner.h"
#include "llvm/ADT/MapVector.h"

#include "dialect/Vellum.h"
#include "lowering/CallGraph.h"
#include "lowering/Passes.h"

#define DEBUG_TYPE "vellum-lift-parameters"

namespace vellum {
#define GEN_PASS_DEF_LIFTPARAMETERS
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

FailureOr<SmallVector<func::FuncOp>>
vellum::selectFunctions(Operation *module, ArrayRef<std::string> names) {
  SmallVector<func::FuncOp> functions;
  if (names.empty()) {
    for (auto function : cast<ModuleOp>(module).getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        functions.push_back(function);
    return functions;
  }
  for (const std::string &name : names) {
    auto function = SymbolTable(module).lookup<func::FuncOp>(name);
    if (!function)
      return module->emitError() << "the module has no function @" << name;
    functions.push_back(function);
  }
  return functions;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

FailureOr<unsigned> vellum::inlineCalls(func::FuncOp function) {
  if (failed(CallGraph().check(function)))
    return failure();
  InlinerInterface interface(function.getContext());
  InlinerConfig config;
  unsigned count = 0;
  SmallVector<func::CallOp> calls;
  do {
    calls.clear();
    function.walk([&](func::CallOp call) { calls.push_back(call); });
    for (func::CallOp call : calls) {
      func::FuncOp callee = calleeOf(call);
      if (failed(inlineCall(interface, config.getCloneCallback(), call, callee,
                            &callee.getBody())))
        return call.emitOpError("of @")
               << callee.getSymName() << " cannot be inlined";
      call.erase();
      ++count;
    }
  } while (!calls.empty());
  return count;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// A further argument for the parameter.
static Value addArgument(func::FuncOp function, ParameterOp parameter) {
  Builder builder(function.getContext());
  NamedAttrList attributes;
  attributes.set(parameterAttrName,
                 FlatSymbolRefAttr::get(parameter.getSymNameAttr()));
  if (parameter.getFrozen())
    attributes.set(frozenAttrName, builder.getUnitAttr());
  unsigned number = function.getNumArguments();
  (void)function.insertArgument(number, parameter.getTensorType(),
                                attributes.getDictionary(builder.getContext()),
                                parameter.getLoc());
  return function.getArgument(number);
}

unsigned vellum::liftParameters(func::FuncOp function) {
  llvm::StringMap<SmallVector<UseOp>> uses;
  function.walk([&](UseOp use) { uses[use.getParameter()].push_back(use); });
  Operation *module = SymbolTable::getNearestSymbolTable(function);
  for (Operation &op : module->getRegion(0).front()) {
    auto parameter = dyn_cast<ParameterOp>(op);
    if (!parameter || !uses.contains(parameter.getSymName()))
      continue;
    Value argument = addArgument(function, parameter);
    for (UseOp use : uses[parameter.getSymName()]) {
      use.getResult().replaceAllUsesWith(argument);
      use.erase();
    }
  }
  return uses.size();
}

namespace {
struct LiftParameters : vellum::impl::LiftParametersBase<LiftParameters> {
  using LiftParametersBase::LiftParametersBase;

  void runOnOperation() override {
    auto selected = selectFunctions(getOperation(), functions);
    if (failed(selected))
      return signalPassFailure();
    for (func::FuncOp function : *selected) {
      auto inlined = inlineCalls(function);
      if (failed(inlined))
        return signalPassFailure();
      numInlined += *inlined;
    }
    // Only now: a function that is lifted has another type than its calls.
    for (func::FuncOp function : *selected) {
      unsigned lifted = liftParameters(function);
      numLifted += lifted;
      numClosed += lifted == 0;
    }
  }
};
} // namespace
