//===- lowering/cpu/Program.h - compiled programs on this machine's CPU ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_PROGRAM_H
#define VELLUM_LOWERING_CPU_PROGRAM_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>

#include "lowering/cpu/LoweringOptions.h"
#include "runtime/Abi.h"

namespace vellum {

struct CpuOptions {
  /// One of the device library's targets, `x86-64-v2`, `-v3` or `-v4`; the best
  /// one this machine runs where empty.
  std::string target;
  LoweringOptions lowering;
};

/// Machine code for the public functions of a module.
///
/// Entries follow the C ABI of runtime/Abi.h: inputs are the function's
/// arguments in order, scalars as tensors of rank 0. A result's memory belongs
/// to the context until its next reset, except that a result with the attribute
/// `vellum.inplace = i` is written over argument `i` and shares its memory.
class CpuProgram {
public:
  /// Compiles the closed functions of `module` (parameters lifted, probes
  /// erased or exposed); the module is changed. Errors are diagnostics on the
  /// module's operations or the returned error.
  static llvm::Expected<std::unique_ptr<CpuProgram>>
  compile(mlir::ModuleOp module, const CpuOptions &options = {});
  ~CpuProgram();

  /// The entry point of a public function, or an error naming those there are.
  llvm::Expected<VellumEntry> lookup(llvm::StringRef function) const;

  /// How long the passes to LLVM's dialect took.
  double getLoweringSeconds() const;

private:
  struct State;
  explicit CpuProgram(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace vellum

#endif // VELLUM_LOWERING_CPU_PROGRAM_H
