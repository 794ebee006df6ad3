//===- lowering/buffers/MemoryRanges.cpp - which parts views are ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/buffers/MemoryRanges.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace vellum;

Value vellum::rootOf(Value memory) {
  return memref::skipViewLikeOps(cast<MemrefValue>(memory));
}

bool vellum::isSameView(Value a, Value b) {
  if (a == b)
    return true;
  Operation *first = a.getDefiningOp(), *second = b.getDefiningOp();
  return first && second && isa<ViewLikeOpInterface>(first) &&
         OperationEquivalence::isEquivalentTo(
             first, second,
             [](Value p, Value q) { return success(isSameView(p, q)); },
             nullptr, OperationEquivalence::IgnoreLocations);
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

namespace {
/// `base + constant`; a null base is 0.
struct Sum {
  Value base;
  int64_t constant = 0;
};
} // namespace

static Sum sumOf(OpFoldResult number) {
  if (std::optional<int64_t> constant = getConstantIntValue(number))
    return {Value(), *constant};
  auto value = cast<Value>(number);
  auto add = value.getDefiningOp<arith::AddIOp>();
  auto subtract = value.getDefiningOp<arith::SubIOp>();
  if (!add && !subtract)
    return {value};
  Value lhs = value.getDefiningOp()->getOperand(0),
        rhs = value.getDefiningOp()->getOperand(1);
  if (add && getConstantIntValue(lhs))
    std::swap(lhs, rhs);
  std::optional<int64_t> constant = getConstantIntValue(rhs);
  if (!constant)
    return {value};
  Sum sum = sumOf(lhs);
  sum.constant += add ? *constant : -*constant;
  return sum;
}

std::optional<int64_t> vellum::differenceOf(OpFoldResult a, OpFoldResult b) {
  Sum first = sumOf(a), second = sumOf(b);
  return first.base == second.base
             ? std::optional(first.constant - second.constant)
             : std::nullopt;
}

/// True if `sum` is computed as `a + b`.
static bool isSumOf(OpFoldResult sum, OpFoldResult a, OpFoldResult b) {
  auto isZero = [](OpFoldResult number) {
    return isConstantIntValue(number, 0);
  };
  auto isSame = [](OpFoldResult p, OpFoldResult q) {
    return differenceOf(p, q) == 0;
  };
  if ((isZero(a) && isSame(sum, b)) || (isZero(b) && isSame(sum, a)))
    return true;
  auto value = dyn_cast<Value>(sum);
  auto add = value ? value.getDefiningOp<arith::AddIOp>() : nullptr;
  return add && ((isSame(add.getLhs(), a) && isSame(add.getRhs(), b)) ||
                 (isSame(add.getLhs(), b) && isSame(add.getRhs(), a)));
}

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

namespace {
/// Positions of one dimension of a buffer. Without a size they go to its end;
/// `isFinal` if views of views no longer narrow it.
struct Extent {
  OpFoldResult offset, size;
  bool isFinal = false;
};

/// What a view covers at most, by the dimensions of its root; `dims` are those
/// that the view's own dimensions are, unless views hide it.
struct Cover {
  Value root;
  SmallVector<Extent> ranges;
  std::optional<SmallVector<int64_t>> dims;
};
} // namespace

static Cover wholeOf(Value root) {
  int64_t rank = cast<MemRefType>(root.getType()).getRank();
  OpFoldResult zero = Builder(root.getContext()).getIndexAttr(0);
  return {root, SmallVector<Extent>(rank, Extent{zero, {}}),
          llvm::to_vector(llvm::seq<int64_t>(0, rank))};
}

/// Takes positions `offset` to `offset + size` of what `range` has been so far.
static void narrow(Extent &range, OpFoldResult offset, OpFoldResult size,
                   OpFoldResult stride) {
  if (range.isFinal)
    return;
  std::optional<int64_t> before = getConstantIntValue(range.offset),
                         further = getConstantIntValue(offset);
  range.isFinal = !isConstantIntValue(stride, 1) ||
                  (before != 0 && further != 0 && !(before && further));
  if (range.isFinal)
    return;
  if (before && further)
    range.offset =
        Builder(offset.getContext()).getIndexAttr(*before + *further);
  else if (before == 0)
    range.offset = offset;
  range.size = size;
}

static void narrow(Cover &cover, memref::SubViewOp view) {
  llvm::SmallBitVector dropped = view.getDroppedDims();
  SmallVector<int64_t> dims;
  for (auto [dim, root] : llvm::enumerate(*cover.dims)) {
    narrow(cover.ranges[root], view.getMixedOffsets()[dim],
           view.getMixedSizes()[dim], view.getMixedStrides()[dim]);
    if (!dropped.test(dim))
      dims.push_back(root);
  }
  cover.dims = dims;
}

static Cover coverOf(Value memory) {
  auto view = memory.getDefiningOp<ViewLikeOpInterface>();
  if (!view)
    return wholeOf(memory);
  Cover cover = coverOf(view.getViewSource());
  auto subview = dyn_cast<memref::SubViewOp>(*view);
  if (subview && cover.dims)
    narrow(cover, subview);
  else if (!isa<memref::CastOp>(*view))
    cover.dims.reset();
  return cover;
}

/// True if `a` ends where `b` begins, or before.
static bool endsBefore(const Extent &a, const Extent &b) {
  if (!a.size)
    return false;
  if (isSumOf(b.offset, a.offset, a.size))
    return true;
  std::optional<int64_t> size = getConstantIntValue(a.size),
                         distance = differenceOf(b.offset, a.offset);
  return size && distance && *size <= *distance;
}

/// The x of a range that is the one position `x mod count`.
static Value turnOf(const Extent &range, int64_t &count) {
  auto offset = dyn_cast_if_present<Value>(range.offset);
  auto modulo = offset ? offset.getDefiningOp<arith::RemUIOp>() : nullptr;
  std::optional<int64_t> modulus =
      modulo ? getConstantIntValue(modulo.getRhs()) : std::nullopt;
  if (!modulus || !range.size || !isConstantIntValue(range.size, 1))
    return {};
  count = *modulus;
  return modulo.getLhs();
}

static bool takeTurns(const Extent &a, const Extent &b) {
  int64_t first = 0, second = 0;
  Value x = turnOf(a, first), y = turnOf(b, second);
  if (!x || !y || first != second || first < 2)
    return false;
  std::optional<int64_t> distance = differenceOf(x, y);
  return distance && *distance % first != 0;
}

bool vellum::areApart(Value a, Value b) {
  Cover first = coverOf(a), second = coverOf(b);
  if (first.root != second.root)
    return false;
  return llvm::any_of(llvm::zip(first.ranges, second.ranges), [](auto both) {
    auto &[p, q] = both;
    return endsBefore(p, q) || endsBefore(q, p) || takeTurns(p, q);
  });
}
