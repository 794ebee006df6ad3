//===- bench/device/RowBench.cpp - speed of elementwise and row kernels ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bench/device/Machine.h"

#include <memory>

namespace vellum {

namespace {
/// Arrays of rows x n, and three taps for each row.
struct Rows {
  Rows(int64_t rows, int64_t n)
      : rows(rows), n(n), x(rows * n), y(rows * n), out(rows * n),
        taps(rows * 3) {}

  int64_t rows, n;
  PageOfFloats x, y, out, taps;
};
} // namespace

/// A function of vectors, over 8 KiB in L1.
static void addElementwise(const KernelTable &table, const char *name,
                           UnaryMap KernelTable::*function) {
  static constexpr int64_t n = 2048;
  Amount amount;
  amount.elements = n;
  addBenchmark(table, name, amount, [&table, function] {
    auto data = std::make_shared<Rows>(1, n);
    // Within (0, 4): a logarithm needs positive numbers.
    for (int64_t i = 0; i < n; ++i)
      data->x.data()[i] = data->x.data()[i] * 0x1p11f + 2;
    return [=, &table] {
      (table.*function)(table.lanes, n, data->x.data(), data->out.data());
    };
  });
}

/// A kernel over `rows` rows of n, which moves `arrays` arrays of that size.
template <class Call>
static void addRows(const KernelTable &table, const char *name, int64_t rows,
                    int64_t n, int64_t arrays, Call call) {
  Amount amount;
  amount.elements = double(rows * n);
  amount.bytes = double(arrays * rows * n) * sizeof(float);
  addBenchmark(table,
               std::string(name) + "/" + std::to_string(rows) + "x" +
                   std::to_string(n),
               amount, [rows, n, &table, call] {
                 auto data = std::make_shared<Rows>(rows, n);
                 return [=, &table] { call(table, *data); };
               });
}

static void softmax(const KernelTable &t, Rows &r) {
  t.vl_softmax(r.rows, r.n, r.x.data(), r.n, r.out.data(), r.n);
}

static void softmaxGrad(const KernelTable &t, Rows &r) {
  t.vl_softmax_grad(r.rows, r.n, r.y.data(), r.n, r.x.data(), r.n, r.out.data(),
                    r.n);
}

static void shift(const KernelTable &t, Rows &r) {
  t.vl_shift(r.rows, r.n, 3, r.x.data(), r.n, r.taps.data(), 3, r.out.data(),
             r.n, 0, 0);
}

static void shiftTaps(const KernelTable &t, Rows &r) {
  t.vl_shift_taps(r.rows, r.n, 3, r.y.data(), r.n, r.x.data(), r.n,
                  r.out.data(), 3, 0, 0);
}

static void shiftTranspose(const KernelTable &t, Rows &r) {
  t.vl_shift_transpose(r.rows, r.n, 3, r.y.data(), r.n, r.taps.data(), 3,
                       r.out.data(), r.n, 0, 0);
}

void addRowBenchmarks() {
  for (const KernelTable *table : kernelTables()) {
#define VELLUM_UNARY(NAME) addElementwise(*table, #NAME, &KernelTable::NAME);
#include "runtime/device/Kernels.def"
    for (auto [rows, n] : {std::pair<int64_t, int64_t>{1, 3},
                           {32, 3},
                           {1, 20},
                           {1, 128},
                           {16, 128},
                           {4, 1024}}) {
      addRows(*table, "softmax", rows, n, 2, softmax);
      addRows(*table, "softmax_grad", rows, n, 3, softmaxGrad);
      if (n == 3)
        continue;
      addRows(*table, "shift", rows, n, 2, shift);
      addRows(*table, "shift_taps", rows, n, 2, shiftTaps);
      addRows(*table, "shift_transpose", rows, n, 2, shiftTranspose);
    }
  }
}

} // namespace vellum
