//===- lowering/checkpoint/SegmentPlan.cpp - lengths of segments ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/checkpoint/SegmentPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/SetVector.h"

#include "lowering/ScanSlots.h"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// What memory is made of
//===----------------------------------------------------------------------===//

/// The values whose slots make up the saved stacks: a carried value before and
/// after each step has the same ones.
static SmallVector<Value> savedValues(const ScanPair &pair) {
  ScanOp forward = pair.forward;
  llvm::SetVector<Value> saved;
  for (unsigned number : pair.saved.set_bits()) {
    Value emitted = forward.getYield().getEmitted()[number];
    std::optional<History> history = historyOf(forward, emitted);
    saved.insert(history ? forward.getInits()[history->carry] : emitted);
  }
  return saved.takeVector();
}

void SegmentPlanner::add(const ScanPair &pair) {
  ScanOp forward = pair.forward, reverse = pair.reverse;
  SmallVector<Value> kept;
  auto keep = [&](ScanOp scan, unsigned number) {
    if (!isPlacedElsewhere(scan.getStacks()[number]))
      kept.push_back(scan.getYield().getEmitted()[number]);
  };
  for (unsigned number : pair.shared.set_bits())
    keep(forward, number);
  for (unsigned number = 0; number < reverse.getStacks().size(); ++number)
    keep(reverse, number);
  pairs.push_back({memory.stepsOf(forward), memory.bytesOf(forward.getInits()),
                   memory.bytesOf(reverse.getInits()),
                   memory.bytesOf(savedValues(pair)), memory.bytesOf(kept)});
}

void SegmentPlanner::addOther(ScanOp scan) {
  others.push_back(memory.bytesOf(scan));
}

Value SegmentPlanner::sum(ValueRange values) {
  Value result = index.constant(0);
  for (Value value : values)
    result = index.add(result, value);
  return result;
}

/// At most what the scans of a pair take that is cut so: the beginnings of
/// segments and of their segments; two slots for every carried value of each of
/// the scans; what is saved for the segment at hand; the stacks of all steps.
Value SegmentPlanner::bytes(const Costs &costs, const Lengths &lengths) {
  Value beginnings =
      index.add(index.divideUp(lengths.steps, lengths.outer), lengths.parts);
  return sum(
      {index.mul(index.add(beginnings, index.constant(8)), costs.state),
       index.mul(index.constant(6), costs.cotangents),
       index.mul(index.add(lengths.inner, index.constant(1)), costs.saved),
       index.mul(lengths.steps, costs.kept)});
}

//===----------------------------------------------------------------------===//
// Lengths
//===----------------------------------------------------------------------===//

template <typename Op, typename... Operands>
static Value build(IndexBuilder &index, Operands &&...operands) {
  return index.builder.createOrFold<Op>(index.loc,
                                        std::forward<Operands>(operands)...);
}

/// A positive number.
Value SegmentPlanner::asFloat(Value value) {
  value = index.max(value, index.constant(1));
  Value integer =
      build<arith::IndexCastOp>(index, Type(index.builder.getI64Type()), value);
  return build<arith::UIToFPOp>(index, Type(index.builder.getF64Type()),
                                integer);
}

/// Rounded up, and between 1 and the number of steps.
Value SegmentPlanner::asLength(Value number, Value steps) {
  Value integer =
      build<arith::FPToUIOp>(index, Type(index.builder.getI64Type()),
                             build<math::CeilOp>(index, number));
  Value length = build<arith::IndexCastOp>(
      index, Type(index.builder.getIndexType()), integer);
  return index.max(index.min(length, steps), index.constant(1));
}

Lengths SegmentPlanner::once(const Costs &costs) {
  Value area =
      build<arith::MulFOp>(index, asFloat(costs.steps), asFloat(costs.state));
  Value square = build<arith::DivFOp>(index, area, asFloat(costs.saved));
  Value length = asLength(build<math::SqrtOp>(index, square), costs.steps);
  return {costs.steps, length, length, index.constant(1)};
}

/// Nearly the cube root: 1/4 + 1/16 + 1/64 ... tends to 1/3, and square roots
/// are instructions, where a cube root would be a call of libm.
Value SegmentPlanner::cubeRoot(Value number) {
  Value factor = number, product;
  for (int i = 0; i < 8; ++i) {
    factor = build<math::SqrtOp>(index, build<math::SqrtOp>(index, factor));
    product = product ? build<arith::MulFOp>(index, product, factor) : factor;
  }
  return product;
}

Lengths SegmentPlanner::twice(const Costs &costs) {
  Value area =
      build<arith::MulFOp>(index, asFloat(costs.steps), asFloat(costs.saved));
  Value parts =
      cubeRoot(build<arith::DivFOp>(index, area, asFloat(costs.state)));
  auto divide = [&](Value steps) {
    return asLength(build<arith::DivFOp>(index, asFloat(steps), parts), steps);
  };
  Value outer = divide(costs.steps), inner = divide(outer);
  return {costs.steps, outer, inner, index.divideUp(outer, inner)};
}

SmallVector<Lengths> SegmentPlanner::cutOnce() {
  return llvm::map_to_vector(pairs,
                             [&](const Costs &costs) { return once(costs); });
}

SmallVector<Lengths> SegmentPlanner::cutWithin(Value budget) {
  SmallVector<Value> neededOnce(others), neededTwice(others);
  for (const Costs &costs : pairs) {
    neededOnce.push_back(bytes(costs, once(costs)));
    neededTwice.push_back(bytes(costs, twice(costs)));
  }
  // Of few steps a second cut may take more than it saves.
  Value allowed = index.max(budget, sum(neededTwice));
  Value fits = build<arith::CmpIOp>(index, arith::CmpIPredicate::ule,
                                    sum(neededOnce), allowed);
  auto choice = [&](Value one, Value two) {
    return build<arith::SelectOp>(index, fits, one, two);
  };
  return llvm::map_to_vector(pairs, [&](const Costs &costs) {
    Lengths one = once(costs), two = twice(costs);
    return Lengths{costs.steps, choice(one.outer, two.outer),
                   choice(one.inner, two.inner), choice(one.parts, two.parts)};
  });
}
