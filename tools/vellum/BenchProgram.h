//===- tools/vellum/BenchProgram.h - what vellum bench times --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_BENCHPROGRAM_H
#define VELLUM_TOOLS_VELLUM_BENCHPROGRAM_H

#include "dialect/Interfaces.h"
#include "tools/vellum/Evaluation.h"

namespace vellum {

/// The command line of `vellum bench`.
struct BenchOptions {
  /// Its entry is empty where the training step is meant.
  EvaluationOptions evaluation;
  bool gradient = false;
  std::string data, batchFunction;
  std::optional<int64_t> batch, repetitions;
  int64_t warmUp = 3;
  std::string json;
};

/// What a function computes, of a module that was made for the shapes at hand,
/// which it decomposes; nothing where sizes depend on data.
llvm::FailureOr<std::optional<Work>> countWork(mlir::ModuleOp module,
                                               llvm::StringRef function);

/// A compiled program with its arguments, and what is known of it.
class BenchProgram {
public:
  virtual ~BenchProgram();
  /// Builds, binds, counts and compiles what the options ask for.
  static llvm::FailureOr<std::unique_ptr<BenchProgram>>
  create(BenchOptions &options);

  /// One call. A training step goes on from the last one's parameters.
  llvm::LogicalResult run() {
    return getExecutor().execute(function, arguments);
  }
  /// What a call will take; nothing where that cannot be known.
  llvm::FailureOr<std::optional<MemoryForecast>> foresee() {
    return getExecutor().foresee(function, arguments);
  }
  virtual Executor &getExecutor() = 0;

  /// What is timed, in words.
  std::string title;
  /// From the file to the closed, differentiated program.
  double frontSeconds = 0;
  /// What one call computes; nothing where sizes depend on data.
  std::optional<Work> work;

protected:
  std::string function;
  std::vector<Tensor> arguments;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_BENCHPROGRAM_H
