//===- tools/vellum/NonFiniteSearch.cpp - the cause of a NaN --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/NonFiniteSearch.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/CallInterfaces.h"

#include <cmath>

#include "dialect/Activity.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;
using interpreter::Array;
using Moment = uint64_t;

static constexpr Moment kNever = std::numeric_limits<Moment>::max();

static bool isNotFinite(double x) { return !std::isfinite(x); }
static bool isNan(double x) { return std::isnan(x); }

std::optional<int64_t> vellum::firstNonFinite(const Array &array) {
  const auto *found = llvm::find_if(array.floats, isNotFinite);
  if (found == array.floats.end())
    return std::nullopt;
  return found - array.floats.begin();
}

static constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

/// Replaces what is not finite behind an element.
static void replaceByZeros(Array &array, int64_t last = -1) {
  if (last < array.size())
    std::replace_if(array.floats.begin() + last + 1, array.floats.end(),
                    isNotFinite, 0.0);
}

NonFiniteSearch::NonFiniteSearch(func::FuncOp function,
                                 ArrayRef<Array> arguments,
                                 interpreter::Precision precision,
                                 std::function<bool(unsigned)> matters)
    : function(function), arguments(arguments), matters(std::move(matters)) {
  options.precision = precision;
  options.onOp = [this](Operation *op, ArrayRef<int64_t> steps,
                        llvm::function_ref<Array &(mlir::Value)> valueOf) {
    visit(op, steps, valueOf);
  };
}

//===----------------------------------------------------------------------===//
// One run
//===----------------------------------------------------------------------===//

/// The arguments, with what is not finite replaced where it is not kept.
SmallVector<Array> NonFiniteSearch::givenArguments() {
  SmallVector<Array> given(arguments);
  for (auto [argument, array] :
       llvm::zip_equal(function.getArguments(), given)) {
    ++now;
    if (!firstNonFinite(array))
      continue;
    moments.push_back(now);
    replaceByZeros(array, isReplaced()    ? -1
                          : now == wanted ? lastElement
                                          : kAll);
    if (cause && now == wanted)
      cause->first = {argument, {}, array, 0, {}};
  }
  return given;
}

/// Whether results that matter are not finite when what arises from `from` to
/// `to` stays as it is and all else is replaced.
bool NonFiniteSearch::isBad(Moment from, Moment to) {
  now = 0;
  keptFrom = from;
  keptTo = to;
  moments.clear();
  touched.clear();
  SmallVector<Array> given = givenArguments();
  // What a replaced value leads to is nobody's error.
  const bool isOriginal = from == 1 && to == kNever;
  ScopedDiagnosticHandler quiet(function.getContext(), [&](Diagnostic &) {
    return success(!isOriginal);
  });
  auto results = interpreter::interpret(function, given, options);
  isRefused |= isOriginal && failed(results);
  if (failed(results))
    return false;
  bool isBad = false;
  for (auto [i, result] : llvm::enumerate(*results)) {
    if (!firstNonFinite(result))
      continue;
    isBad |= matters(i);
    if (cause)
      cause->results.push_back(i);
  }
  return isBad;
}

/// Whether element `i` of an elementwise op's result arises in it.
static bool arisesAt(double x, int64_t i, ArrayRef<const Array *> operands) {
  return isNotFinite(x) && llvm::none_of(operands, [&](const Array *operand) {
           const double y = operand->floats[i];
           return isNan(x) ? isNan(y) : isNotFinite(y);
         });
}

/// Whether every float among the operands has an element for each of the
/// result's.
static bool areAlike(Operation *op, const Array &result,
                     ArrayRef<const Array *> operands) {
  return op->hasTrait<OpTrait::Elementwise>() &&
         llvm::all_of(operands, [&](const Array *operand) {
           return operand->shape == result.shape;
         });
}

/// The floats that an op reads.
static SmallVector<const Array *>
floatsReadBy(Operation *op, llvm::function_ref<Array &(mlir::Value)> valueOf) {
  SmallVector<const Array *> floats;
  for (mlir::Value value : valuesReadBy(op))
    if (const Array &array = valueOf(value);
        array.kind == interpreter::Kind::Float)
      floats.push_back(&array);
  return floats;
}

static bool arisesIn(Operation *op, const Array &result,
                     ArrayRef<const Array *> operands) {
  if (!firstNonFinite(result))
    return false;
  if (areAlike(op, result, operands))
    return llvm::any_of(llvm::enumerate(result.floats), [&](auto each) {
      return arisesAt(each.value(), each.index(), operands);
    });
  const auto test = llvm::any_of(result.floats, isNan) ? isNan : isNotFinite;
  return llvm::none_of(operands, [&](const Array *operand) {
    return llvm::any_of(operand->floats, test);
  });
}

/// Replaces what arises in a result behind an element. What an elementwise op
/// hands on beside it stays.
static void replaceArising(Operation *op, Array &result,
                           ArrayRef<const Array *> operands, int64_t last) {
  if (!areAlike(op, result, operands))
    return replaceByZeros(result, last);
  for (auto [i, x] : llvm::enumerate(result.floats))
    if (int64_t(i) > last && arisesAt(x, i, operands))
      x = 0;
}

bool NonFiniteSearch::arises(Operation *op, bool isFromInside,
                             ValueOf valueOf) const {
  const bool isConstant = op->hasTrait<OpTrait::ConstantLike>();
  // A callee's ops are visited themselves.
  if (isFromInside || isa<CallOpInterface>(op) ||
      (isConstant && !blamesConstants))
    return false;
  const SmallVector<const Array *> operands = floatsReadBy(op, valueOf);
  return llvm::any_of(op->getResults(), [&](mlir::Value result) {
    return arisesIn(op, valueOf(result), operands);
  });
}

/// The first NaN or, where there is none, the first infinity.
static int64_t worstElement(const Array &array) {
  const auto *found = llvm::find_if(array.floats, isNan);
  return found == array.floats.end() ? *firstNonFinite(array)
                                     : found - array.floats.begin();
}

/// Keeps what the report tells of a value that arises.
void NonFiniteSearch::note(Operation *op, ArrayRef<int64_t> steps,
                           ValueOf valueOf) {
  if (!cause || (now != wanted && now != keptTo))
    return;
  for (mlir::Value result : op->getResults()) {
    if (!firstNonFinite(valueOf(result)))
      continue;
    NonFiniteValue found{result,
                         SmallVector<int64_t>(steps),
                         valueOf(result),
                         worstElement(valueOf(result)),
                         {}};
    for (mlir::Value operand : op->getOperands())
      found.operands.push_back(valueOf(operand));
    if (now == wanted)
      cause->first = std::move(found);
    else
      cause->then = std::move(found);
    return;
  }
}

/// The first probe that sees what has arisen.
void NonFiniteSearch::sight(Operation *op, ArrayRef<int64_t> steps,
                            ValueOf valueOf) {
  auto probe = dyn_cast<ProbeOp>(op);
  if (cause && !cause->probe && probe && now > keptTo &&
      firstNonFinite(valueOf(probe.getValue())))
    cause->probe = {op, SmallVector<int64_t>(steps)};
}

void NonFiniteSearch::visit(Operation *op, ArrayRef<int64_t> steps,
                            ValueOf valueOf) {
  ++now;
  const bool isFromInside = touched.erase(op);
  sight(op, steps, valueOf);
  const auto isBad = [&](mlir::Value value) {
    return firstNonFinite(valueOf(value)).has_value();
  };
  if (llvm::none_of(op->getResults(), isBad))
    return;
  if (arises(op, isFromInside, valueOf)) {
    moments.push_back(now);
    if (isReplaced() || now == wanted)
      for (mlir::Value result : op->getResults())
        replaceArising(op, valueOf(result), floatsReadBy(op, valueOf),
                       isReplaced() ? -1 : lastElement);
    note(op, steps, valueOf);
  }
  if (llvm::none_of(op->getResults(), isBad))
    return;
  for (Operation *parent = op->getParentOp(); parent != function;
       parent = parent->getParentOp())
    if (!parent || !touched.insert(parent).second)
      break;
}

//===----------------------------------------------------------------------===//
// The search
//===----------------------------------------------------------------------===//

/// The first moment up to which all must stay for the results to be bad.
Moment NonFiniteSearch::lastNeeded() {
  Moment good = 0, bad = kNever;
  // The run before was one that kept nothing, or all up to `good`.
  for (bool isFirst = true;; isFirst = false) {
    SmallVector<Moment> candidates;
    llvm::copy_if(moments, std::back_inserter(candidates),
                  [&](Moment m) { return m > good && m < bad; });
    if (candidates.empty())
      return bad;
    const Moment middle = candidates[isFirst ? 0 : candidates.size() / 2];
    SmallVector<Moment> before = std::move(moments);
    if (!isBad(1, middle)) {
      good = middle;
      continue;
    }
    bad = middle;
    moments = std::move(before);
  }
}

/// The last moment from which on all must stay, up to `last`.
Moment NonFiniteSearch::firstNeeded(Moment last) {
  // Until then the run before was one that kept all.
  SmallVector<Moment> candidates;
  llvm::copy_if(moments, std::back_inserter(candidates),
                [&](Moment m) { return m <= last; });
  size_t bad = 0, good = candidates.size();
  while (good - bad > 1) {
    // Where the last alone suffices, one run says so.
    const size_t middle =
        good == candidates.size() ? good - 1 : (bad + good) / 2;
    (isBad(candidates[middle], last) ? bad : good) = middle;
  }
  return candidates[bad];
}

NonFiniteCause NonFiniteSearch::record(Moment first, Moment last) {
  NonFiniteCause found;
  cause = &found;
  wanted = first;
  isBad(1, last);
  cause = nullptr;
  return found;
}

/// The first element up to which what is wanted must stay for the results to be
/// bad.
int64_t NonFiniteSearch::firstElement(const NonFiniteValue &value,
                                      Moment last) {
  SmallVector<int64_t> candidates;
  for (auto [i, x] : llvm::enumerate(value.array.floats))
    if (isNotFinite(x))
      candidates.push_back(i);
  size_t good = 0, bad = candidates.size();
  for (bool isFirst = true; good + 1 < bad; isFirst = false) {
    const size_t middle = isFirst ? 1 : (good + bad) / 2;
    lastElement = candidates[middle - 1];
    (isBad(1, last) ? bad : good) = middle;
  }
  return candidates[bad - 1];
}

std::optional<NonFiniteCause> NonFiniteSearch::run() {
  lastElement = kAll;
  if (!isBad(1, kNever))
    return std::nullopt;
  if (isBad(1, 0)) {
    // It is in the program's text.
    blamesConstants = true;
    if (isBad(1, 0))
      return std::nullopt;
  }
  const Moment last = lastNeeded();
  if (last == kNever)
    return std::nullopt;
  const SmallVector<Moment> before = moments;
  NonFiniteCause found = record(last, last);
  // Made of finite numbers, it is nobody else's fault.
  if (llvm::any_of(found.first.operands, firstNonFinite)) {
    moments = before;
    const Moment first = firstNeeded(last);
    if (first != last)
      found = record(first, last);
  }
  found.first.element = firstElement(found.first, last);
  return found;
}
