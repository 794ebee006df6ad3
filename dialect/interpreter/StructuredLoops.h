//===- dialect/interpreter/StructuredLoops.h - a linalg op being run ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERPRETER_STRUCTUREDLOOPS_H
#define VELLUM_DIALECT_INTERPRETER_STRUCTUREDLOOPS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include "dialect/interpreter/Evaluation.h"

namespace vellum::interpreter {

/// The value of an affine expression; `AffineMap::compose` would unique every
/// constant it meets.
int64_t valueOf(mlir::AffineExpr expr, ArrayRef<int64_t> dims,
                ArrayRef<int64_t> symbols = {});

/// A linalg op being run, named or generic, by its indexing maps. How operands
/// are kept is the derived class's: whole tensors here, memory where programs
/// are bufferised.
///
/// Iterations of parallel loops depend on each other in nothing, so they all
/// run at once: each op of the body runs on the elements of all of them. That
/// takes a tenth of the time that running the body for each takes.
class StructuredLoops {
public:
  StructuredLoops(mlir::linalg::LinalgOp op, Frame &frame);
  virtual ~StructuredLoops();

  /// Runs the body for all iterations. Elements that it does not use are not
  /// loaded.
  LogicalResult run();

protected:
  /// Where the elements of an operand are.
  struct Place {
    ArrayRef<int64_t> sizes, strides;
    int64_t start;
  };
  virtual Place placeOf(unsigned operand) const = 0;
  /// The elements at positions, one for each iteration that runs.
  virtual FailureOr<Array> load(unsigned operand,
                                ArrayRef<int64_t> positions) = 0;
  virtual LogicalResult store(unsigned operand, ArrayRef<int64_t> positions,
                              const Array &elements) = 0;
  /// Whether iterations may run at once, as far as operands are concerned.
  virtual bool canRunAtOnce() const { return true; }
  bool runsMany() const { return !atOnce.empty(); }
  /// Runs the body; an override may note that further iterations begin.
  virtual LogicalResult runBody(const Shape &iteration);

  /// Elements in the form of the body's values: a scalar where iterations run
  /// one by one.
  Array elementsAt(const Array &array, ArrayRef<int64_t> positions) const;

  mlir::linalg::LinalgOp op;
  Frame &frame;

private:
  Shape bounds();
  void chooseLoops();
  FailureOr<int64_t> positionIn(unsigned operand, ArrayRef<int64_t> iteration);
  FailureOr<SmallVector<int64_t>> positionsIn(unsigned operand,
                                              Shape iteration);
  int64_t strideOf(unsigned operand, int64_t loop);
  static Shape pick(ArrayRef<int64_t> numbers, ArrayRef<int64_t> loops);
  void setIndices(const Shape &iteration);

  SmallVector<mlir::AffineMap> maps;
  /// Whether the body asks which iteration it is.
  bool usesIndices;
  Shape sizes;
  SmallVector<int64_t> atOnce, oneByOne;
};

/// On tensors. It keeps copies of its operands: the inputs may be written again
/// by the body's own frame, and the inits become the results.
class TensorLoops : public StructuredLoops {
public:
  TensorLoops(mlir::linalg::LinalgOp op, Frame &frame);
  LogicalResult setResults();

protected:
  Place placeOf(unsigned operand) const override {
    return {arrays[operand].shape, strides[operand], 0};
  }
  FailureOr<Array> load(unsigned operand, ArrayRef<int64_t> positions) override;
  LogicalResult store(unsigned operand, ArrayRef<int64_t> positions,
                      const Array &elements) override;

private:
  SmallVector<Array> arrays;
  SmallVector<Shape> strides;
};

} // namespace vellum::interpreter

#endif // VELLUM_DIALECT_INTERPRETER_STRUCTUREDLOOPS_H
