//===- lowering/LoopSizes.cpp - sizes known before a loop -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/LoopSizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialect/Sizes.h"

using namespace mlir;
using namespace vellum;

int64_t vellum::bytesOfElement(Type element) {
  return element.isIntOrFloat()
             ? llvm::divideCeil(element.getIntOrFloatBitWidth(), 8)
             : 8;
}

bool LoopSizes::isBefore(Value value) {
  Operation *around = value.getParentBlock()->findAncestorOpInBlock(*loop);
  Operation *definition = value.getDefiningOp();
  return around && (!definition || definition->isBeforeInBlock(around));
}

OpFoldResult LoopSizes::sizeOf(Value tensor, int64_t dim) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return builder.getIndexAttr(type.getDimSize(dim));
  if (isBefore(tensor))
    return tensor::getMixedSize(builder, loop->getLoc(), tensor, dim);
  if (auto argument = dyn_cast<BlockArgument>(tensor))
    return ofArgument(argument, dim);
  return ofResult(cast<OpResult>(tensor), dim);
}

/// Carried values keep the sizes of their initial values; slices have those of
/// the inputs, without the time.
OpFoldResult LoopSizes::ofArgument(BlockArgument argument, int64_t dim) {
  auto scan = dyn_cast<ScanOp>(argument.getOwner()->getParentOp());
  if (!scan)
    return {};
  unsigned slice = argument.getArgNumber() - 1;
  if (slice < scan.getInputs().size())
    return sizeOf(scan.getInputs()[slice], dim + 1);
  return sizeOf(scan.getInits()[slice - scan.getInputs().size()], dim);
}

static bool isTensor(Value value) {
  return isa<RankedTensorType>(value.getType());
}

static Operation *definitionOf(OpFoldResult number) {
  auto value = dyn_cast<Value>(number);
  return value ? value.getDefiningOp() : nullptr;
}

/// True for numbers that are computed in the same way from the same numbers.
static bool areSame(OpFoldResult lhs, OpFoldResult rhs) {
  if (isEqualConstantIntOrValue(lhs, rhs))
    return true;
  Operation *left = definitionOf(lhs), *right = definitionOf(rhs);
  return left && right && isMemoryEffectFree(left) &&
         left->getNumOperands() == right->getNumOperands() &&
         OperationEquivalence::isEquivalentTo(
             left, right,
             [](Value a, Value b) {
               return success(areSame(OpFoldResult(a), OpFoldResult(b)));
             },
             /*markEquivalent=*/nullptr, OperationEquivalence::IgnoreLocations);
}

/// The size that both branches give a result. Where it takes the run to see
/// that it is one, the run is asked.
OpFoldResult LoopSizes::ofBranch(scf::IfOp op, unsigned number, int64_t dim) {
  OpFoldResult size = sizeOf(op.thenYield()->getOperand(number), dim);
  OpFoldResult other = sizeOf(op.elseYield()->getOperand(number), dim);
  if (!size || !other)
    return {};
  if (areSame(size, other))
    return size;
  Location loc = op.getLoc();
  Value sizes[] = {getValueOrCreateConstantIndexOp(builder, loc, size),
                   getValueOrCreateConstantIndexOp(builder, loc, other)};
  if (upperBounds)
    return arith::MaxUIOp::create(builder, loc, sizes[0], sizes[1]).getResult();
  Value agree = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                      sizes[0], sizes[1]);
  RequireOp::create(builder, loc, agree,
                    "'scf.if' op must give what a loop stacks the same sizes "
                    "in both branches, but got {0} and {1}",
                    sizes);
  return size;
}

OpFoldResult LoopSizes::ofResult(OpResult result, int64_t dim) {
  Operation *op = result.getOwner();
  if (auto scan = dyn_cast<ScanOp>(op)) {
    unsigned number = result.getResultNumber(), finals = scan.getInits().size();
    if (number < finals)
      return sizeOf(scan.getInits()[number], dim);
    if (dim > 0)
      return sizeOf(scan.getYield().getEmitted()[number - finals], dim - 1);
    return scan.getLength() ? hoist(scan.getLength())
                            : sizeOf(scan.getInputs()[0], 0);
  }
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return ofBranch(branch, result.getResultNumber(), dim);
  if (auto style = dyn_cast<DestinationStyleOpInterface>(op))
    return sizeOf(style.getTiedOpOperand(result)->get(), dim);
  if (OpTrait::hasElementwiseMappableTraits(op))
    return sizeOf(*llvm::find_if(op->getOperands(), isTensor), dim);
  return llvm::TypeSwitch<Operation *, OpFoldResult>(op)
      .Case([&](tensor::EmptyOp empty) {
        return hoist(empty.getMixedSizes()[dim]);
      })
      .Case([&](tensor::SplatOp splat) {
        auto type = splat.getType();
        return hoist(splat.getDynamicSizes()[type.getDynamicDimIndex(dim)]);
      })
      .Case([&](tensor::CastOp cast) { return sizeOf(cast.getSource(), dim); })
      .Case([&](tensor::GenerateOp each) {
        auto type = cast<RankedTensorType>(each.getType());
        return hoist(each.getDynamicExtents()[type.getDynamicDimIndex(dim)]);
      })
      .Case([&](tensor::InsertOp insert) {
        return sizeOf(insert.getDest(), dim);
      })
      .Case([&](tensor::InsertSliceOp insert) {
        return sizeOf(insert.getDest(), dim);
      })
      .Case([&](tensor::ExtractSliceOp slice) {
        llvm::SmallBitVector dropped = slice.getDroppedDims();
        for (int64_t i = 0; i <= dim; ++i)
          if (dropped.test(i))
            ++dim;
        return hoist(slice.getMixedSizes()[dim]);
      })
      .Case([&](tensor::ExpandShapeOp expand) {
        return hoist(expand.getMixedOutputShape()[dim]);
      })
      .Case([&](tensor::CollapseShapeOp collapse) {
        return productOf(collapse.getSrc(),
                         collapse.getReassociationIndices()[dim]);
      })
      .Case([&](bufferization::ToTensorOp op) {
        return ofMemory(op.getBuffer(), dim);
      })
      .Case([&](tensor::ConcatOp concat) { return ofConcat(concat, dim); })
      .Case([&](tensor::PadOp pad) {
        return sumOf({hoist(pad.getMixedLowPad()[dim]),
                      sizeOf(pad.getSource(), dim),
                      hoist(pad.getMixedHighPad()[dim])});
      })
      .Default([](Operation *) { return OpFoldResult(); });
}

OpFoldResult LoopSizes::ofMemory(Value memory, int64_t dim) {
  if (isBefore(memory))
    return memref::getMixedSize(builder, loop->getLoc(), memory, dim);
  auto alloc = memory.getDefiningOp<memref::AllocOp>();
  return alloc ? hoist(alloc.getMixedSizes()[dim]) : OpFoldResult();
}

OpFoldResult LoopSizes::ofConcat(tensor::ConcatOp concat, int64_t dim) {
  if (dim != int64_t(concat.getDim()))
    return sizeOf(concat.getInputs().front(), dim);
  SmallVector<OpFoldResult> sizes;
  for (Value input : concat.getInputs())
    sizes.push_back(sizeOf(input, dim));
  return sumOf(sizes);
}

OpFoldResult LoopSizes::sumOf(ArrayRef<OpFoldResult> sizes) {
  if (!llvm::all_of(sizes, [](OpFoldResult size) { return bool(size); }))
    return {};
  return addSizes(builder, loop->getLoc(), sizes);
}

/// The product of the sizes of some dimensions of `tensor`.
OpFoldResult LoopSizes::productOf(Value tensor, ArrayRef<int64_t> dims) {
  OpFoldResult product = builder.getIndexAttr(1);
  for (int64_t dim : dims) {
    OpFoldResult size = sizeOf(tensor, dim);
    if (!size)
      return {};
    auto asValue = [&](OpFoldResult index) {
      return getValueOrCreateConstantIndexOp(builder, loop->getLoc(), index);
    };
    product = getAsOpFoldResult(builder.createOrFold<arith::MulIOp>(
        loop->getLoc(), asValue(product), asValue(size)));
  }
  return product;
}

OpFoldResult LoopSizes::hoist(OpFoldResult index) {
  auto value = dyn_cast<Value>(index);
  if (!value || isBefore(value))
    return index;
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  if (auto dim = dyn_cast<tensor::DimOp>(op))
    if (std::optional<int64_t> number = dim.getConstantIndex())
      return sizeOf(dim.getSource(), *number);
  if (upperBounds && isa<arith::MinUIOp, arith::MinSIOp>(op))
    return hoistOneOf(op->getOperands());
  const bool divides = isa<arith::DivUIOp, arith::CeilDivUIOp>(op);
  if ((!isPure(op) && !divides) || op->getNumRegions())
    return {};
  IRMapping mapping;
  for (Value operand : op->getOperands()) {
    OpFoldResult hoisted = hoist(operand);
    if (!hoisted)
      return {};
    mapping.map(operand, getValueOrCreateConstantIndexOp(
                             builder, loop->getLoc(), hoisted));
  }
  // What would not run, if the loop does not, must not fail before it.
  if (divides)
    mapping.map(
        op->getOperand(1),
        builder.createOrFold<arith::MaxUIOp>(
            loop->getLoc(), mapping.lookup(op->getOperand(1)),
            arith::ConstantIndexOp::create(builder, loop->getLoc(), 1)));
  return builder.clone(*op, mapping)
      ->getResult(cast<OpResult>(value).getResultNumber());
}

OpFoldResult LoopSizes::hoistOneOf(ValueRange bounds) {
  for (Value bound : bounds)
    if (OpFoldResult hoisted = hoist(bound))
      return hoisted;
  return {};
}
