//===- tools/vellum/Run.cpp - vellum run ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/Sequence.h"

#include "tools/vellum/Commands.h"
#include "tools/vellum/Evaluation.h"
#include "tools/vellum/NonFiniteTrap.h"
#include "tools/vellum/Report.h"

using namespace mlir;
using namespace vellum;

static constexpr llvm::StringLiteral kProbeAttr = "vellum.probe";

/// Gives the tensors of equal names, which a file cannot hold, a number each.
static void makeDistinct(std::vector<NamedTensor> &tensors) {
  llvm::StringMap<unsigned> seen;
  for (NamedTensor &each : tensors)
    if (unsigned before = seen[each.name]++)
      each.name += "." + std::to_string(before);
}

static bool isProbe(func::FuncOp function, unsigned result) {
  return function.getResultAttr(result, kProbeAttr) != nullptr;
}

/// Sorts the results of a closed function into those of the program and those
/// that its probes became.
static std::pair<std::vector<NamedTensor>, std::vector<NamedTensor>>
sortResults(func::FuncOp function, std::vector<Tensor> tensors) {
  std::vector<NamedTensor> results, probes;
  SmallVector<std::string> names = resultNames(function);
  for (auto [i, tensor] : llvm::enumerate(tensors)) {
    auto probe = function.getResultAttrOfType<StringAttr>(i, kProbeAttr);
    if (probe)
      probes.push_back({probe.str(), std::move(tensor)});
    else
      results.push_back({names[i], std::move(tensor)});
  }
  makeDistinct(probes);
  return {std::move(results), std::move(probes)};
}

/// An error where a trace is wanted, but nothing is to be recorded in it.
static LogicalResult checkTrace(func::FuncOp function,
                                const std::string &trace) {
  const auto results = llvm::seq(0u, function.getNumResults());
  if (trace.empty() ||
      llvm::any_of(results, [&](unsigned i) { return isProbe(function, i); }))
    return success();
  return reportNoEffect("trace",
                        "@" + function.getName() + " has no vellum.probe");
}

static LogicalResult run(EvaluationOptions &options, const std::string &trace) {
  Evaluation evaluation(options);
  if (failed(evaluation.load(/*gradient=*/false, /*probes=*/!trace.empty())))
    return failure();
  if (evaluation.isOver())
    return success();
  if (failed(checkTrace(evaluation.getClosed(), trace)) ||
      failed(checkNames(evaluation.getClosed(), options.output)) ||
      failed(evaluation.bind()) || failed(evaluation.compile()))
    return failure();
  auto tensors = evaluation.call(evaluation.getArguments());
  if (failed(tensors))
    return failure();
  auto [results, probes] =
      sortResults(evaluation.getClosed(), std::move(*tensors));
  if (failed(evaluation.trap(results, evaluation.getArguments())))
    return failure();
  options.timeLimit.end();
  if (failed(writeTensors(results, options.output)))
    return failure();
  return trace.empty() ? success() : writeTensors(probes, trace);
}

int vellum::runCommand(Arguments arguments) {
  EvaluationOptions options;
  std::string trace;
  CommandLine line("vellum run", "evaluates a function of a model",
                   "vellum run model.mlir --entry=predict --input x=x.npy \\\n"
                   "  --weights=out/weights.safetensors --output=y.npz");
  options.declare(line, /*ownPhase=*/"");
  options.backend.declareSteps(line);
  options.timeLimit.declare(line);
  line.text("trace", "FILE.npz", trace,
            "where the values go that the model's probes mark");
  declareTrap(line, options.trapNan, "a result");
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  return failed(run(options, trace));
}
