//===- bench/device/DeviceBench.cpp - the device library's speed ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Times every kernel at the sizes that models have, on every target that the
/// machine can run, as shares of what the machine can do. Takes the options of
/// Google Benchmark: --benchmark_filter=v4/gemm.
///
//===----------------------------------------------------------------------===//

#include "bench/device/Machine.h"

using namespace vellum;

/// The limits themselves: GFLOP/s and GB/s.
static void addLimits(const KernelTable &table) {
  const auto run = [&table](benchmark::State &state) {
    for (auto iteration : state) {
      (void)iteration;
      const Limits limits = measureLimits(table);
      state.SetIterationTime(1);
      state.counters["GFLOP/s"] = limits.flops * 1e-9;
      state.counters["L1 GB/s"] = limits.l1 * 1e-9;
      state.counters["L2 GB/s"] = limits.l2 * 1e-9;
    }
  };
  benchmark::RegisterBenchmark((table.target + std::string("/limits")).c_str(),
                               run)
      ->UseManualTime()
      ->Iterations(1);
}

int main(int argc, char **argv) {
  for (const KernelTable *table : kernelTables())
    addLimits(*table);
  addProductBenchmarks();
  addRowBenchmarks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
