//===- runtime/artefact/Machine.cpp - what this machine can run -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The levels of the x86-64 psABI. The compiler's own test for them is a library
// call, which artefacts cannot make.
//
//===----------------------------------------------------------------------===//

#include "runtime/artefact/Artefact.h"

#include <atomic>
#include <cpuid.h>

using namespace vellum::artefact;

const char *const vellum::artefact::targetNames[] = {"x86-64-v2", "x86-64-v3",
                                                     "x86-64-v4"};

namespace {
/// The registers that the cpuid instruction sets.
struct Features {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;

  explicit Features(unsigned leaf) {
    // All zero where the machine does not know the leaf.
    __get_cpuid_count(leaf, 0, &eax, &ebx, &ecx, &edx);
  }
};
} // namespace

static bool hasAll(unsigned value, unsigned bits) {
  return (value & bits) == bits;
}

static constexpr unsigned bit(int number) { return 1u << number; }

/// The register states that the system saves when it switches threads.
static unsigned savedStates() {
  unsigned low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static int findLevel() {
  const Features basic(1), structured(7), extended(0x80000001);
  // SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT; LAHF.
  if (!hasAll(basic.ecx,
              bit(0) | bit(9) | bit(13) | bit(19) | bit(20) | bit(23)) ||
      !hasAll(extended.ecx, bit(0)))
    return -1;
  // FMA, MOVBE, OSXSAVE, AVX, F16C; BMI1, AVX2, BMI2; LZCNT.
  if (!hasAll(basic.ecx, bit(12) | bit(22) | bit(27) | bit(28) | bit(29)) ||
      !hasAll(structured.ebx, bit(3) | bit(5) | bit(8)) ||
      !hasAll(extended.ecx, bit(5)))
    return 0;
  // The vector registers with 16 and 32 bytes.
  const unsigned states = savedStates();
  if (!hasAll(states, bit(1) | bit(2)))
    return 0;
  // AVX512F, DQ, CD, BW, VL; mask registers, and the rest of 64 bytes.
  if (!hasAll(structured.ebx,
              bit(16) | bit(17) | bit(28) | bit(30) | bit(31)) ||
      !hasAll(states, bit(5) | bit(6) | bit(7)))
    return 1;
  return 2;
}

int vellum::artefact::machineLevel() {
  constexpr int unknown = -2;
  static std::atomic<int> known{unknown};
  int level = known.load(std::memory_order_relaxed);
  if (level == unknown) {
    // Threads that meet here find the same.
    level = findLevel();
    known.store(level, std::memory_order_relaxed);
  }
  return level;
}

VellumEntry vellum::artefact::chooseVersion(const Versions &versions,
                                            int level) {
  for (; level >= 0; --level)
    if (versions.code[level])
      return versions.code[level];
  return nullptr;
}

const char *vellum_artefact_target(const Versions *any) {
  const VellumEntry chosen = chooseVersion(*any, machineLevel());
  for (int level = 0; chosen && level < Versions::count; ++level)
    if (any->code[level] == chosen)
      return targetNames[level];
  return nullptr;
}
