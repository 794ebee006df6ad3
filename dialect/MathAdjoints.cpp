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

Value cbrtAdjoint(TensorBuilder &t, Value d, Value y) {
  return t.div(d, t.mul(t.mul(y, y), 3.0));
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
Value erfcAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.neg(erfAdjoint(t, d, x));
}
Value sinhAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.mul(d, math::CoshOp::create(t.builder, t.location, x));
}
Value coshAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.mul(d, math::SinhOp::create(t.builder, t.location, x));
}
/// (1 - x)(1 + x), which cancels less near 1 than 1 - x^2.
Value oneMinusSquare(TensorBuilder &t, Value x) {
  return t.mul(t.subFrom(1.0, x), t.add(x, 1.0));
}
Value asinAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.div(d, t.sqrt(oneMinusSquare(t, x)));
}
Value acosAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.neg(asinAdjoint(t, d, x));
}
Value atanhAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.div(d, oneMinusSquare(t, x));
}
/// 1 / sqrt(x^2 + 1) is r / sqrt(s^2 + r^2) with r = 1 / max(|x|, 1) and
/// s = min(|x|, 1): no square overflows.
Value asinhAdjoint(TensorBuilder &t, Value d, Value x) {
  Value size = math::AbsFOp::create(t.builder, t.location, x);
  Value one = t.constant(1.0, x);
  Value r = t.div(one, t.max(size, one));
  Value s = arith::MinimumFOp::create(t.builder, t.location, size, one);
  Value root = t.sqrt(t.add(t.mul(s, s), t.mul(r, r)));
  return t.mul(d, t.div(r, root));
}
/// Two roots, whose product does not overflow.
Value acoshAdjoint(TensorBuilder &t, Value d, Value x) {
  return t.div(d, t.mul(t.sqrt(t.add(x, -1.0)), t.sqrt(t.add(x, 1.0))));
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

/// `dx = d p x^(p-1)`, and 0 where `p` is; `dp = d y log x`, and 0 where `x` is
/// not positive.
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
      // 0 times an infinity where the base is 0 too.
      Value isConstant =
          t.compare(arith::CmpFPredicate::OEQ, p, t.zerosLike(p));
      adjoint.accumulate(base, t.select(isConstant, t.zerosLike(d),
                                        t.mul(d, t.mul(p, lower))));
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

/// `dx = d n x^(n-1)`, and 0 where `n` is.
struct IntegerPowModel
    : Differentiable::ExternalModel<IntegerPowModel, math::FPowIOp> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    llvm::append_range(saved, op->getOperands());
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    TensorBuilder t(adjoint.builder, op->getLoc());
    Value d = adjoint.cotangent(op->getResult(0));
    Value x = adjoint.primal(op->getOperand(0));
    Value n = asInteger(t, adjoint.primal(op->getOperand(1)));
    Value factor =
        arith::SIToFPOp::create(t.builder, t.location, x.getType(), n);
    Value zeros = t.zerosLike(factor);
    Value minusOne = arith::ConstantOp::create(
        t.builder, t.location,
        t.builder.getIntegerAttr(getElementTypeOrSelf(n.getType()), -1));
    if (isa<RankedTensorType>(n.getType()))
      minusOne = t.splat(minusOne, n);
    Value lower = math::FPowIOp::create(
        t.builder, t.location, x,
        arith::AddIOp::create(t.builder, t.location, n, minusOne));
    Value isConstant = t.compare(arith::CmpFPredicate::OEQ, factor, zeros);
    adjoint.accumulate(
        op->getOperand(0),
        t.select(isConstant, t.zerosLike(d), t.mul(d, t.mul(factor, lower))));
    return success();
  }
  bool isCostly(Operation *) const { return true; }

private:
  /// As i64, which n - 1 fits into for any n of fewer bits.
  static Value asInteger(TensorBuilder &t, Value n) {
    Type element = getElementTypeOrSelf(n.getType());
    Type type = t.builder.getI64Type();
    if (element == type)
      return n;
    if (auto tensor = dyn_cast<RankedTensorType>(n.getType()))
      type = tensor.clone(type);
    if (element.isIndex())
      return arith::IndexCastOp::create(t.builder, t.location, type, n);
    return arith::ExtSIOp::create(t.builder, t.location, type, n);
  }
};

/// `dy = d x / (x^2 + y^2)` and `dx = -d y / (x^2 + y^2)` for the point (x, y),
/// of whose coordinates the larger is 1 once divided by `m`, so that no square
/// overflows. Both are 0 at the origin, where there is no direction, and
/// infinitely far from it.
struct Atan2Model : Differentiable::ExternalModel<Atan2Model, math::Atan2Op> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    llvm::append_range(saved, op->getOperands());
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    TensorBuilder t(adjoint.builder, op->getLoc());
    Value d = adjoint.cotangent(op->getResult(0));
    Value y = adjoint.primal(op->getOperand(0));
    Value x = adjoint.primal(op->getOperand(1));
    Value m = t.max(math::AbsFOp::create(t.builder, t.location, x),
                    math::AbsFOp::create(t.builder, t.location, y));
    Value a = t.div(x, m), b = t.div(y, m);
    Value square = t.add(t.mul(a, a), t.mul(b, b));
    Value slope = t.div(t.div(d, m), square);
    Value zeros = t.zerosLike(d);
    auto give = [&](unsigned i, Value value) {
      value = t.select(isEdge(t, m, 0.0), zeros, value);
      value = t.select(isEdge(t, m, HUGE_VAL), zeros, value);
      adjoint.accumulate(op->getOperand(i), value);
    };
    if (adjoint.isActive(op->getOperand(0)))
      give(0, t.mul(slope, a));
    if (adjoint.isActive(op->getOperand(1)))
      give(1, t.neg(t.mul(slope, b)));
    return success();
  }
  bool isCostly(Operation *) const { return true; }

private:
  static Value isEdge(TensorBuilder &t, Value m, double edge) {
    return t.compare(arith::CmpFPredicate::OEQ, m, t.constant(edge, m));
  }
};

/// `|x|` with the sign of `y`: `d` with the signs of both, 0 at 0 as for `|x|`.
struct CopySignModel
    : Differentiable::ExternalModel<CopySignModel, math::CopySignOp> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    llvm::append_range(saved, op->getOperands());
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    if (!adjoint.isActive(op->getOperand(0)))
      return success();
    TensorBuilder t(adjoint.builder, op->getLoc());
    Value d = adjoint.cotangent(op->getResult(0));
    Value sign =
        math::CopySignOp::create(t.builder, t.location, t.constant(1.0, d),
                                 adjoint.primal(op->getOperand(1)));
    adjoint.accumulate(
        op->getOperand(0),
        absAdjoint(t, t.mul(d, sign), adjoint.primal(op->getOperand(0))));
    return success();
  }
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
    CbrtOp::attachInterface<OfResult<CbrtOp, cbrtAdjoint>>(*context);
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
    ErfcOp::attachInterface<OfOperand<ErfcOp, erfcAdjoint>>(*context);
    SinhOp::attachInterface<OfOperand<SinhOp, sinhAdjoint>>(*context);
    CoshOp::attachInterface<OfOperand<CoshOp, coshAdjoint>>(*context);
    AsinOp::attachInterface<OfOperand<AsinOp, asinAdjoint>>(*context);
    AcosOp::attachInterface<OfOperand<AcosOp, acosAdjoint>>(*context);
    AsinhOp::attachInterface<OfOperand<AsinhOp, asinhAdjoint>>(*context);
    AcoshOp::attachInterface<OfOperand<AcoshOp, acoshAdjoint>>(*context);
    AtanhOp::attachInterface<OfOperand<AtanhOp, atanhAdjoint>>(*context);
    AbsFOp::attachInterface<OfOperand<AbsFOp, absAdjoint>>(*context);
    PowFOp::attachInterface<PowModel>(*context);
    FPowIOp::attachInterface<IntegerPowModel>(*context);
    Atan2Op::attachInterface<Atan2Model>(*context);
    CopySignOp::attachInterface<CopySignModel>(*context);
    FmaOp::attachInterface<FmaModel>(*context);
    FloorOp::attachInterface<StepModel<FloorOp>>(*context);
    CeilOp::attachInterface<StepModel<CeilOp>>(*context);
    RoundOp::attachInterface<StepModel<RoundOp>>(*context);
    RoundEvenOp::attachInterface<StepModel<RoundEvenOp>>(*context);
    TruncOp::attachInterface<StepModel<TruncOp>>(*context);
  });
}
