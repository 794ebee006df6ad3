//===- tools/vellum/NonFinite.cpp - where a NaN comes from ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/NonFinite.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>

#include "dialect/Shapes.h"
#include "tools/vellum/Model.h"
#include "tools/vellum/Programs.h"

using namespace mlir;
using namespace vellum;
using interpreter::Array;

std::optional<int64_t> vellum::firstNonFinite(const Array &array) {
  const auto *found =
      llvm::find_if(array.floats, [](double x) { return !std::isfinite(x); });
  if (found == array.floats.end())
    return std::nullopt;
  return found - array.floats.begin();
}

/// "NaN" or "inf", and where: "-inf at [0, 3]".
static std::string describeElement(const Array &array, int64_t element) {
  const double x = array.floats[element];
  std::string text = std::isnan(x) ? "NaN" : x > 0 ? "inf" : "-inf";
  if (array.shape.empty())
    return text;
  SmallVector<std::string> index(array.rank());
  for (int64_t dim = array.rank() - 1; dim >= 0; --dim) {
    index[dim] = std::to_string(element % array.shape[dim]);
    element /= array.shape[dim];
  }
  return text + " at [" + llvm::join(index, ", ") + "] of " +
         formatShape(array.shape);
}

/// "from -1 to 4", or the number where all elements are equal.
static std::string describeRange(const Array &array) {
  if (array.floats.empty())
    return "no elements";
  auto [least, most] =
      std::minmax_element(array.floats.begin(), array.floats.end());
  if (*least == *most)
    return formatNumber(*least);
  return "from " + formatNumber(*least) + " to " + formatNumber(*most);
}

namespace {
/// The first op of a run that makes NaN or infinity of finite numbers.
struct Culprit {
  Operation *op = nullptr;
  SmallVector<int64_t> steps;
  std::string element;
  SmallVector<std::string> operands;

  void visit(Operation *candidate, ArrayRef<int64_t> at,
             llvm::function_ref<const Array &(mlir::Value)> valueOf) {
    if (op)
      return;
    for (mlir::Value operand : candidate->getOperands())
      if (firstNonFinite(valueOf(operand)))
        return;
    for (mlir::Value result : candidate->getResults())
      if (auto element = firstNonFinite(valueOf(result))) {
        op = candidate;
        steps.assign(at.begin(), at.end());
        this->element = describeElement(valueOf(result), *element);
        for (mlir::Value operand : candidate->getOperands())
          if (valueOf(operand).kind == interpreter::Kind::Float)
            operands.push_back(describeRange(valueOf(operand)));
        return;
      }
  }

  void report(StringRef what) const {
    InFlightDiagnostic error = op->emitError()
                               << "'" << op->getName() << "' in " << what
                               << " gives " << element;
    for (auto [depth, step] : llvm::enumerate(steps))
      error << (depth ? ", " : ", at step ") << step;
    for (auto [i, operand] : llvm::enumerate(operands))
      error << (i ? ", " : "; its operands are ") << operand;
  }
};
} // namespace

/// Reports the first argument that is not finite.
static bool reportArgument(func::FuncOp function, ArrayRef<Array> arguments,
                           StringRef what) {
  SmallVector<std::string> names = argumentNames(function);
  for (auto [i, array] : llvm::enumerate(arguments)) {
    std::optional<int64_t> element = firstNonFinite(array);
    if (!element)
      continue;
    StringRef parameter = parameterOf(function, i);
    emitError(function.getArgument(i).getLoc())
        << what << " is given "
        << (parameter.empty() ? "argument '" + names[i] + "'"
                              : "parameter @" + parameter.str())
        << " with " << describeElement(array, *element);
    return true;
  }
  return false;
}

bool vellum::reportNonFinite(func::FuncOp function, ArrayRef<Array> arguments,
                             StringRef what, interpreter::Precision precision) {
  if (reportArgument(function, arguments, what))
    return true;
  Culprit culprit;
  interpreter::Options options;
  options.precision = precision;
  options.onOp = [&](Operation *op, ArrayRef<int64_t> steps,
                     llvm::function_ref<const Array &(mlir::Value)> valueOf) {
    culprit.visit(op, steps, valueOf);
  };
  (void)interpreter::interpret(function, arguments, options);
  if (culprit.op)
    culprit.report(what);
  return culprit.op != nullptr;
}
