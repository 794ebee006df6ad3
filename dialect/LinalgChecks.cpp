//===- dialect/LinalgChecks.cpp - what structured ops ask -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include "dialect/Checks.h"
#include "dialect/ExternalModels.h"

using namespace mlir;
using namespace vellum;

namespace {

/// All dimensions that a loop runs over have the same size.
template <typename OpTy>
struct LoopsModel : Checked::ExternalModel<LoopsModel<OpTy>, OpTy> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto structured = cast<linalg::LinalgOp>(op);
    if (!structured.hasPureTensorSemantics())
      return;
    SmallVector<OpFoldResult> sizes(structured.getNumLoops());
    for (auto [operand, map] : llvm::zip_equal(
             op->getOperands(), structured.getIndexingMapsArray())) {
      if (!isa<RankedTensorType>(operand.getType()))
        continue;
      for (auto [expr, size] :
           llvm::zip_equal(map.getResults(), check.shape(operand)))
        if (auto loop = dyn_cast<AffineDimExpr>(expr))
          unify(sizes[loop.getPosition()], size, check);
    }
  }

private:
  static void unify(OpFoldResult &known, OpFoldResult size,
                    CheckBuilder &check) {
    if (!known) {
      known = size;
      return;
    }
    check.requireEqual(known, size,
                       check.says() << "runs over dimensions of " << known
                                    << " and " << size << " at once");
  }
};

template <typename... Ops> void attach(MLIRContext *context) {
  (Ops::template attachInterface<LoopsModel<Ops>>(*context), ...);
}
} // namespace

void vellum::registerLinalgChecks(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, linalg::LinalgDialect *) {
    attach<
#define GET_OP_LIST
#include "mlir/Dialect/Linalg/IR/LinalgStructuredOps.cpp.inc"
        >(context);
  });
}
