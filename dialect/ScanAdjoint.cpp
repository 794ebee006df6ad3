//===- dialect/ScanAdjoint.cpp - the reverse scan -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With `c' , y = body(t, x, c; k)` for a step, `k` being what the body reads
// from outside, the adjoint is a scan in the other direction that carries the
// cotangents of `c` and the sums of those of `k`:
//
//   for dy in dys, <what the step saved> carry dc = dc_last, dk = 0 {
//     dx, dc_in, dk_step = adjoint of the step, seeded with dc and dy
//     yield dc_in, dk + dk_step emit dx
//   }
//
// What a step saves is found on the way: as the engine builds the adjoint it
// asks for forward values, and each one it does not compute again is emitted by
// the forward scan, at the same position `t` at which the reverse scan reads
// it.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"

#include "dialect/Activity.h"
#include "dialect/ScanRewrite.h"
#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

namespace {
class ScanGradient {
public:
  ScanGradient(ScanOp scan, AdjointContext &adjoint)
      : scan(scan), adjoint(adjoint), t(adjoint.builder, scan.getLoc()) {}

  LogicalResult build();

private:
  /// Where an input of the reverse scan comes from.
  struct Source {
    enum { Cotangent, Input, Stack } kind;
    /// The stack of cotangents.
    Value value;
    /// The number of the forward scan's input or stack.
    unsigned number;
  };

  OpBuilder atReverseEnd() {
    OpBuilder builder(scan.getContext());
    builder.setInsertionPointToEnd(&reverse);
    return builder;
  }
  void findTracked();
  void addSeeds(BodyAdjoint &body);
  Value addSlice(Source source, Type type);
  Value addCarry(Value init);
  Value load(Value value);
  Value save(Value value);
  Value zerosLike(Value forward);

  void closeStep(ArrayRef<Value> wanted, ArrayRef<Value> cotangents);
  void emitMore();
  SmallVector<Value> inputsOfReverse();
  Value lengthOfReverse(ValueRange inputs);
  void createReverse();

  ScanOp scan;
  AdjointContext &adjoint;
  TensorBuilder t;

  /// The reverse body until the reverse scan exists, with its arguments in the
  /// order in which they were asked for.
  Block reverse;
  SmallVector<Source> sources;
  SmallVector<BlockArgument> slices;
  SmallVector<Value> inits;
  SmallVector<BlockArgument> carries;

  /// The captured values and inputs that get a cotangent, in order.
  SmallVector<Value> captured;
  /// Which carried values have a cotangent, and its argument.
  SmallVector<bool> tracked;
  /// What a reverse step hands on and emits, and whom it is for.
  ScanStep step;
  SmallVector<Value> carriedFor, emittedFor;
};
} // namespace

//===----------------------------------------------------------------------===//
// What needs a cotangent
//===----------------------------------------------------------------------===//

/// A carried value is tracked if it depends on something whose cotangent is
/// wanted and influences something that has one. Both ways round the loop the
/// answer may need as many rounds as there are carried values.
void ScanGradient::findTracked() {
  Block &body = *scan.getBodyBlock();
  auto next = scan.getYield().getCarried();
  DenseSet<Value> varied(captured.begin(), captured.end()), useful;
  for (auto [slice, input] :
       llvm::zip_equal(scan.getSlices(), scan.getInputs()))
    if (adjoint.isActive(input))
      varied.insert(slice);
  for (auto [carry, init] : llvm::zip_equal(scan.getCarries(), scan.getInits()))
    if (adjoint.isActive(init))
      varied.insert(carry);
  for (auto [value, last] : llvm::zip_equal(next, scan.getFinals()))
    if (adjoint.cotangent(last))
      useful.insert(value);
  for (auto [value, stack] :
       llvm::zip_equal(scan.getYield().getEmitted(), scan.getStacks()))
    if (adjoint.cotangent(stack))
      useful.insert(value);

  for (bool changed = true; changed;) {
    changed = false;
    addDependents(body, varied);
    addInfluences(body, useful);
    for (auto [carry, value] : llvm::zip_equal(scan.getCarries(), next)) {
      if (!isFloatLike(carry.getType()))
        continue;
      if (varied.contains(value))
        changed |= varied.insert(carry).second;
      if (useful.contains(carry))
        changed |= useful.insert(value).second;
    }
  }
  for (auto [carry, last] :
       llvm::zip_equal(scan.getCarries(), scan.getFinals()))
    tracked.push_back(varied.contains(carry) &&
                      (useful.contains(carry) || adjoint.cotangent(last)));
}

//===----------------------------------------------------------------------===//
// The reverse body's arguments
//===----------------------------------------------------------------------===//

Value ScanGradient::addSlice(Source source, Type type) {
  sources.push_back(source);
  slices.push_back(reverse.addArgument(type, scan.getLoc()));
  return slices.back();
}

Value ScanGradient::addCarry(Value init) {
  inits.push_back(init);
  carries.push_back(reverse.addArgument(init.getType(), scan.getLoc()));
  return carries.back();
}

/// Zeros of the shape of a forward value outside the scan.
Value ScanGradient::zerosLike(Value forward) {
  auto type = dyn_cast<RankedTensorType>(forward.getType());
  bool known = !type || type.hasStaticShape();
  return t.zerosLike(known ? forward : adjoint.primal(forward));
}

/// The cotangents that enter a step: of the next carried values and of what the
/// step emitted.
void ScanGradient::addSeeds(BodyAdjoint &body) {
  YieldOp yield = scan.getYield();
  for (auto [value, stack] :
       llvm::zip_equal(yield.getEmitted(), scan.getStacks()))
    if (Value cotangent = adjoint.cotangent(stack)) {
      auto type = cast<RankedTensorType>(cotangent.getType());
      Value slice = addSlice({Source::Cotangent, cotangent, 0},
                             type.clone(type.getShape().drop_front()));
      body.seeds.push_back({value, slice});
    }
  for (auto [number, value] : llvm::enumerate(yield.getCarried())) {
    if (!tracked[number])
      continue;
    Value last = adjoint.cotangent(scan.getFinals()[number]);
    Value init = scan.getInits()[number];
    body.seeds.push_back({value, addCarry(last ? last : zerosLike(init))});
    body.wanted.push_back(scan.getCarries()[number]);
    carriedFor.push_back(init);
  }
  for (auto [slice, input] :
       llvm::zip_equal(scan.getSlices(), scan.getInputs()))
    if (adjoint.isActive(input))
      body.wanted.push_back(slice);
  llvm::append_range(body.wanted, captured);
}

/// An argument of the body, or a result worth keeping, in the reverse body.
Value ScanGradient::load(Value value) {
  if (value == scan.getStep())
    return reverse.getArgument(0);
  if (llvm::is_contained(scan.getSlices(), value)) {
    unsigned number = cast<BlockArgument>(value).getArgNumber() - 1;
    return addSlice({Source::Input, Value(), number}, value.getType());
  }
  return save(value);
}

/// Has the forward scan emit `value`, unless it does already. A scalar travels
/// as a tensor without dimensions.
Value ScanGradient::save(Value value) {
  OpBuilder forward(scan.getYield());
  Value emitted = value;
  if (!isa<RankedTensorType>(value.getType()))
    emitted = tensor::FromElementsOp::create(
        forward, scan.getLoc(), RankedTensorType::get({}, value.getType()),
        value);
  Value slice = addSlice({Source::Stack, Value(), emitFromScan(scan, emitted)},
                         emitted.getType());
  if (emitted == value)
    return slice;
  OpBuilder end = atReverseEnd();
  return tensor::ExtractOp::create(end, scan.getLoc(), slice, ValueRange());
}

//===----------------------------------------------------------------------===//
// The scans
//===----------------------------------------------------------------------===//

/// Distributes the step's cotangents, which stand in the order of `wanted`:
/// tracked carried values, slices of active inputs, captured values.
void ScanGradient::closeStep(ArrayRef<Value> wanted,
                             ArrayRef<Value> cotangents) {
  OpBuilder end = atReverseEnd();
  TensorBuilder body(end, scan.getLoc());
  unsigned count = carries.size();
  for (auto [carry, cotangent] :
       llvm::zip(carries, cotangents.take_front(count)))
    step.carried.push_back(cotangent ? cotangent : body.zerosLike(carry));
  for (auto [value, cotangent] : llvm::zip_equal(
           wanted.drop_front(count), cotangents.drop_front(count))) {
    if (!cotangent)
      continue;
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getOwner() == scan.getBodyBlock()) {
      Value input = scan.getInputs()[argument.getArgNumber() - 1];
      step.emitted.push_back(cotangent);
      emittedFor.push_back(input);
      if (adjoint.isExcluding(argument))
        adjoint.markExcluding(input);
      continue;
    }
    step.carried.push_back(body.add(addCarry(zerosLike(value)), cotangent));
    carriedFor.push_back(value);
  }
}

/// Moves the ops of `from` to the end of the builder's block, its arguments
/// being `arguments` there.
static void moveBody(OpBuilder &builder, Block &from, ValueRange arguments) {
  for (auto [old, argument] : llvm::zip_equal(from.getArguments(), arguments))
    old.replaceAllUsesWith(argument);
  Block *to = builder.getInsertionBlock();
  to->getOperations().splice(to->end(), from.getOperations());
}

/// Gives the forward scan a result for each value that `save` made it emit.
void ScanGradient::emitMore() {
  if (scan.getYield().getEmitted().size() == scan.getStacks().size())
    return;
  ScanOp more = rebuildScan(scan);
  adjoint.replaceForward(scan, more);
  scan = more;
}

SmallVector<Value> ScanGradient::inputsOfReverse() {
  return llvm::map_to_vector(sources, [&](const Source &source) -> Value {
    if (source.kind == Source::Cotangent)
      return source.value;
    if (source.kind == Source::Input)
      return adjoint.primal(scan.getInputs()[source.number]);
    return adjoint.primal(scan.getStacks()[source.number]);
  });
}

/// The number of steps, which the reverse scan is told only where it has no
/// inputs to tell it.
Value ScanGradient::lengthOfReverse(ValueRange inputs) {
  if (!inputs.empty())
    return {};
  if (scan.getLength())
    return adjoint.primal(scan.getLength());
  return tensor::DimOp::create(adjoint.builder, scan.getLoc(),
                               adjoint.primal(scan.getInputs().front()), 0);
}

void ScanGradient::createReverse() {
  SmallVector<Value> inputs = inputsOfReverse();
  auto backward = ScanOp::create(
      adjoint.builder, scan.getLoc(), inputs, inits, lengthOfReverse(inputs),
      /*lengths=*/Value(), !scan.getReverse(),
      [&](OpBuilder &body, Location, Value number, ValueRange newSlices,
          ValueRange newCarries) {
        SmallVector<Value> arguments(reverse.getNumArguments());
        arguments[0] = number;
        for (auto [old, slice] : llvm::zip_equal(slices, newSlices))
          arguments[old.getArgNumber()] = slice;
        for (auto [old, carry] : llvm::zip_equal(carries, newCarries))
          arguments[old.getArgNumber()] = carry;
        for (SmallVector<Value> *values : {&step.carried, &step.emitted})
          for (Value &value : *values)
            if (auto old = dyn_cast<BlockArgument>(value))
              if (old.getOwner() == &reverse)
                value = arguments[old.getArgNumber()];
        moveBody(body, reverse, arguments);
        return step;
      });
  for (auto [value, sum] : llvm::zip_equal(carriedFor, backward.getFinals()))
    adjoint.accumulate(value, sum);
  for (auto [input, stack] : llvm::zip_equal(emittedFor, backward.getStacks()))
    adjoint.accumulate(input, stack);
}

LogicalResult ScanGradient::build() {
  llvm::SetVector<Value> used;
  getUsedValuesDefinedAbove(scan.getBody(), used);
  llvm::copy_if(used, std::back_inserter(captured),
                [&](Value value) { return adjoint.isActive(value); });
  findTracked();

  reverse.addArgument(t.builder.getIndexType(), scan.getLoc());
  auto loadValue = [&](Value value) { return load(value); };
  BodyAdjoint body{*scan.getBodyBlock(), reverse, {}, {}, loadValue};
  addSeeds(body);
  auto cotangents = adjoint.differentiate(body);
  if (failed(cotangents))
    return failure();
  closeStep(body.wanted, *cotangents);
  // Values may have been saved although nothing wanted depends on them.
  emitMore();
  if (carriedFor.empty() && emittedFor.empty())
    return success();
  createReverse();
  return success();
}

//===----------------------------------------------------------------------===//
// The rule
//===----------------------------------------------------------------------===//

bool ScanOp::isCostly() { return true; }

/// What the step reads from outside, of which the reverse scan takes what it
/// needs, the operands that give shapes and the number of steps, and the
/// stacks.
void ScanOp::savedValues(function_ref<bool(Value)>,
                         SmallVectorImpl<Value> &saved) {
  llvm::append_range(saved, valuesReadBy(*this));
  llvm::append_range(saved, getStacks());
}

LogicalResult ScanOp::buildAdjoint(AdjointContext &adjoint) {
  if (getLengths())
    return emitOpError("with lengths must be decomposed before it is "
                       "differentiated");
  return ScanGradient(*this, adjoint).build();
}
