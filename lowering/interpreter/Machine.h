//===- lowering/interpreter/Machine.h - evaluators of lowered programs ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Inside the interpreter of lowered programs: what its evaluators share. Each
/// file of evaluators has one `add…` function; what they add stands beside the
/// evaluators of the language, or takes the place of one.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_INTERPRETER_MACHINE_H
#define VELLUM_LOWERING_INTERPRETER_MACHINE_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include "dialect/interpreter/Evaluation.h"
#include "lowering/cpu/CpuOps.h"
#include "lowering/interpreter/Memory.h"

namespace vellum::interpreter {

/// What one run of a lowered program works on.
struct Machine {
  Memory memory;
  /// Where tensors lie that are views of memory: `to_tensor` and slices of it.
  llvm::DenseMap<mlir::Value, View> homes;
  /// The addresses of constants.
  llvm::DenseMap<Operation *, int64_t> globals;
  /// The functions that pointers stand for.
  SmallVector<mlir::func::FuncOp> functions;
  /// The doubles whose bits, as floats, were handed on as integers.
  llvm::DenseMap<uint32_t, double> floatsOfBits;
};

/// The view that a memref's value is.
inline View viewOf(mlir::Value memref, const Frame &frame) {
  return View::of(frame[memref]);
}

/// Gives a memref its value. Fails with a diagnostic where the view's sizes or
/// strides are not those of the type.
LogicalResult setView(mlir::Value memref, const View &view, Frame &frame);

/// The part of a view that offsets, sizes and strides name; all of its
/// dimensions. Fails with a diagnostic on `op` where it lies outside.
FailureOr<View> partOf(Operation *op, const View &view,
                       ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes,
                       ArrayRef<int64_t> strides);
/// The view without some of its dimensions.
View withoutDims(const View &view, const llvm::SmallBitVector &dropped);
/// The numbers of a list that is partly static and partly operands.
Shape mixedNumbers(ArrayRef<int64_t> statics, mlir::ValueRange dynamic,
                   const Frame &frame);

/// memref: allocation, access, views.
void addBuffers(Evaluators &evaluators, Machine &machine);
/// bufferization: between tensors and memory.
void addTensorsInMemory(Evaluators &evaluators, Machine &machine);
/// Linalg ops on memory.
void addStructuredOnMemory(Evaluators &evaluators, Machine &machine);
/// The device library's kernels.
void addKernels(Evaluators &evaluators, Machine &machine);
/// Loops over tiles, and what is made of them: words and pointers.
void addTiles(Evaluators &evaluators, Machine &machine);

/// Fails with a diagnostic where an op uses a tensor that is a view of memory,
/// whose words are not what they were when the view was made.
LogicalResult checkHomes(Operation &op, Frame &frame, Machine &machine);

/// Whether a kernel of this name can be evaluated.
bool hasMeaning(llvm::StringRef kernel);
/// A kernel's output of the given shape for these inputs; nothing where no
/// kernel has the name.
std::optional<Array> evaluateKernel(llvm::StringRef name,
                                    ArrayRef<Array> inputs,
                                    ArrayRef<int64_t> scalars,
                                    const Shape &output);

} // namespace vellum::interpreter

#endif // VELLUM_LOWERING_INTERPRETER_MACHINE_H
