//===- lowering/cpu/LoopWriter.h - a linalg op as vector loops --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Writes one `linalg.generic` on memrefs as loops of which one runs over
/// vectors.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_LOOPWRITER_H
#define VELLUM_LOWERING_CPU_LOOPWRITER_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "lowering/cpu/LoopOrder.h"

namespace vellum::cpu {

/// A run of positions of the vector dimension: a width and, where not all of it
/// counts, a mask.
struct Chunk {
  int64_t width;
  mlir::Value mask;
};

/// What loops are written for.
struct VectorUnit {
  /// Floats in a vector.
  unsigned lanes;
  /// Whether a multiplication and an addition are one instruction.
  bool hasFma;
};

/// Writes the loops of one op in their order (LoopOrder.h). The accumulators of
/// sums are in registers; if the vector dimension itself is summed, there is a
/// sum over lanes at the end.
///
/// Every operand must be contiguous along `vectorDim` or not depend on it. An
/// operand is read in the outermost loop that knows its position, which the
/// stores that follow would keep LLVM from finding out.
class LoopWriter {
public:
  /// `starts` says what each sum in registers begins with, null for what is in
  /// the output.
  LoopWriter(mlir::linalg::GenericOp op, unsigned vectorDim, VectorUnit unit,
             llvm::ArrayRef<mlir::Value> starts, mlir::OpBuilder &b);

  void run();

private:
  using Values = mlir::SmallVector<mlir::Value>;
  using Body = llvm::function_ref<Values(Chunk, mlir::ValueRange)>;

  int64_t chooseWidth();
  bool runsBackward();
  mlir::Value index(int64_t value);
  mlir::Value size(unsigned dim);
  Values loopOver(llvm::ArrayRef<unsigned> dims, mlir::ValueRange carried,
                  llvm::function_ref<Values(mlir::ValueRange)> body);
  Values strips(mlir::ValueRange carried, Body body);
  Chunk tailChunk(mlir::Value rest, std::optional<int64_t> known);
  Values positions(mlir::AffineMap map);
  mlir::VectorType vectorOf(mlir::Type element, Chunk chunk) {
    return mlir::VectorType::get(chunk.width, element);
  }
  /// False for an input that the body does not look at.
  bool isUsed(unsigned operand) {
    return operand >= op.getNumDpsInputs() ||
           !op.getBody()->getArgument(operand).use_empty();
  }
  bool isReadBefore(unsigned operand, llvm::ArrayRef<unsigned> dims);
  void readScalars(llvm::ArrayRef<unsigned> dims);
  void readVectors(llvm::ArrayRef<unsigned> dims, Chunk chunk);
  mlir::Value load(unsigned operand, Chunk chunk);
  mlir::Value loadVector(unsigned operand, Chunk chunk);
  void store(unsigned output, mlir::Value value, Chunk chunk);
  mlir::Value splat(mlir::Value scalar, Chunk chunk);
  Values cloneBody(mlir::ValueRange sums, Chunk chunk);
  mlir::Value cloneOp(mlir::Operation &inner, mlir::ValueRange operands,
                      Chunk chunk);
  Values iteration(mlir::ValueRange sums, Chunk chunk);
  void writeParallel();
  void writeReduction();
  mlir::Value identity(unsigned sum, Chunk chunk);
  mlir::Value combined(unsigned sum, mlir::Value lhs, mlir::Value rhs);
  unsigned operandOf(unsigned output) { return op.getNumDpsInputs() + output; }

  mlir::linalg::GenericOp op;
  unsigned vectorDim;
  VectorUnit unit;
  LoopNest nest;
  Values starts;
  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::SmallVector<mlir::AffineMap> maps;
  mlir::SmallVector<mlir::OpFoldResult> sizes;
  /// The current position in each loop.
  Values indices;
  /// What has been read of each operand already: a scalar or a vector.
  Values ready;
  int64_t width;
  /// Strips are taken from the last to the first.
  bool backward;
};

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_LOOPWRITER_H
