//===- runtime/device/DeviceLibrary.cpp - embedded bitcode ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/device/DeviceLibrary.h"

#include <cstring>

// Defined by the assembly file that CMakeLists.txt writes.
extern "C" {
extern const char vellum_device_bitcode_v2[], vellum_device_bitcode_v2_end[];
extern const char vellum_device_bitcode_v3[], vellum_device_bitcode_v3_end[];
extern const char vellum_device_bitcode_v4[], vellum_device_bitcode_v4_end[];
}

namespace vellum {

static const DeviceTarget targets[] = {
    {"x86-64-v2", "x86-64-v2", 4, false, vellum_device_bitcode_v2,
     vellum_device_bitcode_v2_end},
    {"x86-64-v3", "x86-64-v3", 8, true, vellum_device_bitcode_v3,
     vellum_device_bitcode_v3_end},
    {"x86-64-v4", "x86-64-v4", 16, true, vellum_device_bitcode_v4,
     vellum_device_bitcode_v4_end},
};

DeviceTargetRange deviceTargets() {
  return {targets, targets + sizeof targets / sizeof targets[0]};
}

const DeviceTarget *findDeviceTarget(const char *name) {
  for (const DeviceTarget &target : targets)
    if (std::strcmp(target.name, name) == 0)
      return &target;
  return nullptr;
}

bool isSupportedByHost(const DeviceTarget &target) {
  // The builtin takes literals only.
  switch (target.lanes) {
  case 4:
    return __builtin_cpu_supports("x86-64-v2");
  case 8:
    return __builtin_cpu_supports("x86-64-v3");
  case 16:
    return __builtin_cpu_supports("x86-64-v4");
  }
  return false;
}

const DeviceTarget *hostDeviceTarget() {
  const DeviceTarget *best = nullptr;
  for (const DeviceTarget &target : targets)
    if (isSupportedByHost(target))
      best = &target;
  return best;
}

} // namespace vellum
