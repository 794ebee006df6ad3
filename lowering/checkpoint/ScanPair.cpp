//===- lowering/checkpoint/ScanPair.cpp - a scan and its adjoint ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/checkpoint/ScanPair.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "lowering/LoopSizes.h"

using namespace mlir;
using namespace vellum;

/// Lets those who ask a stack for a size have it from elsewhere.
static void resolveStackSizes(ScanOp scan) {
  OpBuilder builder(scan);
  LoopSizes sizes(builder, scan);
  for (Value stack : scan.getStacks())
    for (Operation *user : llvm::make_early_inc_range(stack.getUsers())) {
      auto dim = dyn_cast<tensor::DimOp>(user);
      std::optional<int64_t> number =
          dim ? dim.getConstantIndex() : std::nullopt;
      OpFoldResult size = number ? sizes.sizeOf(stack, *number) : nullptr;
      if (!size)
        continue;
      dim.replaceAllUsesWith(
          getValueOrCreateConstantIndexOp(builder, dim.getLoc(), size));
      dim.erase();
    }
}

/// The scan in the other direction that reads `stack` as an input, if that is
/// all that is done with it.
static ScanOp onlyReader(ScanOp scan, Value stack) {
  ScanOp reader;
  for (OpOperand &use : stack.getUses()) {
    auto user = dyn_cast<ScanOp>(use.getOwner());
    if (!user || use.getOperandNumber() >= user.getInputs().size() ||
        user->getBlock() != scan->getBlock() || user.getLengths() ||
        user.getReverse() == scan.getReverse() || (reader && reader != user))
      return {};
    reader = user;
  }
  return reader;
}

/// The pair of `scan`. One that has several readers is paired with the first.
static ScanPair pairOf(ScanOp scan) {
  const unsigned count = scan.getStacks().size();
  ScanPair pair{scan, {}, llvm::BitVector(count), llvm::BitVector(count)};
  for (auto [number, stack] : llvm::enumerate(scan.getStacks())) {
    ScanOp reader = onlyReader(scan, stack);
    if (!pair.reverse)
      pair.reverse = reader;
    pair.saved[number] = reader && reader == pair.reverse;
    pair.shared[number] = !pair.saved[number] && !stack.use_empty();
  }
  return pair;
}

SmallVector<ScanPair> vellum::findScanPairs(Block &block) {
  SmallVector<ScanPair> pairs;
  llvm::SmallPtrSet<Operation *, 8> paired;
  for (ScanOp scan : block.getOps<ScanOp>()) {
    if (scan.getLengths() || paired.contains(scan))
      continue;
    resolveStackSizes(scan);
    ScanPair pair = pairOf(scan);
    if (pair.saved.any() && paired.insert(pair.reverse).second)
      pairs.push_back(pair);
  }
  return pairs;
}
