//===- dialect/ArithDecomposition.cpp - what upstream folds wrongly -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/ExternalModels.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

/// Whether upstream would fold an op to a constant as its operands are the same
/// value, although its type has sizes that no constant can have.
static bool foldsToNoConstant(Operation *op) {
  auto tensor = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  return tensor && !tensor.hasStaticShape() &&
         op->getOperand(0) == op->getOperand(1);
}

/// `number` in the sizes of the op's first operand.
static SmallVector<Value> filled(Operation *op, OpBuilder &builder,
                                 int64_t number) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  SmallVector<Value> sizes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      sizes.push_back(
          tensor::DimOp::create(builder, op->getLoc(), op->getOperand(0), dim));
  Value scalar = arith::ConstantOp::create(
      builder, op->getLoc(),
      builder.getIntegerAttr(type.getElementType(), number));
  return {tensor::SplatOp::create(builder, op->getLoc(), scalar,
                                  type.getShape(), sizes)};
}

namespace {

/// `x xor x` is zero.
struct XOrModel : Decomposable::ExternalModel<XOrModel, arith::XOrIOp> {
  bool isDecomposable(Operation *op) const { return foldsToNoConstant(op); }
  FailureOr<SmallVector<Value>> decompose(Operation *op,
                                          OpBuilder &builder) const {
    return filled(op, builder, 0);
  }
};

/// `x = x` is true, `x < x` is false.
struct CmpIModel : Decomposable::ExternalModel<CmpIModel, arith::CmpIOp> {
  bool isDecomposable(Operation *op) const { return foldsToNoConstant(op); }
  FailureOr<SmallVector<Value>> decompose(Operation *op,
                                          OpBuilder &builder) const {
    const llvm::APInt x(1, 0);
    return filled(
        op, builder,
        arith::applyCmpPredicate(cast<arith::CmpIOp>(op).getPredicate(), x, x));
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
    arith::XOrIOp::attachInterface<XOrModel>(*context);
    arith::CmpIOp::attachInterface<CmpIModel>(*context);
    arith::IndexCastOp::attachInterface<IndexCastModel<arith::IndexCastOp>>(
        *context);
    arith::IndexCastUIOp::attachInterface<IndexCastModel<arith::IndexCastUIOp>>(
        *context);
  });
}
