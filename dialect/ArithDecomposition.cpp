//===- dialect/ArithDecomposition.cpp - what upstream folds wrongly -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/ExternalModels.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

namespace {

/// Upstream folds `x xor x` and `x < x` to constants, also of types with sizes
/// that no constant can have, once some other folding has made the operands the
/// same. Of elements it may.
template <typename Op>
struct ByElementModel : Decomposable::ExternalModel<ByElementModel<Op>, Op> {
  bool isDecomposable(Operation *op) const {
    auto tensor = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    return tensor && !tensor.hasStaticShape();
  }
  FailureOr<SmallVector<Value>> decompose(Operation *op,
                                          OpBuilder &builder) const {
    const Location loc = op->getLoc();
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    Value empty = tensor::EmptyOp::create(
        builder, loc, tensor::getMixedSizes(builder, loc, op->getOperand(0)),
        type.getElementType());
    const int64_t rank = type.getRank();
    SmallVector<AffineMap> maps(3, builder.getMultiDimIdentityMap(rank));
    SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
    auto all = linalg::GenericOp::create(
        builder, loc, type, op->getOperands(), empty, maps, loops,
        [&](OpBuilder &inner, Location loc, ValueRange elements) {
          Operation *one = inner.create(loc, op->getName().getIdentifier(),
                                        elements.take_front(2),
                                        type.getElementType(), op->getAttrs());
          linalg::YieldOp::create(inner, loc, one->getResults());
        });
    return SmallVector<Value>(all->getResults());
  }
};

/// Upstream takes a conversion to an integer and back for none, also where the
/// integer has fewer bits than an index: so these are cut off by another op.
template <typename Op>
struct IndexCastModel : Decomposable::ExternalModel<IndexCastModel<Op>, Op> {
  bool isDecomposable(Operation *op) const {
    auto integer =
        dyn_cast<IntegerType>(getElementTypeOrSelf(op->getResult(0).getType()));
    return integer && integer.getWidth() < 64;
  }
  FailureOr<SmallVector<Value>> decompose(Operation *op,
                                          OpBuilder &builder) const {
    Type type = op->getResult(0).getType(), wide = builder.getI64Type();
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      wide = tensor.clone(wide);
    Value whole = Op::create(builder, op->getLoc(), wide, op->getOperand(0));
    return SmallVector<Value>{
        arith::TruncIOp::create(builder, op->getLoc(), type, whole)};
  }
};

} // namespace

void vellum::registerArithDecompositions(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    arith::XOrIOp::attachInterface<ByElementModel<arith::XOrIOp>>(*context);
    arith::CmpIOp::attachInterface<ByElementModel<arith::CmpIOp>>(*context);
    arith::IndexCastOp::attachInterface<IndexCastModel<arith::IndexCastOp>>(
        *context);
    arith::IndexCastUIOp::attachInterface<IndexCastModel<arith::IndexCastUIOp>>(
        *context);
  });
}
