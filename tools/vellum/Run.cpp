//===- tools/vellum/Run.cpp - vellum run ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Commands.h"
#include "tools/vellum/Evaluation.h"

using namespace mlir;
using namespace vellum;

/// Gives the tensors of equal names, which a file cannot hold, a number each.
static void makeDistinct(std::vector<NamedTensor> &tensors) {
  llvm::StringMap<unsigned> seen;
  for (NamedTensor &each : tensors)
    if (unsigned before = seen[each.name]++)
      each.name += "." + std::to_string(before);
}

/// Sorts the results of a closed function into those of the program and those
/// that its probes became.
static std::pair<std::vector<NamedTensor>, std::vector<NamedTensor>>
sortResults(func::FuncOp function, std::vector<Tensor> tensors) {
  std::vector<NamedTensor> results, probes;
  SmallVector<std::string> names = resultNames(function);
  for (auto [i, tensor] : llvm::enumerate(tensors)) {
    auto probe = function.getResultAttrOfType<StringAttr>(i, "vellum.probe");
    if (probe)
      probes.push_back({probe.str(), std::move(tensor)});
    else
      results.push_back({names[i], std::move(tensor)});
  }
  makeDistinct(probes);
  return {std::move(results), std::move(probes)};
}

static LogicalResult run(EvaluationOptions &options, const std::string &trace) {
  std::unique_ptr<Model> model = Model::load(options.model);
  if (!model)
    return failure();
  FailureOr<func::FuncOp> entry = findEntry(*model, options.entry);
  if (failed(entry))
    return failure();
  ProgramOptions program;
  program.probes = !trace.empty();
  FailureOr<OwnedModule> module =
      closeFunctions(*model, entry->getName(), program, options.phases);
  if (failed(module) || options.phases.isOver())
    return failure(failed(module));
  if (failed(options.inputs.read()))
    return failure();
  FailureOr<std::vector<Tensor>> given =
      options.inputs.bindAll(entry->getName(), argumentPorts(*entry));
  if (failed(given))
    return failure();
  FailureOr<ParameterValues> parameters =
      loadParameters(*model, options.weights, options.seed);
  if (failed(parameters))
    return failure();
  // The executor may change the module; the signature is read from a copy.
  OwnedModule original((*module)->clone());
  auto function = original->lookupSymbol<func::FuncOp>(entry->getName());
  auto executor = Executor::create(std::move(*module), options.backend);
  if (failed(executor))
    return failure();
  std::vector<Tensor> arguments = joinArguments(function, *given, *parameters);
  auto tensors = (*executor)->call(entry->getName(), arguments);
  if (failed(tensors))
    return failure();
  auto [results, probes] = sortResults(function, std::move(*tensors));
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
  options.declare(line);
  line.text("trace", "FILE.npz", trace,
            "where the values go that the model's probes mark");
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  return failed(run(options, trace));
}
