//===- bench/device/Machine.h - time, and the machine's limits --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The shortest time of a piece of work, and the limits that it is compared
/// with. Both are minima over many short runs, taken one after the other: a
/// mean would mostly measure who else uses the machine.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_BENCH_DEVICE_MACHINE_H
#define VELLUM_BENCH_DEVICE_MACHINE_H

#include "test/runtime/KernelTable.h"

#include <benchmark/benchmark.h>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vellum {

/// `count` floats that begin on a page of their own.
class PageOfFloats {
public:
  explicit PageOfFloats(int64_t count);

  float *data() const { return floats.get(); }

private:
  std::unique_ptr<float[], void (*)(void *)> floats;
};

/// Loops that do nothing but use one resource, at one target's width.
struct PeakLoops {
  /// `rounds` rounds of independent multiply-adds; returns something of them.
  float (*multiplyAdd)(int64_t rounds);
  int64_t flopsPerRound;
  /// The sum of n floats, each read once and in order; n is a multiple of 256.
  float (*read)(const float *x, int64_t n);
};

/// What one core does per second.
struct Limits {
  double flops;
  /// Bytes read from 32 KiB and from 512 KiB, over and over.
  double l1, l2;
};

/// Measures the limits at the width of `table`'s target.
Limits measureLimits(const KernelTable &table);

/// The shortest time of one call of `work` over many, in seconds.
double shortestTime(const std::function<void()> &work);

/// What one call does, to be set against the limits.
struct Amount {
  double flops = 0;
  /// Operands read and results read or written, once each.
  double bytes = 0;
  /// Elements made, of an elementwise function.
  double elements = 0;
};

/// Adds a benchmark called `<target>/<name>`. `prepare` is called when it runs
/// and returns the work to be timed. It reports the time of a call, and as far
/// as `amount` says them: its share of the multiply-adds ("fma") and of the
/// bandwidths ("L1", "L2") that the core has, and the nanoseconds per element.
void addBenchmark(const KernelTable &table, const std::string &name,
                  Amount amount,
                  std::function<std::function<void()>()> prepare);

void addProductBenchmarks();
void addRowBenchmarks();

} // namespace vellum

#endif // VELLUM_BENCH_DEVICE_MACHINE_H
