//===- test/runtime/ContextTest.cpp - services for compiled code ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Context.h"
#include "runtime/ThreadPool.h"

#include <atomic>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <set>
#include <thread>

using namespace vellum;

namespace {

TEST(Arena, AlignsAndSeparates) {
  const ContextPtr context = createContext();
  char *previous = nullptr;
  for (int64_t bytes : {0, 1, 63, 64, 65, 1000000, 5000000, 3}) {
    auto *p =
        static_cast<char *>(vellum_rt_alloc(context.get(), bytes, nullptr));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(p) % 64, 0u);
    EXPECT_NE(p, previous);
    std::memset(p, 0x5A, static_cast<size_t>(bytes));
    previous = p;
  }
}

TEST(Arena, SteadyStateAllocatesNothing) {
  const ContextPtr context = createContext();
  const auto step = [&] {
    std::vector<void *> addresses;
    for (int64_t bytes : {100, 3000000, 900000, 200, 700000})
      addresses.push_back(vellum_rt_alloc(context.get(), bytes, nullptr));
    reset(*context);
    return addresses;
  };
  const auto first = step();
  const int64_t capacity = arenaCapacity(*context);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(step(), first);
  EXPECT_EQ(arenaCapacity(*context), capacity);
}

TEST(Arena, RemembersThePeak) {
  const ContextPtr context = createContext();
  EXPECT_EQ(arenaPeak(*context), 0);
  vellum_rt_alloc(context.get(), 100, nullptr);
  vellum_rt_alloc(context.get(), 64, nullptr);
  reset(*context);
  EXPECT_EQ(arenaPeak(*context), 192);
  vellum_rt_alloc(context.get(), 1, nullptr);
  EXPECT_EQ(arenaPeak(*context), 192);
  vellum_rt_alloc(context.get(), 3000000, nullptr);
  EXPECT_EQ(arenaPeak(*context), 64 + 3000000);
}

// Tiles that follow each other share an arena.
TEST(Arena, CountsTheTilesThatRunAtOnce) {
  const ContextPtr context = createContext();
  vellum_rt_alloc(context.get(), 64, nullptr);
  vellum_rt_tiles(
      context.get(), 5,
      [](VellumContext *own, int64_t, void *) {
        vellum_rt_alloc(own, 640, nullptr);
      },
      nullptr);
  EXPECT_EQ(arenaPeak(*context), 64 + 640);
}

TEST(Context, KeepsTheFirstError) {
  const ContextPtr context = createContext();
  EXPECT_EQ(error(*context), "");
  vellum_rt_error(context.get(), "one");
  vellum_rt_error(context.get(), "two");
  EXPECT_EQ(error(*context), "one");
  reset(*context);
  EXPECT_EQ(error(*context), "");
}

TEST(Context, Probes) {
  const ContextPtr context = createContext();
  const Tensor t = Tensor::of<float>({2, 1}, {3, 4});
  const auto view = viewTensor(t);
  ASSERT_TRUE(view);
  vellum_rt_probe(context.get(), "ignored", 0, &*view);
  std::vector<std::string> seen;
  setProbeHandler(*context, [&](const char *name, int64_t step,
                                const VellumTensor &tensor) {
    seen.push_back(name + std::to_string(step));
    EXPECT_EQ(copyTensor(tensor), t);
  });
  vellum_rt_probe(context.get(), "w", 7, &*view);
  EXPECT_EQ(seen, std::vector<std::string>{"w7"});
}

TEST(Context, LimitsRank) {
  EXPECT_FALSE(
      viewTensor(Tensor::zeros(DType::F32, std::vector<int64_t>(9, 1))));
}

TEST(Context, ListsItsSymbols) {
  std::set<std::string> names;
  for (const RuntimeSymbol &symbol : runtimeSymbols()) {
    EXPECT_NE(symbol.address, nullptr);
    names.insert(symbol.name);
  }
  EXPECT_EQ(names,
            (std::set<std::string>{"vellum_rt_alloc", "vellum_rt_error",
                                   "vellum_rt_fail", "vellum_rt_parallel_for",
                                   "vellum_rt_probe", "vellum_rt_product",
                                   "vellum_rt_threads", "vellum_rt_tiles"}));
}

/// 2^-120 2^-10, which is no normal number, as the processor makes it.
float makeDenormal() {
  volatile float factor = 0x1p-120f;
  return factor * 0x1p-10f;
}

TEST(Context, FlushesDenormalsDuringCalls) {
  const ContextPtr context = createContext();
  const auto body = [](VellumContext *own, const VellumTensor *inputs,
                       VellumTensor *) -> int32_t {
    EXPECT_EQ(makeDenormal(), 0.0f);
    if (inputs)
      vellum_rt_fail(own, nullptr, "given inputs", nullptr);
    return 0;
  };
  EXPECT_EQ(makeDenormal(), 0x1p-130f);
  EXPECT_EQ(vellum_rt_call(context.get(), body, nullptr, nullptr), 0);
  EXPECT_EQ(makeDenormal(), 0x1p-130f);
  const VellumTensor none = {};
  EXPECT_EQ(vellum_rt_call(context.get(), body, &none, nullptr), 1);
  EXPECT_EQ(makeDenormal(), 0x1p-130f);
}

TEST(Context, ThreadsFlushDenormals) {
  const ContextPtr context = createContext();
  ASSERT_TRUE(setThreads(*context, 4));
  const auto entry = [](VellumContext *own, const VellumTensor *,
                        VellumTensor *) -> int32_t {
    vellum_rt_tiles(
        own, 1000,
        [](VellumContext *, int64_t, void *) {
          EXPECT_EQ(makeDenormal(), 0.0f);
        },
        nullptr);
    return 0;
  };
  EXPECT_EQ(vellum_rt_call(context.get(), entry, nullptr, nullptr), 0);
}

/// Counts how often each iteration runs.
struct Counts {
  std::vector<std::atomic<int>> each;
  VellumContext *context = nullptr;

  explicit Counts(size_t n) : each(n) {}

  static void body(int64_t i, void *arg) {
    ++static_cast<Counts *>(arg)->each[static_cast<size_t>(i)];
  }

  void expectAll(int times) const {
    for (const auto &count : each)
      EXPECT_EQ(count, times);
  }
};

TEST(Threads, EveryIterationOnce) {
  for (int threads : {1, 2, 4, 9}) {
    const ContextPtr context = createContext();
    setThreads(*context, threads);
    for (int64_t n : {0, 1, 2, 3, 100, 1000}) {
      Counts counts(static_cast<size_t>(n));
      for (int round = 0; round < 20; ++round)
        vellum_rt_parallel_for(context.get(), n, Counts::body, &counts);
      counts.expectAll(20);
    }
  }
}

TEST(Threads, NestedLoopsRunInline) {
  const ContextPtr context = createContext();
  setThreads(*context, 3);
  Counts counts(50);
  counts.context = context.get();
  const auto outer = [](int64_t, void *arg) {
    vellum_rt_parallel_for(static_cast<Counts *>(arg)->context, 50,
                           Counts::body, arg);
  };
  vellum_rt_parallel_for(context.get(), 8, outer, &counts);
  counts.expectAll(8);
}

TEST(Threads, SeveralCallers) {
  ThreadPool pool;
  ASSERT_TRUE(pool.resize(3));
  Counts counts(64);
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (int round = 0; round < 50; ++round)
        pool.parallelFor(64, Counts::body, &counts);
    });
  for (std::thread &caller : callers)
    caller.join();
  counts.expectAll(200);
}

TEST(Threads, Resizes) {
  ThreadPool pool;
  for (int threads : {1, 4, 2, 2, 1, 3}) {
    ASSERT_TRUE(pool.resize(threads));
    EXPECT_EQ(pool.size(), threads);
    Counts counts(100);
    pool.parallelFor(100, Counts::body, &counts);
    counts.expectAll(1);
  }
}

TEST(Threads, AllocationFromBodies) {
  const ContextPtr context = createContext();
  setThreads(*context, 4);
  const auto body = [](int64_t i, void *arg) {
    auto *p = vellum_rt_alloc(static_cast<VellumContext *>(arg), 256, nullptr);
    std::memset(p, int(i), 256);
  };
  vellum_rt_parallel_for(context.get(), 500, body, context.get());
  EXPECT_GE(arenaCapacity(*context), 500 * 256);
}

/// What the tiles of a loop see.
struct TileLog {
  std::vector<std::atomic<int>> each;
  std::atomic<int> failures{0};

  explicit TileLog(size_t n) : each(n) {}

  /// Fills memory of its own and finds it untouched by other tiles.
  static void body(VellumContext *own, int64_t i, void *arg) {
    auto *log = static_cast<TileLog *>(arg);
    auto *memory =
        static_cast<unsigned char *>(vellum_rt_alloc(own, 4096, nullptr));
    std::memset(memory, int(i % 251), 4096);
    log->failures += vellum_rt_threads(own) != 1;
    for (int k = 0; k < 4096; ++k)
      log->failures += memory[k] != i % 251;
    ++log->each[static_cast<size_t>(i)];
  }
};

TEST(Tiles, EachHasMemoryOfItsOwn) {
  for (int threads : {1, 2, 4}) {
    const ContextPtr context = createContext();
    setThreads(*context, threads);
    EXPECT_EQ(vellum_rt_threads(context.get()), threads);
    TileLog log(300);
    vellum_rt_tiles(context.get(), 300, TileLog::body, &log);
    for (const auto &count : log.each)
      EXPECT_EQ(count, 1);
    EXPECT_EQ(log.failures, 0);
    EXPECT_EQ(arenaCapacity(*context), 0);
  }
}

/// The plain product, in one order of summation for each element.
void multiply(int64_t m, int64_t n, int64_t k, const float *a, int64_t rsa,
              int64_t csa, const float *b, int64_t ldb, float *c, int64_t ldc,
              int64_t accumulate) {
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      float sum = accumulate ? c[i * ldc + j] : 0.0f;
      for (int64_t l = 0; l < k; ++l)
        sum += a[i * rsa + l * csa] * b[l * ldb + j];
      c[i * ldc + j] = sum;
    }
}

/// Multiplies on 1, 2, 3 and 16 threads; a is read transposed.
void checkThreads(int64_t m, int64_t n, int64_t k) {
  std::vector<float> a(m * k), b(k * n);
  for (size_t i = 0; i < a.size(); ++i)
    a[i] = std::sin(float(i));
  for (size_t i = 0; i < b.size(); ++i)
    b[i] = std::cos(float(i));
  std::vector<std::vector<float>> results;
  for (int threads : {1, 2, 3, 16}) {
    const ContextPtr context = createContext();
    setThreads(*context, threads);
    std::vector<float> &c = results.emplace_back(m * n, 1.0f);
    vellum_rt_product(context.get(), multiply, m, n, k, a.data(), 1, m,
                      b.data(), n, c.data(), n, /*accumulate=*/1);
    EXPECT_EQ(results[0], c) << m << "x" << n << " on " << threads;
  }
}

TEST(Threads, ProductHasTheSameBits) {
  // None is a multiple of the pieces; short ones are cut along one side only.
  checkThreads(100, 70, 50);
  checkThreads(9, 400, 80);
  checkThreads(400, 9, 80);
  checkThreads(1, 1, 300000);
}

} // namespace
