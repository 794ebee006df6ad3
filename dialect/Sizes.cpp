//===- dialect/Sizes.cpp - sizes as index values --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace vellum;

OpFoldResult vellum::addSizes(OpBuilder &b, Location loc,
                              ArrayRef<OpFoldResult> sizes) {
  int64_t number = 0;
  Value sum;
  for (OpFoldResult size : sizes) {
    if (std::optional<int64_t> constant = getConstantIntValue(size)) {
      number += *constant;
      continue;
    }
    Value value = cast<Value>(size);
    sum = sum ? arith::AddIOp::create(b, loc, sum, value) : value;
  }
  if (!sum)
    return b.getIndexAttr(number);
  if (!number)
    return sum;
  return arith::AddIOp::create(b, loc, sum,
                               arith::ConstantIndexOp::create(b, loc, number))
      .getResult();
}

static OpFoldResult multiplySizes(OpBuilder &b, Location loc,
                                  ArrayRef<OpFoldResult> sizes) {
  OpFoldResult product = b.getIndexAttr(1);
  for (OpFoldResult size : sizes)
    product = isOneInteger(product)
                  ? size
                  : OpFoldResult(b.createOrFold<arith::MulIOp>(
                        loc, getValueOrCreateConstantIndexOp(b, loc, product),
                        getValueOrCreateConstantIndexOp(b, loc, size)));
  return product;
}

static bool isPositive(Value number) {
  Operation *op = number.getDefiningOp();
  return isa_and_nonnull<arith::MaxSIOp, arith::MaxUIOp>(op) &&
         getConstantIntValue(op->getOperand(1)).value_or(0) > 0;
}

/// Computes numbers from numbers, and may do so whenever it likes: also a
/// division by a `max` with 1.
static bool isArithmetic(Operation *op) {
  auto isNumber = [](Type type) { return type.isIntOrIndexOrFloat(); };
  const bool isQuotient = isa<arith::DivUIOp, arith::CeilDivUIOp>(op) &&
                          isPositive(op->getOperand(1));
  return op->getNumRegions() == 0 && (isPure(op) || isQuotient) &&
         (isa<tensor::DimOp>(op) ||
          llvm::all_of(op->getOperandTypes(), isNumber)) &&
         llvm::all_of(op->getResultTypes(), isNumber);
}

/// Collects what `value` is computed from in `body`, operands first; false
/// where it depends on what the body does.
static bool collect(Value value, Block *body,
                    llvm::SetVector<Operation *> &slice) {
  if (value.getParentBlock() != body)
    return true;
  Operation *op = value.getDefiningOp();
  if (!op || !isArithmetic(op))
    return false;
  for (Value operand : op->getOperands())
    if (!collect(operand, body, slice))
      return false;
  slice.insert(op);
  return true;
}

bool vellum::leaveBody(Operation *op, Block *body, ValueRange numbers) {
  llvm::SetVector<Operation *> slice;
  for (Value number : numbers)
    if (!collect(number, body, slice))
      return false;
  for (Operation *each : slice)
    each->moveBefore(op);
  return true;
}

std::optional<SmallVector<OpFoldResult>> vellum::sizesBefore(Operation *op,
                                                             Value tensor) {
  Sizes sizes;
  SmallVector<OpFoldResult> found = sizes.of(tensor);
  SmallVector<Value> numbers;
  for (OpFoldResult size : found)
    if (auto number = dyn_cast<Value>(size))
      numbers.push_back(number);
  if (!leaveBody(op, tensor.getParentBlock(), numbers))
    return std::nullopt;
  return found;
}

bool vellum::canLeaveBody(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return !type || type.hasStaticShape() || isa<BlockArgument>(value) ||
         sizesBefore(value.getParentBlock()->getParentOp(), value);
}

OpFoldResult Sizes::of(Value tensor, int64_t dim) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return IntegerAttr::get(IndexType::get(type.getContext()),
                            type.getDimSize(dim));
  if (OpFoldResult size = known.lookup({tensor, dim}))
    return size;
  OpFoldResult size = trace(tensor, dim);
  known[{tensor, dim}] = size;
  return size;
}

OpFoldResult Sizes::traced(OpFoldResult number) {
  auto value = dyn_cast<Value>(number);
  auto dim = value ? value.getDefiningOp<tensor::DimOp>() : tensor::DimOp();
  std::optional<int64_t> index = dim ? dim.getConstantIndex() : std::nullopt;
  auto type = index ? dyn_cast<RankedTensorType>(dim.getSource().getType())
                    : RankedTensorType();
  return type && *index >= 0 && *index < type.getRank()
             ? of(dim.getSource(), *index)
             : number;
}

SmallVector<OpFoldResult> Sizes::of(Value tensor) {
  SmallVector<OpFoldResult> sizes;
  for (int64_t dim : llvm::seq(cast<ShapedType>(tensor.getType()).getRank()))
    sizes.push_back(of(tensor, dim));
  return sizes;
}

OpFoldResult Sizes::stepsOf(ScanOp scan) {
  if (Value length = scan.getLength())
    return traced(getAsOpFoldResult(length));
  return of(scan.getInputs().front(), 0);
}

OpFoldResult Sizes::trace(Value tensor, int64_t dim) {
  OpFoldResult size = isa<BlockArgument>(tensor)
                          ? ofArgument(cast<BlockArgument>(tensor), dim)
                          : ofResult(cast<OpResult>(tensor), dim);
  return size ? traced(size) : ask(tensor, dim);
}

/// The size as `tensor.dim` gives it.
OpFoldResult Sizes::ask(Value tensor, int64_t dim) {
  OpBuilder b(tensor.getContext());
  b.setInsertionPointAfterValue(tensor);
  return tensor::DimOp::create(b, tensor.getLoc(), tensor, dim).getResult();
}

OpFoldResult Sizes::ofArgument(BlockArgument argument, int64_t dim) {
  Operation *parent = argument.getOwner()->getParentOp();
  const unsigned number = argument.getArgNumber();
  if (auto scan = dyn_cast_or_null<ScanOp>(parent)) {
    const unsigned inputs = scan.getInputs().size();
    return number <= inputs ? of(scan.getInputs()[number - 1], dim + 1)
                            : of(scan.getInits()[number - 1 - inputs], dim);
  }
  if (auto loop = dyn_cast_or_null<scf::ForOp>(parent))
    return of(loop.getInitArgs()[number - 1], dim);
  if (auto ponder = dyn_cast_or_null<PonderOp>(parent))
    // The flag has the first state's samples.
    return of(ponder.getInits()[number ? number - 1 : 0], dim);
  return {};
}

/// True for a number that a body of `op` computes. A block that is being built
/// is not in an op yet.
static bool isInside(OpFoldResult size, Operation *op) {
  auto value = dyn_cast<Value>(size);
  Operation *around = value ? value.getParentBlock()->getParentOp() : nullptr;
  return around && op->isAncestor(around);
}

/// Of what a loop hands out: carried values have the sizes that they began
/// with; what is emitted has those of the body, where they are known outside.
OpFoldResult Sizes::ofLoop(OpResult result, ValueRange inits, YieldOp yield,
                           int64_t dim, bool isStacked) {
  const unsigned number = result.getResultNumber();
  if (number < inits.size())
    return of(inits[number], dim);
  const unsigned emitted = number - inits.size();
  if (emitted >= yield.getEmitted().size())
    return of(inits.front(), dim);
  if (isStacked && dim == 0)
    return stepsOf(cast<ScanOp>(result.getOwner()));
  OpFoldResult size = of(yield.getEmitted()[emitted], dim - isStacked);
  return isInside(size, result.getOwner()) ? OpFoldResult() : size;
}

/// Of what a branch hands out: the size that it has in both, where that is
/// known outside.
OpFoldResult Sizes::ofBranch(scf::IfOp op, unsigned number, int64_t dim) {
  const OpFoldResult size = of(op.thenYield()->getOperand(number), dim);
  if (size != of(op.elseYield()->getOperand(number), dim))
    return {};
  return isInside(size, op) ? OpFoldResult() : size;
}

OpFoldResult Sizes::byRule(OpResult result, int64_t dim) {
  auto inference = dyn_cast<InferTypeOpInterface>(result.getOwner());
  if (!inference)
    return {};
  const SizeRule &rule = rules.of(inference);
  if (!rule.isComplete)
    return {};
  const std::optional<SizeTerm> &term =
      rule.results[result.getResultNumber()][dim];
  if (!term)
    return {};
  Operation *op = result.getOwner();
  OpBuilder b(op);
  SmallVector<OpFoldResult> parts{b.getIndexAttr(term->number)};
  for (OperandDim each : term->dims)
    parts.push_back(of(op->getOperand(each.operand), each.dim));
  return addSizes(b, op->getLoc(), parts);
}

/// The operand that gives a dynamic dimension its size.
static OpFoldResult nthDynamic(OpResult result, int64_t dim, ValueRange sizes) {
  auto type = cast<RankedTensorType>(result.getType());
  return getAsOpFoldResult(sizes[type.getDynamicDimIndex(dim)]);
}

/// Of a slice without the dimensions that it drops.
static OpFoldResult nthKept(ArrayRef<OpFoldResult> sizes,
                            const llvm::SmallBitVector &dropped, int64_t dim) {
  for (auto [i, size] : llvm::enumerate(sizes))
    if (!dropped.test(i) && dim-- == 0)
      return size;
  llvm_unreachable("a slice has a size for each dimension of its result");
}

OpFoldResult Sizes::ofResult(OpResult result, int64_t dim) {
  Operation *owner = result.getOwner();
  OpBuilder b(owner);
  Location loc = owner->getLoc();
  return llvm::TypeSwitch<Operation *, OpFoldResult>(owner)
      .Case([&](tensor::CastOp op) { return of(op.getSource(), dim); })
      .Case([&](tensor::EmptyOp op) {
        return nthDynamic(result, dim, op.getDynamicSizes());
      })
      .Case([&](tensor::SplatOp op) {
        return nthDynamic(result, dim, op.getDynamicSizes());
      })
      .Case([&](tensor::GenerateOp op) {
        return nthDynamic(result, dim, op.getDynamicExtents());
      })
      .Case([&](RandomOp op) { return nthDynamic(result, dim, op.getSizes()); })
      .Case([&](tensor::ExtractSliceOp op) {
        return nthKept(op.getMixedSizes(), op.getDroppedDims(), dim);
      })
      .Case([&](tensor::ExpandShapeOp op) {
        return op.getMixedOutputShape()[dim];
      })
      .Case([&](tensor::CollapseShapeOp op) {
        SmallVector<OpFoldResult> parts;
        const auto groups = op.getReassociationIndices();
        for (int64_t each : groups[dim])
          parts.push_back(of(op.getSrc(), each));
        return multiplySizes(b, loc, parts);
      })
      .Case([&](tensor::PadOp op) {
        return addSizes(b, loc,
                        {of(op.getSource(), dim), op.getMixedLowPad()[dim],
                         op.getMixedHighPad()[dim]});
      })
      .Case([&](tensor::ConcatOp op) {
        SmallVector<OpFoldResult> parts;
        for (Value input : op.getInputs())
          parts.push_back(of(input, dim));
        return int64_t(op.getDim()) == dim ? addSizes(b, loc, parts)
                                           : parts.front();
      })
      .Case([&](BroadcastOp op) {
        if (op.getLike())
          return of(op.getLike(), dim);
        for (auto [each, size] : llvm::zip(op.getAcross(), op.getSizes()))
          if (each == dim)
            return getAsOpFoldResult(size);
        const SmallVector<int64_t> kept = op.keptDims();
        return of(op.getSource(), llvm::find(kept, dim) - kept.begin());
      })
      .Case([&](ScanOp op) {
        return ofLoop(result, op.getInits(), op.getYield(), dim,
                      /*isStacked=*/true);
      })
      .Case([&](PonderOp op) {
        return ofLoop(result, op.getInits(), op.getYield(), dim,
                      /*isStacked=*/false);
      })
      .Case([&](scf::ForOp op) {
        return of(op.getInitArgs()[result.getResultNumber()], dim);
      })
      .Case([&](scf::IfOp op) {
        return ofBranch(op, result.getResultNumber(), dim);
      })
      .Case([&](DestinationStyleOpInterface op) {
        return of(op.getTiedOpOperand(result)->get(), dim);
      })
      .Default([&](Operation *op) -> OpFoldResult {
        if (isa<VellumDialect>(op->getDialect()))
          return byRule(result, dim);
        if (op->hasTrait<OpTrait::Elementwise>())
          for (Value operand : op->getOperands())
            if (isa<RankedTensorType>(operand.getType()))
              return of(operand, dim);
        return {};
      });
}
