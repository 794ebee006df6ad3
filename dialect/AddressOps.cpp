//===- dialect/AddressOps.cpp - where a memory is read and written --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Shapes.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

using Types = SmallVectorImpl<Type>;
using OptionalLoc = std::optional<Location>;

//===----------------------------------------------------------------------===//
// content_address
//===----------------------------------------------------------------------===//

static LogicalResult requireEpsilon(OptionalLoc loc, const APFloat &epsilon) {
  if (epsilon.isFinite() && !epsilon.isNegative())
    return success();
  return emitOptionalError(loc, "epsilon must not be negative, but got ",
                           formatNumber(epsilon.convertToDouble()));
}

LogicalResult ContentAddressOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                                 Adaptor op, Types &types) {
  // content_address_c6
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  ArrayRef<int64_t> memory = shapeOf(op.getMemory());
  Shape key(shapeOf(op.getKey()));
  // content_address_c1, content_address_c2
  if (failed(unifyAccess(loc, key, memory, "key")))
    return failure();
  // content_address_c3
  int64_t width = memory.back();
  if (failed(unifySize(loc, width, key.back(), "key width",
                       "the memory's word width")))
    return failure();
  // content_address_c4
  Shape strength = withLast(key, 1);
  if (failed(unifyShape(loc, strength, shapeOf(op.getStrength()), "strength",
                        "the key's with a last dimension of 1")))
    return failure();
  // content_address_c5
  if (failed(requireEpsilon(loc, op.getEpsilon())))
    return failure();
  types.push_back(
      RankedTensorType::get(withLast(strength, memory[memory.size() - 2]),
                            elementTypeOf(op.getKey())));
  return success();
}

//===----------------------------------------------------------------------===//
// interpolate_address
//===----------------------------------------------------------------------===//

LogicalResult InterpolateAddressOp::inferReturnTypes(MLIRContext *,
                                                     OptionalLoc loc,
                                                     Adaptor op, Types &types) {
  // interpolate_address_c3
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  Shape shape(shapeOf(op.getWeighting()));
  // interpolate_address_c1
  if (failed(requireDimensions(loc, shape, 1, "weighting")) ||
      failed(unifyShape(loc, shape, shapeOf(op.getPrevious()),
                        "previous weighting", "the weighting's")))
    return failure();
  // interpolate_address_c2
  Shape gate = withLast(shape, 1);
  if (failed(unifyShape(loc, gate, shapeOf(op.getGate()), "gate",
                        "the weighting's with a last dimension of 1")))
    return failure();
  types.push_back(RankedTensorType::get(withLast(gate, shape.back()),
                                        elementTypeOf(op.getWeighting())));
  return success();
}

//===----------------------------------------------------------------------===//
// shift_address and its adjoints
//===----------------------------------------------------------------------===//

static LogicalResult requireTaps(OptionalLoc loc, int64_t taps) {
  if (taps > 0 && taps % 2 == 1)
    return success();
  return emitOptionalError(
      loc, "the number of taps must be known, positive and odd, but got ",
      formatSize(taps));
}

/// The shape of a weighting shifted by `shift`: C1 and C2 of the shifting ops.
static FailureOr<Shape> inferShifted(OptionalLoc loc, Value weighting,
                                     Value shift, StringRef role) {
  ArrayRef<int64_t> shape = shapeOf(weighting), taps = shapeOf(shift);
  if (failed(requireDimensions(loc, shape, 1, role)) ||
      failed(requireDimensions(loc, taps, 1, "shift")))
    return failure();
  Shape expected = withLast(shape, taps.back());
  if (failed(unifyShape(loc, expected, taps, "shift",
                        ("the " + role + "'s but for the taps").str())) ||
      failed(requireTaps(loc, taps.back())))
    return failure();
  return withLast(expected, shape.back());
}

LogicalResult ShiftAddressOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                               Adaptor op, Types &types) {
  // shift_address_c3
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  // shift_address_c1, shift_address_c2
  FailureOr<Shape> shape =
      inferShifted(loc, op.getWeighting(), op.getShift(), "weighting");
  if (failed(shape))
    return failure();
  types.push_back(
      RankedTensorType::get(*shape, elementTypeOf(op.getWeighting())));
  return success();
}

LogicalResult ShiftAddressTransposeOp::inferReturnTypes(MLIRContext *,
                                                        OptionalLoc loc,
                                                        Adaptor op,
                                                        Types &types) {
  // shift_address_transpose_c3
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  // shift_address_transpose_c1, shift_address_transpose_c2
  FailureOr<Shape> shape =
      inferShifted(loc, op.getCotangent(), op.getShift(), "cotangent");
  if (failed(shape))
    return failure();
  types.push_back(
      RankedTensorType::get(*shape, elementTypeOf(op.getCotangent())));
  return success();
}

LogicalResult ShiftAddressTapsOp::inferReturnTypes(MLIRContext *,
                                                   OptionalLoc loc, Adaptor op,
                                                   Types &types) {
  // shift_address_taps_c3
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  Shape shape(shapeOf(op.getWeighting()));
  // shift_address_taps_c1
  if (failed(requireDimensions(loc, shape, 1, "weighting")) ||
      failed(unifyShape(loc, shape, shapeOf(op.getCotangent()), "cotangent",
                        "the weighting's")))
    return failure();
  // shift_address_taps_c2
  int64_t taps = op.getTaps();
  if (failed(requireTaps(loc, taps)))
    return failure();
  types.push_back(RankedTensorType::get(withLast(shape, taps),
                                        elementTypeOf(op.getWeighting())));
  return success();
}

//===----------------------------------------------------------------------===//
// sharpen_address
//===----------------------------------------------------------------------===//

LogicalResult SharpenAddressOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                                 Adaptor op, Types &types) {
  // sharpen_address_c3
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  ArrayRef<int64_t> shape = shapeOf(op.getWeighting());
  // sharpen_address_c1
  if (failed(requireDimensions(loc, shape, 1, "weighting")))
    return failure();
  Shape power = withLast(shape, 1);
  if (failed(unifyShape(loc, power, shapeOf(op.getPower()), "power",
                        "the weighting's with a last dimension of 1")))
    return failure();
  // sharpen_address_c2
  if (!op.getEpsilon().isFinite() || op.getEpsilon().isNegative() ||
      op.getEpsilon().isZero())
    return emitOptionalError(loc, "epsilon must be positive, but got ",
                             formatNumber(op.getEpsilon().convertToDouble()));
  types.push_back(RankedTensorType::get(withLast(power, shape.back()),
                                        elementTypeOf(op.getWeighting())));
  return success();
}

//===----------------------------------------------------------------------===//
// address
//===----------------------------------------------------------------------===//

/// Strength, gate and power: one number for each key.
static LogicalResult unifyKeyScalars(OptionalLoc loc, Shape &key,
                                     AddressOp::Adaptor op) {
  int64_t width = key.back();
  key.back() = 1;
  for (auto [operand, role] : {std::pair(op.getStrength(), "strength"),
                               {op.getGate(), "gate"},
                               {op.getPower(), "power"}})
    if (failed(unifyShape(loc, key, shapeOf(operand), role,
                          "the key's with a last dimension of 1")))
      return failure();
  key.back() = width;
  return success();
}

/// The shift: the key's shape with the taps as the last dimension.
static LogicalResult unifyShift(OptionalLoc loc, Shape &key, Value operand) {
  ArrayRef<int64_t> shift = shapeOf(operand);
  if (failed(requireDimensions(loc, shift, 1, "shift")))
    return failure();
  Shape expected = withLast(key, shift.back());
  if (failed(unifyShape(loc, expected, shift, "shift",
                        "the key's but for the taps")))
    return failure();
  key = withLast(expected, key.back());
  return requireTaps(loc, shift.back());
}

LogicalResult AddressOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                          Adaptor op, Types &types) {
  // address_c8
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  ArrayRef<int64_t> memory = shapeOf(op.getMemory());
  Shape key(shapeOf(op.getKey()));
  // address_c1, address_c2
  if (failed(unifyAccess(loc, key, memory, "key")))
    return failure();
  // address_c3
  int64_t width = memory.back();
  if (failed(unifySize(loc, width, key.back(), "key width",
                       "the memory's word width")))
    return failure();
  // address_c4
  if (failed(unifyKeyScalars(loc, key, op)))
    return failure();
  // address_c6
  if (failed(unifyShift(loc, key, op.getShift())))
    return failure();
  // address_c5
  Shape weighting = withLast(key, memory[memory.size() - 2]);
  if (failed(unifyShape(loc, weighting, shapeOf(op.getPrevious()),
                        "previous weighting",
                        "the key's with a last dimension of N")))
    return failure();
  // address_c7
  if (failed(requireEpsilon(loc, op.getEpsilon())))
    return failure();
  types.push_back(RankedTensorType::get(weighting, elementTypeOf(op.getKey())));
  return success();
}
