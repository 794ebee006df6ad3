//===- tools/vellum/Train.cpp - vellum train ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Commands.h"
#include "tools/vellum/NonFiniteTrap.h"
#include "tools/vellum/Trainer.h"

using namespace mlir;
using namespace vellum;

static void declare(CommandLine &line, TrainOptions &options) {
  line.file("MODEL.mlir", options.model);
  line.integer("steps", options.steps, 0,
               "steps in all (default: the recipe's)");
  line.integer("seed", options.seed, 0,
               "of initialisers and data (default: 0)");
  line.text("out", "DIR", options.out,
            "where the run's files go (default: out):\n"
            "metrics.jsonl, checkpoint.safetensors and, at\n"
            "the end, weights.safetensors. A folder is one\n"
            "run's");
  line.text("data", "FILE.npz", options.data,
            "the loss function's arguments, where the recipe\n"
            "has no data function: arrays with a further\n"
            "dimension in front, with a batch per index");
  line.flag("resume", options.resume,
            "go on from DIR's checkpoint, which must be of the\n"
            "same model, recipe, data and seed");
  line.flag("overwrite", options.overwrite,
            "begin anew, also where DIR has a run already");
  line.text("weights", "FILE.safetensors", options.weights,
            "start from these parameters");
  line.integer("batch", options.batch, 1,
               "sequences per step (default: the recipe's)");
  line.text("until", "METRIC<NUMBER", options.until,
            "end when a metric's average over an interval is\n"
            "below the number");
  line.integer("log-every", options.logEvery, 1,
               "steps that a line of metrics averages\n(default: 100)");
  line.integer("checkpoint-every", options.checkpointEvery, 1,
               "steps between checkpoints (default: 1000)");
  declareTrap(line, options.trapNan,
              "the loss, a gradient, a parameter or state");
  line.integer("time-limit", options.timeLimit, 1,
               "seconds after which to end, with a checkpoint,\n"
               "as SIGINT (Ctrl-C), SIGTERM and SIGHUP do, when\n"
               "the step at hand is done: exit code 130");
  options.backend.declare(line);
  options.backend.declareMemory(line);
  options.backend.declareVerification(line);
  options.phases.declare(line, "step");
}

/// Says how a run has ended, and returns the exit code.
static int report(Trainer::End end, const Trainer &trainer) {
  switch (end) {
  case Trainer::End::NotStarted:
    return 0;
  case Trainer::End::AllSteps:
  case Trainer::End::Goal:
    llvm::outs() << "weights: " << trainer.getPath(RunFolder::kWeights) << '\n';
    return 0;
  case Trainer::End::Interrupted:
    llvm::errs() << "interrupted";
    break;
  case Trainer::End::TimeIsUp:
    llvm::errs() << "the time is up";
    break;
  }
  llvm::errs() << "; --resume goes on from the checkpoint, "
               << trainer.getPath(RunFolder::kCheckpoint) << '\n';
  constexpr int kEndedEarly = 130;
  return kEndedEarly;
}

int vellum::trainCommand(Arguments arguments) {
  TrainOptions options;
  CommandLine line("vellum train", "trains a model by its recipe",
                   "vellum train model.mlir --steps=10000 --out=out\n"
                   "vellum train model.mlir --steps=20000 --out=out --resume");
  declare(line, options);
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  const auto began = std::chrono::steady_clock::now();
  std::unique_ptr<Model> model = Model::load(options.model);
  if (!model)
    return 1;
  Trainer trainer(*model, options, began);
  FailureOr<Trainer::End> end = trainer.run();
  return failed(end) ? 1 : report(*end, trainer);
}
