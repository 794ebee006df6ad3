//===- test/dialect/interpreter/Program.h - programs under test -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_DIALECT_INTERPRETER_PROGRAM_H
#define VELLUM_TEST_DIALECT_INTERPRETER_PROGRAM_H

#include <gtest/gtest.h>

#include <string>

#include "dialect/interpreter/Interpreter.h"

namespace vellum::interpreter {

/// What became of a program.
struct Outcome {
  bool succeeded = false;
  llvm::SmallVector<Array> results;
  /// The errors, each as `line: message` with a line break behind it.
  std::string errors;
};

/// Parses a module and runs its function `main`. What does not parse fails the
/// test.
Outcome run(llvm::StringRef program, llvm::ArrayRef<Array> arguments,
            const Options &options = {});

/// Runs a program that must succeed and returns its results.
llvm::SmallVector<Array> results(llvm::StringRef program,
                                 llvm::ArrayRef<Array> arguments,
                                 const Options &options = {});

/// Runs a program that must succeed and returns its first result.
Array result(llvm::StringRef program, llvm::ArrayRef<Array> arguments,
             const Options &options = {});

/// Runs a program that must fail at run time and returns its errors.
std::string errors(llvm::StringRef program, llvm::ArrayRef<Array> arguments,
                   const Options &options = {});

/// Numbers in (-1, 1) without a pattern that could hide a wrong index.
Array wave(llvm::ArrayRef<int64_t> shape, double phase);
/// The same in (0, 1).
Array positive(llvm::ArrayRef<int64_t> shape, double phase);
/// Rows of the last dimension that are positive and sum to 1.
Array weightings(llvm::ArrayRef<int64_t> shape, double phase);

/// Expects shape and elements, the latter up to `tolerance`. Infinities and
/// NaNs are equal to themselves.
void expectNear(const Array &actual, const Array &expected,
                double tolerance = 1e-12);
void expectFloats(const Array &actual, llvm::ArrayRef<int64_t> shape,
                  llvm::ArrayRef<double> expected, double tolerance = 1e-12);
void expectIntegers(const Array &actual, llvm::ArrayRef<int64_t> shape,
                    llvm::ArrayRef<int64_t> expected);

} // namespace vellum::interpreter

#endif // VELLUM_TEST_DIALECT_INTERPRETER_PROGRAM_H
