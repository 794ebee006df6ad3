//===- test/fuzz/Compiled.h - machine code of a module ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_COMPILED_H
#define VELLUM_TEST_FUZZ_COMPILED_H

#include "lowering/cpu/Program.h"
#include "runtime/Context.h"
#include "test/fuzz/Values.h"

namespace vellum::fuzz {

/// The functions of a closed module, compiled once to run with any number of
/// threads.
class Compiled {
public:
  /// Null, with the error reported, where that fails.
  static std::unique_ptr<Compiled> compile(mlir::ModuleOp module,
                                           const CpuOptions &options);

  /// Fails, with the error reported, where the code says so.
  llvm::FailureOr<Tensors> call(llvm::StringRef function,
                                llvm::ArrayRef<Tensor> arguments,
                                unsigned threads);

private:
  std::unique_ptr<CpuProgram> program;
  /// For each function, its results as they are before the call.
  llvm::StringMap<std::vector<VellumTensor>> outputs;
};

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_COMPILED_H
