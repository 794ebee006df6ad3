//===- test/lowering/checkpoint/SegmentPairTest.cpp - scans in segments ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/lowering/checkpoint/Pair.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::test;

namespace {
Value constant(OpBuilder &builder, int64_t value) {
  return arith::ConstantIndexOp::create(builder, builder.getUnknownLoc(),
                                        value);
}

/// Cuts the pair into segments of `outer` steps, and if `inner` is not 0, those
/// into segments of that many.
void cut(Pair &program, int64_t outer, int64_t inner) {
  ScanPair pair = program.find();
  OpBuilder builder(pair.forward);
  Value steps = tensor::DimOp::create(builder, pair.forward.getLoc(),
                                      pair.forward.getInputs()[0], 0);
  Value length = constant(builder, std::max<int64_t>(inner, 1));
  Value most =
      constant(builder, (outer + inner - 1) / std::max<int64_t>(inner, 1));
  auto again = segmentPair(pair, {steps, constant(builder, outer), Value()});
  ASSERT_TRUE(succeeded(again));
  if (!inner)
    return;
  builder.setInsertionPoint(again->forward);
  Value part = tensor::DimOp::create(builder, again->forward.getLoc(),
                                     again->forward.getInputs()[0], 0);
  ASSERT_TRUE(succeeded(segmentPair(*again, {part, length, most})));
}

class Segments : public testing::TestWithParam<std::pair<int64_t, int64_t>> {};

// Of no step, one, as many as fill segments, and one more or less.
TEST_P(Segments, GiveTheSameResults) {
  const auto [outer, inner] = GetParam();
  Pair whole, segments;
  cut(segments, outer, inner);
  for (int64_t steps : {0, 1, 2, 3, 6, 7, 8, 13, 30})
    for (int64_t batch : {1, 3}) {
      const auto expected = whole.run(steps, batch);
      const auto results = segments.run(steps, batch);
      ASSERT_EQ(results.size(), expected.size());
      for (auto [result, wanted] : llvm::zip_equal(results, expected)) {
        EXPECT_EQ(result.shape, wanted.shape);
        EXPECT_EQ(result.floats, wanted.floats);
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Lengths, Segments,
                         testing::Values(std::pair(1, 0), std::pair(3, 0),
                                         std::pair(7, 0), std::pair(100, 0),
                                         std::pair(7, 1), std::pair(7, 3),
                                         std::pair(7, 7), std::pair(100, 4)));
} // namespace
