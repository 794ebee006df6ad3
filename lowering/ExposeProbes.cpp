//===- lowering/ExposeProbes.cpp - return what probes mark ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/SCF/IR/SCF.h"

#include "dialect/ScanRewrite.h"
#include "lowering/Decompose.h"
#include "lowering/Passes.h"

#define DEBUG_TYPE "vellum-expose-probes"

namespace vellum {
#define GEN_PASS_DEF_EXPOSEPROBES
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

/// `value`, which `marker` marks, one per step of each scan around the marker,
/// as a value of the function.
static FailureOr<Value> stackThroughScans(Operation *marker, Value value) {
  for (Operation *parent = marker->getParentOp(); !isa<func::FuncOp>(parent);
       parent = value.getDefiningOp()->getParentOp()) {
    auto scan = dyn_cast<ScanOp>(parent);
    if (!scan)
      return marker->emitOpError("cannot be recorded from the body of '")
             << parent->getName()
             << "'; mark a result of it, or a value of the loop around it";
    unsigned number = emitFromScan(scan, value);
    ScanOp rebuilt = rebuildScan(scan);
    for (auto [from, to] : llvm::zip(scan.getResults(), rebuilt.getResults()))
      from.replaceAllUsesWith(to);
    scan.erase();
    value = rebuilt.getStacks()[number];
  }
  return value;
}

/// Makes `value` a further result of `function` with an attribute.
static LogicalResult expose(func::FuncOp function, Operation *marker,
                            Value value, StringRef name, Attribute attribute) {
  auto stacked = stackThroughScans(marker, value);
  if (failed(stacked))
    return failure();
  Builder builder(function.getContext());
  (void)function.insertResult(
      function.getNumResults(), stacked->getType(),
      builder.getDictionaryAttr(builder.getNamedAttr(name, attribute)));
  Operation *terminator = function.getBody().front().getTerminator();
  terminator->insertOperands(terminator->getNumOperands(), *stacked);
  return success();
}

/// The bounds of an expectation as one attribute.
static DictionaryAttr boundsOf(ExpectCloseOp expectation) {
  Builder builder(expectation.getContext());
  SmallVector<NamedAttribute> bounds{
      builder.getNamedAttr("atol", expectation.getAtolAttr()),
      builder.getNamedAttr("rtol", expectation.getRtolAttr())};
  if (expectation.getNanEqual())
    bounds.push_back(builder.getNamedAttr("nan_equal", builder.getUnitAttr()));
  return builder.getDictionaryAttr(bounds);
}

static LogicalResult exposeMarker(func::FuncOp function, Operation *marker) {
  if (auto probe = dyn_cast<ProbeOp>(marker))
    return expose(function, marker, probe.getValue(), "vellum.probe",
                  probe.getNameAttr());
  auto expectation = cast<ExpectCloseOp>(marker);
  if (failed(expose(function, marker, expectation.getActual(),
                    "vellum.expect_close", boundsOf(expectation))))
    return failure();
  return expose(function, marker, expectation.getExpected(), "vellum.expected",
                UnitAttr::get(function.getContext()));
}

static SmallVector<Operation *> findMarkers(Operation *root) {
  SmallVector<Operation *> markers;
  root->walk([&](Operation *op) {
    if (isa<ProbeOp, ExpectCloseOp>(op))
      markers.push_back(op);
  });
  return markers;
}

/// Writes counted loops around markers as scans, whose steps can be stacked.
/// Other loops stay: a scan is one, and what a ponder becomes runs on where it
/// has ended.
static LogicalResult decomposeLoops(func::FuncOp function) {
  auto isOther = [](Operation *op) {
    return !isa<scf::ForOp>(op) || findMarkers(op).empty();
  };
  return decompose(function, isOther);
}

/// Makes the probes and expectations of `function` results and returns how
/// many there were.
static FailureOr<unsigned> exposeProbes(func::FuncOp function) {
  if (failed(decomposeLoops(function)))
    return failure();
  SmallVector<Operation *> markers = findMarkers(function);
  for (Operation *marker : markers) {
    if (failed(exposeMarker(function, marker)))
      return failure();
    marker->erase();
  }
  return markers.size();
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
