//===- lowering/cpu/PlaceTemporaries.cpp - temporaries where they end -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "lowering/Remarks.h"
#include "lowering/cpu/BufferLifetimes.h"
#include "lowering/cpu/CpuOps.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/MemoryParts.h"

namespace vellum {
#define GEN_PASS_DEF_PLACETEMPORARIES
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-place-temporaries"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

//===----------------------------------------------------------------------===//
// Slots that take turns
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Where a temporary goes in the end
//===----------------------------------------------------------------------===//

/// True if two memories have elements of one type, and as many.
static bool holdSame(Value a, Value b) {
  auto first = cast<MemRefType>(a.getType()),
       second = cast<MemRefType>(b.getType());
  return first.getElementType() == second.getElementType() &&
         first.getShape() == second.getShape();
}

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
        holdSame(output.get(), input->get()))
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
static bool isFreeMeanwhile(const BufferLifetime &lifetime, OpOperand *output) {
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

/// True if `access` would do with `target`.
static bool canBe(Value target, OpOperand &access) {
  auto type = cast<MemRefType>(target.getType());
  auto kernel = dyn_cast<KernelOp>(access.getOwner());
  return holdSame(access.get(), target) && type.isLastDimUnitStride() &&
         (!kernel || kernel.takes(type));
}

/// Lets the temporary be computed where its last reader writes, element by
/// element; false if that memory is not free.
static bool placeAtEnd(BufferLifetime lifetime) {
  Value buffer = lifetime.buffer;
  if (lifetime.begin == lifetime.end)
    return false;
  OpOperand *input = onlyUse(lifetime.end, buffer);
  OpOperand *output = input ? outputBeside(lifetime.end, input) : nullptr;
  if (!output || rootOf(output->get()) == buffer)
    return false;
  Value target = output->get();
  SmallVector<OpOperand *> accesses, others;
  collectAccesses(buffer, accesses);
  for (OpOperand *access : accesses)
    if (!isWhole(access->get(), lifetime.buffer) || !canBe(target, *access))
      return false;
  if (!collectAccesses(rootOf(target), others) ||
      !isFreeMeanwhile(lifetime, output) || !moveBefore(target, lifetime.begin))
    return false;
  for (OpOperand *access : accesses)
    access->set(target);
  return true;
}

/// Erases `op` and the views of it that nobody uses any more.
static void eraseUnused(Operation *op) {
  for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
    if (isa<ViewLikeOpInterface>(user))
      eraseUnused(user);
  if (op->use_empty())
    op->erase();
}

namespace {
struct PlaceTemporaries : vellum::impl::PlaceTemporariesBase<PlaceTemporaries> {
  void runOnOperation() override {
    SmallVector<memref::AllocOp> buffers;
    getOperation()->walk(
        [&](memref::AllocOp buffer) { buffers.push_back(buffer); });
    for (memref::AllocOp buffer : buffers) {
      std::optional<BufferLifetime> lifetime = lifetimeOf(buffer);
      if (!lifetime || !placeAtEnd(*lifetime))
        continue;
      if (auto remark = remarkPassed(buffer.getLoc(), "place-temporaries",
                                     topic::kMemory))
        remark << "computed where the last to read it writes: " +
                      describeBytes(buffer.getType());
      eraseUnused(buffer);
      ++placed;
    }
  }
};
} // namespace
