//===- lowering/HoistProjections.cpp - products of inputs before the scan -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "lowering/Passes.h"
#include "lowering/Remarks.h"
#include "lowering/ScanMotion.h"

#define DEBUG_TYPE "vellum-hoist-projections"

namespace vellum {
#define GEN_PASS_DEF_HOISTPROJECTIONS
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

/// Gives the scan a further input; returns its slice.
static Value addInput(ScanOp scan, Value input) {
  auto type = cast<RankedTensorType>(input.getType());
  const unsigned position = 1 + scan.getInputs().size();
  scan.getInputsMutable().append(input);
  return scan.getBodyBlock()->insertArgument(
      position,
      RankedTensorType::get(type.getShape().drop_front(),
                            type.getElementType()),
      input.getLoc());
}

/// Exchanges summands of `(row + x) + product`, so that `row` comes last.
/// Returns true if there were any.
static bool addLater(Value row) {
  auto inner = dyn_cast<arith::AddFOp>(*row.user_begin());
  if (!inner || !inner->hasOneUse())
    return false;
  auto outer = dyn_cast<arith::AddFOp>(*inner->user_begin());
  const bool isLeft = outer && outer.getLhs() == inner.getResult();
  if (!outer || inner.getType() != outer.getType())
    return false;
  Value product = isLeft ? outer.getRhs() : outer.getLhs();
  if (!product.getDefiningOp<ContractOp>())
    return false;
  OpBuilder b(outer);
  Value other = inner.getLhs() == row ? inner.getRhs() : inner.getLhs();
  Value sum = arith::AddFOp::create(b, inner.getLoc(), other, product);
  Value all = arith::AddFOp::create(b, outer.getLoc(), sum, row);
  outer.replaceAllUsesWith(all);
  outer.erase();
  inner.erase();
  return true;
}

/// Moves the projection of input `number`. The row of a step is memory that was
/// written before, to which no product can add, but elementwise loops can: it
/// is added after the products that it is summed with.
static void hoist(ScanOp scan, const Projection &projection, unsigned number) {
  ContractOp product = projection.product;
  moveBefore(scan, projection.weight());
  OpBuilder b(scan);
  Value row = addInput(scan, projection.overTime(b, scan.getInputs()[number]));
  if (row.getType() != product.getType()) {
    b.setInsertionPoint(product);
    row = tensor::CastOp::create(b, product.getLoc(), product.getType(), row);
  }
  product.replaceAllUsesWith(row);
  product.erase();
  while (row.hasOneUse() && addLater(row))
    continue;
}

namespace {
struct HoistProjections : vellum::impl::HoistProjectionsBase<HoistProjections> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<ScanOp> scans;
    getOperation()->walk([&](ScanOp scan) { scans.push_back(scan); });
    for (ScanOp scan : scans)
      if (scan.getBody().getOps<ScanOp>().empty())
        visit(scan);
  }

  void visit(ScanOp scan) {
    for (auto product : llvm::to_vector(scan.getBody().getOps<ContractOp>())) {
      std::optional<Projection> projection = asProjection(scan, product);
      if (!projection)
        continue;
      auto slice = llvm::find(scan.getSlices(), projection->moving());
      if (slice == scan.getSlices().end())
        continue;
      if (!paysOverTime(*projection, cacheBytes)) {
        if (auto remark = remarkMissed(product.getLoc(), "hoist-projections",
                                       topic::kMotion))
          remark << "its product with an input stays in the loop, as its " +
                        describeBytes(projection->weight().getType()) +
                        " of weights stay in the cache";
        ++numLeft;
        continue;
      }
      if (auto remark = remarkPassed(product.getLoc(), "hoist-projections",
                                     topic::kMotion))
        remark << "its product with an input leaves the loop: " +
                      describeBytes(projection->weight().getType()) +
                      " of weights are read once, not at each step";
      hoist(scan, *projection, slice->getArgNumber() - 1);
      ++numHoisted;
    }
  }
};
} // namespace
