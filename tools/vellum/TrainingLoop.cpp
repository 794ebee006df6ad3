//===- tools/vellum/TrainingLoop.cpp - step after step --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/FileSystem.h"

#include <cmath>

#include "lowering/TrainingStep.h"
#include "runtime/Philox.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/StopRequest.h"
#include "tools/vellum/Trainer.h"
#include "tools/vellum/TrainingTrap.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

double Trainer::secondsSoFar() const {
  return metrics.getSeconds() +
         std::chrono::duration<double>(Clock::now() - loopBegan).count();
}

Record Trainer::currentRecord() const {
  return {step, step * batch, measures, interval.means(), secondsSoFar()};
}

void Trainer::placeInputs() {
  const uint64_t key = philoxFold(static_cast<uint64_t>(seed), step);
  arguments[0] = Tensor::of<int64_t>({}, {static_cast<int64_t>(key)});
  arguments[1] = Tensor::of<int64_t>({}, {batch});
  arguments[2] = Tensor::of<int64_t>({}, {step});
  data.place(step,
             llvm::MutableArrayRef(arguments).drop_front(firstBatchArgument));
}

LogicalResult Trainer::takeStep() {
  placeInputs();
  if (options.trapNan)
    keepState();
  auto results = executor->call("train_step", arguments);
  if (failed(results))
    return failure();
  if (options.trapNan)
    if (const std::string what = findTrapped(*results); !what.empty())
      return trap(what);
  ++step;
  return measure(*results);
}

LogicalResult Trainer::reportBadState(const Twine &what) {
  progress->finish();
  std::string more;
  if (savedStep)
    more = "; " + folder / RunFolder::kCheckpoint + " has the state after " +
           std::to_string(*savedStep) +
           " steps; '--trap-nan' says where in the model it arises";
  return reportError("step " + Twine(step) + ": " + what + more);
}

bool Trainer::mustBeFinite(unsigned measure) const {
  return measure == 0 || measures[measure] == gradientNormName;
}

LogicalResult Trainer::measure(ArrayRef<Tensor> results) {
  std::vector<double> values;
  for (auto [i, result] : llvm::enumerate(results)) {
    values.push_back(elementAt(result, 0));
    if (mustBeFinite(i) && !std::isfinite(values.back()))
      return reportBadState("the " + measures[i] + " is " +
                            std::to_string(values.back()));
  }
  interval.add(values);
  return success();
}

ParameterValues Trainer::currentParameters() const {
  ParameterValues values = parameters;
  for (auto [i, name] : llvm::enumerate(tensorNames))
    if (!name.empty() && !parameterOf(function, i).empty())
      values[name] = arguments[i];
  return values;
}

LogicalResult Trainer::saveWeights() {
  SafetensorsFile file;
  file.tensors = inOrder(model, currentParameters());
  Status written = writeSafetensors(folder / RunFolder::kWeights, file);
  return written ? success() : reportError(written.error());
}

Checkpoint Trainer::currentState() const {
  Checkpoint checkpoint;
  checkpoint.step = step;
  checkpoint.seed = seed;
  checkpoint.batch = batch;
  checkpoint.identity = identity;
  checkpoint.interval = interval;
  for (auto [i, name] : llvm::enumerate(tensorNames))
    if (!name.empty())
      checkpoint.tensors.push_back({name, arguments[i]});
  for (ParameterOp parameter : model.getParameters()) {
    StringRef name = parameter.getSymName();
    if (!llvm::is_contained(tensorNames, name))
      checkpoint.tensors.push_back({name.str(), parameters.find(name)->second});
  }
  return checkpoint;
}

LogicalResult Trainer::save() {
  const Checkpoint checkpoint = currentState();
  // One that cannot be gone on from must not take the place of one that can.
  if (auto element = findNotFinite(checkpoint.tensors))
    return reportBadState(*element);
  // No checkpoint is on the disk before the records of its steps are.
  if (failed(metrics.flush()) ||
      failed(writeCheckpoint(folder / RunFolder::kCheckpoint, checkpoint)))
    return failure();
  savedStep = step;
  return success();
}

/// Copies into memory that is there already, where it is.
static void copyInto(Tensor &to, const Tensor &from) {
  const size_t size = from.storage.size();
  if (to.shape != from.shape || to.storage.size() != size)
    to = from;
  else if (size > 0)
    std::memcpy(to.raw(), from.raw(), size);
}

void Trainer::keepState() {
  kept.resize(arguments.size());
  for (auto [i, name] : llvm::enumerate(tensorNames))
    if (!name.empty())
      copyInto(kept[i], arguments[i]);
}

std::string Trainer::findTrapped(ArrayRef<Tensor> results) const {
  for (auto [i, result] : llvm::enumerate(results))
    if (mustBeFinite(i) && !isFinite(result))
      return "the " + measures[i];
  for (auto [name, argument] : llvm::zip_equal(tensorNames, arguments))
    if (!name.empty() && !isFinite(argument))
      return "tensor '" + name + "'";
  return "";
}

/// The step is as good as not taken. Its files are there before it is looked
/// into, which the interpreter takes its time for.
LogicalResult Trainer::trap(const std::string &what) {
  progress->finish();
  for (auto [i, name] : llvm::enumerate(tensorNames))
    if (!name.empty())
      arguments[i] = std::move(kept[i]);
  const Checkpoint before = currentState();
  ArrayRef<std::string> names = tensorNames;
  const auto inputs =
      names.take_while([](StringRef name) { return name.empty(); });
  TrappedStep trapped(model, function, before, currentParameters(),
                      {arguments.begin(), arguments.begin() + inputs.size()});
  endOnStopRequests();
  if (failed(trapped.findBatch(options.backend)))
    return failure();
  const LogicalResult left = trapped.leave(folder);
  trapped.explain(what);
  if (succeeded(left))
    trapped.printRepetition(options.data, options.backend);
  return failure();
}

/// Ends the interval with a line in the metrics.
LogicalResult Trainer::record() {
  const Record record = currentRecord();
  if (failed(metrics.append(record)))
    return failure();
  progress->record(record);
  isGoalReached = goal && record.means[goal->measure] < goal->bound;
  interval = {};
  return success();
}

/// One turn of the loop.
LogicalResult Trainer::advance() {
  if (failed(takeStep()))
    return failure();
  if (step % options.logEvery == 0) {
    if (failed(record()))
      return failure();
  } else {
    progress->update([&] { return currentRecord(); });
  }
  return step % options.checkpointEvery == 0 ? save() : success();
}

LogicalResult Trainer::reportProgram() {
  placeInputs();
  // What fits a budget may have to be compiled first.
  auto forecast = executor->foresee("train_step", arguments);
  if (failed(forecast))
    return failure();
  const CompileTimes times = executor->getCompileTimes();
  if (times.llvm > 0)
    llvm::outs() << "compile: " << describe(frontSeconds, times) << '\n';
  if (*forecast)
    llvm::outs() << "memory: " << describe(**forecast) << '\n';
  return success();
}

/// At every moment the folder holds one run, which '--resume' goes on with: the
/// old one until the new one's first checkpoint takes the place of its last.
LogicalResult Trainer::begin() {
  if (!options.resume) {
    llvm::sys::fs::remove(folder / RunFolder::kWeights);
    removeTrappedStep(folder);
    if (failed(save()))
      return failure();
  }
  // The steps that the checkpoint holds sums of have no record yet.
  FailureOr<MetricsFile> file =
      MetricsFile::open(folder / RunFolder::kMetrics, step - interval.steps);
  if (failed(file))
    return failure();
  metrics = std::move(*file);
  return success();
}

/// At least one step is taken within any time limit: who goes on again and
/// again comes to the end.
std::optional<Trainer::End> Trainer::endsEarly() const {
  if (isGoalReached)
    return End::Goal;
  if (isStopRequested())
    return End::Interrupted;
  const std::chrono::duration<double> passed = Clock::now() - began;
  if (options.timeLimit && passed.count() >= *options.timeLimit &&
      step > progress->getFirst())
    return End::TimeIsUp;
  return std::nullopt;
}

FailureOr<Trainer::End> Trainer::loop() {
  if (step == numSteps && options.resume)
    llvm::outs() << "all " << step << " steps are done already\n";
  if (step < numSteps && failed(reportProgram()))
    return failure();
  noteStopRequests();
  loopBegan = Clock::now();
  progress.emplace(llvm::outs(), step, numSteps);
  if (failed(begin()))
    return failure();
  std::optional<End> early;
  while (step < numSteps && !(early = endsEarly()))
    if (failed(advance()))
      return failure();
  const End end = early.value_or(isGoalReached ? End::Goal : End::AllSteps);
  const bool isComplete = end == End::Goal || end == End::AllSteps;
  if (isComplete && interval.steps > 0 && failed(record()))
    return failure();
  progress->finish();
  if (failed(save()) || (isComplete && failed(saveWeights())))
    return failure();
  return end;
}

FailureOr<Trainer::End> Trainer::run() {
  if (failed(prepare()))
    return failure();
  if (options.phases.isOver())
    return End::NotStarted;
  return loop();
}
