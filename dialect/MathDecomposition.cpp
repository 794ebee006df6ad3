//===- dialect/MathDecomposition.cpp - functions made of others -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

#include "dialect/ExternalModels.h"
#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

namespace {

/// `min(max(x, low), high)`: NaN if one of the three is, `high` where the
/// limits cross. The gradient is that of these two.
struct ClampModel : Decomposable::ExternalModel<ClampModel, math::ClampFOp> {
  FailureOr<SmallVector<Value>> decompose(Operation *op,
                                          OpBuilder &builder) const {
    auto clamp = cast<math::ClampFOp>(op);
    Value raised = arith::MaximumFOp::create(builder, op->getLoc(),
                                             clamp.getValue(), clamp.getMin());
    return SmallVector<Value>{arith::MinimumFOp::create(
        builder, op->getLoc(), raised, clamp.getMax())};
  }
};

/// Marks an arc tangent whose point is not the origin.
constexpr llvm::StringLiteral kElsewhere = "vellum.elsewhere";

/// Upstream folds the angle of the origin to NaN, C and the interpreter make it
/// a zero or pi by the sign of `x`. So the origin becomes the point (1, 0) or
/// (-1, 0) first, which has that angle and, as a constant, no derivative.
struct Atan2Model : Decomposable::ExternalModel<Atan2Model, math::Atan2Op> {
  bool isDecomposable(Operation *op) const { return !op->hasAttr(kElsewhere); }
  FailureOr<SmallVector<Value>> decompose(Operation *op,
                                          OpBuilder &builder) const {
    TensorBuilder t(builder, op->getLoc());
    Value y = op->getOperand(0), x = op->getOperand(1);
    auto isZero = [&](Value v) {
      return t.compare(arith::CmpFPredicate::OEQ, v, t.zerosLike(v));
    };
    Value isOrigin =
        arith::AndIOp::create(builder, op->getLoc(), isZero(x), isZero(y));
    auto moved = [&](Value v, double size) {
      Value there = math::CopySignOp::create(builder, op->getLoc(),
                                             t.constant(size, v), v);
      return t.select(isOrigin, there, v);
    };
    Value angle = math::Atan2Op::create(builder, op->getLoc(), moved(y, 0.0),
                                        moved(x, 1.0));
    angle.getDefiningOp()->setAttr(kElsewhere, builder.getUnitAttr());
    return SmallVector<Value>{angle};
  }
};

/// `|x| = infinity`.
struct IsInfModel : Decomposable::ExternalModel<IsInfModel, math::IsInfOp> {
  FailureOr<SmallVector<Value>> decompose(Operation *op,
                                          OpBuilder &builder) const {
    TensorBuilder t(builder, op->getLoc());
    Value size = math::AbsFOp::create(builder, op->getLoc(), op->getOperand(0));
    Value infinity = t.constant(std::numeric_limits<double>::infinity(), size);
    return SmallVector<Value>{
        t.compare(arith::CmpFPredicate::OEQ, size, infinity)};
  }
};

} // namespace

void vellum::registerMathDecompositions(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, math::MathDialect *) {
    math::ClampFOp::attachInterface<ClampModel>(*context);
    math::Atan2Op::attachInterface<Atan2Model>(*context);
    math::IsInfOp::attachInterface<IsInfModel>(*context);
  });
}
