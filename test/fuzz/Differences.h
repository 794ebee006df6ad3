//===- test/fuzz/Differences.h - gradients against differences --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_DIFFERENCES_H
#define VELLUM_TEST_FUZZ_DIFFERENCES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include "test/fuzz/Values.h"

namespace vellum::fuzz {

/// False where a derivative is by definition not that of the values: behind
/// `stop_gradient`.
bool canTakeDifferences(mlir::ModuleOp module);

/// Compares a gradient in f64 with central differences along random
/// directions. Where differences from the left and from the right disagree
/// there is a kink, and nothing to compare with.
struct DirectionalCheck {
  mlir::func::FuncOp function;
  Arrays arguments, cotangents;
  llvm::SmallVector<unsigned> subjects;
  llvm::ArrayRef<interpreter::Array> gradients;

  /// What differs, or nothing.
  std::optional<std::string> run(uint64_t key);
  /// Whether no direction could be compared.
  bool isHidden() const { return numCompared == 0; }

private:
  struct Direction;
  Direction makeDirection(uint64_t key) const;
  /// The weighted sum of the results, `step` along a direction.
  double valueAt(const Direction &direction, double step) const;

  unsigned numCompared = 0;
};

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_DIFFERENCES_H
