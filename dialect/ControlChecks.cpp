//===- dialect/ControlChecks.cpp - what loops and random numbers ask ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The words are those of interpreter/Scan.cpp, Ponder.cpp, Control.cpp and
/// Module.cpp.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/Checks.h"
#include "dialect/ExternalModels.h"

using namespace mlir;
using namespace vellum;

using Shapes = ArrayRef<OpFoldResult>;

void RandomOp::buildChecks(CheckBuilder &check) {
  check.requireShape(check.shape(getResult()));
}

/// Code is made before sizes are known: it stretches the dimensions of which
/// the type says that they are 1, and reads the others as they are.
void BroadcastOp::buildChecks(CheckBuilder &check) {
  if (!getLike()) {
    check.requireShape(check.shape(getResult()));
    return;
  }
  for (auto [i, dim] : llvm::enumerate(keptDims())) {
    if (!getSource().getType().isDynamicDim(i))
      continue;
    check.requireEqual(
        check.size(getSource(), int64_t(i)), check.size(getLike(), dim),
        check.says() << "stretches only dimensions that are 1 in the type; "
                        "write 1 in place of ? in "
                     << Type(getSource().getType()) << ", or give it size "
                     << check.size(getLike(), dim) << ", but got "
                     << check.size(getSource(), int64_t(i)));
  }
}

/// In the same way, only a last dimension of which the type says that it is 1
/// repeats a mask.
void SigmoidCrossEntropyOp::buildChecks(CheckBuilder &check) {
  auto mask = getMask();
  if (!mask)
    return;
  auto type = cast<RankedTensorType>(mask.getType());
  const int64_t last = type.getRank() - 1;
  if (!type.isDynamicDim(last))
    return;
  check.requireEqual(
      check.size(getLogits(), last), check.size(mask, last),
      check.says() << "mask must have the shape " << check.shape(getLogits())
                   << " (the logits'; the last dimension of " << Type(type)
                   << " is not known to be 1), but got " << check.shape(mask));
}

//===----------------------------------------------------------------------===//
// scan
//===----------------------------------------------------------------------===//

void ScanOp::buildChecks(CheckBuilder &check) {
  if (getInputs().empty()) {
    const OpFoldResult length = getAsOpFoldResult(getLength());
    check.requireNatural(length, check.notNegative(length),
                         check.says() << "length must not be negative, but got "
                                      << length);
  }
  for (Value input : getInputs()) {
    const OpFoldResult first = check.size(getInputs().front(), 0),
                       size = check.size(input, 0);
    check.requireEqual(first, size,
                       check.says()
                           << "inputs must have the same first dimension, but "
                              "got "
                           << first << " and " << size);
  }
  // Sizes that only the body knows are those of what it makes, which is
  // checked.
  for (Value stack : getStacks()) {
    const SmallVector<OpFoldResult> shape = check.shape(stack);
    if (llvm::none_of(shape, [&](OpFoldResult size) {
          auto value = dyn_cast<Value>(size);
          auto dim = value ? value.getDefiningOp<tensor::DimOp>() : nullptr;
          return dim && dim.getSource() == stack;
        }))
      check.requireCountBeyond(shape, getInputs());
  }
}

static bool isTensor(Value value) {
  return isa<RankedTensorType>(value.getType());
}

/// With `lengths` every carried and emitted value has one row for each sample.
static void requireSamples(ScanOp scan, ValueRange values, StringRef role,
                           CheckBuilder &check) {
  const OpFoldResult samples = check.size(scan.getLengths(), 0);
  for (Value value : values)
    check.requireEqual(check.size(value, 0), samples,
                       check.saysOf(scan)
                           << role << " value must have the first dimension "
                           << samples << " of 'lengths', but got "
                           << Shapes(check.shape(value)));
}

static void requireKept(Operation *loop, StringRef what, Value before,
                        Value after, CheckBuilder &check) {
  if (!isTensor(before))
    return;
  const auto lhs = check.shape(before), rhs = check.shape(after);
  for (auto [a, b] : llvm::zip_equal(lhs, rhs))
    check.requireEqual(a, b,
                       check.saysOf(loop)
                           << what << " must keep the shape " << Shapes(lhs)
                           << ", but got " << Shapes(rhs));
}

static void checkStep(ScanOp scan, YieldOp yield, CheckBuilder &check) {
  if (scan.getLengths())
    requireSamples(scan, yield.getEmitted(), "emitted", check);
  for (auto [before, after] :
       llvm::zip_equal(scan.getCarries(), yield.getCarried()))
    requireKept(scan, "a carried value", before, after, check);
  if (scan.getLengths())
    requireSamples(scan, yield.getCarried(), "carried", check);
}

//===----------------------------------------------------------------------===//
// ponder
//===----------------------------------------------------------------------===//

/// States and outputs have a row for each sample, a position of the first
/// state's dimensions but the last.
static void requireRows(PonderOp ponder, StringRef role, Value value,
                        CheckBuilder &check) {
  const auto first = check.shape(ponder.getInits().front());
  const Shapes samples = Shapes(first).drop_back();
  const auto shape = check.shape(value);
  for (auto [a, b] :
       llvm::zip_equal(samples, Shapes(shape).take_front(samples.size())))
    check.requireEqual(a, b,
                       check.saysOf(ponder)
                           << role << " must have the dimensions " << samples
                           << " of the first state before its own, but got "
                           << Shapes(shape));
}

void PonderOp::buildChecks(CheckBuilder &check) {
  for (Value init : getInits())
    requireRows(*this, "a state", init, check);
}

static void checkStep(PonderOp ponder, YieldOp yield, CheckBuilder &check) {
  for (Value value : llvm::concat<Value>(llvm::to_vector(yield.getCarried()),
                                         llvm::to_vector(yield.getEmitted())))
    requireRows(ponder, "a state or output", value, check);
  for (auto [before, after] :
       llvm::zip_equal(ponder.getStates(), yield.getCarried()))
    requireKept(ponder, "a state or output", before, after, check);
  auto perSample = check.shape(ponder.getInits().front());
  perSample.back() = check.getBuilder().getIndexAttr(1);
  const auto halt = check.shape(yield.getHalt());
  for (auto [a, b] : llvm::zip_equal(perSample, halt))
    check.requireEqual(a, b,
                       check.saysOf(ponder)
                           << "the halting probability must have the shape "
                           << Shapes(perSample) << ", but got "
                           << Shapes(halt));
}

/// The loop's business, which finds out at the end of a step.
void YieldOp::buildChecks(CheckBuilder &check) {
  check.reportAt((*this)->getParentOp()->getLoc());
  if (auto scan = dyn_cast<ScanOp>((*this)->getParentOp()))
    checkStep(scan, *this, check);
  else if (auto ponder = dyn_cast<PonderOp>((*this)->getParentOp()))
    checkStep(ponder, *this, check);
}

//===----------------------------------------------------------------------===//
// scf
//===----------------------------------------------------------------------===//

namespace {
struct ForModel : Checked::ExternalModel<ForModel, scf::ForOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    Value step = cast<scf::ForOp>(op).getStep();
    if (std::optional<int64_t> number = getConstantIntValue(step);
        number && *number > 0)
      return;
    OpBuilder &b = check.getBuilder();
    Value isPositive = arith::CmpIOp::create(
        b, check.getLoc(), arith::CmpIPredicate::sgt, step,
        arith::ConstantOp::create(b, check.getLoc(),
                                  b.getZeroAttr(step.getType())));
    const OpFoldResult number = b.createOrFold<arith::IndexCastOp>(
        check.getLoc(), b.getIndexType(), step);
    check.require(isPositive,
                  check.says() << "needs a positive step, but got " << number);
  }
};

/// The loop's business, as for vellum.yield.
struct YieldModel : Checked::ExternalModel<YieldModel, scf::YieldOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto loop = dyn_cast<scf::ForOp>(op->getParentOp());
    if (!loop)
      return;
    check.reportAt(loop.getLoc());
    for (auto [before, after] :
         llvm::zip_equal(loop.getRegionIterArgs(), op->getOperands()))
      requireKept(loop, "a carried value", before, after, check);
  }
};
} // namespace

void vellum::registerLoopChecks(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, scf::SCFDialect *) {
    scf::ForOp::attachInterface<ForModel>(*context);
    scf::YieldOp::attachInterface<YieldModel>(*context);
  });
}
