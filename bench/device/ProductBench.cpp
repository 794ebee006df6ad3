//===- bench/device/ProductBench.cpp - speed of matrix products -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bench/device/Machine.h"

#include <algorithm>
#include <memory>

namespace vellum {

namespace {
/// How the operands lie: nn as A B, tn with A stored by columns, nt with B
/// stored by columns.
enum class Form { NN, TN, NT };

struct Shape {
  Form form;
  int64_t m, n, k;
};

/// A product's operands, in several copies that are used in turn: together they
/// leave L1 and fill half of L2, as the weights of a model do between two uses.
class Operands {
public:
  explicit Operands(const Shape &shape)
      : shape(shape), a(shape.m * shape.k), b(shape.k * shape.n),
        c(shape.m * shape.n) {}

  /// Multiplies the next copy of each.
  void multiply(const KernelTable &table) {
    const auto [form, m, n, k] = shape;
    if (form == Form::NT)
      table.vl_gemm_nt(m, n, k, a.next(), k, b.next(), k, c.next(), n, 1);
    else if (form == Form::TN)
      table.vl_gemm_nn(m, n, k, a.next(), 1, m, b.next(), n, c.next(), n, 1);
    else
      table.vl_gemm_nn(m, n, k, a.next(), k, 1, b.next(), n, c.next(), n, 1);
  }

private:
  /// Copies of a matrix, each on a cache line of its own.
  class Copies {
  public:
    explicit Copies(int64_t size)
        : stride((size + 15) / 16 * 16),
          count(std::max<int64_t>(1, kFloats / stride)),
          values(stride * count) {}
    float *next() {
      at = at + 1 == count ? 0 : at + 1;
      return values.data() + at * stride;
    }

  private:
    static constexpr int64_t kFloats = (350 << 10) / sizeof(float);
    int64_t stride, count, at = 0;
    PageOfFloats values;
  };

  Shape shape;
  Copies a, b, c;
};
} // namespace

static void addProduct(const KernelTable &table, const Shape &shape) {
  const auto [form, m, n, k] = shape;
  const char *name = form == Form::NN   ? "gemm_nn/"
                     : form == Form::TN ? "gemm_tn/"
                                        : "gemm_nt/";
  Amount amount;
  amount.flops = 2.0 * double(m) * double(n) * double(k);
  amount.bytes = 4.0 * double(m * k + k * n + m * n);
  addBenchmark(table,
               name + std::to_string(m) + "x" + std::to_string(k) + "x" +
                   std::to_string(n),
               amount, [shape = shape, &table] {
                 auto operands = std::make_shared<Operands>(shape);
                 return [=, &table] { operands->multiply(table); };
               });
}

/// Names are m x k x n.
void addProductBenchmarks() {
  std::vector<Shape> shapes;
  // One row of a batch through an LSTM of 100 with its heads, and back.
  for (int64_t k : {9, 20, 100, 120})
    shapes.push_back({Form::NN, 1, 400, k});
  shapes.push_back({Form::NN, 1, 92, 100});
  shapes.push_back({Form::NN, 1, 129, 400});
  for (int64_t m : {1, 2, 4, 8})
    shapes.push_back({Form::NT, m, 129, 400});
  shapes.push_back({Form::NT, 1, 100, 92});
  // The same for a batch.
  for (int64_t m : {2, 3, 4, 8, 16}) {
    shapes.push_back({Form::NN, m, 400, 120});
    shapes.push_back({Form::NN, m, 92, 100});
    shapes.push_back({Form::NN, m, 129, 400});
  }
  // Its weights' gradients: over time, and over time and batch.
  for (int64_t k : {41, 328, 1312}) {
    for (int64_t m : {9, 20, 100, 129})
      shapes.push_back({Form::TN, m, 400, k});
    shapes.push_back({Form::TN, 100, 92, k});
  }
  // Attention: scores and values.
  for (int64_t t : {128, 1024}) {
    shapes.push_back({Form::NT, t, t, 64});
    shapes.push_back({Form::NN, t, 64, t});
    shapes.push_back({Form::TN, t, 64, t});
  }
  shapes.push_back({Form::NN, 128, 2048, 512});
  shapes.push_back({Form::NT, 128, 512, 2048});
  shapes.push_back({Form::NT, 32, 512, 512});
  for (int64_t n : {512, 1024, 2048})
    for (Form form : {Form::NN, Form::TN, Form::NT})
      shapes.push_back({form, n, n, n});
  for (const KernelTable *table : kernelTables())
    for (const Shape &shape : shapes)
      addProduct(*table, shape);
}

} // namespace vellum
