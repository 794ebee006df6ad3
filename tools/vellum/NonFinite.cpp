//===- tools/vellum/NonFinite.cpp - where a NaN comes from ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/NonFinite.h"

#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>

#include "dialect/Shapes.h"
#include "tools/vellum/Model.h"
#include "tools/vellum/Programs.h"

using namespace mlir;
using namespace vellum;
using interpreter::Array;

//===----------------------------------------------------------------------===//
// Words
//===----------------------------------------------------------------------===//

/// With the digits that tell an f32 from its neighbours, where it is one.
static std::string describeNumber(double x) {
  if (!std::isfinite(x))
    return std::isnan(x) ? "NaN" : x > 0 ? "inf" : "-inf";
  const auto single = static_cast<float>(x);
  if (double(single) != x)
    return formatNumber(x);
  char text[32];
  return {text, std::to_chars(text, std::end(text), single).ptr};
}

static SmallVector<int64_t> indexOf(const Array &array, int64_t element) {
  SmallVector<int64_t> index(array.rank());
  for (int64_t dim = array.rank() - 1; dim >= 0; --dim) {
    index[dim] = element % array.shape[dim];
    element /= array.shape[dim];
  }
  return index;
}

/// What the element is, where, and whose: `-inf at [0, 3] of 2x4 (sample 0)`.
static std::string describeElement(const NonFiniteValue &found,
                                   const NonFiniteContext &context) {
  const Array &array = found.array;
  const std::string number = describeNumber(array.floats[found.element]);
  if (array.shape.empty())
    return number;
  const SmallVector<int64_t> index = indexOf(array, found.element);
  Operation *op = found.value.getDefiningOp();
  const std::string place =
      context.place ? context.place->describe(found.value, array.shape, index,
                                              op ? context.originOf(op) : op)
                    : "";
  return number + " at [" +
         llvm::join(llvm::map_range(
                        index, [](int64_t i) { return std::to_string(i); }),
                    ", ") +
         "] of " + formatShape(array.shape) + place;
}

static std::string describeSteps(ArrayRef<int64_t> steps) {
  if (steps.empty())
    return "";
  return ", at step " +
         llvm::join(llvm::map_range(
                        steps, [](int64_t i) { return std::to_string(i); }),
                    ", ");
}

/// "from -1 to 4", or the number where all elements are equal; where some are
/// NaN, of the others.
static std::string describeRange(const Array &array) {
  SmallVector<double> numbers;
  llvm::copy_if(array.floats, std::back_inserter(numbers),
                [](double x) { return !std::isnan(x); });
  const size_t nans = array.floats.size() - numbers.size();
  if (numbers.empty())
    return nans ? "NaN" : "no elements";
  auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
  std::string text = *least == *most ? describeNumber(*least)
                                     : "from " + describeNumber(*least) +
                                           " to " + describeNumber(*most);
  return nans ? text + " and " + std::to_string(nans) + " NaN" : text;
}

/// What a probe calls a value; empty where none looks at it.
static std::string probeName(mlir::Value value) {
  for (Operation *user : value.getUsers())
    if (auto probe = dyn_cast<ProbeOp>(user))
      return ("\"" + probe.getName() + "\"").str();
  return "";
}

/// The name that the model has for a value, which a parameter, an argument and
/// what a probe looks at have.
static std::string nameOf(mlir::Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto function =
      argument ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp())
               : func::FuncOp();
  if (!function)
    return probeName(value);
  const unsigned number = argument.getArgNumber();
  StringRef parameter = parameterOf(function, number);
  return parameter.empty() ? "'" + argumentNames(function)[number] + "'"
                           : "@" + parameter.str();
}

/// One operand: its name, its range and, of what an elementwise op has made,
/// the number that the element was made of.
static std::string describeOperand(mlir::Value value, const Array &array,
                                   const NonFiniteValue &found, Operation *op) {
  const std::string name = nameOf(value), range = describeRange(array);
  std::string text = name.empty() ? range : name + " " + range;
  if (op->hasTrait<OpTrait::Elementwise>() && array.shape == found.array.shape)
    if (std::string here = describeNumber(array.floats[found.element]);
        here != range)
      text += " (there " + here + ")";
  return text;
}

static std::string describeOperands(const NonFiniteValue &found) {
  Operation *op = found.value.getDefiningOp();
  SmallVector<std::string> texts;
  for (auto [value, array] : llvm::zip(op->getOperands(), found.operands))
    if (array.kind == interpreter::Kind::Float)
      texts.push_back(describeOperand(value, array, found, op));
  return texts.empty() ? "" : "; its operands are " + llvm::join(texts, ", ");
}

//===----------------------------------------------------------------------===//
// Reports
//===----------------------------------------------------------------------===//

static InFlightDiagnostic reportArgument(const NonFiniteValue &found,
                                         const NonFiniteContext &context) {
  const std::string name = nameOf(found.value);
  return emitError(found.value.getLoc())
         << context.front << context.partOf(nullptr) << " is given "
         << (StringRef(name).starts_with("@") ? "parameter " : "argument ")
         << name << " with " << describeElement(found, context);
}

static InFlightDiagnostic reportOp(const NonFiniteValue &found,
                                   const NonFiniteContext &context) {
  Operation *op = found.value.getDefiningOp();
  return op->emitError() << context.front << "'" << op->getName() << "' in "
                         << context.partOf(op) << " gives "
                         << describeElement(found, context)
                         << describeSteps(found.steps)
                         << describeOperands(found);
}

/// Where the infinity becomes something else.
static void attachThen(Diagnostic &error, const NonFiniteValue &found,
                       const NonFiniteContext &context) {
  Operation *op = found.value.getDefiningOp();
  error.attachNote(op->getLoc())
      << "of it '" << op->getName() << "' in " << context.partOf(op)
      << " makes " << describeElement(found, context)
      << describeSteps(found.steps) << describeOperands(found);
}

void vellum::reportCause(const NonFiniteCause &cause,
                         const NonFiniteContext &context) {
  InFlightDiagnostic error = isa<BlockArgument>(cause.first.value)
                                 ? reportArgument(cause.first, context)
                                 : reportOp(cause.first, context);
  if (!context.reached.empty())
    error << "; it reaches " << context.reached;
  if (cause.then)
    attachThen(*error.getUnderlyingDiagnostic(), *cause.then, context);
  if (cause.probe)
    error.attachNote(cause.probe->probe->getLoc())
        << "the first probe that sees it is \""
        << cast<ProbeOp>(cause.probe->probe).getName() << '"'
        << describeSteps(cause.probe->steps);
}

bool vellum::reportNonFinite(func::FuncOp function, ArrayRef<Array> arguments,
                             StringRef what, interpreter::Precision precision) {
  auto cause = NonFiniteSearch(function, arguments, precision, [](unsigned) {
                 return true;
               }).run();
  if (!cause)
    return false;
  NonFiniteContext context;
  context.partOf = [&](Operation *) { return what.str(); };
  reportCause(*cause, context);
  return true;
}
