//===- tools/vellum/Evaluation.h - what run and grad share ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_EVALUATION_H
#define VELLUM_TOOLS_VELLUM_EVALUATION_H

#include "tools/vellum/Executor.h"
#include "tools/vellum/Inputs.h"
#include "tools/vellum/Model.h"
#include "tools/vellum/Parameters.h"
#include "tools/vellum/Programs.h"
#include "tools/vellum/TimeLimit.h"

namespace vellum {

/// The options of a command that evaluates one function of a model once.
struct EvaluationOptions {
  std::string model;
  std::string entry;
  Inputs inputs;
  std::string weights;
  std::string output;
  std::optional<int64_t> seed;
  BackendOptions backend;
  Phases phases;
  TimeLimit timeLimit;
  bool trapNan = false;

  /// For a command that goes through a phase of its `own`, unless empty.
  void declare(CommandLine &line, llvm::StringRef ownPhase);
  uint64_t getSeed() const { return static_cast<uint64_t>(seed.value_or(0)); }
};

/// The function that `entry` names or, where it is empty, the only public one.
llvm::FailureOr<mlir::func::FuncOp> findEntry(Model &model,
                                              const std::string &entry);

/// An error where a seed is given, but the closed function reads no parameter
/// that is drawn: none at all, or from the file of weights.
llvm::LogicalResult checkSeedHasEffect(const EvaluationOptions &options,
                                       Model &model, mlir::func::FuncOp closed);

/// The parameters from the file or, without one, from their initialisers.
llvm::FailureOr<ParameterValues>
loadParameters(Model &model, const std::string &weights, uint64_t seed);

/// Names, in the order of the function, and types of a function's arguments.
llvm::SmallVector<Port> argumentPorts(mlir::func::FuncOp function);

/// An error where two results that are no probes have the same name, so that no
/// file can hold both. Without a file there is none.
llvm::LogicalResult checkNames(mlir::func::FuncOp function,
                               const std::string &file);

/// Writes the tensors to a .npz file or, without one, prints them.
llvm::LogicalResult writeTensors(const std::vector<NamedTensor> &tensors,
                                 const std::string &path);

/// The cotangents that the gradient of `function` takes, by name; all are
/// optional.
llvm::SmallVector<Port> cotangentPorts(mlir::func::FuncOp function);

/// One evaluation: load, bind and compile, in this order, then call.
class Evaluation {
public:
  explicit Evaluation(EvaluationOptions &options) : options(options) {}

  /// Loads the model and closes the entry.
  llvm::LogicalResult load(bool gradient, bool probes);
  /// Whether the command ends after `load`, as a phase was to be the last.
  bool isOver() const { return options.phases.isOver(); }
  /// Finds the arguments, and the values of further ports, which are optional.
  llvm::LogicalResult bind(llvm::ArrayRef<Port> further = {});
  llvm::LogicalResult compile();

  /// The entry as it is in the model, and closed.
  mlir::func::FuncOp getEntry() const { return entry; }
  mlir::func::FuncOp getClosed() const { return closed; }
  /// The gradient of the closed entry, where it was loaded with it.
  mlir::func::FuncOp getGradient();
  /// The arguments of the closed entry.
  const std::vector<Tensor> &getArguments() const { return arguments; }
  llvm::ArrayRef<std::optional<Tensor>> getFurther() const { return further; }

  /// The arguments of the closed entry's gradient: those of the entry, then the
  /// cotangents: the further ports' values or, where one is not given, ones in
  /// the shape that the result turns out to have.
  llvm::FailureOr<std::vector<Tensor>> gradientArguments();

  /// With `--trap-nan`, an error where one of the named results of a call with
  /// these arguments, of the closed entry or of its gradient, is not finite.
  llvm::LogicalResult trap(llvm::ArrayRef<NamedTensor> results,
                           llvm::ArrayRef<Tensor> arguments);

  Model &getModel() { return *model; }
  Executor &getExecutor() { return *executor; }

  /// Calls the closed entry or its gradient.
  llvm::FailureOr<std::vector<Tensor>> call(std::vector<Tensor> arguments);
  llvm::FailureOr<std::vector<Tensor>>
  callGradient(std::vector<Tensor> arguments);

private:
  EvaluationOptions &options;
  std::unique_ptr<Model> model;
  mlir::func::FuncOp entry, closed;
  OwnedModule module;
  std::vector<Tensor> arguments;
  std::vector<std::optional<Tensor>> further;
  std::unique_ptr<Executor> executor;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_EVALUATION_H
