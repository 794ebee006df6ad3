//===- lowering/cpu/ReuseBuffers.cpp - memory for one after the other -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "lowering/Remarks.h"
#include "lowering/cpu/CpuOps.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/MemoryParts.h"

namespace vellum {
#define GEN_PASS_DEF_REUSEBUFFERS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-reuse-buffers"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

//===----------------------------------------------------------------------===//
// When a buffer is in use
//===----------------------------------------------------------------------===//

namespace {
/// The order of a function's ops, from the outside to the inside.
class Order {
public:
  explicit Order(func::FuncOp function) { number(function); }

  int64_t first(Operation *op) const { return ranges.lookup(op).first; }
  /// The number of the last op within.
  int64_t last(Operation *op) const { return ranges.lookup(op).second; }

private:
  void number(Operation *op) {
    const int64_t start = next++;
    for (Region &region : op->getRegions())
      for (Operation &inner : region.getOps())
        number(&inner);
    ranges[op] = {start, next - 1};
  }

  int64_t next = 0;
  DenseMap<Operation *, std::pair<int64_t, int64_t>> ranges;
};

/// The ops from the first that touches what is in a buffer to the last. They
/// are in one block: where a loop within repeats an access, the whole loop
/// counts.
struct Lifetime {
  memref::AllocOp buffer;
  Operation *begin = nullptr, *end = nullptr;
};
} // namespace

/// Adds the operands through which `memory`, or a view of it, is read or
/// written; false if it may be in use where they do not show it.
static bool collectAccesses(Value memory,
                            SmallVectorImpl<OpOperand *> &accesses) {
  for (OpOperand &use : memory.getUses()) {
    Operation *user = use.getOwner();
    if (isa<ViewLikeOpInterface>(user)) {
      if (!collectAccesses(user->getResult(0), accesses))
        return false;
    } else if (isa<linalg::LinalgOp, KernelOp, memref::CopyOp, memref::LoadOp,
                   memref::StoreOp>(user)) {
      accesses.push_back(&use);
    } else if (!isa<memref::DimOp>(user)) {
      return false;
    }
  }
  return true;
}

/// True if `view` is all of `buffer`.
static bool isWhole(Value view, memref::AllocOp buffer) {
  auto type = cast<MemRefType>(view.getType());
  return view == buffer ||
         (type.hasStaticShape() && buffer.getType().hasStaticShape() &&
          type.getNumElements() == buffer.getType().getNumElements());
}

/// True if `access` writes every element of `buffer` and reads none.
static bool overwrites(OpOperand &access, memref::AllocOp buffer) {
  auto op = dyn_cast<DestinationStyleOpInterface>(access.getOwner());
  if (!op || !op.isDpsInit(&access) || !isWhole(access.get(), buffer))
    return false;
  auto linalg = dyn_cast<linalg::LinalgOp>(access.getOwner());
  return !linalg || (!linalg.payloadUsesValueFromOperand(&access) &&
                     linalg.getMatchingIndexingMap(&access).isPermutation());
}

/// The block that all accesses are in; each is in, or within, an op of it.
static Block *homeOf(ArrayRef<OpOperand *> accesses) {
  Block *home = accesses.front()->getOwner()->getBlock();
  for (OpOperand *access : accesses)
    while (!home->findAncestorOpInBlock(*access->getOwner()))
      home = home->getParentOp()->getBlock();
  return home;
}

/// When `buffer` is in use; nothing if it may hold something between two turns
/// of a loop.
static std::optional<Lifetime> lifetimeOf(memref::AllocOp buffer,
                                          const Order &order) {
  SmallVector<OpOperand *> accesses;
  if (!collectAccesses(buffer, accesses) || accesses.empty())
    return std::nullopt;
  Block *home = homeOf(accesses);
  Lifetime result{buffer};
  for (OpOperand *access : accesses) {
    Operation *op = home->findAncestorOpInBlock(*access->getOwner());
    if (!result.begin || op->isBeforeInBlock(result.begin))
      result.begin = op;
    if (!result.end || result.end->isBeforeInBlock(op))
      result.end = op;
  }
  if (home == buffer->getBlock())
    return result;
  for (Operation *around = home->getParentOp();
       around->getBlock() != buffer->getBlock(); around = around->getParentOp())
    if (!isa<scf::ForOp>(around))
      return std::nullopt;
  // Each turn begins anew.
  for (OpOperand *access : accesses)
    if (access->getOwner() == result.begin && !overwrites(*access, buffer))
      return std::nullopt;
  return isa<linalg::LinalgOp, KernelOp>(result.begin) ? std::optional(result)
                                                       : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Which buffers can be one
//===----------------------------------------------------------------------===//

/// True if `op` may write to `next` what it computes from the same elements of
/// `previous`, which it does not read later.
static bool worksInPlace(Operation *op, memref::AllocOp previous,
                         memref::AllocOp next) {
  OpOperand *input = nullptr, *output = nullptr;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    Value root = rootOf(operand.get());
    if (root != previous && root != next)
      continue;
    OpOperand *&place = root == previous ? input : output;
    if (place)
      return false;
    place = &operand;
  }
  auto inPlace = cast<DestinationStyleOpInterface>(op);
  if (!input || !output || !inPlace.isDpsInput(input) ||
      !inPlace.isDpsInit(output) ||
      input->get().getType() != output->get().getType() ||
      !isWhole(input->get(), previous) || !isWhole(output->get(), next))
    return false;
  if (auto kernel = dyn_cast<KernelOp>(op))
    return kernel.getName() == "softmax";
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && generic.getMatchingIndexingMap(input).isPermutation() &&
         generic.getMatchingIndexingMap(input) ==
             generic.getMatchingIndexingMap(output);
}

/// The view of the root that `memory` is, or is a part of.
static memref::SubViewOp outermostView(Value memory) {
  memref::SubViewOp result;
  while (Operation *op = memory.getDefiningOp()) {
    auto view = dyn_cast<ViewLikeOpInterface>(op);
    if (!view)
      break;
    result = dyn_cast<memref::SubViewOp>(op);
    memory = view.getViewSource();
  }
  return result;
}

/// The x of an offset `x mod count`, of slots that take turns.
static Value turnOf(memref::SubViewOp slot) {
  auto turn = slot ? dyn_cast<Value>(slot.getMixedOffsets()[0]) : Value();
  auto modulo = turn ? turn.getDefiningOp<arith::RemUIOp>() : nullptr;
  std::optional<int64_t> count =
      modulo ? getConstantIntValue(modulo.getRhs()) : std::nullopt;
  return count && *count > 1 ? modulo.getLhs() : Value();
}

static bool isOneMore(Value a, Value b) {
  auto sum = a.getDefiningOp<arith::AddIOp>();
  return sum && sum.getLhs() == b && isConstantIntValue(sum.getRhs(), 1);
}

/// True if two views of one buffer are a slot and the next one, or parts of
/// them.
static bool areApart(Value a, Value b) {
  Value first = turnOf(outermostView(a)), second = turnOf(outermostView(b));
  return first && second &&
         (isOneMore(first, second) || isOneMore(second, first));
}

static bool sameMemory(memref::AllocOp a, memref::AllocOp b) {
  return a->getBlock() == b->getBlock() && a.getType() == b.getType() &&
         a.getDynamicSizes() == b.getDynamicSizes() &&
         a.getAlignmentAttr() == b.getAlignmentAttr();
}

//===----------------------------------------------------------------------===//
// Where a temporary goes in the end
//===----------------------------------------------------------------------===//

/// The output of `user` that is written at the element at which `input` is
/// read, and not read itself.
static OpOperand *outputBeside(Operation *user, OpOperand *input) {
  if (auto copy = dyn_cast<memref::CopyOp>(user))
    return input == &copy.getSourceMutable() ? &copy.getTargetMutable()
                                             : nullptr;
  auto op = dyn_cast<linalg::GenericOp>(user);
  if (!op || !op.isDpsInput(input))
    return nullptr;
  AffineMap map = op.getMatchingIndexingMap(input);
  if (!map.isPermutation())
    return nullptr;
  for (OpOperand &output : op.getDpsInitsMutable())
    if (op.getMatchingIndexingMap(&output) == map &&
        !op.payloadUsesValueFromOperand(&output) &&
        cast<MemRefType>(output.get().getType()).getShape() ==
            cast<MemRefType>(input->get().getType()).getShape() &&
        cast<MemRefType>(output.get().getType()).isLastDimUnitStride())
      return &output;
  return nullptr;
}

/// True if two values are the same view of the same memory.
static bool sameView(Value a, Value b) {
  if (a == b)
    return true;
  Operation *first = a.getDefiningOp(), *second = b.getDefiningOp();
  return first && second && isa<ViewLikeOpInterface>(first) &&
         OperationEquivalence::isEquivalentTo(
             first, second,
             [](Value p, Value q) { return success(sameView(p, q)); }, nullptr,
             OperationEquivalence::IgnoreLocations);
}

/// True if `op` reads `target` where it writes its element of `buffer`.
static bool readsInPlace(Operation *op, OpOperand &access, Value target,
                         memref::AllocOp buffer) {
  if (!sameView(access.get(), target))
    return false;
  OpOperand *output = outputBeside(op, &access);
  return output && rootOf(output->get()) == buffer;
}

/// True if nothing from `lifetime.begin` on needs what is in `target`, until
/// `lifetime.end` overwrites it.
static bool isFreeMeanwhile(const Lifetime &lifetime, OpOperand *output) {
  Value target = output->get(), root = rootOf(target);
  for (Operation *op = lifetime.begin;; op = op->getNextNode()) {
    WalkResult result = op->walk([&](Operation *inner) {
      if (isa<ViewLikeOpInterface, memref::DimOp>(inner))
        return WalkResult::advance();
      for (OpOperand &access : inner->getOpOperands())
        if (isa<MemRefType>(access.get().getType()) && &access != output &&
            rootOf(access.get()) == root && !areApart(access.get(), target) &&
            !(inner == lifetime.begin &&
              readsInPlace(inner, access, target, lifetime.buffer)))
          return WalkResult::interrupt();
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return false;
    if (op == lifetime.end)
      return true;
  }
}

/// Moves what `value` is computed from before `op`; false if it cannot be.
static bool moveBefore(Value value, Operation *op) {
  Operation *definition = value.getDefiningOp();
  if (!definition || definition->getBlock() != op->getBlock() ||
      definition->isBeforeInBlock(op))
    return true;
  if (!isPure(definition) && !isa<memref::AllocOp>(definition))
    return false;
  for (Value operand : definition->getOperands())
    if (!moveBefore(operand, op))
      return false;
  definition->moveBefore(op);
  return true;
}

/// Lets the temporary be computed where its last reader writes, element by
/// element; returns that memory, or null.
static Value placeAtEnd(Lifetime lifetime) {
  Value buffer = lifetime.buffer;
  if (lifetime.begin == lifetime.end)
    return {};
  OpOperand *input = nullptr;
  for (OpOperand &operand : lifetime.end->getOpOperands())
    if (isa<MemRefType>(operand.get().getType()) &&
        rootOf(operand.get()) == buffer) {
      if (input)
        return {};
      input = &operand;
    }
  OpOperand *output = input ? outputBeside(lifetime.end, input) : nullptr;
  if (!output || rootOf(output->get()) == buffer)
    return {};
  SmallVector<OpOperand *> accesses;
  collectAccesses(buffer, accesses);
  for (OpOperand *access : accesses)
    if (cast<MemRefType>(access->get().getType()).getShape() !=
            cast<MemRefType>(output->get().getType()).getShape() ||
        !isWhole(access->get(), lifetime.buffer))
      return {};
  if (!isFreeMeanwhile(lifetime, output) ||
      !moveBefore(output->get(), lifetime.begin))
    return {};
  Value target = output->get();
  for (OpOperand *access : accesses)
    access->set(target);
  return target;
}

namespace {
struct ReuseBuffers : vellum::impl::ReuseBuffersBase<ReuseBuffers> {
  void runOnOperation() override {
    getOperation()->walk([&](func::FuncOp function) { reuseIn(function); });
  }

  void reuseIn(func::FuncOp function) {
    const Order order(function);
    SmallVector<Lifetime> lifetimes;
    function.walk([&](memref::AllocOp buffer) {
      if (std::optional<Lifetime> lifetime = lifetimeOf(buffer, order)) {
        if (!getenv("NOPLACE") && placeAtEnd(*lifetime)) {
          if (getenv("SAYPLACE"))
            llvm::errs() << "placed " << buffer.getType() << "\n";
          ++placed;
        } else
          lifetimes.push_back(*lifetime);
      }
    });
    llvm::sort(lifetimes, [&](const Lifetime &a, const Lifetime &b) {
      return std::pair(order.first(a.begin), order.first(a.buffer)) <
             std::pair(order.first(b.begin), order.first(b.buffer));
    });
    // Of each buffer that is kept, what was in it last.
    SmallVector<Lifetime> kept;
    for (Lifetime &lifetime : lifetimes) {
      Lifetime *best = nullptr;
      for (Lifetime &before : kept)
        if (follows(before, lifetime, order) &&
            (!best || order.last(best->end) < order.last(before.end)))
          best = &before;
      if (best)
        join(*best, lifetime);
      else
        kept.push_back(lifetime);
    }
  }

  bool follows(const Lifetime &before, const Lifetime &after,
               const Order &order) {
    if (!sameMemory(before.buffer, after.buffer))
      return false;
    if (before.end == after.begin)
      return isa<DestinationStyleOpInterface>(after.begin) &&
             worksInPlace(after.begin, before.buffer, after.buffer);
    return order.last(before.end) < order.first(after.begin);
  }

  /// Both take the memory of the one that is there first.
  void join(Lifetime &before, const Lifetime &after) {
    memref::AllocOp first = before.buffer, second = after.buffer;
    if (second->isBeforeInBlock(first))
      std::swap(first, second);
    if (auto remark =
            remarkPassed(second.getLoc(), "reuse-buffers", topic::kMemory))
      remark << "takes memory that another value no longer needs: " +
                    describeBytes(second.getType());
    second.replaceAllUsesWith(first.getResult());
    second.erase();
    before = {first, before.begin, after.end};
    ++reused;
  }
};
} // namespace
