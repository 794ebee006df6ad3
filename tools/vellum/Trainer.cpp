//===- tools/vellum/Trainer.cpp - before the first step of training -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Trainer.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include "tools/vellum/Evaluation.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/ShapeCheck.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

std::string Trainer::outPath(StringRef name) const {
  SmallString<128> path(options.out);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

LogicalResult Trainer::build() {
  FailureOr<OwnedModule> built = buildStep(model, options.phases);
  if (failed(built))
    return failure();
  if (options.phases.isOver())
    return success();
  module = std::move(*built);
  function = module->lookupSymbol<func::FuncOp>("train_step");
  SmallVector<std::string> names = resultNames(function);
  for (unsigned i = 0, n = function.getNumResults(); i < n; ++i)
    if (!overwrittenArgument(function, i))
      measures.push_back(names[i]);
  for (unsigned i = 0, n = function.getNumArguments(); i < n; ++i)
    tensorNames.push_back(tensorName(function, i));
  arguments.resize(function.getNumArguments());
  frontSeconds = std::chrono::duration<double>(Clock::now() - began).count();
  return success();
}

LogicalResult Trainer::compile() {
  // The executor changes the module, and the signature is still wanted.
  auto created =
      Executor::create(OwnedModule(module->clone()), options.backend);
  if (failed(created))
    return failure();
  executor = std::move(*created);
  return success();
}

LogicalResult Trainer::parseGoal() {
  if (options.until.empty())
    return success();
  auto [name, bound] = StringRef(options.until).split('<');
  Goal parsed;
  if (name.empty() || bound.getAsDouble(parsed.bound))
    return reportError("option '--until' takes METRIC<NUMBER, but got '" +
                       options.until + "'");
  auto found = llvm::find(measures, name);
  if (found == measures.end())
    return reportError("option '--until' names '" + name +
                       "', but the metrics are " + llvm::join(measures, ", "));
  parsed.measure = static_cast<unsigned>(found - measures.begin());
  goal = parsed;
  return success();
}

LogicalResult Trainer::readData() {
  TrainingOp recipe = model.getRecipe();
  if (recipe.getData()) {
    if (options.data.empty())
      return success();
    return reportError("option '--data' is of no use: the recipe has the data "
                       "function @" +
                       *recipe.getData());
  }
  if (options.data.empty())
    return reportError("the recipe has no data function, so '--data=FILE.npz' "
                       "must give the arguments of @" +
                       recipe.getLoss());
  SmallVector<Port> ports;
  SmallVector<std::string> names = argumentNames(function);
  for (unsigned i = firstBatchArgument; i < function.getNumArguments(); ++i)
    if (tensorNames[i].empty())
      ports.push_back({names[i], function.getArgumentTypes()[i]});
  FailureOr<Dataset> read =
      Dataset::read(options.data, recipe.getLoss(), ports, seed);
  if (failed(read))
    return failure();
  data = std::move(*read);
  placeInputs();
  // The sizes of one batch are those of all.
  return checkShapes(function, arguments);
}

//===----------------------------------------------------------------------===//
// Beginning
//===----------------------------------------------------------------------===//

LogicalResult Trainer::start() {
  FailureOr<ParameterValues> values =
      loadParameters(model, options.weights, seed);
  if (failed(values))
    return failure();
  parameters = std::move(*values);
  placeInitialState(function, parameters, arguments);
  return success();
}

/// An error where an option says other than the checkpoint.
static LogicalResult agree(const std::string &path, StringRef what,
                           std::optional<int64_t> wanted, int64_t found) {
  if (!wanted || *wanted == found)
    return success();
  return reportError(path + ": was made with --" + what + "=" + Twine(found) +
                     ", but got --" + what + "=" + Twine(*wanted));
}

/// Moves the checkpoint's tensors to where they belong. An error names the
/// tensor that shows that the checkpoint is not this model's.
LogicalResult Trainer::takeTensors(Checkpoint &checkpoint,
                                   const std::string &path) {
  for (auto [i, name] : llvm::enumerate(tensorNames)) {
    if (name.empty())
      continue;
    FailureOr<Tensor> tensor = takeTensor(checkpoint.tensors, name,
                                          function.getArgumentTypes()[i], path);
    if (failed(tensor))
      return failure();
    arguments[i] = std::move(*tensor);
  }
  for (ParameterOp parameter : model.getParameters()) {
    StringRef name = parameter.getSymName();
    if (llvm::is_contained(tensorNames, name))
      continue;
    FailureOr<Tensor> tensor =
        takeTensor(checkpoint.tensors, name, parameter.getType(), path);
    if (failed(tensor))
      return failure();
    parameters[name] = std::move(*tensor);
  }
  return checkAllTaken(checkpoint.tensors, path, model.getPath());
}

LogicalResult Trainer::resume() {
  const std::string path = outPath("checkpoint.safetensors");
  FailureOr<Checkpoint> checkpoint = readCheckpoint(path);
  if (failed(checkpoint) || failed(takeTensors(*checkpoint, path)))
    return failure();
  if (checkpoint->model != fingerprint(model))
    return reportError(path + ": was made by another version of " +
                       model.getPath() + "; '--weights=" + path +
                       "' starts anew from its parameters");
  if (failed(agree(path, "seed", options.seed, checkpoint->seed)) ||
      failed(agree(path, "batch", options.batch, checkpoint->batch)))
    return failure();
  step = checkpoint->step;
  seed = checkpoint->seed;
  batch = checkpoint->batch;
  interval = std::move(checkpoint->interval);
  return success();
}

LogicalResult Trainer::prepare() {
  FailureOr<TrainingOp> recipe = model.requireRecipe();
  if (failed(recipe))
    return failure();
  if (options.resume && !options.weights.empty())
    return reportError("options '--resume' and '--weights' exclude each other");
  numSteps = options.steps.value_or(recipe->getSteps());
  seed = options.seed.value_or(0);
  batch = options.batch.value_or(recipe->getBatch());
  if (failed(build()))
    return failure();
  if (options.phases.isOver())
    return success();
  // What takes long comes last.
  return success(succeeded(parseGoal()) &&
                 succeeded(options.resume ? resume() : start()) &&
                 succeeded(readData()) && succeeded(openOutput()) &&
                 succeeded(compile()));
}

LogicalResult Trainer::openOutput() {
  if (std::error_code code = llvm::sys::fs::create_directories(options.out))
    return reportError(options.out +
                       ": cannot make the directory: " + code.message());
  FailureOr<MetricsFile> file =
      MetricsFile::open(outPath("metrics.jsonl"), step);
  if (failed(file))
    return failure();
  metrics = std::move(*file);
  return success();
}
