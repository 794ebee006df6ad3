//===- lowering/checkpoint/SegmentPair.cpp - scans in segments ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A scan of T steps with carried value c and its adjoint
//
//   c_T, ys, as = scan for x in xs carry c = c_0 { … yield c' emit y, a }
//   dxs = reverse scan for x in xs, a in as { … emit dx }
//
// become, with segments of K steps,
//
//   c_T, ys, cs = scan at s carry c = c_0, ys = empty length T/K {
//     c', y = scan for x in xs[s K …] carry c = c { … yield c' emit y }
//     yield c', ys with y inserted at s K emit c
//   }
//   dxs = reverse scan at s for c in cs carry dxs = empty {
//     as = scan for x in xs[s K …] carry c = c { … yield c' emit a }
//     dx = reverse scan for x in xs[s K …], a in as { … emit dx }
//     yield dxs with dx inserted at s K
//   }
//
//===----------------------------------------------------------------------===//

#include "lowering/checkpoint/SegmentPair.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

#include "lowering/LoopSizes.h"
#include "lowering/checkpoint/IndexBuilder.h"

using namespace mlir;
using namespace vellum;

namespace {
/// The steps from `offset` on, `size` of them.
struct StepRange {
  Value offset, size;
};

/// A stack of all steps, into which each segment inserts its part.
struct Whole {
  Value empty;
  SmallVector<OpFoldResult> sizes;
};

class Segmenter {
public:
  Segmenter(const ScanPair &pair, const Cut &cut)
      : forward(pair.forward), reverse(pair.reverse), saved(pair.saved),
        shared(pair.shared), cut(cut), loc(forward.getLoc()) {}

  FailureOr<ScanPair> run();

private:
  Value countSegments(OpBuilder &b);
  StepRange rangeOf(OpBuilder &b, Value segment);
  Value sliceOf(OpBuilder &b, Value input, const StepRange &range);
  LogicalResult placeStacks(ScanOp scan, const llvm::BitVector &stacks,
                            SmallVectorImpl<Whole> &wholes);
  void insert(OpBuilder &b, ValueRange parts, ValueRange into,
              ArrayRef<Whole> wholes, const StepRange &range,
              SmallVectorImpl<Value> &results);
  ScanOp cloneSteps(OpBuilder &b, ScanOp scan, ValueRange inputs,
                    ValueRange inits, const StepRange &range,
                    const llvm::BitVector &stacks);
  void cutForward();
  ScanStep forwardSegment(OpBuilder &b, Value segment, ValueRange carries);
  void cutReverse();
  ScanStep reverseSegment(OpBuilder &b, Value segment, ValueRange states,
                          ValueRange carries);
  ScanOp computeAgain(OpBuilder &b, ValueRange states, const StepRange &range);

  ScanOp forward, reverse;
  llvm::BitVector saved, shared;
  Cut cut;
  Location loc;
  /// The shared stacks of the forward scan, and all of the reverse one.
  SmallVector<Whole> sharedStacks, reverseStacks;
  /// The carried values at the beginning of each segment.
  SmallVector<Value> checkpoints;
  ScanPair inner;
};
} // namespace

//===----------------------------------------------------------------------===//
// Segments
//===----------------------------------------------------------------------===//

static Value castTo(OpBuilder &b, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return tensor::CastOp::create(b, value.getLoc(), type, value);
}

Value Segmenter::countSegments(OpBuilder &b) {
  Value count = IndexBuilder(b, loc).divideUp(cut.steps, cut.length);
  if (!cut.mostSegments)
    return count;
  return arith::MinUIOp::create(b, loc, cut.mostSegments, count);
}

StepRange Segmenter::rangeOf(OpBuilder &b, Value segment) {
  Value offset = arith::MulIOp::create(b, loc, segment, cut.length);
  Value rest = arith::SubIOp::create(b, loc, cut.steps, offset);
  return {offset, arith::MinUIOp::create(b, loc, cut.length, rest)};
}

/// A range of an input's steps.
Value Segmenter::sliceOf(OpBuilder &b, Value input, const StepRange &range) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)),
      strides(type.getRank(), b.getIndexAttr(1)),
      sizes = tensor::getMixedSizes(b, loc, input);
  offsets[0] = range.offset;
  sizes[0] = range.size;
  return tensor::ExtractSliceOp::create(b, loc, input, offsets, sizes, strides);
}

/// Memory for some stacks of `scan`, with sizes known before the pair: later
/// ones might be those of saved stacks.
LogicalResult Segmenter::placeStacks(ScanOp scan, const llvm::BitVector &stacks,
                                     SmallVectorImpl<Whole> &wholes) {
  OpBuilder before(forward), b(scan);
  LoopSizes known(before, forward);
  for (unsigned number : stacks.set_bits()) {
    auto type = cast<RankedTensorType>(scan.getStacks()[number].getType());
    Whole &whole = wholes.emplace_back();
    whole.sizes.push_back(type.isDynamicDim(0)
                              ? OpFoldResult(cut.steps)
                              : b.getIndexAttr(type.getDimSize(0)));
    Value emitted = scan.getYield().getEmitted()[number];
    for (int64_t dim = 0; dim + 1 < type.getRank(); ++dim) {
      whole.sizes.push_back(known.sizeOf(emitted, dim));
      if (!whole.sizes.back())
        return scan.emitOpError("cannot be run in segments, as the size of "
                                "what it emits is not known before the "
                                "forward steps");
    }
    whole.empty =
        tensor::EmptyOp::create(b, loc, whole.sizes, type.getElementType());
  }
  return success();
}

/// Puts the parts that a segment has computed in place.
void Segmenter::insert(OpBuilder &b, ValueRange parts, ValueRange into,
                       ArrayRef<Whole> wholes, const StepRange &range,
                       SmallVectorImpl<Value> &results) {
  for (auto [part, target, whole] : llvm::zip_equal(parts, into, wholes)) {
    SmallVector<OpFoldResult> sizes(whole.sizes),
        offsets(sizes.size(), b.getIndexAttr(0)),
        strides(sizes.size(), b.getIndexAttr(1));
    offsets[0] = range.offset;
    sizes[0] = range.size;
    auto type = cast<RankedTensorType>(target.getType());
    RankedTensorType partType =
        tensor::ExtractSliceOp::inferResultType(type, sizes);
    results.push_back(tensor::InsertSliceOp::create(
        b, loc, castTo(b, part, partType), target, offsets, sizes, strides));
  }
}

/// A scan over a range of the steps of `scan`, with some of its stacks.
ScanOp Segmenter::cloneSteps(OpBuilder &b, ScanOp scan, ValueRange inputs,
                             ValueRange inits, const StepRange &range,
                             const llvm::BitVector &stacks) {
  return ScanOp::create(
      b, scan.getLoc(), inputs, inits, inputs.empty() ? range.size : Value(),
      /*lengths=*/Value(), scan.getReverse(),
      [&](OpBuilder &body, Location, Value step, ValueRange slices,
          ValueRange carries) {
        IRMapping mapping;
        mapping.map(ValueRange(scan.getSlices()), slices);
        mapping.map(ValueRange(scan.getCarries()), carries);
        if (!scan.getStep().use_empty())
          step = arith::AddIOp::create(body, loc, range.offset, step);
        mapping.map(scan.getStep(), step);
        for (Operation &op : scan.getBodyBlock()->without_terminator())
          body.clone(op, mapping);
        ScanStep result;
        for (Value next : scan.getYield().getCarried())
          result.carried.push_back(mapping.lookupOrDefault(next));
        for (unsigned number : stacks.set_bits())
          result.emitted.push_back(
              mapping.lookupOrDefault(scan.getYield().getEmitted()[number]));
        return result;
      });
}

//===----------------------------------------------------------------------===//
// The forward scan
//===----------------------------------------------------------------------===//

/// A scalar travels in a stack as a tensor without dimensions.
static Value asTensor(OpBuilder &b, Value value) {
  if (isa<RankedTensorType>(value.getType()))
    return value;
  return tensor::FromElementsOp::create(
      b, value.getLoc(), RankedTensorType::get({}, value.getType()), value);
}

static Value asCarried(OpBuilder &b, Value value, Type type) {
  if (value.getType() == type || isa<RankedTensorType>(type))
    return castTo(b, value, type);
  return tensor::ExtractOp::create(b, value.getLoc(), value, ValueRange());
}

ScanStep Segmenter::forwardSegment(OpBuilder &b, Value segment,
                                   ValueRange carries) {
  const size_t count = forward.getInits().size();
  StepRange range = rangeOf(b, segment);
  SmallVector<Value> inputs;
  for (Value input : forward.getInputs())
    inputs.push_back(sliceOf(b, input, range));
  ScanOp steps =
      cloneSteps(b, forward, inputs, carries.take_front(count), range, shared);
  ScanStep result;
  llvm::append_range(result.carried, steps.getFinals());
  insert(b, steps.getStacks(), carries.drop_front(count), sharedStacks, range,
         result.carried);
  for (Value state : carries.take_front(count))
    result.emitted.push_back(asTensor(b, state));
  return result;
}

/// Replaces the uses of the forward scan but those of its saved stacks.
void Segmenter::cutForward() {
  OpBuilder b(forward);
  SmallVector<Value> inits(forward.getInits());
  for (const Whole &whole : sharedStacks)
    inits.push_back(whole.empty);
  auto segments =
      ScanOp::create(b, loc, ValueRange(), inits, countSegments(b),
                     /*lengths=*/Value(), forward.getReverse(),
                     [&](OpBuilder &body, Location, Value segment, ValueRange,
                         ValueRange carries) {
                       return forwardSegment(body, segment, carries);
                     });
  ValueRange finals = segments.getFinals();
  for (Value old : forward.getFinals()) {
    old.replaceAllUsesWith(castTo(b, finals.front(), old.getType()));
    finals = finals.drop_front();
  }
  for (unsigned number : shared.set_bits()) {
    Value old = forward.getStacks()[number];
    old.replaceAllUsesWith(castTo(b, finals.front(), old.getType()));
    finals = finals.drop_front();
  }
  llvm::append_range(checkpoints, segments.getStacks());
}

//===----------------------------------------------------------------------===//
// The reverse scan
//===----------------------------------------------------------------------===//

/// The forward steps of a segment, with the stacks that are saved of them.
ScanOp Segmenter::computeAgain(OpBuilder &b, ValueRange states,
                               const StepRange &range) {
  SmallVector<Value> inputs, inits;
  for (Value input : forward.getInputs())
    inputs.push_back(sliceOf(b, input, range));
  for (auto [state, carry] : llvm::zip_equal(states, forward.getCarries()))
    inits.push_back(asCarried(b, state, carry.getType()));
  return cloneSteps(b, forward, inputs, inits, range, saved);
}

ScanStep Segmenter::reverseSegment(OpBuilder &b, Value segment,
                                   ValueRange states, ValueRange carries) {
  const size_t count = reverse.getInits().size();
  StepRange range = rangeOf(b, segment);
  inner.forward = computeAgain(b, states, range);
  IRMapping again;
  for (auto [number, stack] :
       llvm::zip_equal(saved.set_bits(), inner.forward.getStacks()))
    again.map(forward.getStacks()[number], stack);
  SmallVector<Value> inputs;
  for (Value input : reverse.getInputs()) {
    Value stack = again.lookupOrNull(input);
    Value part = stack ? stack : sliceOf(b, input, range);
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[0] = ShapedType::kDynamic;
    inputs.push_back(castTo(b, part, type.clone(shape)));
  }
  llvm::BitVector all(reverse.getStacks().size(), true);
  inner.reverse =
      cloneSteps(b, reverse, inputs, carries.take_front(count), range, all);
  ScanStep result;
  llvm::append_range(result.carried, inner.reverse.getFinals());
  insert(b, inner.reverse.getStacks(), carries.drop_front(count), reverseStacks,
         range, result.carried);
  return result;
}

void Segmenter::cutReverse() {
  OpBuilder b(reverse);
  SmallVector<Value> inits(reverse.getInits());
  for (const Whole &whole : reverseStacks)
    inits.push_back(whole.empty);
  Value count = checkpoints.empty() ? countSegments(b) : Value();
  auto segments =
      ScanOp::create(b, reverse.getLoc(), checkpoints, inits, count,
                     /*lengths=*/Value(), reverse.getReverse(),
                     [&](OpBuilder &body, Location, Value segment,
                         ValueRange states, ValueRange carries) {
                       return reverseSegment(body, segment, states, carries);
                     });
  for (auto [old, final] :
       llvm::zip_equal(reverse.getResults(), segments.getFinals()))
    old.replaceAllUsesWith(castTo(b, final, old.getType()));
}

FailureOr<ScanPair> Segmenter::run() {
  llvm::BitVector all(reverse.getStacks().size(), true);
  if (failed(placeStacks(forward, shared, sharedStacks)) ||
      failed(placeStacks(reverse, all, reverseStacks)))
    return failure();
  cutForward();
  cutReverse();
  inner.saved = llvm::BitVector(inner.forward.getStacks().size(), true);
  inner.shared = llvm::BitVector(inner.forward.getStacks().size());
  reverse.erase();
  forward.erase();
  return inner;
}

FailureOr<ScanPair> vellum::segmentPair(const ScanPair &pair, const Cut &cut) {
  return Segmenter(pair, cut).run();
}
