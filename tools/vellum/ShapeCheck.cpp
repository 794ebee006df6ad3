//===- tools/vellum/ShapeCheck.cpp - do the arguments fit together? -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/ShapeCheck.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

#include "dialect/Activity.h"
#include "dialect/Shapes.h"
#include "dialect/Vellum.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

namespace {
/// Goes through a copy of a function and gives each value the type that it has
/// for the shapes at hand, as far as types of operands and constants tell.
class ShapeRefinement {
public:
  /// Before any size of `function` is known.
  ShapeRefinement(func::FuncOp function, bool limitsCounts);
  LogicalResult visit(Block &block);

private:
  LogicalResult visit(Operation &op);
  LogicalResult visitScan(ScanOp scan);
  LogicalResult visitPonder(PonderOp ponder);
  LogicalResult infer(InferTypeOpInterface op);
  LogicalResult unify(Operation &op);
  LogicalResult refineSizes(Operation *op, MutableOperandRange sizes);
  LogicalResult checkStretched(BroadcastOp op);
  LogicalResult refine(Value value, ArrayRef<int64_t> shape);
  LogicalResult refine(Value value, Value like, unsigned dropped = 0);
  void fold(Operation &op);
  void keepTypesIn(Operation *op);

  /// What the program says of what is broadcast.
  llvm::DenseMap<Operation *, RankedTensorType> declared;
  /// Casts to the types that the program says.
  llvm::DenseSet<Operation *> kept;
  /// Whether a tensor may have too many elements.
  bool limitsCounts;
};
} // namespace

/// Nothing for scalars.
static ArrayRef<int64_t> knownShapeOf(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type ? type.getShape() : ArrayRef<int64_t>();
}

static std::optional<int64_t> constantSize(Value size) {
  APInt constant;
  if (!matchPattern(size, m_ConstantInt(&constant)))
    return std::nullopt;
  return constant.getSExtValue();
}

static LogicalResult checkSizes(Operation *op, ValueRange sizes) {
  for (Value size : sizes)
    if (constantSize(size).value_or(0) < 0)
      return op->emitOpError("has a size of ") << *constantSize(size);
  return success();
}

static LogicalResult checkCount(Value value, ArrayRef<int64_t> shape) {
  uint64_t count = 1;
  for (int64_t size : shape)
    count = llvm::SaturatingMultiply<uint64_t>(
        count, ShapedType::isDynamic(size) ? 1 : size);
  if (count <= uint64_t(kMostElements))
    return success();
  return emitError(value.getLoc()) << "a value of type " << value.getType()
                                   << " would have " << count << " elements";
}

/// Gives a tensor the sizes that `shape` knows.
LogicalResult ShapeRefinement::refine(Value value, ArrayRef<int64_t> shape) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || type.getRank() != static_cast<int64_t>(shape.size()))
    return success();
  SmallVector<int64_t> sizes(type.getShape());
  for (auto [size, known] : llvm::zip_equal(sizes, shape)) {
    if (ShapedType::isDynamic(size))
      size = known;
    else if (ShapedType::isStatic(known) && size != known)
      return emitError(value.getLoc())
             << "a value of type " << type << " must have size " << size
             << ", but got " << known;
  }
  value.setType(type.clone(sizes));
  return limitsCounts ? checkCount(value, sizes) : success();
}

/// As `like` without its first `dropped` dimensions.
LogicalResult ShapeRefinement::refine(Value value, Value like,
                                      unsigned dropped) {
  return refine(value, knownShapeOf(like).drop_front(dropped));
}

/// Sizes that are constants become part of the type, and are no operands then.
LogicalResult ShapeRefinement::refineSizes(Operation *op,
                                           MutableOperandRange operands) {
  SmallVector<Value> sizes(operands.getAsOperandRange()), unknown;
  if (failed(checkSizes(op, sizes)))
    return failure();
  Value result = op->getResult(0);
  SmallVector<int64_t> shape(knownShapeOf(result));
  unsigned next = 0;
  for (int64_t &size : shape) {
    if (ShapedType::isStatic(size) || next == sizes.size())
      continue;
    Value given = sizes[next++];
    size = constantSize(given).value_or(ShapedType::kDynamic);
    if (ShapedType::isDynamic(size))
      unknown.push_back(given);
  }
  operands.assign(unknown);
  return refine(result, shape);
}

ShapeRefinement::ShapeRefinement(func::FuncOp function, bool limitsCounts)
    : limitsCounts(limitsCounts) {
  function.walk([&](BroadcastOp op) {
    if (auto type = dyn_cast<RankedTensorType>(op.getSource().getType()))
      declared[op] = type;
  });
  function.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isa<scf::ForOp, scf::IfOp, scf::WhileOp>(op))
      return WalkResult::advance();
    keepTypesIn(op);
    return WalkResult::skip();
  });
}

/// Code is made before sizes are known: it stretches the dimensions of which
/// the type says that they are 1, and reads the others as they are.
LogicalResult ShapeRefinement::checkStretched(BroadcastOp op) {
  if (!op.getLike() || !declared.contains(op))
    return success();
  ArrayRef<int64_t> source = knownShapeOf(op.getSource()),
                    like = knownShapeOf(op.getLike());
  for (auto [i, dim] : llvm::enumerate(op.keptDims()))
    if (declared[op].isDynamicDim(i) && source[i] == 1 &&
        ShapedType::isStatic(like[dim]) && like[dim] != 1)
      return op.emitOpError("stretches only dimensions that are 1 in the type; "
                            "write 1 in place of ? in ")
             << declared[op] << ", or give it size " << like[dim]
             << ", but got 1";
  return success();
}

/// Sizes that are computed from known sizes become constants.
void ShapeRefinement::fold(Operation &op) {
  if (op.getNumResults() != 1 || !op.getResult(0).getType().isIndex())
    return;
  SmallVector<Attribute> constants;
  for (Value operand : op.getOperands()) {
    Attribute constant;
    matchPattern(operand, m_Constant(&constant));
    constants.push_back(constant);
  }
  SmallVector<OpFoldResult> results;
  if (failed(op.fold(constants, results)) || results.size() != 1)
    return;
  auto number = dyn_cast_or_null<IntegerAttr>(
      llvm::dyn_cast_if_present<Attribute>(results.front()));
  if (!number)
    return;
  OpBuilder builder(&op);
  op.getResult(0).replaceAllUsesWith(
      arith::ConstantOp::create(builder, op.getLoc(), number));
}

LogicalResult ShapeRefinement::infer(InferTypeOpInterface op) {
  SmallVector<Type> types;
  if (failed(op.inferReturnTypes(
          op.getContext(), op.getLoc(), op->getOperands(),
          op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
          op->getRegions(), types)))
    return failure();
  for (auto [result, type] : llvm::zip_equal(op->getResults(), types))
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      if (failed(refine(result, tensor.getShape())))
        return failure();
  return success();
}

/// Elementwise operations: all tensors have the same shape.
LogicalResult ShapeRefinement::unify(Operation &op) {
  Value result = op.getResult(0);
  for (Value operand : op.getOperands()) {
    ArrayRef<int64_t> shape = knownShapeOf(operand),
                      other = knownShapeOf(result);
    if (shape.size() == other.size() &&
        failed(verifyCompatibleShape(shape, other)))
      return op.emitOpError("shape mismatch: operands of ")
             << formatShape(other) << " and " << formatShape(shape);
    if (failed(refine(result, operand)))
      return failure();
  }
  return success();
}

LogicalResult ShapeRefinement::visitScan(ScanOp scan) {
  int64_t length = ShapedType::kDynamic;
  if (Value given = scan.getLength()) {
    if (failed(checkSizes(scan, given)))
      return failure();
    length = constantSize(given).value_or(length);
  }
  for (auto [input, slice] : llvm::zip(scan.getInputs(), scan.getSlices())) {
    const int64_t size = knownShapeOf(input).front();
    if (ShapedType::isStatic(length) && ShapedType::isStatic(size) &&
        size != length)
      return scan.emitOpError("inputs must have the same first dimension, but "
                              "got ")
             << length << " and " << size;
    length = ShapedType::isStatic(size) ? size : length;
    if (failed(refine(slice, input, /*dropped=*/1)))
      return failure();
  }
  for (auto [init, carry] : llvm::zip(scan.getInits(), scan.getCarries()))
    if (failed(refine(carry, init)))
      return failure();
  if (failed(visit(*scan.getBodyBlock())))
    return failure();
  for (auto [result, carry] : llvm::zip(scan.getFinals(), scan.getCarries()))
    if (failed(refine(result, carry)))
      return failure();
  YieldOp yield = scan.getYield();
  for (auto [stack, emitted] :
       llvm::zip(scan.getStacks(), yield.getEmitted())) {
    SmallVector<int64_t> shape{length};
    llvm::append_range(shape, knownShapeOf(emitted));
    if (failed(refine(stack, shape)))
      return failure();
  }
  return success();
}

LogicalResult ShapeRefinement::visitPonder(PonderOp ponder) {
  for (auto [init, state] : llvm::zip(ponder.getInits(), ponder.getStates()))
    if (failed(refine(state, init)))
      return failure();
  SmallVector<int64_t> perSample(knownShapeOf(ponder.getInits().front()));
  perSample.back() = 1;
  if (failed(refine(ponder.getFlag(), perSample)) ||
      failed(visit(*ponder.getBodyBlock())))
    return failure();
  // States, outputs, cost and number of steps.
  SmallVector<Value> like(ponder.getInits());
  llvm::append_range(like, ponder.getYield().getEmitted());
  like.append(2, ponder.getFlag());
  for (auto [source, result] : llvm::zip_equal(like, ponder.getResults()))
    if (failed(refine(result, source)))
      return failure();
  return success();
}

LogicalResult ShapeRefinement::visit(Operation &op) {
  fold(op);
  if (auto scan = dyn_cast<ScanOp>(op))
    return visitScan(scan);
  if (auto ponder = dyn_cast<PonderOp>(op))
    return visitPonder(ponder);
  if (auto random = dyn_cast<RandomOp>(op))
    return refineSizes(random, random.getSizesMutable());
  if (auto splat = dyn_cast<tensor::SplatOp>(op))
    return refineSizes(splat, splat.getDynamicSizesMutable());
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return refineSizes(empty, empty.getDynamicSizesMutable());
  if (auto broadcast = dyn_cast<BroadcastOp>(op))
    if (failed(checkSizes(broadcast, broadcast.getSizes())) ||
        failed(checkStretched(broadcast)))
      return failure();
  if (kept.contains(&op))
    return success();
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return refine(cast.getResult(), cast.getSource());
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return refine(insert.getResult(), insert.getDest());
  auto inference = dyn_cast<InferTypeOpInterface>(op);
  if (inference && isa<VellumDialect>(op.getDialect()))
    return infer(inference);
  if (op.hasTrait<OpTrait::Elementwise>() && op.getNumResults() == 1)
    return unify(op);
  return success();
}

/// Lets what a branch or a loop reads keep its types: whether it runs, and what
/// it hands out, shapes do not tell.
void ShapeRefinement::keepTypesIn(Operation *op) {
  OpBuilder builder(op);
  for (Value value : valuesReadBy(op)) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || type.hasStaticShape())
      continue;
    auto cast = tensor::CastOp::create(builder, op->getLoc(), type, value);
    kept.insert(cast);
    value.replaceUsesWithIf(
        cast, [&](OpOperand &use) { return op->isAncestor(use.getOwner()); });
  }
}

LogicalResult ShapeRefinement::visit(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block))
    if (failed(visit(op)))
      return failure();
  return success();
}

/// Integers are known too: sizes may be computed from them.
static void makeConstant(BlockArgument argument, int64_t value) {
  OpBuilder builder = OpBuilder::atBlockBegin(argument.getOwner());
  auto number = builder.getIntegerAttr(argument.getType(), value);
  argument.replaceAllUsesWith(
      arith::ConstantOp::create(builder, argument.getLoc(), number));
}

/// Gives a function's arguments, and all that depends on them, these sizes.
static LogicalResult refine(func::FuncOp function,
                            ArrayRef<SupposedArgument> arguments,
                            bool limitsCounts) {
  ShapeRefinement refinement(function, limitsCounts);
  for (auto [argument, supposed] :
       llvm::zip(function.getArguments(), arguments)) {
    if (auto type = dyn_cast<RankedTensorType>(argument.getType()))
      argument.setType(type.clone(supposed.shape));
    else if (supposed.value)
      makeConstant(argument, *supposed.value);
  }
  return refinement.visit(function.getBody().front());
}

static SmallVector<SupposedArgument> sizesOf(func::FuncOp function,
                                             ArrayRef<Tensor> arguments) {
  SmallVector<SupposedArgument> sizes;
  for (auto [type, tensor] :
       llvm::zip(function.getArgumentTypes(), arguments)) {
    SupposedArgument each;
    each.shape.assign(tensor.shape.begin(), tensor.shape.end());
    if (type.isIndex())
      each.value = tensor.data<int64_t>()[0];
    sizes.push_back(each);
  }
  return sizes;
}

LogicalResult vellum::specialize(func::FuncOp function,
                                 ArrayRef<Tensor> arguments) {
  if (failed(refine(function, sizesOf(function, arguments),
                    /*limitsCounts=*/true)))
    return failure();
  Block &body = function.getBody().front();
  function.setType(FunctionType::get(function.getContext(),
                                     body.getArgumentTypes(),
                                     body.getTerminator()->getOperandTypes()));
  return success();
}

LogicalResult vellum::checkShapes(func::FuncOp function,
                                  ArrayRef<Tensor> arguments) {
  OwningOpRef<func::FuncOp> copy(function.clone());
  return refine(*copy, sizesOf(function, arguments), /*limitsCounts=*/true);
}

bool vellum::areShapesPossible(func::FuncOp function,
                               ArrayRef<SupposedArgument> arguments) {
  ScopedDiagnosticHandler silence(function.getContext(),
                                  [](Diagnostic &) { return success(); });
  OwningOpRef<func::FuncOp> copy(function.clone());
  return succeeded(refine(*copy, arguments, /*limitsCounts=*/false));
}
