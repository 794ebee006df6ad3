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

namespace {
/// One side of a copy: where each loop's position goes.
struct Side {
  Side(OpBuilder &b, Location loc, Value memory, AffineMap map)
      : data(b, loc, memory), map(map) {}

  int64_t dimOf(unsigned loop) const {
    return *map.getResultPosition(getAffineDimExpr(loop, map.getContext()));
  }
  Value pointer(OpBuilder &b, Location loc, ArrayRef<unsigned> loops,
                ValueRange indices) const {
    SmallVector<int64_t> dims;
    SmallVector<Value> values;
    for (auto [loop, index] : llvm::zip(loops, indices))
      if (map.isFunctionOfDim(loop)) {
        dims.push_back(dimOf(loop));
        values.push_back(index);
      }
    return data.pointer(b, loc, dims, values);
  }

  Strided data;
  AffineMap map;
};
} // namespace

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
  Side from(b, loc, source, fromMap), to(b, loc, target, toMap);
  SmallVector<unsigned> loops;
  SmallVector<OpFoldResult> sizes;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (loop != *row && loop != *column) {
      loops.push_back(loop);
      sizes.push_back(to.data.sizes[to.dimOf(loop)]);
    }
  buildLoops(b, loc, sizes, [&](OpBuilder &, ValueRange indices) {
    callKernel(b, loc, "transpose",
               {asI64(b, loc, to.data.sizes.back()),
                asI64(b, loc, from.data.sizes.back()),
                from.pointer(b, loc, loops, indices),
                asI64(b, loc, from.data.strides[from.dimOf(*column)]),
                to.pointer(b, loc, loops, indices),
                asI64(b, loc, to.data.strides[to.dimOf(*row)])});
  });
  return true;
}
