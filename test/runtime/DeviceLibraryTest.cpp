//===- test/runtime/DeviceLibraryTest.cpp - embedded kernels --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/device/DeviceLibrary.h"

#include "runtime/Philox.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <string>

using namespace vellum;

TEST(DeviceLibrary, HoldsBitcode) {
  int count = 0, lanes = 2;
  for (const DeviceTarget &target : deviceTargets()) {
    ++count;
    EXPECT_EQ(target.lanes, lanes *= 2) << target.name;
    ASSERT_GT(target.bitcodeSize(), 1000u) << target.name;
    EXPECT_EQ(std::memcmp(target.bitcodeBegin, "BC\xC0\xDE", 4), 0);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(target.bitcodeBegin) % 16, 0u);
    EXPECT_EQ(findDeviceTarget(target.name), &target);
  }
  EXPECT_EQ(count, 3);
}

TEST(DeviceLibrary, HoldsMachineCode) {
  const DeviceTarget &host = *hostDeviceTarget();
  const DeviceKernel *bits = std::find_if(
      host.kernels.begin(), host.kernels.end(),
      [&](const DeviceKernel &kernel) {
        return kernel.name == std::string("vl_random_bits") + host.suffix;
      });
  ASSERT_NE(bits, host.kernels.end());
  using RandomBits = void (*)(int64_t, uint64_t, uint64_t, int32_t *);
  int32_t drawn = 0;
  reinterpret_cast<RandomBits>(bits->code)(1, 1, 2, &drawn);
  EXPECT_EQ(static_cast<uint32_t>(drawn), philoxBits(1, 2, 0));
}

TEST(DeviceLibrary, FindsTargets) {
  EXPECT_EQ(findDeviceTarget("x86-64-v5"), nullptr);
  EXPECT_FALSE(findDeviceTarget("x86-64-v2")->hasFma);
  EXPECT_TRUE(findDeviceTarget("x86-64-v3")->hasFma);
  const DeviceTarget *host = hostDeviceTarget();
  ASSERT_NE(host, nullptr) << "the tests need x86-64-v2";
  for (const DeviceTarget &target : deviceTargets())
    EXPECT_EQ(isSupportedByHost(target), target.lanes <= host->lanes);
}
