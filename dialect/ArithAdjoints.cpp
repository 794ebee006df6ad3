//===- dialect/ArithAdjoints.cpp - rules of the arith dialect -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Math/IR/Math.h"

#include "dialect/ExternalModels.h"
#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

using IsActive = function_ref<bool(Value)>;

namespace {

/// What the rules of ops with one result share.
template <typename Op> struct Rule {
  Rule(Operation *op, AdjointContext &adjoint)
      : op(cast<Op>(op)), adjoint(adjoint), t(adjoint.builder, op->getLoc()),
        cotangent(adjoint.cotangent(op->getResult(0))) {}

  bool isActive(unsigned i) { return adjoint.isActive(op->getOperand(i)); }
  Value operand(unsigned i) { return adjoint.primal(op->getOperand(i)); }
  void give(unsigned i, Value value) {
    adjoint.accumulate(op->getOperand(i), value);
  }

  Op op;
  AdjointContext &adjoint;
  TensorBuilder t;
  Value cotangent;
};

struct AddModel : Differentiable::ExternalModel<AddModel, arith::AddFOp> {
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    Rule<arith::AddFOp> rule(op, adjoint);
    rule.give(0, rule.cotangent);
    rule.give(1, rule.cotangent);
    return success();
  }
};

struct SubModel : Differentiable::ExternalModel<SubModel, arith::SubFOp> {
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    Rule<arith::SubFOp> rule(op, adjoint);
    rule.give(0, rule.cotangent);
    if (rule.isActive(1))
      rule.give(1, rule.t.neg(rule.cotangent));
    return success();
  }
};

struct NegModel : Differentiable::ExternalModel<NegModel, arith::NegFOp> {
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    Rule<arith::NegFOp> rule(op, adjoint);
    rule.give(0, rule.t.neg(rule.cotangent));
    return success();
  }
};

struct MulModel : Differentiable::ExternalModel<MulModel, arith::MulFOp> {
  void savedValues(Operation *op, IsActive isActive,
                   SmallVectorImpl<Value> &saved) const {
    for (unsigned i : {0, 1})
      if (isActive(op->getOperand(i)))
        saved.push_back(op->getOperand(1 - i));
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    Rule<arith::MulFOp> rule(op, adjoint);
    // Of a square: the cotangent, often smaller than the operand it is spread
    // over, is what is doubled.
    if (op->getOperand(0) == op->getOperand(1)) {
      Value twice = rule.t.add(rule.cotangent, rule.cotangent);
      rule.give(0, rule.t.mul(twice, rule.operand(0)));
      return success();
    }
    for (unsigned i : {0, 1})
      if (rule.isActive(i))
        rule.give(i, rule.t.mul(rule.cotangent, rule.operand(1 - i)));
    return success();
  }
};

/// For `q = x / y`: `dx = dq / y` and `dy = -dx q`.
struct DivModel : Differentiable::ExternalModel<DivModel, arith::DivFOp> {
  void savedValues(Operation *op, IsActive isActive,
                   SmallVectorImpl<Value> &saved) const {
    saved.push_back(op->getOperand(1));
    if (isActive(op->getOperand(1)))
      saved.push_back(op->getResult(0));
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    Rule<arith::DivFOp> rule(op, adjoint);
    Value dx = rule.t.div(rule.cotangent, rule.operand(1));
    rule.give(0, dx);
    if (rule.isActive(1))
      rule.give(1,
                rule.t.neg(rule.t.mul(dx, adjoint.primal(op->getResult(0)))));
    return success();
  }
};

/// For `r = x - y q` with an integer `q`, which stands still: `dx = dr` and
/// `dy = -q dr`. From the exact `r` it is nearer to `q` than `x / y` is.
struct RemModel : Differentiable::ExternalModel<RemModel, arith::RemFOp> {
  void savedValues(Operation *op, IsActive isActive,
                   SmallVectorImpl<Value> &saved) const {
    if (!isActive(op->getOperand(1)))
      return;
    llvm::append_range(saved, op->getOperands());
    saved.push_back(op->getResult(0));
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    Rule<arith::RemFOp> rule(op, adjoint);
    rule.give(0, rule.cotangent);
    if (!rule.isActive(1))
      return success();
    TensorBuilder &t = rule.t;
    Value whole = t.sub(rule.operand(0), adjoint.primal(op->getResult(0)));
    Value q = math::RoundEvenOp::create(t.builder, t.location,
                                        t.div(whole, rule.operand(1)));
    rule.give(1, t.neg(t.mul(rule.cotangent, q)));
    return success();
  }
};

/// The larger (or smaller) operand gets the cotangent; equal ones half each. A
/// NaN gets none; a number beside one does where the predicate is unordered.
template <typename Op, arith::CmpFPredicate wins>
struct ExtremumModel
    : Differentiable::ExternalModel<ExtremumModel<Op, wins>, Op> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    llvm::append_range(saved, op->getOperands());
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    Rule<Op> rule(op, adjoint);
    TensorBuilder &t = rule.t;
    Value lhs = rule.operand(0), rhs = rule.operand(1);
    Value tied = t.compare(arith::CmpFPredicate::OEQ, lhs, rhs);
    Value share =
        t.select(tied, t.mul(rule.cotangent, 0.5), t.zerosLike(rule.cotangent));
    for (unsigned i : {0, 1})
      if (rule.isActive(i))
        rule.give(i, t.select(isChosen(t, i ? rhs : lhs, i ? lhs : rhs),
                              rule.cotangent, share));
    return success();
  }

private:
  static Value isChosen(TensorBuilder &t, Value own, Value other) {
    using arith::CmpFPredicate;
    Value isBeyond = t.compare(wins, own, other);
    if (wins == CmpFPredicate::OGT || wins == CmpFPredicate::OLT)
      return isBeyond;
    return arith::AndIOp::create(t.builder, t.location, isBeyond,
                                 t.compare(CmpFPredicate::ORD, own, own));
  }
};

/// A select, not a product with the mask: what was not chosen may be NaN.
struct SelectModel
    : Differentiable::ExternalModel<SelectModel, arith::SelectOp> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    saved.push_back(cast<arith::SelectOp>(op).getCondition());
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    Rule<arith::SelectOp> rule(op, adjoint);
    Value zeros = rule.t.zerosLike(rule.cotangent);
    Value condition = rule.operand(0);
    auto choose = [&](Value then, Value otherwise) -> Value {
      return arith::SelectOp::create(adjoint.builder, op->getLoc(), condition,
                                     then, otherwise);
    };
    if (rule.isActive(1))
      rule.give(1, choose(rule.cotangent, zeros));
    if (op->hasAttr(kExcludes))
      adjoint.markExcluding(op->getOperand(1));
    if (rule.isActive(2))
      rule.give(2, choose(zeros, rule.cotangent));
    return success();
  }
};

/// The cotangent is converted back.
template <typename Op, typename Inverse>
struct ConversionModel
    : Differentiable::ExternalModel<ConversionModel<Op, Inverse>, Op> {
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    Rule<Op> rule(op, adjoint);
    rule.give(0, Inverse::create(adjoint.builder, op->getLoc(),
                                 op->getOperand(0).getType(), rule.cotangent));
    return success();
  }
};

} // namespace

void vellum::registerArithAdjoints(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    using arith::CmpFPredicate;
    arith::AddFOp::attachInterface<AddModel>(*context);
    arith::SubFOp::attachInterface<SubModel>(*context);
    arith::NegFOp::attachInterface<NegModel>(*context);
    arith::MulFOp::attachInterface<MulModel>(*context);
    arith::DivFOp::attachInterface<DivModel>(*context);
    arith::SelectOp::attachInterface<SelectModel>(*context);
    arith::MaximumFOp::attachInterface<
        ExtremumModel<arith::MaximumFOp, CmpFPredicate::OGT>>(*context);
    arith::MinimumFOp::attachInterface<
        ExtremumModel<arith::MinimumFOp, CmpFPredicate::OLT>>(*context);
    arith::MaxNumFOp::attachInterface<
        ExtremumModel<arith::MaxNumFOp, CmpFPredicate::UGT>>(*context);
    arith::MinNumFOp::attachInterface<
        ExtremumModel<arith::MinNumFOp, CmpFPredicate::ULT>>(*context);
    arith::RemFOp::attachInterface<RemModel>(*context);
    arith::TruncFOp::attachInterface<
        ConversionModel<arith::TruncFOp, arith::ExtFOp>>(*context);
    arith::ExtFOp::attachInterface<
        ConversionModel<arith::ExtFOp, arith::TruncFOp>>(*context);
  });
}
