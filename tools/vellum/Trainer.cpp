//===- tools/vellum/Trainer.cpp - before the first step of training -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Trainer.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cmath>

#include "runtime/Json.h"
#include "tools/vellum/BatchSize.h"
#include "tools/vellum/Evaluation.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/ShapeCheck.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

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
  return checkNames();
}

/// An error where a metric has a name that a record has a use for already.
LogicalResult Trainer::checkNames() {
  llvm::StringSet<> taken{"step", "sequences", "seconds"};
  for (const std::string &measure : measures) {
    auto loss = *model.lookup(model.getRecipe().getLoss());
    if (!isUtf8(measure))
      return loss.emitError("a metric's name must be UTF-8");
    if (!taken.insert(measure).second)
      return loss.emitError("a metric cannot be called '")
             << measure << "', as a record of " << RunFolder::kMetrics
             << " has that already";
  }
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
  if (name.empty() || bound.getAsDouble(parsed.bound) ||
      std::isnan(parsed.bound))
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

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

/// With data from a file it is the file that says how many samples a step
/// takes.
LogicalResult Trainer::countSamples() {
  if (options.batch)
    return reportNoEffect("batch", "a batch is what " + options.data +
                                       " has at an index");
  SmallVector<BatchArray> arrays;
  size_t port = 0;
  for (auto argument : function.getArguments().drop_front(firstBatchArgument)) {
    const unsigned number = argument.getArgNumber();
    if (tensorNames[number].empty() && !data.isBesideBatches(port++))
      arrays.push_back({argument, &arguments[number]});
  }
  auto samples = samplesOf(
      arrays, static_cast<int64_t>(model.getRecipe().getBatch()), options.data);
  if (failed(samples))
    return failure();
  batch = *samples;
  return success();
}

LogicalResult Trainer::readData() {
  TrainingOp recipe = model.getRecipe();
  if (recipe.getData()) {
    if (options.data.empty())
      return success();
    return reportNoEffect("data", "the recipe has the data function @" +
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
  identity.addData(data.hash());
  placeInputs();
  return countSamples();
}

/// Once all arguments are there. The sizes of one batch are those of all.
LogicalResult Trainer::checkSizes() {
  return options.data.empty() ? success() : checkShapes(function, arguments);
}

/// An error where an option is given that changes nothing of this run.
LogicalResult Trainer::checkEffects() {
  StringRef data = model.getRecipe().getData().value_or("");
  if (options.batch && function.getArgument(1).use_empty())
    return reportNoEffect("batch", "@" + data + " makes batches of one size");
  const bool isSeeded =
      !function.getArgument(0).use_empty() || this->data.getNumBatches() > 1 ||
      (options.weights.empty() && llvm::any_of(model.getParameters(), isDrawn));
  if (options.seed && !options.resume && !isSeeded)
    return reportNoEffect("seed", "neither parameters nor data are drawn");
  return success();
}

//===----------------------------------------------------------------------===//
// Beginning
//===----------------------------------------------------------------------===//

LogicalResult Trainer::openFolder() {
  const std::string &out = options.out;
  // A name that is mistyped must not make a folder.
  SmallString<128> path(out);
  llvm::sys::path::append(path, RunFolder::kCheckpoint);
  if (options.resume && !llvm::sys::fs::exists(path))
    return reportError(out + ": has no checkpoint to go on from; without "
                             "'--resume' a run begins there");
  if (failed(folder.open(out)))
    return failure();
  if (!options.resume && !options.overwrite && folder.hasRun())
    return reportError(out + ": has a run already; '--resume' goes on with it, "
                             "'--overwrite' begins anew in its place");
  return success();
}

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

/// Reads the checkpoint to go on from, and takes over what names the run.
LogicalResult Trainer::readCheckpoint() {
  const std::string path = folder / RunFolder::kCheckpoint;
  FailureOr<Checkpoint> read = vellum::readCheckpoint(path);
  if (failed(read) || failed(agree(path, "seed", options.seed, read->seed)) ||
      failed(agree(path, "batch", options.batch, read->batch)))
    return failure();
  checkpoint = std::move(*read);
  savedStep = step = checkpoint->step;
  seed = checkpoint->seed;
  batch = checkpoint->batch;
  if (step <= numSteps)
    return success();
  return reportError(
      path + ": has " + Twine(step) + " steps already, but got " +
      (options.steps ? "--steps=" : "the recipe's steps ") + Twine(numSteps));
}

/// An error where the checkpoint is of another run than that of these options.
LogicalResult Trainer::checkIdentity() {
  const std::string path = folder / RunFolder::kCheckpoint;
  auto difference =
      checkpoint->identity.differenceFrom(identity, model.getPath());
  if (difference)
    return reportError(path + ": " + *difference + "; '--weights=" + path +
                       "' starts anew from its parameters");
  if (batch != checkpoint->batch)
    return reportError(path + ": was made with " + Twine(checkpoint->batch) +
                       " samples a step, but " + options.data + " has " +
                       Twine(batch));
  const size_t found = checkpoint->interval.sums.size();
  const size_t expected = checkpoint->interval.steps ? measures.size() : 0;
  if (found != expected)
    return reportError(path + ": metadata 'interval_sums' must be " +
                       Twine(expected) + " numbers, but got " + Twine(found));
  return success();
}

/// Moves the checkpoint's tensors to where they belong.
LogicalResult Trainer::takeTensors() {
  const std::string path = folder / RunFolder::kCheckpoint;
  for (auto [i, name] : llvm::enumerate(tensorNames)) {
    if (name.empty())
      continue;
    FailureOr<Tensor> tensor = takeTensor(checkpoint->tensors, name,
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
        takeTensor(checkpoint->tensors, name, parameter.getType(), path);
    if (failed(tensor))
      return failure();
    parameters[name] = std::move(*tensor);
  }
  return checkAllTaken(checkpoint->tensors, path, model.getPath());
}

LogicalResult Trainer::resume() {
  if (failed(checkIdentity()) || failed(takeTensors()))
    return failure();
  interval = std::move(checkpoint->interval);
  checkpoint.reset();
  return success();
}

/// Options that contradict each other.
static LogicalResult checkOptions(const TrainOptions &options) {
  const std::pair<StringRef, bool> given[] = {
      {"--overwrite", options.overwrite},
      {"--weights", !options.weights.empty()}};
  for (auto [name, isGiven] : given)
    if (options.resume && isGiven)
      return reportError("options '--resume' and '" + name +
                         "' exclude each other");
  return success();
}

LogicalResult Trainer::prepare() {
  FailureOr<TrainingOp> recipe = model.requireRecipe();
  if (failed(recipe) || failed(checkOptions(options)))
    return failure();
  numSteps = options.steps.value_or(recipe->getSteps());
  seed = options.seed.value_or(0);
  batch = options.batch.value_or(recipe->getBatch());
  identity = RunIdentity::of(model);
  if (failed(build()))
    return failure();
  if (options.phases.isOver())
    return success();
  // What takes long comes last.
  return success(succeeded(parseGoal()) && succeeded(openFolder()) &&
                 (!options.resume || succeeded(readCheckpoint())) &&
                 succeeded(readData()) && succeeded(checkEffects()) &&
                 succeeded(options.resume ? resume() : start()) &&
                 succeeded(checkSizes()) && succeeded(compile()));
}
