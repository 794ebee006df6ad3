//===- dialect/AttendDecomposition.cpp - attention in smaller ops ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

namespace {
/// Writes one attention. Dimensions are named by letters: batch dimensions from
/// `a` on, `t` query positions, `s` key positions, `h` heads, `d` and `k` the
/// widths of one head.
class AttendBuilder {
public:
  AttendBuilder(AttendOp op, OpBuilder &builder)
      : op(op), t(builder, op.getLoc()), batch(rankOf(op.getKeys()) - 2),
        timed(rankOf(op.getQuery()) == rankOf(op.getKeys())),
        heads(op.getHeads()), b(letters('a', batch)), q(timed ? "t" : ""),
        h(heads > 1 ? "h" : "") {}

  SmallVector<Value> build();

private:
  Value splitHeads(Value value);
  Value normalised(Value value);
  Value dotScores(Value query, Value keys);
  Value scaleOf(Value query);
  Value additiveScores(Value query, Value keys);
  Value scores();
  Value mask(Value scores);
  Value causalMask(Value scores);

  AttendOp op;
  TensorBuilder t;
  int64_t batch;
  bool timed;
  int64_t heads;
  std::string b, q, h;
};
} // namespace

/// `… x D` as `… x H x D/H`.
Value AttendBuilder::splitHeads(Value value) {
  if (heads == 1)
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  int64_t last = type.getRank() - 1, width = type.getShape().back() / heads;
  SmallVector<int64_t> shape(type.getShape().drop_back());
  shape.append({heads, width});
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < last; ++i)
    groups.push_back({i});
  groups.push_back({last, last + 1});
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(t.builder, t.location, value);
  sizes.pop_back();
  sizes.push_back(t.builder.getIndexAttr(heads));
  sizes.push_back(t.builder.getIndexAttr(width));
  return tensor::ExpandShapeOp::create(
      t.builder, t.location,
      RankedTensorType::get(shape, type.getElementType()), value, groups,
      sizes);
}

/// `x / sqrt(|x|² + 1e-6)` over the last dimension.
Value AttendBuilder::normalised(Value value) {
  Value norm2 = t.add(t.sumLast(t.mul(value, value)), 1e-6);
  return t.mul(value, t.rsqrt(norm2));
}

Value AttendBuilder::dotScores(Value query, Value keys) {
  return t.contract(b + q + h + "d," + b + "s" + h + "d->" + b + h + q + "s",
                    query, keys);
}

/// One over the root of the width of one head, in the shape of `query`.
Value AttendBuilder::scaleOf(Value query) {
  auto type = cast<RankedTensorType>(query.getType());
  const int64_t width = type.getShape().back();
  if (ShapedType::isStatic(width))
    return t.constant(1.0 / std::sqrt(double(width)), query);
  return t.splat(t.rsqrt(t.count(query, {type.getRank() - 1})), query);
}

/// `v · tanh(q + k)` for every pair of positions.
Value AttendBuilder::additiveScores(Value query, Value keys) {
  int64_t positions = batch + (timed ? 1 : 0);
  Value wide = query;
  // B x T x 1 x (H x) D against B x 1 x S x (H x) D.
  wide = t.unsqueeze(wide, positions);
  Value other = timed ? t.unsqueeze(keys, batch) : keys;
  auto wideType = cast<RankedTensorType>(wide.getType());
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(t.builder, t.location, wide);
  sizes[positions] = tensor::getMixedSize(t.builder, t.location, keys, batch);
  auto shape = tensor::EmptyOp::create(t.builder, t.location, sizes,
                                       wideType.getElementType());
  Value sum =
      t.add(t.broadcast(wide, {}, shape), t.broadcast(other, {}, shape));
  return t.contract(b + q + "s" + h + "d," + h + "d->" + b + h + q + "s",
                    t.tanh(sum), splitHeads(op.getAdditive()));
}

Value AttendBuilder::scores() {
  Value query = splitHeads(op.getQuery()), keys = splitHeads(op.getKeys());
  switch (op.getScore()) {
  case AttendScore::Dot:
    return dotScores(query, keys);
  case AttendScore::ScaledDot:
    // On the queries, of which there are fewer than scores. Where the scale is
    // a power of two, the scores have the same bits; elsewhere a rounding of
    // each factor takes the place of one of each sum.
    return dotScores(t.mul(query, scaleOf(query)), keys);
  case AttendScore::Additive:
    return additiveScores(query, keys);
  case AttendScore::Cosine: {
    Value cosines = dotScores(normalised(query), normalised(keys));
    Value strength = op.getStrength();
    if (heads > 1)
      strength = t.broadcast(strength, {batch}, cosines);
    return t.mul(cosines, strength);
  }
  }
  llvm_unreachable("all scores are handled");
}

/// True where the key's position is at most the query's, both counted from the
/// end: `s <= t + S - T`.
Value AttendBuilder::causalMask(Value scores) {
  int64_t rank = rankOf(scores);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(t.builder, t.location, scores);
  OpBuilder &builder = t.builder;
  Location loc = t.location;
  SmallVector<Value> dynamic;
  auto scoreShape = cast<RankedTensorType>(scores.getType()).getShape();
  for (int64_t dim : {rank - 2, rank - 1})
    if (ShapedType::isDynamic(scoreShape[dim]))
      dynamic.push_back(cast<Value>(sizes[dim]));
  Value queries =
      getValueOrCreateConstantIndexOp(builder, loc, sizes[rank - 2]);
  Value keys = getValueOrCreateConstantIndexOp(builder, loc, sizes[rank - 1]);
  auto type =
      RankedTensorType::get(scoreShape.take_back(2), builder.getI1Type());
  Value square = tensor::GenerateOp::create(
      builder, loc, type, dynamic,
      [&](OpBuilder &inner, Location at, ValueRange index) {
        Value lhs = arith::AddIOp::create(inner, at, index[1], queries);
        Value rhs = arith::AddIOp::create(inner, at, index[0], keys);
        Value allowed = arith::CmpIOp::create(
            inner, at, arith::CmpIPredicate::sle, lhs, rhs);
        tensor::YieldOp::create(inner, at, allowed);
      });
  return t.broadcast(square, llvm::to_vector(llvm::seq<int64_t>(rank - 2)),
                     scores);
}

/// All masks in one, of the scores' shape, or null.
Value AttendBuilder::mask(Value scores) {
  Value result;
  if (Value given = op.getMask()) {
    SmallVector<int64_t> across;
    int64_t inserted = rankOf(scores) - rankOf(given);
    for (int64_t i = 0; i < inserted; ++i)
      across.push_back(batch + i);
    result = t.broadcast(given, across, scores);
  }
  if (op.getCausal()) {
    Value causal = causalMask(scores);
    result = result
                 ? arith::AndIOp::create(t.builder, t.location, result, causal)
                       .getResult()
                 : causal;
  }
  return result;
}

/// A weight of 0 hides the value: of a position that one query must not see,
/// another may have to read what is in it.
SmallVector<Value> AttendBuilder::build() {
  Value raw = scores(), allowed = mask(raw);
  Value weighting = t.softmax(raw, allowed);
  ExcludingAttr excluding;
  if (allowed)
    excluding = ExcludingAttr::get(op.getContext(), Excluding::Lhs);
  Value result =
      t.contract(b + h + q + "s," + b + "s" + h + "k->" + b + q + h + "k",
                 weighting, splitHeads(op.getValues()), excluding);
  if (heads > 1) {
    SmallVector<ReassociationIndices> groups;
    int64_t rank = rankOf(result);
    for (int64_t i = 0; i < rank - 2; ++i)
      groups.push_back({i});
    groups.push_back({rank - 2, rank - 1});
    result =
        tensor::CollapseShapeOp::create(t.builder, t.location, result, groups);
  }
  SmallVector<Value> results{result};
  if (op.getWithWeighting())
    results.push_back(weighting);
  return results;
}

FailureOr<SmallVector<Value>> AttendOp::decompose(OpBuilder &builder) {
  return AttendBuilder(*this, builder).build();
}
