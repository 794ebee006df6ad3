//===- lowering/cpu/LowerScan.cpp - scans as loops over slots -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

#include "dialect/Vellum.h"
#include "lowering/LoopSizes.h"
#include "lowering/Remarks.h"
#include "lowering/ScanSlots.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/MemoryParts.h"

namespace vellum {
#define GEN_PASS_DEF_LOWERSCAN
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-lower-scan"

using namespace mlir;
using namespace vellum;

namespace {
/// Where one carried tensor lives: `slots x shape`, of which each step reads
/// one slot and writes the next. With a history there is a slot for every step
/// and one more, in the order of time; without, two that alternate, or a single
/// one that each step reads before it writes. A tensor that steps write to in
/// place has no slots: `whole` is all of it.
struct Carry {
  Value buffer, whole;
  bool history = false;
  /// How many there are without a history.
  int64_t slots = 2;
};

/// Lowers one scan. Step `i` runs at time `t = i`, or `T - 1 - i` in reverse.
class ScanLowering {
public:
  ScanLowering(ScanOp scan, RewriterBase &rewriter)
      : scan(scan), b(rewriter), loc(scan.getLoc()) {}

  /// The loop that has taken the scan's place.
  FailureOr<scf::ForOp> run();
  unsigned histories = 0, overwritten = 0, inPlace = 0, copies = 0;

private:
  bool isTensor(Value value) { return isa<RankedTensorType>(value.getType()); }
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value sum(Value lhs, Value rhs) {
    return arith::AddIOp::create(b, loc, lhs, rhs);
  }
  Value steps();
  Value stepsButLast();
  Value allocate(Value first, ArrayRef<OpFoldResult> sizes,
                 RankedTensorType type);
  FailureOr<SmallVector<OpFoldResult>> emittedSizes(Value emitted);
  Value slot(Value buffer, OpFoldResult offset, RankedTensorType type) {
    return cpu::rowOf(b, loc, buffer, offset, type.getShape());
  }
  Value range(Value buffer, Value offset, Value size) {
    return cpu::rowsOf(b, loc, buffer, offset, size);
  }
  Value read(Value memref, RankedTensorType type, bool writable = false) {
    return cpu::asTensor(b, loc, memref, type, writable);
  }
  void write(Value tensor, Value memref) {
    cpu::writeTo(b, loc, tensor, memref);
  }
  void placeCarry(unsigned number, Value init, RankedTensorType type);
  void placeInPlace(unsigned number, Value init, RankedTensorType type);
  void placeCarries();
  LogicalResult placeStacks();
  Value readInput(Value input, Value t, RankedTensorType type);
  Value readSlot(const Carry &carry, Value i, Value t);
  Value writeSlot(const Carry &carry, Value i, Value t);
  using Writes = SmallVector<std::pair<Value, Value>>;
  Value partOf(Value whole, tensor::InsertSliceOp insert, IRMapping &mapping);
  void cloneBody(IRMapping &mapping);
  void writeStep(Value value, Value place, IRMapping &mapping);
  void buildBody(Value i, ValueRange scalars);
  Value lastSlot(const Carry &carry, RankedTensorType type);
  Value finalOf(unsigned carry);
  Value stackOf(unsigned stack);

  ScanOp scan;
  RewriterBase &b;
  Location loc;
  /// The number of steps, and how many there is memory for.
  Value length, room;
  SmallVector<Carry> carries;
  /// The memory of each stack that is not a carry's history.
  SmallVector<Value> stacks;
};
} // namespace

Value ScanLowering::steps() {
  if (Value steps = explicitSteps(scan))
    return steps;
  return tensor::DimOp::create(b, loc, scan.getInputs()[0], index(0));
}

/// True for matrices of each sample whose rows lie a number of pages apart. The
/// processor takes a load for one of what was just stored to the row before, or
/// to another step's, since it compares the positions in a page first: with
/// 1024 words the sweep that writes a memory took twice as long.
static bool hasPagesAsRows(RankedTensorType type) {
  return type.getRank() > 2 && type.getElementType().isF32() &&
         !type.isDynamicDim(type.getRank() - 1) &&
         type.getShape().back() % cpu::pageFloats == 0;
}

/// Memory for `first` tensors of the given sizes.
Value ScanLowering::allocate(Value first, ArrayRef<OpFoldResult> sizes,
                             RankedTensorType type) {
  SmallVector<OpFoldResult> all{getAsOpFoldResult(first)};
  for (auto [size, known] : llvm::zip(sizes, type.getShape()))
    // A size that the type does not know stays unknown to the memory's.
    all.push_back(ShapedType::isDynamic(known)
                      ? getValueOrCreateConstantIndexOp(b, loc, size)
                      : OpFoldResult(b.getIndexAttr(known)));
  return cpu::takeMemory(b, loc, type.getElementType(), all,
                         hasPagesAsRows(type));
}

/// A memref as a tensor. Slots of different steps never overlap, which is what
/// `restrict` asks for.
static bool isUninitialised(Value tensor) {
  if (auto cast = tensor.getDefiningOp<tensor::CastOp>())
    return isUninitialised(cast.getSource());
  return tensor.getDefiningOp<tensor::EmptyOp>() != nullptr;
}

/// Memory for one tensor: that which it goes to in the end, or new memory in
/// rows of its first dimension, of which there may be room for more than it
/// has.
void ScanLowering::placeInPlace(unsigned number, Value init,
                                RankedTensorType type) {
  Carry &carry = carries[number];
  ++inPlace;
  Operation *write;
  if (Value memory = destinationOf(scan.getFinals()[number], write);
      memory && isUninitialised(init)) {
    write->erase();
    carry.whole = memory;
    return;
  }
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, init);
  if (OpFoldResult first = firstSizeOf(init))
    sizes[0] = first;
  Value rows = getValueOrCreateConstantIndexOp(b, loc, sizes[0]);
  auto row = type.clone(type.getShape().drop_front());
  carry.buffer = allocate(roomFor(rows), ArrayRef(sizes).drop_front(), row);
  carry.whole = roomFor(rows) == rows ? carry.buffer
                                      : range(carry.buffer, index(0), rows);
  if (!isUninitialised(init))
    this->write(init, carry.whole);
}

void ScanLowering::placeCarry(unsigned number, Value init,
                              RankedTensorType type) {
  Carry &carry = carries[number];
  carry.history = hasHistory(scan, number);
  histories += carry.history;
  if (carry.history)
    if (auto remark = remarkPassed(scan.getLoc(), "lower-scan", topic::kMemory))
      remark << "keeps a carried value of each step where it was computed, "
                "without a copy: " +
                    describeBytes(type);
  if (!carry.history && isUpdatedInPlace(scan, number))
    return placeInPlace(number, init, type);
  if (hasSingleSlot(scan, number)) {
    carry.slots = 1;
    ++overwritten;
  }
  Value count = index(carry.slots);
  // Two slots at least: a stack may begin at slot 1 even if T is 0, and a
  // view must begin within its memory.
  if (carry.history)
    count = arith::MaxUIOp::create(b, loc, sum(room, index(1)), count);
  carry.buffer = allocate(count, tensor::getMixedSizes(b, loc, init), type);
  // The first slot read: time runs backwards from the end in reverse.
  bool fromEnd = carry.history && scan.getReverse();
  write(init,
        slot(carry.buffer,
             fromEnd ? OpFoldResult(length) : OpFoldResult(b.getIndexAttr(0)),
             type));
}

void ScanLowering::placeCarries() {
  carries.resize(scan.getInits().size());
  for (auto [number, init] : llvm::enumerate(scan.getInits()))
    if (auto type = dyn_cast<RankedTensorType>(init.getType()))
      placeCarry(number, init, type);
}

/// The sizes of an emitted value; memory for its stack is taken before the
/// loop.
FailureOr<SmallVector<OpFoldResult>> ScanLowering::emittedSizes(Value emitted) {
  LoopSizes known(b, scan);
  SmallVector<OpFoldResult> sizes;
  for (int64_t dim = 0;
       dim < cast<RankedTensorType>(emitted.getType()).getRank(); ++dim) {
    sizes.push_back(known.sizeOf(emitted, dim));
    if (!sizes.back())
      return scan.emitOpError("emits a value whose size in dimension ")
             << dim << " is not known before the loop starts";
  }
  return sizes;
}

LogicalResult ScanLowering::placeStacks() {
  for (auto [emitted, stack] :
       llvm::zip(scan.getYield().getEmitted(), scan.getStacks())) {
    stacks.push_back({});
    if (historyOf(scan, emitted))
      continue;
    Operation *write;
    if (Value memory = destinationOf(stack, write)) {
      write->erase();
      stacks.back() = memory;
      continue;
    }
    FailureOr<SmallVector<OpFoldResult>> sizes = emittedSizes(emitted);
    if (failed(sizes))
      return failure();
    stacks.back() =
        allocate(room, *sizes, cast<RankedTensorType>(emitted.getType()));
  }
  return success();
}

/// The slot that holds the carried value before step `i`.
Value ScanLowering::readSlot(const Carry &carry, Value i, Value t) {
  if (!carry.history)
    return arith::RemUIOp::create(b, loc, i, index(carry.slots));
  return scan.getReverse() ? sum(t, index(1)) : t;
}

/// The slot that takes the carried value after step `i`.
Value ScanLowering::writeSlot(const Carry &carry, Value i, Value t) {
  if (!carry.history)
    return arith::RemUIOp::create(b, loc, sum(i, index(1)), index(carry.slots));
  return scan.getReverse() ? t : sum(t, index(1));
}

/// The place of a part that a step inserts, as soon as it is known where that
/// is; null before.
Value ScanLowering::partOf(Value whole, tensor::InsertSliceOp insert,
                           IRMapping &mapping) {
  bool isKnown = true;
  auto mapped = [&](ArrayRef<OpFoldResult> numbers) {
    return llvm::map_to_vector(numbers, [&](OpFoldResult number) {
      auto value = dyn_cast<Value>(number);
      if (!value || !scan->isAncestor(value.getParentBlock()->getParentOp()))
        return number;
      isKnown &= mapping.contains(value);
      return OpFoldResult(mapping.lookupOrDefault(value));
    });
  };
  SmallVector<OpFoldResult> offsets = mapped(insert.getMixedOffsets()),
                            sizes = mapped(insert.getMixedSizes()),
                            strides = mapped(insert.getMixedStrides());
  if (!isKnown)
    return {};
  MemRefType type = memref::SubViewOp::inferRankReducedResultType(
      insert.getSourceType().getShape(), cast<MemRefType>(whole.getType()),
      offsets, sizes, strides);
  return memref::SubViewOp::create(b, loc, type, whole, offsets, sizes,
                                   strides);
}

/// Clones the body's ops but those that only insert a part into a carried
/// value: the part's place is made early, so that it can be computed there, and
/// is written where the insertion was. Later, what is inserted may be the old
/// value of a slot that has the new one by then.
void ScanLowering::cloneBody(IRMapping &mapping) {
  SmallVector<std::pair<tensor::InsertSliceOp, Value>> pending;
  llvm::SmallDenseMap<Operation *, Value> places;
  for (auto [number, place] : llvm::enumerate(carries))
    if (place.whole)
      if (auto insert = onlyInsertion(scan, number))
        pending.push_back({insert, place.whole});
  auto placeParts = [&] {
    llvm::erase_if(pending, [&](auto &each) {
      Value part = partOf(each.second, each.first, mapping);
      if (part)
        places[each.first] = part;
      return part != nullptr;
    });
  };
  placeParts();
  for (Operation &op : scan.getBodyBlock()->without_terminator()) {
    if (Value part = places.lookup(&op)) {
      writeStep(cast<tensor::InsertSliceOp>(op).getSource(), part, mapping);
      continue;
    }
    b.clone(op, mapping);
    placeParts();
  }
}

/// Writes what a step computes to its place.
void ScanLowering::writeStep(Value value, Value place, IRMapping &mapping) {
  Operation *producer = value.getDefiningOp();
  if (!producer || !scan->isAncestor(producer) ||
      !isa<DestinationStyleOpInterface>(producer)) {
    ++copies;
    if (auto remark =
            remarkMissed(value.getLoc(), "lower-scan", topic::kSchedule))
      remark << "copied into place at each step: " +
                    describeBytes(value.getType());
  }
  write(mapping.lookupOrDefault(value), place);
}

/// One step: views of the slots first, so that producers can write into them,
/// then the body, then the values put in place.
void ScanLowering::buildBody(Value i, ValueRange scalars) {
  Value t = i;
  if (scan.getReverse())
    t = arith::SubIOp::create(
        b, loc, arith::SubIOp::create(b, loc, length, index(1)), i);
  IRMapping mapping;
  mapping.map(scan.getStep(), t);
  // An input may be there for its length alone.
  for (auto [slice, input] : llvm::zip(scan.getSlices(), scan.getInputs()))
    if (!slice.use_empty())
      mapping.map(slice,
                  readInput(input, t, cast<RankedTensorType>(slice.getType())));
  Writes written;
  YieldOp yield = scan.getYield();
  auto nextScalar = scalars.begin();
  for (auto [number, carry] : llvm::enumerate(scan.getCarries())) {
    auto type = dyn_cast<RankedTensorType>(carry.getType());
    if (!type) {
      mapping.map(carry, *nextScalar++);
      continue;
    }
    const Carry &place = carries[number];
    if (place.whole) {
      if (!onlyInsertion(scan, number))
        mapping.map(carry, read(place.whole, type, /*writable=*/true));
      continue;
    }
    mapping.map(carry,
                read(slot(place.buffer, readSlot(place, i, t), type), type));
    written.push_back({yield.getCarried()[number],
                       slot(place.buffer, writeSlot(place, i, t), type)});
  }
  for (auto [emitted, stack] : llvm::zip(yield.getEmitted(), stacks))
    if (stack)
      written.push_back(
          {emitted, slot(stack, t, cast<RankedTensorType>(emitted.getType()))});
  cloneBody(mapping);
  // What is written in place comes last: until then others may read it.
  for (auto [number, place] : llvm::enumerate(carries))
    if (place.whole && !onlyInsertion(scan, number))
      written.push_back({yield.getCarried()[number], place.whole});
  for (auto [value, place] : written)
    writeStep(value, place, mapping);
  SmallVector<Value> next;
  for (Value value : yield.getCarried())
    if (!isTensor(value))
      next.push_back(mapping.lookupOrDefault(value));
  scf::YieldOp::create(b, loc, next);
}

/// The slice of `input` at time `t`.
Value ScanLowering::readInput(Value input, Value t, RankedTensorType type) {
  int64_t rank = cast<RankedTensorType>(input.getType()).getRank();
  SmallVector<OpFoldResult> offsets(rank, b.getIndexAttr(0)),
      strides(rank, b.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, input);
  offsets[0] = t;
  sizes[0] = b.getIndexAttr(1);
  auto inputType = cast<RankedTensorType>(input.getType());
  auto sliced = RankedTensorType::get(inputType.getShape().drop_front(),
                                      inputType.getElementType());
  Value slice = tensor::ExtractSliceOp::create(b, loc, sliced, input, offsets,
                                               sizes, strides);
  return sliced == type
             ? slice
             : tensor::CastOp::create(b, loc, type, slice).getResult();
}

/// The slot with the value after the last step; the initial one if there was
/// none.
Value ScanLowering::lastSlot(const Carry &carry, RankedTensorType type) {
  if (carry.whole)
    return carry.whole;
  Value last;
  if (carry.history)
    last = scan.getReverse() ? index(0) : length;
  else
    last = arith::RemUIOp::create(b, loc, length, index(carry.slots));
  return slot(carry.buffer, last, type);
}

Value ScanLowering::finalOf(unsigned number) {
  auto type = cast<RankedTensorType>(scan.getFinals()[number].getType());
  auto carried = cast<RankedTensorType>(scan.getInits()[number].getType());
  Value value = read(lastSlot(carries[number], carried), carried);
  return type == carried
             ? value
             : tensor::CastOp::create(b, loc, type, value).getResult();
}

Value ScanLowering::stackOf(unsigned number) {
  auto type = cast<RankedTensorType>(scan.getStacks()[number].getType());
  if (stacks[number])
    return read(room == length ? stacks[number]
                               : range(stacks[number], index(0), length),
                type);
  History history = *historyOf(scan, scan.getYield().getEmitted()[number]);
  bool skipsFirst = history.after != scan.getReverse();
  return read(range(carries[history.carry].buffer, index(skipsFirst), length),
              type);
}

/// All steps but the last, if there is one.
Value ScanLowering::stepsButLast() {
  return arith::SubIOp::create(
      b, loc, arith::MaxUIOp::create(b, loc, length, index(1)), index(1));
}

FailureOr<scf::ForOp> ScanLowering::run() {
  b.setInsertionPoint(scan);
  // Asked before results that are written in place lose their uses.
  const bool skipsLast = lastStepIsUnread(scan);
  length = steps();
  room = roomFor(length);
  if (failed(placeStacks()))
    return failure();
  placeCarries();
  SmallVector<Value> scalars;
  for (Value init : scan.getInits())
    if (!isTensor(init))
      scalars.push_back(init);
  auto loop = scf::ForOp::create(
      b, loc, index(0), skipsLast ? stepsButLast() : length, index(1), scalars);
  {
    OpBuilder::InsertionGuard guard(b);
    if (scalars.empty())
      b.eraseOp(loop.getBody()->getTerminator());
    b.setInsertionPointToEnd(loop.getBody());
    buildBody(loop.getInductionVar(), loop.getRegionIterArgs());
  }
  SmallVector<Value> results;
  unsigned scalar = 0;
  for (auto [number, init] : llvm::enumerate(scan.getInits()))
    results.push_back(isTensor(init) ? finalOf(number)
                                     : loop.getResult(scalar++));
  for (unsigned number = 0; number < stacks.size(); ++number)
    results.push_back(stackOf(number));
  b.replaceOp(scan, results);
  return loop;
}

namespace {
struct LowerScan : vellum::impl::LowerScanBase<LowerScan> {
  /// Outer scans come first: the sizes of what they emit may depend on inner
  /// scans, whose bodies still tell them.
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<ScanOp> pending;
    pushOutermost(getOperation(), pending);
    while (!pending.empty()) {
      ScanLowering lowering(pending.pop_back_val(), rewriter);
      FailureOr<scf::ForOp> loop = lowering.run();
      if (failed(loop))
        return signalPassFailure();
      pushOutermost(*loop, pending);
      histories += lowering.histories;
      overwritten += lowering.overwritten;
      inPlace += lowering.inPlace;
      copies += lowering.copies;
    }
  }

  /// Pushes the scans in `op` that are in no other, the first on top.
  static void pushOutermost(Operation *op, SmallVectorImpl<ScanOp> &pending) {
    const size_t before = pending.size();
    op->walk<WalkOrder::PreOrder>([&](ScanOp scan) {
      pending.push_back(scan);
      return WalkResult::skip();
    });
    std::reverse(pending.begin() + before, pending.end());
  }
};
} // namespace
