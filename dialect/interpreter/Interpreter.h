//===- dialect/interpreter/Interpreter.h - what programs mean -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The reference interpreter: the executable meaning of the language. It knows
/// each op of the vellum dialect by its formula (never through `decompose`, so
/// that each checks the other) and the parts of arith, math, tensor, linalg,
/// scf and func that stand beside it. Gradients, passes and back ends are
/// compared with it. It is written for reading, not for speed.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERPRETER_INTERPRETER_H
#define VELLUM_DIALECT_INTERPRETER_INTERPRETER_H

#include "llvm/ADT/StringMap.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <functional>

#include "dialect/interpreter/Array.h"

namespace mlir {
class Operation;
class Value;
namespace func {
class FuncOp;
} // namespace func
} // namespace mlir

namespace vellum::interpreter {

/// How floats are computed. Inside one op it is always in double.
enum class Precision {
  /// Every float result of an op is rounded to its IR type.
  F32,
  /// Nothing is rounded: `f32` in the IR means double.
  F64,
};

struct Options {
  Precision precision = Precision::F64;
  /// The most operations, and runs of a loop's body, that are evaluated; any
  /// number if 0.
  int64_t maxSteps = 0;
  /// What `vellum.use @name` reads.
  llvm::StringMap<Array> parameters;
  /// Called for each `vellum.probe` with its name, the step numbers of the
  /// scans, ponders and `scf.for` around it, outermost first, and the value.
  std::function<void(llvm::StringRef name, llvm::ArrayRef<int64_t> steps,
                     const Array &value)>
      onProbe;
  /// Called after each op with those step numbers and with a function that
  /// tells the value of an operand or result, where a result may be changed.
  std::function<void(mlir::Operation *op, llvm::ArrayRef<int64_t> steps,
                     llvm::function_ref<Array &(mlir::Value)> valueOf)>
      onOp;
  /// Given the operand of a `vellum.stop_gradient`, tells its result: the
  /// operand itself if nothing is set.
  std::function<Array(const Array &value)> onStopGradient;
};

/// Runs a function. What goes wrong is a diagnostic at the op's location,
/// including constraints that only run-time shapes can break and expectations
/// (`vellum.expect_close`) that do not hold; those let the program run on, so
/// that all of them are reported, and make it fail at its end.
mlir::FailureOr<llvm::SmallVector<Array>>
interpret(mlir::func::FuncOp function, llvm::ArrayRef<Array> arguments,
          const Options &options = {});

} // namespace vellum::interpreter

#endif // VELLUM_DIALECT_INTERPRETER_INTERPRETER_H
