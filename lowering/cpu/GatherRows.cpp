//===- lowering/cpu/GatherRows.cpp - rows of a product side by side -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/MemoryParts.h"
#include "lowering/cpu/Products.h"

#define DEBUG_TYPE "vellum-gather-rows"

namespace vellum {
#define GEN_PASS_DEF_GATHERROWS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

/// True for a product that no step of time repeats and whose left rows lie in
/// several pieces, of a result that does not.
static bool wantsRows(linalg::GenericOp op) {
  if (!isProductInMemory(op) || op->getParentOfType<scf::ForOp>())
    return false;
  const ProductDims dims = *sortProductDims(op);
  return dims.rows.size() > 1 && dims.batch.empty() &&
         !hasNoGaps(op.getInputs()[0]) && hasNoGaps(op.getDpsInits()[0]);
}

/// Copies the left operand. Each element that is copied serves a whole row of
/// the right operand.
static void gather(linalg::GenericOp op, OpBuilder &b) {
  Value source = op.getInputs()[0];
  auto type = cast<MemRefType>(source.getType());
  b.setInsertionPoint(op);
  Value rows = takeMemory(b, op.getLoc(), type.getElementType(),
                          memref::getMixedSizes(b, op.getLoc(), source),
                          /*spread=*/false);
  AffineMap identity = b.getMultiDimIdentityMap(type.getRank());
  linalg::GenericOp::create(
      b, op.getLoc(), source, rows, ArrayRef{identity, identity},
      SmallVector(type.getRank(), utils::IteratorType::parallel),
      [](OpBuilder &body, Location loc, ValueRange values) {
        linalg::YieldOp::create(body, loc, values[0]);
      });
  op.getInputsMutable()[0].set(rows);
}

namespace {
struct GatherRows : vellum::impl::GatherRowsBase<GatherRows> {
  void runOnOperation() override {
    SmallVector<linalg::GenericOp> products;
    getOperation()->walk([&](linalg::GenericOp op) {
      if (wantsRows(op))
        products.push_back(op);
    });
    OpBuilder builder(&getContext());
    for (linalg::GenericOp op : products)
      gather(op, builder);
    gathered += products.size();
  }
};
} // namespace
