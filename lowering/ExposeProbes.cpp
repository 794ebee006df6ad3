//===- lowering/ExposeProbes.cpp - return what probes mark ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/ScanRewrite.h"
#include "lowering/Passes.h"

#define DEBUG_TYPE "vellum-expose-probes"

namespace vellum {
#define GEN_PASS_DEF_EXPOSEPROBES
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

/// The value that `probe` marks, one per step of each scan around it, as a
/// value of the function.
static FailureOr<Value> stackThroughScans(ProbeOp probe) {
  Value value = probe.getValue();
  for (Operation *parent = probe->getParentOp(); !isa<func::FuncOp>(parent);
       parent = value.getDefiningOp()->getParentOp()) {
    auto scan = dyn_cast<ScanOp>(parent);
    if (!scan)
      return probe.emitOpError("cannot be recorded from the body of '")
             << parent->getName() << "'; decompose it first";
    unsigned number = emitFromScan(scan, value);
    ScanOp rebuilt = rebuildScan(scan);
    for (auto [from, to] : llvm::zip(scan.getResults(), rebuilt.getResults()))
      from.replaceAllUsesWith(to);
    scan.erase();
    value = rebuilt.getStacks()[number];
  }
  return value;
}

/// Makes the probes of `function` results and returns how many.
static FailureOr<unsigned> exposeProbes(func::FuncOp function) {
  SmallVector<ProbeOp> probes;
  function.walk([&](ProbeOp probe) { probes.push_back(probe); });
  if (probes.empty())
    return 0;
  Operation *terminator = function.getBody().front().getTerminator();
  Builder builder(function.getContext());
  for (ProbeOp probe : probes) {
    auto value = stackThroughScans(probe);
    if (failed(value))
      return failure();
    (void)function.insertResult(function.getNumResults(), value->getType(),
                                builder.getDictionaryAttr(builder.getNamedAttr(
                                    "vellum.probe", probe.getNameAttr())));
    terminator->insertOperands(terminator->getNumOperands(), *value);
    probe.erase();
  }
  return probes.size();
}

namespace {
struct ExposeProbes : vellum::impl::ExposeProbesBase<ExposeProbes> {
  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    auto exposed = exposeProbes(getOperation());
    if (failed(exposed))
      return signalPassFailure();
    numExposed += *exposed;
  }
};
} // namespace
