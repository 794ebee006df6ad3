//===- tools/vellum/TrainingLoop.cpp - step after step --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cmath>
#include <csignal>

#include "runtime/Philox.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Trainer.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

static volatile std::sig_atomic_t interrupted = 0;

/// Stays in place to the end: an interrupt often comes twice, to the process
/// and to its group, and must not end it while the checkpoint is written.
static void noteInterrupt(int) { interrupted = 1; }

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
  auto results = executor->call("train_step", arguments);
  if (failed(results))
    return failure();
  ++step;
  return measure(*results);
}

LogicalResult Trainer::measure(ArrayRef<Tensor> results) {
  std::vector<double> values;
  for (auto [name, result] : llvm::zip_equal(measures, results)) {
    values.push_back(elementAt(result, 0));
    const bool mustBeFinite =
        name == measures.front() || name == "gradient_norm";
    if (!mustBeFinite || std::isfinite(values.back()))
      continue;
    progress->finish();
    return reportError("step " + Twine(step) + ": the " + name + " is " +
                       std::to_string(values.back()) + "; " + options.out +
                       " has the state of the last checkpoint, if any");
  }
  interval.add(values);
  return success();
}

LogicalResult Trainer::saveWeights() {
  for (auto [i, name] : llvm::enumerate(tensorNames))
    if (!name.empty() && !parameterOf(function, i).empty())
      parameters[name] = arguments[i];
  SafetensorsFile file;
  file.tensors = inOrder(model, parameters);
  Status written = writeSafetensors(outPath("weights.safetensors"), file);
  return written ? success() : reportError(written.error());
}

LogicalResult Trainer::save() {
  Checkpoint checkpoint;
  checkpoint.step = step;
  checkpoint.seed = seed;
  checkpoint.batch = batch;
  checkpoint.model = fingerprint(model);
  checkpoint.interval = interval;
  for (auto [i, name] : llvm::enumerate(tensorNames))
    if (!name.empty())
      checkpoint.tensors.push_back({name, arguments[i]});
  for (ParameterOp parameter : model.getParameters()) {
    StringRef name = parameter.getSymName();
    if (!llvm::is_contained(tensorNames, name))
      checkpoint.tensors.push_back({name.str(), parameters.find(name)->second});
  }
  return writeCheckpoint(outPath("checkpoint.safetensors"), checkpoint);
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

FailureOr<Trainer::End> Trainer::loop() {
  if (step < numSteps && failed(reportProgram()))
    return failure();
  loopBegan = Clock::now();
  progress.emplace(llvm::outs(), step, numSteps);
  std::signal(SIGINT, noteInterrupt);
  while (step < numSteps && !isGoalReached && !interrupted)
    if (failed(advance()))
      return failure();
  const bool isInterrupted = interrupted && step < numSteps && !isGoalReached;
  if (!isInterrupted && interval.steps > 0 && failed(record()))
    return failure();
  progress->finish();
  if (failed(save()))
    return failure();
  if (isInterrupted)
    return End::Interrupted;
  if (failed(saveWeights()))
    return failure();
  return isGoalReached ? End::Goal : End::AllSteps;
}

FailureOr<Trainer::End> Trainer::run() {
  if (failed(prepare()))
    return failure();
  if (options.phases.isOver())
    return End::NotStarted;
  return loop();
}
