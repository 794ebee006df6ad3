//===- tools/vellum/Grad.cpp - vellum grad --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Activity.h"
#include "tools/vellum/Commands.h"
#include "tools/vellum/Evaluation.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

/// The cotangents that the gradient of `function` takes, by name.
static SmallVector<Port> cotangentPorts(func::FuncOp function) {
  SmallVector<Port> ports;
  for (auto [name, type] :
       llvm::zip(resultNames(function), function.getResultTypes()))
    if (isFloatLike(type))
      ports.push_back({"d_" + name, type, /*isOptional=*/true});
  return ports;
}

static Tensor onesLike(const Tensor &tensor) {
  Tensor ones = Tensor::zeros(tensor.dtype, tensor.shape);
  for (int64_t i = 0, n = ones.numElements(); i < n; ++i)
    setElement(ones, i, 1.0);
  return ones;
}

/// The arguments of the gradient: those of the function, then the cotangents:
/// as they were given, or ones in the shapes that the results turn out to have.
static FailureOr<std::vector<Tensor>>
gradientArguments(Evaluation &evaluation) {
  auto results = evaluation.call(evaluation.getArguments());
  if (failed(results))
    return failure();
  std::vector<Tensor> arguments = evaluation.getArguments();
  ArrayRef<std::optional<Tensor>> cotangents = evaluation.getFurther();
  for (auto [type, result] :
       llvm::zip_equal(evaluation.getClosed().getResultTypes(), *results)) {
    if (!isFloatLike(type))
      continue;
    const std::optional<Tensor> &given = cotangents.consume_front();
    if (given && given->shape != result.shape)
      return reportError("the cotangent must have the shape of its result, " +
                         describe(result) + ", but got " + describe(*given));
    arguments.push_back(given ? *given : onesLike(result));
  }
  return arguments;
}

static LogicalResult grad(EvaluationOptions &options) {
  Evaluation evaluation(options);
  if (failed(evaluation.load(/*gradient=*/true, /*probes=*/false)))
    return failure();
  if (evaluation.isOver())
    return success();
  if (failed(evaluation.bind(cotangentPorts(evaluation.getEntry()))) ||
      failed(evaluation.compile()))
    return failure();
  auto arguments = gradientArguments(evaluation);
  if (failed(arguments))
    return failure();
  auto tensors = evaluation.callGradient(std::move(*arguments));
  if (failed(tensors))
    return failure();
  std::vector<NamedTensor> named;
  for (auto [tensor, name] :
       llvm::zip_equal(*tensors, resultNames(evaluation.getGradient())))
    named.push_back({name, std::move(tensor)});
  return writeTensors(named, options.output);
}

int vellum::gradCommand(Arguments arguments) {
  EvaluationOptions options;
  CommandLine line("vellum grad",
                   "evaluates a function of a model and its gradient",
                   "vellum grad model.mlir --entry=predict --input x=x.npy \\\n"
                   "  --input d_y=dy.npy --output=gradients.npz");
  options.declare(line);
  options.backend.declareMemory(line);
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  return failed(grad(options));
}
