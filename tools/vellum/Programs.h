//===- tools/vellum/Programs.h - from a model to closed functions ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_PROGRAMS_H
#define VELLUM_TOOLS_VELLUM_PROGRAMS_H

#include "mlir/Pass/PassManager.h"

#include <functional>

#include "tools/vellum/CommandLine.h"
#include "tools/vellum/Inputs.h"
#include "tools/vellum/Model.h"
#include "tools/vellum/Parameters.h"

namespace vellum {

/// The named phases of compilation, each of which can be printed, and be the
/// last.
class Phases {
public:
  /// Declares `--print-after` and `--stop-after` of a command that goes through
  /// the phase `own`, unless empty, between closing and fusing.
  void declare(CommandLine &line, llvm::StringRef own);

  /// Runs a phase's passes on `module` and prints it where that is asked for.
  /// Nothing is run once the last phase wanted is over.
  llvm::LogicalResult
  run(llvm::StringRef phase, mlir::ModuleOp module,
      llvm::function_ref<void(mlir::OpPassManager &)> addPasses);

  /// Runs the phases that are the CPU back end's on a copy, to print them.
  llvm::LogicalResult runCpu(mlir::ModuleOp module);

  /// Whether the command ends here, because a phase was to be the last.
  bool isOver() const { return over; }

private:
  bool isWanted(llvm::StringRef phase) const;

  std::vector<std::string> printed;
  std::string last;
  bool over = false;
};

/// Changes closed functions before anything is made of them.
using CloseHook = std::function<llvm::LogicalResult(mlir::ModuleOp)>;

/// What is to be made of functions of a model.
struct ProgramOptions {
  /// The functions whose gradients, with respect to all floats but frozen
  /// parameters, are wanted too: `@name.gradient`.
  llvm::SmallVector<llvm::StringRef> differentiated;
  /// Probes become results; otherwise they vanish or, where the interpreter
  /// alone will run the program, stay as they are.
  bool probes = false;
  bool keepsProbes = false;
  CloseHook afterClose;
};

/// What is to be made of a recipe.
struct StepOptions {
  /// The step takes a batch even where the recipe has a function that makes it.
  bool takesBatch = false;
  CloseHook afterClose;
};

/// The attribute of a gradient's argument that is the cotangent of a result:
/// the number of this result.
inline constexpr llvm::StringLiteral cotangentAttrName = "vellum.cotangent";

/// The name of a function's gradient.
std::string gradientName(llvm::StringRef function);

using OwnedModule = mlir::OwningOpRef<mlir::ModuleOp>;

/// A module with the closed forms of some functions of a model, all public:
/// their parameters are arguments. Gradients have names for their arguments and
/// results: `d_x` is the cotangent of x.
llvm::FailureOr<OwnedModule>
closeFunctions(Model &model, llvm::ArrayRef<llvm::StringRef> functions,
               const ProgramOptions &options, Phases &phases);

/// A module with `@train_step` of the model's recipe.
llvm::FailureOr<OwnedModule> buildStep(Model &model, Phases &phases,
                                       const StepOptions &options = {});

/// The parameter that a closed function's argument stands for; empty for other
/// arguments.
llvm::StringRef parameterOf(mlir::func::FuncOp function, unsigned argument);

/// The name that an argument of the training step has in files: that of the
/// parameter or of the optimiser's tensor; empty for others.
std::string tensorName(mlir::func::FuncOp step, unsigned argument);

/// Sets those arguments of the training step that are parameters, or tensors of
/// the optimiser, which start as zeros.
void placeInitialState(mlir::func::FuncOp step,
                       const ParameterValues &parameters,
                       std::vector<Tensor> &arguments);

/// The arguments of a closed function: values given by name for those that are
/// no parameters, `parameters` for the others.
std::vector<Tensor> joinArguments(mlir::func::FuncOp function,
                                  llvm::ArrayRef<Tensor> given,
                                  const ParameterValues &parameters);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_PROGRAMS_H
