//===- tools/vellum/TrainingTrap.h - a training step with a NaN -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_TRAININGTRAP_H
#define VELLUM_TOOLS_VELLUM_TRAININGTRAP_H

#include "tools/vellum/Checkpoint.h"
#include "tools/vellum/Executor.h"
#include "tools/vellum/NonFiniteTrap.h"
#include "tools/vellum/RunFolder.h"

namespace vellum {

/// The folder in a run's where a trapped step is left.
inline constexpr llvm::StringLiteral kTrapFolder = "nan";

/// Removes what a trapped step has left in a run's folder.
void removeTrappedStep(const RunFolder &folder);

/// A training step whose loss, gradient, parameters or state are not finite,
/// with all that it takes to run it again.
class TrappedStep {
public:
  /// The step is the one behind those that `before` has done. `inputs` are the
  /// first arguments of the step: key, batch size and number, and the batch
  /// unless the recipe has a function that makes it.
  TrappedStep(Model &model, mlir::func::FuncOp step, const Checkpoint &before,
              ParameterValues parameters, std::vector<Tensor> inputs)
      : model(model), step(step), before(before),
        parameters(std::move(parameters)), inputs(std::move(inputs)),
        recipe(model.getRecipe()),
        trap(model, recipe.getLoss().str(), getFront(), before.batch) {}

  /// Makes the batch as the step does, on the same back end, where the recipe
  /// has a function for it.
  llvm::LogicalResult findBatch(const BackendOptions &backend);
  /// Leaves batch, parameters and state in the folder of the run.
  llvm::LogicalResult leave(const RunFolder &run);

  /// Reports where a value arose that is not finite: in the batch, the loss,
  /// its gradient or the update. `what` is what was found not to be finite.
  void explain(llvm::StringRef what);
  /// Prints the command that shows it again; `data` and `backend` are the
  /// run's.
  void printRepetition(const std::string &data, const BackendOptions &backend);

private:
  /// Which function it is that `vellum run`, `grad` or `train` has to run.
  enum class Part { Data, Loss, Gradient, Step };

  std::string getFront() const;
  std::string getLoss() { return recipe.getLoss().str(); }
  bool takesBatchSize();
  bool explainData();
  bool explainLoss();
  bool explainStep();
  llvm::SmallVector<std::string> updatedBy(mlir::ValueRange values);
  bool isGradientNorm(mlir::Value value);
  std::string partOf(mlir::Operation *op);
  NonFiniteContext placeStep(const NonFiniteCause &cause);
  std::vector<Tensor> gradientArguments(mlir::func::FuncOp closed,
                                        std::vector<Tensor> arguments);
  std::vector<Tensor> stepArguments();
  std::string zeroCotangents();
  std::string dataInputs();
  std::string repetition(const std::string &data);

  Model &model;
  mlir::func::FuncOp step;
  const Checkpoint &before;
  ParameterValues parameters;
  std::vector<Tensor> inputs;
  TrainingOp recipe;
  /// The loss and its gradient.
  NonFiniteTrap trap;

  std::vector<Tensor> batch;
  std::string folder;
  Part part = Part::Step;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_TRAININGTRAP_H
