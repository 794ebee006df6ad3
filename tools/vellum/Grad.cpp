//===- tools/vellum/Grad.cpp - vellum grad --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Activity.h"
#include "lowering/autodiff/Gradient.h"
#include "tools/vellum/Commands.h"
#include "tools/vellum/Evaluation.h"
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

/// The names of what the gradient of a closed function returns: its results,
/// then `d_x` for each differentiated argument or parameter x.
static SmallVector<std::string> gradientNames(func::FuncOp closed) {
  SmallVector<std::string> names = resultNames(closed);
  SmallVector<std::string> arguments = argumentNames(closed);
  for (unsigned i : differentiableArguments(closed)) {
    StringRef parameter = parameterOf(closed, i);
    names.push_back("d_" +
                    (parameter.empty() ? arguments[i] : parameter.str()));
  }
  return names;
}

/// Appends the cotangents: those given, and ones in the shapes that the
/// function's results turn out to have.
static LogicalResult addCotangents(Executor &executor, func::FuncOp closed,
                                   ArrayRef<std::optional<Tensor>> cotangents,
                                   std::vector<Tensor> &arguments) {
  std::vector<Tensor> forward = arguments;
  auto results = executor.call(closed.getName(), forward);
  if (failed(results))
    return failure();
  for (auto [type, result] :
       llvm::zip_equal(closed.getResultTypes(), *results)) {
    if (!isFloatLike(type))
      continue;
    const std::optional<Tensor> &given = cotangents.front();
    arguments.push_back(given ? *given : onesLike(result));
    cotangents = cotangents.drop_front();
  }
  return success();
}

static LogicalResult grad(EvaluationOptions &options) {
  std::unique_ptr<Model> model = Model::load(options.model);
  if (!model)
    return failure();
  FailureOr<func::FuncOp> entry = findEntry(*model, options.entry);
  if (failed(entry))
    return failure();
  StringRef name = entry->getName();
  ProgramOptions program;
  program.differentiated = {name};
  auto module = closeFunctions(*model, name, program, options.phases);
  if (failed(module) || options.phases.isOver())
    return failure(failed(module));
  if (failed(options.inputs.read()))
    return failure();
  SmallVector<Port> ports = argumentPorts(*entry);
  const size_t numArguments = ports.size();
  ports.append(cotangentPorts(*entry));
  auto bound = options.inputs.bind(name, ports);
  auto parameters = loadParameters(*model, options.weights, options.seed);
  if (failed(bound) || failed(parameters))
    return failure();
  OwnedModule original((*module)->clone());
  auto closed = original->lookupSymbol<func::FuncOp>(name);
  auto executor = Executor::create(std::move(*module), options.backend);
  if (failed(executor))
    return failure();
  std::vector<Tensor> given;
  for (size_t i = 0; i < numArguments; ++i)
    given.push_back(*(*bound)[i]);
  std::vector<Tensor> arguments = joinArguments(closed, given, *parameters);
  if (failed(addCotangents(**executor, closed,
                           ArrayRef(*bound).drop_front(numArguments),
                           arguments)))
    return failure();
  auto tensors = (*executor)->call((name + ".gradient").str(), arguments);
  if (failed(tensors))
    return failure();
  std::vector<NamedTensor> named;
  for (auto [tensor, label] : llvm::zip_equal(*tensors, gradientNames(closed)))
    named.push_back({label, std::move(tensor)});
  return writeTensors(named, options.output);
}

int vellum::gradCommand(Arguments arguments) {
  EvaluationOptions options;
  CommandLine line("vellum grad",
                   "evaluates a function of a model and its gradient",
                   "vellum grad model.mlir --entry=predict --input x=x.npy \\\n"
                   "  --input d_y=dy.npy --output=gradients.npz");
  options.declare(line);
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  return failed(grad(options));
}
