//===- tools/vellum/Programs.cpp - from a model to closed functions -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Programs.h"

#include "mlir/Transforms/Passes.h"

#include "dialect/Activity.h"
#include "lowering/LiftParameters.h"
#include "lowering/Passes.h"
#include "lowering/autodiff/Gradient.h"
#include "lowering/cpu/Pipeline.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

void Phases::declare(CommandLine &line, StringRef own) {
  std::vector<std::string> names{"parse", "close"};
  if (!own.empty())
    names.push_back(own.str());
  names.insert(names.end(), {"fuse", "bufferize", "llvm"});
  line.choices("print-after", names, printed,
               "print the program after a phase; repeat for more");
  line.choice("stop-after", names, last, "end after a phase");
  line.check([this, names, &line] {
    const auto end = llvm::find(names, last);
    for (const std::string &phase : printed)
      if (end != names.end() && llvm::find(names, phase) > end)
        return line.refuse("print-after", phase + " comes behind " + last +
                                              ", with which the command ends");
    return success();
  });
}

bool Phases::isWanted(StringRef phase) const {
  return last == phase || llvm::is_contained(printed, phase);
}

LogicalResult Phases::runCpu(ModuleOp module) {
  const StringRef names[] = {"fuse", "bufferize", "llvm"};
  if (llvm::none_of(names, [&](StringRef name) { return isWanted(name); }))
    return success();
  OwnedModule copy(module.clone());
  auto addBufferize = [](OpPassManager &passes) {
    populateCpuBufferizePipeline(passes, CpuPipelineOptions());
  };
  auto addLlvm = [](OpPassManager &passes) {
    populateCpuLlvmPipeline(passes, CpuPipelineOptions());
  };
  return success(succeeded(run(names[0], *copy, populateCpuFusePipeline)) &&
                 succeeded(run(names[1], *copy, addBufferize)) &&
                 succeeded(run(names[2], *copy, addLlvm)));
}

LogicalResult Phases::run(StringRef phase, ModuleOp module,
                          llvm::function_ref<void(OpPassManager &)> addPasses) {
  if (over)
    return success();
  auto passes = PassManager::on<ModuleOp>(module.getContext());
  addPasses(passes);
  if (failed(passes.run(module)))
    return failure();
  if (llvm::is_contained(printed, phase))
    module->print(llvm::outs());
  over = last == phase;
  return success();
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

std::string vellum::gradientName(StringRef function) {
  return (function + ".gradient").str();
}

/// Makes these functions the only public ones.
static void setPublic(ModuleOp module, ArrayRef<StringRef> names) {
  for (auto function : module.getOps<func::FuncOp>())
    function.setVisibility(llvm::is_contained(names, function.getName())
                               ? SymbolTable::Visibility::Public
                               : SymbolTable::Visibility::Private);
}

template <typename Op> static void eraseAll(ModuleOp module) {
  for (Op op : llvm::make_early_inc_range(module.getOps<Op>()))
    op.erase();
}

static void addClosing(OpPassManager &passes, const ProgramOptions &options) {
  // Calls of a closed function, and of one whose probes are results, would not
  // fit it any more: those that are left over go first.
  passes.addPass(createSymbolDCEPass());
  passes.addPass(createLiftParameters());
  passes.addPass(createSymbolDCEPass());
  if (options.probes)
    passes.addNestedPass<func::FuncOp>(createExposeProbes());
  else if (!options.keepsProbes)
    passes.addPass(createEraseProbes());
  passes.addPass(createInsertChecks());
  passes.addNestedPass<func::FuncOp>(createFoldEmpty());
}

/// The gradient and what makes it fast: sums over time leave the scans.
static void addGradients(OpPassManager &passes, ArrayRef<StringRef> functions) {
  DifferentiateOptions options;
  for (StringRef function : functions)
    options.functions.push_back(function.str());
  passes.addPass(createDifferentiate(options));
  passes.addPass(createSinkAccumulators());
}

/// Cotangents are called `d_x` for the value x that they belong to.
static void nameGradient(func::FuncOp closed, func::FuncOp gradient) {
  SmallVector<std::string> arguments = argumentNames(closed),
                           results = resultNames(closed);
  unsigned next = closed.getNumArguments();
  Builder builder(gradient.getContext());
  for (auto [i, name] : llvm::enumerate(results)) {
    if (!isFloatLike(closed.getResultTypes()[i]))
      continue;
    gradient.setArgAttr(next, cotangentAttrName,
                        builder.getI64IntegerAttr(static_cast<int64_t>(i)));
    nameArgument(gradient, next++, "d_" + name);
  }
  next = closed.getNumResults();
  for (unsigned i : differentiableArguments(closed)) {
    StringRef parameter = parameterOf(closed, i);
    nameResult(gradient, next++,
               "d_" + (parameter.empty() ? arguments[i] : parameter.str()));
  }
}

static LogicalResult runHook(const CloseHook &hook, ModuleOp module) {
  return hook ? hook(module) : success();
}

FailureOr<OwnedModule> vellum::closeFunctions(Model &model,
                                              ArrayRef<StringRef> functions,
                                              const ProgramOptions &options,
                                              Phases &phases) {
  OwnedModule module(model.getModule().clone());
  if (failed(phases.run("parse", *module, [](OpPassManager &) {})))
    return failure();
  eraseAll<TrainingOp>(*module);
  setPublic(*module, functions);
  if (failed(phases.run(
          "close", *module,
          [&](OpPassManager &passes) { addClosing(passes, options); })) ||
      failed(runHook(options.afterClose, *module)))
    return failure();
  if (!options.differentiated.empty() &&
      failed(phases.run("differentiate", *module, [&](OpPassManager &passes) {
        addGradients(passes, options.differentiated);
      })))
    return failure();
  if (phases.isOver())
    return module;
  for (StringRef name : options.differentiated)
    nameGradient(module->lookupSymbol<func::FuncOp>(name),
                 module->lookupSymbol<func::FuncOp>(gradientName(name)));
  eraseAll<ParameterOp>(*module);
  if (failed(phases.runCpu(*module)))
    return failure();
  return module;
}

/// The recipe's functions, closed, with the recipe.
static FailureOr<OwnedModule> closeRecipe(Model &model, Phases &phases,
                                          const StepOptions &options) {
  OwnedModule module(model.getModule().clone());
  TrainingOp recipe = *module->getOps<TrainingOp>().begin();
  if (options.takesBatch)
    recipe.removeDataAttr();
  SmallVector<StringRef> functions{recipe.getLoss()};
  if (recipe.getData())
    functions.push_back(*recipe.getData());
  setPublic(*module, functions);
  if (failed(phases.run("parse", *module, [](OpPassManager &) {})) ||
      failed(phases.run("close", *module,
                        [](OpPassManager &passes) {
                          addClosing(passes, ProgramOptions());
                        })) ||
      failed(runHook(options.afterClose, *module)))
    return failure();
  return module;
}

FailureOr<OwnedModule> vellum::buildStep(Model &model, Phases &phases,
                                         const StepOptions &options) {
  auto module = closeRecipe(model, phases, options);
  if (failed(module) || phases.isOver())
    return module;
  auto passes = PassManager::on<ModuleOp>(&model.getContext());
  passes.addPass(createTrainingStep());
  if (failed(passes.run(**module)))
    return failure();
  eraseAll<TrainingOp>(**module);
  eraseAll<ParameterOp>(**module);
  setPublic(**module, {"train_step"});
  auto simplify = [](OpPassManager &passes) {
    passes.addPass(createSymbolDCEPass());
    passes.addPass(createSinkAccumulators());
  };
  if (failed(phases.run("step", **module, simplify)) ||
      failed(phases.runCpu(**module)))
    return failure();
  return module;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

StringRef vellum::parameterOf(func::FuncOp function, unsigned argument) {
  auto name =
      function.getArgAttrOfType<FlatSymbolRefAttr>(argument, parameterAttrName);
  return name ? name.getValue() : StringRef();
}

std::string vellum::tensorName(func::FuncOp step, unsigned argument) {
  if (auto state = step.getArgAttrOfType<StringAttr>(argument, "vellum.state"))
    return state.str();
  return parameterOf(step, argument).str();
}

void vellum::placeInitialState(func::FuncOp step,
                               const ParameterValues &parameters,
                               std::vector<Tensor> &arguments) {
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    const std::string name = tensorName(step, i);
    auto parameter = parameters.find(name);
    if (parameter != parameters.end()) {
      argument = parameter->second;
    } else if (!name.empty()) {
      auto type = cast<RankedTensorType>(step.getArgumentTypes()[i]);
      argument = Tensor::zeros(*dtypeOf(type), type.getShape().vec());
    }
  }
}

std::vector<Tensor> vellum::joinArguments(func::FuncOp function,
                                          ArrayRef<Tensor> given,
                                          const ParameterValues &parameters) {
  std::vector<Tensor> arguments;
  for (unsigned i = 0, n = function.getNumArguments(); i < n; ++i) {
    StringRef name = parameterOf(function, i);
    if (name.empty()) {
      arguments.push_back(given.front());
      given = given.drop_front();
    } else {
      arguments.push_back(parameters.find(name)->second);
    }
  }
  return arguments;
}
