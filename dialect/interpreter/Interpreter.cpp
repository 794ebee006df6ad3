//===- dialect/interpreter/Interpreter.cpp - frames and dispatch ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/Interpreter.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/MathExtras.h"

#include "dialect/interpreter/Evaluation.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// 2^27 doubles are 1 GiB: beyond any test, and what a wrong size asks for.
static constexpr uint64_t kMostHeld = uint64_t(1) << 27;
/// Calls nest through C++ frames, of which 8 MiB of stack hold many more.
static constexpr int64_t kDeepestCall = 200;

//===----------------------------------------------------------------------===//
// Types and numbers
//===----------------------------------------------------------------------===//

Kind interpreter::kindOf(Type type) {
  return isa<FloatType>(getElementTypeOrSelf(type)) ? Kind::Float
                                                    : Kind::Integer;
}

FailureOr<Shape> interpreter::checkedShape(Operation *op, Shape shape) {
  uint64_t elements = 1;
  for (int64_t size : shape) {
    if (size < 0)
      return op->emitOpError() << "has a size of " << size;
    elements = llvm::SaturatingMultiply<uint64_t>(elements, size);
  }
  if (elements > kMostHeld)
    return op->emitOpError() << "has a tensor of " << formatShape(shape)
                             << ", more than " << kMostHeld << " elements";
  return shape;
}

FailureOr<Shape> interpreter::concreteShape(Operation *op, Type type,
                                            ArrayRef<int64_t> sizes) {
  Shape shape(cast<RankedTensorType>(type).getShape());
  for (int64_t &size : shape)
    if (ShapedType::isDynamic(size)) {
      size = sizes.front();
      sizes = sizes.drop_front();
    }
  return checkedShape(op, std::move(shape));
}

static double roundTo(const llvm::fltSemantics &semantics, double x) {
  llvm::APFloat number(x);
  bool losesInfo;
  number.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return number.convertToDouble();
}

double Frame::round(double x, Type type) const {
  if (run.options.precision == Precision::F64 || type.isF64())
    return x;
  if (type.isF32())
    return float(x);
  return roundTo(cast<FloatType>(type).getFloatSemantics(), x);
}

/// An integer as its type holds it: i1 as 0 or 1, others sign-extended.
static int64_t wrap(int64_t x, Type type) {
  const unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  return width == 1 ? x & 1 : llvm::SignExtend64(x, width);
}

//===----------------------------------------------------------------------===//
// Frames
//===----------------------------------------------------------------------===//

SmallVector<Array> Frame::read(ValueRange range) const {
  return llvm::map_to_vector(range,
                             [&](mlir::Value value) { return (*this)[value]; });
}

SmallVector<int64_t> Frame::readIntegers(ValueRange range) const {
  return llvm::map_to_vector(range,
                             [&](mlir::Value value) { return integer(value); });
}

/// True for types whose values are neither numbers nor tensors: memory,
/// pointers, functions. Integers stand for them, whose meaning is known to the
/// evaluators of the ops that make and use them.
static bool isHandle(Type type) {
  return !isa<RankedTensorType>(type) && !type.isIntOrIndexOrFloat();
}

/// True if values of this type can have this shape and kind.
bool Frame::fits(const Array &array, Type type) const {
  if (isHandle(type))
    return array.kind == Kind::Integer;
  if (array.kind != kindOf(type))
    return false;
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return runs ? array.shape == Shape{*runs} : array.shape.empty();
  return succeeded(verifyCompatibleShape(tensor.getShape(), array.shape));
}

static InFlightDiagnostic emitErrorFor(mlir::Value value) {
  if (Operation *op = value.getDefiningOp())
    return op->emitOpError("result");
  return emitError(value.getLoc(), "argument");
}

LogicalResult Frame::set(mlir::Value value, Array array) {
  const Type type = value.getType();
  if (runs && array.shape.empty())
    array = Array::filled(*runs, array);
  if (!fits(array, type))
    return emitErrorFor(value)
           << " must be a " << type << ", but got "
           << (array.kind == Kind::Float ? "floats" : "integers")
           << " of shape " << formatShape(array.shape);
  const Type element = getElementTypeOrSelf(type);
  if (run.options.precision == Precision::F32 && !element.isF64())
    for (double &x : array.floats)
      x = round(x, element);
  if (!isHandle(type))
    for (int64_t &x : array.integers)
      x = wrap(x, element);
  std::unique_ptr<Array> &slot = values[value];
  if (!slot)
    slot = std::make_unique<Array>();
  *slot = std::move(array);
  return success();
}

Frame::Many::Many(Frame &frame, Block &block, int64_t runs, bool isMany)
    : frame(frame) {
  if (!isMany)
    return;
  frame.runs = runs;
  for (Operation &op : block)
    for (mlir::Value operand : op.getOperands())
      if (operand.getParentBlock() != &block && frame[operand].shape.empty()) {
        captured.push_back({operand, frame[operand]});
        *frame.values[operand] = Array::filled(runs, frame[operand]);
      }
}

Frame::Many::~Many() {
  frame.runs.reset();
  for (auto &[value, array] : captured)
    *frame.values[value] = std::move(array);
}

LogicalResult Frame::setResult(Operation *op, FailureOr<Array> array) {
  return failed(array) ? failure() : set(op->getResult(0), std::move(*array));
}

LogicalResult Frame::setResults(Operation *op, ArrayRef<Array> arrays) {
  for (auto [result, array] : llvm::zip_equal(op->getResults(), arrays))
    if (failed(set(result, array)))
      return failure();
  return success();
}

/// Each operation is a step, and so is each run of a body, which may be empty;
/// of many runs at once, each.
LogicalResult Frame::count(Operation *op) {
  const int64_t limit = run.options.maxSteps;
  run.evaluated += runs.value_or(1);
  if (run.evaluated <= limit || limit == 0)
    return success();
  return op->emitError("the program has not ended within the limit of ")
         << limit << " steps";
}

LogicalResult Frame::execute(Block &block, ArrayRef<Array> arguments) {
  for (auto [argument, array] :
       llvm::zip_equal(block.getArguments(), arguments))
    if (failed(set(argument, array)))
      return failure();
  return execute(block);
}

LogicalResult Frame::execute(Block &block) {
  if (failed(count(block.getParentOp())))
    return failure();
  for (Operation &op : block.without_terminator())
    if (failed(evaluate(op)))
      return failure();
  return success();
}

LogicalResult Frame::evaluate(Operation &op) {
  if (failed(count(&op)) || (run.beforeOp && failed(run.beforeOp(op, *this))) ||
      failed(checkConstraints(op)) || failed(dispatch(op)))
    return failure();
  if (run.options.onOp && !run.muted)
    run.options.onOp(&op, run.steps, [&](mlir::Value value) -> Array & {
      return *values.at(value);
    });
  return success();
}

LogicalResult Frame::dispatch(Operation &op) {
  if (const Evaluator *evaluator = run.evaluators.lookup(&op))
    return (*evaluator)(&op, *this);
  return op.emitError() << "the interpreter does not know '" << op.getName()
                        << "'";
}

/// The type with the sizes that `array` has.
static Type concreteType(Type type, const Array &array) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? tensor.clone(array.shape) : type;
}

/// An op's type inference checks its numbered constraints as far as its
/// operands' types tell. Here they are inferred again from the sizes at hand,
/// so that what was `?` is checked by the same code and in the same words.
LogicalResult Frame::checkConstraints(Operation &op) {
  auto inference = dyn_cast<InferTypeOpInterface>(op);
  if (!inference || !isa<VellumDialect>(op.getDialect()))
    return success();
  SmallVector<Shape> shapes;
  bool isDynamic = false;
  for (mlir::Value operand : op.getOperands()) {
    shapes.push_back((*this)[operand].shape);
    auto tensor = dyn_cast<RankedTensorType>(operand.getType());
    isDynamic |= tensor && !tensor.hasStaticShape();
  }
  SmallVector<Shape> &last = run.checked[&op];
  if (!isDynamic || last == shapes)
    return success();
  Block concrete;
  for (mlir::Value operand : op.getOperands())
    concrete.addArgument(concreteType(operand.getType(), (*this)[operand]),
                         operand.getLoc());
  SmallVector<Type> types;
  if (failed(inference.inferReturnTypes(
          op.getContext(), op.getLoc(), concrete.getArguments(),
          op.getDiscardableAttrDictionary(), op.getPropertiesStorage(),
          op.getRegions(), types)))
    return failure();
  last = std::move(shapes);
  return success();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static LogicalResult checkCall(func::FuncOp function, size_t arguments,
                               Location location, const Run &run) {
  if (function.isExternal())
    return emitError(location)
           << "function '" << function.getName() << "' has no body";
  if (!function.getBody().hasOneBlock())
    return function.emitOpError("has jumps between blocks, which the "
                                "interpreter does not know");
  if (arguments != function.getNumArguments())
    return emitError(location)
           << "function '" << function.getName() << "' takes "
           << function.getNumArguments() << " arguments, but got " << arguments;
  if (run.depth >= kDeepestCall)
    return emitError(location)
           << "calls nest more than " << kDeepestCall << " deep";
  return success();
}

FailureOr<SmallVector<Array>> interpreter::call(func::FuncOp function,
                                                ArrayRef<Array> arguments,
                                                Location location, Run &run) {
  if (failed(checkCall(function, arguments.size(), location, run)))
    return failure();
  ++run.depth;
  auto leave = llvm::scope_exit([&] { --run.depth; });
  Frame frame(run);
  Block &body = function.getBody().front();
  if (failed(frame.execute(body, arguments)))
    return failure();
  return frame.read(body.getTerminator()->getOperands());
}

FailureOr<SmallVector<Array>> interpreter::interpret(func::FuncOp function,
                                                     ArrayRef<Array> arguments,
                                                     const Options &options) {
  Run run(options, Evaluators::all());
  FailureOr<SmallVector<Array>> results =
      call(function, arguments, function.getLoc(), run);
  if (!run.expectationsHold)
    return failure();
  return results;
}

//===----------------------------------------------------------------------===//
// Dispatch
//===----------------------------------------------------------------------===//

const Evaluator *Evaluators::lookup(OperationName name) const {
  auto found = table.find(name.getTypeID());
  return found == table.end() ? nullptr : &found->second;
}

const Evaluator *Evaluators::lookup(Operation *op) const {
  if (const Evaluator *own = lookup(op->getName()))
    return own;
  return isa<linalg::LinalgOp>(op) ? &structured : nullptr;
}

const Evaluators &Evaluators::all() {
  static const Evaluators all = [] {
    Evaluators evaluators;
    for (auto *add : {addArith, addMath, addTensor, addLinalg, addControl,
                      addScan, addPonder, addPrimitives, addAddressing,
                      addMemory, addAttend, addLayers, addModule})
      add(evaluators);
    return evaluators;
  }();
  return all;
}
