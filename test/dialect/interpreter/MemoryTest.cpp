//===- test/dialect/interpreter/MemoryTest.cpp - reading and writing ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

TEST(MemoryRead, IsTheMeanWord) {
  const Array r = result(R"(
    func.func @main(%m: tensor<1x3x2xf32>, %w: tensor<1x3xf32>)
        -> tensor<1x2xf32> {
      %r = vellum.memory_read %m at %w
      return %r : tensor<1x2xf32>
    })",
                         {Array::ofFloats({1, 3, 2}, {1, 2, 3, 4, 5, 6}),
                          Array::ofFloats({1, 3}, {0.5, 0, 0.25})});
  expectFloats(r, {1, 2}, {1.75, 2.5});
}

TEST(MemoryRead, HasHeads) {
  const Array memory = wave({2, 4, 3}, 0.2), w = weightings({2, 5, 4}, 0.7);
  const Array r = result(R"(
    func.func @main(%m: tensor<?x?x3xf32>, %w: tensor<?x5x?xf32>)
        -> tensor<?x5x3xf32> {
      %r = vellum.memory_read %m at %w
      return %r : tensor<?x5x3xf32>
    })",
                         {memory, w});
  Array expected = Array::zeros({2, 5, 3});
  for (int64_t b = 0; b < 2; ++b)
    for (int64_t h = 0; h < 5; ++h)
      for (int64_t i = 0; i < 4; ++i)
        for (int64_t m = 0; m < 3; ++m)
          expected.floats[(b * 5 + h) * 3 + m] +=
              w.floats[(b * 5 + h) * 4 + i] *
              memory.floats[(b * 4 + i) * 3 + m];
  expectNear(r, expected);
}

TEST(MemoryRead, ReportsLocationsThatDiffer) {
  const std::string message = errors(R"(
    func.func @main(%m: tensor<?x?x3xf32>, %w: tensor<?x?xf32>)
        -> tensor<?x3xf32> {
      %r = vellum.memory_read %m at %w
      return %r : tensor<?x3xf32>
    })",
                                     {wave({2, 4, 3}, 0), wave({2, 5}, 0)});
  EXPECT_EQ(message.substr(0, 3), "4: ") << message;
  EXPECT_NE(message.find("5"), std::string::npos) << message;
}

constexpr double kMemory[] = {1, 2, 3, 4};

TEST(MemoryWrite, ErasesAndAdds) {
  const Array m = result(R"(
    func.func @main(%m: tensor<1x2x2xf32>, %w: tensor<1x2xf32>,
                    %e: tensor<1x2xf32>, %a: tensor<1x2xf32>)
        -> tensor<1x2x2xf32> {
      %r = vellum.memory_write %m at %w erase %e add %a
      return %r : tensor<1x2x2xf32>
    })",
                         {Array::ofFloats({1, 2, 2}, kMemory),
                          Array::ofFloats({1, 2}, {0.5, 0.25}),
                          Array::ofFloats({1, 2}, {1, 0}),
                          Array::ofFloats({1, 2}, {10, 20})});
  expectFloats(m, {1, 2, 2}, {5.5, 12, 4.75, 9});
}

TEST(MemoryWrite, InterpolatesWithoutErase) {
  const Array m = result(R"(
    func.func @main(%m: tensor<1x2x2xf32>, %w: tensor<1x2xf32>,
                    %a: tensor<1x2xf32>) -> tensor<1x2x2xf32> {
      %r = vellum.memory_write %m at %w add %a
      return %r : tensor<1x2x2xf32>
    })",
                         {Array::ofFloats({1, 2, 2}, kMemory),
                          Array::ofFloats({1, 2}, {0.5, 1}),
                          Array::ofFloats({1, 2}, {10, 20})});
  expectFloats(m, {1, 2, 2}, {5.5, 11, 10, 20});
}

/// Two heads that both write one element of 8 with weight 1/2: the first erases
/// all and adds 2, the second erases half and adds 4.
Array writeTwice(llvm::StringRef order) {
  return result(("func.func @main(%m: tensor<1x1x1xf32>, "
                 "%w: tensor<1x2x1xf32>, %e: tensor<1x2x1xf32>, "
                 "%a: tensor<1x2x1xf32>) -> tensor<1x1x1xf32> {\n"
                 "%r = vellum.memory_write %m at %w erase %e add %a " +
                 order + "\nreturn %r : tensor<1x1x1xf32>\n}")
                    .str(),
                {Array::ofFloats({1, 1, 1}, {8}),
                 Array::ofFloats({1, 2, 1}, {0.5, 0.5}),
                 Array::ofFloats({1, 2, 1}, {1, 0.5}),
                 Array::ofFloats({1, 2, 1}, {2, 4})});
}

TEST(MemoryWrite, MultipliesErasesBeforeItAdds) {
  expectFloats(writeTwice(""), {1, 1, 1}, {8 * 0.5 * 0.75 + 1 + 2});
}

TEST(MemoryWrite, LetsHeadsWriteInTurn) {
  expectFloats(writeTwice("sequential"), {1, 1, 1}, {(8 * 0.5 + 1) * 0.75 + 2});
}

TEST(MemoryWrite, HasHeadsAndBatches) {
  const Array memory = wave({2, 3, 4}, 0.1), w = weightings({2, 2, 3}, 0.4),
              e = positive({2, 2, 4}, 0.8), a = wave({2, 2, 4}, 1.5);
  const Array r = result(R"(
    func.func @main(%m: tensor<?x3x4xf32>, %w: tensor<?x2x3xf32>,
                    %e: tensor<?x2x4xf32>, %a: tensor<?x2x4xf32>)
        -> tensor<?x3x4xf32> {
      %r = vellum.memory_write %m at %w erase %e add %a
      return %r : tensor<?x3x4xf32>
    })",
                         {memory, w, e, a});
  Array expected = memory;
  for (int64_t b = 0; b < 2; ++b)
    for (int64_t i = 0; i < 3; ++i)
      for (int64_t m = 0; m < 4; ++m) {
        double &x = expected.floats[(b * 3 + i) * 4 + m];
        for (int64_t h = 0; h < 2; ++h)
          x *= 1 - w.row(b * 2 + h)[i] * e.row(b * 2 + h)[m];
        for (int64_t h = 0; h < 2; ++h)
          x += w.row(b * 2 + h)[i] * a.row(b * 2 + h)[m];
      }
  expectNear(r, expected);
}

} // namespace
