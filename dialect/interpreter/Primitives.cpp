//===- dialect/interpreter/Primitives.cpp - products, reductions, shapes --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/MapVector.h"

#include "dialect/interpreter/Elementwise.h"
#include "dialect/interpreter/Formulas.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

//===----------------------------------------------------------------------===//
// contract
//===----------------------------------------------------------------------===//

namespace {
/// A letter of an Einstein sum: how far it runs and how far a step of it goes
/// in the operands and in the result.
struct Letter {
  int64_t size, lhs, rhs, result;
};
} // namespace

/// How far a step of `letter` goes in a tensor whose dimensions are `letters`.
static int64_t strideOf(char letter, StringRef letters,
                        ArrayRef<int64_t> strides) {
  const size_t position = letters.find(letter);
  return position == StringRef::npos ? 0 : strides[position];
}

/// `result += multiply(lhs, rhs)` over all values of the letters.
template <typename F>
static void contract(ArrayRef<Letter> letters, const double *lhs,
                     const double *rhs, double *result, F multiply) {
  if (letters.empty()) {
    *result += multiply(*lhs, *rhs);
    return;
  }
  const Letter letter = letters.front();
  for (int64_t i = 0; i < letter.size; ++i) {
    if (letters.size() == 1)
      result[i * letter.result] +=
          multiply(lhs[i * letter.lhs], rhs[i * letter.rhs]);
    else
      contract(letters.drop_front(), lhs + i * letter.lhs, rhs + i * letter.rhs,
               result + i * letter.result, multiply);
  }
}

/// How far each letter of the operands runs.
static llvm::SmallMapVector<char, int64_t, 8>
sizesOf(const Contraction &letters, const Array &lhs, const Array &rhs) {
  llvm::SmallMapVector<char, int64_t, 8> sizes;
  for (auto [letter, size] : llvm::zip(letters.lhs, lhs.shape))
    sizes[letter] = size;
  for (auto [letter, size] : llvm::zip(letters.rhs, rhs.shape))
    sizes[letter] = size;
  return sizes;
}

static Array evaluateContract(ContractOp op, Frame &frame) {
  const Contraction spec = *Contraction::parse(op.getSpec());
  const Array &lhs = frame[op.getLhs()], &rhs = frame[op.getRhs()];
  auto sizes = sizesOf(spec, lhs, rhs);
  Array result = Array::zeros(llvm::map_to_vector(
      spec.result, [&](char letter) { return sizes[letter]; }));
  const Shape lhsStrides = rowMajorStrides(lhs.shape),
              rhsStrides = rowMajorStrides(rhs.shape),
              resultStrides = rowMajorStrides(result.shape);
  SmallVector<Letter> letters;
  for (auto [letter, size] : sizes)
    letters.push_back({size, strideOf(letter, spec.lhs, lhsStrides),
                       strideOf(letter, spec.rhs, rhsStrides),
                       strideOf(letter, spec.result, resultStrides)});
  // The shortest steps innermost.
  llvm::sort(letters, [](const Letter &a, const Letter &b) {
    return a.lhs + a.rhs + a.result > b.lhs + b.rhs + b.result;
  });
  const double *a = lhs.floats.data(), *b = rhs.floats.data();
  double *sums = result.floats.data();
  if (!op.getExcluding()) {
    contract(letters, a, b, sums, [](double x, double y) { return x * y; });
    return result;
  }
  const bool left = op.excludes(Excluding::Lhs),
             right = op.excludes(Excluding::Rhs);
  contract(letters, a, b, sums, [&](double x, double y) {
    return (left && x == 0) || (right && y == 0) ? 0.0 : x * y;
  });
  return result;
}

//===----------------------------------------------------------------------===//
// broadcast, reduce, softmax
//===----------------------------------------------------------------------===//

static FailureOr<Shape> broadcastShape(BroadcastOp op, const Frame &frame) {
  if (mlir::Value like = op.getLike())
    return frame[like].shape;
  Shape shape = frame[op.getSource()].shape;
  for (auto [dim, size] :
       llvm::zip_equal(op.getAcross(), frame.readIntegers(op.getSizes())))
    shape.insert(shape.begin() + dim, size);
  return checkedShape(op, std::move(shape));
}

/// What is stretched is what the type says is 1. A size that it leaves open is
/// that of `like`, and if it is 1 when the program runs, then so is that.
static LogicalResult checkOpenSizes(BroadcastOp op, ArrayRef<int64_t> source,
                                    ArrayRef<int64_t> shape) {
  const RankedTensorType type = op.getSource().getType();
  for (auto [i, dim] : llvm::enumerate(op.keptDims()))
    if (type.isDynamicDim(i) && source[i] != shape[dim])
      return op.emitOpError("stretches only dimensions that are 1 in the type; "
                            "write 1 in place of ? in ")
             << type << ", or give it size " << shape[dim] << ", but got "
             << source[i];
  return success();
}

static FailureOr<Array> evaluateBroadcast(BroadcastOp op, Frame &frame) {
  const FailureOr<Shape> shape = broadcastShape(op, frame);
  if (failed(shape) ||
      failed(checkOpenSizes(op, frame[op.getSource()].shape, *shape)))
    return failure();
  const Array &source = frame[op.getSource()];
  const Shape sourceStrides = rowMajorStrides(source.shape);
  Shape strides;
  for (int64_t dim = 0, from = 0; dim < int64_t(shape->size()); ++dim) {
    const bool isNew = llvm::is_contained(op.getAcross(), dim);
    strides.push_back(isNew || source.shape[from] == 1 ? 0
                                                       : sourceStrides[from]);
    from += !isNew;
  }
  return gather(source, *shape, strides);
}

static double combine(ReduceKind kind, double a, double b) {
  if (kind == ReduceKind::Max)
    return a < b || std::isnan(b) ? b : a;
  return a + b;
}

static Array evaluateReduce(ReduceOp op, Frame &frame) {
  const Array &source = frame[op.getSource()];
  Shape kept = source.shape;
  for (int64_t dim : op.getOver())
    kept[dim] = 1;
  const double start = op.getKind() == ReduceKind::Max
                           ? -std::numeric_limits<double>::infinity()
                           : 0.0;
  Array result = Array::filled(kept, Array::scalar(start));
  Shape strides = rowMajorStrides(kept);
  double count = 1;
  for (int64_t dim : op.getOver()) {
    strides[dim] = 0;
    count *= source.shape[dim];
  }
  const double *element = source.floats.data();
  forEachOffset(source.shape, strides, 0, [&](int64_t i) {
    result.floats[i] = combine(op.getKind(), result.floats[i], *element++);
  });
  if (op.getKind() == ReduceKind::Mean)
    for (double &x : result.floats)
      x /= count;
  if (!op.getKeep())
    for (int64_t dim : llvm::reverse(op.getOver()))
      result.shape.erase(result.shape.begin() + dim);
  return result;
}

static Array evaluateSoftmax(SoftmaxOp op, Frame &frame) {
  Array result = frame[op.getSource()];
  const int64_t n = result.dim(-1);
  const int64_t *mask =
      op.getMask() ? frame[op.getMask()].integers.data() : nullptr;
  for (int64_t row = 0; row * n < result.size(); ++row)
    softmax(result.row(row), n,
            [&](int64_t i) { return !mask || mask[row * n + i]; });
  return result;
}

static Array evaluateSoftmaxGradient(SoftmaxGradientOp op, Frame &frame) {
  const Array &y = frame[op.getSoftmax()];
  Array result = frame[op.getCotangent()];
  const int64_t n = y.dim(-1);
  for (int64_t row = 0; row * n < y.size(); ++row)
    softmaxGradient(result.row(row), y.row(row), n);
  return result;
}

//===----------------------------------------------------------------------===//
// slice, pad, split, concat
//===----------------------------------------------------------------------===//

/// A dimension counted from the front.
static int64_t axisOf(int64_t dim, const Array &array) {
  return dim < 0 ? dim + array.rank() : dim;
}

static Array evaluateSlice(SliceOp op, Frame &frame) {
  const Array &source = frame[op.getSource()];
  return slice(source, axisOf(op.getDim(), source), op.getOffset(),
               op.getSize());
}

static Array evaluatePad(PadOp op, Frame &frame) {
  const Array &source = frame[op.getSource()];
  const int64_t axis = axisOf(op.getDim(), source);
  Shape shape = source.shape;
  shape[axis] = op.getSize();
  Array result = Array::zeros(shape);
  place(result, axis, op.getOffset(), source);
  return result;
}

static LogicalResult evaluateSplit(SplitOp op, Frame &frame) {
  const Array &source = frame[op.getSource()];
  SmallVector<Array> pieces;
  int64_t offset = 0;
  for (int64_t size : op.getSizes()) {
    pieces.push_back(slice(source, source.rank() - 1, offset, size));
    offset += size;
  }
  return frame.setResults(op, pieces);
}

static Array evaluateConcat(ConcatOp op, Frame &frame) {
  const SmallVector<Array> pieces = frame.read(op.getSources());
  const int64_t axis = axisOf(op.getDim(), pieces.front());
  Shape shape = pieces.front().shape;
  shape[axis] = 0;
  for (const Array &piece : pieces)
    shape[axis] += piece.shape[axis];
  Array result = Array::zeros(shape, pieces.front().kind);
  int64_t offset = 0;
  for (const Array &piece : pieces) {
    place(result, axis, offset, piece);
    offset += piece.shape[axis];
  }
  return result;
}

static Array evaluateStopGradient(StopGradientOp op, Frame &frame) {
  const Array &value = frame[op.getSource()];
  const auto &hook = frame.run.options.onStopGradient;
  return hook && !frame.run.muted ? hook(value) : value;
}

void interpreter::addPrimitives(Evaluators &evaluators) {
  evaluators.add<ContractOp>(evaluateContract);
  evaluators.add<BroadcastOp>(evaluateBroadcast);
  evaluators.add<ReduceOp>(evaluateReduce);
  evaluators.add<SoftmaxOp>(evaluateSoftmax);
  evaluators.add<SoftmaxGradientOp>(evaluateSoftmaxGradient);
  addUnary<SigmoidOp>(evaluators, sigmoid);
  addUnary<SoftplusOp>(evaluators, softplus);
  addElementwise<OneplusOp>(evaluators,
                            [](double x) { return 1 + softplus(x); });
  evaluators.add<SliceOp>(evaluateSlice);
  evaluators.add<PadOp>(evaluatePad);
  evaluators.add<SplitOp>(evaluateSplit);
  evaluators.add<ConcatOp>(evaluateConcat);
  evaluators.add<StopGradientOp>(evaluateStopGradient);
}
