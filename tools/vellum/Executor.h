//===- tools/vellum/Executor.h - running a program ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_EXECUTOR_H
#define VELLUM_TOOLS_VELLUM_EXECUTOR_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>
#include <optional>
#include <vector>

#include "lowering/cpu/LoweringOptions.h"
#include "runtime/Tensor.h"
#include "tools/vellum/CommandLine.h"

namespace vellum {

namespace interpreter {
struct Array;
} // namespace interpreter

/// Where and how programs run.
struct BackendOptions {
  std::string backend = "cpu";
  /// One of the device library's targets; empty for the best there is.
  std::string target;
  int64_t threads = 1;
  /// Bytes that a call may take besides its arguments; any number if 0.
  int64_t memory = 0;
  /// Whether calls can be foreseen, which takes some time to compile.
  bool foresees = false;
  /// The phase of the cpu backend after which the interpreter runs the program;
  /// empty if the program is compiled.
  std::string phase;
  /// Whether the first call of each function is run on the interpreter, too,
  /// after each pass that changes the program. The dev build does so where that
  /// takes few steps, whatever is said here.
  bool verifiesMemory = false;

  /// Declares `--backend`, `--target` and `--threads`, which must have an
  /// effect on that back end.
  void declare(CommandLine &line);
  /// Steps of the interpreter's; any number if 0.
  int64_t maxSteps = 0;

  /// Declares `--max-steps`.
  void declareSteps(CommandLine &line);
  /// Declares `--memory`, which lets calls be foreseen.
  void declareMemory(CommandLine &line);
  /// Declares `--at-phase`, beside which the options of back ends have no
  /// effect.
  void declarePhase(CommandLine &line);
  /// Declares `--verify-memory`.
  void declareVerification(CommandLine &line);
};

/// What a call is going to take besides its arguments.
struct MemoryForecast {
  /// Bytes that a time step of all samples saves, if all steps are kept; -1 if
  /// they cannot be known before.
  int64_t savedPerStep = 0;
  /// The most bytes at a time, if all steps are kept, and as the call will run.
  int64_t whole = 0, planned = 0;
};

/// `27.5 KiB saved per time step, 28 MiB at most`, or with what it would be
/// without a budget.
std::string describe(const MemoryForecast &forecast);

/// Seconds spent on compilation.
struct CompileTimes {
  /// From the closed program to LLVM's dialect.
  double lowering = 0;
  /// From there to machine code in memory.
  double llvm = 0;
};

/// `512 ms (front 20 ms, lowering 180 ms, LLVM 312 ms)`, where the front is
/// what comes before the closed program.
std::string describe(double frontSeconds, const CompileTimes &times);

/// Runs the public functions of a module, which must be closed. All back ends
/// have the same behaviour, but for rounding.
class Executor {
public:
  virtual ~Executor();

  /// Prepares all public functions of `module`.
  static llvm::FailureOr<std::unique_ptr<Executor>>
  create(mlir::OwningOpRef<mlir::ModuleOp> module,
         const BackendOptions &options);

  /// Runs a function as `call` does, but leaves the results that overwrite no
  /// argument where the program put them, until the next call: what is timed.
  virtual llvm::LogicalResult
  execute(llvm::StringRef function,
          llvm::MutableArrayRef<Tensor> arguments) = 0;

  /// How long `create` took; nothing is compiled by an interpreter.
  virtual CompileTimes getCompileTimes() const { return {}; }
  /// Bytes that the calls so far have taken from the system for temporaries,
  /// and keep; nothing where the back end does not know.
  virtual std::optional<int64_t> getTemporaryBytes() const {
    return std::nullopt;
  }

  /// Runs a function whose arguments, scalars as tensors of rank 0, have the
  /// types of its signature. A result that is marked `vellum.inplace`
  /// overwrites its argument; the others are returned.
  virtual llvm::FailureOr<std::vector<Tensor>>
  call(llvm::StringRef function, llvm::MutableArrayRef<Tensor> arguments) = 0;

  /// What a call with these arguments will take; nothing where that cannot be
  /// known. An error where it is more than the budget allows.
  virtual llvm::FailureOr<std::optional<MemoryForecast>>
  foresee(llvm::StringRef function, llvm::MutableArrayRef<Tensor> arguments);
  /// The most bytes that a call so far has used for all values but its
  /// arguments; nothing where the back end does not know.
  virtual std::optional<int64_t> getPeakBytes() const { return std::nullopt; }
};

/// Checks that arguments and results are scalars or tensors of types that have
/// a form in files and in the ABI.
llvm::LogicalResult checkSignature(mlir::func::FuncOp function);

/// The number of the argument that a result overwrites, if it does.
std::optional<unsigned> overwrittenArgument(mlir::func::FuncOp function,
                                            unsigned result);

/// Returns the results of an interpreted function, but for those that overwrite
/// an argument.
std::vector<Tensor> handOver(mlir::func::FuncOp function,
                             llvm::ArrayRef<interpreter::Array> results,
                             llvm::MutableArrayRef<Tensor> arguments);

/// On the interpreter, which rounds each result to its type, with no more than
/// `maxSteps` for a call, if that is not 0.
std::unique_ptr<Executor>
createInterpreterExecutor(mlir::OwningOpRef<mlir::ModuleOp> module,
                          int64_t maxSteps);
/// On the interpreter, which runs what the cpu backend's passes make of it.
llvm::FailureOr<std::unique_ptr<Executor>>
createPhaseExecutor(mlir::OwningOpRef<mlir::ModuleOp> module,
                    const BackendOptions &options);
/// On `program`, once the first call of each function has been run on the
/// interpreter after each pass of the cpu backend. The first pass after which
/// that gives another result, or a wrong access of memory, is an error.
std::unique_ptr<Executor>
createVerifyingExecutor(mlir::OwningOpRef<mlir::ModuleOp> module,
                        std::unique_ptr<Executor> program,
                        const BackendOptions &options);
/// On compiled code.
llvm::FailureOr<std::unique_ptr<Executor>>
createCpuExecutor(mlir::OwningOpRef<mlir::ModuleOp> module,
                  const BackendOptions &options,
                  const LoweringOptions &lowering = {});
/// On compiled code that takes no more memory than `options` allow.
llvm::FailureOr<std::unique_ptr<Executor>>
createBudgetExecutor(mlir::OwningOpRef<mlir::ModuleOp> module,
                     const BackendOptions &options);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_EXECUTOR_H
