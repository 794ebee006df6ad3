//===- runtime/device/DeviceLibrary.h - embedded kernels --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The device library as LLVM bitcode, one module per target. A module defines
/// the functions of Kernels.def, their names with the target's suffix, and
/// needs none but LLVM intrinsics, and perhaps memcpy, memmove and memset.
/// Kernels are there as machine code too, made of the same bitcode: no program
/// that is compiled into this process waits for them.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_DEVICELIBRARY_H
#define VELLUM_RUNTIME_DEVICE_DEVICELIBRARY_H

#include <cstddef>

namespace vellum {

/// A kernel's name, with suffix, and its machine code; Kernels.def has its
/// type.
struct DeviceKernel {
  const char *name;
  void (*code)();
};

/// A run of elements, usable in a range-based for.
template <class T> struct DeviceRange {
  const T *first;
  const T *last;

  const T *begin() const { return first; }
  const T *end() const { return last; }
};

/// A level of the x86-64 instruction set and the bitcode for it.
struct DeviceTarget {
  /// "x86-64-v2", "x86-64-v3" or "x86-64-v4".
  const char *name;
  /// What to give LLVM as target-cpu.
  const char *cpu;
  /// What follows the names of Kernels.def: "_v2", "_v3" or "_v4".
  const char *suffix;
  /// Floats in the widest vector: 4, 8 or 16. Elementwise functions exist for
  /// 4 and every doubling up to this.
  int lanes;
  /// Whether fused multiply-add is an instruction; without it, llvm.fma
  /// becomes a libm call.
  bool hasFma;
  /// The module's bytes, 16-byte-aligned.
  const char *bitcodeBegin;
  const char *bitcodeEnd;
  DeviceRange<DeviceKernel> kernels;

  size_t bitcodeSize() const {
    return static_cast<size_t>(bitcodeEnd - bitcodeBegin);
  }
};

/// All targets, the least capable first.
DeviceRange<DeviceTarget> deviceTargets();

/// The target called `name`, or null.
const DeviceTarget *findDeviceTarget(const char *name);

/// Whether this machine can run code for `target`.
bool isSupportedByHost(const DeviceTarget &target);

/// The most capable target that this machine can run; null if it has not even
/// x86-64-v2.
const DeviceTarget *hostDeviceTarget();

} // namespace vellum

#endif // VELLUM_RUNTIME_DEVICE_DEVICELIBRARY_H
