//===- test/runtime/DeviceGemmTest.cpp - matrix products ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/runtime/GuardedBuffer.h"
#include "test/runtime/KernelTable.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

using namespace vellum;

namespace {

enum class Form { NN, TN, NT, Any, Panels };

/// The width of panels in most tests: several vectors of every target, and a
/// last panel that is partial for most numbers of columns.
constexpr int64_t kWidth = 48;

/// B's panels of `width` columns, in memory of exactly their size.
class Panels {
public:
  Panels(const KernelTable &t, int64_t k, int64_t n, const float *b,
         int64_t ldb, int64_t width)
      : memory(size_t((n + width - 1) / width * k * width)) {
    t.vl_pack_panels(k, n, b, ldb, 1, width, memory.data());
    EXPECT_TRUE(memory.guards());
  }
  const float *data() { return memory.data(); }

private:
  GuardedBuffer<float> memory;
};

/// Operands of one product, each row `pad` elements longer than needed.
struct Product {
  Form form;
  int64_t m, n, k, pad;

  bool isDot() const { return form == Form::NT; }
  int64_t rsA() const { return form == Form::TN ? 1 : k + pad; }
  int64_t csA() const { return form == Form::TN ? m + pad : 1; }
  int64_t ldb() const { return (isDot() ? k : n) + pad; }
  int64_t ldc() const { return n + pad; }
  /// Elements up to and including the last one used.
  size_t sizeA() const {
    return m * k == 0 ? 0 : size_t((m - 1) * rsA() + (k - 1) * csA() + 1);
  }
  size_t sizeB() const {
    const int64_t rows = isDot() ? n : k, columns = isDot() ? k : n;
    return rows * columns == 0 ? 0 : size_t((rows - 1) * ldb() + columns);
  }
  size_t sizeC() const { return m * n == 0 ? 0 : size_t((m - 1) * ldc() + n); }

  void run(const KernelTable &t, int64_t rows, const float *a, const float *b,
           float *c, bool accumulate) const {
    if (form == Form::NT)
      t.vl_gemm_nt(rows, n, k, a, rsA(), b, ldb(), c, ldc(), accumulate);
    else if (form == Form::Panels)
      t.vl_gemm_panels(rows, n, k, a, rsA(), csA(),
                       Panels(t, k, n, b, ldb(), kWidth).data(), kWidth, c,
                       ldc(), accumulate);
    else if (form == Form::Any)
      t.vl_gemm_any(rows, n, k, a, rsA(), csA(), b, ldb(), 1, c, ldc(), 1,
                    accumulate);
    else
      t.vl_gemm_nn(rows, n, k, a, rsA(), csA(), b, ldb(), c, ldc(), accumulate);
  }
};

void checkProduct(const KernelTable &t, const Product &p, bool accumulate) {
  SCOPED_TRACE(::testing::Message()
               << t.target << " form " << int(p.form) << " m " << p.m << " n "
               << p.n << " k " << p.k << " pad " << p.pad << " accumulate "
               << accumulate);
  GuardedBuffer<float> a(randomFloats(p.sizeA(), 1));
  GuardedBuffer<float> b(randomFloats(p.sizeB(), 2));
  const std::vector<float> before = randomFloats(p.sizeC(), 3);
  GuardedBuffer<float> c(before);
  p.run(t, p.m, a.data(), b.data(), c.data(), accumulate);
  EXPECT_TRUE(c.guards());
  size_t wrong = 0;
  for (int64_t i = 0; i < p.m; ++i) {
    for (int64_t j = 0; j < p.n; ++j) {
      const size_t at = size_t(i * p.ldc() + j);
      double sum = accumulate ? before[at] : 0, magnitude = std::fabs(sum);
      for (int64_t q = 0; q < p.k; ++q) {
        const double term =
            double(a[size_t(i * p.rsA() + q * p.csA())]) *
            b[size_t(p.isDot() ? j * p.ldb() + q : q * p.ldb() + j)];
        sum += term;
        magnitude += std::fabs(term);
      }
      // Each of the k + 1 roundings is at most eps/2 of the partial sum; two
      // where there is no FMA.
      const double bound = double(p.k + 2) * 1.2e-7 * magnitude;
      wrong += !(std::fabs(c[at] - sum) <= bound);
    }
    for (int64_t j = p.n; j < p.ldc() && i + 1 < p.m; ++j)
      wrong += c[size_t(i * p.ldc() + j)] != before[size_t(i * p.ldc() + j)];
  }
  EXPECT_EQ(wrong, 0u);
}

constexpr Form kForms[] = {Form::NN, Form::TN, Form::NT, Form::Any,
                           Form::Panels};

TEST(DeviceGemm, EveryTailOfColumns) {
  for (const KernelTable *t : kernelTables())
    for (Form form : kForms)
      for (int64_t n = 0; n < 2 * t->lanes + 2; ++n)
        for (int64_t m : {1, 3, 9})
          checkProduct(*t, {form, m, n, 5, n % 3}, n % 2);
}

TEST(DeviceGemm, EveryTailOfProducts) {
  for (const KernelTable *t : kernelTables())
    for (Form form : kForms)
      for (int64_t k = 0; k < 2 * t->lanes + 2; ++k)
        for (int64_t m : {1, 5})
          checkProduct(*t, {form, m, 19, k, k % 2}, k % 3 == 0);
}

TEST(DeviceGemm, EveryNumberOfRowsAndPanels) {
  for (const KernelTable *t : kernelTables())
    for (Form form : kForms) {
      for (int64_t m = 0; m <= 18; ++m)
        checkProduct(*t, {form, m, 3 * t->lanes + 1, 7, 1}, m % 2);
      for (int64_t vectors = 1; vectors <= 27; ++vectors)
        for (int64_t m : {1, 2, 3, 4, 5, 6, 8, 9})
          checkProduct(*t, {form, m, vectors * t->lanes - (vectors % 2), 4, 0},
                       vectors % 2);
    }
}

TEST(DeviceGemm, BlocksOfProducts) {
  for (const KernelTable *t : kernelTables())
    for (Form form : kForms)
      for (int64_t k : {191, 192, 193, 385, 820})
        checkProduct(*t, {form, 17, 37, k, 0}, k % 2);
}

TEST(DeviceGemm, SizesOfModels) {
  for (const KernelTable *t : kernelTables())
    for (const Product &p :
         {Product{Form::NN, 8, 400, 129, 0}, Product{Form::NN, 1, 400, 129, 0},
          Product{Form::TN, 129, 92, 164, 0}, Product{Form::NT, 1, 128, 20, 0},
          Product{Form::NT, 8, 129, 400, 0}})
      checkProduct(*t, p, true);
}

/// Expects the same bits from the whole product as from `rows` rows at a time.
/// Operands of size `scale`, so that products may underflow.
void checkRows(const KernelTable &t, const Product &p, int64_t rows,
               bool accumulate, float scale = 1) {
  auto a = randomFloats(p.sizeA(), 4), b = randomFloats(p.sizeB(), 5);
  for (std::vector<float> *operand : {&a, &b})
    for (float &value : *operand)
      value *= scale;
  std::vector<float> whole(p.sizeC(), 0.25f * scale), parts = whole;
  p.run(t, p.m, a.data(), b.data(), whole.data(), accumulate);
  for (int64_t i = 0; i < p.m; i += rows)
    p.run(t, std::min(rows, p.m - i), a.data() + i * p.rsA(), b.data(),
          parts.data() + i * p.ldc(), accumulate);
  // Not ==, to which zeros of either sign are the same.
  EXPECT_EQ(
      std::memcmp(whole.data(), parts.data(), whole.size() * sizeof(float)), 0)
      << t.target << " form " << int(p.form) << " m " << p.m << " n " << p.n
      << " k " << p.k << " rows " << rows << " scale " << scale;
}

TEST(DeviceGemm, RowsDoNotDependOnEachOther) {
  for (const KernelTable *t : kernelTables())
    for (Form form : kForms)
      for (int64_t n : {1, 20, 53, 130})
        for (int64_t rows : {1, 2, 3, 7})
          for (bool accumulate : {false, true})
            checkRows(*t, {form, 23, n, 211, 0}, rows, accumulate);
}

TEST(DeviceGemm, BitsOfManyRowsWithShortDotProducts) {
  for (const KernelTable *t : kernelTables())
    for (int64_t k : {1, 3, 4, 15, 16, 17, 20, 64, 92, 193, 255, 256, 257}) {
      checkRows(*t, {Form::NT, 101, 53, k, k % 2}, 3, k % 2);
      checkRows(*t, {Form::NT, 88, 3 * t->lanes, k, 0}, 1, false, 3e-23f);
      checkProduct(*t, {Form::NT, 101, 53, k, k % 2}, k % 2);
    }
}

// Rows that are taken in parts.
TEST(DeviceGemm, LongDotProducts) {
  for (const KernelTable *t : kernelTables())
    for (int64_t k : {4095, 4096, 4097, 8207}) {
      for (int64_t m : {1, 3})
        checkProduct(*t, {Form::NT, m, 37, k, k % 2}, k % 3 == 0);
      checkRows(*t, {Form::NT, 7, 37, k, 0}, 2, k % 2);
    }
}

TEST(DeviceGemm, BitsOfManyRowsWithRowsOfPages) {
  for (const KernelTable *t : kernelTables())
    for (int64_t k : {1, 63, 385})
      for (int64_t m : {64, 69}) {
        checkRows(*t, {Form::NN, m, 1024, k, 0}, 7, k % 2);
        checkRows(*t, {Form::TN, m, 1019, k, 5}, 7, k % 2);
      }
}

TEST(DeviceGemm, BitsOfManyRowsWithFarRows) {
  for (const KernelTable *t : kernelTables())
    for (int64_t k : {1, 385, 513})
      for (int64_t n : {960, 967})
        checkRows(*t, {Form::NN, 197, n, k, 0}, 100, k % 2);
}

TEST(DeviceGemm, BitsOfManyRowsWithFourVectors) {
  for (const KernelTable *t : kernelTables())
    for (int64_t vectors : {3, 4})
      for (int64_t m : {24, 31, 65}) {
        checkRows(*t, {Form::NN, m, vectors * t->lanes + 1, 70, 3}, 5, m % 2);
        checkProduct(*t, {Form::NN, m, vectors * t->lanes, 2049, 0}, m % 2);
      }
}

TEST(DeviceGemm, BitsOfManyColumnsOfA) {
  for (const KernelTable *t : kernelTables())
    for (int64_t n : {48, 61, 130})
      for (bool accumulate : {false, true}) {
        checkRows(*t, {Form::TN, 128, n, 520, 0}, 10, accumulate);
        checkRows(*t, {Form::TN, 71, n, 300, 57}, 10, accumulate);
        checkProduct(*t, {Form::TN, 37, n, 256, 91}, accumulate);
      }
}

TEST(DeviceGemm, BitsOfFewColumnsOfColumnsOfA) {
  for (const KernelTable *t : kernelTables())
    for (int64_t n : {2, 5, 8, 9, 20, 33})
      for (int64_t m : {16, 129, 300})
        for (int64_t k : {15, 16, 1025}) {
          checkRows(*t, {Form::TN, m, n, k, n % 2}, 3, k % 2);
          checkProduct(*t, {Form::TN, m, n, k, n % 2}, k % 2);
        }
}

TEST(DeviceGemm, BitsOfOneRowMoreThanTiles) {
  for (const KernelTable *t : kernelTables())
    for (Form form : kForms)
      for (int64_t m : {9, 17, 129})
        for (int64_t n : {5, 53, 400}) {
          checkRows(*t, {form, m, n, 70, 1}, 4, m % 2);
          checkProduct(*t, {form, m, n, 70, 1}, m % 2);
        }
}

TEST(DeviceGemm, ColumnsOfPages) {
  for (const KernelTable *t : kernelTables())
    for (int64_t k : {127, 128, 129, 300})
      checkProduct(*t, {Form::TN, 1025, 5, k, k % 2}, k % 2);
}

TEST(DeviceGemm, OneColumn) {
  for (const KernelTable *t : kernelTables())
    for (Form form : kForms)
      for (int64_t m : {1, 20, 129}) {
        checkProduct(*t, {form, m, 1, 37, 0}, m % 2);
        checkRows(*t, {form, m, 1, 37, 0}, 5, m % 2);
      }
}

TEST(DeviceGemm, AnyHasTheBitsOfNN) {
  for (const KernelTable *t : kernelTables()) {
    const Product p{Form::NN, 9, 45, 300, 0}, q{Form::Any, 9, 45, 300, 0};
    const auto a = randomFloats(p.sizeA(), 6), b = randomFloats(p.sizeB(), 7);
    std::vector<float> c(p.sizeC()), d(p.sizeC());
    p.run(*t, p.m, a.data(), b.data(), c.data(), false);
    q.run(*t, q.m, a.data(), b.data(), d.data(), false);
    EXPECT_EQ(c, d) << t->target;
  }
}

TEST(DeviceGemm, PanelsOfEveryWidthHaveTheBitsOfNN) {
  for (const KernelTable *t : kernelTables())
    for (int64_t width : {16, 32, 48, 64, 80, 96, 144})
      for (int64_t n : {1, 15, 47, 92, 100, 129, 400})
        for (int64_t m : {1, 2, 3, 4, 9, 15})
          for (Form form : {Form::NN, Form::TN}) {
            const Product p{form, m, n, 21, 1};
            const auto a = randomFloats(p.sizeA(), 6),
                       b = randomFloats(p.sizeB(), 7);
            std::vector<float> c = randomFloats(p.sizeC(), 8), d = c;
            p.run(*t, m, a.data(), b.data(), c.data(), m % 2);
            t->vl_gemm_panels(
                m, n, p.k, a.data(), p.rsA(), p.csA(),
                Panels(*t, p.k, n, b.data(), p.ldb(), width).data(), width,
                d.data(), p.ldc(), m % 2);
            EXPECT_EQ(c, d) << t->target << " width " << width << " n " << n
                            << " m " << m << " form " << int(form);
          }
}

TEST(DeviceGemm, OverwritesWhatIsNotANumber) {
  for (const KernelTable *t : kernelTables())
    for (Form form : kForms)
      for (int64_t k : {0, 3}) {
        const Product p{form, 3, 21, k, 0};
        // One element more than used: no null pointers for k = 0.
        const std::vector<float> a(p.sizeA() + 1, 1), b(p.sizeB() + 1, 1);
        std::vector<float> c(p.sizeC(),
                             std::numeric_limits<float>::quiet_NaN());
        p.run(*t, p.m, a.data(), b.data(), c.data(), false);
        EXPECT_EQ(c, std::vector<float>(p.sizeC(), float(k))) << t->target;
      }
}

} // namespace
