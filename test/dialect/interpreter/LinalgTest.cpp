//===- test/dialect/interpreter/LinalgTest.cpp - structured ops -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

const Array six = Array::ofFloats({2, 3}, {0, 1, 2, 3, 4, 5});

TEST(Linalg, RunsGenericOps) {
  // sum(i) += j a(i, j) + b(j, i), where b is the transpose of a.
  const Array sums = result(R"(
    func.func @main(%a: tensor<?x3xf32>, %b: tensor<3x?xf32>,
                    %init: tensor<?xf32>) -> tensor<?xf32> {
      %r = linalg.generic {
        indexing_maps = [affine_map<(i, j) -> (i, j)>,
                         affine_map<(i, j) -> (j, i)>,
                         affine_map<(i, j) -> (i)>],
        iterator_types = ["parallel", "reduction"]
      } ins(%a, %b : tensor<?x3xf32>, tensor<3x?xf32>)
        outs(%init : tensor<?xf32>) {
      ^bb0(%x: f32, %y: f32, %sum: f32):
        %j = linalg.index 1 : index
        %k = arith.index_cast %j : index to i32
        %f = arith.sitofp %k : i32 to f32
        %p = arith.mulf %x, %f : f32
        %q = arith.addf %p, %y : f32
        %s = arith.addf %sum, %q : f32
        linalg.yield %s : f32
      } -> tensor<?xf32>
      return %r : tensor<?xf32>
    })",
                            {six, Array::ofFloats({3, 2}, {0, 3, 1, 4, 2, 5}),
                             Array::ofFloats({2}, {100, 200})});
  expectFloats(sums, {2}, {100 + (0 + 1 + 4) + 3, 200 + (0 + 4 + 10) + 12});
}

TEST(Linalg, EvaluatesAffineExpressions) {
  const Array picked =
      result(R"(
    func.func @main(%a: tensor<4xf32>, %init: tensor<4xf32>) -> tensor<4xf32> {
      %r = linalg.generic {
        indexing_maps = [affine_map<(i) -> ((i * 3 + 1) mod 4)>,
                         affine_map<(i) -> (i)>],
        iterator_types = ["parallel"]
      } ins(%a : tensor<4xf32>) outs(%init : tensor<4xf32>) {
      ^bb0(%x: f32, %y: f32):
        linalg.yield %x : f32
      } -> tensor<4xf32>
      return %r : tensor<4xf32>
    })",
             {Array::ofFloats({4}, {0, 1, 2, 3}), Array::zeros({4})});
  expectFloats(picked, {4}, {1, 0, 3, 2});
}

TEST(Linalg, ReportsReadsOutside) {
  EXPECT_EQ(
      errors(R"(
    func.func @main(%a: tensor<?xf32>, %init: tensor<?xf32>) -> tensor<?xf32> {
      %r = linalg.generic {
        indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
        iterator_types = ["parallel"]
      } ins(%a : tensor<?xf32>) outs(%init : tensor<?xf32>) {
      ^bb0(%x: f32, %y: f32):
        linalg.yield %x : f32
      } -> tensor<?xf32>
      return %r : tensor<?xf32>
    })",
             {wave({4}, 0), wave({3}, 0)}),
      "3: 'linalg.generic' op index 3 lies outside an operand's dimension "
      "of 3\n");
}

TEST(Linalg, RunsNamedOps) {
  const auto all =
      results(R"(
    func.func @main(%a: tensor<2x3xf32>, %c: tensor<2x2xf32>, %x: f32)
        -> (tensor<3x2xf32>, tensor<2x2xf32>, tensor<2x2x3xf32>, tensor<2xf32>,
            tensor<2x3xf32>) {
      %e0 = tensor.empty() : tensor<3x2xf32>
      %t = linalg.transpose ins(%a : tensor<2x3xf32>) outs(%e0 : tensor<3x2xf32>)
        permutation = [1, 0]
      %m = linalg.matmul ins(%a, %t : tensor<2x3xf32>, tensor<3x2xf32>)
        outs(%c : tensor<2x2xf32>) -> tensor<2x2xf32>
      %e1 = tensor.empty() : tensor<2x2x3xf32>
      %b = linalg.broadcast ins(%a : tensor<2x3xf32>)
        outs(%e1 : tensor<2x2x3xf32>) dimensions = [0]
      %e2 = tensor.empty() : tensor<2xf32>
      %z = linalg.fill ins(%x : f32) outs(%e2 : tensor<2xf32>) -> tensor<2xf32>
      %r = linalg.reduce { arith.addf } ins(%a : tensor<2x3xf32>)
        outs(%z : tensor<2xf32>) dimensions = [1]
      %e3 = tensor.empty() : tensor<2x3xf32>
      %s = linalg.map { arith.mulf }
        ins(%a, %a : tensor<2x3xf32>, tensor<2x3xf32>)
        outs(%e3 : tensor<2x3xf32>)
      return %t, %m, %b, %r, %s
        : tensor<3x2xf32>, tensor<2x2xf32>, tensor<2x2x3xf32>, tensor<2xf32>,
          tensor<2x3xf32>
    })",
              {six, Array::ofFloats({2, 2}, {1, 0, 0, 1}), Array::scalar(10)});
  ASSERT_EQ(all.size(), 5u);
  expectFloats(all[0], {3, 2}, {0, 3, 1, 4, 2, 5});
  expectFloats(all[1], {2, 2}, {6, 14, 14, 51});
  expectFloats(all[2], {2, 2, 3}, {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5});
  expectFloats(all[3], {2}, {13, 22});
  expectFloats(all[4], {2, 3}, {0, 1, 4, 9, 16, 25});
}

} // namespace
