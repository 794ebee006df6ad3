//===- tools/vellum/Bench.cpp - vellum bench ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <chrono>
#include <ctime>

#include "tools/vellum/BenchReport.h"
#include "tools/vellum/Commands.h"
#include "tools/vellum/Report.h"

using namespace mlir;
using namespace vellum;

static void declare(CommandLine &line, BenchOptions &options) {
  EvaluationOptions &evaluation = options.evaluation;
  line.file("MODEL.mlir", evaluation.model);
  line.text("entry", "NAME", evaluation.entry,
            "the function to time (default: the recipe's\n"
            "training step)");
  line.flag("gradient", options.gradient,
            "time the entry together with its gradient");
  evaluation.inputs.declare(line);
  line.text("data", "FILE.npz", options.data,
            "the loss function's arguments, as for training,\n"
            "of which the first batch is used");
  line.text("batch-function", "NAME", options.batchFunction,
            "what makes the batch (default: the recipe's data\n"
            "function); its arguments are inputs");
  line.integer("batch", options.batch, 1,
               "sequences in the batch (default: the recipe's)");
  line.text("weights", "FILE.safetensors", evaluation.weights,
            "the parameters (default: from their initialisers)");
  line.integer("seed", evaluation.seed, 0,
               "of initialisers and batch (default: 0)");
  line.integer("warm-up", options.warmUp, 0,
               "calls that are not timed (default: 3)");
  line.integer("repetitions", options.repetitions, 1,
               "calls that are timed (default: as many as take a\n"
               "second, but at least 5 and at most 100000)");
  line.text("json", "FILE.json", options.json,
            "where all numbers go, besides the summary");
  evaluation.backend.declare(line);
  evaluation.backend.declareMemory(line);
  evaluation.timeLimit.declare(line);
}

/// How long this thread has had a core, in seconds.
static double secondsOnCore() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * time.tv_nsec;
}

/// Whether the program has been called often enough.
static bool isEnough(const CallTimes &times, const BenchOptions &options) {
  constexpr double kSeconds = 1;
  constexpr size_t kFewest = 5, kMost = 100000;
  const size_t calls = times.seconds.size();
  if (options.repetitions)
    return calls >= static_cast<size_t>(*options.repetitions);
  return calls >= kFewest && (times.total >= kSeconds || calls == kMost);
}

/// Calls the program as often as the options say.
static FailureOr<CallTimes> timeCalls(BenchProgram &program,
                                      const BenchOptions &options) {
  for (int64_t i = 0; i < options.warmUp; ++i)
    if (failed(program.run()))
      return failure();
  using Clock = std::chrono::steady_clock;
  CallTimes times;
  const double before = secondsOnCore();
  while (!isEnough(times, options)) {
    const auto began = Clock::now();
    if (failed(program.run()))
      return failure();
    const std::chrono::duration<double> time = Clock::now() - began;
    times.seconds.push_back(time.count());
    times.total += time.count();
  }
  times.onCore = secondsOnCore() - before;
  return times;
}

static LogicalResult bench(BenchOptions &options) {
  auto program = BenchProgram::create(options);
  if (failed(program))
    return failure();
  auto forecast = (*program)->foresee();
  if (failed(forecast))
    return failure();
  // The clock of a core changes with its load and its neighbours': the limits
  // are measured on either side of the program.
  const auto threads = static_cast<int>(options.evaluation.backend.threads);
  const MachineLimits before = measureLimits(threads);
  auto times = timeCalls(**program, options);
  if (failed(times))
    return failure();
  const MachineLimits after = measureLimits(threads);
  const BenchReport report(**program, options,
                           {std::max(before.flops, after.flops),
                            std::max(before.l2Bytes, after.l2Bytes)},
                           std::move(*times), *forecast);
  options.evaluation.timeLimit.end();
  report.print(llvm::outs());
  return options.json.empty() ? success() : report.write(options.json);
}

int vellum::benchCommand(Arguments arguments) {
  BenchOptions options;
  CommandLine line(
      "vellum bench",
      "times a training step, or a function and its gradient, and compares\n"
      "its speed with what the machine can do",
      "vellum bench model.mlir --data=batch.npz --threads=2\n"
      "vellum bench model.mlir --entry=predict --input x=x.npy --json=b.json");
  declare(line, options);
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  return failed(bench(options));
}
