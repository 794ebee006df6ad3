//===- lowering/autodiff/BlockGradient.cpp - the reverse pass over a block ===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/autodiff/BlockGradient.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

#include "dialect/Activity.h"
#include "dialect/FusedMultiplyAdd.h"
#include "dialect/ModelOps.h"
#include "dialect/Sizes.h"
#include "dialect/TensorBuilder.h"
#include "lowering/Remarks.h"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>> BlockGradient::run(Seeds seeds,
                                                 ArrayRef<Value> wanted) {
  findActive(seeds, wanted);
  for (auto [value, cotangent] : seeds)
    accumulate(value, cotangent);
  // Rules replace ops, so the list is made before the first one runs.
  SmallVector<Operation *> ops;
  for (Operation &op : llvm::reverse(forward))
    if (llvm::any_of(op.getResults(), [&](Value v) { return isActive(v); }))
      ops.push_back(&op);
  for (Operation *op : ops)
    if (failed(visit(op)))
      return failure();
  return llvm::map_to_vector(
      wanted, [&](Value value) { return cotangents.lookup(value); });
}

void BlockGradient::findActive(Seeds seeds, ArrayRef<Value> wanted) {
  DenseSet<Value> varied(wanted.begin(), wanted.end()), useful;
  for (auto [value, cotangent] : seeds)
    useful.insert(value);
  addDependents(forward, varied);
  addInfluences(forward, useful);
  for (Value value : varied)
    if (useful.contains(value))
      active.insert(value);
}

LogicalResult BlockGradient::visit(Operation *op) {
  if (llvm::none_of(op->getResults(), [&](Value v) { return cotangent(v); }))
    return success();
  auto rule = dyn_cast<Differentiable>(op);
  if (!rule) {
    InFlightDiagnostic error =
        op->emitOpError("has no derivative, but a result that is "
                        "differentiated depends on it");
    const ModelOp *known = findModelOp(op->getName().getStringRef());
    if (known && !known->instead.empty())
      error << "; write " << known->instead << " instead";
    return error;
  }
  SmallVector<Value> saved;
  rule.savedValues([&](Value value) { return isActive(value); }, saved);
  declared = DenseSet<Value>(saved.begin(), saved.end());
  current = op;
  LogicalResult built = rule.buildAdjoint(*this);
  if (replaced)
    replaced->erase();
  replaced = nullptr;
  return success(succeeded(built) && !readUndeclared);
}

//===----------------------------------------------------------------------===//
// What rules see
//===----------------------------------------------------------------------===//

Value BlockGradient::primal(Value value) {
  Operation *source = value.getDefiningOp();
  bool constant = source && source->hasTrait<OpTrait::ConstantLike>();
  if (!constant && !declared.contains(value)) {
    readUndeclared = true;
    current->emitOpError("adjoint reads a forward value of type ")
        << value.getType() << " that it does not declare as saved";
  }
  return available(value);
}

Value BlockGradient::cotangent(Value result) {
  return cotangents.lookup(result);
}

bool BlockGradient::isActive(Value operand) { return active.contains(operand); }

/// `value` where `isSeen`. Of a product the factors are hidden, so that it can
/// still be contracted with what it is added to; `seed` is 0 itself where it is
/// not seen.
static Value hide(TensorBuilder &t, Value value, Value isSeen, Value seed) {
  if (value == seed)
    return value;
  if (auto negation = value.getDefiningOp<arith::NegFOp>())
    return t.neg(hide(t, negation.getOperand(), isSeen, seed));
  auto product = value.getDefiningOp<arith::MulFOp>();
  if (!product)
    return t.keep(isSeen, value);
  auto factor = [&](Value operand) {
    return operand == seed ? operand : t.keep(isSeen, operand);
  };
  return t.mul(factor(product.getLhs()), factor(product.getRhs()));
}

/// The elementwise product of a cotangent and what its rule has made of forward
/// values, which may be NaN or infinite where the cotangent is 0 for what was
/// excluded.
Value BlockGradient::hideFactors(Value contribution) {
  const bool readsFactors =
      llvm::any_of(declared, [](Value v) { return isFloatLike(v.getType()); });
  if (!current->hasTrait<OpTrait::Elementwise>() || !readsFactors)
    return contribution;
  Value seed = cotangent(current->getResult(0));
  TensorBuilder t(builder, contribution.getLoc());
  Value isSeen = t.compare(arith::CmpFPredicate::UNE, seed, t.zerosLike(seed));
  return hide(t, contribution, isSeen, seed);
}

void BlockGradient::accumulate(Value operand, Value contribution) {
  if (!isActive(operand))
    return;
  if (current && llvm::any_of(current->getResults(),
                              [&](Value v) { return isExcluding(v); })) {
    contribution = hideFactors(contribution);
    markExcluding(operand);
  }
  Location loc = contribution.getLoc();
  if (contribution.getType() != operand.getType())
    contribution =
        tensor::CastOp::create(builder, loc, operand.getType(), contribution);
  Value &sum = cotangents[operand];
  sum = sum ? arith::AddFOp::create(builder, loc, sum, contribution)
            : contribution;
}

FailureOr<SmallVector<Value>>
BlockGradient::differentiate(const BodyAdjoint &body) {
  // What is loaded or computed again goes to the reverse body, the adjoint to
  // a block of its own that follows it: each value is there before its use.
  Block adjoint;
  OpBuilder inside(builder.getContext());
  inside.setInsertionPointToEnd(&adjoint);
  BlockGradient step(inside, body.forward, options, &body, this);
  // From the function's level nothing is passed on into a loop: all its steps
  // would have to pay for it.
  const bool isLoop = isa<LoopLikeOpInterface>(current);
  if ((this->body || !isLoop) &&
      llvm::any_of(current->getResults(),
                   [&](Value v) { return isExcluding(v); }))
    for (auto [value, cotangent] : body.seeds)
      step.markExcluding(value);
  auto result = step.run(body.seeds, body.wanted);
  excluding.insert_range(step.excluding);
  body.reverse.getOperations().splice(body.reverse.end(),
                                      adjoint.getOperations());
  return result;
}

bool BlockGradient::isCaptured(Value value) {
  BlockGradient *function = this;
  while (function->parent)
    function = function->parent;
  return function != this && value.getParentBlock() == &function->forward;
}

void BlockGradient::replaceForward(Operation *op, Operation *replacement) {
  for (auto [from, to] :
       llvm::zip(op->getResults(), replacement->getResults())) {
    from.replaceAllUsesWith(to);
    if (active.erase(from))
      active.insert(to);
    if (excluding.erase(from))
      excluding.insert(to);
    if (Value copy = known.lookup(from))
      known[to] = copy;
    known.erase(from);
    cotangents.erase(from);
  }
  declared.insert(replacement->result_begin(), replacement->result_end());
  current = replacement;
  replaced = op;
}

//===----------------------------------------------------------------------===//
// Forward values in the reverse body
//===----------------------------------------------------------------------===//

/// True for a tensor that the body hands to its next step. With the history of
/// that carried tensor, which holds one slot more than there are steps, it is
/// kept at no cost.
static bool isHandedOn(Value value) {
  auto yield = dyn_cast<YieldOp>(value.getParentBlock()->getTerminator());
  return yield && isa<RankedTensorType>(value.getType()) &&
         llvm::is_contained(yield.getCarried(), value);
}

/// True for an elementwise result that jumps where its operands change by a
/// rounding: a comparison, a rounding to integers.
static bool isStep(Operation *op) {
  if (!op->hasTrait<OpTrait::Elementwise>() ||
      llvm::none_of(op->getOperandTypes(), isFloatLike))
    return false;
  auto rule = dyn_cast<Differentiable>(op);
  return !isFloatLike(op->getResult(0).getType()) ||
         (rule && !rule.passesCotangents());
}

/// True for what hands a product on unrounded: all that moves numbers about,
/// and a change of sign.
static bool passesProducts(Operation *op) {
  return isa<arith::NegFOp>(op) ||
         (!op->hasTrait<OpTrait::Elementwise>() && !isa<Counted>(op));
}

/// True if computing `value` again takes an addition of a product that is
/// computed again too: the two may be contracted in one loop and not in
/// another.
bool BlockGradient::mayRoundOtherwise(Value value) {
  SmallVector<std::pair<Value, bool>> worklist{{value, false}};
  DenseSet<std::pair<Value, unsigned>> seen;
  while (!worklist.empty()) {
    auto [v, isAdded] = worklist.pop_back_val();
    Operation *op = v.getDefiningOp();
    if (!op || op->getBlock() != &forward || !isFloatLike(v.getType()) ||
        isKept(v) || !seen.insert({v, isAdded}).second)
      continue;
    if (isAdded && isMultiplication(op))
      return true;
    const bool adds = isAddition(op) || (isAdded && passesProducts(op));
    for (Value operand : op->getOperands())
      worklist.push_back({operand, adds});
  }
  return false;
}

bool BlockGradient::isKeptStep(Operation *op) {
  if (!isStep(op))
    return false;
  auto known = keptSteps.find(op);
  if (known != keptSteps.end())
    return known->second;
  return keptSteps[op] = llvm::any_of(op->getOperands(), [&](Value operand) {
           return mayRoundOtherwise(operand);
         });
}

/// True for what the reverse body gets from the forward one. All else is
/// computed again. A step must fall to the same side as it did: it is kept if
/// what it looks at may have other bits when it is computed again.
bool BlockGradient::isKept(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return true;
  if (isKeptStep(op))
    return true;
  if (!options.keepCostly)
    return false;
  if (isHandedOn(value))
    return true;
  if (auto rule = dyn_cast<Differentiable>(op))
    return rule.isCostly();
  return op->getNumRegions() > 0;
}

/// Says of a result that the adjoint of its body reads where it comes from.
static void explain(Value value, bool kept) {
  Operation *op = value.getDefiningOp();
  if (!op || !isa<RankedTensorType>(value.getType()))
    return;
  auto remark = remarkAnalysis(op->getLoc(), "differentiate", topic::kMemory);
  if (!remark)
    return;
  if (!kept) {
    remark << "computed again in the backward pass";
    return;
  }
  remark << "keeps " + describeBytes(value.getType()) +
                " of each step for the backward pass";
  addBytes(remark, "BytesKept", op, value.getType());
}

Value BlockGradient::available(Value value) {
  if (!body)
    return value;
  if (value.getParentBlock() != &forward)
    return parent->available(value);
  if (Value copy = known.lookup(value))
    return copy;
  const bool kept = isKept(value) && canLeaveBody(value);
  explain(value, kept);
  if (kept)
    return known[value] = body->load(value);
  recompute(value.getDefiningOp());
  return known.lookup(value);
}

void BlockGradient::recompute(Operation *op) {
  IRMapping values;
  for (Value value : valuesReadBy(op))
    values.map(value, available(value));
  OpBuilder end(builder.getContext());
  end.setInsertionPointToEnd(&body->reverse);
  Operation *copy = end.clone(*op, values);
  for (auto [from, to] : llvm::zip_equal(op->getResults(), copy->getResults()))
    known[from] = to;
}
