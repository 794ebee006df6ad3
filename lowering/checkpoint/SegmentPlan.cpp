//===- lowering/checkpoint/SegmentPlan.cpp - lengths of segments ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/checkpoint/SegmentPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include "lowering/ScanSlots.h"

using namespace mlir;
using namespace vellum;

namespace {
/// What the memory of a pair is made of, in bytes.
struct Costs {
  Value steps;
  /// The carried values of the forward scan and of the reverse one.
  Value state, cotangents;
  /// Of each step: what only the reverse scan reads, what is stacked for all
  /// steps whatever the schedule, and what of that needs memory of its own.
  Value saved, stacked, kept;
};

class Planner {
public:
  Planner(ScanMemory &memory, IndexBuilder index)
      : memory(memory), index(index) {}

  void add(const ScanPair &pair);
  void addOther(ScanOp scan) { addTo(rest, memory.bytesOf(scan)); }
  SmallVector<Lengths> choose(Value budget);

private:
  Value asFloat(Value value);
  Value asLength(Value number, Value steps);
  Lengths once(const Costs &costs);
  Lengths twice(const Costs &costs);
  Value bytes(const Costs &costs, const Lengths &lengths);
  void addTo(Value &sum, Value value) {
    sum = sum ? index.add(sum, value) : value;
  }
  template <typename Op, typename... Operands>
  Value build(Operands &&...operands) {
    return index.builder.createOrFold<Op>(index.loc,
                                          std::forward<Operands>(operands)...);
  }

  ScanMemory &memory;
  IndexBuilder index;
  SmallVector<Costs> pairs;
  Value rest;
};
} // namespace

/// Adds an emitted value to those of all steps.
static void sortStack(Value emitted, Value stack, SmallVector<Value> &stacked,
                      SmallVector<Value> &kept) {
  Operation *write;
  stacked.push_back(emitted);
  if (!destinationOf(stack, write))
    kept.push_back(emitted);
}

void Planner::add(const ScanPair &pair) {
  ScanOp forward = pair.forward, reverse = pair.reverse;
  SmallVector<Value> saved, stacked, kept;
  for (auto [number, value] : llvm::enumerate(forward.getYield().getEmitted()))
    if (pair.saved[number])
      saved.push_back(value);
    else if (pair.shared[number])
      sortStack(value, forward.getStacks()[number], stacked, kept);
  for (auto [value, stack] :
       llvm::zip(reverse.getYield().getEmitted(), reverse.getStacks()))
    sortStack(value, stack, stacked, kept);
  pairs.push_back({memory.stepsOf(forward), memory.bytesOf(forward.getInits()),
                   memory.bytesOf(reverse.getInits()), memory.bytesOf(saved),
                   memory.bytesOf(stacked), memory.bytesOf(kept)});
}

Value Planner::asFloat(Value value) {
  Value integer = build<arith::IndexCastOp>(index.builder.getI64Type(), value);
  return build<arith::UIToFPOp>(index.builder.getF64Type(), integer);
}

/// Rounded up, and between 1 and the number of steps.
Value Planner::asLength(Value number, Value steps) {
  Value integer = build<arith::FPToUIOp>(index.builder.getI64Type(),
                                         build<math::CeilOp>(number));
  Value length =
      build<arith::IndexCastOp>(index.builder.getIndexType(), integer);
  Value one = index.constant(1);
  return index.max(index.min(length, steps), one);
}

/// A step of a segment also has its part of the stacks of all steps, before it
/// is put in place: twice, as there are two cuts.
static Value perStep(IndexBuilder &index, const Costs &costs) {
  Value bytes =
      index.add(costs.saved, index.mul(costs.stacked, index.constant(2)));
  return index.max(bytes, index.constant(1));
}

Lengths Planner::once(const Costs &costs) {
  Value area = build<arith::MulFOp>(asFloat(costs.steps), asFloat(costs.state));
  Value quotient = build<arith::DivFOp>(area, asFloat(perStep(index, costs)));
  Value length = asLength(build<math::SqrtOp>(quotient), costs.steps);
  return {costs.steps, length, length, index.constant(1)};
}

Lengths Planner::twice(const Costs &costs) {
  Value area = build<arith::MulFOp>(asFloat(costs.steps),
                                    asFloat(perStep(index, costs)));
  Value parts = build<math::CbrtOp>(build<arith::DivFOp>(
      area, asFloat(index.max(costs.state, index.constant(1)))));
  auto divide = [&](Value steps) {
    return asLength(build<arith::DivFOp>(asFloat(steps), parts), steps);
  };
  Value outer = divide(costs.steps), inner = divide(outer);
  return {costs.steps, outer, inner, index.divideUp(outer, inner)};
}

/// At most what the scans of a pair take that is cut so: the beginnings of
/// segments and of their segments; two slots for every carried value of each of
/// the scans; what is saved for the segment at hand; and the stacks of all
/// steps, with their parts on the way there.
Value Planner::bytes(const Costs &costs, const Lengths &lengths) {
  Value beginnings =
      index.add(index.divideUp(lengths.steps, lengths.outer), lengths.parts);
  Value sum = index.mul(index.add(beginnings, index.constant(8)), costs.state);
  addTo(sum, index.mul(index.constant(6), costs.cotangents));
  addTo(sum,
        index.mul(index.add(lengths.inner, index.constant(1)), costs.saved));
  addTo(sum, index.mul(index.add(lengths.outer, lengths.inner), costs.stacked));
  addTo(sum, index.mul(lengths.steps, costs.kept));
  return sum;
}

SmallVector<Lengths> Planner::choose(Value budget) {
  Value neededOnce = rest ? rest : index.constant(0), neededTwice = neededOnce;
  for (const Costs &costs : pairs) {
    addTo(neededOnce, bytes(costs, once(costs)));
    addTo(neededTwice, bytes(costs, twice(costs)));
  }
  // Of few steps a second cut may take more than it saves.
  Value allowed = index.max(budget, neededTwice);
  Value fits =
      build<arith::CmpIOp>(arith::CmpIPredicate::ule, neededOnce, allowed);
  auto choice = [&](Value one, Value two) {
    return build<arith::SelectOp>(fits, one, two);
  };
  return llvm::map_to_vector(pairs, [&](const Costs &costs) {
    Lengths one = once(costs), two = twice(costs);
    return Lengths{costs.steps, choice(one.outer, two.outer),
                   choice(one.inner, two.inner), choice(one.parts, two.parts)};
  });
}

SmallVector<Lengths> vellum::planSegments(ScanMemory &memory,
                                          IndexBuilder index,
                                          ArrayRef<ScanPair> pairs,
                                          ArrayRef<ScanOp> others,
                                          Value budget) {
  Planner planner(memory, index);
  for (const ScanPair &pair : pairs)
    planner.add(pair);
  for (ScanOp scan : others)
    planner.addOther(scan);
  return planner.choose(budget);
}
