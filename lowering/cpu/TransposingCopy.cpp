//===- lowering/cpu/TransposingCopy.cpp - copies in another order ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/TransposingCopy.h"

#include "lowering/cpu/KernelCalls.h"
#include "lowering/cpu/LoopOrder.h"

using namespace mlir;
using namespace vellum::cpu;

/// The loop that a memory's last dimension runs along, if that is contiguous.
static std::optional<unsigned> contiguousLoop(Value memory, AffineMap map) {
  auto type = dyn_cast<MemRefType>(memory.getType());
  if (!type || !type.getElementType().isF32() || !map.getNumResults() ||
      !type.isLastDimUnitStride())
    return std::nullopt;
  auto last = dyn_cast<AffineDimExpr>(map.getResults().back());
  return last ? std::optional(last.getPosition()) : std::nullopt;
}

static bool isCopy(linalg::GenericOp op) {
  Block *body = op.getBody();
  return op.getNumDpsInputs() == 1 && op.getNumDpsInits() == 1 &&
         llvm::hasSingleElement(*body) && op.getNumReductionLoops() == 0 &&
         body->getTerminator()->getOperand(0) == body->getArgument(0) &&
         llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
           return map.isProjectedPermutation();
         });
}

bool vellum::cpu::writeTransposingCopy(linalg::GenericOp op, OpBuilder &b) {
  if (!isCopy(op))
    return false;
  AffineMap fromMap = op.getIndexingMapsArray()[0],
            toMap = op.getIndexingMapsArray()[1];
  Value source = op.getInputs()[0], target = op.getDpsInits()[0];
  std::optional<unsigned> row = contiguousLoop(source, fromMap),
                          column = contiguousLoop(target, toMap);
  if (!row || !column || *row == *column || !fromMap.isFunctionOfDim(*column))
    return false;
  Location loc = op.getLoc();
  MappedMemref from(b, loc, source, fromMap), to(b, loc, target, toMap);
  SmallVector<unsigned> loops;
  SmallVector<OpFoldResult> sizes;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (loop != *row && loop != *column) {
      loops.push_back(loop);
      sizes.push_back(to.size(loop));
    }
  buildLoops(b, loc, sizes, [&](OpBuilder &, ValueRange indices) {
    callKernel(b, loc, "transpose",
               {asI64(b, loc, to.size(*column)), asI64(b, loc, from.size(*row)),
                from.pointer(b, loc, loops, indices),
                asI64(b, loc, from.stride(*column)),
                to.pointer(b, loc, loops, indices),
                asI64(b, loc, to.stride(*row))});
  });
  return true;
}
