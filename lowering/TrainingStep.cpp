//===- lowering/TrainingStep.cpp - one step of training as a function -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/TrainingStep.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"

#include "lowering/LiftParameters.h"
#include "lowering/Optimizers.h"
#include "lowering/Passes.h"
#include "lowering/autodiff/Gradient.h"

#define DEBUG_TYPE "vellum-training-step"

namespace vellum {
#define GEN_PASS_DEF_TRAININGSTEP
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

namespace {
/// Builds the function from its front to its end.
class TrainingStepBuilder {
public:
  TrainingStepBuilder(TrainingOp recipe, func::FuncOp loss, func::FuncOp data)
      : recipe(recipe), loss(loss), data(data), optimizer(recipe),
        builder(recipe.getContext()), t(builder, recipe.getLoc()) {}

  FailureOr<func::FuncOp> build();

private:
  /// A parameter that is trained.
  struct Trained {
    Value value;
    /// The number of the loss function's argument that it is.
    unsigned lossArgument;
    SmallVector<Value> state;
    Value gradient;
  };

  Value addArgument(Type type, StringRef attribute, Attribute name);
  void createFunction();
  void addParameters(func::FuncOp user);
  void addTrained();

  SmallVector<Value> inlineCall(func::FuncOp callee, ValueRange arguments);
  void makeBatch();
  FailureOr<func::FuncOp> buildLossGradient();
  LogicalResult differentiate();
  void update();
  void returnAll();

  TrainingOp recipe;
  func::FuncOp loss, data;
  Optimizer optimizer;
  OpBuilder builder;
  TensorBuilder t;

  func::FuncOp function;
  Value key, batchSize, step;
  /// The loss function's arguments but for its parameters.
  SmallVector<Value> batch;
  llvm::DenseMap<Attribute, Value> parameters;
  SmallVector<Trained> trained;
  /// What is measured, with its name.
  SmallVector<std::pair<Value, Attribute>> measures;
  /// New values with the arguments that they replace.
  SmallVector<std::pair<Value, Value>> updates;
};
} // namespace

static constexpr StringLiteral kNameAttr = "vellum.name";

/// A loss or a metric: a float tensor of rank 0.
static bool isMeasure(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 0 &&
         isa<FloatType>(tensor.getElementType());
}

/// The parameter that an argument was lifted from, or null.
static FlatSymbolRefAttr parameterOf(func::FuncOp function, unsigned argument) {
  return function.getArgAttrOfType<FlatSymbolRefAttr>(argument,
                                                      parameterAttrName);
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

Value TrainingStepBuilder::addArgument(Type type, StringRef attribute,
                                       Attribute name) {
  const unsigned number = function.getNumArguments();
  NamedAttrList attributes;
  if (name)
    attributes.set(attribute, name);
  (void)function.insertArgument(number, type,
                                attributes.getDictionary(builder.getContext()),
                                recipe.getLoc());
  return function.getArgument(number);
}

void TrainingStepBuilder::createFunction() {
  builder.setInsertionPointAfter(loss);
  function = func::FuncOp::create(builder, recipe.getLoc(), "train_step",
                                  builder.getFunctionType({}, {}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  auto add = [&](Type type, StringRef name) {
    return addArgument(type, kNameAttr, builder.getStringAttr(name));
  };
  key = add(builder.getI64Type(), "key");
  batchSize = add(builder.getIndexType(), "batch");
  step = add(builder.getI64Type(), "step");
  if (data)
    return;
  for (auto [i, type] : llvm::enumerate(loss.getArgumentTypes()))
    if (!parameterOf(loss, i))
      batch.push_back(
          addArgument(type, kNameAttr, loss.getArgAttr(i, kNameAttr)));
}

void TrainingStepBuilder::addParameters(func::FuncOp user) {
  for (auto [i, type] : llvm::enumerate(user.getArgumentTypes())) {
    FlatSymbolRefAttr name = parameterOf(user, i);
    if (!name || parameters.contains(name))
      continue;
    Value value = addArgument(type, parameterAttrName, name);
    parameters[name] = value;
    if (user.getArgAttr(i, frozenAttrName))
      function.setArgAttr(function.getNumArguments() - 1, frozenAttrName,
                          builder.getUnitAttr());
    else if (user == loss)
      trained.push_back({value, static_cast<unsigned>(i), {}, {}});
  }
}

void TrainingStepBuilder::addTrained() {
  for (Trained &each : trained) {
    StringRef name = parameterOf(loss, each.lossArgument).getValue();
    for (StringRef kept : optimizer.stateNames())
      each.state.push_back(
          addArgument(each.value.getType(), "vellum.state",
                      builder.getStringAttr(name + "." + kept)));
  }
}

//===----------------------------------------------------------------------===//
// Forward and backward
//===----------------------------------------------------------------------===//

/// Copies the callee's body. `arguments` are those that are not parameters.
SmallVector<Value> TrainingStepBuilder::inlineCall(func::FuncOp callee,
                                                   ValueRange arguments) {
  IRMapping mapping;
  for (BlockArgument argument : callee.getArguments()) {
    Value value;
    if (auto name = parameterOf(callee, argument.getArgNumber())) {
      value = parameters.lookup(name);
    } else {
      value = arguments.front();
      arguments = arguments.drop_front();
    }
    if (value.getType() != argument.getType())
      value = tensor::CastOp::create(builder, recipe.getLoc(),
                                     argument.getType(), value);
    mapping.map(argument, value);
  }
  Block &body = callee.getBody().front();
  for (Operation &op : body.without_terminator())
    builder.clone(op, mapping);
  return llvm::map_to_vector(
      body.getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookupOrDefault(value); });
}

void TrainingStepBuilder::makeBatch() {
  if (!data)
    return;
  const bool takesSize =
      data.getNumArguments() > 1 && data.getArgumentTypes()[1].isIndex();
  batch = inlineCall(data,
                     takesSize ? ValueRange{key, batchSize} : ValueRange{key});
}

/// Leaves the results that a step measures.
static void dropOtherResults(func::FuncOp loss) {
  Operation *last = loss.getBody().front().getTerminator();
  for (unsigned i = loss.getNumResults(); i-- > 0;) {
    if (isMeasure(loss.getResultTypes()[i]))
      continue;
    (void)loss.eraseResult(i);
    last->eraseOperand(i);
  }
}

/// The gradient of the loss alone: metrics pass no cotangent back.
FailureOr<func::FuncOp> TrainingStepBuilder::buildLossGradient() {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(loss);
  auto copy = cast<func::FuncOp>(builder.clone(*loss));
  copy.setSymName("train_step.loss");
  dropOtherResults(copy);
  Operation *last = copy.getBody().front().getTerminator();
  builder.setInsertionPoint(last);
  for (OpOperand &metric : llvm::drop_begin(last->getOpOperands()))
    if (isa<RankedTensorType>(metric.get().getType()))
      metric.set(
          StopGradientOp::create(builder, metric.get().getLoc(), metric.get()));
  GradientOptions options;
  options.wrt.emplace(llvm::map_range(
      trained, [](const Trained &each) { return each.lossArgument; }));
  FailureOr<func::FuncOp> gradient = buildGradient(copy, options);
  copy.erase();
  return gradient;
}

LogicalResult TrainingStepBuilder::differentiate() {
  FailureOr<func::FuncOp> gradient = buildLossGradient();
  if (failed(gradient))
    return failure();
  SmallVector<Value> arguments = batch;
  // The cotangents: 1 of the loss, and none of the metrics.
  const unsigned first = loss.getNumArguments();
  for (BlockArgument seed : gradient->getArguments().drop_front(first))
    arguments.push_back(
        t.constant(seed.getArgNumber() == first ? 1.0 : 0.0, seed));
  SmallVector<Value> results = inlineCall(*gradient, arguments);
  gradient->erase();
  for (auto [i, type] : llvm::enumerate(loss.getResultTypes()))
    if (isMeasure(type))
      measures.push_back(
          {results[measures.size()], loss.getResultAttr(i, kNameAttr)});
  const unsigned numMeasures = measures.size();
  measures.front().second = builder.getStringAttr("loss");
  for (auto [i, each] : llvm::enumerate(trained))
    each.gradient = results[numMeasures + i];
  return success();
}

//===----------------------------------------------------------------------===//
// Update
//===----------------------------------------------------------------------===//

/// The step's number from 1 on, a tensor of rank 0.
static Value countFromOne(TensorBuilder &t, Value step, Type element) {
  OpBuilder &b = t.builder;
  Value one = arith::ConstantOp::create(b, t.location, b.getI64IntegerAttr(1));
  Value next = arith::AddIOp::create(b, t.location, step, one);
  Value number = arith::SIToFPOp::create(b, t.location, element, next);
  return tensor::FromElementsOp::create(
      b, t.location, RankedTensorType::get({}, element), number);
}

void TrainingStepBuilder::update() {
  if (trained.empty())
    return;
  SmallVector<Value> gradients = llvm::map_to_vector(
      trained, [](const Trained &each) { return each.gradient; });
  Value norm = euclideanNorm(t, gradients);
  measures.push_back({norm, builder.getStringAttr(gradientNormName)});
  SmallVector<Value> clipped = clipGradients(t, recipe, gradients, norm);
  Value count = countFromOne(t, step, getElementTypeOrSelf(norm.getType()));
  SmallVector<std::pair<Value, Value>> states;
  for (auto [each, gradient] : llvm::zip_equal(trained, clipped)) {
    SmallVector<Value> next =
        optimizer.update(t, each.value, gradient, each.state, count);
    updates.push_back({next.front(), each.value});
    for (auto [value, old] :
         llvm::zip_equal(llvm::drop_begin(next), each.state))
      states.push_back({value, old});
  }
  updates.append(states);
}

void TrainingStepBuilder::returnAll() {
  SmallVector<Value> results;
  SmallVector<Type> types;
  SmallVector<Attribute> attributes;
  auto add = [&](Value value, StringRef attribute, Attribute content) {
    results.push_back(value);
    types.push_back(value.getType());
    NamedAttrList list;
    if (content)
      list.set(attribute, content);
    attributes.push_back(list.getDictionary(builder.getContext()));
  };
  for (auto [value, name] : measures)
    add(value, kNameAttr, name);
  for (auto [value, old] : updates)
    add(value, "vellum.inplace",
        builder.getI64IntegerAttr(cast<BlockArgument>(old).getArgNumber()));
  func::ReturnOp::create(builder, recipe.getLoc(), results);
  function.setType(builder.getFunctionType(function.getArgumentTypes(), types));
  function.setResAttrsAttr(builder.getArrayAttr(attributes));
}

FailureOr<func::FuncOp> TrainingStepBuilder::build() {
  createFunction();
  addParameters(loss);
  if (data)
    addParameters(data);
  addTrained();
  makeBatch();
  if (failed(differentiate())) {
    function.erase();
    return failure();
  }
  update();
  returnAll();
  return function;
}

static func::FuncOp lookupFunction(TrainingOp recipe, FlatSymbolRefAttr name) {
  return name ? SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(recipe, name)
              : func::FuncOp();
}

/// Both functions must be closed, or their parameters could not be trained.
static LogicalResult checkClosed(func::FuncOp function) {
  WalkResult result = function.walk([](Operation *op) -> WalkResult {
    if (isa<UseOp, func::CallOp>(op))
      return op->emitOpError(
          "stands in a function that the training step needs "
          "closed; run vellum-lift-parameters first");
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// A checkpoint holds the optimiser's tensors beside the parameters, under
/// names that are made of theirs.
static LogicalResult checkStateNames(TrainingOp recipe) {
  auto parameters = recipe->getParentOfType<ModuleOp>().getOps<ParameterOp>();
  llvm::StringMap<ParameterOp> byName;
  for (ParameterOp parameter : parameters)
    byName[parameter.getSymName()] = parameter;
  for (ParameterOp parameter : parameters)
    for (StringRef state : Optimizer(recipe).stateNames()) {
      const std::string name = (parameter.getSymName() + "." + state).str();
      auto found = byName.find(name);
      if (found == byName.end())
        continue;
      InFlightDiagnostic error =
          found->second.emitOpError("has the name ")
          << '\'' << name << "' under which a checkpoint "
          << "holds what the optimiser keeps of @" << parameter.getSymName();
      error.attachNote(recipe.getLoc()) << "the recipe is here";
      return error;
    }
  return success();
}

FailureOr<func::FuncOp> vellum::buildTrainingStep(TrainingOp recipe) {
  func::FuncOp loss = lookupFunction(recipe, recipe.getLossAttr());
  func::FuncOp data = lookupFunction(recipe, recipe.getDataAttr());
  if (SymbolTable::lookupNearestSymbolFrom(
          recipe, StringAttr::get(recipe.getContext(), "train_step")))
    return recipe.emitOpError("needs the name @train_step, which is taken");
  for (func::FuncOp function : {loss, data})
    if (function && failed(checkClosed(function)))
      return failure();
  if (failed(checkStateNames(recipe)))
    return failure();
  if (loss.isExternal() || (data && data.isExternal()))
    return recipe.emitOpError("needs functions with a body");
  return TrainingStepBuilder(recipe, loss, data).build();
}

namespace {
struct TrainingStep : vellum::impl::TrainingStepBase<TrainingStep> {
  using TrainingStepBase::TrainingStepBase;

  void runOnOperation() override {
    auto recipes = getOperation().getOps<TrainingOp>();
    if (recipes.empty()) {
      ++numWithoutRecipe;
      return;
    }
    FailureOr<func::FuncOp> step = buildTrainingStep(*recipes.begin());
    if (failed(step))
      return signalPassFailure();
    ++numSteps;
  }
};
} // namespace
