//===- lowering/FoldEmpty.cpp - what has no elements is known -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SmallBitVector.h"

#include "dialect/Shapes.h"
#include "dialect/Sizes.h"
#include "lowering/Passes.h"

namespace vellum {
#define GEN_PASS_DEF_FOLDEMPTY
#include "lowering/Passes.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-fold-empty"

using namespace mlir;
using namespace vellum;

/// Whether an op gives a tensor of no elements its value without computing
/// anything.
static bool isNothing(Operation *op) {
  return op->hasTrait<OpTrait::ConstantLike>() ||
         isa<tensor::EmptyOp, tensor::SplatOp>(op);
}

/// The sizes of `value` that its type leaves open; nothing where one is known
/// from itself alone.
static std::optional<SmallVector<Value>> openSizes(Value value, OpBuilder &b,
                                                   Sizes &sizes) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<Value> dynamic;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    if (!type.isDynamicDim(dim))
      continue;
    Value size = getValueOrCreateConstantIndexOp(b, value.getLoc(),
                                                 sizes.of(value, dim));
    auto asked = size.getDefiningOp<tensor::DimOp>();
    if (asked && asked.getSource() == value)
      return std::nullopt;
    dynamic.push_back(size);
  }
  return dynamic;
}

/// A tensor of the type and sizes of `value`, which has no elements; null where
/// its sizes are known from itself alone.
static Value nothingLike(Value value, Sizes &sizes) {
  auto type = cast<RankedTensorType>(value.getType());
  OpBuilder b(value.getContext());
  b.setInsertionPointAfterValue(value);
  if (type.hasStaticShape())
    return arith::ConstantOp::create(
        b, value.getLoc(), DenseElementsAttr::get(type, ArrayRef<Attribute>()));
  std::optional<SmallVector<Value>> open = openSizes(value, b, sizes);
  if (!open)
    return {};
  Value zero = arith::ConstantOp::create(b, value.getLoc(),
                                         b.getZeroAttr(type.getElementType()));
  return tensor::SplatOp::create(b, value.getLoc(), zero, type, *open);
}

/// True if there is a type with a size of 0 to begin with.
static bool hasEmpty(func::FuncOp function) {
  const WalkResult result = function.walk([](Operation *op) {
    const bool isOne = llvm::any_of(op->getOperands(), isKnownEmpty) ||
                       llvm::any_of(op->getResults(), isKnownEmpty);
    return isOne ? WalkResult::interrupt() : WalkResult::advance();
  });
  return result.wasInterrupted();
}

namespace {
struct FoldEmpty : vellum::impl::FoldEmptyBase<FoldEmpty> {
  void runOnOperation() override {
    if (!hasEmpty(getOperation()))
      return;
    Sizes known;
    sizes = &known;
    getOperation().walk([&](Operation *op) {
      for (Region &region : op->getRegions())
        if (op != getOperation())
          for (Value argument : region.getArguments())
            replace(argument);
      if (isNothing(op))
        return;
      for (Value result : op->getResults())
        replace(result);
    });
    getOperation().walk([&](Operation *op) { fold(op); });
    eraseDead();
  }

  /// Not before: `sizes` knows values by where they are.
  void eraseDead() {
    for (Operation *op : folded)
      op->erase();
    folded.clear();
    getOperation().walk<WalkOrder::PostOrder, ReverseIterator>(
        [](Operation *op) {
          if (isOpTriviallyDead(op))
            op->erase();
        });
  }

  /// Whether a tensor has a size that is 0, be it that its type says `?`.
  bool isEmpty(Value value) {
    if (!isa<RankedTensorType>(value.getType()))
      return false;
    return isKnownEmpty(value) || llvm::any_of(sizes->of(value), isZero);
  }

  static bool isZero(OpFoldResult size) { return isConstantIntValue(size, 0); }

  void replace(Value value) {
    if (value.use_empty() || !isEmpty(value))
      return;
    if (Value nothing = nothingLike(value, *sizes)) {
      value.replaceAllUsesWith(nothing);
      ++numEmpty;
    }
  }

  void fold(Operation *op) {
    OpBuilder b(op);
    if (auto scan = dyn_cast<ScanOp>(op))
      return isZero(sizes->stepsOf(scan)) ? skip(scan) : dropInputs(scan, b);
    SmallVector<Value> results;
    if (auto loops = dyn_cast<linalg::LinalgOp>(op)) {
      if (runsNever(loops))
        llvm::append_range(results, loops.getDpsInits());
    } else if (Value rest = withoutEmpty(op, b)) {
      results.push_back(rest);
    }
    if (results.empty())
      return;
    op->replaceAllUsesWith(results);
    folded.push_back(op);
    ++numFolded;
  }

  /// A loop of no iterations leaves its destinations as they are.
  bool runsNever(linalg::LinalgOp op) {
    return op.hasPureTensorSemantics() &&
           llvm::any_of(op->getOperands(),
                        [&](Value operand) { return isEmpty(operand); });
  }

  Value withoutEmpty(Operation *op, OpBuilder &b);
  void skip(ScanOp scan);
  void dropInputs(ScanOp scan, OpBuilder &b);

  Sizes *sizes = nullptr;
  SmallVector<Operation *> folded;
};
} // namespace

/// A tensor of one number, as large as what `pad` makes of nothing; null where
/// its elements are not all the same.
static Value paddingAlone(tensor::PadOp pad, OpBuilder &b, Sizes &sizes) {
  Value with = pad.getConstantPaddingValue();
  if (!with)
    return {};
  std::optional<SmallVector<Value>> open = openSizes(pad.getResult(), b, sizes);
  if (!open)
    return {};
  if (with.getParentRegion() == &pad.getRegion())
    with = b.clone(*with.getDefiningOp())->getResult(0);
  return tensor::SplatOp::create(b, pad.getLoc(), with, pad.getResultType(),
                                 *open);
}

/// What `op`, whose result has elements, is without its empty operands; null
/// where there are none.
Value FoldEmpty::withoutEmpty(Operation *op, OpBuilder &b) {
  if (auto pad = dyn_cast<tensor::PadOp>(op))
    return isEmpty(pad.getSource()) ? paddingAlone(pad, b, *sizes) : Value();
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return isEmpty(insert.getSource()) ? insert.getDest() : Value();
  if (!isa<tensor::ConcatOp, ConcatOp>(op))
    return {};
  SmallVector<Value> rest;
  llvm::copy_if(op->getOperands(), std::back_inserter(rest),
                [&](Value operand) { return !isEmpty(operand); });
  if (rest.empty() || rest.size() == op->getNumOperands())
    return {};
  const Type type = op->getResult(0).getType();
  if (rest.size() == 1)
    return rest[0].getType() == type
               ? rest[0]
               : tensor::CastOp::create(b, op->getLoc(), type, rest[0]);
  Operation *copy = b.clone(*op);
  copy->setOperands(rest);
  return copy->getResult(0);
}

/// A scan of no steps hands on what it began with; its stacks hold nothing.
void FoldEmpty::skip(ScanOp scan) {
  if (!llvm::all_of(scan.getStacks(),
                    [](Value stack) { return stack.use_empty(); }))
    return;
  scan.getFinals().replaceAllUsesWith(scan.getInits());
  folded.push_back(scan);
  ++numFolded;
}

/// Takes the inputs away whose slices are empty and no longer used. The last
/// one leaves its length.
void FoldEmpty::dropInputs(ScanOp scan, OpBuilder &b) {
  llvm::SmallBitVector dropped(scan.getInputs().size());
  for (auto [i, slice] : llvm::enumerate(scan.getSlices()))
    dropped[i] = slice.use_empty() && isEmpty(slice);
  if (dropped.none())
    return;
  const Value steps =
      getValueOrCreateConstantIndexOp(b, scan.getLoc(), sizes->stepsOf(scan));
  for (unsigned i = dropped.size(); i-- > 0;)
    if (dropped[i]) {
      scan.getBodyBlock()->eraseArgument(scan.getSlices()[i].getArgNumber());
      scan.getInputsMutable().erase(i);
    }
  if (scan.getInputs().empty())
    scan.getLengthMutable().assign(steps);
  ++numFolded;
}
