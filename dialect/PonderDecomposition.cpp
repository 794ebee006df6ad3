//===- dialect/PonderDecomposition.cpp - adaptive time as a masked scan ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `ponder` becomes a scan of `cap` steps that carries, besides the states, a
// flag per sample that says whether it is still running. At which step a sample
// halts is a comparison, which has no derivative, so the gradient holds N
// constant of itself.
//
// A sample that halts at step N keeps the state s^(N-1) that it halted from,
// and the flag: in the steps that follow the body computes step N once more.
// All it computes is then discarded by `keep`, so it adds nothing to any result
// or cotangent, be it NaN.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

namespace {
/// The carried values of the scan: those of the body, then our own.
struct Carries {
  Carries(ValueRange values, unsigned states)
      : states(values.take_front(states)),
        meanStates(values.slice(states, states)) {
    values = values.drop_front(2 * states);
    flag = values[0];
    halted = values[1];
    cost = values[2];
    steps = values[3];
    running = values[4];
  }

  ValueRange states;
  /// `Σ p^n s^n` so far.
  ValueRange meanStates;
  /// The first-step flag, `Σ h^n` so far, `N + R` and `N`, each `B x 1`.
  Value flag, halted, cost, steps;
  /// True for the samples that have not halted, `B x 1` too.
  Value running;
};
} // namespace

/// A tensor `B x 1` full of `number`, with the leading sizes of `state`.
static Value fill(TensorBuilder &t, TypedAttr number, Value state) {
  SmallVector<Value> sizes;
  SmallVector<int64_t> across;
  auto type = cast<RankedTensorType>(state.getType());
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    bool last = dim + 1 == type.getRank();
    across.push_back(dim);
    if (last || !type.isDynamicDim(dim))
      sizes.push_back(arith::ConstantIndexOp::create(
          t.builder, t.location, last ? 1 : type.getDimSize(dim)));
    else
      sizes.push_back(tensor::DimOp::create(t.builder, t.location, state, dim));
  }
  Value scalar = arith::ConstantOp::create(
      t.builder, t.location,
      DenseElementsAttr::get(RankedTensorType::get({}, number.getType()),
                             number));
  return BroadcastOp::create(t.builder, t.location, scalar, across,
                             /*like=*/Value(), sizes);
}

static SmallVector<Value> initialCarries(TensorBuilder &t, ValueRange states) {
  Value first = states.front();
  Type element = cast<RankedTensorType>(first.getType()).getElementType();
  Builder &b = t.builder;
  Value zeros = fill(t, b.getFloatAttr(element, 0.0), first);
  SmallVector<Value> values(states);
  for (Value state : states)
    values.push_back(t.zerosLike(state));
  values.append({fill(t, b.getFloatAttr(element, 1.0), first), zeros, zeros,
                 zeros, fill(t, b.getBoolAttr(true), first)});
  return values;
}

/// `perSample`, of shape `B x 1`, repeated to the shape of `like`, `B x …`.
static Value spread(TensorBuilder &t, Value perSample, Value like) {
  int64_t batch = rankOf(perSample) - 1, rank = rankOf(like);
  if (rank == batch + 1)
    return t.stretch(perSample, like);
  Value flat = t.squeeze(perSample, batch);
  if (rank == batch)
    return flat;
  return t.broadcast(flat, llvm::to_vector(llvm::seq<int64_t>(batch, rank)),
                     like);
}

/// `value` with what `like` knows of its first `dims` sizes: they are the same.
static Value withSizesOf(TensorBuilder &t, Value value, Value like,
                         int64_t dims) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  ArrayRef<int64_t> known = cast<RankedTensorType>(like.getType()).getShape();
  for (int64_t dim = 0; dim < dims; ++dim)
    if (ShapedType::isDynamic(shape[dim]))
      shape[dim] = known[dim];
  return t.builder.createOrFold<tensor::CastOp>(t.location, type.clone(shape),
                                                value);
}

/// True for the samples that do not halt at this step: none at the last one,
/// and before it those whose sum is not at least `1 - ε`. A sum that is NaN
/// never is.
static Value goesOn(TensorBuilder &t, PonderOp op, Value step, Value total) {
  OpBuilder &b = t.builder;
  Value below =
      t.compare(arith::CmpFPredicate::ULT, total,
                t.constant(1.0 - op.getEpsilon().convertToDouble(), total));
  Value last = arith::ConstantIndexOp::create(b, t.location, op.getCap() - 1);
  Value isEarlier = arith::CmpIOp::create(
      b, t.location, arith::CmpIPredicate::slt, step, last);
  Value scalar = tensor::FromElementsOp::create(
      b, t.location, RankedTensorType::get({}, b.getI1Type()), isEarlier);
  Value earlier = t.broadcast(
      scalar, llvm::to_vector(llvm::seq<int64_t>(rankOf(total))), total);
  return arith::AndIOp::create(b, t.location, below, earlier);
}

/// One step: what the body computes, weighted, and who runs on.
static ScanStep ponderStep(TensorBuilder &t, PonderOp op, Value number,
                           const Carries &now, ValueRange next,
                           ValueRange outputs, Value halting) {
  auto orElse = [&](Value then, Value otherwise) {
    return t.keep(spread(t, now.running, then), then, otherwise);
  };
  Value zeros = t.zerosLike(halting);
  Value total = t.add(now.halted, halting);
  Value more = goesOn(t, op, number, total);
  Value remainder = t.subFrom(1.0, now.halted);
  Value weight = orElse(t.select(more, halting, remainder), zeros);
  Value running =
      arith::AndIOp::create(t.builder, t.location, now.running, more);

  ScanStep step;
  for (auto [state, previous] : llvm::zip_equal(next, now.states))
    step.carried.push_back(t.keep(spread(t, running, state), state, previous));
  for (auto [state, mean] : llvm::zip_equal(next, now.meanStates))
    step.carried.push_back(
        orElse(t.add(mean, t.mul(spread(t, weight, state), state)), mean));
  Value spent = t.add(t.select(more, zeros, remainder), 1.0);
  step.carried.append({t.select(running, zeros, now.flag),
                       orElse(total, now.halted),
                       orElse(t.add(now.cost, spent), now.cost),
                       orElse(t.add(now.steps, 1.0), now.steps), running});
  for (Value output : outputs)
    step.emitted.push_back(
        orElse(t.mul(spread(t, weight, output), output), t.zerosLike(output)));
  return step;
}

FailureOr<SmallVector<Value>> PonderOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  unsigned states = getInits().size();
  Value length = arith::ConstantIndexOp::create(builder, getLoc(), getCap());
  auto scan = ScanOp::create(
      builder, getLoc(), /*inputs=*/ValueRange(), initialCarries(t, getInits()),
      length, /*lengths=*/Value(), /*reverse=*/false,
      [&](OpBuilder &b, Location loc, Value number, ValueRange,
          ValueRange carries) {
        Carries now(carries, states);
        IRMapping values;
        values.map(Value(getFlag()), now.flag);
        for (auto [argument, state] : llvm::zip_equal(getStates(), now.states))
          values.map(Value(argument), state);
        for (Operation &op : getBodyBlock()->without_terminator())
          b.clone(op, values);
        auto mapped = [&](Value value) {
          return values.lookupOrDefault(value);
        };
        YieldOp yield = getYield();
        TensorBuilder body(b, loc);
        // A state keeps its sizes, a probability is one for each sample, and
        // all have as many samples.
        const int64_t rank = rankOf(now.flag);
        SmallVector<Value> next, outputs;
        for (auto [value, state] :
             llvm::zip_equal(yield.getCarried(), now.states))
          next.push_back(
              withSizesOf(body, mapped(value), state, rankOf(state)));
        for (Value value : yield.getEmitted())
          outputs.push_back(
              withSizesOf(body, mapped(value), now.flag, rank - 1));
        return ponderStep(
            body, *this, number, now, next, outputs,
            withSizesOf(body, mapped(yield.getHalt()), now.flag, rank));
      });
  Carries last(scan.getFinals(), states);
  SmallVector<Value> results(last.meanStates);
  for (Value stack : scan.getStacks())
    results.push_back(t.sum(stack, {0}));
  results.append({last.cost, last.steps});
  return results;
}
