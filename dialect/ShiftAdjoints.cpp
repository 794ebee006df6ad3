//===- dialect/ShiftAdjoints.cpp - rules of the shifts of weightings ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The three ops are the partial derivatives of one trilinear form
// Σ_ij g(i) w(source(i, j)) s(j), so each rule is made of the other two.
//
//===----------------------------------------------------------------------===//

#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

using IsActive = function_ref<bool(Value)>;

/// Each partial derivative of a bilinear op reads the other operand.
static void saveCrosswise(Value lhs, Value rhs, IsActive isActive,
                          SmallVectorImpl<Value> &saved) {
  if (isActive(lhs))
    saved.push_back(rhs);
  if (isActive(rhs))
    saved.push_back(lhs);
}

static int64_t lastDim(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape().back();
}

void ShiftAddressOp::savedValues(IsActive isActive,
                                 SmallVectorImpl<Value> &saved) {
  saveCrosswise(getWeighting(), getShift(), isActive, saved);
}

bool ShiftAddressOp::isCostly() { return true; }

LogicalResult ShiftAddressOp::buildAdjoint(AdjointContext &adjoint) {
  OpBuilder &b = adjoint.builder;
  Value cotangent = adjoint.cotangent(getResult());
  if (adjoint.isActive(getWeighting()))
    adjoint.accumulate(getWeighting(),
                       ShiftAddressTransposeOp::create(
                           b, getLoc(), cotangent,
                           factorOf(adjoint, getResult(), getShift()),
                           getCorrelate(), getClamp()));
  if (adjoint.isActive(getShift()))
    adjoint.accumulate(getShift(),
                       ShiftAddressTapsOp::create(
                           b, getLoc(), cotangent,
                           factorOf(adjoint, getResult(), getWeighting()),
                           lastDim(getShift()), getCorrelate(), getClamp()));
  return success();
}

void ShiftAddressTransposeOp::savedValues(IsActive isActive,
                                          SmallVectorImpl<Value> &saved) {
  saveCrosswise(getCotangent(), getShift(), isActive, saved);
}

bool ShiftAddressTransposeOp::isCostly() { return true; }

LogicalResult ShiftAddressTransposeOp::buildAdjoint(AdjointContext &adjoint) {
  OpBuilder &b = adjoint.builder;
  Value outer = adjoint.cotangent(getResult());
  if (adjoint.isActive(getCotangent()))
    adjoint.accumulate(
        getCotangent(),
        ShiftAddressOp::create(b, getLoc(), outer,
                               factorOf(adjoint, getResult(), getShift()),
                               getCorrelate(), getClamp()));
  if (adjoint.isActive(getShift()))
    adjoint.accumulate(
        getShift(),
        ShiftAddressTapsOp::create(
            b, getLoc(), factorOf(adjoint, getResult(), getCotangent()), outer,
            lastDim(getShift()), getCorrelate(), getClamp()));
  return success();
}

void ShiftAddressTapsOp::savedValues(IsActive isActive,
                                     SmallVectorImpl<Value> &saved) {
  saveCrosswise(getCotangent(), getWeighting(), isActive, saved);
}

bool ShiftAddressTapsOp::isCostly() { return true; }

LogicalResult ShiftAddressTapsOp::buildAdjoint(AdjointContext &adjoint) {
  OpBuilder &b = adjoint.builder;
  Value outer = adjoint.cotangent(getResult());
  if (adjoint.isActive(getCotangent()))
    adjoint.accumulate(
        getCotangent(),
        ShiftAddressOp::create(b, getLoc(),
                               factorOf(adjoint, getResult(), getWeighting()),
                               outer, getCorrelate(), getClamp()));
  if (adjoint.isActive(getWeighting()))
    adjoint.accumulate(getWeighting(),
                       ShiftAddressTransposeOp::create(
                           b, getLoc(),
                           factorOf(adjoint, getResult(), getCotangent()),
                           outer, getCorrelate(), getClamp()));
  return success();
}
