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
    math::IsInfOp::attachInterface<IsInfModel>(*context);
  });
}
