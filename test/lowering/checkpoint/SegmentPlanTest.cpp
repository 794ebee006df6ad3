//===- test/lowering/checkpoint/SegmentPlanTest.cpp - lengths -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/lowering/checkpoint/Pair.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::test;

namespace {
struct Plan {
  int64_t outer, inner, parts;
};

/// A function that returns the lengths chosen for its pair, with one cut if
/// there is no budget.
class Planner {
public:
  explicit Planner(std::optional<int64_t> budget) {
    ScanPair pair = program.find();
    OpBuilder builder(pair.forward);
    IndexBuilder index(builder, pair.forward.getLoc());
    ScanMemory memory(builder, pair.forward);
    SegmentPlanner planner(memory, index);
    planner.add(pair);
    const Lengths lengths =
        budget ? planner.cutWithin(index.constant(*budget)).front()
               : planner.cutOnce().front();
    EXPECT_TRUE(memory.isKnown());
    SmallVector<Value> chosen{lengths.outer, lengths.inner, lengths.parts};
    Operation *terminator = program.function.getBody().front().getTerminator();
    terminator->setOperands(chosen);
    program.function.setFunctionType(builder.getFunctionType(
        program.function.getArgumentTypes(), ValueRange(chosen).getTypes()));
  }

  Plan plan(int64_t steps, int64_t batch) {
    const auto results = program.run(steps, batch);
    return {results[0].integers[0], results[1].integers[0],
            results[2].integers[0]};
  }

private:
  Pair program;
};

// √(64 T / 16), rounded up, but no more than there are steps and at least one.
TEST(SegmentPlan, OfOneCut) {
  Planner planner(std::nullopt);
  for (int64_t batch : {1, 5}) {
    EXPECT_EQ(planner.plan(0, batch).outer, 1);
    EXPECT_EQ(planner.plan(1, batch).outer, 1);
    EXPECT_EQ(planner.plan(2, batch).outer, 2);
    EXPECT_EQ(planner.plan(9, batch).outer, 6);
    EXPECT_EQ(planner.plan(97, batch).outer, 20);
    EXPECT_EQ(planner.plan(100, batch).outer, 20);
  }
}

// ∛(1000 · 16 / 64) = 6.3 segments of 159 steps, in 7 parts of 26.
TEST(SegmentPlan, OfTwoCuts) {
  Planner planner(1);
  const Plan plan = planner.plan(1000, 3);
  EXPECT_EQ(plan.outer, 159);
  EXPECT_EQ(plan.inner, 26);
  EXPECT_EQ(plan.parts, 7);
}

TEST(SegmentPlan, CoversAllSteps) {
  for (std::optional<int64_t> budget :
       {std::optional<int64_t>(), std::optional<int64_t>(1),
        std::optional<int64_t>(20000), std::optional<int64_t>(1000000)}) {
    Planner planner(budget);
    for (int64_t steps : {0, 1, 2, 3, 11, 16, 97, 300}) {
      const auto [outer, inner, parts] = planner.plan(steps, 2);
      EXPECT_GE(inner, 1);
      EXPECT_LE(inner, outer);
      EXPECT_LE(outer, std::max<int64_t>(steps, 1));
      EXPECT_EQ(parts, (outer + inner - 1) / inner);
    }
  }
}

// A step is computed again twice only where the budget asks for it: 300 steps
// of 2 samples keep 16 · 300 · 2 bytes of the reverse scan's results, whatever
// the segments are, and 64 · 300 · 2 of the forward one's.
TEST(SegmentPlan, CutsTwiceOnlyIfNeeded) {
  const int64_t kept = 80 * 300 * 2;
  Planner much(kept + 8000), little(kept + 3000);
  const Plan once = much.plan(300, 2), twice = little.plan(300, 2);
  EXPECT_EQ(once.outer, 35);
  EXPECT_EQ(once.inner, once.outer);
  EXPECT_LT(twice.inner, twice.outer);
}
} // namespace
