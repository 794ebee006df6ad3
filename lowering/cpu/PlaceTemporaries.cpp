//===- lowering/cpu/PlaceTemporaries.cpp - temporaries where they end -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "lowering/Remarks.h"
#include "lowering/buffers/BufferLifetimes.h"
#include "lowering/buffers/Liveness.h"
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

/// True if `op` reads `target` where it writes its element of `buffer`.
static bool readsInPlace(Operation *op, OpOperand &access, Value target,
                         memref::AllocOp buffer) {
  if (!isSameView(access.get(), target))
    return false;
  OpOperand *output = outputBeside(op, &access);
  return output && rootOf(output->get()) == buffer;
}

/// True if nothing from `lifetime.begin` on needs what is in the memory behind
/// `output`, until `lifetime.end` overwrites it.
static bool isFreeMeanwhile(const BufferLifetime &lifetime, OpOperand &output) {
  Operation *begin = lifetime.begin;
  return PlaceLiveness(output).isFreeFrom(begin, [&](OpOperand &read) {
    return readsInPlace(begin, read, output.get(), lifetime.buffer);
  });
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
  SmallVector<MemoryAccess> accesses;
  collectAccesses(buffer, accesses);
  for (const MemoryAccess &access : accesses)
    if (!isWhole(access.operand->get(), lifetime.buffer) ||
        !canBe(target, *access.operand))
      return false;
  if (!isFreeMeanwhile(lifetime, *output) ||
      !moveBefore(target, lifetime.begin))
    return false;
  for (const MemoryAccess &access : accesses)
    access.operand->set(target);
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
