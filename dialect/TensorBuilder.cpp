//===- dialect/TensorBuilder.cpp - tensor expressions as IR ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/TensorBuilder.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace vellum;

static RankedTensorType tensorTypeOf(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

int64_t vellum::rankOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getRank();
}

std::string vellum::letters(char first, int64_t count) {
  std::string result;
  for (int64_t i = 0; i < count; ++i)
    result.push_back(first + i);
  return result;
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

Value TensorBuilder::constant(double number, Value like) {
  Type element = getElementTypeOrSelf(like.getType());
  TypedAttr attribute = builder.getFloatAttr(element, number);
  RankedTensorType type = tensorTypeOf(like);
  if (!type)
    return arith::ConstantOp::create(builder, location, attribute);
  if (type.hasStaticShape())
    return arith::ConstantOp::create(builder, location,
                                     DenseElementsAttr::get(type, attribute));
  auto scalar = arith::ConstantOp::create(
      builder, location,
      DenseElementsAttr::get(RankedTensorType::get({}, element), attribute));
  return broadcast(scalar, llvm::to_vector(llvm::seq<int64_t>(type.getRank())),
                   like);
}

/// True if a dimension of `value` is 1 and the same one of `other` is not.
static bool mustStretch(Value value, Value other) {
  RankedTensorType type = tensorTypeOf(value), target = tensorTypeOf(other);
  if (!type || !target)
    return false;
  return llvm::any_of(llvm::zip(type.getShape(), target.getShape()),
                      [](auto sizes) {
                        auto [size, wanted] = sizes;
                        return size == 1 && wanted != 1;
                      });
}

Value TensorBuilder::stretch(Value value, Value like) {
  return mustStretch(value, like) ? broadcast(value, {}, like) : value;
}

/// Gives both values the type with more known dimensions, so that upstream ops,
/// which want equal types, accept them.
static void unifyTypes(TensorBuilder &t, Value &lhs, Value &rhs) {
  if (lhs.getType() == rhs.getType() || !tensorTypeOf(lhs) ||
      !tensorTypeOf(rhs))
    return;
  RankedTensorType left = tensorTypeOf(lhs), right = tensorTypeOf(rhs);
  SmallVector<int64_t> shape;
  for (auto [a, b] : llvm::zip(left.getShape(), right.getShape()))
    shape.push_back(ShapedType::isDynamic(a) ? b : a);
  auto cast = [&](Value &value, RankedTensorType type) {
    auto wanted = RankedTensorType::get(shape, type.getElementType());
    if (type != wanted)
      value = tensor::CastOp::create(t.builder, t.location, wanted, value);
  };
  cast(lhs, left);
  cast(rhs, right);
}

template <typename Op> Value TensorBuilder::binary(Value lhs, Value rhs) {
  Value left = stretch(lhs, rhs), right = stretch(rhs, lhs);
  unifyTypes(*this, left, right);
  return Op::create(builder, location, left, right);
}

template <typename Op> Value TensorBuilder::unary(Value value) {
  return Op::create(builder, location, value);
}

Value TensorBuilder::add(Value lhs, Value rhs) {
  return binary<arith::AddFOp>(lhs, rhs);
}
Value TensorBuilder::sub(Value lhs, Value rhs) {
  return binary<arith::SubFOp>(lhs, rhs);
}
Value TensorBuilder::mul(Value lhs, Value rhs) {
  return binary<arith::MulFOp>(lhs, rhs);
}
Value TensorBuilder::div(Value lhs, Value rhs) {
  return binary<arith::DivFOp>(lhs, rhs);
}
Value TensorBuilder::max(Value lhs, Value rhs) {
  return binary<arith::MaximumFOp>(lhs, rhs);
}

Value TensorBuilder::compare(arith::CmpFPredicate predicate, Value lhs,
                             Value rhs) {
  Value left = stretch(lhs, rhs), right = stretch(rhs, lhs);
  unifyTypes(*this, left, right);
  return arith::CmpFOp::create(builder, location, predicate, left, right);
}

Value TensorBuilder::select(Value condition, Value then, Value otherwise) {
  unifyTypes(*this, then, otherwise);
  Value mask = stretch(condition, then);
  Value shaped = then;
  unifyTypes(*this, mask, shaped);
  unifyTypes(*this, shaped, otherwise);
  return arith::SelectOp::create(builder, location, mask, shaped, otherwise);
}

/// Zeros of any element type, of the shape of `like`.
static Value zerosOf(TensorBuilder &t, Value like) {
  auto type = tensorTypeOf(like);
  if (!type || isa<FloatType>(type.getElementType()))
    return t.zerosLike(like);
  Value zero = arith::ConstantOp::create(
      t.builder, t.location,
      cast<TypedAttr>(t.builder.getZeroAttr(
          RankedTensorType::get({}, type.getElementType()))));
  return t.broadcast(zero, llvm::to_vector(llvm::seq<int64_t>(type.getRank())),
                     like);
}

Value TensorBuilder::keep(Value mask, Value value, Value otherwise) {
  Value kept =
      select(mask, value, otherwise ? otherwise : zerosOf(*this, value));
  kept.getDefiningOp()->setAttr(kExcludes, builder.getUnitAttr());
  return kept;
}

Value TensorBuilder::neg(Value value) { return unary<arith::NegFOp>(value); }
Value TensorBuilder::exp(Value value) { return unary<math::ExpOp>(value); }
Value TensorBuilder::log(Value value) { return unary<math::LogOp>(value); }
Value TensorBuilder::sqrt(Value value) { return unary<math::SqrtOp>(value); }
Value TensorBuilder::rsqrt(Value value) { return unary<math::RsqrtOp>(value); }
Value TensorBuilder::tanh(Value value) { return unary<math::TanhOp>(value); }

Value TensorBuilder::sigmoid(Value value) {
  return SigmoidOp::create(builder, location, value.getType(), value);
}
Value TensorBuilder::softplus(Value value) {
  return SoftplusOp::create(builder, location, value.getType(), value);
}

//===----------------------------------------------------------------------===//
// Structured
//===----------------------------------------------------------------------===//

Value TensorBuilder::contract(StringRef spec, Value lhs, Value rhs,
                              ExcludingAttr excluding) {
  return ContractOp::create(builder, location, spec, lhs, rhs, excluding);
}

Value TensorBuilder::reduce(ReduceKind kind, Value value,
                            ArrayRef<int64_t> over, bool keep) {
  return ReduceOp::create(builder, location, kind, value, over, keep);
}

Value TensorBuilder::sumLast(Value value) {
  return sum(value, {rankOf(value) - 1}, /*keep=*/true);
}

Value TensorBuilder::softmax(Value value, Value mask) {
  return SoftmaxOp::create(builder, location, value, mask);
}

Value TensorBuilder::count(Value tensor, ArrayRef<int64_t> dims) {
  RankedTensorType type = tensorTypeOf(tensor);
  int64_t known = 1;
  for (int64_t dim : dims)
    known *= type.isDynamicDim(dim) ? 1 : type.getDimSize(dim);
  Value product = arith::ConstantIndexOp::create(builder, location, known);
  for (int64_t dim : dims)
    if (type.isDynamicDim(dim))
      product = arith::MulIOp::create(
          builder, location, product,
          tensor::DimOp::create(builder, location, tensor, dim));
  Value integer = arith::IndexCastOp::create(builder, location,
                                             builder.getI64Type(), product);
  return arith::SIToFPOp::create(builder, location, type.getElementType(),
                                 integer);
}

Value TensorBuilder::splat(Value scalar, Value like) {
  Value tensor = tensor::FromElementsOp::create(
      builder, location, RankedTensorType::get({}, scalar.getType()), scalar);
  if (rankOf(like) == 0)
    return tensor;
  return broadcast(tensor, llvm::to_vector(llvm::seq<int64_t>(rankOf(like))),
                   like);
}

Value TensorBuilder::broadcast(Value value, ArrayRef<int64_t> across,
                               Value like) {
  return BroadcastOp::create(builder, location, value, across, like,
                             ValueRange());
}

Value TensorBuilder::slice(Value value, int64_t offset, int64_t size,
                           int64_t dim) {
  if (size > 0)
    return SliceOp::create(builder, location, value, offset, size, dim);
  // Nothing: `slice` has a positive size, and upstream wants even an empty
  // slice to begin before the end.
  const int64_t axis = dim < 0 ? dim + rankOf(value) : dim;
  if (tensorTypeOf(value).getDimSize(axis) == 0)
    return value;
  SmallVector<OpFoldResult> offsets(rankOf(value), builder.getIndexAttr(0)),
      strides(rankOf(value), builder.getIndexAttr(1)),
      sizes = tensor::getMixedSizes(builder, location, value);
  sizes[axis] = builder.getIndexAttr(0);
  return tensor::ExtractSliceOp::create(builder, location, value, offsets,
                                        sizes, strides);
}

/// Groups the dimensions of the larger of two shapes that differ by a
/// dimension of size 1 at `dim`.
static SmallVector<ReassociationIndices> groupsWithUnit(int64_t rank,
                                                        int64_t dim) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < rank; ++i) {
    bool joinsPrevious = i == dim ? i > 0 : i == 1 && dim == 0;
    if (joinsPrevious)
      groups.back().push_back(i);
    else
      groups.push_back({i});
  }
  return groups;
}

Value TensorBuilder::unsqueeze(Value value, int64_t dim) {
  RankedTensorType type = tensorTypeOf(value);
  SmallVector<int64_t> shape(type.getShape());
  shape.insert(shape.begin() + dim, 1);
  auto groups = groupsWithUnit(shape.size(), dim);
  if (type.getRank() == 0)
    groups.clear();
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, location, value);
  sizes.insert(sizes.begin() + dim, builder.getIndexAttr(1));
  return tensor::ExpandShapeOp::create(
      builder, location, RankedTensorType::get(shape, type.getElementType()),
      value, groups, sizes);
}

Value TensorBuilder::squeeze(Value value, int64_t dim) {
  auto groups = groupsWithUnit(rankOf(value), dim);
  if (rankOf(value) == 1)
    groups.clear();
  return tensor::CollapseShapeOp::create(builder, location, value, groups);
}

Value vellum::factorOf(AdjointContext &adjoint, Value result, Value value) {
  Value factor = adjoint.primal(value);
  if (!adjoint.isExcluding(result))
    return factor;
  TensorBuilder t(adjoint.builder, value.getLoc());
  Value size =
      math::AbsFOp::create(t.builder, t.location, adjoint.cotangent(result));
  Value largest =
      t.reduce(ReduceKind::Max, size, {rankOf(size) - 1}, /*keep=*/true);
  Value isRead =
      t.compare(arith::CmpFPredicate::UNE, largest, t.zerosLike(largest));
  return t.keep(isRead, factor);
}
