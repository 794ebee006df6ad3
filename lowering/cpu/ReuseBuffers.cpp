//===- lowering/cpu/ReuseBuffers.cpp - memory for one after the other -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include "lowering/Remarks.h"
#include "lowering/buffers/BufferLifetimes.h"
#include "lowering/cpu/CpuOps.h"
#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_REUSEBUFFERS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-reuse-buffers"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

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
} // namespace

/// True if `op` may write to `next` what it computes from the same elements of
/// `previous`, which it does not read later.
static bool worksInPlace(Operation *op, memref::AllocOp previous,
                         memref::AllocOp next) {
  OpOperand *input = onlyUse(op, previous), *output = onlyUse(op, next);
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

static bool sameMemory(memref::AllocOp a, memref::AllocOp b) {
  return a->getBlock() == b->getBlock() && a.getType() == b.getType() &&
         a.getDynamicSizes() == b.getDynamicSizes() &&
         a.getAlignmentAttr() == b.getAlignmentAttr();
}

namespace {
struct ReuseBuffers : vellum::impl::ReuseBuffersBase<ReuseBuffers> {
  void runOnOperation() override {
    getOperation()->walk([&](func::FuncOp function) { reuseIn(function); });
  }

  void reuseIn(func::FuncOp function) {
    const Order order(function);
    SmallVector<BufferLifetime> lifetimes;
    function.walk([&](memref::AllocOp buffer) {
      if (std::optional<BufferLifetime> lifetime = lifetimeOf(buffer))
        lifetimes.push_back(*lifetime);
    });
    llvm::sort(lifetimes,
               [&](const BufferLifetime &a, const BufferLifetime &b) {
                 return std::pair(order.first(a.begin), order.first(a.buffer)) <
                        std::pair(order.first(b.begin), order.first(b.buffer));
               });
    // Of each buffer that is kept, what was in it last.
    SmallVector<BufferLifetime> kept;
    for (BufferLifetime &lifetime : lifetimes) {
      BufferLifetime *best = nullptr;
      for (BufferLifetime &before : kept)
        if (follows(before, lifetime, order) &&
            (!best || order.last(best->end) < order.last(before.end)))
          best = &before;
      if (best)
        join(*best, lifetime);
      else
        kept.push_back(lifetime);
    }
  }

  bool follows(const BufferLifetime &before, const BufferLifetime &after,
               const Order &order) {
    if (!sameMemory(before.buffer, after.buffer))
      return false;
    if (before.end == after.begin)
      return isa<DestinationStyleOpInterface>(after.begin) &&
             worksInPlace(after.begin, before.buffer, after.buffer);
    return order.last(before.end) < order.first(after.begin);
  }

  /// Both take the memory of the one that is there first.
  void join(BufferLifetime &before, const BufferLifetime &after) {
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
