//===- lowering/cpu/MemoryParts.cpp - rows of memory ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/MemoryParts.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "dialect/Shapes.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

namespace {
/// All of a memref but in its first dimension.
struct Rows {
  Rows(OpBuilder &b, Location loc, Value memory, OpFoldResult first,
       OpFoldResult count)
      : sizes(memref::getMixedSizes(b, loc, memory)),
        offsets(sizes.size(), b.getIndexAttr(0)),
        strides(sizes.size(), b.getIndexAttr(1)) {
    offsets[0] = first;
    sizes[0] = count;
  }

  SmallVector<OpFoldResult> sizes, offsets, strides;
};
} // namespace

Value vellum::cpu::rowOf(OpBuilder &b, Location loc, Value memory,
                         OpFoldResult at, ArrayRef<int64_t> shape) {
  Rows row(b, loc, memory, at, b.getIndexAttr(1));
  // The sizes of memory that was taken just now fold to numbers, also those
  // that the row's type does not know.
  for (auto [size, known] : llvm::zip_equal(row.sizes, withFirst(1, shape)))
    if (ShapedType::isDynamic(known))
      size = getValueOrCreateConstantIndexOp(b, loc, size);
  MemRefType type = memref::SubViewOp::inferRankReducedResultType(
      shape, cast<MemRefType>(memory.getType()), row.offsets, row.sizes,
      row.strides);
  return memref::SubViewOp::create(b, loc, type, memory, row.offsets, row.sizes,
                                   row.strides);
}

Value vellum::cpu::rowsOf(OpBuilder &b, Location loc, Value memory,
                          OpFoldResult first, OpFoldResult count) {
  Rows rows(b, loc, memory, first, count);
  return memref::SubViewOp::create(b, loc, memory, rows.offsets, rows.sizes,
                                   rows.strides);
}

Value vellum::cpu::oddLines(OpBuilder &b, Location loc, OpFoldResult columns) {
  auto number = [&](int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  Value width = getValueOrCreateConstantIndexOp(b, loc, columns);
  Value line = number(16);
  Value lines = b.createOrFold<arith::CeilDivUIOp>(loc, width, line);
  Value odd = b.createOrFold<arith::OrIOp>(loc, lines, number(1));
  return b.createOrFold<arith::MulIOp>(loc, odd, line);
}

Value vellum::cpu::takeMemory(OpBuilder &b, Location loc, Type element,
                              ArrayRef<OpFoldResult> sizes, bool spread) {
  SmallVector<OpFoldResult> padded(sizes);
  if (spread)
    padded.back() = getAsOpFoldResult(oddLines(b, loc, sizes.back()));
  auto [shape, dynamic] = decomposeMixedValues(padded);
  Value memory =
      memref::AllocOp::create(b, loc, MemRefType::get(shape, element), dynamic);
  if (!spread)
    return memory;
  SmallVector<OpFoldResult> first(sizes.size(), b.getIndexAttr(0)),
      steps(sizes.size(), b.getIndexAttr(1));
  return memref::SubViewOp::create(b, loc, memory, first, sizes, steps);
}

Value vellum::cpu::asTensor(OpBuilder &b, Location loc, Value memory, Type type,
                            bool writable) {
  Value tensor = bufferization::ToTensorOp::create(
      b, loc, memref::getTensorTypeFromMemRefType(memory.getType()), memory,
      /*restrict=*/true, writable);
  return tensor.getType() == type
             ? tensor
             : tensor::CastOp::create(b, loc, type, tensor).getResult();
}

Value vellum::cpu::asWritableTensor(OpBuilder &b, Location loc, Value memory) {
  auto type = cast<MemRefType>(memory.getType());
  return bufferization::ToTensorOp::create(
      b, loc, RankedTensorType::get(type.getShape(), type.getElementType()),
      memory, /*restrict=*/true, /*writable=*/true);
}

void vellum::cpu::writeTo(OpBuilder &b, Location loc, Value tensor,
                          Value memory) {
  auto write = bufferization::MaterializeInDestinationOp::create(
      b, loc, Type(), tensor, memory);
  write.setRestrict(true);
  write.setWritable(true);
}

/// True for an op on elements of tensors, which may be in memory that is
/// written in between.
static bool readsTensors(Operation *op) {
  return !isa<tensor::DimOp>(op) &&
         llvm::any_of(op->getOperandTypes(),
                      [](Type type) { return isa<TensorType>(type); });
}

bool vellum::cpu::moveBefore(Value value, Operation *op) {
  Operation *definition = value.getDefiningOp();
  if (!definition || definition->getBlock() != op->getBlock() ||
      definition->isBeforeInBlock(op))
    return true;
  if (definition == op || readsTensors(definition) ||
      (!isPure(definition) && !isa<memref::AllocOp>(definition)))
    return false;
  for (Value operand : definition->getOperands())
    if (!moveBefore(operand, op))
      return false;
  definition->moveBefore(op);
  return true;
}

/// How many operands of `op` are `root` or a view of it.
static int64_t countUses(Operation *op, Value root) {
  return llvm::count_if(op->getOperands(), [&](Value operand) {
    return isa<MemRefType>(operand.getType()) && rootOf(operand) == root;
  });
}

linalg::FillOp vellum::cpu::fillBefore(Operation *op, Value memory) {
  const Value root = rootOf(memory);
  if (countUses(op, root) != 1)
    return {};
  for (Operation *before = op->getPrevNode(); before;
       before = before->getPrevNode()) {
    auto fill = dyn_cast<linalg::FillOp>(before);
    if (fill && fill.getDpsInits()[0] == memory)
      return fill;
    if ((before->getNumRegions() && !isa<linalg::LinalgOp>(before)) ||
        (!isa<ViewLikeOpInterface>(before) && countUses(before, root)))
      break;
  }
  return {};
}
