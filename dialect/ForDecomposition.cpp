//===- dialect/ForDecomposition.cpp - counted loops as scans --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `scf.for` from `lb` to `ub` by `s` is a scan of n steps in which the loop's
// variable is `lb + t s`. So it has the gradient, the memory and the
// checkpoints of a scan, whether its bounds are constants or numbers of the
// run.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

#include "dialect/ExternalModels.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

/// A number of the loop's variable's type as an index and the other way round.
static Value toIndex(OpBuilder &b, Location loc, Value number) {
  return number.getType().isIndex() ? number
                                    : b.createOrFold<arith::IndexCastUIOp>(
                                          loc, b.getIndexType(), number);
}
static Value fromIndex(OpBuilder &b, Location loc, Value index, Type type) {
  return type.isIndex()
             ? index
             : b.createOrFold<arith::IndexCastUIOp>(loc, type, index);
}

/// How often the loop runs: 0 where it ends before it begins. The difference of
/// the bounds is taken as a number without a sign, in which it never overflows.
/// A step of less than 1 is refused before; that it is no divisor lets the
/// count be computed early, where memory is taken.
static Value countSteps(scf::ForOp loop, OpBuilder &b) {
  Location loc = loop.getLoc();
  Value lower = loop.getLowerBound(), upper = loop.getUpperBound();
  const auto isBefore = loop.getUnsignedCmp() ? arith::CmpIPredicate::ult
                                              : arith::CmpIPredicate::slt;
  Value runs = b.createOrFold<arith::CmpIOp>(loc, isBefore, lower, upper);
  Value span = b.createOrFold<arith::SubIOp>(loc, upper, lower);
  Value one =
      arith::ConstantOp::create(b, loc, b.getIntegerAttr(span.getType(), 1));
  Value step = b.createOrFold<arith::MaxSIOp>(loc, loop.getStep(), one);
  Value count = b.createOrFold<arith::CeilDivUIOp>(loc, span, step);
  Value none = arith::ConstantOp::create(b, loc, b.getZeroAttr(span.getType()));
  return toIndex(b, loc,
                 b.createOrFold<arith::SelectOp>(loc, runs, count, none));
}

/// The loop's variable in step `t`.
static Value variableAt(scf::ForOp loop, OpBuilder &b, Value t) {
  Location loc = loop.getLoc();
  Value number = fromIndex(b, loc, t, loop.getInductionVar().getType());
  Value passed = b.createOrFold<arith::MulIOp>(loc, number, loop.getStep());
  return b.createOrFold<arith::AddIOp>(loc, loop.getLowerBound(), passed);
}

namespace {
struct ForModel : Decomposable::ExternalModel<ForModel, scf::ForOp> {
  FailureOr<SmallVector<Value>> decompose(Operation *op,
                                          OpBuilder &builder) const {
    auto loop = cast<scf::ForOp>(op);
    auto scan = ScanOp::create(
        builder, loop.getLoc(), /*inputs=*/ValueRange(), loop.getInitArgs(),
        countSteps(loop, builder), /*lengths=*/Value(), /*reverse=*/false,
        [&](OpBuilder &b, Location, Value t, ValueRange, ValueRange carries) {
          IRMapping values;
          values.map(loop.getInductionVar(), variableAt(loop, b, t));
          values.map(loop.getRegionIterArgs(), carries);
          for (Operation &each : loop.getBody()->without_terminator())
            b.clone(each, values);
          ScanStep step;
          for (Value next : loop.getYieldedValues())
            step.carried.push_back(values.lookupOrDefault(next));
          return step;
        });
    return SmallVector<Value>(scan.getResults());
  }
};
} // namespace

void vellum::registerLoopDecompositions(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, scf::SCFDialect *) {
    scf::ForOp::attachInterface<ForModel>(*context);
  });
}
