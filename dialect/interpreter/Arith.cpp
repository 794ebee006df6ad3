//===- dialect/interpreter/Arith.cpp - arithmetic -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>
#include <limits>

#include "dialect/interpreter/Elementwise.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

LogicalResult interpreter::checkSameShape(Operation *op, const Frame &frame) {
  const Shape &first = frame[op->getOperand(0)].shape;
  for (mlir::Value operand : op->getOperands())
    if (frame[operand].shape != first)
      return op->emitOpError()
             << "shape mismatch: operands of " << formatShape(first) << " and "
             << formatShape(frame[operand].shape);
  return success();
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

static void addFloatArithmetic(Evaluators &evaluators) {
  addElementwise<arith::AddFOp>(evaluators,
                                [](double a, double b) { return a + b; });
  addElementwise<arith::SubFOp>(evaluators,
                                [](double a, double b) { return a - b; });
  addElementwise<arith::MulFOp>(evaluators,
                                [](double a, double b) { return a * b; });
  addElementwise<arith::DivFOp>(evaluators,
                                [](double a, double b) { return a / b; });
  addElementwise<arith::NegFOp>(evaluators, [](double a) { return -a; });
  addBinary<arith::RemFOp>(evaluators, std::fmod);
  addBinary<arith::MaximumFOp>(evaluators, maximum);
  addBinary<arith::MinimumFOp>(evaluators, minimum);
  addBinary<arith::MaxNumFOp>(evaluators, std::fmax);
  addBinary<arith::MinNumFOp>(evaluators, std::fmin);
}

//===----------------------------------------------------------------------===//
// Integers. `Frame::set` wraps the results to their width.
//===----------------------------------------------------------------------===//

static void addIntegerArithmetic(Evaluators &evaluators) {
  addElementwise<arith::AddIOp>(evaluators,
                                [](uint64_t a, uint64_t b) { return a + b; });
  addElementwise<arith::SubIOp>(evaluators,
                                [](uint64_t a, uint64_t b) { return a - b; });
  addElementwise<arith::MulIOp>(evaluators,
                                [](uint64_t a, uint64_t b) { return a * b; });
  addElementwise<arith::AndIOp>(evaluators,
                                [](uint64_t a, uint64_t b) { return a & b; });
  addElementwise<arith::OrIOp>(evaluators,
                               [](uint64_t a, uint64_t b) { return a | b; });
  addElementwise<arith::XOrIOp>(evaluators,
                                [](uint64_t a, uint64_t b) { return a ^ b; });
  addElementwise<arith::MaxSIOp>(
      evaluators, [](int64_t a, int64_t b) { return std::max(a, b); });
  addElementwise<arith::MinSIOp>(
      evaluators, [](int64_t a, int64_t b) { return std::min(a, b); });
  addElementwise<arith::MaxUIOp>(
      evaluators, [](uint64_t a, uint64_t b) { return std::max(a, b); });
  addElementwise<arith::MinUIOp>(
      evaluators, [](uint64_t a, uint64_t b) { return std::min(a, b); });
}

/// A shift by the width or more is poison in MLIR; here all bits leave.
static void addShifts(Evaluators &evaluators) {
  addElementwise<arith::ShLIOp>(
      evaluators, [](uint64_t a, uint64_t b) { return b < 64 ? a << b : 0; });
  addElementwise<arith::ShRUIOp>(
      evaluators, [](uint64_t a, uint64_t b) { return b < 64 ? a >> b : 0; });
  addElementwise<arith::ShRSIOp>(evaluators, [](int64_t a, int64_t b) {
    return a >> (b >= 0 && b < 64 ? b : 63);
  });
}

/// Adds an op that divides its first operand by its second.
template <typename OpTy, typename T>
static void addDivision(Evaluators &evaluators, T (*divide)(T, T)) {
  evaluators.add<OpTy>([divide](OpTy op, Frame &frame) -> FailureOr<Array> {
    if (llvm::is_contained(frame[op.getRhs()].integers, 0))
      return op.emitOpError("divides by zero");
    return mapElements<T, T, T>(op, frame, divide, std::index_sequence<0, 1>());
  });
}

/// The quotient rounded towards zero; the one overflow wraps.
static int64_t signedQuotient(int64_t a, int64_t b) {
  return b == -1 ? int64_t(-uint64_t(a)) : a / b;
}
static int64_t signedRemainder(int64_t a, int64_t b) {
  return b == -1 ? 0 : a % b;
}

static int64_t floorQuotient(int64_t a, int64_t b) {
  return signedQuotient(a, b) -
         (signedRemainder(a, b) != 0 && (a < 0) != (b < 0));
}
static int64_t ceilQuotient(int64_t a, int64_t b) {
  return signedQuotient(a, b) +
         (signedRemainder(a, b) != 0 && (a < 0) == (b < 0));
}

static void addDivisions(Evaluators &evaluators) {
  addDivision<arith::DivSIOp>(evaluators, signedQuotient);
  addDivision<arith::RemSIOp>(evaluators, signedRemainder);
  addDivision<arith::FloorDivSIOp>(evaluators, floorQuotient);
  addDivision<arith::CeilDivSIOp>(evaluators, ceilQuotient);
  addDivision<arith::DivUIOp>(
      evaluators, +[](uint64_t a, uint64_t b) { return a / b; });
  addDivision<arith::RemUIOp>(
      evaluators, +[](uint64_t a, uint64_t b) { return a % b; });
  addDivision<arith::CeilDivUIOp>(
      evaluators, +[](uint64_t a, uint64_t b) { return a / b + (a % b != 0); });
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

/// Truncates towards zero. Numbers out of range, poison in MLIR, saturate, and
/// NaN becomes 0.
template <typename T> static T toInteger(double x, unsigned width) {
  const bool isSigned = std::is_signed_v<T>;
  const double end = std::ldexp(1.0, width - isSigned);
  if (std::isnan(x))
    return 0;
  if (x >= end)
    return T(isSigned ? llvm::maxIntN(width) : llvm::maxUIntN(width));
  if (x <= (isSigned ? -end : 0.0))
    return T(isSigned ? llvm::minIntN(width) : 0);
  return T(x);
}

template <typename OpTy, typename T>
static FailureOr<Array> evaluateToInteger(OpTy op, Frame &frame) {
  const unsigned width =
      getElementTypeOrSelf(op.getType()).getIntOrFloatBitWidth();
  return mapElements<T, double>(
      op, frame, [&](double x) { return toInteger<T>(x, width); },
      std::index_sequence<0>());
}

/// Rounds once: an integer of 64 bits that became a double first could end up
/// at the wrong one of two floats.
template <typename OpTy, typename T>
static FailureOr<Array> evaluateToFloat(OpTy op, Frame &frame) {
  const bool isFloat = frame.run.options.precision == Precision::F32 &&
                       getElementTypeOrSelf(op.getType()).isF32();
  return mapElements<double, T>(
      op, frame, [&](T x) { return isFloat ? double(float(x)) : double(x); },
      std::index_sequence<0>());
}

/// The bits of a float or integer of 32 or 64 bits, and back.
static uint64_t toBits(const Array &array, int64_t i, Type type) {
  if (type.isF32())
    return llvm::bit_cast<uint32_t>(float(array.floats[i]));
  if (type.isF64())
    return llvm::bit_cast<uint64_t>(array.floats[i]);
  return array.integers[i];
}
static Array fromBits(uint64_t bits, Type type) {
  if (type.isF32())
    return Array::scalar(llvm::bit_cast<float>(uint32_t(bits)));
  if (type.isF64())
    return Array::scalar(llvm::bit_cast<double>(bits));
  return Array::integer(bits);
}

static FailureOr<Array> evaluateBitcast(arith::BitcastOp op, Frame &frame) {
  const Type from = getElementTypeOrSelf(op.getIn().getType());
  const Type to = getElementTypeOrSelf(op.getType());
  for (Type type : {from, to})
    if (isa<FloatType>(type) && !type.isF32() && !type.isF64())
      return op.emitOpError() << "is not known for " << type;
  const Array &source = frame[op.getIn()];
  Array result = Array::zeros(source.shape, kindOf(to));
  for (int64_t i = 0; i < source.size(); ++i)
    result.put(i, fromBits(toBits(source, i, from), to));
  return result;
}

static void addConversions(Evaluators &evaluators) {
  // Rounding to the narrower type is left to Frame::set.
  addElementwise<arith::ExtFOp>(evaluators, [](double x) { return x; });
  addElementwise<arith::TruncFOp>(evaluators, [](double x) { return x; });
  addElementwise<arith::ExtSIOp>(evaluators, [](int64_t x) { return x; });
  addElementwise<arith::ExtUIOp>(evaluators, [](uint64_t x) { return x; });
  addElementwise<arith::TruncIOp>(evaluators, [](int64_t x) { return x; });
  addElementwise<arith::IndexCastOp>(evaluators, [](int64_t x) { return x; });
  addElementwise<arith::IndexCastUIOp>(evaluators,
                                       [](uint64_t x) { return x; });
  evaluators.add<arith::SIToFPOp>(evaluateToFloat<arith::SIToFPOp, int64_t>);
  evaluators.add<arith::UIToFPOp>(evaluateToFloat<arith::UIToFPOp, uint64_t>);
  evaluators.add<arith::FPToSIOp>(evaluateToInteger<arith::FPToSIOp, int64_t>);
  evaluators.add<arith::FPToUIOp>(evaluateToInteger<arith::FPToUIOp, uint64_t>);
  evaluators.add<arith::BitcastOp>(evaluateBitcast);
}

//===----------------------------------------------------------------------===//
// Comparison, choice, constants
//===----------------------------------------------------------------------===//

static FailureOr<Array> evaluateCmpI(arith::CmpIOp op, Frame &frame) {
  const auto compare = [&](int64_t a, int64_t b) -> int64_t {
    const auto wide = [](int64_t x) {
      return llvm::APInt(64, uint64_t(x), /*isSigned=*/true);
    };
    return arith::applyCmpPredicate(op.getPredicate(), wide(a), wide(b));
  };
  // Sign extension keeps the order of unsigned numbers too.
  return mapElements<int64_t, int64_t, int64_t>(op, frame, compare,
                                                std::index_sequence<0, 1>());
}

static FailureOr<Array> evaluateCmpF(arith::CmpFOp op, Frame &frame) {
  const auto compare = [&](double a, double b) -> int64_t {
    return arith::applyCmpPredicate(op.getPredicate(), llvm::APFloat(a),
                                    llvm::APFloat(b));
  };
  return mapElements<int64_t, double, double>(op, frame, compare,
                                              std::index_sequence<0, 1>());
}

static FailureOr<Array> evaluateSelect(arith::SelectOp op, Frame &frame) {
  const Array &condition = frame[op.getCondition()];
  const Array &yes = frame[op.getTrueValue()], &no = frame[op.getFalseValue()];
  if (condition.shape.empty())
    return condition.integers.front() ? yes : no;
  if (failed(checkSameShape(op, frame)))
    return failure();
  Array result = no;
  for (int64_t i = 0; i < result.size(); ++i)
    if (condition.integers[i])
      result.put(i, yes.at(i));
  return result;
}

FailureOr<Array> interpreter::constantOf(Operation *op, Attribute value) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return Array::scalar(number.getValueAsDouble());
  if (auto number = dyn_cast<IntegerAttr>(value))
    return Array::integer(number.getValue().getSExtValue());
  auto elements = dyn_cast<DenseElementsAttr>(value);
  if (!elements)
    return op->emitOpError("has a value that is not a list of numbers");
  Array result = Array::zeros(elements.getType().getShape(),
                              kindOf(elements.getElementType()));
  if (result.kind == Kind::Float)
    llvm::transform(elements.getValues<llvm::APFloat>(), result.floats.begin(),
                    [](const llvm::APFloat &x) { return x.convertToDouble(); });
  else
    llvm::transform(elements.getValues<llvm::APInt>(), result.integers.begin(),
                    [](const llvm::APInt &x) { return x.getSExtValue(); });
  return result;
}

static FailureOr<Array> evaluateConstant(arith::ConstantOp op, Frame &) {
  return constantOf(op, op.getValue());
}

void interpreter::addArith(Evaluators &evaluators) {
  addFloatArithmetic(evaluators);
  addIntegerArithmetic(evaluators);
  addShifts(evaluators);
  addDivisions(evaluators);
  addConversions(evaluators);
  evaluators.add<arith::CmpIOp>(evaluateCmpI);
  evaluators.add<arith::CmpFOp>(evaluateCmpF);
  evaluators.add<arith::SelectOp>(evaluateSelect);
  evaluators.add<arith::ConstantOp>(evaluateConstant);
}
