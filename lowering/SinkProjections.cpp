//===- lowering/SinkProjections.cpp - products of outputs after the scan --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/ScanRewrite.h"
#include "dialect/TensorBuilder.h"
#include "lowering/Passes.h"
#include "lowering/Remarks.h"
#include "lowering/ScanMotion.h"

#define DEBUG_TYPE "vellum-sink-projections"

namespace vellum {
#define GEN_PASS_DEF_SINKPROJECTIONS
#include "lowering/Passes.h.inc"
} // namespace vellum

using namespace mlir;
using namespace vellum;

namespace {
/// A summand that is the same at each step, such as a bias: stretched along
/// new dimensions at these positions.
struct Fixed {
  Value value;
  SmallVector<int64_t> across;
};

/// A stack that is computed after the scan.
struct Output {
  unsigned number;
  SmallVector<Projection> projections;
  /// The stacks of the projections' operands.
  SmallVector<unsigned> operands;
  SmallVector<Fixed> fixed;
  /// The stack of what else is added, if anything.
  std::optional<unsigned> rest;
};

class OutputSinker {
public:
  OutputSinker(ScanOp scan, int64_t cacheBytes)
      : scan(scan), cacheBytes(cacheBytes) {}

  void run();
  unsigned sunk = 0, left = 0;

private:
  void visit(unsigned number);
  bool isStackedAnyway(Value value);
  bool canSink(Projection projection);
  std::optional<Fixed> asFixed(Value value);
  void emit(Output &output, ArrayRef<Value> others);
  Value build(ScanOp rebuilt, const Output &output);

  ScanOp scan;
  int64_t cacheBytes;
  SmallVector<Output> outputs;
};
} // namespace

/// Stacks of carried values are their slots, and cost nothing.
bool OutputSinker::isStackedAnyway(Value value) {
  YieldOp yield = scan.getYield();
  return llvm::is_contained(scan.getSlices(), value) ||
         llvm::is_contained(scan.getCarries(), value) ||
         llvm::is_contained(yield.getCarried(), value) ||
         llvm::is_contained(yield.getEmitted(), value);
}

static bool isNoLarger(Value value, Value than) {
  auto lhs = cast<RankedTensorType>(value.getType()),
       rhs = cast<RankedTensorType>(than.getType());
  return lhs.getRank() == rhs.getRank() &&
         llvm::all_of_zip(lhs.getShape(), rhs.getShape(),
                          [](int64_t a, int64_t b) { return a <= b; });
}

static void explain(Projection projection, bool pays, bool isKept) {
  const Location loc = projection.product.getLoc();
  auto weights = [&] { return describeBytes(projection.weight().getType()); };
  constexpr StringLiteral pass = "sink-projections";
  if (pays && isKept) {
    if (auto remark = remarkPassed(loc, pass, topic::kMotion))
      remark << "its product, which is only stacked, leaves the loop: " +
                    weights() + " of weights are read once, not at each step";
  } else if (auto remark = remarkMissed(loc, pass, topic::kMotion)) {
    if (pays)
      remark << "its product, which is only stacked, stays in the loop, as its "
                "operand is larger and kept for nothing else";
    else
      remark << "its product, which is only stacked, stays in the loop, as "
                "its " +
                    weights() + " of weights stay in the cache";
  }
}

bool OutputSinker::canSink(Projection projection) {
  Value operand = projection.moving();
  const bool pays = paysOverTime(projection, cacheBytes),
             isKept = isStackedAnyway(operand) ||
                      isNoLarger(operand, projection.product.getResult());
  explain(projection, pays, isKept);
  left += !pays || !isKept;
  return pays && isKept;
}

std::optional<Fixed> OutputSinker::asFixed(Value value) {
  if (isInvariant(scan, value))
    return Fixed{value, {}};
  auto broadcast = value.getDefiningOp<BroadcastOp>();
  if (!broadcast || !isInvariant(scan, broadcast.getSource()))
    return std::nullopt;
  return Fixed{broadcast.getSource(), llvm::to_vector(broadcast.getAcross())};
}

/// Takes the products out of the stack's value, if nothing else reads it.
void OutputSinker::visit(unsigned number) {
  Value value = scan.getYield().getEmitted()[number];
  if (!value.hasOneUse() || scan.getStacks()[number].use_empty())
    return;
  SmallVector<Value> summands, others;
  collectSummands(value, summands);
  Output output{number, {}, {}, {}, {}};
  for (Value summand : summands) {
    auto product = summand.getDefiningOp<ContractOp>();
    std::optional<Projection> projection =
        product ? asProjection(scan, product) : std::nullopt;
    if (projection && canSink(*projection))
      output.projections.push_back(*projection);
    else
      others.push_back(summand);
  }
  if (output.projections.empty())
    return;
  emit(output, others);
  sunk += output.projections.size();
  outputs.push_back(std::move(output));
}

/// Stacks what the sum after the scan needs.
void OutputSinker::emit(Output &output, ArrayRef<Value> others) {
  OpBuilder b(scan.getYield());
  Value rest;
  for (Value value : others)
    if (std::optional<Fixed> fixed = asFixed(value))
      output.fixed.push_back(*fixed);
    else
      rest =
          rest ? arith::AddFOp::create(b, value.getLoc(), rest, value) : value;
  if (rest)
    output.rest = emitFromScan(scan, rest);
  for (const Fixed &fixed : output.fixed)
    moveBefore(scan, fixed.value);
  for (const Projection &projection : output.projections) {
    moveBefore(scan, projection.weight());
    output.operands.push_back(emitFromScan(scan, projection.moving()));
  }
}

/// The stack that the scan does not compute any more.
Value OutputSinker::build(ScanOp rebuilt, const Output &output) {
  OpBuilder b(scan->getContext());
  b.setInsertionPointAfter(rebuilt);
  TensorBuilder t(b, rebuilt.getLoc());
  Value sum = output.rest ? rebuilt.getStacks()[*output.rest] : Value();
  for (auto [projection, operand] :
       llvm::zip_equal(output.projections, output.operands)) {
    Value product = projection.overTime(b, rebuilt.getStacks()[operand]);
    sum = sum ? t.add(sum, product) : product;
  }
  for (const Fixed &fixed : output.fixed) {
    SmallVector<int64_t> across{0};
    for (int64_t dim : fixed.across)
      across.push_back(dim + 1);
    sum = t.add(sum, t.broadcast(fixed.value, across, sum));
  }
  return sum;
}

void OutputSinker::run() {
  // With lengths, what finished samples emit is zero and not a product.
  if (scan.getLengths())
    return;
  for (unsigned i = 0, n = scan.getStacks().size(); i < n; ++i)
    visit(i);
  if (outputs.empty())
    return;
  ScanOp rebuilt = rebuildScan(scan);
  SmallVector<Value> results(rebuilt.getResults());
  OpBuilder b(scan->getContext());
  const unsigned carries = scan.getInits().size();
  for (const Output &output : outputs) {
    Value stack = build(rebuilt, output);
    b.setInsertionPointAfterValue(stack);
    Type type = scan.getStacks()[output.number].getType();
    if (stack.getType() != type)
      stack = tensor::CastOp::create(b, stack.getLoc(), type, stack);
    results[carries + output.number] = stack;
  }
  for (auto [old, result] : llvm::zip(scan.getResults(), results))
    old.replaceAllUsesWith(result);
  scan.erase();
}

namespace {
struct SinkProjections : vellum::impl::SinkProjectionsBase<SinkProjections> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<ScanOp> scans;
    getOperation()->walk([&](ScanOp scan) { scans.push_back(scan); });
    for (ScanOp scan : scans) {
      if (!scan.getBody().getOps<ScanOp>().empty())
        continue;
      OutputSinker sinker(scan, cacheBytes);
      sinker.run();
      numSunk += sinker.sunk;
      numLeft += sinker.left;
    }
  }
};
} // namespace
