//===- lowering/check/MemoryCheck.h - runs a program after each pass ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECK_MEMORYCHECK_H
#define VELLUM_LOWERING_CHECK_MEMORYCHECK_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

#include "lowering/interpreter/LoweredRun.h"

namespace vellum {

/// A call whose results passes must not change.
struct CheckedCall {
  interpreter::Signature signature;
  std::vector<interpreter::Array> arguments;
  /// After how many steps a run of it is given up, and no further pass is
  /// checked; never if 0.
  int64_t maxSteps = 0;
  /// Whether nothing is said where it has no results to be compared with.
  bool isOptional = false;
};

/// What a check has come to.
struct MemoryCheckResult {
  /// True once an error was reported.
  bool failed = false;
  /// How many passes changed the program and were followed by a run of it.
  unsigned checked = 0;
};

/// Runs the program after each pass that `passes` will run, on the interpreter
/// of lowered programs, and compares its results with those that it had before
/// the first. The first pass after which they differ, or after which an access
/// of memory is wrong, is an error: it names the pass, the op at its place in
/// the model, the word that it reads, what the word holds and should hold, and
/// who has written both. Later passes are not checked then, but run.
///
/// Floats are computed in double, so that another order of the same operations
/// is told apart from another value. It trusts nothing that passes know: not
/// their analyses, nor that of bufferisation.
///
/// The context must run passes one after the other. The program's ops have
/// numbers in their locations afterwards (OpNumbers.h).
std::shared_ptr<MemoryCheckResult>
addMemoryCheck(mlir::PassManager &passes,
               llvm::ArrayRef<CheckedCall> calls = {});

/// Small arguments for each public function: `?` is 3, floats are random,
/// integers 0 to 2 and indices 2.
std::vector<CheckedCall> smallCalls(mlir::ModuleOp module);

} // namespace vellum

#endif // VELLUM_LOWERING_CHECK_MEMORYCHECK_H
