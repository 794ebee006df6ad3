//===- tools/vellum/NonFiniteTrap.cpp - a NaN has a place -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/NonFiniteTrap.h"

#include "dialect/Activity.h"
#include "dialect/interpreter/TensorConversion.h"
#include "lowering/Decompose.h"
#include "lowering/autodiff/Gradient.h"
#include "tools/vellum/BatchSize.h"
#include "tools/vellum/Report.h"

using namespace mlir;
using namespace vellum;
using interpreter::Array;
using interpreter::Precision;

//===----------------------------------------------------------------------===//
// Noticing
//===----------------------------------------------------------------------===//

/// Whether no number has an exponent of nothing but ones, which NaN and
/// infinity have. Without a branch, so that it is done with vectors.
template <class Bits>
static bool isFinite(const Tensor &tensor, Bits exponent) {
  const auto *bits = static_cast<const Bits *>(tensor.raw());
  Bits found = 0;
  for (int64_t i = 0, n = tensor.numElements(); i < n; ++i)
    found |= (bits[i] & exponent) == exponent;
  return !found;
}

bool vellum::isFinite(const Tensor &tensor) {
  if (tensor.dtype == DType::F32)
    return ::isFinite<uint32_t>(tensor, 0x7f800000u);
  if (tensor.dtype == DType::F64)
    return ::isFinite<uint64_t>(tensor, 0x7ff0000000000000u);
  return true;
}

void vellum::declareTrap(CommandLine &line, bool &isOn,
                         const std::string &values) {
  line.flag("trap-nan", isOn,
            "where " + values +
                "\nbecomes NaN or infinite, end and say where in the\n"
                "model it arose");
}

std::string vellum::joinNames(ArrayRef<std::string> names) {
  constexpr size_t kMost = 3;
  std::string text = llvm::join(names.take_front(kMost), ", ");
  return names.size() <= kMost
             ? text
             : text + " and " + std::to_string(names.size() - kMost) + " more";
}

//===----------------------------------------------------------------------===//
// Explaining
//===----------------------------------------------------------------------===//

/// Metrics pass no cotangent back.
static void stopMetrics(func::FuncOp loss) {
  Operation *last = loss.getBody().front().getTerminator();
  OpBuilder builder(last);
  for (OpOperand &metric : llvm::drop_begin(last->getOpOperands()))
    if (isFloatLike(metric.get().getType()))
      metric.set(
          StopGradientOp::create(builder, metric.get().getLoc(), metric.get()));
}

LogicalResult NonFiniteTrap::build(bool wantsGradient, bool training) {
  isTraining = training;
  ProgramOptions options;
  options.keepsProbes = true;
  options.afterClose = [&](ModuleOp module) {
    module.walk([](ExpectCloseOp expectation) { expectation.erase(); });
    if (training)
      stopMetrics(module.lookupSymbol<func::FuncOp>(entry));
    return success();
  };
  if (wantsGradient)
    options.differentiated = {entry};
  Phases phases;
  auto made = closeFunctions(model, StringRef(entry), options, phases);
  if (failed(made))
    return failure();
  module = std::move(*made);
  closed = module->lookupSymbol<func::FuncOp>(entry);
  gradient = module->lookupSymbol<func::FuncOp>(gradientName(entry));
  return success();
}

std::optional<int64_t>
NonFiniteTrap::countSamples(ArrayRef<Tensor> arguments) const {
  SmallVector<BatchArray> arrays;
  for (auto [i, argument] : llvm::enumerate(closed.getArguments()))
    if (parameterOf(closed, i).empty() &&
        isa<RankedTensorType>(argument.getType()))
      arrays.push_back({argument, &arguments[i]});
  const std::optional<int64_t> found = findSamples(arrays, samples);
  return found ? found : findSamples(arrays, /*said=*/1);
}

/// The op of the model that an op of the gradient was made for: rules give what
/// they build the location of the op that they differentiate.
/// Of several the last: what is asked of its operands stands before an op.
Operation *NonFiniteTrap::findOrigin(Operation *op) {
  Operation *found = nullptr;
  closed.walk([&](Operation *candidate) {
    if (candidate->getLoc() == op->getLoc() &&
        llvm::any_of(candidate->getResultTypes(), isFloatLike))
      found = candidate;
  });
  return found;
}

std::map<unsigned, std::string> NonFiniteTrap::findGradients() {
  const SmallVector<std::string> arguments = argumentNames(closed);
  std::map<unsigned, std::string> names;
  unsigned next = closed.getNumResults();
  for (unsigned i : differentiableArguments(closed)) {
    StringRef parameter = parameterOf(closed, i);
    if (!parameter.empty())
      names[next] = "@" + parameter.str();
    else if (!isTraining)
      names[next] = "'" + arguments[i] + "'";
    ++next;
  }
  return names;
}

/// Adds what the body of a loop gets, and what comes out of it, of values that
/// the loop is given.
static void passThrough(ScanOp scan, DenseSet<mlir::Value> &values) {
  Block &body = *scan.getBodyBlock();
  YieldOp yield = scan.getYield();
  const unsigned numCarried = scan.getInits().size();
  const unsigned first = body.getNumArguments() - numCarried;
  for (auto [i, operand] : llvm::enumerate(scan.getInputs()))
    if (values.contains(operand))
      values.insert(body.getArgument(1 + i));
  for (auto [i, init] : llvm::enumerate(scan.getInits()))
    if (values.contains(init) || values.contains(yield.getCarried()[i]))
      values.insert_range(ArrayRef<mlir::Value>{body.getArgument(first + i),
                                                scan.getResult(i)});
  for (auto [i, emitted] : llvm::enumerate(yield.getEmitted()))
    if (values.contains(emitted))
      values.insert(scan.getResult(numCarried + i));
}

/// Finds what depends on the gradient's further arguments. A loop hands on from
/// step to step, so that it is looked at until nothing is added.
void NonFiniteTrap::findCotangents() {
  cotangents.insert_range(
      gradient.getArguments().drop_front(closed.getNumArguments()));
  size_t before = 0;
  while (cotangents.size() != before) {
    before = cotangents.size();
    gradient.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (auto scan = dyn_cast<ScanOp>(op))
        return passThrough(scan, cotangents);
      if (llvm::any_of(valuesReadBy(op), [&](mlir::Value value) {
            return cotangents.contains(value);
          }))
        cotangents.insert_range(op->getResults());
    });
  }
}

/// Whether an op of the gradient is the model's own, or a part of it, and no
/// part of its derivative.
bool NonFiniteTrap::isForward(Operation *op) {
  Operation *origin = findOrigin(op);
  const bool isDerived = llvm::any_of(op->getResults(), [&](mlir::Value value) {
    return cotangents.contains(value);
  });
  return origin && !isDerived &&
         (isa<Decomposable>(origin) || origin->getName() == op->getName());
}

/// The function or, where that is not the op itself, the op of the model in it.
std::string NonFiniteTrap::forwardPartOf(Operation *op) {
  Operation *origin = op ? findOrigin(op) : nullptr;
  const std::string whole = "@" + entry + " (forward)";
  return origin && origin->getName() != op->getName()
             ? "'" + origin->getName().getStringRef().str() + "' of " + whole
             : whole;
}

std::string NonFiniteTrap::partOf(Operation *op) {
  if (!op || isForward(op))
    return forwardPartOf(op);
  Operation *origin = findOrigin(op);
  return "the gradient of " +
         (origin ? "'" + origin->getName().getStringRef().str() + "'"
                 : "@" + entry) +
         " (backward)";
}

static SmallVector<Array> toArrays(ArrayRef<Tensor> tensors) {
  return llvm::map_to_vector(tensors, interpreter::fromTensor);
}

NonFiniteContext NonFiniteTrap::makeContext(ElementPlace &place) {
  NonFiniteContext context;
  context.front = front;
  context.partOf = [this](Operation *op) { return forwardPartOf(op); };
  context.originOf = [this](Operation *op) { return findOrigin(op); };
  context.place = &place;
  return context;
}

void NonFiniteTrap::explainCause(const NonFiniteCause &cause,
                                 const NonFiniteContext &context) {
  auto argument = dyn_cast<BlockArgument>(cause.first.value);
  const bool isInput = argument &&
                       argument.getArgNumber() < closed.getNumArguments() &&
                       parameterOf(closed, argument.getArgNumber()).empty();
  if (!isInput || !explainArgument())
    reportCause(cause, context);
}

LogicalResult NonFiniteTrap::reportUnexplained(const Twine &what) const {
  if (hasFailed)
    return reportError(front + what +
                       " is not finite; where that arose is not "
                       "known, as the interpreter cannot run "
                       "the program");
  return reportError(
      front + what +
      " is not finite in the compiled program, but is in the "
      "interpreter, which computes within an operation in f64: some "
      "intermediate value of compiled code leaves the range of f32");
}

std::optional<NonFiniteCause> NonFiniteTrap::search(func::FuncOp function,
                                                    ArrayRef<Array> arguments,
                                                    const Matters &matters) {
  NonFiniteSearch search(function, arguments, Precision::F32, matters);
  auto cause = search.run();
  hasFailed |= search.hasFailed();
  return cause;
}

bool NonFiniteTrap::explainIn(func::FuncOp function, ArrayRef<Tensor> arguments,
                              const Matters &matters) {
  const SmallVector<Array> arrays = toArrays(arguments);
  auto cause = search(function, arrays, matters);
  if (!cause)
    return false;
  ElementPlace place(function, arrays, countSamples(arguments));
  explainCause(*cause, makeContext(place));
  return true;
}

/// Within an op the interpreter computes in f64. What leaves the range of f32
/// there is found among the ops that it is short for.
bool NonFiniteTrap::explainForward(ArrayRef<Tensor> arguments,
                                   const Matters &matters) {
  if (explainIn(closed, arguments, matters))
    return true;
  OpBuilder builder(closed);
  auto parts = cast<func::FuncOp>(builder.clone(*closed));
  parts.setSymName(entry + ".parts");
  return succeeded(decompose(parts)) && explainIn(parts, arguments, matters);
}

bool NonFiniteTrap::explainBackward(ArrayRef<Tensor> arguments,
                                    const Matters &matters) {
  const SmallVector<Array> arrays = toArrays(arguments);
  const unsigned numResults = closed.getNumResults();
  const auto gradients = findGradients();
  auto cause = search(gradient, arrays, [&](unsigned result) {
    return result < numResults ? matters(result) : gradients.count(result) > 0;
  });
  if (!cause)
    return false;
  ElementPlace place(gradient, arrays, countSamples(arguments));
  findCotangents();
  NonFiniteContext context = makeContext(place);
  const bool isSeed = cotangents.contains(cause->first.value) &&
                      isa<BlockArgument>(cause->first.value);
  context.partOf = [&, isSeed](Operation *op) {
    return !op && isSeed ? "the gradient of @" + entry + " (backward)"
                         : partOf(op);
  };
  SmallVector<std::string> reached;
  for (unsigned result : cause->results)
    if (auto found = gradients.find(result); found != gradients.end())
      reached.push_back(found->second);
  if (!reached.empty())
    context.reached = "the gradient of " + joinNames(reached);
  explainCause(*cause, context);
  return true;
}
