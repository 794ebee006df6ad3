//===- tools/vellum/Evaluation.cpp - what run and grad share --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Evaluation.h"

#include "llvm/ADT/StringSet.h"

#include "dialect/Activity.h"
#include "runtime/Npz.h"
#include "tools/vellum/NonFiniteTrap.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/ShapeCheck.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

void EvaluationOptions::declare(CommandLine &line, StringRef ownPhase) {
  line.file("MODEL.mlir", model);
  line.text("entry", "NAME", entry,
            "the function (default: the only public one)");
  inputs.declare(line);
  line.text("weights", "FILE.safetensors", weights,
            "the parameters (default: from their initialisers)");
  line.integer("seed", seed, 0,
               "of the initialisers' random numbers (default: 0)");
  line.text("output", "FILE.npz", output,
            "where the results go (default: they are printed)");
  backend.declare(line);
  backend.declarePhase(line);
  backend.declareVerification(line);
  phases.declare(line, ownPhase);
}

FailureOr<func::FuncOp> vellum::findEntry(Model &model,
                                          const std::string &entry) {
  if (!entry.empty())
    return model.lookup(StringRef(entry).ltrim('@'));
  SmallVector<func::FuncOp> candidates;
  for (auto function : model.getModule().getOps<func::FuncOp>())
    if (function.isPublic())
      candidates.push_back(function);
  if (candidates.size() == 1)
    return candidates.front();
  if (candidates.empty())
    return reportError(model.getPath() + ": has no public function");
  auto names = llvm::map_range(candidates, [](func::FuncOp function) {
    return "@" + function.getName().str();
  });
  return reportError(model.getPath() + ": has " + Twine(candidates.size()) +
                     " public functions (" + llvm::join(names, ", ") +
                     "), so '--entry=NAME' must say which one is meant");
}

LogicalResult vellum::checkSeedHasEffect(const EvaluationOptions &options,
                                         Model &model, func::FuncOp closed) {
  if (!options.seed)
    return success();
  if (!options.weights.empty())
    return reportNoEffect("seed", "the parameters are those of '--weights'");
  for (unsigned i = 0, n = closed.getNumArguments(); i < n; ++i) {
    StringRef name = parameterOf(closed, i);
    if (!name.empty() &&
        isDrawn(model.getModule().lookupSymbol<ParameterOp>(name)))
      return success();
  }
  return reportNoEffect("seed", "@" + closed.getName() +
                                    " reads no parameter that is drawn");
}

FailureOr<ParameterValues> vellum::loadParameters(Model &model,
                                                  const std::string &weights,
                                                  uint64_t seed) {
  if (weights.empty())
    return initialParameters(model, seed);
  return readWeights(model, weights);
}

SmallVector<Port> vellum::argumentPorts(func::FuncOp function) {
  SmallVector<Port> ports;
  for (auto [name, type] :
       llvm::zip(argumentNames(function), function.getArgumentTypes()))
    ports.push_back({name, type});
  return ports;
}

LogicalResult vellum::checkNames(func::FuncOp function,
                                 const std::string &file) {
  llvm::StringSet<> taken;
  for (auto [i, name] : llvm::enumerate(resultNames(function)))
    if (!file.empty() && !function.getResultAttr(i, "vellum.probe") &&
        !taken.insert(name).second)
      return function.emitError("@")
             << function.getName() << " has two results called '" << name
             << "', which " << file << " cannot both hold";
  return success();
}

LogicalResult vellum::writeTensors(const std::vector<NamedTensor> &tensors,
                                   const std::string &path) {
  if (path.empty()) {
    for (const NamedTensor &each : tensors)
      print(llvm::outs(), each.name, each.tensor);
    return success();
  }
  Status written = writeNpz(path, tensors);
  return written ? success() : reportError(written.error());
}

SmallVector<Port> vellum::cotangentPorts(func::FuncOp function) {
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

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

LogicalResult Evaluation::load(bool gradient, bool probes) {
  options.timeLimit.begin();
  model = Model::load(options.model);
  if (!model)
    return failure();
  FailureOr<func::FuncOp> found = findEntry(*model, options.entry);
  if (failed(found))
    return failure();
  entry = *found;
  ProgramOptions program;
  program.probes = probes;
  if (gradient)
    program.differentiated = {entry.getName()};
  auto made = closeFunctions(*model, entry.getName(), program, options.phases);
  if (failed(made))
    return failure();
  module = std::move(*made);
  closed = module->lookupSymbol<func::FuncOp>(entry.getName());
  return success();
}

LogicalResult Evaluation::bind(ArrayRef<Port> furtherPorts) {
  if (failed(options.inputs.read()))
    return failure();
  SmallVector<Port> ports = argumentPorts(entry);
  const size_t numArguments = ports.size();
  ports.append(furtherPorts.begin(), furtherPorts.end());
  auto bound = options.inputs.bind(entry.getName(), ports);
  auto parameters = loadParameters(*model, options.weights, options.getSeed());
  if (failed(bound) || failed(parameters) ||
      failed(checkSeedHasEffect(options, *model, closed)))
    return failure();
  std::vector<Tensor> given;
  for (std::optional<Tensor> &each :
       llvm::MutableArrayRef(*bound).take_front(numArguments))
    given.push_back(std::move(*each));
  further.assign(bound->begin() + numArguments, bound->end());
  arguments = joinArguments(closed, given, *parameters);
  return checkShapes(closed, arguments);
}

LogicalResult Evaluation::compile() {
  // The executor changes the module, and signatures are still wanted.
  auto created =
      Executor::create(OwnedModule(module->clone()), options.backend);
  if (failed(created))
    return failure();
  executor = std::move(*created);
  return success();
}

func::FuncOp Evaluation::getGradient() {
  return module->lookupSymbol<func::FuncOp>(gradientName(closed.getName()));
}

FailureOr<std::vector<Tensor>> Evaluation::gradientArguments() {
  auto results = call(arguments);
  if (failed(results))
    return failure();
  std::vector<Tensor> all = arguments;
  ArrayRef<std::optional<Tensor>> cotangents = further;
  for (auto [type, result] :
       llvm::zip_equal(closed.getResultTypes(), *results)) {
    if (!isFloatLike(type))
      continue;
    const std::optional<Tensor> &given = cotangents.consume_front();
    if (given && given->shape != result.shape)
      return reportError("the cotangent must have the shape of its result, " +
                         describe(result) + ", but got " + describe(*given));
    all.push_back(given ? *given : onesLike(result));
  }
  return all;
}

FailureOr<std::vector<Tensor>> Evaluation::call(std::vector<Tensor> values) {
  return executor->call(closed.getName(), values);
}

FailureOr<std::vector<Tensor>>
Evaluation::callGradient(std::vector<Tensor> values) {
  return executor->call(gradientName(closed.getName()), values);
}

//===----------------------------------------------------------------------===//
// Traps
//===----------------------------------------------------------------------===//

LogicalResult Evaluation::trap(ArrayRef<NamedTensor> results,
                               ArrayRef<Tensor> values) {
  const auto *found = llvm::find_if(
      results, [](const NamedTensor &each) { return !isFinite(each.tensor); });
  if (!options.trapNan || found == results.end())
    return success();
  TrainingOp recipe = model->getRecipe();
  const bool isLoss = recipe && recipe.getLoss() == entry.getName();
  const bool hasGradient = values.size() > arguments.size();
  NonFiniteTrap trap(*model, entry.getName().str(), /*front=*/"",
                     isLoss ? static_cast<int64_t>(recipe.getBatch()) : 1);
  if (failed(trap.build(hasGradient)))
    return failure();
  const auto all = [](unsigned) { return true; };
  if (trap.explainForward(values.take_front(arguments.size()), all) ||
      (hasGradient && trap.explainBackward(values, all)))
    return failure();
  return trap.reportUnexplained("result '" + found->name + "' of @" +
                                entry.getName());
}
