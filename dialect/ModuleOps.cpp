//===- dialect/ModuleOps.cpp - parameters, randomness, training -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Interfaces/FunctionInterfaces.h"

#include "dialect/Names.h"
#include "dialect/Shapes.h"
#include "dialect/Vellum.h"

#include <cmath>

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// parameter
//===----------------------------------------------------------------------===//

/// The least and the greatest number of arguments an initialiser takes.
static std::pair<size_t, size_t> argumentCount(InitKind kind) {
  switch (kind) {
  case InitKind::Zeros:
  case InitKind::Identity:
    return {0, 0};
  case InitKind::Constant:
  case InitKind::Normal:
    return {1, 1};
  case InitKind::Uniform:
  case InitKind::OneHot:
    return {1, 2};
  case InitKind::Glorot:
  case InitKind::Orthogonal:
    return {0, 1};
  }
  llvm_unreachable("unknown initialiser");
}

static LogicalResult verifyArgumentCount(ParameterOp op) {
  auto [least, most] = argumentCount(op.getInit());
  size_t count = op.getInitArgs().size();
  if (count >= least && count <= most)
    return success();
  InFlightDiagnostic error = op.emitOpError()
                             << stringifyInitKind(op.getInit()) << " takes ";
  if (least != most)
    error << least << " or ";
  return error << most << (most == 1 ? " number" : " numbers") << ", but got "
               << count;
}

static bool needsMatrix(InitKind kind) {
  return kind == InitKind::Glorot || kind == InitKind::Orthogonal ||
         kind == InitKind::Identity;
}

/// What the numbers must be, given that there are the right number of them.
static LogicalResult verifyNumbers(ParameterOp op, RankedTensorType type) {
  ArrayRef<double> numbers = op.getInitArgs();
  // parameter_c5
  for (double number : numbers)
    if (!std::isfinite(number))
      return op.emitOpError("initialiser's numbers must be finite, but got ")
             << formatNumber(number);
  // parameter_c4
  if (op.getInit() != InitKind::OneHot)
    return success();
  double position = numbers.front();
  if (type.getRank() == 0 || position != std::floor(position) || position < 0 ||
      position >= type.getShape().back())
    return op.emitOpError("one_hot's position must lie within the last "
                          "dimension of ")
           << type << ", but got " << formatNumber(position);
  return success();
}

LogicalResult ParameterOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getType());
  // parameter_c1
  if (!type || !isa<FloatType>(type.getElementType()) || !type.hasStaticShape())
    return emitOpError("type must be a tensor of floats with known "
                       "dimensions, but got ")
           << getType();
  // parameter_c2
  if (failed(verifyArgumentCount(*this)))
    return failure();
  // parameter_c3
  if (needsMatrix(getInit()) && type.getRank() != 2)
    return emitOpError() << stringifyInitKind(getInit())
                         << " needs two dimensions, but got " << type;
  return verifyNumbers(*this, type);
}

//===----------------------------------------------------------------------===//
// use
//===----------------------------------------------------------------------===//

/// The names of the symbols of one kind that are declared beside `user`'s.
template <typename Symbol>
static SmallVector<StringRef> declaredNames(Operation *user) {
  SmallVector<StringRef> names;
  Operation *table = SymbolTable::getNearestSymbolTable(user);
  for (Operation &op : table->getRegion(0).front())
    if (isa<Symbol>(op))
      names.push_back(SymbolTable::getSymbolName(&op).getValue());
  return names;
}

LogicalResult UseOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto parameter =
      symbols.lookupNearestSymbolFrom<ParameterOp>(*this, getParameterAttr());
  // use_c1
  if (!parameter)
    return emitOpError("unknown parameter ")
           << getParameterAttr()
           << suggestName(getParameter(), declaredNames<ParameterOp>(*this));
  // use_c2
  if (parameter.getType() != getType())
    return emitOpError("type must be that of the parameter, ")
           << parameter.getType() << ", but got " << getType();
  return success();
}

//===----------------------------------------------------------------------===//
// random
//===----------------------------------------------------------------------===//

LogicalResult RandomOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  Type element = type.getElementType();
  bool integers =
      getKind() == RandomKind::Bits || getKind() == RandomKind::Permutation;
  // random_c1
  if (integers ? !element.isInteger(32)
               : !isa<Float32Type, Float64Type>(element))
    return emitOpError() << stringifyRandomKind(getKind())
                         << " must have the element type "
                         << (integers ? "i32" : "f32 or f64") << ", but got "
                         << element;
  // random_c2
  if (type.getNumDynamicDims() != getSizes().size())
    return emitOpError("must have one size for each dynamic dimension of ")
           << type << ", but got " << getSizes().size();
  // random_c3
  if (getKind() == RandomKind::Permutation && type.getRank() == 0)
    return emitOpError("permutation must have at least one dimension, but got "
                       "a scalar");
  return success();
}

//===----------------------------------------------------------------------===//
// training
//===----------------------------------------------------------------------===//

/// The settings an optimiser knows; each has a learning rate.
static ArrayRef<StringLiteral> knownSettings(OptimizerKind kind) {
  static constexpr StringLiteral sgd[] = {"learning_rate", "momentum"};
  static constexpr StringLiteral rmsProp[] = {"learning_rate", "momentum",
                                              "decay", "epsilon"};
  static constexpr StringLiteral adam[] = {"learning_rate", "beta1", "beta2",
                                           "epsilon"};
  switch (kind) {
  case OptimizerKind::Sgd:
    return sgd;
  case OptimizerKind::RmsProp:
  case OptimizerKind::GravesRmsProp:
    return rmsProp;
  case OptimizerKind::Adam:
    return adam;
  }
  llvm_unreachable("unknown optimiser");
}

/// The number a setting holds, NaN where it is none.
static double settingValue(Attribute attribute) {
  if (auto number = dyn_cast_or_null<FloatAttr>(attribute))
    return number.getValueAsDouble();
  if (auto number = dyn_cast_or_null<IntegerAttr>(attribute))
    return static_cast<double>(number.getInt());
  return std::nan("");
}

static LogicalResult verifySettings(TrainingOp op) {
  ArrayRef<StringLiteral> known = knownSettings(op.getOptimizer());
  for (NamedAttribute setting : op.getSettings()) {
    if (!llvm::is_contained(known, setting.getName().getValue()))
      return op.emitOpError()
             << stringifyOptimizerKind(op.getOptimizer())
             << " knows the settings " << llvm::join(known, ", ")
             << ", but got " << setting.getName().getValue();
    if (!std::isfinite(settingValue(setting.getValue())))
      return op.emitOpError("setting ")
             << setting.getName().getValue()
             << " must be a finite number, but got " << setting.getValue();
  }
  Attribute rate = op.getSettings().get("learning_rate");
  if (!rate)
    return op.emitOpError("needs the setting learning_rate");
  if (settingValue(rate) <= 0)
    return op.emitOpError("learning_rate must be positive, but got ")
           << formatNumber(settingValue(rate));
  return success();
}

LogicalResult TrainingOp::verify() {
  // training_c6
  if (failed(verifySettings(*this)))
    return failure();
  // training_c7
  for (auto [number, name] : {std::pair(getBatchAttr().getInt(), "batch size"),
                              {getStepsAttr().getInt(), "number of steps"}})
    if (number <= 0)
      return emitOpError(name) << " must be positive, but got " << number;
  double bound = getClipBound().convertToDouble();
  if (getClip() != ClipKind::None && !(bound > 0))
    return emitOpError("clipping bound must be positive, but got ")
           << formatNumber(bound);
  return success();
}

static FunctionOpInterface lookupFunction(SymbolTableCollection &symbols,
                                          TrainingOp op,
                                          FlatSymbolRefAttr name) {
  auto function =
      symbols.lookupNearestSymbolFrom<FunctionOpInterface>(op, name);
  if (!function)
    op.emitOpError("unknown function ")
        << name
        << suggestName(name.getValue(), declaredNames<FunctionOpInterface>(op));
  return function;
}

static LogicalResult verifyLoss(TrainingOp op, FunctionOpInterface loss) {
  Type result = loss.getNumResults() ? loss.getResultTypes().front() : Type();
  auto tensor = dyn_cast_or_null<RankedTensorType>(result);
  if (tensor && tensor.getRank() == 0 &&
      isa<FloatType>(tensor.getElementType()))
    return success();
  InFlightDiagnostic error =
      op.emitOpError("the loss must be a float tensor of rank 0, but ")
      << op.getLossAttr() << " returns ";
  return result ? error << result : error << "nothing";
}

/// The types of a function's arguments but for those that lifting has made of
/// parameters.
static SmallVector<Type> ownArgumentTypes(FunctionOpInterface function) {
  SmallVector<Type> types;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    if (!function.getArgAttr(i, "vellum.parameter"))
      types.push_back(type);
  return types;
}

static LogicalResult verifyData(TrainingOp op, FunctionOpInterface data,
                                FunctionOpInterface loss) {
  // training_c4
  SmallVector<Type> wanted = ownArgumentTypes(loss);
  if (!areCompatibleTypes(data.getResultTypes(), wanted))
    return op.emitOpError() << op.getDataAttr() << " must return the arguments "
                            << "of " << op.getLossAttr() << ", (" << wanted
                            << "), but got (" << data.getResultTypes() << ")";
  // training_c5
  SmallVector<Type> arguments = ownArgumentTypes(data);
  bool key = !arguments.empty() && arguments[0].isInteger(64);
  bool batch = arguments.size() == 1 ||
               (arguments.size() == 2 && arguments[1].isIndex());
  if (!key || !batch)
    return op.emitOpError()
           << op.getDataAttr() << " must take (i64) or (i64, index), but got ("
           << arguments << ")";
  return success();
}

LogicalResult TrainingOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // training_c1
  for (TrainingOp other : (*this)->getBlock()->getOps<TrainingOp>())
    if (other != *this && other->isBeforeInBlock(*this)) {
      InFlightDiagnostic error = emitOpError("a module has one recipe at most");
      error.attachNote(other.getLoc()) << "the first one is here";
      return error;
    }
  // training_c2
  FunctionOpInterface loss = lookupFunction(symbols, *this, getLossAttr());
  if (!loss)
    return failure();
  FunctionOpInterface data;
  if (getDataAttr() && !(data = lookupFunction(symbols, *this, getDataAttr())))
    return failure();
  // training_c3
  if (failed(verifyLoss(*this, loss)))
    return failure();
  return data ? verifyData(*this, data, loss) : success();
}
