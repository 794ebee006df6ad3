//===- dialect/LayerOps.cpp - layers, recurrent cells, losses -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Shapes.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

using Types = SmallVectorImpl<Type>;
using OptionalLoc = std::optional<Location>;

namespace {
/// Values that stand side by side against the rows of a weight.
struct SideBySide {
  /// The dimensions they share: all but the last.
  Shape lead;
  /// The sum of their last dimensions.
  int64_t width = 0;
};
} // namespace

static LogicalResult requireInputs(OptionalLoc loc, ValueRange inputs) {
  if (inputs.empty())
    return emitOptionalError(loc, "there must be at least one input");
  return success();
}

/// Adds the values, whose widths must be known.
static LogicalResult addSideBySide(OptionalLoc loc, SideBySide &all,
                                   ValueRange values, StringRef role) {
  for (Value value : values) {
    ArrayRef<int64_t> shape = shapeOf(value);
    if (failed(requireDimensions(loc, shape, 1, role)))
      return failure();
    Shape expected(all.lead);
    expected.push_back(shape.back());
    if (failed(unifyShape(loc, expected, shape, role,
                          "the first input's but for the width")))
      return failure();
    if (ShapedType::isDynamic(shape.back()))
      return emitOptionalError(loc, role, " must have a known width, but got ",
                               formatShape(shape));
    expected.pop_back();
    all.lead = expected;
    if (failed(addToSize(loc, all.width, shape.back(), "the inputs' widths")))
      return failure();
  }
  return success();
}

static FailureOr<SideBySide> joinInputs(OptionalLoc loc, ValueRange inputs) {
  ArrayRef<int64_t> first = shapeOf(inputs.front());
  if (failed(requireDimensions(loc, first, 1, "input")))
    return failure();
  SideBySide all;
  all.lead.assign(first.begin(), first.end() - 1);
  if (failed(addSideBySide(loc, all, inputs, "input")))
    return failure();
  return all;
}

/// `B x columns`.
static Type rowsOf(const SideBySide &all, int64_t columns, Type element) {
  Shape shape(all.lead);
  shape.push_back(columns);
  return RankedTensorType::get(shape, element);
}

//===----------------------------------------------------------------------===//
// linear
//===----------------------------------------------------------------------===//

LogicalResult LinearOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                         Adaptor op, Types &types) {
  // linear_c1
  if (failed(requireInputs(loc, op.getInputs())))
    return failure();
  // linear_c5
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  // linear_c2
  FailureOr<SideBySide> inputs = joinInputs(loc, op.getInputs());
  if (failed(inputs))
    return failure();
  // linear_c3
  Shape weight{inputs->width, ShapedType::kDynamic};
  if (failed(unifyShape(loc, weight, shapeOf(op.getWeight()), "weight",
                        "rows for the inputs' widths")))
    return failure();
  // linear_c4
  Shape bias{weight.back()};
  if (op.getBias() && failed(unifyShape(loc, bias, shapeOf(op.getBias()),
                                        "bias", "the weight's columns")))
    return failure();
  types.push_back(rowsOf(*inputs, bias.front(), elementTypeOf(op.getWeight())));
  return success();
}

//===----------------------------------------------------------------------===//
// lstm_cell
//===----------------------------------------------------------------------===//

/// The inputs, then the states, whose shape must be the same.
static FailureOr<SideBySide> joinCell(OptionalLoc loc, ValueRange inputs,
                                      Value state) {
  FailureOr<SideBySide> all = joinInputs(loc, inputs);
  if (failed(all) || failed(addSideBySide(loc, *all, state, "state")))
    return failure();
  return all;
}

LogicalResult LstmCellOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                           Adaptor op, Types &types) {
  // lstm_cell_c1
  if (failed(requireInputs(loc, op.getInputs())))
    return failure();
  // lstm_cell_c6
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  // lstm_cell_c2
  FailureOr<SideBySide> all = joinCell(loc, op.getInputs(), op.getHidden());
  if (failed(all))
    return failure();
  // lstm_cell_c3
  int64_t units = shapeOf(op.getHidden()).back();
  Shape state(all->lead);
  state.push_back(units);
  if (failed(unifyShape(loc, state, shapeOf(op.getCell()), "cell state",
                        "the hidden state's")))
    return failure();
  // lstm_cell_c4
  Shape weight{all->width, 4 * units};
  if (failed(unifyShape(loc, weight, shapeOf(op.getWeight()), "weight",
                        "the widths of inputs and state by 4 gates")))
    return failure();
  // lstm_cell_c5
  Shape bias{4 * units};
  if (op.getBias() && failed(unifyShape(loc, bias, shapeOf(op.getBias()),
                                        "bias", "the weight's columns")))
    return failure();
  types.assign(2, RankedTensorType::get(state, elementTypeOf(op.getWeight())));
  return success();
}

//===----------------------------------------------------------------------===//
// rnn_cell
//===----------------------------------------------------------------------===//

LogicalResult RnnCellOp::inferReturnTypes(MLIRContext *, OptionalLoc loc,
                                          Adaptor op, Types &types) {
  // rnn_cell_c1
  if (failed(requireInputs(loc, op.getInputs())))
    return failure();
  // rnn_cell_c5
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  // rnn_cell_c2
  FailureOr<SideBySide> all = joinCell(loc, op.getInputs(), op.getHidden());
  if (failed(all))
    return failure();
  // rnn_cell_c3
  int64_t units = shapeOf(op.getHidden()).back();
  Shape weight{all->width, units};
  if (failed(unifyShape(loc, weight, shapeOf(op.getWeight()), "weight",
                        "the widths of inputs and state by the state's")))
    return failure();
  // rnn_cell_c4
  Shape bias{units};
  if (op.getBias() && failed(unifyShape(loc, bias, shapeOf(op.getBias()),
                                        "bias", "the weight's columns")))
    return failure();
  types.push_back(rowsOf(*all, units, elementTypeOf(op.getWeight())));
  return success();
}

//===----------------------------------------------------------------------===//
// sigmoid_cross_entropy
//===----------------------------------------------------------------------===//

/// The mask is as the losses, or holds one number for each row of them. Which
/// of the two its type must say.
static LogicalResult checkLossMask(OptionalLoc loc, ArrayRef<int64_t> losses,
                                   ArrayRef<int64_t> mask) {
  Shape expected(losses);
  if (mask.size() == losses.size() && !mask.empty()) {
    if (ShapedType::isDynamic(mask.back()) &&
        !ShapedType::isDynamic(losses.back()))
      return emitOptionalError(loc, "mask must have a known last dimension, ",
                               formatSize(losses.back()), " or 1, but got ",
                               formatShape(mask));
    if (mask.back() == 1)
      expected.back() = 1;
  }
  return unifyShape(loc, expected, mask, "mask",
                    "the logits', or a last dimension of 1");
}

LogicalResult SigmoidCrossEntropyOp::inferReturnTypes(MLIRContext *,
                                                      OptionalLoc loc,
                                                      Adaptor op,
                                                      Types &types) {
  // sigmoid_cross_entropy_c3
  if (failed(requireFloatTensors(loc, op.getOperands())))
    return failure();
  Shape shape(shapeOf(op.getLogits()));
  // sigmoid_cross_entropy_c1
  if (failed(unifyShape(loc, shape, shapeOf(op.getTargets()), "targets",
                        "the logits'")))
    return failure();
  // sigmoid_cross_entropy_c2
  if (op.getMask() && failed(checkLossMask(loc, shape, shapeOf(op.getMask()))))
    return failure();
  if (op.getReduction() != LossReduction::None)
    shape.clear();
  types.push_back(RankedTensorType::get(shape, elementTypeOf(op.getLogits())));
  return success();
}
