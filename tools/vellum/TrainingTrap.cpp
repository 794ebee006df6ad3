//===- tools/vellum/TrainingTrap.cpp - a training step with a NaN ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/TrainingTrap.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include "dialect/Activity.h"
#include "dialect/interpreter/TensorConversion.h"
#include "lowering/TrainingStep.h"
#include "runtime/File.h"
#include "runtime/Npz.h"
#include "tools/vellum/Evaluation.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;
using interpreter::Array;
using interpreter::Precision;

static constexpr llvm::StringLiteral kBatch = "batch.npz", kStep = "step.json";

static std::string pathIn(StringRef folder, StringRef name) {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

static int64_t numberIn(const Tensor &tensor) {
  return tensor.data<int64_t>()[0];
}

std::string TrappedStep::getFront() const {
  return "training step " + std::to_string(before.step + 1) + ": ";
}

//===----------------------------------------------------------------------===//
// The batch
//===----------------------------------------------------------------------===//

bool TrappedStep::takesBatchSize() {
  auto data = model.getModule().lookupSymbol<func::FuncOp>(*recipe.getData());
  return data.getNumArguments() > 1 && data.getArgumentTypes()[1].isIndex();
}

LogicalResult TrappedStep::findBatch(const BackendOptions &backend) {
  constexpr unsigned kFirst = 3;
  if (!recipe.getData()) {
    batch.assign(inputs.begin() + kFirst, inputs.end());
    return success();
  }
  StringRef name = *recipe.getData();
  Phases phases;
  auto module = closeFunctions(model, name, ProgramOptions(), phases);
  if (failed(module))
    return failure();
  auto arguments = joinArguments(
      (*module)->lookupSymbol<func::FuncOp>(name),
      ArrayRef(inputs).take_front(takesBatchSize() ? 2 : 1), parameters);
  auto executor = Executor::create(std::move(*module), backend);
  if (failed(executor))
    return failure();
  auto made = (*executor)->call(name, arguments);
  if (succeeded(made))
    batch = std::move(*made);
  return made;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

void vellum::removeTrappedStep(const RunFolder &run) {
  const std::string folder = run / kTrapFolder;
  for (StringRef name : {kBatch, kStep, RunFolder::kCheckpoint,
                         RunFolder::kWeights, RunFolder::kMetrics})
    llvm::sys::fs::remove(pathIn(folder, name));
  // Stays where there is anything else in it.
  llvm::sys::fs::remove(folder);
}

static LogicalResult check(Status written) {
  return written ? success() : reportError(written.error());
}

LogicalResult TrappedStep::leave(const RunFolder &run) {
  // Where a trapped step is repeated its files are there already.
  const bool isRepeated = llvm::sys::fs::exists(run / kStep);
  const std::string path = isRepeated ? run.getPath() : run / kTrapFolder;
  if (std::error_code code = llvm::sys::fs::create_directories(path))
    return reportError(path + ": cannot make the directory: " + code.message());
  std::vector<NamedTensor> named;
  FailureOr<func::FuncOp> loss = model.lookup(recipe.getLoss());
  if (failed(loss))
    return failure();
  for (auto [port, tensor] : llvm::zip_equal(argumentPorts(*loss), batch))
    named.push_back({port.name, tensor});
  SafetensorsFile weights;
  weights.tensors = inOrder(model, parameters);
  const std::string text = "{\"step\": " + std::to_string(before.step + 1) +
                           ", \"seed\": " + std::to_string(before.seed) +
                           ", \"batch\": " + std::to_string(before.batch) +
                           ", \"key\": " + std::to_string(numberIn(inputs[0])) +
                           "}\n";
  if (failed(check(writeNpz(pathIn(path, kBatch), named))) ||
      failed(check(
          writeSafetensors(pathIn(path, RunFolder::kWeights), weights))) ||
      failed(writeCheckpoint(pathIn(path, RunFolder::kCheckpoint), before)) ||
      failed(check(writeFileAtomic(pathIn(path, kStep), text))))
    return failure();
  folder = path;
  return success();
}

//===----------------------------------------------------------------------===//
// Explaining
//===----------------------------------------------------------------------===//

/// Where the batch is to blame that the recipe makes, that is where to look; a
/// batch from a file is an argument of the loss.
bool TrappedStep::explainData() {
  if (!recipe.getData())
    return false;
  NonFiniteTrap trap(model, recipe.getData()->str(), getFront(), before.batch);
  if (failed(trap.build(/*gradient=*/false)))
    return false;
  auto arguments = joinArguments(
      trap.getClosed(), ArrayRef(inputs).take_front(takesBatchSize() ? 2 : 1),
      parameters);
  if (!trap.explainForward(arguments, [](unsigned) { return true; }))
    return false;
  part = Part::Data;
  return true;
}

/// With cotangents: 1 of the loss, 0 of all else.
std::vector<Tensor>
TrappedStep::gradientArguments(func::FuncOp closed,
                               std::vector<Tensor> arguments) {
  auto results = interpreter::interpret(
      closed, llvm::map_to_vector(arguments, interpreter::fromTensor));
  if (failed(results))
    return {};
  for (auto [i, type] : llvm::enumerate(closed.getResultTypes())) {
    if (!isFloatLike(type))
      continue;
    Tensor cotangent = Tensor::zeros(
        *dtypeOf(type), std::vector<int64_t>((*results)[i].shape.begin(),
                                             (*results)[i].shape.end()));
    if (i == 0)
      setElement(cotangent, 0, 1.0);
    arguments.push_back(std::move(cotangent));
  }
  return arguments;
}

bool TrappedStep::explainLoss() {
  if (failed(trap.build(/*gradient=*/true, /*training=*/true)))
    return false;
  trap.onArgument([this] { return explainData(); });
  const auto isLoss = [](unsigned result) { return result == 0; };
  auto arguments = joinArguments(trap.getClosed(), batch, parameters);
  part = Part::Loss;
  if (trap.explainForward(arguments, isLoss))
    return true;
  arguments = gradientArguments(trap.getClosed(), std::move(arguments));
  part = Part::Gradient;
  return !arguments.empty() && trap.explainBackward(arguments, isLoss);
}

/// The step's arguments, parameters and state as they were before it.
std::vector<Tensor> TrappedStep::stepArguments() {
  std::vector<Tensor> arguments = inputs;
  for (unsigned i = inputs.size(); i < step.getNumArguments(); ++i) {
    const auto found =
        llvm::find_if(before.tensors, [&](const NamedTensor &each) {
          return each.name == tensorName(step, i);
        });
    arguments.push_back(found->tensor);
  }
  return arguments;
}

bool TrappedStep::isGradientNorm(mlir::Value value) {
  const SmallVector<std::string> names = resultNames(step);
  return llvm::any_of(value.getUses(), [&](OpOperand &use) {
    return isa<func::ReturnOp>(use.getOwner()) &&
           names[use.getOperandNumber()] == gradientNormName;
  });
}

/// The parameters whose new values depend on some values otherwise than through
/// the norm of all gradients, by which all are clipped.
SmallVector<std::string> TrappedStep::updatedBy(mlir::ValueRange values) {
  DenseSet<mlir::Value> seen(values.begin(), values.end());
  SmallVector<mlir::Value> worklist(values);
  while (!worklist.empty())
    for (OpOperand &use : worklist.pop_back_val().getUses())
      for (mlir::Value result : use.getOwner()->getResults())
        if (!isGradientNorm(result) && seen.insert(result).second)
          worklist.push_back(result);
  SmallVector<std::string> names;
  Operation *last = step.getBody().front().getTerminator();
  for (OpOperand &operand : last->getOpOperands())
    if (auto argument = overwrittenArgument(step, operand.getOperandNumber());
        argument && seen.contains(operand.get()) &&
        !parameterOf(step, *argument).empty())
      names.push_back("@" + parameterOf(step, *argument).str());
  return names;
}

/// What an update is made of has the recipe's place in the text. It is that of
/// the parameter that the op's results or, where they lead to the norm alone,
/// its operands are for.
std::string TrappedStep::partOf(Operation *op) {
  if (!op || op->getLoc() != step.getLoc())
    return "the training step";
  SmallVector<std::string> names = updatedBy(op->getResults());
  SmallVector<mlir::Value> computed;
  llvm::copy_if(op->getOperands(), std::back_inserter(computed),
                [](mlir::Value value) { return value.getDefiningOp(); });
  if (names.empty())
    names = updatedBy(computed);
  return names.empty() ? "the update" : "the update of " + joinNames(names);
}

NonFiniteContext TrappedStep::placeStep(const NonFiniteCause &cause) {
  NonFiniteContext context;
  context.front = getFront();
  context.partOf = [this](Operation *op) { return partOf(op); };
  SmallVector<std::string> names, reached = resultNames(step);
  for (unsigned result : cause.results) {
    auto argument = overwrittenArgument(step, result);
    names.push_back(argument ? tensorName(step, *argument) : reached[result]);
  }
  context.reached = joinNames(names);
  return context;
}

bool TrappedStep::explainStep() {
  part = Part::Step;
  const std::vector<Tensor> arguments = stepArguments();
  const SmallVector<std::string> names = resultNames(step);
  auto cause =
      NonFiniteSearch(step,
                      llvm::map_to_vector(arguments, interpreter::fromTensor),
                      Precision::F32,
                      [&](unsigned result) {
                        return result == 0 ||
                               names[result] == gradientNormName ||
                               overwrittenArgument(step, result);
                      })
          .run();
  if (cause)
    reportCause(*cause, placeStep(*cause));
  return cause.has_value();
}

void TrappedStep::explain(StringRef what) {
  if (!explainLoss() && !(trap.couldRun() && explainStep()))
    (void)trap.reportUnexplained(what);
}

//===----------------------------------------------------------------------===//
// Repeating
//===----------------------------------------------------------------------===//

/// A word of a shell's command.
static std::string quoted(StringRef word) {
  constexpr StringRef kPlain = "_./=:@%+,-";
  if (!word.empty() && llvm::all_of(word, [&](char c) {
        return llvm::isAlnum(c) || kPlain.contains(c);
      }))
    return word.str();
  std::string text = "'";
  for (char c : word)
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// `vellum grad` takes a cotangent of 1 of what it is given none for.
std::string TrappedStep::zeroCotangents() {
  FailureOr<func::FuncOp> loss = model.lookup(recipe.getLoss());
  std::string text;
  for (const Port &port : llvm::drop_begin(cotangentPorts(*loss)))
    text += " --input " + quoted(port.name + "=0");
  return text;
}

/// What the step gives the recipe's data function.
std::string TrappedStep::dataInputs() {
  FailureOr<func::FuncOp> data = model.lookup(*recipe.getData());
  std::string text;
  for (auto [port, value] : llvm::zip(argumentPorts(*data), inputs))
    text +=
        " --input " + quoted(port.name + "=" + std::to_string(numberIn(value)));
  return text + " --weights=" + quoted(pathIn(folder, RunFolder::kWeights));
}

std::string TrappedStep::repetition(const std::string &data) {
  const std::string file = " " + quoted(model.getPath());
  const std::string given =
      " --inputs=" + quoted(pathIn(folder, kBatch)) +
      " --weights=" + quoted(pathIn(folder, RunFolder::kWeights));
  switch (part) {
  case Part::Data:
    return "run" + file + " --entry=" + quoted(*recipe.getData()) +
           dataInputs();
  case Part::Loss:
    return "run" + file + " --entry=" + quoted(getLoss()) + given;
  case Part::Gradient:
    return "grad" + file + " --entry=" + quoted(getLoss()) + given +
           zeroCotangents();
  case Part::Step:
    return "train" + file + " --out=" + quoted(folder) +
           " --resume --steps=" + std::to_string(before.step + 1) +
           (data.empty() ? "" : " --data=" + quoted(data));
  }
  llvm_unreachable("unknown part of a step");
}

void TrappedStep::printRepetition(const std::string &data,
                                  const BackendOptions &backend) {
  if (folder.empty())
    return;
  std::string command = "vellum " + repetition(data);
  if (backend.backend != "cpu")
    command += " --backend=" + backend.backend;
  if (!backend.target.empty())
    command += " --target=" + backend.target;
  llvm::errs() << "the batch, the parameters and the state before the step are "
                  "in "
               << folder << "; this shows it again:\n  " << command
               << " --trap-nan\n";
}
