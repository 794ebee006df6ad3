//===- bench/device/Machine.cpp - time, and the machine's limits ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bench/device/Machine.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace vellum {

extern const PeakLoops peakLoops_v2, peakLoops_v3, peakLoops_v4;

static const PeakLoops &peakLoops(const KernelTable &table) {
  return table.lanes == 4   ? peakLoops_v2
         : table.lanes == 8 ? peakLoops_v3
                            : peakLoops_v4;
}

PageOfFloats::PageOfFloats(int64_t count) : floats(nullptr, std::free) {
  constexpr size_t kPage = 4096;
  const size_t bytes = size_t(count) * sizeof(float);
  floats.reset(static_cast<float *>(
      std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage)));
  // Deterministic, and so small that repeated additions stay in range.
  uint32_t state = 12345;
  for (int64_t i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    floats[size_t(i)] = float(int32_t(state)) * 0x1p-41f;
  }
}

static double timeOf(const std::function<void()> &work, int64_t calls) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  for (int64_t i = 0; i < calls; ++i)
    work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double shortestTime(const std::function<void()> &work) {
  constexpr double kBatch = 20e-6, kTotal = 40e-3;
  int64_t calls = 1;
  while (timeOf(work, calls) < kBatch)
    calls *= 2;
  double best = timeOf(work, calls);
  int64_t batches = std::max<int64_t>(3, int64_t(kTotal / best));
  while (batches-- > 0)
    best = std::min(best, timeOf(work, calls));
  return best / double(calls);
}

/// Bytes per second over `bytes` of memory.
static double readingRate(const PeakLoops &loops, size_t bytes) {
  const auto count = int64_t(bytes / sizeof(float));
  const PageOfFloats x(count);
  return double(bytes) / shortestTime([&] {
           benchmark::DoNotOptimize(loops.read(x.data(), count));
         });
}

Limits measureLimits(const KernelTable &table) {
  const PeakLoops &loops = peakLoops(table);
  constexpr int64_t rounds = 1000;
  const double time = shortestTime(
      [&] { benchmark::DoNotOptimize(loops.multiplyAdd(rounds)); });
  return {double(rounds * loops.flopsPerRound) / time,
          readingRate(loops, 32 << 10), readingRate(loops, 512 << 10)};
}

static Limits fastest(const Limits &a, const Limits &b) {
  return {std::max(a.flops, b.flops), std::max(a.l1, b.l1),
          std::max(a.l2, b.l2)};
}

void addBenchmark(const KernelTable &table, const std::string &name,
                  Amount amount,
                  std::function<std::function<void()>()> prepare) {
  const auto run = [=, &table](benchmark::State &state) {
    const std::function<void()> work = prepare();
    for (auto iteration : state) {
      (void)iteration;
      // In turns: a machine that others use has slow seconds, and a limit or a
      // time from one of them would make a share of more than 1, or of half.
      Limits limits = measureLimits(table);
      double time = shortestTime(work);
      for (int turn = 1; turn < 4; ++turn) {
        limits = fastest(limits, measureLimits(table));
        time = std::min(time, shortestTime(work));
      }
      state.SetIterationTime(time);
      if (amount.flops > 0)
        state.counters["fma"] = amount.flops / time / limits.flops;
      if (amount.bytes > 0) {
        state.counters["L1"] = amount.bytes / time / limits.l1;
        state.counters["L2"] = amount.bytes / time / limits.l2;
      }
      if (amount.elements > 0)
        state.counters["ns/element"] = time * 1e9 / amount.elements;
    }
  };
  benchmark::RegisterBenchmark((table.target + ("/" + name)).c_str(), run)
      ->UseManualTime()
      ->Iterations(1);
}

} // namespace vellum
