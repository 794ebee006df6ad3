//===- lowering/ScanSlots.cpp - where a scan's values live ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/ScanSlots.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

#include "lowering/LoopSizes.h"
#include "lowering/buffers/Liveness.h"
#include "lowering/buffers/WriteChain.h"

using namespace mlir;
using namespace vellum;

std::optional<History> vellum::historyOf(ScanOp scan, Value emitted) {
  for (auto [number, carry] : llvm::enumerate(scan.getCarries())) {
    if (!isa<RankedTensorType>(carry.getType()))
      continue;
    bool after = scan.getYield().getCarried()[number] == emitted;
    if (after || carry == emitted)
      return History{static_cast<unsigned>(number), after};
  }
  return std::nullopt;
}

bool vellum::hasHistory(ScanOp scan, unsigned carry) {
  return llvm::any_of(scan.getYield().getEmitted(), [&](Value emitted) {
    std::optional<History> history = historyOf(scan, emitted);
    return history && history->carry == carry;
  });
}

Value vellum::stackBefore(ScanOp scan, unsigned carry) {
  for (auto [stack, emitted] :
       llvm::zip(scan.getStacks(), scan.getYield().getEmitted()))
    if (emitted == scan.getCarries()[carry])
      return stack;
  return {};
}

std::optional<unsigned> vellum::carryAfter(Value stack) {
  auto scan = stack.getDefiningOp<ScanOp>();
  if (!scan || scan.getReverse() ||
      !llvm::is_contained(scan.getStacks(), stack))
    return std::nullopt;
  unsigned number =
      cast<OpResult>(stack).getResultNumber() - scan.getFinals().size();
  std::optional<History> history =
      historyOf(scan, scan.getYield().getEmitted()[number]);
  return history && history->after ? std::optional(history->carry)
                                   : std::nullopt;
}

/// Other ops may read the carried value, which bufferisation sees; a yield of
/// it is written after the step and would find it changed.
bool vellum::isUpdatedInPlace(ScanOp scan, unsigned carry) {
  Value before = scan.getCarries()[carry];
  Value value = scan.getYield().getCarried()[carry];
  if (value == before || llvm::is_contained(before.getUsers(), scan.getYield()))
    return false;
  while (value != before) {
    auto insert = value.getDefiningOp<tensor::InsertSliceOp>();
    if (!insert || !value.hasOneUse() ||
        insert->getBlock() != scan.getBodyBlock())
      return false;
    value = insert.getDest();
  }
  return true;
}

/// The least bytes of a value that one op reads and writes in place.
static constexpr int64_t leastInPlace = 32 << 10;

/// The bytes of a value, as far as its sizes are known.
static int64_t knownBytes(RankedTensorType type) {
  int64_t bytes = bytesOfElement(type.getElementType());
  for (int64_t size : type.getShape())
    bytes *= ShapedType::isDynamic(size) ? 1 : size;
  return bytes;
}

/// A slot is written from the first op on that writes any part of the next
/// value: the op that yields it may only end what others have begun.
bool vellum::hasSingleSlot(ScanOp scan, unsigned carry) {
  Value before = scan.getCarries()[carry],
        after = scan.getYield().getCarried()[carry];
  auto type = dyn_cast<RankedTensorType>(before.getType());
  if (!type || hasHistory(scan, carry))
    return false;
  Operation *producer = after.getDefiningOp();
  if (!isa_and_nonnull<DestinationStyleOpInterface>(producer) ||
      producer->getBlock() != scan.getBodyBlock())
    return false;
  const WriteChain chain(after);
  Operation *first = chain.firstIn(scan.getBodyBlock(), /*freshLate=*/true);
  const bool isLarge = knownBytes(type) >= leastInPlace;
  return first && isReadBefore(before, first, [&](OpOperand &read) {
           return isLarge && read.get() == before && readsInPlace(read, chain);
         });
}

tensor::InsertSliceOp vellum::onlyInsertion(ScanOp scan, unsigned carry) {
  Value before = scan.getCarries()[carry];
  Value after = scan.getYield().getCarried()[carry];
  auto insert = after.getDefiningOp<tensor::InsertSliceOp>();
  return insert && insert.getDest() == before && before.hasOneUse() &&
                 after.hasOneUse()
             ? insert
             : tensor::InsertSliceOp();
}

/// True for a part of memory that was just taken, which nothing reads before it
/// is written.
static bool isNewMemory(Value memory) {
  while (auto view = memory.getDefiningOp<memref::SubViewOp>())
    memory = view.getSource();
  return memory.getDefiningOp<memref::AllocOp>() != nullptr;
}

/// True if `result` may be in the memory that `write` puts it into from its
/// scan on.
static bool isFreeFromScan(Value result,
                           bufferization::MaterializeInDestinationOp write) {
  Operation *scan = result.getDefiningOp();
  if (scan->getBlock() != write->getBlock())
    return false;
  PlaceLiveness place(write.getDestMutable());
  return place.isFreeFrom(scan, [](OpOperand &) { return false; }) &&
         place.isReadInTime(result);
}

Value vellum::destinationOf(Value result, Operation *&write) {
  DominanceInfo dominance;
  Value written = result;
  while (written.hasOneUse() && isa<tensor::CastOp>(*written.user_begin()))
    written = written.user_begin()->getResult(0);
  for (Operation *user : written.getUsers()) {
    auto materialize =
        dyn_cast<bufferization::MaterializeInDestinationOp>(user);
    if (!materialize || !materialize.getRestrict() ||
        !isNewMemory(materialize.getDest()) ||
        !dominance.properlyDominates(materialize.getDest(),
                                     result.getDefiningOp()) ||
        !isFreeFromScan(result, materialize))
      continue;
    write = materialize;
    return materialize.getDest();
  }
  return {};
}

bool vellum::isPlacedElsewhere(Value result) {
  Operation *write;
  if (destinationOf(result, write))
    return true;
  if (!result.hasOneUse())
    return false;
  Operation *user = *result.user_begin();
  if (auto cast = dyn_cast<tensor::CastOp>(user))
    return isPlacedElsewhere(cast);
  auto insert = dyn_cast<tensor::InsertSliceOp>(user);
  auto carry =
      insert ? dyn_cast<BlockArgument>(insert.getDest()) : BlockArgument();
  auto around =
      carry ? dyn_cast<ScanOp>(carry.getOwner()->getParentOp()) : ScanOp();
  if (!around || insert.getSource() != result)
    return false;
  unsigned number = carry.getArgNumber() - around.getSlices().size() - 1;
  return onlyInsertion(around, number) == insert;
}

bool vellum::lastStepIsUnread(ScanOp scan) {
  if (!llvm::all_of(scan.getFinals(), [](Value v) { return v.use_empty(); }))
    return false;
  return llvm::all_of(scan.getYield().getEmitted(), [&](Value emitted) {
    std::optional<History> history = historyOf(scan, emitted);
    return history && !history->after;
  });
}

OpFoldResult vellum::firstSizeOf(Value tensor) {
  if (auto cast = tensor.getDefiningOp<tensor::CastOp>())
    return firstSizeOf(cast.getSource());
  if (auto empty = tensor.getDefiningOp<tensor::EmptyOp>())
    return empty.getMixedSizes()[0];
  if (auto slice = tensor.getDefiningOp<tensor::ExtractSliceOp>())
    return slice.getDroppedDims().none() ? slice.getMixedSizes()[0]
                                         : OpFoldResult();
  auto view = tensor.getDefiningOp<bufferization::ToTensorOp>();
  auto range =
      view ? view.getBuffer().getDefiningOp<memref::SubViewOp>() : nullptr;
  return range && range.getDroppedDims().none() ? range.getMixedSizes()[0]
                                                : OpFoldResult();
}

static bool isKnownBefore(Value value, Operation *inLoop) {
  return matchPattern(value, m_Constant()) ||
         value.getParentRegion()->isProperAncestor(inLoop->getParentRegion());
}

Value vellum::roomFor(Value size) {
  Operation *op = size.getDefiningOp();
  if (isa_and_nonnull<arith::MinUIOp, arith::MinSIOp>(op) &&
      op->getParentOfType<LoopLikeOpInterface>())
    for (Value bound : op->getOperands())
      if (isKnownBefore(bound, op))
        return bound;
  return size;
}

/// Of the inputs one that shows how long it can become is asked.
Value vellum::explicitSteps(ScanOp scan) {
  if (scan.getLength())
    return scan.getLength();
  for (Value input : scan.getInputs()) {
    auto size = dyn_cast_if_present<Value>(firstSizeOf(input));
    if (auto source = input.getDefiningOp<ScanOp>())
      size = explicitSteps(source);
    if (size && roomFor(size) != size)
      return size;
  }
  return {};
}
