//===- lowering/Differentiate.cpp - build the gradient of functions -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Activity.h"
#include "lowering/LiftParameters.h"
#include "lowering/Passes.h"
#include "lowering/autodiff/Gradient.h"

#define DEBUG_TYPE "vellum-differentiate"

namespace vellum {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

namespace {
struct Differentiate : vellum::impl::DifferentiateBase<Differentiate> {
  using DifferentiateBase::DifferentiateBase;

  /// Functions that were not asked for by name are passed over if they have
  /// nothing to differentiate.
  bool isSkipped(func::FuncOp function) {
    return functions.empty() &&
           (llvm::none_of(function.getResultTypes(), isFloatLike) ||
            differentiableArguments(function).empty());
  }

  void runOnOperation() override {
    auto selected = selectFunctions(getOperation(), functions);
    if (failed(selected))
      return signalPassFailure();
    GradientOptions options;
    options.keepCostly = keepCostly;
    if (!wrt.empty())
      options.wrt.emplace(wrt.begin(), wrt.end());
    for (func::FuncOp function : *selected) {
      if (isSkipped(function)) {
        ++numSkipped;
        continue;
      }
      if (failed(buildGradient(function, options)))
        return signalPassFailure();
      ++numGradients;
    }
  }
};
} // namespace
