//===- dialect/BranchAdjoint.cpp - the rule of scf.if ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With `y = c ? f(k) : g(k)`, `k` being what the branches read from outside,
// the adjoint takes the same branch:
//
//   dk = scf.if c { adjoint of f, seeded with dy } else { adjoint of g }
//
// What a branch reads alone gets zeros from the other: what is not taken has no
// influence, be it NaN. What the adjoint of a branch needs of the forward one
// is a further result of the forward op, for which the other branch has a
// tensor that nothing reads, of the same sizes.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"

#include "dialect/Activity.h"
#include "dialect/ExternalModels.h"
#include "dialect/Sizes.h"
#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

namespace {
class BranchGradient {
public:
  BranchGradient(scf::IfOp op, AdjointContext &adjoint)
      : op(op), adjoint(adjoint) {}

  LogicalResult build();

private:
  /// One branch and what is built for it.
  struct Branch {
    Block *forward;
    Block reverse;
    /// What it gives each captured value, or null.
    SmallVector<Value> cotangents;
  };

  LogicalResult differentiate(Branch &branch, Branch &other);
  Value save(Branch &branch, Value value);
  void standIn(Branch &branch, Value value);
  void returnMore();
  void close(Branch &branch, ArrayRef<Value> wanted, Block *block);
  void createReverse();

  scf::IfOp op;
  AdjointContext &adjoint;
  /// What the branches read from outside and needs a cotangent.
  SmallVector<Value> captured;
  Branch branches[2];
  /// What stands in the adjoints for results of the forward op, by their
  /// number, until it has all of them.
  SmallVector<std::pair<BlockArgument, unsigned>> saved;
};
} // namespace

LogicalResult BranchGradient::differentiate(Branch &branch, Branch &other) {
  auto load = [&](Value value) { return save(branch, value); };
  BodyAdjoint body{*branch.forward, branch.reverse, {}, captured, load};
  Operation *end = branch.forward->getTerminator();
  const unsigned before = end->getNumOperands();
  for (auto [result, value] : llvm::zip(op.getResults(), end->getOperands()))
    if (Value cotangent = adjoint.cotangent(result))
      body.seeds.push_back({value, cotangent});
  auto cotangents = adjoint.differentiate(body);
  if (failed(cotangents))
    return failure();
  branch.cotangents = std::move(*cotangents);
  for (Value value : llvm::to_vector(end->getOperands().drop_front(before)))
    standIn(other, value);
  return success();
}

/// Has the branch return `value`, which is an operand from now on, as rules may
/// yet replace the op that it comes from.
Value BranchGradient::save(Branch &branch, Value value) {
  Operation *end = branch.forward->getTerminator();
  const auto operands = end->getOperands();
  const unsigned number = llvm::find(operands, value) - operands.begin();
  if (number == end->getNumOperands())
    end->insertOperands(number, value);
  saved.push_back(
      {branch.reverse.addArgument(value.getType(), op.getLoc()), number});
  return saved.back().first;
}

/// Has the branch that does not compute `value` return something in its place.
void BranchGradient::standIn(Branch &branch, Value value) {
  Operation *end = branch.forward->getTerminator();
  OpBuilder b(end);
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type) {
    Value zero = arith::ConstantOp::create(b, op.getLoc(),
                                           b.getZeroAttr(value.getType()));
    end->insertOperands(end->getNumOperands(), zero);
    return;
  }
  // The engine saves only what has such sizes.
  auto sizes = sizesBefore(op, value);
  SmallVector<Value> open;
  for (auto [size, known] : llvm::zip_equal(*sizes, type.getShape()))
    if (ShapedType::isDynamic(known))
      open.push_back(getValueOrCreateConstantIndexOp(b, op.getLoc(), size));
  Value nothing = tensor::EmptyOp::create(b, op.getLoc(), type, open);
  end->insertOperands(end->getNumOperands(), nothing);
}

/// Gives the forward op a result for each value that its branches return.
void BranchGradient::returnMore() {
  const TypeRange types = op.thenYield()->getOperandTypes();
  if (types.size() == op.getNumResults())
    return;
  OpBuilder b(op);
  auto more = scf::IfOp::create(b, op.getLoc(), types, op.getCondition(),
                                /*withElseRegion=*/true);
  more.getThenRegion().takeBody(op.getThenRegion());
  more.getElseRegion().takeBody(op.getElseRegion());
  adjoint.replaceForward(op, more);
  op = more;
}

/// Moves the adjoint of a branch to where it goes and ends it.
void BranchGradient::close(Branch &branch, ArrayRef<Value> wanted,
                           Block *block) {
  block->getOperations().splice(block->end(), branch.reverse.getOperations());
  OpBuilder end = OpBuilder::atBlockEnd(block);
  TensorBuilder t(end, op.getLoc());
  SmallVector<Value> values;
  for (auto [value, cotangent] : llvm::zip_equal(captured, branch.cotangents))
    if (llvm::is_contained(wanted, value))
      values.push_back(cotangent ? cotangent
                                 : t.zerosLike(adjoint.primal(value)));
  scf::YieldOp::create(end, op.getLoc(), values);
}

/// `cotangent` with the sizes of the value that it belongs to, where those of
/// the branches do not tell: what they read may have others in each.
static Value withSizesOf(OpBuilder &b, Location loc, Value value,
                         Value cotangent) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  Sizes sizes;
  if (!type || llvm::is_contained(type.getShape(), 0) ||
      sizes.of(cotangent) == sizes.of(value))
    return cotangent;
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)),
      strides(type.getRank(), b.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(b, loc, type, cotangent, offsets,
                                        tensor::getMixedSizes(b, loc, value),
                                        strides);
}

void BranchGradient::createReverse() {
  SmallVector<Value> wanted;
  SmallVector<Type> types;
  for (auto [number, value] : llvm::enumerate(captured))
    if (branches[0].cotangents[number] || branches[1].cotangents[number]) {
      wanted.push_back(value);
      types.push_back(value.getType());
    }
  returnMore();
  for (auto [argument, number] : saved)
    argument.replaceAllUsesWith(adjoint.primal(op.getResult(number)));
  if (wanted.empty())
    return;
  Value condition = adjoint.primal(op.getCondition());
  auto reverse = scf::IfOp::create(adjoint.builder, op.getLoc(), types,
                                   condition, /*withElseRegion=*/true);
  close(branches[0], wanted, reverse.thenBlock());
  close(branches[1], wanted, reverse.elseBlock());
  for (auto [value, cotangent] : llvm::zip_equal(wanted, reverse.getResults()))
    adjoint.accumulate(value, withSizesOf(adjoint.builder, op.getLoc(),
                                          adjoint.primal(value), cotangent));
}

LogicalResult BranchGradient::build() {
  llvm::SetVector<Value> used;
  getUsedValuesDefinedAbove(op->getRegions(), used);
  llvm::copy_if(used, std::back_inserter(captured),
                [&](Value value) { return adjoint.isActive(value); });
  branches[0].forward = op.thenBlock();
  branches[1].forward = op.elseBlock();
  if (failed(differentiate(branches[0], branches[1])) ||
      failed(differentiate(branches[1], branches[0])))
    return failure();
  createReverse();
  return success();
}

namespace {
struct IfModel : Differentiable::ExternalModel<IfModel, scf::IfOp> {
  void savedValues(Operation *op, function_ref<bool(Value)>,
                   SmallVectorImpl<Value> &saved) const {
    llvm::append_range(saved, valuesReadBy(op));
    llvm::append_range(saved, op->getResults());
  }
  /// What one branch computes is kept as a whole, not computed again.
  bool isCostly(Operation *) const { return true; }
  LogicalResult buildAdjoint(Operation *op, AdjointContext &adjoint) const {
    return BranchGradient(cast<scf::IfOp>(op), adjoint).build();
  }
};
} // namespace

void vellum::registerBranchAdjoints(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, scf::SCFDialect *) {
    scf::IfOp::attachInterface<IfModel>(*context);
  });
}
