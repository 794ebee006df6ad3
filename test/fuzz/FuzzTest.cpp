//===- test/fuzz/FuzzTest.cpp - the tools that look for failures ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"

#include <cmath>
#include <unistd.h>

#include "test/fuzz/Campaign.h"
#include "test/fuzz/Choices.h"
#include "test/fuzz/Shrink.h"
#include "test/fuzz/Spoil.h"
#include "test/fuzz/Values.h"

using namespace vellum;
using namespace vellum::fuzz;
using interpreter::Array;

TEST(ChoicesTest, ReplaysWhatWasDrawn) {
  Choices drawn(7);
  std::vector<uint32_t> numbers;
  for (int i = 1; i < 50; ++i)
    numbers.push_back(drawn.below(i));
  EXPECT_EQ(drawn.tape(), numbers);
  Choices replayed(numbers);
  for (int i = 1; i < 50; ++i)
    EXPECT_EQ(replayed.below(i), numbers[i - 1]);
  EXPECT_EQ(replayed.below(50), 0u) << "a tape at its end gives zeros";
}

TEST(ChoicesTest, KeepsNumbersOfATapeInBounds) {
  Choices choices(Tape{9, 3});
  EXPECT_EQ(choices.below(4), 3u);
  EXPECT_EQ(choices.tape(), Tape{3});
}

TEST(ShrinkTest, FindsTheSmallestTape) {
  Tape tape;
  for (uint32_t i = 0; i < 40; ++i)
    tape.push_back(i);
  auto fails = [](const Tape &each) {
    for (uint32_t number : each)
      if (number >= 16)
        return true;
    return false;
  };
  const Tape smallest = shrink(tape, 1000, fails);
  ASSERT_EQ(smallest.size(), 1u);
  EXPECT_GE(smallest[0], 16u);
  EXPECT_LT(smallest[0], 32u);
}

TEST(ShrinkTest, AsksNoMoreThanItMay) {
  unsigned asked = 0;
  shrink(Tape(100, 1), 10, [&](const Tape &) { return ++asked == 0; });
  EXPECT_EQ(asked, 10u);
}

static Arrays arrays(std::vector<double> numbers) {
  return {Array::ofFloats({int64_t(numbers.size())}, numbers)};
}

static Tensors tensors(std::vector<float> numbers) {
  return {Tensor::of<float>({int64_t(numbers.size())}, numbers)};
}

TEST(ReferenceTest, AllowsRoundingOnly) {
  Reference reference(arrays({1, 0.5}), {arrays({1.0000001, 0.5})});
  EXPECT_FALSE(reference.check(tensors({1.000002f, 0.5f})));
  EXPECT_TRUE(reference.check(tensors({1.0001f, 0.5f})));
  EXPECT_FALSE(reference.isVague());
}

TEST(ReferenceTest, AllowsMoreWhereRoundingDoesMore) {
  Reference reference(arrays({1, 0.5}), {arrays({1.0005, 0.5})});
  EXPECT_FALSE(reference.check(tensors({1.002f, 0.5f})));
  EXPECT_TRUE(reference.check(tensors({1.01f, 0.5f})));
}

TEST(ReferenceTest, KnowsNothingBehindAJump) {
  Reference reference(arrays({1, 0.5}), {arrays({0, 0.5})});
  EXPECT_TRUE(reference.isVague());
  EXPECT_FALSE(reference.check(tensors({7, 7})));
}

TEST(ReferenceTest, WantsNanWhereNanIs) {
  Reference reference(arrays({NAN, 0.5}), {arrays({NAN, 0.5})});
  EXPECT_FALSE(reference.check(tensors({NAN, 0.5f})));
  EXPECT_TRUE(reference.check(tensors({0, 0.5f})));
  EXPECT_TRUE(reference.check(tensors({NAN, NAN})));
}

TEST(ReferenceTest, ComparesShapesAndIntegers) {
  Reference floats(arrays({1, 0.5}), {arrays({1, 0.5})});
  EXPECT_TRUE(floats.check(tensors({1})));
  const Arrays exact{Array::ofIntegers({2}, {1, 2})};
  Reference integers(exact, {exact});
  EXPECT_FALSE(integers.check({Tensor::of<int64_t>({2}, {1, 2})}));
  EXPECT_TRUE(integers.check({Tensor::of<int64_t>({2}, {1, 3})}));
}

TEST(DifferenceTest, SeesEveryBit) {
  EXPECT_FALSE(differenceInBits(tensors({1, NAN}), tensors({1, NAN})));
  EXPECT_TRUE(differenceInBits(tensors({0.f}), tensors({-0.f})));
  EXPECT_TRUE(differenceInBits(tensors({1.f}), tensors({1.0000001f})));
}

TEST(CampaignTest, SurvivesCrashesAndHangs) {
  char scratch[] = "/tmp/campaign-XXXXXX";
  ASSERT_TRUE(mkdtemp(scratch));
  std::vector<std::string> ends;
  Campaign campaign(scratch, 1);
  campaign.run(
      0, 5,
      [](uint64_t i) -> std::string {
        if (i == 1)
          __builtin_trap();
        while (i == 3)
          usleep(1000);
        return "trial " + std::to_string(i);
      },
      [&](uint64_t, const Outcome &outcome) {
        ends.push_back(outcome.text + outcome.death);
        return true;
      });
  EXPECT_EQ(ends, (std::vector<std::string>{"trial 0", "crash: signal 4",
                                            "trial 2", "hang", "trial 4"}));
  unlink((std::string(scratch) + "/errors").c_str());
  rmdir(scratch);
}

TEST(SpoilTest, DamagesInManyWays) {
  const std::string text = "func @f(%x: tensor<2x3xf32>) {\n  return\n}\n";
  unsigned different = 0;
  for (uint64_t i = 0; i < 100; ++i) {
    Choices choices(i), again(i);
    const std::string damaged = spoilText(text, text, choices);
    EXPECT_EQ(damaged, spoilText(text, text, again));
    different += damaged != text;
  }
  EXPECT_GT(different, 90u);
}
