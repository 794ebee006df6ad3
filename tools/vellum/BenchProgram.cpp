//===- tools/vellum/BenchProgram.cpp - what vellum bench times ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/BenchProgram.h"

#include "mlir/Transforms/Passes.h"

#include <chrono>

#include "lowering/Passes.h"
#include "lowering/ProgramWork.h"
#include "tools/vellum/Dataset.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/ShapeCheck.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

BenchProgram::~BenchProgram() = default;

/// Seconds since `began`.
static double since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began)
      .count();
}

FailureOr<std::optional<Work>> vellum::countWork(ModuleOp module,
                                                 StringRef function) {
  auto passes = PassManager::on<ModuleOp>(module.getContext());
  passes.addPass(createDecompose());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  if (failed(passes.run(module)))
    return failure();
  return countProgramWork(module.lookupSymbol<func::FuncOp>(function));
}

/// Makes a closed function one for arguments of these shapes.
static CloseHook specializeFor(StringRef function, ArrayRef<Tensor> arguments) {
  return [=](ModuleOp module) {
    return specialize(module.lookupSymbol<func::FuncOp>(function), arguments);
  };
}

//===----------------------------------------------------------------------===//
// A function
//===----------------------------------------------------------------------===//

namespace {
/// One function, or its gradient.
class EntryProgram final : public BenchProgram {
public:
  explicit EntryProgram(BenchOptions &options)
      : options(options), evaluation(options.evaluation) {}

  LogicalResult prepare();
  Executor &getExecutor() override { return evaluation.getExecutor(); }

private:
  LogicalResult count();

  BenchOptions &options;
  Evaluation evaluation;
};
} // namespace

/// Builds the program once more, for the shapes of the arguments alone.
LogicalResult EntryProgram::count() {
  StringRef entry = evaluation.getEntry().getName();
  ProgramOptions program;
  if (options.gradient)
    program.differentiated = {entry};
  program.afterClose = specializeFor(entry, evaluation.getArguments());
  Phases phases;
  auto module = closeFunctions(evaluation.getModel(), entry, program, phases);
  if (failed(module))
    return failure();
  auto counted = countWork(**module, function);
  if (failed(counted))
    return failure();
  work = *counted;
  return success();
}

LogicalResult EntryProgram::prepare() {
  const auto began = std::chrono::steady_clock::now();
  if (failed(evaluation.load(options.gradient, /*probes=*/false)))
    return failure();
  frontSeconds = since(began);
  function = evaluation.getEntry().getName().str();
  title = (options.gradient ? "gradient of @" : "@") + function;
  SmallVector<Port> cotangents;
  if (options.gradient) {
    cotangents = cotangentPorts(evaluation.getEntry());
    function = gradientName(function);
  }
  if (failed(evaluation.bind(cotangents)) || failed(count()) ||
      failed(evaluation.compile()))
    return failure();
  if (!options.gradient) {
    arguments = evaluation.getArguments();
    return success();
  }
  auto bound = evaluation.gradientArguments();
  if (succeeded(bound))
    arguments = std::move(*bound);
  return bound;
}

//===----------------------------------------------------------------------===//
// The training step
//===----------------------------------------------------------------------===//

namespace {
/// The recipe's step on one batch, which is made beforehand.
class StepProgram final : public BenchProgram {
public:
  explicit StepProgram(BenchOptions &options)
      : options(options), evaluation(options.evaluation) {}

  LogicalResult prepare();
  Executor &getExecutor() override { return *executor; }

private:
  LogicalResult build();
  FailureOr<std::vector<Tensor>> makeBatch();
  FailureOr<std::vector<Tensor>> callBatchFunction(StringRef name);
  FailureOr<std::vector<Tensor>> readBatch();
  LogicalResult bind(std::vector<Tensor> batch);
  LogicalResult count();
  LogicalResult checkSeed();

  BenchOptions &options;
  EvaluationOptions &evaluation;
  std::unique_ptr<Model> model;
  TrainingOp recipe;
  OwnedModule module;
  func::FuncOp step;
  ParameterValues parameters;
  std::unique_ptr<Executor> executor;
  /// Whether the batch depends on the seed.
  bool batchUsesSeed = false;
  /// Arguments before the batch: key, batch size, number.
  static constexpr unsigned firstBatchArgument = 3;
};
} // namespace

LogicalResult StepProgram::build() {
  evaluation.timeLimit.begin();
  const auto began = std::chrono::steady_clock::now();
  model = Model::load(evaluation.model);
  if (!model)
    return failure();
  FailureOr<TrainingOp> found = model->requireRecipe(/*hasEntryOption=*/true);
  if (failed(found))
    return failure();
  recipe = *found;
  StepOptions stepOptions;
  stepOptions.takesBatch = true;
  Phases phases;
  auto built = buildStep(*model, phases, stepOptions);
  if (failed(built))
    return failure();
  frontSeconds = since(began);
  module = std::move(*built);
  function = "train_step";
  title = "training step";
  step = module->lookupSymbol<func::FuncOp>(function);
  return success();
}

static std::string joinTypes(TypeRange types) {
  return llvm::join(
      llvm::map_range(types, [](Type type) { return describe(type); }), ", ");
}

/// The values of a batch function's arguments. A random key and a batch size in
/// front need not be given. `usesSeed` is set where the key is the seed.
static FailureOr<std::vector<Tensor>>
batchArguments(const BenchOptions &options, func::FuncOp function,
               int64_t batch, bool &usesSeed) {
  SmallVector<Port> ports = argumentPorts(function);
  std::vector<Tensor> defaults;
  if (!ports.empty() && ports[0].type.isInteger(64))
    defaults.push_back(Tensor::of<int64_t>(
        {}, {static_cast<int64_t>(options.evaluation.getSeed())}));
  if (defaults.size() == 1 && ports.size() > 1 && ports[1].type.isIndex())
    defaults.push_back(Tensor::of<int64_t>({}, {batch}));
  for (unsigned i = 0; i < defaults.size(); ++i)
    ports[i].isOptional = true;
  auto bound = options.evaluation.inputs.bind(function.getName(), ports);
  if (failed(bound))
    return failure();
  if (options.batch && (defaults.size() < 2 || (*bound)[1]))
    return reportNoEffect("batch", "@" + function.getName() +
                                       (defaults.size() < 2
                                            ? " takes no batch size"
                                            : " takes that of '--input'"));
  usesSeed = !defaults.empty() && !bound->front();
  std::vector<Tensor> arguments;
  for (auto [i, given] : llvm::enumerate(*bound))
    arguments.push_back(given ? *given : defaults[i]);
  return arguments;
}

/// An error unless the function's results are the loss function's arguments.
static LogicalResult checkMaker(func::FuncOp maker, func::FuncOp loss) {
  if (areCompatibleTypes(maker.getResultTypes(), loss.getArgumentTypes()))
    return success();
  return reportError(
      "a batch function returns the arguments of @" + loss.getName() + ", (" +
      joinTypes(loss.getArgumentTypes()) + "), but @" + maker.getName() +
      " returns (" + joinTypes(maker.getResultTypes()) + ")");
}

/// The batch that a function of the model makes.
FailureOr<std::vector<Tensor>> StepProgram::callBatchFunction(StringRef name) {
  FailureOr<func::FuncOp> maker = model->lookup(name);
  FailureOr<func::FuncOp> loss = model->lookup(recipe.getLoss());
  if (failed(maker) || failed(loss) || failed(checkMaker(*maker, *loss)))
    return failure();
  auto given =
      batchArguments(options, *maker, options.batch.value_or(recipe.getBatch()),
                     batchUsesSeed);
  Phases phases;
  auto closed = closeFunctions(*model, name, ProgramOptions(), phases);
  if (failed(given) || failed(closed))
    return failure();
  auto entry = (*closed)->lookupSymbol<func::FuncOp>(name);
  std::vector<Tensor> all = joinArguments(entry, *given, parameters);
  if (failed(checkShapes(entry, all)))
    return failure();
  BackendOptions backend = evaluation.backend;
  backend.foresees = false;
  auto making = Executor::create(std::move(*closed), backend);
  if (failed(making))
    return failure();
  return (*making)->call(name, all);
}

/// The batch in the files that the options name.
FailureOr<std::vector<Tensor>> StepProgram::readBatch() {
  if (options.batch)
    return reportNoEffect("batch", "the batch comes from a file");
  SmallVector<Port> ports = argumentPorts(
      model->getModule().lookupSymbol<func::FuncOp>(recipe.getLoss()));
  if (options.data.empty())
    return evaluation.inputs.bindAll(recipe.getLoss(), ports);
  FailureOr<Dataset> data = Dataset::read(options.data, recipe.getLoss(), ports,
                                          evaluation.getSeed());
  if (failed(data))
    return failure();
  if (evaluation.inputs.areGiven())
    return reportError("options '--data' and '--input' exclude each other");
  batchUsesSeed = data->getNumBatches() > 1;
  std::vector<Tensor> batch(ports.size());
  data->place(/*step=*/0, batch);
  return batch;
}

FailureOr<std::vector<Tensor>> StepProgram::makeBatch() {
  const std::string maker = !options.batchFunction.empty()
                                ? options.batchFunction
                                : recipe.getData().value_or("").str();
  if (maker.empty())
    return readBatch();
  if (!options.data.empty())
    return reportNoEffect("data",
                          "the batch comes from the function @" + maker);
  return callBatchFunction(StringRef(maker).ltrim('@'));
}

LogicalResult StepProgram::bind(std::vector<Tensor> batch) {
  arguments.resize(step.getNumArguments());
  arguments[0] =
      Tensor::of<int64_t>({}, {static_cast<int64_t>(evaluation.getSeed())});
  arguments[1] = Tensor::of<int64_t>({}, {options.batch.value_or(1)});
  arguments[2] = Tensor::of<int64_t>({}, {0});
  llvm::move(batch, arguments.begin() + firstBatchArgument);
  placeInitialState(step, parameters, arguments);
  return checkShapes(step, arguments);
}

LogicalResult StepProgram::checkSeed() {
  const bool drawsParameters = evaluation.weights.empty() &&
                               llvm::any_of(model->getParameters(), isDrawn);
  if (!evaluation.seed || batchUsesSeed || drawsParameters)
    return success();
  return reportNoEffect("seed", "neither parameters nor the batch are drawn");
}

/// Builds the step once more, for the batch's shapes alone.
LogicalResult StepProgram::count() {
  StepOptions stepOptions;
  stepOptions.takesBatch = true;
  stepOptions.afterClose = [&](ModuleOp closed) {
    auto loss = closed.lookupSymbol<func::FuncOp>(recipe.getLoss());
    ArrayRef<Tensor> batch = ArrayRef(arguments).drop_front(firstBatchArgument);
    return specialize(loss, joinArguments(loss, batch, parameters));
  };
  Phases phases;
  auto counted = buildStep(*model, phases, stepOptions);
  if (failed(counted))
    return failure();
  auto found = countWork(**counted, function);
  if (failed(found))
    return failure();
  work = *found;
  return success();
}

LogicalResult StepProgram::prepare() {
  if (failed(build()) || failed(evaluation.inputs.read()))
    return failure();
  auto loaded =
      loadParameters(*model, evaluation.weights, evaluation.getSeed());
  if (failed(loaded))
    return failure();
  parameters = std::move(*loaded);
  auto batch = makeBatch();
  if (failed(batch) || failed(checkSeed()) || failed(bind(std::move(*batch))) ||
      failed(count()))
    return failure();
  auto created = Executor::create(std::move(module), evaluation.backend);
  if (failed(created))
    return failure();
  executor = std::move(*created);
  return success();
}

//===----------------------------------------------------------------------===//
// Either
//===----------------------------------------------------------------------===//

template <typename Program>
static FailureOr<std::unique_ptr<BenchProgram>> prepare(BenchOptions &options) {
  auto program = std::make_unique<Program>(options);
  if (failed(program->prepare()))
    return failure();
  return std::unique_ptr<BenchProgram>(std::move(program));
}

/// An error where an option is given that says nothing of what is timed.
static LogicalResult checkOptions(const BenchOptions &options) {
  const bool isStep = options.evaluation.entry.empty();
  if (isStep && options.gradient)
    return reportError("option '--gradient' needs '--entry=NAME'");
  if (!isStep && !options.data.empty())
    return reportError("options '--data' and '--entry' exclude each other");
  if (!isStep && !options.batchFunction.empty())
    return reportError(
        "options '--batch-function' and '--entry' exclude each other");
  if (!isStep && options.batch)
    return reportError("options '--batch' and '--entry' exclude each other");
  return success();
}

FailureOr<std::unique_ptr<BenchProgram>>
BenchProgram::create(BenchOptions &options) {
  if (failed(checkOptions(options)))
    return failure();
  return options.evaluation.entry.empty() ? ::prepare<StepProgram>(options)
                                          : ::prepare<EntryProgram>(options);
}
