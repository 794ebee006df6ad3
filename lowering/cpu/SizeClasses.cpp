//===- lowering/cpu/SizeClasses.cpp - which dimensions agree --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/SizeClasses.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

SizeClasses::SizeClasses(Operation *root, SizeClasses *sizes) : known(sizes) {
  root->walk([&](Operation *op) { visit(op); });
}

/// Static dimensions of one size are one class; a value of type index has
/// dimension -1.
unsigned SizeClasses::number(Key key) {
  int64_t size = ShapedType::kDynamic;
  if (key.second >= 0)
    size = cast<RankedTensorType>(key.first.getType()).getDimSize(key.second);
  else if (std::optional<int64_t> known = getConstantIntValue(key.first))
    size = *known;
  if (!ShapedType::isDynamic(size) && !known)
    return number(size);
  auto [entry, isNew] = numbers.try_emplace(key, count);
  if (isNew)
    classes.grow(++count);
  return entry->second;
}

unsigned SizeClasses::number(int64_t size) {
  auto [entry, isNew] = constants.try_emplace(size, count);
  if (isNew)
    classes.grow(++count);
  return entry->second;
}

unsigned SizeClasses::number(OpFoldResult size) {
  if (auto value = dyn_cast<Value>(size))
    return number(Key{value, -1});
  return number(*getConstantIntValue(size));
}

unsigned SizeClasses::of(Value tensor, int64_t dim) {
  return classes.findLeader(number(Key{tensor, dim}));
}

void SizeClasses::transfer(ValueRange from, ValueRange to) {
  for (auto [a, b] : llvm::zip(from, to))
    joinAll(a, b);
}

SmallVector<unsigned> SizeClasses::ofLoops(linalg::LinalgOp op) {
  SmallVector<unsigned> result(op.getNumLoops(), ~0u);
  for (OpOperand &operand : op->getOpOperands())
    for (auto [dim, expr] :
         llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults()))
      if (auto loop = dyn_cast<AffineDimExpr>(expr))
        result[loop.getPosition()] = of(operand.get(), dim);
  return result;
}

/// Joins the dimensions of `a` with those of `b` after its first `offset`.
void SizeClasses::joinAll(Value a, Value b, int64_t offset) {
  auto type = dyn_cast<RankedTensorType>(a.getType());
  for (int64_t dim = 0; type && dim < type.getRank(); ++dim)
    join({a, dim}, {b, dim + offset});
}

void SizeClasses::visitScan(ScanOp scan) {
  YieldOp yield = scan.getYield();
  for (auto [init, carry, next, final] :
       llvm::zip(scan.getInits(), scan.getCarries(), yield.getCarried(),
                 scan.getFinals())) {
    joinAll(carry, init);
    joinAll(carry, next);
    joinAll(carry, final);
  }
  SmallVector<Value> stacks(scan.getInputs());
  llvm::append_range(stacks, scan.getStacks());
  for (auto [slice, input] : llvm::zip(scan.getSlices(), scan.getInputs()))
    joinAll(slice, input, 1);
  for (auto [emitted, stack] : llvm::zip(yield.getEmitted(), scan.getStacks()))
    joinAll(emitted, stack, 1);
  for (Value stack : stacks) {
    join({stack, 0}, {stacks[0], 0});
    if (scan.getLength())
      joinSize({stack, 0}, scan.getLength());
  }
}

void SizeClasses::visitLinalg(linalg::LinalgOp op) {
  SmallVector<std::optional<Key>> first(op.getNumLoops());
  for (OpOperand &operand : op->getOpOperands())
    for (auto [dim, expr] :
         llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults())) {
      auto loop = dyn_cast<AffineDimExpr>(expr);
      if (!loop || !isa<RankedTensorType>(operand.get().getType()))
        continue;
      Key key{operand.get(), dim};
      std::optional<Key> &known = first[loop.getPosition()];
      if (known)
        join(*known, key);
      known = key;
    }
}

void SizeClasses::joinSize(Key key, OpFoldResult size) {
  if (!known)
    classes.join(number(key), number(size));
}

void SizeClasses::joinSizes(Value tensor, ArrayRef<OpFoldResult> sizes) {
  for (auto [dim, size] : llvm::enumerate(sizes))
    joinSize({tensor, dim}, size);
}

/// A dimension of which all is taken stays what it is.
void SizeClasses::visitSlice(tensor::ExtractSliceOp slice) {
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  SmallVector<OpFoldResult> sizes, offsets = slice.getMixedOffsets();
  int64_t dim = 0;
  for (auto [i, size] : llvm::enumerate(slice.getMixedSizes())) {
    if (dropped.test(i))
      continue;
    sizes.push_back(size);
    if (known && isZeroInteger(offsets[i]) &&
        known->of(size) == known->of(slice.getSource(), i))
      join({slice.getSource(), i}, {slice.getResult(), dim});
    ++dim;
  }
  joinSizes(slice.getResult(), sizes);
}

void SizeClasses::visitSlice(tensor::InsertSliceOp slice) {
  joinAll(slice.getResult(), slice.getDest());
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  SmallVector<OpFoldResult> sizes, offsets = slice.getMixedOffsets();
  int64_t dim = 0;
  for (auto [i, size] : llvm::enumerate(slice.getMixedSizes())) {
    if (dropped.test(i))
      continue;
    sizes.push_back(size);
    if (known && isZeroInteger(offsets[i]) &&
        known->of(size) == known->of(slice.getDest(), i))
      join({slice.getDest(), i}, {slice.getSource(), dim});
    ++dim;
  }
  joinSizes(slice.getSource(), sizes);
}

void SizeClasses::visit(Operation *op) {
  if (auto scan = dyn_cast<ScanOp>(op))
    return visitScan(scan);
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    visitLinalg(structured);
  if (auto style = dyn_cast<DestinationStyleOpInterface>(op))
    for (OpResult result : op->getResults())
      joinAll(result, style.getTiedOpOperand(result)->get());
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](tensor::DimOp dim) {
        if (std::optional<int64_t> number = dim.getConstantIndex())
          joinSize({dim.getSource(), *number}, dim.getResult());
      })
      .Case([&](tensor::EmptyOp empty) {
        joinSizes(empty, empty.getMixedSizes());
      })
      .Case([&](tensor::SplatOp splat) {
        SmallVector<OpFoldResult> sizes;
        auto dynamic = splat.getDynamicSizes().begin();
        for (int64_t size : splat.getType().getShape())
          sizes.push_back(ShapedType::isDynamic(size)
                              ? OpFoldResult(*dynamic++)
                              : OpFoldResult(OpBuilder(op).getIndexAttr(size)));
        joinSizes(splat, sizes);
      })
      .Case([&](tensor::CastOp cast) {
        joinAll(cast.getResult(), cast.getSource());
      })
      .Case<tensor::InsertSliceOp, tensor::ExtractSliceOp>(
          [&](auto slice) { visitSlice(slice); })
      .Case([&](tensor::ExpandShapeOp expand) {
        joinSizes(expand.getResult(), expand.getMixedOutputShape());
        for (auto [dim, group] :
             llvm::enumerate(expand.getReassociationIndices()))
          joinGroup(expand.getResult(), group, expand.getSrc(), dim);
      })
      .Case([&](tensor::CollapseShapeOp collapse) {
        for (auto [dim, group] :
             llvm::enumerate(collapse.getReassociationIndices()))
          joinGroup(collapse.getSrc(), group, collapse.getResult(), dim);
      })
      .Case([&](KernelOp kernel) { visitKernel(kernel); });
}

/// Of dimensions that one stands for, the only one that is not 1 equals it.
void SizeClasses::joinGroup(Value grouped, ArrayRef<int64_t> group, Value joint,
                            int64_t dim) {
  auto type = cast<RankedTensorType>(grouped.getType());
  auto counts = llvm::make_filter_range(
      group, [&](int64_t i) { return type.getDimSize(i) != 1; });
  if (llvm::range_size(counts) == 1)
    join({grouped, *counts.begin()}, {joint, dim});
}

/// Kernels on rows: the leading dimensions of all operands agree.
void SizeClasses::visitKernel(KernelOp kernel) {
  if (kernel.getName() == "transpose") {
    for (int64_t dim : {0, 1})
      join({kernel.getInputs()[0], dim}, {kernel.getOutputs()[0], 1 - dim});
    return;
  }
  SmallVector<Value> operands(kernel.getInputs());
  llvm::append_range(operands, kernel.getOutputs());
  for (Value operand : operands) {
    int64_t rank = cast<RankedTensorType>(operand.getType()).getRank();
    if (rank == cast<RankedTensorType>(operands[0].getType()).getRank())
      for (int64_t dim = 0; dim + 1 < rank; ++dim)
        join({operand, dim}, {operands[0], dim});
  }
}
