//===- lowering/cpu/OperandCopy.cpp - operands of each head ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/OperandCopy.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "lowering/cpu/KernelCalls.h"
#include "lowering/cpu/MemoryParts.h"
#include "lowering/cpu/Products.h"

using namespace mlir;
using namespace vellum::cpu;

//===----------------------------------------------------------------------===//
// Which operands
//===----------------------------------------------------------------------===//

AffineMap OperandCopy::map() const {
  auto product = cast<linalg::GenericOp>(operand->getOwner());
  MLIRContext *context = product.getContext();
  SmallVector<AffineExpr> results;
  for (unsigned loop : loops)
    results.push_back(getAffineDimExpr(loop, context));
  return AffineMap::get(product.getNumLoops(), 0, results, context);
}

/// True if the rows that a kernel reads follow each other already.
static bool hasRowsTogether(RankedTensorType type, int64_t rows,
                            int64_t columns) {
  if (columns != type.getRank() - 1)
    return false;
  return llvm::all_of(type.getShape().slice(rows + 1, columns - rows - 1),
                      [](int64_t size) { return size == 1; });
}

/// True if rows of the operand run along the dimension summed over, for dot
/// products that are so long that they need no transposed copy.
static bool hasLongDots(RankedTensorType type, int64_t rows) {
  return rows == type.getRank() - 1 &&
         (type.isDynamicDim(rows) || type.getDimSize(rows) >= longDot);
}

std::optional<OperandCopy> vellum::cpu::wantedCopy(const ScoreUsers &users,
                                                   Operation *op) {
  if (!users.isOwnProduct(op))
    return std::nullopt;
  auto product = cast<linalg::GenericOp>(op);
  ProductDims dims = *sortProductDims(product);
  AffineMap out = product.getIndexingMapsArray().back();
  unsigned last = out.getDimPosition(out.getNumResults() - 1);
  bool isRight = llvm::is_contained(dims.columns, last);
  ArrayRef<unsigned> columns = isRight ? dims.columns : dims.rows;
  OperandCopy copy{product.getDpsInputOperand(isRight), {}, {}, false};
  AffineMap map = product.getMatchingIndexingMap(copy.operand);
  auto type = dyn_cast<RankedTensorType>(copy.operand->get().getType());
  Positions at = users.of(*copy.operand);
  if (columns != ArrayRef(last) || dims.summed.size() != 1 || !type ||
      type.getRank() != int64_t(at.size()) || !type.getElementType().isF32() ||
      users.contains(copy.operand->get().getDefiningOp()))
    return std::nullopt;
  for (int64_t dim : ArrayRef(at).drop_back(2))
    copy.loops.push_back(map.getDimPosition(dim));
  copy.loops.append({dims.summed[0], last});
  for (unsigned loop : copy.loops)
    copy.dims.push_back(
        *map.getResultPosition(getAffineDimExpr(loop, op->getContext())));
  int64_t rows = copy.dims[copy.dims.size() - 2];
  copy.perBlock = at[at.size() - 2] >= 0;
  if (hasRowsTogether(type, rows, copy.dims.back()) ||
      hasLongDots(type, rows) ||
      (copy.perBlock &&
       (rows != at[at.size() - 2] || copy.dims.back() != type.getRank() - 1)))
    return std::nullopt;
  return copy;
}

//===----------------------------------------------------------------------===//
// Copying
//===----------------------------------------------------------------------===//

namespace {
/// One sample's, or head's, part of a tensor or memory: two of its dimensions.
struct Part {
  Part(OpBuilder &b, ArrayRef<OpFoldResult> all)
      : offsets(all.size(), b.getIndexAttr(0)), sizes(all),
        steps(all.size(), b.getIndexAttr(1)) {}

  void pick(OpBuilder &b, int64_t dim, OpFoldResult at) {
    offsets[dim] = at;
    sizes[dim] = b.getIndexAttr(1);
  }

  SmallVector<OpFoldResult> offsets, sizes, steps;
};
} // namespace

/// Copies one sample's part of `source` to its place in `memory`.
static void copyPart(OpBuilder &b, Location loc, const OperandCopy &copy,
                     const Part &from, const Part &to, Value memory) {
  Value source = copy.operand->get();
  auto type = cast<RankedTensorType>(source.getType());
  int64_t rows = copy.dims[copy.dims.size() - 2], columns = copy.dims.back();
  SmallVector<int64_t> shape{type.getDimSize(rows), type.getDimSize(columns)};
  auto place =
      memref::SubViewOp::create(b, loc,
                                memref::SubViewOp::inferRankReducedResultType(
                                    shape, cast<MemRefType>(memory.getType()),
                                    to.offsets, to.sizes, to.steps),
                                memory, to.offsets, to.sizes, to.steps);
  bool transposed = rows > columns;
  if (transposed)
    std::swap(shape[0], shape[1]);
  Value part = tensor::ExtractSliceOp::create(
      b, loc, RankedTensorType::get(shape, type.getElementType()), source,
      from.offsets, from.sizes, from.steps);
  Value target = asWritableTensor(b, loc, place);
  auto kernel =
      KernelOp::create(b, loc, target.getType(),
                       transposed ? "transpose" : "copy", part, {}, target);
  writeTo(b, loc, kernel.getResult(0), place);
}

Value vellum::cpu::copyOperand(OpBuilder &b, Location loc,
                               const OperandCopy &copy) {
  Value source = copy.operand->get();
  auto type = cast<RankedTensorType>(source.getType());
  SmallVector<OpFoldResult> all = tensor::getMixedSizes(b, loc, source), sizes;
  for (int64_t dim : copy.dims)
    sizes.push_back(all[dim]);
  Value memory = takeMemory(b, loc, type.getElementType(), sizes,
                            type.isDynamicDim(copy.dims.back()));
  ArrayRef<OpFoldResult> samples = ArrayRef(sizes).drop_back(2);
  auto loop = createTileLoop(b, loc, countPositions(b, loc, samples));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Part from(b, all), to(b, sizes);
    for (auto [dim, at] : llvm::enumerate(
             positionAt(b, loc, loop.getInductionVar(0), samples))) {
      from.pick(b, copy.dims[dim], at);
      to.pick(b, dim, at);
    }
    copyPart(b, loc, copy, from, to, memory);
  }
  SmallVector<int64_t> shape;
  for (int64_t dim : copy.dims)
    shape.push_back(type.getDimSize(dim));
  return bufferization::ToTensorOp::create(
      b, loc, RankedTensorType::get(shape, type.getElementType()), memory,
      /*restrict=*/true, /*writable=*/false);
}
