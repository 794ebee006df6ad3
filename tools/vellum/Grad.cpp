//===- tools/vellum/Grad.cpp - vellum grad --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Commands.h"
#include "tools/vellum/Evaluation.h"
#include "tools/vellum/NonFiniteTrap.h"

using namespace mlir;
using namespace vellum;

static LogicalResult grad(EvaluationOptions &options) {
  Evaluation evaluation(options);
  if (failed(evaluation.load(/*gradient=*/true, /*probes=*/false)))
    return failure();
  if (evaluation.isOver())
    return success();
  if (failed(checkNames(evaluation.getGradient(), options.output)) ||
      failed(evaluation.bind(cotangentPorts(evaluation.getEntry()))) ||
      failed(evaluation.compile()))
    return failure();
  auto arguments = evaluation.gradientArguments();
  if (failed(arguments))
    return failure();
  auto tensors = evaluation.callGradient(*arguments);
  if (failed(tensors))
    return failure();
  std::vector<NamedTensor> named;
  for (auto [tensor, name] :
       llvm::zip_equal(*tensors, resultNames(evaluation.getGradient())))
    named.push_back({name, std::move(tensor)});
  if (failed(evaluation.trap(named, *arguments)))
    return failure();
  options.timeLimit.end();
  return writeTensors(named, options.output);
}

int vellum::gradCommand(Arguments arguments) {
  EvaluationOptions options;
  CommandLine line("vellum grad",
                   "evaluates a function of a model and its gradient",
                   "vellum grad model.mlir --entry=predict --input x=x.npy \\\n"
                   "  --input d_y=dy.npy --output=gradients.npz");
  options.declare(line, "differentiate");
  options.backend.declareSteps(line);
  options.timeLimit.declare(line);
  options.backend.declareMemory(line);
  declareTrap(line, options.trapNan, "a result or a gradient");
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  return failed(grad(options));
}
