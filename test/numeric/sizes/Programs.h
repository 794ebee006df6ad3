//===- test/numeric/sizes/Programs.h - what is varied -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_NUMERIC_SIZES_PROGRAMS_H
#define VELLUM_TEST_NUMERIC_SIZES_PROGRAMS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <map>
#include <string>
#include <vector>

#include "runtime/Tensor.h"
#include "tools/vellum/Programs.h"

namespace vellum {

/// The functions of a model or of a file of numeric tests, closed: parameters
/// and tensor constants are arguments, and what nothing reads or a test looks
/// at is a result.
struct Programs {
  OwnedModule module;
  /// The values that arguments had as constants, under function and number.
  std::map<std::pair<std::string, unsigned>, Tensor> constants;

  static llvm::FailureOr<Programs> of(Model &model);
};

} // namespace vellum

#endif // VELLUM_TEST_NUMERIC_SIZES_PROGRAMS_H
