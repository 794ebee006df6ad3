//===- dialect/TensorAdjoints.cpp - rules of the tensor dialect -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/ExternalModels.h"
#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

using IsActive = function_ref<bool(Value)>;

namespace {

/// The op's numbers and indices, read through the reverse pass.
SmallVector<OpFoldResult> primals(AdjointContext &adjoint,
                                  ArrayRef<OpFoldResult> values) {
  SmallVector<OpFoldResult> result;
  for (OpFoldResult value : values)
    if (auto dynamic = dyn_cast<Value>(value))
      result.push_back(adjoint.primal(dynamic));
    else
      result.push_back(value);
  return result;
}

/// Everything but the floats: the indices that say where.
void saveIndices(Operation *op, SmallVectorImpl<Value> &saved) {
  for (Value operand : op->getOperands())
    if (operand.getType().isIndex())
      saved.push_back(operand);
}

/// A tensor of which only the shape is read, and that only where it is not
/// static.
void saveShape(Value tensor, SmallVectorImpl<Value> &saved) {
  if (!cast<RankedTensorType>(tensor.getType()).hasStaticShape())
    saved.push_back(tensor);
}

Value shapeOf(AdjointContext &adjoint, Value tensor) {
  bool known = cast<RankedTensorType>(tensor.getType()).hasStaticShape();
  return known ? tensor : adjoint.primal(tensor);
}

struct CastModel : Differentiable::ExternalModel<CastModel, tensor::CastOp> {
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    adjoint.accumulate(op->getOperand(0), adjoint.cotangent(op->getResult(0)));
    return success();
  }
};

struct ExtractSliceModel
    : Differentiable::ExternalModel<ExtractSliceModel, tensor::ExtractSliceOp> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    saveIndices(op, saved);
    saveShape(op->getOperand(0), saved);
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    auto slice = cast<tensor::ExtractSliceOp>(op);
    TensorBuilder t(adjoint.builder, op->getLoc());
    Value zeros = t.zerosLike(shapeOf(adjoint, slice.getSource()));
    adjoint.accumulate(slice.getSource(),
                       tensor::InsertSliceOp::create(
                           adjoint.builder, op->getLoc(),
                           adjoint.cotangent(slice.getResult()), zeros,
                           primals(adjoint, slice.getMixedOffsets()),
                           primals(adjoint, slice.getMixedSizes()),
                           primals(adjoint, slice.getMixedStrides())));
    return success();
  }
};

struct InsertSliceModel
    : Differentiable::ExternalModel<InsertSliceModel, tensor::InsertSliceOp> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    saveIndices(op, saved);
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    auto insert = cast<tensor::InsertSliceOp>(op);
    OpBuilder &b = adjoint.builder;
    TensorBuilder t(b, op->getLoc());
    Value cotangent = adjoint.cotangent(insert.getResult());
    auto offsets = primals(adjoint, insert.getMixedOffsets());
    auto sizes = primals(adjoint, insert.getMixedSizes());
    auto strides = primals(adjoint, insert.getMixedStrides());
    Value piece =
        tensor::ExtractSliceOp::create(b, op->getLoc(), insert.getSourceType(),
                                       cotangent, offsets, sizes, strides);
    adjoint.accumulate(insert.getSource(), piece);
    if (adjoint.isActive(insert.getDest()))
      adjoint.accumulate(
          insert.getDest(),
          tensor::InsertSliceOp::create(b, op->getLoc(), t.zerosLike(piece),
                                        cotangent, offsets, sizes, strides));
    return success();
  }
};

struct ExpandModel
    : Differentiable::ExternalModel<ExpandModel, tensor::ExpandShapeOp> {
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    auto expand = cast<tensor::ExpandShapeOp>(op);
    adjoint.accumulate(
        expand.getSrc(),
        tensor::CollapseShapeOp::create(adjoint.builder, op->getLoc(),
                                        adjoint.cotangent(expand.getResult()),
                                        expand.getReassociationIndices()));
    return success();
  }
};

struct CollapseModel
    : Differentiable::ExternalModel<CollapseModel, tensor::CollapseShapeOp> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    saveShape(op->getOperand(0), saved);
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    auto collapse = cast<tensor::CollapseShapeOp>(op);
    OpBuilder &b = adjoint.builder;
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(
        b, op->getLoc(), shapeOf(adjoint, collapse.getSrc()));
    adjoint.accumulate(collapse.getSrc(),
                       tensor::ExpandShapeOp::create(
                           b, op->getLoc(), collapse.getSrcType(),
                           adjoint.cotangent(collapse.getResult()),
                           collapse.getReassociationIndices(), sizes));
    return success();
  }
};

SmallVector<Value> primals(AdjointContext &adjoint, ValueRange values) {
  return llvm::map_to_vector(
      values, [&](Value value) { return adjoint.primal(value); });
}

struct ExtractModel
    : Differentiable::ExternalModel<ExtractModel, tensor::ExtractOp> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    saveIndices(op, saved);
    saveShape(op->getOperand(0), saved);
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    auto extract = cast<tensor::ExtractOp>(op);
    TensorBuilder t(adjoint.builder, op->getLoc());
    Value zeros = t.zerosLike(shapeOf(adjoint, extract.getTensor()));
    adjoint.accumulate(
        extract.getTensor(),
        tensor::InsertOp::create(adjoint.builder, op->getLoc(),
                                 adjoint.cotangent(extract.getResult()), zeros,
                                 primals(adjoint, extract.getIndices())));
    return success();
  }
};

struct InsertModel
    : Differentiable::ExternalModel<InsertModel, tensor::InsertOp> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    saveIndices(op, saved);
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    auto insert = cast<tensor::InsertOp>(op);
    OpBuilder &b = adjoint.builder;
    TensorBuilder t(b, op->getLoc());
    Value cotangent = adjoint.cotangent(insert.getResult());
    SmallVector<Value> indices = primals(adjoint, insert.getIndices());
    Value element =
        tensor::ExtractOp::create(b, op->getLoc(), cotangent, indices);
    adjoint.accumulate(insert.getScalar(), element);
    if (adjoint.isActive(insert.getDest()))
      adjoint.accumulate(insert.getDest(),
                         tensor::InsertOp::create(b, op->getLoc(),
                                                  t.constant(0.0, element),
                                                  cotangent, indices));
    return success();
  }
};

/// Element `i`, in row-major order, gets element `i` of the cotangent.
struct FromElementsModel
    : Differentiable::ExternalModel<FromElementsModel, tensor::FromElementsOp> {
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    auto from = cast<tensor::FromElementsOp>(op);
    OpBuilder &b = adjoint.builder;
    ArrayRef<int64_t> shape = from.getType().getShape();
    for (auto [i, element] : llvm::enumerate(from.getElements())) {
      if (!adjoint.isActive(element))
        continue;
      SmallVector<Value> indices(shape.size());
      int64_t rest = i;
      for (int64_t dim = shape.size() - 1; dim >= 0; --dim) {
        indices[dim] =
            arith::ConstantIndexOp::create(b, op->getLoc(), rest % shape[dim]);
        rest /= shape[dim];
      }
      adjoint.accumulate(
          element,
          tensor::ExtractOp::create(
              b, op->getLoc(), adjoint.cotangent(from.getResult()), indices));
    }
    return success();
  }
};

struct SplatModel : Differentiable::ExternalModel<SplatModel, tensor::SplatOp> {
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    TensorBuilder t(adjoint.builder, op->getLoc());
    Value cotangent = adjoint.cotangent(op->getResult(0));
    if (int64_t rank = rankOf(cotangent))
      cotangent = t.sum(cotangent, llvm::to_vector(llvm::seq<int64_t>(rank)));
    adjoint.accumulate(op->getOperand(0),
                       tensor::ExtractOp::create(adjoint.builder, op->getLoc(),
                                                 cotangent, ValueRange()));
    return success();
  }
};

/// Each operand gets its slice; where it starts is the sum of the sizes before.
struct TensorConcatModel
    : Differentiable::ExternalModel<TensorConcatModel, tensor::ConcatOp> {
  void savedValues(Operation *op, IsActive,
                   SmallVectorImpl<Value> &saved) const {
    for (Value input : op->getOperands())
      saveShape(input, saved);
  }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    auto concat = cast<tensor::ConcatOp>(op);
    OpBuilder &b = adjoint.builder;
    int64_t rank = concat.getResultType().getRank(), dim = concat.getDim();
    SmallVector<OpFoldResult> offsets(rank, b.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(rank, b.getIndexAttr(1));
    Value offset = arith::ConstantIndexOp::create(b, op->getLoc(), 0);
    for (Value input : concat.getInputs()) {
      SmallVector<OpFoldResult> sizes =
          tensor::getMixedSizes(b, op->getLoc(), shapeOf(adjoint, input));
      offsets[dim] = offset;
      // Nothing has no cotangent, and upstream's slices refuse to be of it.
      bool empty =
          cast<RankedTensorType>(input.getType()).hasStaticShape() &&
          cast<RankedTensorType>(input.getType()).getNumElements() == 0;
      if (adjoint.isActive(input) && !empty)
        adjoint.accumulate(input, tensor::ExtractSliceOp::create(
                                      b, op->getLoc(),
                                      cast<RankedTensorType>(input.getType()),
                                      adjoint.cotangent(concat.getResult()),
                                      offsets, sizes, strides));
      offset = arith::AddIOp::create(
          b, op->getLoc(), offset,
          getValueOrCreateConstantIndexOp(b, op->getLoc(), sizes[dim]));
    }
    return success();
  }
};

} // namespace

void vellum::registerTensorAdjoints(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    tensor::CastOp::attachInterface<CastModel>(*context);
    tensor::ExtractSliceOp::attachInterface<ExtractSliceModel>(*context);
    tensor::InsertSliceOp::attachInterface<InsertSliceModel>(*context);
    tensor::ExpandShapeOp::attachInterface<ExpandModel>(*context);
    tensor::CollapseShapeOp::attachInterface<CollapseModel>(*context);
    tensor::ExtractOp::attachInterface<ExtractModel>(*context);
    tensor::InsertOp::attachInterface<InsertModel>(*context);
    tensor::FromElementsOp::attachInterface<FromElementsModel>(*context);
    tensor::SplatOp::attachInterface<SplatModel>(*context);
    tensor::ConcatOp::attachInterface<TensorConcatModel>(*context);
  });
}
