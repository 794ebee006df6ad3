//===- test/dialect/interpreter/LayersTest.cpp - layers and losses --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cmath>

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

/// `Σ_k row(k) w(k, column) + b(column)` for inputs side by side in one row.
double affine(llvm::ArrayRef<double> row, const Array &w, const Array &b,
              int64_t column) {
  double sum = b.floats[column];
  for (size_t k = 0; k < row.size(); ++k)
    sum += row[k] * w.row(k)[column];
  return sum;
}

/// Row `i` of several arrays, side by side.
llvm::SmallVector<double> sideBySide(llvm::ArrayRef<const Array *> arrays,
                                     int64_t i) {
  llvm::SmallVector<double> row;
  for (const Array *array : arrays)
    row.append(array->row(i), array->row(i) + array->dim(-1));
  return row;
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

TEST(Linear, TakesSeveralInputs) {
  const Array x = wave({2, 3}, 0.1), r = wave({2, 2}, 0.5),
              w = wave({5, 4}, 0.9), b = wave({4}, 1.3);
  const auto both = results(R"(
    func.func @main(%x: tensor<?x3xf32>, %r: tensor<?x2xf32>,
                    %w: tensor<5x4xf32>, %b: tensor<4xf32>)
        -> (tensor<?x4xf32>, tensor<?x4xf32>) {
      %y = vellum.linear %x, %r by %w bias %b
      %z = vellum.linear %x, %r by %w
      return %y, %z : tensor<?x4xf32>, tensor<?x4xf32>
    })",
                            {x, r, w, b});
  ASSERT_EQ(both.size(), 2u);
  Array y = Array::zeros({2, 4}), z = y;
  for (int64_t i = 0; i < 2; ++i)
    for (int64_t k = 0; k < 4; ++k) {
      y.row(i)[k] = affine(sideBySide({&x, &r}, i), w, b, k);
      z.row(i)[k] = y.row(i)[k] - b.floats[k];
    }
  expectNear(both[0], y);
  expectNear(both[1], z);
}

TEST(LstmCell, FollowsItsEquations) {
  const Array x = wave({2, 3}, 0.1), h = wave({2, 2}, 0.5),
              c = wave({2, 2}, 0.7), w = wave({5, 8}, 0.9), b = wave({8}, 1.3);
  const auto both = results(R"(
    func.func @main(%x: tensor<2x3xf32>, %h: tensor<2x2xf32>,
                    %c: tensor<2x2xf32>, %w: tensor<5x8xf32>, %b: tensor<8xf32>)
        -> (tensor<2x2xf32>, tensor<2x2xf32>) {
      %h1, %c1 = vellum.lstm_cell %x state %h, %c by %w bias %b forget_bias 1
      return %h1, %c1 : tensor<2x2xf32>, tensor<2x2xf32>
    })",
                            {x, h, c, w, b});
  ASSERT_EQ(both.size(), 2u);
  Array hidden = h, cell = c;
  for (int64_t row = 0; row < 2; ++row)
    for (int64_t k = 0; k < 2; ++k) {
      const auto gate = [&](int64_t number) {
        return affine(sideBySide({&x, &h}, row), w, b, 2 * number + k);
      };
      const double next = logistic(gate(1) + 1) * c.row(row)[k] +
                          logistic(gate(0)) * std::tanh(gate(2));
      cell.row(row)[k] = next;
      hidden.row(row)[k] = logistic(gate(3)) * std::tanh(next);
    }
  expectNear(both[0], hidden);
  expectNear(both[1], cell);
}

TEST(RnnCell, HasThreeActivations) {
  const Array x = wave({2, 3}, 0.1), h = wave({2, 2}, 0.5),
              w = wave({5, 2}, 0.9), b = wave({2}, 1.3);
  const auto all = results(R"(
    func.func @main(%x: tensor<2x3xf32>, %h: tensor<2x2xf32>,
                    %w: tensor<5x2xf32>, %b: tensor<2xf32>)
        -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
      %t = vellum.rnn_cell %x state %h by %w bias %b
      %r = vellum.rnn_cell %x state %h by %w bias %b activation relu
      %s = vellum.rnn_cell %x state %h by %w bias %b activation sigmoid
      return %t, %r, %s : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
    })",
                           {x, h, w, b});
  ASSERT_EQ(all.size(), 3u);
  Array t = h, r = h, s = h;
  for (int64_t row = 0; row < 2; ++row)
    for (int64_t k = 0; k < 2; ++k) {
      const double sum = affine(sideBySide({&x, &h}, row), w, b, k);
      t.row(row)[k] = std::tanh(sum);
      r.row(row)[k] = sum > 0 ? sum : 0;
      s.row(row)[k] = logistic(sum);
    }
  expectNear(all[0], t);
  expectNear(all[1], r);
  expectNear(all[2], s);
}

/// The loss of logits `2x2` under the given clauses, with a mask `%m`.
Array loss(llvm::StringRef clauses, llvm::StringRef type, const Array &logits,
           const Array &targets, llvm::StringRef maskType = "tensor<2x1xf32>",
           Array mask = Array::ofFloats({2, 1}, {1, 1})) {
  return result(("func.func @main(%x: tensor<2x2xf32>, %z: tensor<2x2xf32>, "
                 "%m: " +
                 maskType + ") -> " + type +
                 " {\n%l = vellum.sigmoid_cross_entropy %x against %z " +
                 clauses + "\nreturn %l : " + type + "\n}")
                    .str(),
                {logits, targets, mask});
}

TEST(SigmoidCrossEntropy, IsTheCrossEntropyOfTheSigmoid) {
  const Array x = Array::ofFloats({2, 2}, {0.3, -1.2, 2.0, 0.0}),
              z = Array::ofFloats({2, 2}, {1, 0, 0.25, 0.5});
  Array each = x;
  double sum = 0;
  for (int64_t i = 0; i < 4; ++i) {
    const double p = logistic(x.floats[i]), t = z.floats[i];
    each.floats[i] = -t * std::log(p) - (1 - t) * std::log(1 - p);
    sum += each.floats[i];
  }
  expectNear(loss("reduce none", "tensor<2x2xf32>", x, z), each);
  expectFloats(loss("reduce sum", "tensor<f32>", x, z), {}, {sum});
  expectFloats(loss("", "tensor<f32>", x, z), {}, {sum / 4});
}

TEST(SigmoidCrossEntropy, IsSafeForLargeLogits) {
  const Array x = Array::ofFloats({2, 2}, {100, 100, -100, -100}),
              z = Array::ofFloats({2, 2}, {1, 0, 1, 0});
  const double small = std::exp(-100.0);
  expectFloats(loss("reduce none", "tensor<2x2xf32>", x, z), {2, 2},
               {small, 100, 100, small}, 1e-13);
}

TEST(SigmoidCrossEntropy, WeighsByTheMask) {
  const Array x = Array::ofFloats({2, 2}, {0, 0, INFINITY, INFINITY}),
              z = Array::ofFloats({2, 2}, {1, 0, 0, 0});
  const double two = std::log(2.0);
  // A row mask stands for both columns, so the mean divides by 2.
  expectFloats(loss("mask %m", "tensor<f32>", x, z, "tensor<2x1xf32>",
                    Array::ofFloats({2, 1}, {1, 0})),
               {}, {two});
  expectFloats(loss("mask %m", "tensor<f32>", x, z, "tensor<2x2xf32>",
                    Array::ofFloats({2, 2}, {3, 1, 0, 0})),
               {}, {two});
  expectFloats(loss("mask %m reduce none", "tensor<2x2xf32>", x, z,
                    "tensor<2x2xf32>", Array::ofFloats({2, 2}, {3, 1, 0, 0})),
               {2, 2}, {3 * two, two, 0, 0});
  expectFloats(loss("mask %m", "tensor<f32>", x, z, "tensor<2x1xf32>",
                    Array::ofFloats({2, 1}, {0, 0})),
               {}, {0});
}

TEST(SigmoidCrossEntropy, RepeatsNoMaskWhoseTypeLeavesItsSizeOpen) {
  const char *program = R"(
    func.func @main(%x: tensor<?x?xf32>, %m: tensor<?x?xf32>)
        -> tensor<f32> {
      %l = vellum.sigmoid_cross_entropy %x against %x mask %m
      return %l : tensor<f32>
    })";
  EXPECT_NE(errors(program, {wave({2, 3}, 0), wave({2, 1}, 0)})
                .find("mask must have the shape 2x3"),
            std::string::npos);
  EXPECT_TRUE(
      result(program, {wave({2, 3}, 0), wave({2, 3}, 0)}).shape.empty());
}

} // namespace
