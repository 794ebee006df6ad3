//===- dialect/MathAdjoints.cpp - rules of the math dialect ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

#include "dialect/ExternalModels.h"
#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

using IsActive = function_ref<bool(Value)>;

namespace {

/// Which forward value a derivative is computed from.
enum class Reads { Operand, Result };

/// The operand's cotangent, from that of the result and the value read.
using Derivative = Value (*)(TensorBuilder &t, Value cotangent, Value value);

template <typename Op, Reads reads, Derivative derivative>
struct UnaryModel
    : Differentiable::ExternalModel<UnaryModel<Op, reads, derivative>, Op> {
  static Value readValue(Operation *op) {
    return reads == Reads::Operand ? op->getOperand(0) : op->getResult(0);
  }
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    saved.push_back(readValue(op));
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    TensorBuilder t(adjoint.builder, op->getLoc());
    adjoint.accumulate(op->getOperand(0),
                       derivative(t, adjoint.cotangent(op->getResult(0)),
                                  adjoint.primal(readValue(op))));
    return success();
  }
  bool isCostly(Operation *) const { return true; }
};

/// Piecewise constant functions: no derivative flows.
template <typename Op>
struct StepModel : Differentiable::ExternalModel<StepModel<Op>, Op> {
  LogicalResult buildAdjoint(Operation *, AdjointContext &) const {
    return success();
  }
  bool passesCotangents(Operation *) const { return false; }
};

//===----------------------------------------------------------------------===//
// Derivatives in terms of the result y
//===----------------------------------------------------------------------===//

Value expAdjoint(TensorBuilder &t, Value d, Value y) { return t.mul(d, y); }
Value exp2Adjoint(TensorBuilder &t, Value d, Value y) {
  return t.mul(t.mul(d, y), M_LN2);
}
Value expm1Adjoint(TensorBuilder &t, Value d, Value y) {
  return t.mul(d, t.add(y, 1.0));
}
Value sqrtAdjoint(TensorBuilder &t, Value d, Value y) {
  return t.div(t.mul(d, 0.5), y);
}
Value rsqrtAdjoint(TensorBuilder &t, Value d, Value y) {
  return t.mul(t.mul(d, -0.5), t.mul(y, t.mul(y, y)));
}
Value tanhAdjoint(TensorBuilder &t, Value d, Value y) {
  return t.mul(d, t.subFrom(1.0, t.mul(y, y)));
}
Value tanAdjoint(TensorBuilder &t, Value d, Value y) {
  return t.mul(d, t.add(t.mul(y, y), 1.0));
}

//===----------------------------------------------------------------------===//
// Derivatives in terms of the operand x
//===----------------------------------------------------------------------===//

Value logAdjoint(TensorBuilder &t, Value d, Value x) { return t.div(d, x); }
Value log2Adjoint(TensorBuilder &t, Value d, Value x) {
  return t.div(d, t.mul(x, M_LN2));
}
Value log10Adjoint(TensorBuilder &t, Value d, Value x) {
  return t.div(d, t.mul(x, M_LN10));
}
Value log1pAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.div(d, t.add(x, 1.0));
}
Value sinAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.mul(d, math::CosOp::create(t.builder, t.location, x));
}
Value cosAdjoint(TensorBuilder &t, Value d, Value x) {
  Value sine = math::SinOp::create(t.builder, t.location, x);
  return t.neg(t.mul(d, sine));
}
Value atanAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.div(d, t.add(t.mul(x, x), 1.0));
}
Value erfAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.mul(t.mul(d, M_2_SQRTPI), t.exp(t.neg(t.mul(x, x))));
}
/// The sign of x, which is 0 at 0.
Value absAdjoint(TensorBuilder &t, Value d, Value x) {
  Value zeros = t.zerosLike(x);
  Value negative = t.select(t.compare(arith::CmpFPredicate::OLT, x, zeros),
                            t.neg(d), t.zerosLike(d));
  return t.select(t.compare(arith::CmpFPredicate::OGT, x, zeros), d, negative);
}

//===----------------------------------------------------------------------===//
// More than one operand
//===----------------------------------------------------------------------===//

/// `dx = d p x^(p-1)`; `dp = d y log x`, and 0 where `x` is not positive.
struct PowModel : Differentiable::ExternalModel<PowModel, math::PowFOp> {
  void savedValues(Operation *op, IsActive isActive,
                   SmallVectorImpl<Value> &saved) const {
    llvm::append_range(saved, op->getOperands());
    if (isActive(op->getOperand(1)))
      saved.push_back(op->getResult(0));
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    TensorBuilder t(adjoint.builder, op->getLoc());
    Value d = adjoint.cotangent(op->getResult(0));
    Value base = op->getOperand(0), power = op->getOperand(1);
    Value x = adjoint.primal(base), p = adjoint.primal(power);
    if (adjoint.isActive(base)) {
      Value lower =
          math::PowFOp::create(t.builder, t.location, x, t.add(p, -1.0));
      adjoint.accumulate(base, t.mul(d, t.mul(p, lower)));
    }
    if (adjoint.isActive(power)) {
      Value slope = t.mul(adjoint.primal(op->getResult(0)), t.log(x));
      Value zeros = t.zerosLike(x);
      Value positive = t.compare(arith::CmpFPredicate::OGT, x, zeros);
      adjoint.accumulate(power, t.mul(d, t.select(positive, slope, zeros)));
    }
    return success();
  }
  bool isCostly(Operation *) const { return true; }
};

/// `a b + c`.
struct FmaModel : Differentiable::ExternalModel<FmaModel, math::FmaOp> {
  void savedValues(Operation *op, IsActive isActive,
                   SmallVectorImpl<Value> &saved) const {
    for (unsigned i : {0, 1})
      if (isActive(op->getOperand(i)))
        saved.push_back(op->getOperand(1 - i));
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    TensorBuilder t(adjoint.builder, op->getLoc());
    Value d = adjoint.cotangent(op->getResult(0));
    for (unsigned i : {0, 1})
      if (adjoint.isActive(op->getOperand(i)))
        adjoint.accumulate(op->getOperand(i),
                           t.mul(d, adjoint.primal(op->getOperand(1 - i))));
    adjoint.accumulate(op->getOperand(2), d);
    return success();
  }
};

template <typename Op, Derivative derivative>
using OfResult = UnaryModel<Op, Reads::Result, derivative>;
template <typename Op, Derivative derivative>
using OfOperand = UnaryModel<Op, Reads::Operand, derivative>;

} // namespace

void vellum::registerMathAdjoints(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, math::MathDialect *) {
    using namespace math;
    ExpOp::attachInterface<OfResult<ExpOp, expAdjoint>>(*context);
    Exp2Op::attachInterface<OfResult<Exp2Op, exp2Adjoint>>(*context);
    ExpM1Op::attachInterface<OfResult<ExpM1Op, expm1Adjoint>>(*context);
    SqrtOp::attachInterface<OfResult<SqrtOp, sqrtAdjoint>>(*context);
    RsqrtOp::attachInterface<OfResult<RsqrtOp, rsqrtAdjoint>>(*context);
    TanhOp::attachInterface<OfResult<TanhOp, tanhAdjoint>>(*context);
    TanOp::attachInterface<OfResult<TanOp, tanAdjoint>>(*context);
    LogOp::attachInterface<OfOperand<LogOp, logAdjoint>>(*context);
    Log2Op::attachInterface<OfOperand<Log2Op, log2Adjoint>>(*context);
    Log10Op::attachInterface<OfOperand<Log10Op, log10Adjoint>>(*context);
    Log1pOp::attachInterface<OfOperand<Log1pOp, log1pAdjoint>>(*context);
    SinOp::attachInterface<OfOperand<SinOp, sinAdjoint>>(*context);
    CosOp::attachInterface<OfOperand<CosOp, cosAdjoint>>(*context);
    AtanOp::attachInterface<OfOperand<AtanOp, atanAdjoint>>(*context);
    ErfOp::attachInterface<OfOperand<ErfOp, erfAdjoint>>(*context);
    AbsFOp::attachInterface<OfOperand<AbsFOp, absAdjoint>>(*context);
    PowFOp::attachInterface<PowModel>(*context);
    FmaOp::attachInterface<FmaModel>(*context);
    FloorOp::attachInterface<StepModel<FloorOp>>(*context);
    CeilOp::attachInterface<StepModel<CeilOp>>(*context);
    RoundOp::attachInterface<StepModel<RoundOp>>(*context);
    RoundEvenOp::attachInterface<StepModel<RoundEvenOp>>(*context);
    TruncOp::attachInterface<StepModel<TruncOp>>(*context);
  });
}
