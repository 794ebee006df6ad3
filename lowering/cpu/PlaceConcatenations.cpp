//===- lowering/cpu/PlaceConcatenations.cpp - pieces written in place -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/buffers/Liveness.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/MemoryParts.h"

namespace vellum {
#define GEN_PASS_DEF_PLACECONCATENATIONS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-place-concatenations"

using namespace mlir;
using namespace vellum;

using bufferization::MaterializeInDestinationOp;

namespace {
/// Pieces inserted one after the other into an uninitialised tensor.
struct Concatenation {
  tensor::EmptyOp memory;
  /// In the order of insertion.
  SmallVector<tensor::InsertSliceOp> pieces;
  tensor::InsertSliceOp last() { return pieces.back(); }
};
} // namespace

/// The concatenation that ends with `last`, if its inner results have no other
/// use.
static std::optional<Concatenation>
findConcatenation(tensor::InsertSliceOp last) {
  for (OpOperand &use : last->getUses())
    if (auto next = dyn_cast<tensor::InsertSliceOp>(use.getOwner()))
      if (next.getDest() == last.getResult())
        return std::nullopt;
  Concatenation result;
  for (tensor::InsertSliceOp insert = last; insert;) {
    result.pieces.push_back(insert);
    Operation *before = insert.getDest().getDefiningOp();
    if (!before || before->getBlock() != last->getBlock())
      return std::nullopt;
    if ((result.memory = dyn_cast<tensor::EmptyOp>(before)))
      break;
    insert = dyn_cast<tensor::InsertSliceOp>(before);
    if (insert && !insert->hasOneUse())
      return std::nullopt;
  }
  if (!result.memory)
    return std::nullopt;
  std::reverse(result.pieces.begin(), result.pieces.end());
  return result;
}

/// The op of `block` after which all `values` are available, or null where they
/// are from its start.
static Operation *lastDefinition(ArrayRef<Value> values, Block *block) {
  Operation *last = nullptr;
  for (Value value : values) {
    Operation *op = value.getDefiningOp();
    if (op && op->getBlock() == block && (!last || last->isBeforeInBlock(op)))
      last = op;
  }
  return last;
}

static void setInsertionAfter(OpBuilder &b, Operation *op, Block *block) {
  if (op)
    b.setInsertionPointAfter(op);
  else
    b.setInsertionPointToStart(block);
}

namespace {
/// Gives one concatenation memory, as early as its sizes are known, and writes
/// every piece to its part of it.
class Placement {
public:
  Placement(Concatenation &whole, OpBuilder &b)
      : whole(whole), b(b), loc(whole.last().getLoc()),
        block(whole.last()->getBlock()) {}

  void run() {
    findDestination();
    for (tensor::InsertSliceOp piece : whole.pieces)
      write(piece.getSource(), part(piece));
    finish();
  }

private:
  static SmallVector<Value> values(ArrayRef<OpFoldResult> numbers) {
    SmallVector<Value> result;
    for (OpFoldResult number : numbers)
      if (auto value = dyn_cast<Value>(number))
        result.push_back(value);
    return result;
  }

  /// The memory that the whole is written to, or new memory.
  void findDestination() {
    for (Operation *user : whole.last()->getUsers())
      if (auto write = dyn_cast<MaterializeInDestinationOp>(user))
        if (mayTakePlaceOf(write)) {
          destination = write.getDest();
          slot = write;
          return;
        }
    SmallVector<Value> sizes(whole.memory.getDynamicSizes());
    setInsertionAfter(b, lastDefinition(sizes, block), block);
    RankedTensorType type = whole.memory.getType();
    destination = memref::AllocOp::create(
        b, loc, MemRefType::get(type.getShape(), type.getElementType()), sizes);
  }

  /// True if the pieces may be written where `write` puts the whole, at the
  /// last insertion already: one after the other, so that no piece may come
  /// from there.
  bool mayTakePlaceOf(MaterializeInDestinationOp write) {
    if (!write.getRestrict() || !isa<MemRefType>(write.getDest().getType()) ||
        write->getBlock() != block)
      return false;
    PlaceLiveness place(write.getDestMutable());
    auto never = [](OpOperand &) { return false; };
    return place.isFreeFrom(whole.pieces.front(), never) &&
           place.isReadInTime(whole.last()) &&
           cpu::moveBefore(write.getDest(), whole.last());
  }

  Value part(tensor::InsertSliceOp piece) {
    SmallVector<Value> needed = values(piece.getMixedSizes());
    llvm::append_range(needed, values(piece.getMixedOffsets()));
    llvm::append_range(needed, values(piece.getMixedStrides()));
    needed.push_back(destination);
    setInsertionAfter(b, lastDefinition(needed, block), block);
    auto type = memref::SubViewOp::inferRankReducedResultType(
        piece.getSourceType().getShape(),
        cast<MemRefType>(destination.getType()), piece.getMixedOffsets(),
        piece.getMixedSizes(), piece.getMixedStrides());
    return memref::SubViewOp::create(
        b, loc, cast<MemRefType>(type), destination, piece.getMixedOffsets(),
        piece.getMixedSizes(), piece.getMixedStrides());
  }

  void write(Value piece, Value place) {
    b.setInsertionPoint(whole.last());
    cpu::writeTo(b, loc, piece, place);
  }

  /// Users read the memory.
  void finish() {
    b.setInsertionPoint(whole.last());
    Value tensor = cpu::asTensor(b, loc, destination, whole.last().getType());
    if (slot)
      slot.erase();
    whole.last().getResult().replaceAllUsesWith(tensor);
    for (tensor::InsertSliceOp piece : llvm::reverse(whole.pieces))
      piece.erase();
  }

  Concatenation &whole;
  OpBuilder &b;
  Location loc;
  Block *block;
  Value destination;
  MaterializeInDestinationOp slot;
};

struct PlaceConcatenations
    : vellum::impl::PlaceConcatenationsBase<PlaceConcatenations> {
  void runOnOperation() override {
    SmallVector<Concatenation> found;
    getOperation()->walk([&](tensor::InsertSliceOp insert) {
      if (auto whole = findConcatenation(insert))
        found.push_back(*whole);
    });
    OpBuilder builder(&getContext());
    for (Concatenation &whole : found)
      Placement(whole, builder).run();
    placed += found.size();
  }
};
} // namespace
