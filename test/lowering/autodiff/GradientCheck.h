//===- test/lowering/autodiff/GradientCheck.h - against differences -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_LOWERING_AUTODIFF_GRADIENTCHECK_H
#define VELLUM_TEST_LOWERING_AUTODIFF_GRADIENTCHECK_H

#include <string>
#include <vector>

#include "dialect/interpreter/Interpreter.h"

namespace vellum::test {

/// A function `@f` and what it is called with.
struct Program {
  std::string text;
  /// The sizes of the arguments' `?`, in order.
  std::vector<int64_t> sizes = {};
  /// The arguments that are no floats, in order.
  std::vector<interpreter::Array> integers = {};
  /// Where the float arguments are drawn from.
  double low = -1.0, high = 1.0;
  /// 2 checks the gradient of `@f.gradient` instead.
  int order = 1;
};

/// Runs the gradient of `@f` in the interpreter in f64 and compares it with
/// central differences of `Σ cotangent · result`, for the gradient as it is
/// built, with nothing but carried values kept, and with sunk accumulators. In
/// each form `@f.gradient` must return the results of `@f` too, up to the order
/// of sums in what is decomposed.
void expectGradient(const Program &program);

/// The results of the gradient of the function `@f` in `text`.
std::vector<interpreter::Array>
evaluateGradient(const std::string &text,
                 llvm::ArrayRef<interpreter::Array> arguments);

} // namespace vellum::test

#endif // VELLUM_TEST_LOWERING_AUTODIFF_GRADIENTCHECK_H
