//===- bench/device/Peaks.cpp - loops that use one resource ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Compiled once per target, as the kernels are.
///
//===----------------------------------------------------------------------===//

#include "bench/device/Machine.h"

#include "runtime/device/Common-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {
namespace {

/// Chains that hide a multiply-add's latency of 4 or 5 cycles at two per cycle,
/// or that of a multiplication and an addition; 16 registers hold no more.
constexpr int kChains = HWY_MAX_BYTES == 16 ? 13 : 12;

float multiplyAdd(int64_t rounds) {
  const WideTag d;
  WideVec acc[kChains];
  for (int i = 0; i < kChains; ++i)
    acc[i] = hn::Set(d, 1.0f);
  WideVec a = hn::Set(d, 0.999f), b = hn::Set(d, 0.001f);
  // Values that the compiler cannot fold.
  asm("" : "+x"(a.raw), "+x"(b.raw));
  for (int64_t r = 0; r < rounds; ++r)
    for (int i = 0; i < kChains; ++i)
      acc[i] = hn::MulAdd(acc[i], a, b);
  for (int i = 1; i < kChains; ++i)
    acc[0] = hn::Add(acc[0], acc[i]);
  return hn::GetLane(hn::SumOfLanes(d, acc[0]));
}

float read(const float *x, int64_t n) {
  const WideTag d;
  constexpr int kStreams = HWY_TARGET <= HWY_AVX3 ? 16 : 8;
  WideVec acc[kStreams];
  for (int i = 0; i < kStreams; ++i)
    acc[i] = hn::Zero(d);
  for (int64_t i = 0; i < n; i += kStreams * kLanes)
    for (int j = 0; j < kStreams; ++j)
      acc[j] = hn::Add(acc[j], hn::LoadU(d, x + i + j * kLanes));
  for (int j = 1; j < kStreams; ++j)
    acc[0] = hn::Add(acc[0], acc[j]);
  return hn::GetLane(hn::SumOfLanes(d, acc[0]));
}

} // namespace
} // namespace HWY_NAMESPACE

extern const PeakLoops VELLUM_SYMBOL(peakLoops);
const PeakLoops VELLUM_SYMBOL(peakLoops) = {
    HWY_NAMESPACE::multiplyAdd,
    HWY_NAMESPACE::kChains *HWY_NAMESPACE::kLanes * 2, HWY_NAMESPACE::read};

} // namespace vellum
HWY_AFTER_NAMESPACE();
