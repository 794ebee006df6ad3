//===- tools/vellum/Trainer.h - the training loop -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_TRAINER_H
#define VELLUM_TOOLS_VELLUM_TRAINER_H

#include "tools/vellum/Checkpoint.h"
#include "tools/vellum/Dataset.h"
#include "tools/vellum/Executor.h"
#include "tools/vellum/Programs.h"
#include "tools/vellum/Progress.h"
#include "tools/vellum/RunFolder.h"

namespace vellum {

/// The command line of `vellum train`.
struct TrainOptions {
  std::string model;
  std::optional<int64_t> steps, seed, batch, timeLimit;
  int64_t checkpointEvery = 1000, logEvery = 100;
  std::string out = "out";
  std::string data, weights, until;
  bool resume = false, overwrite = false, trapNan = false;
  BackendOptions backend;
  Phases phases;
};

/// Runs a model's training step again and again. What it computes depends on
/// the model, the seed and the step alone, however often it is interrupted.
class Trainer {
public:
  using Clock = std::chrono::steady_clock;

  /// `began` is when the model began to be read.
  Trainer(Model &model, TrainOptions &options, Clock::time_point began)
      : model(model), options(options), began(began) {}

  /// How a run ended that did not fail.
  enum class End { AllSteps, Goal, Interrupted, TimeIsUp, NotStarted };
  llvm::FailureOr<End> run();

  /// The path of a file of the run.
  std::string getPath(llvm::StringRef name) const { return folder / name; }

private:
  /// Training is over when the average of a measure falls below a bound.
  struct Goal {
    unsigned measure = 0;
    double bound = 0;
  };

  // Before the first step.
  llvm::LogicalResult prepare();
  llvm::LogicalResult build();
  llvm::LogicalResult checkNames();
  llvm::LogicalResult compile();
  llvm::LogicalResult parseGoal();
  llvm::LogicalResult openFolder();
  llvm::LogicalResult readData();
  llvm::LogicalResult countSamples();
  llvm::LogicalResult checkSizes();
  llvm::LogicalResult checkEffects();
  llvm::LogicalResult start();
  llvm::LogicalResult takeTensors();
  llvm::LogicalResult readCheckpoint();
  llvm::LogicalResult checkIdentity();
  llvm::LogicalResult resume();

  // The loop.
  /// Makes the folder this run's.
  llvm::LogicalResult begin();
  /// Whether the run ends here, though there are steps left.
  std::optional<End> endsEarly() const;
  /// Prints how long compiling took and what the next step will keep for the
  /// gradient.
  llvm::LogicalResult reportProgram();
  llvm::FailureOr<End> loop();
  llvm::LogicalResult advance();
  /// The step's arguments but for parameters and state.
  void placeInputs();
  llvm::LogicalResult takeStep();
  /// Whether a measure that is not finite ends the run.
  bool mustBeFinite(unsigned measure) const;
  llvm::LogicalResult measure(llvm::ArrayRef<Tensor> results);
  // With `--trap-nan`.
  void keepState();
  /// What a step has made that is not finite; nothing if there is none.
  std::string findTrapped(llvm::ArrayRef<Tensor> results) const;
  llvm::LogicalResult trap(const std::string &what);
  llvm::LogicalResult record();
  ParameterValues currentParameters() const;
  Checkpoint currentState() const;
  llvm::LogicalResult save();
  llvm::LogicalResult saveWeights();
  /// Says that the state after a step is none to go on from.
  llvm::LogicalResult reportBadState(const llvm::Twine &what);
  Record currentRecord() const;
  double secondsSoFar() const;

  Model &model;
  TrainOptions &options;
  int64_t numSteps = 0, seed = 0, batch = 1;
  RunFolder folder;
  RunIdentity identity;
  /// What is gone on from, until its parts are where they belong.
  std::optional<Checkpoint> checkpoint;

  /// The step, with the module it stands in. A handle's methods are not const.
  OwnedModule module;
  mutable mlir::func::FuncOp function;
  std::unique_ptr<Executor> executor;
  /// The step's arguments: key, batch size, number, batch, parameters, state.
  std::vector<Tensor> arguments;
  static constexpr unsigned firstBatchArgument = 3;
  /// The file names of the arguments that training changes or reads as
  /// parameters, empty for the others.
  std::vector<std::string> tensorNames;
  /// Parameters that the loss does not depend on.
  ParameterValues parameters;
  std::vector<std::string> measures;
  std::optional<Goal> goal;
  Dataset data;
  /// With `--trap-nan`, the arguments that the step at hand overwrites, as they
  /// were before it.
  std::vector<Tensor> kept;

  /// Steps done.
  int64_t step = 0;
  /// Those that the checkpoint in the folder has done; none before there is
  /// one.
  std::optional<int64_t> savedStep;
  Interval interval;
  MetricsFile metrics;
  std::optional<Progress> progress;
  bool isGoalReached = false;
  /// When the model began to be read, and the first step to run.
  Clock::time_point began, loopBegan;
  /// From the former to the closed program.
  double frontSeconds = 0;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_TRAINER_H
