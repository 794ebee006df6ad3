//===- runtime/device/DeviceLibrary.cpp - embedded kernels ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/device/DeviceLibrary.h"

#include <cstring>
#include <iterator>

// Defined by the assembly file that CMakeLists.txt writes.
extern "C" {
extern const char vellum_device_bitcode_v2[], vellum_device_bitcode_v2_end[];
extern const char vellum_device_bitcode_v3[], vellum_device_bitcode_v3_end[];
extern const char vellum_device_bitcode_v4[], vellum_device_bitcode_v4_end[];
}

// Defined by the object files made of the bitcode; their types are in
// Kernels.def.
extern "C" {
#define VELLUM_KERNEL(NAME, LETTERS)                                           \
  void NAME##_v2();                                                            \
  void NAME##_v3();                                                            \
  void NAME##_v4();
#include "runtime/device/Kernels.def"
}

namespace vellum {

static const DeviceKernel kernels_v2[] = {
#define VELLUM_KERNEL(NAME, LETTERS) {#NAME "_v2", NAME##_v2},
#include "runtime/device/Kernels.def"
};
static const DeviceKernel kernels_v3[] = {
#define VELLUM_KERNEL(NAME, LETTERS) {#NAME "_v3", NAME##_v3},
#include "runtime/device/Kernels.def"
};
static const DeviceKernel kernels_v4[] = {
#define VELLUM_KERNEL(NAME, LETTERS) {#NAME "_v4", NAME##_v4},
#include "runtime/device/Kernels.def"
};

#define VELLUM_TARGET(LEVEL, LANES, HAS_FMA)                                   \
  {                                                                            \
    "x86-64-" #LEVEL, "x86-64-" #LEVEL, "_" #LEVEL, LANES, HAS_FMA,            \
        vellum_device_bitcode_##LEVEL, vellum_device_bitcode_##LEVEL##_end, {  \
      std::begin(kernels_##LEVEL), std::end(kernels_##LEVEL)                   \
    }                                                                          \
  }

static const DeviceTarget targets[] = {
    VELLUM_TARGET(v2, 4, false),
    VELLUM_TARGET(v3, 8, true),
    VELLUM_TARGET(v4, 16, true),
};

DeviceRange<DeviceTarget> deviceTargets() {
  return {std::begin(targets), std::end(targets)};
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
