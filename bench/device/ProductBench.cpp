//===- bench/device/ProductBench.cpp - speed of matrix products -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bench/device/Machine.h"

#include <algorithm>
#include <memory>
#include <set>

namespace vellum {

namespace {
/// How the operands lie: nn as A B, tn with A stored by columns, nt with B
/// stored by columns, panels with B in panels of columns.
enum class Form { NN, TN, NT, Panels };

/// The columns of a panel, as the compiler makes them.
constexpr int64_t kPanelColumns = 48;

struct Shape {
  Form form;
  int64_t m, n, k;
  /// The distance between B's rows; 0 if they follow each other.
  int64_t ldb = 0;

  int64_t rowsB() const { return form == Form::NT ? n : k; }
  int64_t strideB() const {
    if (form == Form::Panels)
      return (n + kPanelColumns - 1) / kPanelColumns * kPanelColumns;
    return ldb ? ldb : form == Form::NT ? k : n;
  }
  double flops() const { return 2.0 * double(m) * double(n) * double(k); }
  /// Operands read and the result read or written, once each.
  double bytes() const { return 4.0 * double(m * k + k * n + m * n); }
};

/// A product's operands, in several copies that are used in turn: together they
/// leave L1 and fill half of L2, as the weights of a model do between two uses.
class Operands {
  static constexpr int64_t kHalfOfL2 = (350 << 10) / sizeof(float);

public:
  /// Of as many copies as fill `floats`, at least one.
  explicit Operands(const Shape &shape, int64_t floats = kHalfOfL2)
      : shape(shape), a(shape.m * shape.k, floats),
        b(shape.rowsB() * shape.strideB(), floats),
        c(shape.m * shape.n, floats) {}

  /// Multiplies the next copy of each.
  void multiply(const KernelTable &table) {
    const int64_t m = shape.m, n = shape.n, k = shape.k, ldb = shape.strideB();
    if (shape.form == Form::NT)
      table.vl_gemm_nt(m, n, k, a.next(), k, b.next(), ldb, c.next(), n, 1);
    else if (shape.form == Form::Panels)
      table.vl_gemm_panels(m, n, k, a.next(), k, 1, b.next(), kPanelColumns,
                           c.next(), n, 1);
    else if (shape.form == Form::TN)
      table.vl_gemm_nn(m, n, k, a.next(), 1, m, b.next(), ldb, c.next(), n, 1);
    else
      table.vl_gemm_nn(m, n, k, a.next(), k, 1, b.next(), ldb, c.next(), n, 1);
  }

private:
  /// Copies of a matrix, each on a cache line of its own.
  class Copies {
  public:
    Copies(int64_t size, int64_t floats)
        : stride((size + 15) / 16 * 16),
          count(std::max<int64_t>(1, floats / stride)), values(stride * count) {
    }
    float *next() {
      at = at + 1 == count ? 0 : at + 1;
      return values.data() + at * stride;
    }

  private:
    int64_t stride, count, at = 0;
    PageOfFloats values;
  };

  Shape shape;
  Copies a, b, c;
};
} // namespace

static std::string nameOf(const Shape &shape) {
  std::string name = shape.form == Form::NN   ? "gemm_nn/"
                     : shape.form == Form::TN ? "gemm_tn/"
                     : shape.form == Form::NT ? "gemm_nt/"
                                              : "gemm_panels/";
  name += std::to_string(shape.m) + "x" + std::to_string(shape.k) + "x" +
          std::to_string(shape.n);
  if (shape.ldb)
    name += "+" + std::to_string(shape.ldb);
  return name;
}

static void addProduct(const KernelTable &table, const Shape &shape) {
  Amount amount;
  amount.flops = shape.flops();
  amount.bytes = shape.bytes();
  addBenchmark(table, nameOf(shape), amount, [shape, &table] {
    auto operands = std::make_shared<Operands>(shape);
    return [=, &table] { operands->multiply(table); };
  });
}

/// What a training step of the copy task multiplies in each step of time, with
/// `m` samples: 9 inputs, 20 numbers read and 100 cells make 400 gates, the
/// cells 92 numbers for the heads, cells and numbers read 8 outputs; then back.
/// `packed` as compiled, with copies of some weights; else all as they are.
static std::vector<Shape> copyTaskStep(int64_t m, bool packed) {
  std::vector<Shape> shapes{{Form::NN, m, 400, 9},   {Form::NN, m, 400, 20},
                            {Form::NN, m, 400, 100}, {Form::NN, m, 8, 20},
                            {Form::NT, m, 100, 400}, {Form::NT, m, 20, 400}};
  const std::vector<Shape> copied{{Form::NN, m, 92, 100, 96},
                                  {Form::NT, m, 8, 100, 112},
                                  {Form::NN, m, 100, 92, 112},
                                  {Form::NN, m, 100, 8, 112},
                                  {Form::NN, m, 20, 8}};
  const std::vector<Shape> plain{{Form::NN, m, 92, 100},
                                 {Form::NN, m, 8, 100},
                                 {Form::NT, m, 100, 92},
                                 {Form::NT, m, 100, 8},
                                 {Form::NT, m, 20, 8}};
  const std::vector<Shape> &rest = packed ? copied : plain;
  shapes.insert(shapes.end(), rest.begin(), rest.end());
  return shapes;
}

/// All products of a step one after the other, which take their weights from L2
/// because those of the others have been in L1 since.
static void addCopyTask(const KernelTable &table, int64_t m, bool packed) {
  const std::vector<Shape> shapes = copyTaskStep(m, packed);
  Amount amount;
  for (const Shape &shape : shapes) {
    amount.flops += shape.flops();
    amount.bytes += shape.bytes();
  }
  addBenchmark(table,
               "copy_task" + std::string(packed ? "" : "_plain") + "/" +
                   std::to_string(m),
               amount, [shapes, &table] {
                 std::vector<std::shared_ptr<Operands>> all;
                 for (const Shape &shape : shapes)
                   all.push_back(std::make_shared<Operands>(shape, 1));
                 return [=, &table] {
                   for (const auto &operands : all)
                     operands->multiply(table);
                 };
               });
}

/// Names are m x k x n, and the distance between B's rows where there is a gap.
void addProductBenchmarks() {
  std::vector<Shape> shapes;
  // The copy task's products alone, with a sample and with a tile.
  for (int64_t m : {1, 8})
    for (bool packed : {false, true})
      for (const Shape &shape : copyTaskStep(m, packed))
        shapes.push_back(shape);
  // Other numbers of samples.
  for (int64_t m : {2, 3, 4, 16}) {
    shapes.push_back({Form::NN, m, 400, 120});
    shapes.push_back({Form::NN, m, 400, 129});
    shapes.push_back({Form::NN, m, 92, 100, 96});
    shapes.push_back({Form::NT, m, 100, 400});
  }
  // Its products with copies of weights, transposed or all in one matrix.
  for (int64_t m : {1, 4, 8}) {
    shapes.push_back({Form::NN, m, 400, 129});
    shapes.push_back({Form::NN, m, 100, 400, 112});
    shapes.push_back({Form::NN, m, 120, 400, 128});
    shapes.push_back({Form::NN, m, 129, 400, 144});
    for (int64_t n : {100, 120, 129})
      shapes.push_back({Form::NT, m, n, 400});
  }
  // Its weights' gradients: over time, and over time and batch.
  for (int64_t k : {41, 328, 1312, 5248}) {
    for (int64_t m : {9, 20, 100, 129})
      shapes.push_back({Form::TN, m, 400, k});
    shapes.push_back({Form::TN, 100, 92, k});
    for (int64_t m : {20, 100})
      shapes.push_back({Form::TN, m, 8, k});
  }
  // 512 LSTM cells, whose weights leave L2 between two steps: forward, back.
  for (int64_t m : {1, 8, 16, 32}) {
    shapes.push_back({Form::NN, m, 2048, 512, 2064});
    shapes.push_back({Form::Panels, m, 2048, 512});
    shapes.push_back({Form::NT, m, 512, 2048});
    shapes.push_back({Form::Panels, m, 512, 2048});
  }
  // Attention: scores, of dot products or with a transposed copy, and values.
  for (int64_t t : {128, 1024}) {
    shapes.push_back({Form::NT, t, t, 64});
    shapes.push_back({Form::NN, t, t, 64, t + 16});
    shapes.push_back({Form::NN, t, 64, t});
    shapes.push_back({Form::TN, t, 64, t});
  }
  shapes.push_back({Form::NN, 128, 2048, 512});
  shapes.push_back({Form::NT, 128, 512, 2048});
  shapes.push_back({Form::NT, 32, 512, 512});
  for (int64_t n : {512, 1024, 2048})
    for (Form form : {Form::NN, Form::TN, Form::NT})
      shapes.push_back({form, n, n, n});
  for (const KernelTable *table : kernelTables()) {
    for (int64_t m : {1, 8})
      for (bool packed : {false, true})
        addCopyTask(*table, m, packed);
    std::set<std::string> names;
    for (const Shape &shape : shapes)
      if (names.insert(nameOf(shape)).second)
        addProduct(*table, shape);
  }
}

} // namespace vellum
