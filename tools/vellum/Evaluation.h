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

namespace vellum {

/// The options of a command that evaluates one function of a model once.
struct EvaluationOptions {
  std::string model;
  std::string entry;
  Inputs inputs;
  std::string weights;
  std::string output;
  int64_t seed = 0;
  BackendOptions backend;
  Phases phases;

  void declare(CommandLine &line);
};

/// The function that `entry` names or, where it is empty, the only public one.
llvm::FailureOr<mlir::func::FuncOp> findEntry(Model &model,
                                              const std::string &entry);

/// The parameters from the file or, without one, from their initialisers.
llvm::FailureOr<ParameterValues>
loadParameters(Model &model, const std::string &weights, int64_t seed);

/// Names, in the order of the function, and types of a function's arguments.
llvm::SmallVector<Port> argumentPorts(mlir::func::FuncOp function);

/// Writes the tensors to a .npz file or, without one, prints them.
llvm::LogicalResult writeTensors(const std::vector<NamedTensor> &tensors,
                                 const std::string &path);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_EVALUATION_H
