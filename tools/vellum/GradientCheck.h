//===- tools/vellum/GradientCheck.h - are gradients right? ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_GRADIENTCHECK_H
#define VELLUM_TOOLS_VELLUM_GRADIENTCHECK_H

#include "dialect/interpreter/Array.h"
#include "tools/vellum/Differences.h"
#include "tools/vellum/Evaluation.h"

namespace vellum {

/// The command line of `vellum check`.
struct CheckOptions {
  std::string model;
  std::string entry;
  Inputs inputs;
  std::string weights;
  int64_t seed = 0;
  BackendOptions backend;
  TimeLimit timeLimit;
};

/// How far the gradients of one parameter or argument are from each other.
struct GradientErrors {
  std::string name;
  int64_t elements = 0;
  /// The greatest relative error of a directional derivative: reverse mode in
  /// f64 against differences.
  double differences = 0;
  /// The relative error, in the Euclidean norm, of the gradient that the back
  /// end computes, against the one in f64.
  double compiled = 0;
  /// What the function was found to be like in one of the directions.
  Smoothness smoothness = Smoothness::Smooth;
  /// The gradient is nothing but zeros.
  bool isZero = false;
  /// False if an element of the gradient is NaN or infinite.
  bool isFinite = true;
  /// The differences include what elements that are 0 exclude; beside 0 they
  /// agree.
  bool excludes = false;
};

/// Checks the gradient of a function's float results, weighted: of the loss
/// alone where the function is the recipe's loss, else with random weights.
///
/// Derivatives are taken along directions of length 1: random ones and single
/// elements, among them that of the largest derivative. Errors are relative to
/// the derivative, or where that is small, to what a direction has on average.
/// What `vellum.stop_gradient` stops has no derivative, so it keeps its value
/// in the differences too.
class GradientCheck {
public:
  GradientCheck(Model &model, CheckOptions &options)
      : model(model), options(options) {}

  /// Compiles the programs and finds the arguments.
  llvm::LogicalResult prepare();
  llvm::StringRef getEntry() const { return entry; }
  llvm::SmallVector<std::string> getNames() const;
  /// Reports the errors of each parameter and argument as they are found.
  llvm::LogicalResult
  run(llvm::function_ref<void(const GradientErrors &)> report);

private:
  using Array = interpreter::Array;
  using Arrays = llvm::SmallVector<Array>;

  llvm::LogicalResult chooseEntry();
  llvm::LogicalResult buildPrograms();
  llvm::LogicalResult findArguments(mlir::func::FuncOp open);
  llvm::FailureOr<std::vector<Tensor>> givenArguments(mlir::func::FuncOp open);
  llvm::FailureOr<std::vector<Tensor>>
  makeBatch(const ParameterValues &parameters);
  llvm::LogicalResult chooseCotangents();
  std::vector<Tensor> gradientTensors() const;
  unsigned gradientResult(unsigned subject) const;
  llvm::LogicalResult computeGradients();

  double compiledError(unsigned subject) const;
  llvm::FailureOr<double> objective(llvm::ArrayRef<Array> at) const;
  Arrays directions(unsigned subject) const;
  llvm::FailureOr<DifferenceError>
  directionError(unsigned subject, const interpreter::Array &direction,
                 const Arrays &from, const interpreter::Array &gradient) const;
  llvm::FailureOr<bool> isRightBesideZero(unsigned subject) const;
  llvm::FailureOr<bool> isEdge(unsigned subject) const;
  llvm::FailureOr<GradientErrors> check(unsigned subject) const;

  Model &model;
  CheckOptions &options;
  std::string entry;
  /// The recipe, where its loss is checked.
  TrainingOp recipe;

  OwnedModule programs;
  /// Handles, whose methods are not const.
  mutable mlir::func::FuncOp value, gradient;
  std::unique_ptr<Executor> executor;

  /// The arguments of `value`, as files and as the interpreter have them.
  std::vector<Tensor> tensors;
  Arrays arguments;
  /// A weight for each element of each float result.
  Arrays cotangents;
  /// What is stopped at the arguments, in the order of evaluation.
  Arrays stopped;
  /// The arguments that are differentiated, with their gradients.
  llvm::SmallVector<unsigned> subjects;
  Arrays exact, compiled;
  /// The Euclidean norm of the whole gradient, and how many elements it has.
  double totalNorm = 0, totalElements = 0;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_GRADIENTCHECK_H
