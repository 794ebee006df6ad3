//===- test/dialect/interpreter/TensorTest.cpp - the tensor dialect -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

const Array six = Array::ofFloats({2, 3}, {0, 1, 2, 3, 4, 5});

TEST(Tensor, IsMade) {
  const auto all =
      results(R"(
    func.func @main(%n: index, %x: f32, %y: f32)
        -> (tensor<?x2xf32>, tensor<2x?xf32>, tensor<2xf32>, tensor<?x2xindex>) {
      %a = tensor.empty(%n) : tensor<?x2xf32>
      %b = tensor.splat %x[%n] : tensor<2x?xf32>
      %c = tensor.from_elements %x, %y : tensor<2xf32>
      %d = tensor.generate %n {
      ^bb0(%i: index, %j: index):
        %k = arith.muli %i, %n : index
        %l = arith.addi %k, %j : index
        tensor.yield %l : index
      } : tensor<?x2xindex>
      return %a, %b, %c, %d
        : tensor<?x2xf32>, tensor<2x?xf32>, tensor<2xf32>, tensor<?x2xindex>
    })",
              {Array::integer(3), Array::scalar(7), Array::scalar(8)});
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].size(), 6);
  expectFloats(all[1], {2, 3}, {7, 7, 7, 7, 7, 7});
  expectFloats(all[2], {2}, {7, 8});
  expectIntegers(all[3], {3, 2}, {0, 1, 3, 4, 6, 7});
}

TEST(Tensor, RefusesImpossibleSizes) {
  const char *program = R"(
    func.func @main(%n: index) -> tensor<?x?xf32> {
      %a = tensor.empty(%n, %n) : tensor<?x?xf32>
      return %a : tensor<?x?xf32>
    })";
  EXPECT_EQ(errors(program, {Array::integer(-2)}),
            "3: 'tensor.empty' op has a size of -2\n");
  EXPECT_NE(errors(program, {Array::integer(int64_t(1) << 40)})
                .find("more than 134217728 elements"),
            std::string::npos);
}

TEST(Tensor, ExtractsAndInserts) {
  const char *program = R"(
    func.func @main(%t: tensor<2x3xf32>, %i: index, %j: index)
        -> (f32, tensor<2x3xf32>) {
      %x = tensor.extract %t[%i, %j] : tensor<2x3xf32>
      %y = arith.negf %x : f32
      %u = tensor.insert %y into %t[%i, %j] : tensor<2x3xf32>
      return %x, %u : f32, tensor<2x3xf32>
    })";
  const auto both =
      results(program, {six, Array::integer(1), Array::integer(2)});
  ASSERT_EQ(both.size(), 2u);
  expectFloats(both[0], {}, {5});
  expectFloats(both[1], {2, 3}, {0, 1, 2, 3, 4, -5});
  EXPECT_EQ(errors(program, {six, Array::integer(2), Array::integer(0)}),
            "4: 'tensor.extract' op index 2 lies outside a dimension of 2\n");
  EXPECT_EQ(errors(program, {six, Array::integer(0), Array::integer(-1)}),
            "4: 'tensor.extract' op index -1 lies outside a dimension of 3\n");
}

TEST(Tensor, KnowsItsSizes) {
  const char *program = R"(
    func.func @main(%t: tensor<?x?xf32>, %i: index) -> (index, index) {
      %n = tensor.dim %t, %i : tensor<?x?xf32>
      %r = tensor.rank %t : tensor<?x?xf32>
      return %n, %r : index, index
    })";
  const auto both = results(program, {six, Array::integer(1)});
  ASSERT_EQ(both.size(), 2u);
  expectIntegers(both[0], {}, {3});
  expectIntegers(both[1], {}, {2});
  EXPECT_EQ(errors(program, {six, Array::integer(2)}),
            "3: 'tensor.dim' op dimension 2 lies outside a rank of 2\n");
}

TEST(Tensor, IsSliced) {
  const char *program = R"(
    func.func @main(%t: tensor<?x?xf32>, %i: index, %n: index)
        -> (tensor<2x?xf32>, tensor<?xf32>) {
      %a = tensor.extract_slice %t[0, %i] [2, %n] [1, 2]
        : tensor<?x?xf32> to tensor<2x?xf32>
      %b = tensor.extract_slice %t[1, %i] [1, %n] [1, 1]
        : tensor<?x?xf32> to tensor<?xf32>
      return %a, %b : tensor<2x?xf32>, tensor<?xf32>
    })";
  const auto both =
      results(program, {six, Array::integer(0), Array::integer(2)});
  ASSERT_EQ(both.size(), 2u);
  expectFloats(both[0], {2, 2}, {0, 2, 3, 5});
  expectFloats(both[1], {2}, {3, 4});
  EXPECT_EQ(
      errors(program, {six, Array::integer(1), Array::integer(2)}),
      "4: 'tensor.extract_slice' op slice of 2 from 1 by 2 lies outside a "
      "dimension of 3\n");
}

TEST(Tensor, TakesSlices) {
  const char *program = R"(
    func.func @main(%t: tensor<2x3xf32>, %s: tensor<?xf32>, %i: index,
                    %n: index)
        -> tensor<2x3xf32> {
      %a = tensor.insert_slice %s into %t[%i, 1] [1, %n] [1, 1]
        : tensor<?xf32> into tensor<2x3xf32>
      return %a : tensor<2x3xf32>
    })";
  expectFloats(result(program, {six, Array::ofFloats({2}, {8, 9}),
                                Array::integer(1), Array::integer(2)}),
               {2, 3}, {0, 1, 2, 3, 8, 9});
  EXPECT_EQ(errors(program,
                   {six, wave({3}, 0), Array::integer(1), Array::integer(2)}),
            "5: 'tensor.insert_slice' op puts 3 into a slice of 1x2\n");
}

TEST(Tensor, ChangesShape) {
  const char *program = R"(
    func.func @main(%t: tensor<?x3xf32>, %n: index, %s: tensor<2xindex>)
        -> (tensor<?xf32>, tensor<?x1x3xf32>, tensor<?x?xf32>) {
      %a = tensor.collapse_shape %t [[0, 1]] : tensor<?x3xf32> into tensor<?xf32>
      %b = tensor.expand_shape %t [[0, 1], [2]] output_shape [%n, 1, 3]
        : tensor<?x3xf32> into tensor<?x1x3xf32>
      %c = tensor.reshape %t(%s)
        : (tensor<?x3xf32>, tensor<2xindex>) -> tensor<?x?xf32>
      return %a, %b, %c : tensor<?xf32>, tensor<?x1x3xf32>, tensor<?x?xf32>
    })";
  const Array sizes = Array::ofIntegers({2}, {3, 2});
  const auto all = results(program, {six, Array::integer(2), sizes});
  ASSERT_EQ(all.size(), 3u);
  expectNear(all[0], reshaped(six, {6}));
  expectNear(all[1], reshaped(six, {2, 1, 3}));
  expectNear(all[2], reshaped(six, {3, 2}));
  EXPECT_EQ(errors(program, {six, Array::integer(3), sizes}),
            "5: 'tensor.expand_shape' op expands a dimension of 2 to a product "
            "of 3\n");
  EXPECT_EQ(
      errors(program, {six, Array::integer(2), Array::ofIntegers({2}, {2, 2})}),
      "7: 'tensor.reshape' op makes 2x2 of 2x3\n");
}

TEST(Tensor, IsCast) {
  const char *program = R"(
    func.func @main(%t: tensor<?x3xf32>) -> tensor<2x?xf32> {
      %a = tensor.cast %t : tensor<?x3xf32> to tensor<2x3xf32>
      %b = tensor.cast %a : tensor<2x3xf32> to tensor<2x?xf32>
      return %b : tensor<2x?xf32>
    })";
  expectNear(result(program, {six}), six);
  EXPECT_EQ(errors(program, {wave({4, 3}, 0)}),
            "3: 'tensor.cast' op result must be a 'tensor<2x3xf32>', but got "
            "floats of shape 4x3\n");
}

TEST(Tensor, IsJoined) {
  const char *program = R"(
    func.func @main(%t: tensor<2x?xf32>, %u: tensor<?x1xf32>) -> tensor<2x?xf32> {
      %a = tensor.concat dim(1) %t, %u
        : (tensor<2x?xf32>, tensor<?x1xf32>) -> tensor<2x?xf32>
      return %a : tensor<2x?xf32>
    })";
  expectFloats(result(program, {six, Array::ofFloats({2, 1}, {8, 9})}), {2, 4},
               {0, 1, 2, 8, 3, 4, 5, 9});
  EXPECT_EQ(errors(program, {six, wave({3, 1}, 0)}),
            "3: 'tensor.concat' op shape mismatch: 2x3 and 3x1\n");
}

TEST(Tensor, IsPadded) {
  const Array padded = result(R"(
    func.func @main(%t: tensor<2x3xf32>, %n: index, %z: f32)
        -> tensor<?x4xf32> {
      %a = tensor.pad %t low[%n, 0] high[0, 1] {
      ^bb0(%i: index, %j: index):
        tensor.yield %z : f32
      } : tensor<2x3xf32> to tensor<?x4xf32>
      return %a : tensor<?x4xf32>
    })",
                              {six, Array::integer(1), Array::scalar(9)});
  expectFloats(padded, {3, 4}, {9, 9, 9, 9, 0, 1, 2, 9, 3, 4, 5, 9});
}

} // namespace
