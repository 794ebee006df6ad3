//===- dialect/ScanCanonicalization.cpp - scans without dead weight -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Differentiation and inlining leave scans that carry values round and round
// without need, stack what nobody reads and read what nobody uses. Each costs a
// copy or a tensor of T steps, so one pattern finds all of them and rebuilds
// the scan without.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/BitVector.h"

#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

namespace {
/// The values that the used results and the side effects of a scan depend on.
/// A carried value that only its own next value reads is not among them.
class NeededValues {
public:
  explicit NeededValues(ScanOp scan);

  bool contains(Value value) const { return needed.contains(value); }
  bool contains(Operation &op) const {
    return hasNeededResult(op) || !isMemoryEffectFree(&op);
  }

private:
  bool hasNeededResult(Operation &op) const {
    return llvm::any_of(op.getResults(), [&](Value r) { return contains(r); });
  }
  void require(Value value) {
    if (needed.insert(value).second)
      worklist.push_back(value);
  }
  void requireOperands(Operation &op);
  void follow(Value value);
  void followAll() {
    while (!worklist.empty())
      follow(worklist.pop_back_val());
  }

  ScanOp scan;
  DenseSet<Value> needed;
  SmallVector<Value> worklist;
};

/// Which parts of a scan stay, and what stands for those that go.
struct SlimPlan {
  explicit SlimPlan(ScanOp scan);

  bool changesAnything() const {
    return !(inputs.all() && carries.all() && stacks.all());
  }

  NeededValues needed;
  BitVector inputs, carries, stacks;
  /// For carries and stacks that go but are used; null for the others.
  SmallVector<Value> carryValues, stackValues;
  /// For slices of an input that stands earlier in the list too.
  SmallVector<std::optional<size_t>> sameInput;

private:
  void planCarries(ScanOp scan);
  void planStacks(ScanOp scan);
  void planInputs(ScanOp scan);
};
} // namespace

//===----------------------------------------------------------------------===//
// What is needed
//===----------------------------------------------------------------------===//

NeededValues::NeededValues(ScanOp scan) : scan(scan) {
  for (auto [carry, final] :
       llvm::zip_equal(scan.getCarries(), scan.getFinals()))
    if (!final.use_empty())
      require(carry);
  for (auto [emitted, stack] :
       llvm::zip_equal(scan.getYield().getEmitted(), scan.getStacks()))
    if (!stack.use_empty())
      require(emitted);
  followAll();
  // Asking for effects takes longer than all else here, so it comes last.
  for (Operation &op : scan.getBodyBlock()->without_terminator())
    if (!hasNeededResult(op) && !isMemoryEffectFree(&op)) {
      requireOperands(op);
      followAll();
    }
}

/// Operands from the block of an operation inside `op` are no business of the
/// scan's.
void NeededValues::requireOperands(Operation &op) {
  op.walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (inner == &op || operand.getParentBlock() != inner->getBlock())
        require(operand);
  });
}

void NeededValues::follow(Value value) {
  Block *body = scan.getBodyBlock();
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    size_t first = 1 + scan.getInputs().size();
    if (argument.getOwner() == body && argument.getArgNumber() >= first)
      require(scan.getYield().getCarried()[argument.getArgNumber() - first]);
    return;
  }
  if (Operation *op = body->findAncestorOpInBlock(*value.getDefiningOp()))
    requireOperands(*op);
}

//===----------------------------------------------------------------------===//
// What goes
//===----------------------------------------------------------------------===//

/// The position of an equal value before position `index`.
static std::optional<size_t> earlierPosition(ValueRange values, size_t index) {
  for (size_t earlier = 0; earlier < index; ++earlier)
    if (values[earlier] == values[index])
      return earlier;
  return std::nullopt;
}

SlimPlan::SlimPlan(ScanOp scan) : needed(scan) {
  planCarries(scan);
  planStacks(scan);
  planInputs(scan);
}

/// A value that is handed on as it came is its initial value for ever.
void SlimPlan::planCarries(ScanOp scan) {
  for (auto [init, carry, next, final] :
       llvm::zip_equal(scan.getInits(), scan.getCarries(),
                       scan.getYield().getCarried(), scan.getFinals())) {
    bool constant = next == carry && init.getType() == carry.getType() &&
                    init.getType() == final.getType();
    carryValues.push_back(constant ? init : Value());
  }
  carries.resize(carryValues.size());
  for (auto [index, carry] : llvm::enumerate(scan.getCarries()))
    carries[index] = needed.contains(carry) && !carryValues[index];
}

/// A stack of slices is the input, unless ragged samples leave zeros in it.
void SlimPlan::planStacks(ScanOp scan) {
  ValueRange emitted = scan.getYield().getEmitted();
  stackValues.resize(emitted.size());
  stacks.resize(emitted.size());
  for (auto [index, stack] : llvm::enumerate(scan.getStacks())) {
    if (std::optional<size_t> same = earlierPosition(emitted, index)) {
      Value earlier = scan.getStacks()[*same];
      if (!earlier.use_empty() && earlier.getType() == stack.getType())
        stackValues[index] = earlier;
    }
    for (auto [slice, input] :
         llvm::zip_equal(scan.getSlices(), scan.getInputs()))
      if (emitted[index] == slice && !scan.getLengths() &&
          input.getType() == stack.getType())
        stackValues[index] = input;
    stacks[index] = !stack.use_empty() && !stackValues[index];
  }
}

/// One input stays in any case: the number of steps is its first dimension.
void SlimPlan::planInputs(ScanOp scan) {
  inputs.resize(scan.getInputs().size());
  for (auto [index, slice] : llvm::enumerate(scan.getSlices())) {
    std::optional<size_t> same = earlierPosition(scan.getInputs(), index);
    if (same && scan.getSlices()[*same].getType() != slice.getType())
      same = std::nullopt;
    sameInput.push_back(same);
    if (needed.contains(slice))
      inputs.set(same.value_or(index));
  }
  if (inputs.none() && !inputs.empty())
    inputs.set(0);
}

//===----------------------------------------------------------------------===//
// The scan without it
//===----------------------------------------------------------------------===//

template <typename Range>
static SmallVector<Value> select(Range &&values, const BitVector &chosen) {
  SmallVector<Value> selected;
  for (auto [index, value] : llvm::enumerate(values))
    if (chosen[index])
      selected.push_back(value);
  return selected;
}

/// Maps the body's arguments to those of the new body.
static void mapArguments(IRMapping &mapping, ScanOp scan, const SlimPlan &plan,
                         Value step, ValueRange slices, ValueRange carries) {
  mapping.map(scan.getStep(), step);
  mapping.map(select(scan.getSlices(), plan.inputs), slices);
  for (auto [slice, same] : llvm::zip_equal(scan.getSlices(), plan.sameInput))
    if (same)
      mapping.map(slice, mapping.lookupOrDefault(scan.getSlices()[*same]));
  mapping.map(select(scan.getCarries(), plan.carries), carries);
  for (auto [carry, value] :
       llvm::zip_equal(scan.getCarries(), plan.carryValues))
    if (value)
      mapping.map(carry, value);
}

static ScanOp buildSlim(RewriterBase &rewriter, ScanOp scan,
                        const SlimPlan &plan) {
  YieldOp yield = scan.getYield();
  auto buildBody = [&](OpBuilder &builder, Location, Value step,
                       ValueRange slices, ValueRange carries) {
    IRMapping mapping;
    mapArguments(mapping, scan, plan, step, slices, carries);
    for (Operation &op : scan.getBodyBlock()->without_terminator())
      if (plan.needed.contains(op))
        builder.clone(op, mapping);
    auto mapped = [&](Value value) { return mapping.lookupOrDefault(value); };
    return ScanStep{
        llvm::map_to_vector(select(yield.getCarried(), plan.carries), mapped),
        llvm::map_to_vector(select(yield.getEmitted(), plan.stacks), mapped)};
  };
  auto slim = ScanOp::create(
      rewriter, scan.getLoc(), select(scan.getInputs(), plan.inputs),
      select(scan.getInits(), plan.carries), scan.getLength(),
      scan.getLengths(), scan.getReverse(), buildBody);
  slim.setCheckpointAttr(scan.getCheckpointAttr());
  slim->setDiscardableAttrs(scan->getDiscardableAttrDictionary());
  return slim;
}

/// Hands the uses of `results` to their replacements, which may be other ones
/// of `results`, and then to `kept`, in order. The kept ones keep their types,
/// which may know more than inference does.
static void replaceResults(RewriterBase &rewriter, ResultRange results,
                           ResultRange kept, const BitVector &chosen,
                           ArrayRef<Value> replacements) {
  for (auto [result, replacement] : llvm::zip_equal(results, replacements))
    if (replacement)
      rewriter.replaceAllUsesWith(result, replacement);
  for (auto [result, value] : llvm::zip_equal(select(results, chosen), kept)) {
    value.setType(result.getType());
    rewriter.replaceAllUsesWith(result, value);
  }
}

namespace {
struct SlimScan : OpRewritePattern<ScanOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ScanOp scan,
                                PatternRewriter &rewriter) const override {
    SlimPlan plan(scan);
    if (!plan.changesAnything())
      return rewriter.notifyMatchFailure(scan, "every part is needed");
    ScanOp slim = buildSlim(rewriter, scan, plan);
    replaceResults(rewriter, scan.getStacks(), slim.getStacks(), plan.stacks,
                   plan.stackValues);
    replaceResults(rewriter, scan.getFinals(), slim.getFinals(), plan.carries,
                   plan.carryValues);
    rewriter.eraseOp(scan);
    return success();
  }
};
} // namespace

void ScanOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<SlimScan>(context);
}
