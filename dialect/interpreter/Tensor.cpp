//===- dialect/interpreter/Tensor.cpp - the tensor dialect ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

#include "dialect/interpreter/Evaluation.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

//===----------------------------------------------------------------------===//
// Making tensors
//===----------------------------------------------------------------------===//

/// `empty` promises nothing; zeros make every run the same.
static FailureOr<Array> evaluateEmpty(tensor::EmptyOp op, Frame &frame) {
  const FailureOr<Shape> shape =
      concreteShape(op, op.getType(), frame.readIntegers(op.getDynamicSizes()));
  if (failed(shape))
    return failure();
  return Array::zeros(*shape, kindOf(op.getType()));
}

static FailureOr<Array> evaluateSplat(tensor::SplatOp op, Frame &frame) {
  const FailureOr<Shape> shape =
      concreteShape(op, op.getType(), frame.readIntegers(op.getDynamicSizes()));
  if (failed(shape))
    return failure();
  return Array::filled(*shape, frame[op.getInput()]);
}

static Array evaluateFromElements(tensor::FromElementsOp op, Frame &frame) {
  Array result = Array::zeros(op.getType().getShape(), kindOf(op.getType()));
  for (auto [i, element] : llvm::enumerate(op.getElements()))
    result.put(i, frame[element]);
  return result;
}

/// The tensor whose elements `body` yields from their indices.
static FailureOr<Array> generate(Block &body, Type type,
                                 ArrayRef<int64_t> shape, Frame &frame) {
  Array result = Array::zeros(shape, kindOf(type));
  int64_t position = 0;
  const auto generateOne = [&](ArrayRef<int64_t> index) -> LogicalResult {
    if (failed(frame.execute(body, llvm::map_to_vector(index, Array::integer))))
      return failure();
    result.put(position++, frame[body.getTerminator()->getOperand(0)]);
    return success();
  };
  if (failed(forEachIndex(shape, generateOne)))
    return failure();
  return result;
}

static FailureOr<Array> evaluateGenerate(tensor::GenerateOp op, Frame &frame) {
  const FailureOr<Shape> shape = concreteShape(
      op, op.getType(), frame.readIntegers(op.getDynamicExtents()));
  if (failed(shape))
    return failure();
  return generate(op.getBody().front(), op.getType(), *shape, frame);
}

//===----------------------------------------------------------------------===//
// Elements and sizes
//===----------------------------------------------------------------------===//

/// The row-major position of an index, checked to lie within the tensor.
static FailureOr<int64_t> positionOf(Operation *op, const Array &array,
                                     ArrayRef<int64_t> index) {
  int64_t position = 0;
  for (auto [i, size] : llvm::zip_equal(index, array.shape)) {
    if (i < 0 || i >= size)
      return op->emitOpError()
             << "index " << i << " lies outside a dimension of " << size;
    position = position * size + i;
  }
  return position;
}

static FailureOr<Array> evaluateExtract(tensor::ExtractOp op, Frame &frame) {
  const Array &source = frame[op.getTensor()];
  const FailureOr<int64_t> position =
      positionOf(op, source, frame.readIntegers(op.getIndices()));
  if (failed(position))
    return failure();
  return source.at(*position);
}

static FailureOr<Array> evaluateInsert(tensor::InsertOp op, Frame &frame) {
  Array result = frame[op.getDest()];
  const FailureOr<int64_t> position =
      positionOf(op, result, frame.readIntegers(op.getIndices()));
  if (failed(position))
    return failure();
  result.put(*position, frame[op.getScalar()]);
  return result;
}

static FailureOr<Array> evaluateDim(tensor::DimOp op, Frame &frame) {
  const Array &source = frame[op.getSource()];
  const int64_t dim = frame.integer(op.getIndex());
  if (dim < 0 || dim >= source.rank())
    return op.emitOpError() << "dimension " << dim << " lies outside a rank of "
                            << source.rank();
  return Array::integer(source.shape[dim]);
}

static Array evaluateRank(tensor::RankOp op, Frame &frame) {
  return Array::integer(frame[op.getTensor()].rank());
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

/// The numbers of a list that is partly static and partly operands.
static Shape mixed(ArrayRef<int64_t> statics, ValueRange dynamic,
                   const Frame &frame) {
  Shape numbers(statics);
  for (int64_t &number : numbers)
    if (ShapedType::isDynamic(number)) {
      number = frame.integer(dynamic.front());
      dynamic = dynamic.drop_front();
    }
  return numbers;
}

namespace {
/// The part of a tensor that a slice op reads or writes: its sizes, and its
/// place in row-major order.
struct Window {
  Shape sizes, strides;
  int64_t start = 0;
};
} // namespace

template <typename OpTy>
static FailureOr<Window> windowOf(OpTy op, const Array &array,
                                  const Frame &frame) {
  const Shape offsets = mixed(op.getStaticOffsets(), op.getOffsets(), frame);
  const Shape sizes = mixed(op.getStaticSizes(), op.getSizes(), frame);
  const Shape strides = mixed(op.getStaticStrides(), op.getStrides(), frame);
  Window window;
  for (auto [offset, size, stride, whole, apart] :
       llvm::zip_equal(offsets, sizes, strides, array.shape,
                       rowMajorStrides(array.shape))) {
    const int64_t last = size > 0 ? offset + (size - 1) * stride : offset;
    const bool inside = size == 0 ? offset >= 0 && offset <= whole
                                  : std::min(offset, last) >= 0 &&
                                        std::max(offset, last) < whole;
    if (size < 0 || !inside)
      return op.emitOpError()
             << "slice of " << size << " from " << offset << " by " << stride
             << " lies outside a dimension of " << whole;
    if (stride == 0 && size > 1)
      return op.emitOpError() << "slice of " << size << " from " << offset
                              << " must have a step other than 0";
    window.sizes.push_back(size);
    window.strides.push_back(apart * stride);
    window.start += apart * offset;
  }
  return window;
}

/// `shape` without the dimensions that a slice drops.
static Shape without(const llvm::SmallBitVector &dropped,
                     ArrayRef<int64_t> shape) {
  Shape kept;
  for (auto [i, size] : llvm::enumerate(shape))
    if (!dropped.test(i))
      kept.push_back(size);
  return kept;
}

static FailureOr<Array> evaluateExtractSlice(tensor::ExtractSliceOp op,
                                             Frame &frame) {
  const Array &source = frame[op.getSource()];
  const FailureOr<Window> window = windowOf(op, source, frame);
  if (failed(window))
    return failure();
  return reshaped(gather(source, window->sizes, window->strides, window->start),
                  without(op.getDroppedDims(), window->sizes));
}

static FailureOr<Array> evaluateInsertSlice(tensor::InsertSliceOp op,
                                            Frame &frame) {
  Array result = frame[op.getDest()];
  const FailureOr<Window> window = windowOf(op, result, frame);
  if (failed(window))
    return failure();
  const Array &source = frame[op.getSource()];
  if (without(op.getDroppedDims(), window->sizes) != source.shape)
    return op.emitOpError()
           << "puts " << formatShape(source.shape) << " into a slice of "
           << formatShape(window->sizes);
  scatter(result, window->strides, window->start,
          reshaped(source, window->sizes));
  return result;
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

static FailureOr<Array> evaluateExpandShape(tensor::ExpandShapeOp op,
                                            Frame &frame) {
  const Array &source = frame[op.getSrc()];
  const FailureOr<Shape> shape = checkedShape(
      op, mixed(op.getStaticOutputShape(), op.getOutputShape(), frame));
  if (failed(shape))
    return failure();
  for (auto [group, whole] :
       llvm::zip_equal(op.getReassociationIndices(), source.shape)) {
    int64_t product = 1;
    for (int64_t dim : group)
      product *= (*shape)[dim];
    if (product != whole)
      return op.emitOpError() << "expands a dimension of " << whole
                              << " to a product of " << product;
  }
  return reshaped(source, *shape);
}

static Array evaluateCollapseShape(tensor::CollapseShapeOp op, Frame &frame) {
  const Array &source = frame[op.getSrc()];
  Shape shape;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    shape.push_back(1);
    for (int64_t dim : group)
      shape.back() *= source.shape[dim];
  }
  return reshaped(source, shape);
}

static FailureOr<Array> evaluateReshape(tensor::ReshapeOp op, Frame &frame) {
  const Array &source = frame[op.getSource()];
  const FailureOr<Shape> shape =
      checkedShape(op, Shape(ArrayRef(frame[op.getShape()].integers)));
  if (failed(shape))
    return failure();
  if (elementCount(*shape) != source.size())
    return op.emitOpError() << "makes " << formatShape(*shape) << " of "
                            << formatShape(source.shape);
  return reshaped(source, *shape);
}

/// The result type says which sizes are expected; `Frame::set` checks them.
static Array evaluateCast(tensor::CastOp op, Frame &frame) {
  return frame[op.getSource()];
}

//===----------------------------------------------------------------------===//
// concat, pad
//===----------------------------------------------------------------------===//

static FailureOr<Array> evaluateConcat(tensor::ConcatOp op, Frame &frame) {
  const SmallVector<Array> pieces = frame.read(op.getInputs());
  const int64_t axis = op.getDim();
  Shape shape = pieces.front().shape;
  shape[axis] = 0;
  for (const Array &piece : pieces) {
    shape[axis] += piece.shape[axis];
    for (int64_t dim = 0; dim < piece.rank(); ++dim)
      if (dim != axis && piece.shape[dim] != shape[dim])
        return op.emitOpError()
               << "shape mismatch: " << formatShape(pieces.front().shape)
               << " and " << formatShape(piece.shape);
  }
  Array result = Array::zeros(shape, pieces.front().kind);
  int64_t offset = 0;
  for (const Array &piece : pieces) {
    place(result, axis, offset, piece);
    offset += piece.shape[axis];
  }
  return result;
}

/// The body is run for every element and the source put over its results.
static FailureOr<Array> evaluatePad(tensor::PadOp op, Frame &frame) {
  const Array &source = frame[op.getSource()];
  const Shape low = mixed(op.getStaticLow(), op.getLow(), frame),
              high = mixed(op.getStaticHigh(), op.getHigh(), frame);
  Shape sizes = source.shape;
  for (int64_t dim = 0; dim < source.rank(); ++dim) {
    if (low[dim] < 0 || high[dim] < 0)
      return op.emitOpError() << "pads by " << std::min(low[dim], high[dim]);
    sizes[dim] += low[dim] + high[dim];
  }
  const FailureOr<Shape> shape = checkedShape(op, sizes);
  if (failed(shape))
    return failure();
  FailureOr<Array> result =
      generate(op.getRegion().front(), op.getType(), *shape, frame);
  if (failed(result))
    return failure();
  const Shape strides = rowMajorStrides(*shape);
  int64_t start = 0;
  for (auto [offset, stride] : llvm::zip_equal(low, strides))
    start += offset * stride;
  scatter(*result, strides, start, source);
  return result;
}

void interpreter::addTensor(Evaluators &evaluators) {
  evaluators.add<tensor::EmptyOp>(evaluateEmpty);
  evaluators.add<tensor::SplatOp>(evaluateSplat);
  evaluators.add<tensor::FromElementsOp>(evaluateFromElements);
  evaluators.add<tensor::GenerateOp>(evaluateGenerate);
  evaluators.add<tensor::ExtractOp>(evaluateExtract);
  evaluators.add<tensor::InsertOp>(evaluateInsert);
  evaluators.add<tensor::DimOp>(evaluateDim);
  evaluators.add<tensor::RankOp>(evaluateRank);
  evaluators.add<tensor::ExtractSliceOp>(evaluateExtractSlice);
  evaluators.add<tensor::InsertSliceOp>(evaluateInsertSlice);
  evaluators.add<tensor::ExpandShapeOp>(evaluateExpandShape);
  evaluators.add<tensor::CollapseShapeOp>(evaluateCollapseShape);
  evaluators.add<tensor::ReshapeOp>(evaluateReshape);
  evaluators.add<tensor::CastOp>(evaluateCast);
  evaluators.add<tensor::ConcatOp>(evaluateConcat);
  evaluators.add<tensor::PadOp>(evaluatePad);
}
