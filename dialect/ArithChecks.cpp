//===- dialect/ArithChecks.cpp - what arithmetic asks ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

#include "dialect/Checks.h"
#include "dialect/ExternalModels.h"

using namespace mlir;
using namespace vellum;

namespace {

/// What a divisor repeats, which has the same elements.
Value repeated(Value divisor) {
  while (Operation *op = divisor.getDefiningOp()) {
    if (auto broadcast = dyn_cast<BroadcastOp>(op))
      divisor = broadcast.getSource();
    else if (auto splat = dyn_cast<tensor::SplatOp>(op))
      divisor = splat.getInput();
    else
      break;
  }
  return divisor;
}

bool hasNoZero(Value divisor) {
  Attribute constant;
  if (!matchPattern(divisor, m_Constant(&constant)))
    return false;
  if (auto number = dyn_cast<IntegerAttr>(constant))
    return !number.getValue().isZero();
  auto elements = dyn_cast<DenseIntElementsAttr>(constant);
  return elements && llvm::none_of(elements.getValues<APInt>(),
                                   [](const APInt &x) { return x.isZero(); });
}

/// Whether no element is 0, as a scalar.
Value allNonZero(CheckBuilder &check, Value tensor) {
  OpBuilder &b = check.getBuilder();
  Location loc = check.getLoc();
  const int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  Value yes = arith::ConstantOp::create(b, loc, b.getBoolAttr(true));
  Value start = tensor::FromElementsOp::create(
      b, loc, RankedTensorType::get({}, b.getI1Type()), yes);
  auto all = linalg::GenericOp::create(
      b, loc, start.getType(), tensor, start,
      ArrayRef<AffineMap>{b.getMultiDimIdentityMap(rank),
                          AffineMap::get(rank, 0, b.getContext())},
      SmallVector<utils::IteratorType>(rank, utils::IteratorType::reduction),
      [](OpBuilder &body, Location loc, ValueRange arguments) {
        Value zero = arith::ConstantOp::create(
            body, loc, body.getZeroAttr(arguments[0].getType()));
        Value differs = arith::CmpIOp::create(
            body, loc, arith::CmpIPredicate::ne, arguments[0], zero);
        Value both = arith::AndIOp::create(body, loc, arguments[1], differs);
        linalg::YieldOp::create(body, loc, both);
      });
  return tensor::ExtractOp::create(b, loc, all.getResult(0), ValueRange());
}

/// Division of integers: no divisor is 0. The least number by -1 is no error:
/// it wraps, as its sum and its product do.
template <typename OpTy>
struct DivisionModel : Checked::ExternalModel<DivisionModel<OpTy>, OpTy> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    Value divisor = repeated(op->getOperand(1));
    if (hasNoZero(divisor))
      return;
    OpBuilder &b = check.getBuilder();
    Value holds;
    if (isa<RankedTensorType>(divisor.getType()))
      holds = allNonZero(check, divisor);
    else
      holds = arith::CmpIOp::create(
          b, check.getLoc(), arith::CmpIPredicate::ne, divisor,
          arith::ConstantOp::create(b, check.getLoc(),
                                    b.getZeroAttr(divisor.getType())));
    check.require(holds, check.says() << "divides by zero");
  }
};
} // namespace

void vellum::registerArithChecks(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    arith::DivSIOp::attachInterface<DivisionModel<arith::DivSIOp>>(*context);
    arith::DivUIOp::attachInterface<DivisionModel<arith::DivUIOp>>(*context);
    arith::RemSIOp::attachInterface<DivisionModel<arith::RemSIOp>>(*context);
    arith::RemUIOp::attachInterface<DivisionModel<arith::RemUIOp>>(*context);
    arith::CeilDivSIOp::attachInterface<DivisionModel<arith::CeilDivSIOp>>(
        *context);
    arith::CeilDivUIOp::attachInterface<DivisionModel<arith::CeilDivUIOp>>(
        *context);
    arith::FloorDivSIOp::attachInterface<DivisionModel<arith::FloorDivSIOp>>(
        *context);
  });
}
