//===- tools/vellum/MachineLimits.cpp - what the cores can do -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/MachineLimits.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include "runtime/ThreadPool.h"
#include "runtime/device/DeviceLibrary.h"

using namespace vellum;

//===----------------------------------------------------------------------===//
// Loops that use one resource
//===----------------------------------------------------------------------===//

namespace {
template <int Lanes> struct VectorOf {
  typedef float Type __attribute__((vector_size(Lanes * sizeof(float))));
};

/// At one width. `factor` and `summand` keep the compiler from knowing the
/// results, which are returned for the same reason.
struct Loops {
  int lanes;
  float (*multiplyAdd)(int64_t rounds, float factor, float summand);
  float (*read)(const float *x, int64_t count);
};
} // namespace

/// Chains that hide a multiply-add's latency of 4 or 5 cycles at two per cycle.
static constexpr int kChains = 12;
/// Sums that hide the latency of a load and an addition.
static constexpr int kStreams = 8;

template <int Lanes>
[[gnu::always_inline]] static inline float
multiplyAdd(int64_t rounds, float factor, float summand) {
  typename VectorOf<Lanes>::Type chains[kChains];
  for (int i = 0; i < kChains; ++i)
    for (int lane = 0; lane < Lanes; ++lane)
      chains[i][lane] = summand * static_cast<float>(i);
  for (int64_t round = 0; round < rounds; ++round)
    for (auto &chain : chains)
      chain = chain * factor + summand;
  float sum = 0;
  for (auto &chain : chains)
    sum += chain[0];
  return sum;
}

/// `count` is a multiple of kStreams vectors.
template <int Lanes>
[[gnu::always_inline]] static inline float read(const float *x, int64_t count) {
  using Vector = typename VectorOf<Lanes>::Type;
  Vector sums[kStreams] = {};
  for (int64_t i = 0; i < count; i += kStreams * Lanes)
    for (int stream = 0; stream < kStreams; ++stream) {
      Vector loaded;
      std::memcpy(&loaded, x + i + stream * Lanes, sizeof(loaded));
      sums[stream] += loaded;
    }
  float sum = 0;
  for (const Vector &each : sums)
    sum += each[0];
  return sum;
}

// A multiply-add is an instruction from x86-64-v3 on; clang forms it from the
// product and the sum of one expression.
#define VELLUM_LOOPS(LANES, FEATURES)                                          \
  __attribute__((target(FEATURES))) static float multiplyAdd##LANES(           \
      int64_t rounds, float factor, float summand) {                           \
    return multiplyAdd<LANES>(rounds, factor, summand);                        \
  }                                                                            \
  __attribute__((target(FEATURES))) static float read##LANES(const float *x,   \
                                                             int64_t count) {  \
    return read<LANES>(x, count);                                              \
  }
VELLUM_LOOPS(4, "sse4.2")
VELLUM_LOOPS(8, "avx2,fma")
VELLUM_LOOPS(16, "avx512f,fma")
#undef VELLUM_LOOPS

static Loops widestLoops() {
  const DeviceTarget *target = hostDeviceTarget();
  if (target && target->lanes == 16)
    return {16, multiplyAdd16, read16};
  if (target && target->lanes == 8)
    return {8, multiplyAdd8, read8};
  return {4, multiplyAdd4, read4};
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

namespace {
struct Free {
  void operator()(float *floats) const { std::free(floats); }
};
using Buffer = std::unique_ptr<float, Free>;
} // namespace

/// The size of a quarter of L2, or of 1 MiB where the system does not say.
static size_t bufferBytes() {
  const long l2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
  constexpr size_t kPage = 4096;
  const size_t bytes = static_cast<size_t>(l2 > 0 ? l2 : 1 << 20) / 4;
  return std::max(bytes / kPage * kPage, kPage);
}

/// Zeros on a huge page, as small pages would cost the translation of
/// addresses.
static Buffer makeBuffer(size_t bytes) {
  constexpr size_t kHugePage = size_t(1) << 21;
  const size_t rounded = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  Buffer buffer(static_cast<float *>(std::aligned_alloc(kHugePage, rounded)));
  (void)madvise(buffer.get(), rounded, MADV_HUGEPAGE);
  std::memset(buffer.get(), 0, rounded);
  return buffer;
}

/// The shortest time in which all threads have run `work`, given their number.
static double shortestTime(ThreadPool &pool,
                           llvm::function_ref<void(int64_t)> work) {
  constexpr int kRuns = 12;
  const auto body = [](int64_t thread, void *arg) {
    (*static_cast<llvm::function_ref<void(int64_t)> *>(arg))(thread);
  };
  double best = 1e9;
  for (int run = 0; run < kRuns; ++run) {
    const auto began = std::chrono::steady_clock::now();
    pool.parallelFor(pool.size(), body, &work);
    const std::chrono::duration<double> time =
        std::chrono::steady_clock::now() - began;
    best = std::min(best, time.count());
  }
  return best;
}

static double measureFlops(ThreadPool &pool, const Loops &loops) {
  constexpr int64_t kRounds = 1 << 19; // 1 ms at 3 GHz
  std::vector<float> sinks(pool.size());
  volatile float factor = 0.999f, summand = 0.001f;
  const double time = shortestTime(pool, [&](int64_t thread) {
    sinks[thread] = loops.multiplyAdd(kRounds, factor, summand);
  });
  return 2.0 * kRounds * kChains * loops.lanes * pool.size() / time;
}

static double measureL2(ThreadPool &pool, const Loops &loops) {
  const size_t bytes = bufferBytes();
  const auto passes = static_cast<int64_t>((size_t(1) << 27) / bytes);
  std::vector<Buffer> buffers;
  for (int thread = 0; thread < pool.size(); ++thread)
    buffers.push_back(makeBuffer(bytes));
  std::vector<float> sinks(pool.size());
  const double time = shortestTime(pool, [&](int64_t thread) {
    for (int64_t pass = 0; pass < passes; ++pass)
      sinks[thread] += loops.read(buffers[thread].get(),
                                  static_cast<int64_t>(bytes / sizeof(float)));
  });
  return static_cast<double>(bytes) * passes * pool.size() / time;
}

MachineLimits vellum::measureLimits(int threads) {
  ThreadPool pool;
  // With fewer threads than asked for the program runs on as few.
  (void)pool.resize(threads);
  const Loops loops = widestLoops();
  return {measureFlops(pool, loops), measureL2(pool, loops)};
}
