//===- dialect/ScanRewrite.cpp - scans with other results -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/ScanRewrite.h"

using namespace mlir;
using namespace vellum;

unsigned vellum::emitFromScan(ScanOp scan, Value value) {
  YieldOp yield = scan.getYield();
  auto known = llvm::find(yield.getEmitted(), value);
  unsigned number = std::distance(yield.getEmitted().begin(), known);
  if (known == yield.getEmitted().end())
    yield.getEmittedMutable().append(value);
  return number;
}

/// The values whose position is not in `dropped`.
static SmallVector<Value> keep(ValueRange values,
                               const llvm::BitVector &dropped) {
  SmallVector<Value> kept;
  for (auto [number, value] : llvm::enumerate(values))
    if (number >= dropped.size() || !dropped[number])
      kept.push_back(value);
  return kept;
}

/// Moves the body of `from` to the end of the builder's block and takes its
/// yield off.
static ScanStep moveBody(OpBuilder &builder, ScanOp from,
                         const llvm::BitVector &dropped, ValueRange slices,
                         ValueRange carries) {
  Block *to = builder.getInsertionBlock();
  from.getStep().replaceAllUsesWith(to->getArgument(0));
  for (auto [old, slice] : llvm::zip_equal(from.getSlices(), slices))
    old.replaceAllUsesWith(slice);
  SmallVector<Value> arguments = keep(ValueRange(from.getCarries()), dropped);
  for (auto [old, carry] : llvm::zip_equal(arguments, carries))
    old.replaceAllUsesWith(carry);
  YieldOp yield = from.getYield();
  ScanStep step{keep(yield.getCarried(), dropped),
                llvm::to_vector(yield.getEmitted())};
  yield.erase();
  to->getOperations().splice(to->end(), from.getBodyBlock()->getOperations());
  return step;
}

ScanOp vellum::rebuildScan(ScanOp scan, const llvm::BitVector &dropped) {
  OpBuilder builder(scan);
  auto rebuilt = ScanOp::create(
      builder, scan.getLoc(), scan.getInputs(), keep(scan.getInits(), dropped),
      scan.getLength(), scan.getLengths(), scan.getReverse(),
      [&](OpBuilder &body, Location, Value, ValueRange slices,
          ValueRange carries) {
        return moveBody(body, scan, dropped, slices, carries);
      });
  rebuilt.setCheckpointAttr(scan.getCheckpointAttr());
  rebuilt->setDiscardableAttrs(scan->getDiscardableAttrDictionary());
  SmallVector<Value> finals = keep(scan.getFinals(), dropped);
  for (auto [result, old] : llvm::zip(rebuilt.getFinals(), finals))
    result.setType(old.getType());
  for (auto [result, old] : llvm::zip(rebuilt.getStacks(), scan.getStacks()))
    result.setType(old.getType());
  return rebuilt;
}
