//===- dialect/PrimitiveOps.cpp - products, reductions, shapes ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Matchers.h"

#include "dialect/Shapes.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

using Types = SmallVectorImpl<Type>;
using OptionalLoc = std::optional<Location>;

/// `dim` counted from the front, out of range if it was.
static int64_t countFromFront(int64_t dim, int64_t rank) {
  return dim < 0 ? dim + rank : dim;
}

/// Checks that the positions are increasing and lie within `rank`.
static LogicalResult requirePositions(OptionalLoc loc, ArrayRef<int64_t> dims,
                                      int64_t rank, StringRef name) {
  int64_t previous = -1;
  for (int64_t dim : dims) {
    if (dim <= previous || dim >= rank)
      return emitOptionalError(loc, "'", name,
                               "' must be increasing and lie within rank ",
                               rank, ", but got [", dims, "]");
    previous = dim;
  }
  return success();
}

static LogicalResult requireAxis(OptionalLoc loc, int64_t dim, int64_t rank) {
  int64_t axis = countFromFront(dim, rank);
  if (axis < 0 || axis >= rank)
    return emitOptionalError(loc, "'dim' must lie within rank ", rank,
                             ", but got ", dim);
  return success();
}

//===----------------------------------------------------------------------===//
// contract
//===----------------------------------------------------------------------===//

/// The first letter that stands twice, or 0.
static char repeatedLetter(StringRef letters) {
  for (auto [position, letter] : llvm::enumerate(letters))
    if (letters.find(letter, position + 1) != StringRef::npos)
      return letter;
  return 0;
}

/// What can be said about the string alone.
static LogicalResult checkLetters(OptionalLoc loc, Contraction spec,
                                  StringRef text) {
  // contract_c3
  for (StringRef letters : {spec.lhs, spec.rhs, spec.result})
    if (char letter = repeatedLetter(letters))
      return emitOptionalError(loc,
                               "a letter may stand once in each tensor, "
                               "but got '",
                               Twine(letter), "' twice in \"", letters, "\"");
  // contract_c5
  for (char letter : spec.result)
    if (!spec.lhs.contains(letter) && !spec.rhs.contains(letter))
      return emitOptionalError(
          loc, "every letter of the result must stand in an operand, but got '",
          Twine(letter), "' in \"", text, "\"");
  // contract_c6
  for (auto [one, other] :
       {std::pair(spec.lhs, spec.rhs), {spec.rhs, spec.lhs}})
    for (char letter : one)
      if (!other.contains(letter) && !spec.result.contains(letter))
        return emitOptionalError(loc,
                                 "a letter of one operand alone must stand in "
                                 "the result, but got '",
                                 Twine(letter), "' in \"", text, "\"");
  return success();
}

/// Enters an operand's sizes under its letters.
static LogicalResult bindSizes(OptionalLoc loc, StringRef letters,
                               ArrayRef<int64_t> shape, StringRef side,
                               llvm::SmallDenseMap<char, int64_t> &sizes) {
  // contract_c2
  if (letters.size() != shape.size())
    return emitOptionalError(loc, side,
                             " operand must have a dimension for "
                             "each letter of \"",
                             letters, "\", but got ", formatShape(shape));
  for (auto [letter, size] : llvm::zip_equal(letters, shape)) {
    int64_t &known = sizes.try_emplace(letter, size).first->second;
    // contract_c4
    if (!areCompatibleSizes(known, size))
      return emitOptionalError(loc, "dimensions with the letter '",
                               Twine(letter),
                               "' must have the same size, but "
                               "got ",
                               known, " and ", size);
    known = unifySizes(known, size);
  }
  return success();
}

LogicalResult ContractOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                           Adaptor op, Types &types) {
  // contract_c7
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  std::optional<Contraction> spec = Contraction::parse(op.getSpec());
  // contract_c1
  if (!spec)
    return emitOptionalError(loc,
                             "the contraction must have the form "
                             "\"ab,bc->ac\" with letters a-z, but got \"",
                             op.getSpec(), "\"");
  llvm::SmallDenseMap<char, int64_t> sizes;
  if (failed(checkLetters(loc, *spec, op.getSpec())) ||
      failed(bindSizes(loc, spec->lhs, shapeOf(op.getLhs()), "left", sizes)) ||
      failed(bindSizes(loc, spec->rhs, shapeOf(op.getRhs()), "right", sizes)))
    return failure();
  Shape shape;
  for (char letter : spec->result)
    shape.push_back(sizes.lookup(letter));
  types.push_back(RankedTensorType::get(shape, elementTypeOf(op.getLhs())));
  return success();
}

//===----------------------------------------------------------------------===//
// broadcast
//===----------------------------------------------------------------------===//

/// The result dimensions that are not inserted.
static SmallVector<int64_t> keptDimsOf(ArrayRef<int64_t> across,
                                       int64_t sourceRank) {
  SmallVector<int64_t> kept;
  int64_t rank = sourceRank + across.size();
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!llvm::is_contained(across, dim))
      kept.push_back(dim);
  return kept;
}

SmallVector<int64_t> BroadcastOp::keptDims() {
  return keptDimsOf(getAcross(), getSource().getType().getRank());
}

/// The size a value is known to have, if it is a constant.
static int64_t constantSize(Value size) {
  APInt constant;
  if (matchPattern(size, m_ConstantInt(&constant)) && constant.isNonNegative())
    return constant.getSExtValue();
  return ShapedType::kDynamic;
}

static FailureOr<Shape> broadcastLikeShape(OptionalLoc loc,
                                           BroadcastOp::Adaptor op) {
  ArrayRef<int64_t> source = shapeOf(op.getSource());
  Shape shape(shapeOf(op.getLike()));
  // broadcast_c3
  if (shape.size() != source.size() + op.getAcross().size())
    return emitOptionalError(
        loc,
        "'like' must have the operand's rank plus the inserted "
        "dimensions, ",
        source.size() + op.getAcross().size(), ", but got ",
        formatShape(shape));
  // broadcast_c4
  for (auto [dim, size] :
       llvm::zip_equal(keptDimsOf(op.getAcross(), source.size()), source)) {
    if (size == 1)
      continue;
    if (!areCompatibleSizes(size, shape[dim]))
      return emitOptionalError(loc, "dimension ", dim,
                               " must be 1 or that of 'like', ", shape[dim],
                               ", but got ", size);
    // A dynamic dimension may turn out to be 1, so only a known one says
    // anything about the result.
    shape[dim] = unifySizes(shape[dim], size);
  }
  return shape;
}

static FailureOr<Shape> broadcastByShape(OptionalLoc loc,
                                         BroadcastOp::Adaptor op) {
  ArrayRef<int64_t> source = shapeOf(op.getSource());
  // broadcast_c5
  if (op.getSizes().size() != op.getAcross().size())
    return emitOptionalError(
        loc, "'by' must give one size for each inserted dimension, ",
        op.getAcross().size(), ", but got ", op.getSizes().size());
  Shape shape(source.size() + op.getAcross().size());
  for (auto [dim, size] :
       llvm::zip_equal(keptDimsOf(op.getAcross(), source.size()), source))
    shape[dim] = size;
  for (auto [dim, size] : llvm::zip_equal(op.getAcross(), op.getSizes()))
    shape[dim] = constantSize(size);
  return shape;
}

LogicalResult BroadcastOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                            Adaptor op, Types &types) {
  // broadcast_c6
  if (failed(requireTensors(loc, op.getSource())) ||
      (op.getLike() && failed(requireTensors(loc, op.getLike()))))
    return failure();
  // broadcast_c1
  if (!op.getLike() == op.getSizes().empty())
    return emitOptionalError(loc,
                             "exactly one of 'like' and 'by' must be given, "
                             "but got ",
                             op.getLike() ? "both" : "neither");
  // broadcast_c2
  int64_t rank = shapeOf(op.getSource()).size() + op.getAcross().size();
  if (failed(requirePositions(loc, op.getAcross(), rank, "across")))
    return failure();
  FailureOr<Shape> shape =
      op.getLike() ? broadcastLikeShape(loc, op) : broadcastByShape(loc, op);
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, elementTypeOf(op.getSource())));
  return success();
}

/// Only a static shape tells that nothing is stretched: a dimension that is not
/// known may be 1 here and more in `like`.
OpFoldResult BroadcastOp::fold(FoldAdaptor) {
  bool same = getSource().getType() == getType() && getType().hasStaticShape();
  return same ? getSource() : Value();
}

//===----------------------------------------------------------------------===//
// reduce
//===----------------------------------------------------------------------===//

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                         Adaptor op, Types &types) {
  // reduce_c2
  if (failed(requireFloatTensors(loc, op.getSource())))
    return failure();
  ArrayRef<int64_t> source = shapeOf(op.getSource());
  // reduce_c1
  if (failed(requirePositions(loc, op.getOver(), source.size(), "over")))
    return failure();
  Shape shape;
  for (auto [dim, size] : llvm::enumerate(source)) {
    if (!llvm::is_contained(op.getOver(), static_cast<int64_t>(dim)))
      shape.push_back(size);
    else if (op.getKeep())
      shape.push_back(1);
  }
  types.push_back(RankedTensorType::get(shape, elementTypeOf(op.getSource())));
  return success();
}

OpFoldResult ReduceOp::fold(FoldAdaptor) {
  bool same = getOver().empty() && getSource().getType() == getType();
  return same ? getSource() : Value();
}

//===----------------------------------------------------------------------===//
// softmax
//===----------------------------------------------------------------------===//

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                          Adaptor op, Types &types) {
  // softmax_c3
  if (failed(requireFloatTensors(loc, op.getSource())) ||
      (op.getMask() && failed(requireTensors(loc, op.getMask()))))
    return failure();
  Shape shape(shapeOf(op.getSource()));
  // softmax_c1
  if (failed(requireDimensions(loc, shape, 1, "operand")))
    return failure();
  // softmax_c2
  if (op.getMask() && failed(unifyShape(loc, shape, shapeOf(op.getMask()),
                                        "mask", "the operand's")))
    return failure();
  types.push_back(RankedTensorType::get(shape, elementTypeOf(op.getSource())));
  return success();
}

LogicalResult SoftmaxGradientOp::inferReturnTypes(MLIRContext *,
                                                  OptionalLoc loc, Adaptor op,
                                                  Types &types) {
  // softmax_gradient_c2
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  Shape shape(shapeOf(op.getSoftmax()));
  // softmax_gradient_c1
  if (failed(requireDimensions(loc, shape, 1, "softmax")) ||
      failed(unifyShape(loc, shape, shapeOf(op.getCotangent()), "cotangent",
                        "the softmax's")))
    return failure();
  types.push_back(RankedTensorType::get(shape, elementTypeOf(op.getSoftmax())));
  return success();
}

//===----------------------------------------------------------------------===//
// slice, pad
//===----------------------------------------------------------------------===//

int64_t SliceOp::axis() {
  return countFromFront(getDim(), getSource().getType().getRank());
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                        Adaptor op, Types &types) {
  // slice_c3
  if (failed(requireTensors(loc, op.getSource())))
    return failure();
  Shape shape(shapeOf(op.getSource()));
  // slice_c1
  if (failed(requireAxis(loc, op.getDim(), shape.size())))
    return failure();
  int64_t &extent = shape[countFromFront(op.getDim(), shape.size())];
  int64_t offset = op.getOffset(), size = op.getSize();
  // slice_c2; the subtraction cannot overflow where the sum could.
  if (ShapedType::isDynamic(extent) || size < 0 || size > extent ||
      offset > extent - size)
    return emitOptionalError(loc, "the range must lie within a dimension of ",
                             "known size, but got ", size, " from ", offset,
                             " of ", formatSize(extent));
  extent = size;
  types.push_back(RankedTensorType::get(shape, elementTypeOf(op.getSource())));
  return success();
}

/// A whole dimension, the operand of a `pad` or a part of another slice.
OpFoldResult SliceOp::fold(FoldAdaptor) {
  if (getSource().getType() == getType())
    return getSource();
  auto pad = getSource().getDefiningOp<PadOp>();
  if (pad && pad.axis() == axis() && pad.getOffset() == getOffset() &&
      pad.getSource().getType() == getType())
    return pad.getSource();
  auto outer = getSource().getDefiningOp<SliceOp>();
  if (!outer || outer.axis() != axis())
    return {};
  setOffset(outer.getOffset() + getOffset());
  getSourceMutable().assign(outer.getSource());
  return getResult();
}

int64_t PadOp::axis() {
  return countFromFront(getDim(), getSource().getType().getRank());
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                      Adaptor op, Types &types) {
  // pad_c3
  if (failed(requireFloatTensors(loc, op.getSource())))
    return failure();
  Shape shape(shapeOf(op.getSource()));
  // pad_c1
  if (failed(requireAxis(loc, op.getDim(), shape.size())))
    return failure();
  int64_t &extent = shape[countFromFront(op.getDim(), shape.size())];
  int64_t offset = op.getOffset(), size = op.getSize();
  // pad_c2
  if (ShapedType::isDynamic(extent) || extent > size || offset > size - extent)
    return emitOptionalError(loc, "an operand of known size must fit into ",
                             size, ", but got ", formatSize(extent), " at ",
                             offset);
  extent = size;
  types.push_back(RankedTensorType::get(shape, elementTypeOf(op.getSource())));
  return success();
}

OpFoldResult PadOp::fold(FoldAdaptor) {
  return getSource().getType() == getType() ? getSource() : Value();
}

//===----------------------------------------------------------------------===//
// split, concat
//===----------------------------------------------------------------------===//

LogicalResult SplitOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                        Adaptor op, Types &types) {
  // split_c1
  if (failed(requireTensors(loc, op.getSource())))
    return failure();
  ArrayRef<int64_t> source = shapeOf(op.getSource());
  if (source.empty() || ShapedType::isDynamic(source.back()))
    return emitOptionalError(
        loc, "operand must have a last dimension of known size, but got ",
        formatShape(source));
  // split_c2
  int64_t rest = source.back();
  for (int64_t size : op.getSizes()) {
    if (size <= 0 || size > rest) {
      rest = -1;
      break;
    }
    rest -= size;
  }
  if (rest != 0)
    return emitOptionalError(
        loc, "sizes must be positive and add up to the last dimension, ",
        source.back(), ", but got [", op.getSizes(), "]");
  for (int64_t size : op.getSizes())
    types.push_back(RankedTensorType::get(withLast(source, size),
                                          elementTypeOf(op.getSource())));
  return success();
}

int64_t ConcatOp::axis() {
  return countFromFront(getDim(), getResult().getType().getRank());
}

/// Joins one more operand to `shape` along `axis`.
static LogicalResult joinShape(OptionalLoc loc, Shape &shape, int64_t axis,
                               ArrayRef<int64_t> next) {
  int64_t joined = shape[axis];
  // concat_c2
  if (next.size() == shape.size())
    shape[axis] = next[axis];
  if (failed(unifyShape(loc, shape, next, "every operand",
                        "the first one's but for the joined dimension")))
    return failure();
  // concat_c3
  if (ShapedType::isDynamic(next[axis]))
    return emitOptionalError(loc,
                             "the joined dimension must have a known "
                             "size, but got ",
                             formatShape(next));
  shape[axis] = joined;
  return addToSize(loc, shape[axis], next[axis], "the joined dimensions");
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                         Adaptor op, Types &types) {
  // concat_c1
  if (op.getSources().empty())
    return emitOptionalError(loc, "there must be at least one operand");
  if (failed(requireTensors(loc, op.getSources())))
    return failure();
  Shape shape(shapeOf(op.getSources().front()));
  if (failed(requireAxis(loc, op.getDim(), shape.size())))
    return failure();
  int64_t axis = countFromFront(op.getDim(), shape.size());
  Type element = elementTypeOf(op.getSources().front());
  shape[axis] = 0;
  for (Value source : op.getSources()) {
    // concat_c2
    if (elementTypeOf(source) != element)
      return emitOptionalError(
          loc, "operands must have the same element type, but got ", element,
          " and ", elementTypeOf(source));
    if (failed(joinShape(loc, shape, axis, shapeOf(source))))
      return failure();
  }
  types.push_back(RankedTensorType::get(shape, element));
  return success();
}

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  bool one = getSources().size() == 1;
  return one && getSources().front().getType() == getType()
             ? getSources().front()
             : Value();
}

//===----------------------------------------------------------------------===//
// stop_gradient
//===----------------------------------------------------------------------===//

LogicalResult StopGradientOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                               Adaptor op, Types &types) {
  // stop_gradient_c1
  if (failed(requireTensors(loc, op.getSource())))
    return failure();
  types.push_back(op.getSource().getType());
  return success();
}
