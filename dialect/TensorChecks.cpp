//===- dialect/TensorChecks.cpp - what tensor ops ask ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The words are those of interpreter/Tensor.cpp.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/Checks.h"
#include "dialect/ExternalModels.h"

using namespace mlir;
using namespace vellum;

namespace {

//===----------------------------------------------------------------------===//
// Making tensors
//===----------------------------------------------------------------------===//

/// Ops that are given the sizes of their result.
template <typename OpTy>
struct SizedModel : Checked::ExternalModel<SizedModel<OpTy>, OpTy> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    check.requireShape(check.shape(op->getResult(0)));
  }
};

//===----------------------------------------------------------------------===//
// Elements and sizes
//===----------------------------------------------------------------------===//

void checkIndices(CheckBuilder &check, Value tensor, ValueRange indices) {
  for (auto [dim, value] : llvm::enumerate(indices)) {
    const OpFoldResult index = getAsOpFoldResult(value),
                       size = check.size(tensor, int64_t(dim));
    check.require(check.isIndexOf(index, size),
                  check.says() << "index " << index
                               << " lies outside a dimension of " << size);
  }
}

struct ExtractModel : Checked::ExternalModel<ExtractModel, tensor::ExtractOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto extract = cast<tensor::ExtractOp>(op);
    checkIndices(check, extract.getTensor(), extract.getIndices());
  }
};

struct InsertModel : Checked::ExternalModel<InsertModel, tensor::InsertOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto insert = cast<tensor::InsertOp>(op);
    checkIndices(check, insert.getDest(), insert.getIndices());
  }
};

struct DimModel : Checked::ExternalModel<DimModel, tensor::DimOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto dim = cast<tensor::DimOp>(op);
    auto type = dyn_cast<RankedTensorType>(dim.getSource().getType());
    if (!type)
      return;
    const OpFoldResult index = getAsOpFoldResult(dim.getIndex());
    check.require(
        check.isIndexOf(index, check.getBuilder().getIndexAttr(type.getRank())),
        check.says() << "dimension " << index << " lies outside a rank of "
                     << type.getRank());
  }
};

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

/// One dimension of a slice.
struct Range1D {
  OpFoldResult offset, size, stride, whole;

  /// Without overflow: `whole - size` has none where both are sizes.
  Value isInside(CheckBuilder &check) const {
    if (isOneInteger(stride))
      return check.both(
          check.both(check.notNegative(size), check.notNegative(offset)),
          isZeroInteger(offset)
              ? check.atMost(size, whole)
              : check.atMost(offset, check.subtract(whole, size)));
    return isStridedInside(check);
  }

  /// No element is meant twice: a gradient, or what is put there, would have to
  /// choose.
  Value isApart(CheckBuilder &check) const {
    if (getConstantIntValue(stride).value_or(0) != 0)
      return {};
    const OpFoldResult zero = check.getBuilder().getIndexAttr(0);
    return check.either(check.wideCompare(arith::CmpFPredicate::ONE,
                                          check.wide(stride), check.wide(zero)),
                        check.atMost(size, check.getBuilder().getIndexAttr(1)));
  }

private:
  /// The first and the last element, in f64, where nothing overflows: offset
  /// and whole are exact, and what is rounded lies far outside.
  Value isStridedInside(CheckBuilder &check) const {
    OpBuilder &b = check.getBuilder();
    const OpFoldResult one = b.getIndexAttr(1);
    Value steps = check.wideProduct({check.subtract(size, one), stride});
    Value last =
        arith::AddFOp::create(b, check.getLoc(), check.wide(offset), steps);
    auto within = [&](Value at) {
      return check.both(
          check.wideCompare(arith::CmpFPredicate::OLE,
                            check.wide(b.getIndexAttr(0)), at),
          check.wideCompare(arith::CmpFPredicate::OLT, at, check.wide(whole)));
    };
    Value some = check.both(within(check.wide(offset)), within(last));
    Value none = check.both(check.equalTo(size, 0),
                            check.both(check.atMost(b.getIndexAttr(0), offset),
                                       check.atMost(offset, whole)));
    return check.both(check.notNegative(size), check.either(some, none));
  }
};

template <typename OpTy>
void checkWindow(OpTy op, Value tensor, CheckBuilder &check) {
  for (auto [offset, size, stride, whole] :
       llvm::zip_equal(op.getMixedOffsets(), op.getMixedSizes(),
                       op.getMixedStrides(), check.shape(tensor))) {
    const Range1D range{offset, size, stride, whole};
    check.requireNatural(
        size, range.isInside(check),
        check.says() << "slice of " << size << " from " << offset << " by "
                     << stride << " lies outside a dimension of " << whole);
    check.require(range.isApart(check),
                  check.says() << "slice of " << size << " from " << offset
                               << " must have a step other than 0");
  }
}

struct ExtractSliceModel
    : Checked::ExternalModel<ExtractSliceModel, tensor::ExtractSliceOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto slice = cast<tensor::ExtractSliceOp>(op);
    checkWindow(slice, slice.getSource(), check);
    check.requireType(
        0, check.without(slice.getMixedSizes(), slice.getDroppedDims()));
  }
};

struct InsertSliceModel
    : Checked::ExternalModel<InsertSliceModel, tensor::InsertSliceOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto insert = cast<tensor::InsertSliceOp>(op);
    checkWindow(insert, insert.getDest(), check);
    const SmallVector<OpFoldResult> sizes = insert.getMixedSizes(),
                                    source = check.shape(insert.getSource());
    for (auto [lhs, rhs] :
         llvm::zip_equal(source, check.without(sizes, insert.getDroppedDims())))
      check.requireEqual(
          lhs, rhs,
          check.says() << "puts " << ArrayRef<OpFoldResult>(source)
                       << " into a slice of " << ArrayRef<OpFoldResult>(sizes));
  }
};

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

struct ExpandModel
    : Checked::ExternalModel<ExpandModel, tensor::ExpandShapeOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto expand = cast<tensor::ExpandShapeOp>(op);
    const SmallVector<OpFoldResult> shape = expand.getMixedOutputShape();
    check.requireNotNegative(shape);
    for (auto [group, whole] : llvm::zip_equal(expand.getReassociationIndices(),
                                               check.shape(expand.getSrc()))) {
      SmallVector<OpFoldResult> factors =
          llvm::map_to_vector(group, [&](int64_t dim) { return shape[dim]; });
      check.requireProduct(factors, whole);
    }
  }
};

struct ReshapeModel : Checked::ExternalModel<ReshapeModel, tensor::ReshapeOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto reshape = cast<tensor::ReshapeOp>(op);
    if (!isa<RankedTensorType>(reshape.getType()) ||
        !isa<RankedTensorType>(reshape.getSource().getType()))
      return;
    const SmallVector<OpFoldResult> shape = readSizes(reshape, check),
                                    source = check.shape(reshape.getSource());
    check.requireNotNegative(shape);
    check.require(check.wideCompare(arith::CmpFPredicate::OEQ,
                                    check.wideProduct(shape),
                                    check.wideProduct(source)),
                  check.says() << "makes " << ArrayRef<OpFoldResult>(shape)
                               << " of " << ArrayRef<OpFoldResult>(source));
    check.requireType(0, shape);
  }

private:
  static SmallVector<OpFoldResult> readSizes(tensor::ReshapeOp op,
                                             CheckBuilder &check) {
    OpBuilder &b = check.getBuilder();
    SmallVector<OpFoldResult> sizes;
    for (int64_t i :
         llvm::seq(cast<RankedTensorType>(op.getType()).getRank())) {
      Value at = arith::ConstantIndexOp::create(b, check.getLoc(), i);
      Value size = tensor::ExtractOp::create(b, check.getLoc(), op.getShape(),
                                             ValueRange{at});
      sizes.push_back(size.getType().isIndex()
                          ? OpFoldResult(size)
                          : arith::IndexCastOp::create(b, check.getLoc(),
                                                       b.getIndexType(), size)
                                .getResult());
    }
    return sizes;
  }
};

/// The result's type says which sizes are expected.
struct CastModel : Checked::ExternalModel<CastModel, tensor::CastOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    Value source = op->getOperand(0);
    if (isa<RankedTensorType>(source.getType()) &&
        isa<RankedTensorType>(op->getResult(0).getType()))
      check.requireType(0, check.shape(source));
  }
};

//===----------------------------------------------------------------------===//
// concat, pad
//===----------------------------------------------------------------------===//

struct ConcatModel : Checked::ExternalModel<ConcatModel, tensor::ConcatOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto concat = cast<tensor::ConcatOp>(op);
    const SmallVector<OpFoldResult> first =
        check.shape(concat.getInputs().front());
    for (Value input : concat.getInputs().drop_front()) {
      const SmallVector<OpFoldResult> other = check.shape(input);
      for (auto [dim, pair] : llvm::enumerate(llvm::zip_equal(first, other)))
        if (dim != concat.getDim())
          check.requireEqual(std::get<0>(pair), std::get<1>(pair),
                             check.says()
                                 << "shape mismatch: "
                                 << ArrayRef<OpFoldResult>(first) << " and "
                                 << ArrayRef<OpFoldResult>(other));
    }
    check.requireType(0, check.shape(concat.getResult()));
    check.requireCount(check.shape(concat.getResult()));
  }
};

struct PadModel : Checked::ExternalModel<PadModel, tensor::PadOp> {
  void buildChecks(Operation *op, CheckBuilder &check) const {
    auto pad = cast<tensor::PadOp>(op);
    for (auto [low, high] :
         llvm::zip_equal(pad.getMixedLowPad(), pad.getMixedHighPad())) {
      Value holds = check.both(check.notNegative(low), check.notNegative(high));
      if (holds)
        check.require(holds, check.says()
                                 << "pads by " << check.lesser(low, high));
    }
    check.requireShape(check.shape(pad.getResult()));
  }
};
} // namespace

void vellum::registerTensorChecks(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    tensor::EmptyOp::attachInterface<SizedModel<tensor::EmptyOp>>(*context);
    tensor::SplatOp::attachInterface<SizedModel<tensor::SplatOp>>(*context);
    tensor::GenerateOp::attachInterface<SizedModel<tensor::GenerateOp>>(
        *context);
    tensor::ExtractOp::attachInterface<ExtractModel>(*context);
    tensor::InsertOp::attachInterface<InsertModel>(*context);
    tensor::DimOp::attachInterface<DimModel>(*context);
    tensor::ExtractSliceOp::attachInterface<ExtractSliceModel>(*context);
    tensor::InsertSliceOp::attachInterface<InsertSliceModel>(*context);
    tensor::ExpandShapeOp::attachInterface<ExpandModel>(*context);
    tensor::ReshapeOp::attachInterface<ReshapeModel>(*context);
    tensor::CastOp::attachInterface<CastModel>(*context);
    tensor::ConcatOp::attachInterface<ConcatModel>(*context);
    tensor::PadOp::attachInterface<PadModel>(*context);
  });
}
