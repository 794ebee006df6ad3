//===- lowering/SinkAccumulators.cpp - sums over steps after the scan -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialect/ScanRewrite.h"
#include "dialect/Shapes.h"
#include "dialect/Sizes.h"
#include "dialect/TensorBuilder.h"
#include "lowering/Passes.h"
#include "lowering/Remarks.h"
#include "lowering/ScanMotion.h"

#define DEBUG_TYPE "vellum-sink-accumulators"

namespace vellum {
#define GEN_PASS_DEF_SINKACCUMULATORS
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

namespace {
/// An operand of a term, as it is found after the loop.
struct Stacked {
  enum { Outside, Input, Emitted } kind;
  /// A value from outside the scan.
  Value value;
  /// The number of the scan's input or stack.
  unsigned number;
};

/// A product or a sum that each step added to a carried value.
struct Term {
  Location loc;
  std::string spec;
  /// One for a sum, two for a product.
  SmallVector<Stacked> operands;
  SmallVector<int64_t> over;
  bool keep = false;
  ExcludingAttr excluding = {};
};

/// A carried value that leaves the scan, in part or altogether.
struct Accumulator {
  unsigned number;
  SmallVector<Term> terms;
  /// Nothing else is added to it.
  bool isGone;
};

class ScanSinker {
public:
  explicit ScanSinker(ScanOp scan) : scan(scan) {}

  void run();
  unsigned sunk = 0, left = 0;

private:
  void sink(unsigned number);
  bool isInside(Value value) {
    return scan.getBody().isAncestor(value.getParentRegion());
  }
  std::optional<Term> asTerm(Value value);
  Stacked stack(Value value);
  Value find(ScanOp rebuilt, const Stacked &operand);
  Value build(TensorBuilder &t, ScanOp rebuilt, const Term &term);
  void replace();

  ScanOp scan;
  SmallVector<Accumulator> accumulators;
};
} // namespace

static Value stripCasts(Value value) {
  while (auto cast = value.getDefiningOp<tensor::CastOp>())
    value = cast.getSource();
  return value;
}

static void eraseIfDead(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !isOpTriviallyDead(op))
    return;
  llvm::SetVector<Value> operands(op->operand_begin(), op->operand_end());
  op->erase();
  for (Value operand : operands)
    if (operand.use_empty())
      eraseIfDead(operand);
}

//===----------------------------------------------------------------------===//
// In the scan
//===----------------------------------------------------------------------===//

/// Where `value` is after the loop; the scan emits it if it must.
Stacked ScanSinker::stack(Value value) {
  if (!isInside(value))
    return {Stacked::Outside, value, 0};
  auto slice = llvm::find(scan.getSlices(), value);
  if (slice != scan.getSlices().end())
    return {Stacked::Input, {}, slice->getArgNumber() - 1};
  return {Stacked::Emitted, {}, emitFromScan(scan, value)};
}

/// The product or sum that `value` is, if it changes from step to step, and of
/// values that keep their sizes.
std::optional<Term> ScanSinker::asTerm(Value value) {
  value = stripCasts(value);
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != scan.getBodyBlock() ||
      llvm::none_of(op->getOperands(),
                    [&](Value operand) { return isInside(operand); }) ||
      !llvm::all_of(op->getOperands(), [&](Value operand) {
        return !isInside(operand) || canLeaveBody(operand);
      }))
    return std::nullopt;
  if (auto product = dyn_cast<ContractOp>(op)) {
    Term term{op->getLoc(), product.getSpec().str(), {}, {}};
    term.excluding = product.getExcludingAttr();
    for (Value operand : op->getOperands())
      term.operands.push_back(stack(operand));
    return term;
  }
  auto sum = dyn_cast<ReduceOp>(op);
  if (!sum || sum.getKind() != ReduceKind::Sum)
    return std::nullopt;
  Term term{op->getLoc(),
            "",
            {stack(sum.getSource())},
            llvm::to_vector(sum.getOver()),
            sum.getKeep()};
  return term;
}

/// Takes the products and sums out of `c' = c + …`.
void ScanSinker::sink(unsigned number) {
  BlockArgument carry = scan.getCarries()[number];
  YieldOp yield = scan.getYield();
  Value next = yield.getCarried()[number];
  SmallVector<Value> summands;
  collectSummands(next, summands);
  if (summands.size() < 2 || !carry.hasOneUse() ||
      llvm::count(summands, Value(carry)) != 1)
    return;
  Accumulator accumulator{number, {}, true};
  Value rest = carry;
  OpBuilder builder(yield);
  for (Value summand : summands) {
    if (summand == carry)
      continue;
    if (std::optional<Term> term = asTerm(summand)) {
      remarkPassed(term->loc, "sink-accumulators", topic::kMotion)
          << "what it adds to a gradient at each step is summed in one "
             "operation after the loop";
      accumulator.terms.push_back(*term);
      continue;
    }
    accumulator.isGone = false;
    rest = arith::AddFOp::create(builder, summand.getLoc(), rest, summand);
  }
  if (accumulator.terms.empty()) {
    remarkMissed(next.getLoc(), "sink-accumulators", topic::kMotion)
        << "what it adds to a carried value at each step is added in the loop, "
           "as it is neither a product nor a sum";
    ++left;
    eraseIfDead(rest);
    return;
  }
  yield.getCarriedMutable()[number].set(rest);
  eraseIfDead(next);
  accumulators.push_back(accumulator);
}

//===----------------------------------------------------------------------===//
// After the scan
//===----------------------------------------------------------------------===//

Value ScanSinker::find(ScanOp rebuilt, const Stacked &operand) {
  if (operand.kind == Stacked::Outside)
    return operand.value;
  return operand.kind == Stacked::Input ? rebuilt.getInputs()[operand.number]
                                        : rebuilt.getStacks()[operand.number];
}

/// The sum of the term over all steps.
Value ScanSinker::build(TensorBuilder &t, ScanOp rebuilt, const Term &term) {
  SmallVector<Value> operands;
  for (const Stacked &operand : term.operands)
    operands.push_back(find(rebuilt, operand));
  if (term.spec.empty()) {
    SmallVector<int64_t> over{0};
    for (int64_t dim : term.over)
      over.push_back(dim + 1);
    if (!term.keep)
      return t.sum(operands.front(), over);
    Value kept = t.sum(operands.front(), ArrayRef(over).drop_front(), true);
    return t.sum(kept, {0});
  }
  bool lhs = term.operands[0].kind != Stacked::Outside;
  bool rhs = term.operands[1].kind != Stacked::Outside;
  // A product is linear in each operand: with one fixed, sum the other first.
  if (lhs != rhs) {
    operands[rhs] = t.sum(operands[rhs], {0});
    return t.contract(term.spec, operands[0], operands[1], term.excluding);
  }
  auto [left, tail] = StringRef(term.spec).split(',');
  std::string time(1, unusedLetter(term.spec));
  return t.contract(time + left.str() + "," + time + tail.str(), operands[0],
                    operands[1], term.excluding);
}

static bool isZero(Value value) {
  if (auto broadcast = value.getDefiningOp<BroadcastOp>())
    return isZero(broadcast.getSource());
  return matchPattern(value, m_AnyZeroFloat());
}

static Value castTo(TensorBuilder &t, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return tensor::CastOp::create(t.builder, t.location, type, value);
}

/// Replaces the scan by one without what has been taken out of it.
void ScanSinker::replace() {
  llvm::BitVector dropped(scan.getInits().size());
  for (const Accumulator &accumulator : accumulators)
    if (accumulator.isGone)
      dropped.set(accumulator.number);
  ScanOp rebuilt = rebuildScan(scan, dropped);
  SmallVector<Value> finals;
  unsigned kept = 0;
  for (auto [number, init] : llvm::enumerate(scan.getInits()))
    finals.push_back(dropped[number] ? init : rebuilt.getFinals()[kept++]);
  OpBuilder builder(scan->getContext());
  builder.setInsertionPointAfter(rebuilt);
  for (const Accumulator &accumulator : accumulators) {
    Value &sum = finals[accumulator.number];
    Type type = sum.getType();
    for (const Term &term : accumulator.terms) {
      TensorBuilder t(builder, term.loc);
      Value value = castTo(t, build(t, rebuilt, term), type);
      sum = isZero(sum) ? value : t.add(sum, value);
    }
  }
  for (auto [old, final] : llvm::zip_equal(scan.getFinals(), finals))
    old.replaceAllUsesWith(final);
  for (auto [old, stack] : llvm::zip(scan.getStacks(), rebuilt.getStacks()))
    old.replaceAllUsesWith(stack);
  scan.erase();
}

void ScanSinker::run() {
  // With lengths, a step of a finished sample adds nothing.
  if (scan.getLengths())
    return;
  for (unsigned i = 0; i < scan.getInits().size(); ++i)
    sink(i);
  if (!accumulators.empty())
    replace();
  sunk = accumulators.size();
}

namespace {
struct SinkAccumulators : vellum::impl::SinkAccumulatorsBase<SinkAccumulators> {
  void runOnOperation() override {
    SmallVector<ScanOp> scans;
    getOperation()->walk([&](ScanOp scan) { scans.push_back(scan); });
    for (ScanOp scan : scans) {
      ScanSinker sinker(scan);
      sinker.run();
      numSunk += sinker.sunk;
      numLeft += sinker.left;
    }
  }
};
} // namespace
