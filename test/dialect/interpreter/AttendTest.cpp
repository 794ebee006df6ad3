//===- test/dialect/interpreter/AttendTest.cpp - attention ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cmath>
#include <functional>

#include "test/dialect/interpreter/Program.h"

using namespace vellum::interpreter;

namespace {

constexpr int64_t kBatch = 2, kQueries = 3, kPositions = 4, kWidth = 6,
                  kValueWidth = 2;

const Array query = wave({kBatch, kQueries, kWidth}, 0.1),
            keys = wave({kBatch, kPositions, kWidth}, 0.9),
            values = wave({kBatch, kPositions, kValueWidth}, 2.3);

/// The score of query `t` for position `s` of sample `b`.
using Score = std::function<double(int64_t b, int64_t t, int64_t s)>;
using Allowed = std::function<bool(int64_t b, int64_t t, int64_t s)>;

/// Context and weighting of one head, from the definition.
std::pair<Array, Array> attend(Score score, Allowed allowed) {
  Array context = Array::zeros({kBatch, kQueries, kValueWidth}),
        weighting = Array::zeros({kBatch, kQueries, kPositions});
  for (int64_t b = 0; b < kBatch; ++b)
    for (int64_t t = 0; t < kQueries; ++t) {
      double sum = 0;
      double *w = weighting.row(b * kQueries + t);
      for (int64_t s = 0; s < kPositions; ++s)
        sum += w[s] = allowed(b, t, s) ? std::exp(score(b, t, s)) : 0;
      for (int64_t s = 0; s < kPositions && sum > 0; ++s) {
        w[s] /= sum;
        for (int64_t k = 0; k < kValueWidth; ++k)
          context.row(b * kQueries + t)[k] +=
              w[s] * values.row(b * kPositions + s)[k];
      }
    }
  return {context, weighting};
}

bool everywhere(int64_t, int64_t, int64_t) { return true; }

double product(int64_t b, int64_t t, int64_t s) {
  double sum = 0;
  for (int64_t d = 0; d < kWidth; ++d)
    sum += query.row(b * kQueries + t)[d] * keys.row(b * kPositions + s)[d];
  return sum;
}

double scaledProduct(int64_t b, int64_t t, int64_t s) {
  return product(b, t, s) / std::sqrt(double(kWidth));
}

/// Runs `attend` with the given clauses and one further operand `%e`.
llvm::SmallVector<Array> attendWith(llvm::StringRef clauses,
                                    llvm::StringRef extraType = "index",
                                    Array extra = Array::integer(0)) {
  return results(
      ("func.func @main(%q: tensor<?x3x6xf32>, %k: tensor<?x4x6xf32>, "
       "%v: tensor<?x4x2xf32>, %e: " +
       extraType +
       ") -> (tensor<?x3x2xf32>, tensor<?x3x4xf32>) {\n"
       "%c, %w = vellum.attend %q to %k, %v " +
       clauses +
       " weighting\nreturn %c, %w : tensor<?x3x2xf32>, tensor<?x3x4xf32>\n}")
          .str(),
      {query, keys, values, extra});
}

void expectAttention(llvm::ArrayRef<Array> actual, Score score,
                     Allowed allowed) {
  ASSERT_EQ(actual.size(), 2u);
  const auto [context, weighting] = attend(score, allowed);
  expectNear(actual[0], context);
  expectNear(actual[1], weighting);
}

TEST(Attend, ScalesProductsByDefault) {
  expectAttention(attendWith(""), scaledProduct, everywhere);
}

TEST(Attend, ScoresByProducts) {
  expectAttention(attendWith("score dot"), product, everywhere);
}

TEST(Attend, ScoresAdditively) {
  const Array v = wave({kWidth}, 0.6);
  expectAttention(
      attendWith("score additive by %e", "tensor<6xf32>", v),
      [&](int64_t b, int64_t t, int64_t s) {
        double sum = 0;
        for (int64_t d = 0; d < kWidth; ++d)
          sum += v.floats[d] * std::tanh(query.row(b * kQueries + t)[d] +
                                         keys.row(b * kPositions + s)[d]);
        return sum;
      },
      everywhere);
}

TEST(Attend, ScoresByCosines) {
  const Array strength = positive({kBatch, kQueries, 1}, 0.3);
  const auto norm = [](const double *x) {
    double sum = 1e-6;
    for (int64_t d = 0; d < kWidth; ++d)
      sum += x[d] * x[d];
    return std::sqrt(sum);
  };
  expectAttention(
      attendWith("score cosine strength %e", "tensor<?x3x1xf32>", strength),
      [&](int64_t b, int64_t t, int64_t s) {
        return strength.floats[b * kQueries + t] * product(b, t, s) /
               (norm(query.row(b * kQueries + t)) *
                norm(keys.row(b * kPositions + s)));
      },
      everywhere);
}

TEST(Attend, IsCausal) {
  // Of 4 positions and 3 queries, query t sees the positions up to t + 1.
  expectAttention(attendWith("causal"), scaledProduct,
                  [](int64_t, int64_t t, int64_t s) { return s <= t + 1; });
}

TEST(Attend, MasksPositions) {
  // Sample 1 may attend to nothing at all.
  const Array mask =
      Array::ofIntegers({kBatch, kPositions}, {1, 0, 1, 1, 0, 0, 0, 0});
  expectAttention(attendWith("mask %e", "tensor<?x4xi1>", mask), scaledProduct,
                  [&](int64_t b, int64_t, int64_t s) {
                    return mask.integers[b * kPositions + s] != 0;
                  });
}

TEST(Attend, MasksPairs) {
  Array mask = Array::zeros({kBatch, kQueries, kPositions}, Kind::Integer);
  for (int64_t i = 0; i < mask.size(); ++i)
    mask.integers[i] = i % 3 != 1;
  expectAttention(attendWith("mask %e causal", "tensor<?x3x4xi1>", mask),
                  scaledProduct, [&](int64_t b, int64_t t, int64_t s) {
                    const int64_t i = (b * kQueries + t) * kPositions + s;
                    return s <= t + 1 && mask.integers[i] != 0;
                  });
}

TEST(Attend, HasHeadsThatAttendAlone) {
  const auto all = results(R"(
    func.func @main(%q: tensor<2x3x6xf32>, %k: tensor<2x4x6xf32>,
                    %v: tensor<2x4x2xf32>)
        -> (tensor<2x3x2xf32>, tensor<2x2x3x4xf32>) {
      %c, %w = vellum.attend %q to %k, %v heads 2 weighting
      return %c, %w : tensor<2x3x2xf32>, tensor<2x2x3x4xf32>
    })",
                           {query, keys, values});
  ASSERT_EQ(all.size(), 2u);
  for (int64_t h = 0; h < 2; ++h) {
    const auto alone =
        results(R"(
      func.func @main(%q: tensor<2x3x3xf32>, %k: tensor<2x4x3xf32>,
                      %v: tensor<2x4x1xf32>)
          -> (tensor<2x3x1xf32>, tensor<2x3x4xf32>) {
        %c, %w = vellum.attend %q to %k, %v weighting
        return %c, %w : tensor<2x3x1xf32>, tensor<2x3x4xf32>
      })",
                {slice(query, 2, 3 * h, 3), slice(keys, 2, 3 * h, 3),
                 slice(values, 2, h, 1)});
    ASSERT_EQ(alone.size(), 2u);
    expectNear(slice(all[0], 2, h, 1), alone[0]);
    expectNear(reshaped(slice(all[1], 1, h, 1), {2, 3, 4}), alone[1]);
  }
}

TEST(Attend, TakesASingleQuery) {
  const auto single =
      results(R"(
    func.func @main(%q: tensor<2x6xf32>, %k: tensor<2x4x6xf32>,
                    %v: tensor<2x4x2xf32>)
        -> (tensor<2x2xf32>, tensor<2x4xf32>, tensor<2x2x4xf32>) {
      %c, %w = vellum.attend %q to %k, %v weighting
      %d, %u = vellum.attend %q to %k, %v heads 2 weighting
      return %c, %w, %u : tensor<2x2xf32>, tensor<2x4xf32>, tensor<2x2x4xf32>
    })",
              {reshaped(slice(query, 1, 1, 1), {2, 6}), keys, values});
  ASSERT_EQ(single.size(), 3u);
  const auto [context, weighting] = attend(scaledProduct, everywhere);
  expectNear(single[0], reshaped(slice(context, 1, 1, 1), {2, 2}));
  expectNear(single[1], reshaped(slice(weighting, 1, 1, 1), {2, 4}));
  const auto heads = attendWith("heads 1");
  expectNear(heads[0], context);
  for (int64_t row = 0; row < 4; ++row) {
    double sum = 0;
    for (int64_t s = 0; s < 4; ++s)
      sum += single[2].row(row)[s];
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST(Attend, KeepsWhatIsMaskedOut) {
  const double inf = INFINITY;
  const Array c = result(R"(
    func.func @main(%q: tensor<1x1x1xf32>, %k: tensor<1x2x1xf32>,
                    %v: tensor<1x2x1xf32>, %m: tensor<1x2xi1>)
        -> tensor<1x1x1xf32> {
      %c = vellum.attend %q to %k, %v mask %m
      return %c : tensor<1x1x1xf32>
    })",
                         {Array::ofFloats({1, 1, 1}, {1}),
                          Array::ofFloats({1, 2, 1}, {inf, 1}),
                          Array::ofFloats({1, 2, 1}, {inf, 7}),
                          Array::ofIntegers({1, 2}, {0, 1})});
  expectFloats(c, {1, 1, 1}, {7});
}

} // namespace
