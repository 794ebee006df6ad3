//===- dialect/interpreter/Linalg.cpp - structured ops on tensors ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include "llvm/Support/MathExtras.h"

#include "dialect/interpreter/Evaluation.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// The value of an affine expression; `AffineMap::compose` would unique every
/// constant it meets.
static int64_t valueOf(AffineExpr expr, ArrayRef<int64_t> dims) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dims[dim.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  const int64_t lhs = valueOf(binary.getLHS(), dims),
                rhs = valueOf(binary.getRHS(), dims);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return lhs + rhs;
  case AffineExprKind::Mul:
    return lhs * rhs;
  case AffineExprKind::Mod:
    return llvm::mod(lhs, rhs);
  case AffineExprKind::FloorDiv:
    return llvm::divideFloorSigned(lhs, rhs);
  default:
    return llvm::divideCeilSigned(lhs, rhs);
  }
}

namespace {
/// An operand as the loops see it.
struct LoopOperand {
  AffineMap map;
  Array array;
};

/// A linalg op being run. It keeps copies of its operands: the inputs may be
/// written again by the body's own frame, and the inits become the results.
class Loops {
public:
  Loops(linalg::LinalgOp op, Frame &frame) : op(op), frame(frame) {
    for (auto [value, map] :
         llvm::zip_equal(op->getOperands(), op.getIndexingMapsArray()))
      operands.push_back({map, frame[value]});
  }

  LogicalResult run();

private:
  Shape bounds();
  FailureOr<int64_t> positionIn(const LoopOperand &operand,
                                ArrayRef<int64_t> index);
  LogicalResult runBody(ArrayRef<int64_t> index);

  linalg::LinalgOp op;
  Frame &frame;
  SmallVector<LoopOperand> operands;
};
} // namespace

/// How far each loop runs, from the shapes of the operands.
Shape Loops::bounds() {
  Shape sizes;
  for (const LoopOperand &operand : operands)
    llvm::append_range(sizes, operand.array.shape);
  return llvm::map_to_vector(
      op.getShapesToLoopsMap().getResults(),
      [&](AffineExpr expr) { return valueOf(expr, sizes); });
}

FailureOr<int64_t> Loops::positionIn(const LoopOperand &operand,
                                     ArrayRef<int64_t> index) {
  int64_t position = 0;
  for (auto [expr, size] :
       llvm::zip_equal(operand.map.getResults(), operand.array.shape)) {
    const int64_t i = valueOf(expr, index);
    if (i < 0 || i >= size)
      return op.emitOpError()
             << "index " << i << " lies outside an operand's dimension of "
             << size;
    position = position * size + i;
  }
  return position;
}

LogicalResult Loops::runBody(ArrayRef<int64_t> index) {
  SmallVector<int64_t> positions;
  for (const LoopOperand &operand : operands) {
    FailureOr<int64_t> position = positionIn(operand, index);
    if (failed(position))
      return failure();
    positions.push_back(*position);
  }
  // A `map` may have no argument for its init.
  Block &body = *op.getBlock();
  SmallVector<Array> arguments;
  for (unsigned i = 0; i < body.getNumArguments(); ++i)
    arguments.push_back(operands[i].array.at(positions[i]));
  frame.linalgIndices = SmallVector<int64_t>(index);
  if (failed(frame.execute(body, arguments)))
    return failure();
  const int64_t inputs = op.getNumDpsInputs();
  for (auto [i, yielded] : llvm::enumerate(body.getTerminator()->getOperands()))
    operands[inputs + i].array.put(positions[inputs + i], frame[yielded]);
  return success();
}

LogicalResult Loops::run() {
  if (failed(forEachIndex(
          bounds(), [&](ArrayRef<int64_t> index) { return runBody(index); })))
    return failure();
  const int64_t inputs = op.getNumDpsInputs();
  for (OpResult result : op->getResults())
    if (failed(frame.set(result,
                         operands[inputs + result.getResultNumber()].array)))
      return failure();
  return success();
}

LogicalResult interpreter::evaluateLinalg(Operation *op, Frame &frame) {
  auto structured = cast<linalg::LinalgOp>(op);
  if (!structured.hasPureTensorSemantics())
    return op->emitOpError("works on buffers, which the interpreter does not "
                           "know");
  return Loops(structured, frame).run();
}

static Array evaluateIndex(linalg::IndexOp op, Frame &frame) {
  return Array::integer(frame.linalgIndices[op.getDim()]);
}

void interpreter::addLinalg(Evaluators &evaluators) {
  evaluators.add<linalg::IndexOp>(evaluateIndex);
}
