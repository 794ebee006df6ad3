//===- test/runtime/KernelsUnderTest.cpp - one target's kernels -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The device library itself, as ordinary code. Compiled once per target, with
/// its own VELLUM_SYMBOL_SUFFIX.
///
//===----------------------------------------------------------------------===//

#include "runtime/device/Device.cpp"

#include "test/runtime/KernelTable.h"

namespace vellum {
namespace HWY_NAMESPACE {
namespace {

/// Moves n floats through `f`, a vector at a time.
template <class Vec, class F, class... In>
void mapVectors(int64_t n, float *out, F f, const In *...in) {
  constexpr int64_t kWidth = sizeof(Vec) / sizeof(float);
  const auto load = [](const float *p) {
    Vec v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
  };
  for (int64_t i = 0; i < n; i += kWidth) {
    const Vec v = f(load(in + i)...);
    __builtin_memcpy(out + i, &v, sizeof v);
  }
}

#define VELLUM_CALL(NAME, SUFFIX)                                              \
  [](auto... v) { return VELLUM_SYMBOL(vl_##NAME##_f32##SUFFIX)(v...); }
#define VELLUM_CASE(NAME, WIDTH, TYPE, SUFFIX, ...)                            \
  case WIDTH:                                                                  \
    return mapVectors<TYPE>(n, out, VELLUM_CALL(NAME, SUFFIX), __VA_ARGS__);

#if HWY_MAX_BYTES >= 32
#define VELLUM_CASE_8(...) VELLUM_CASE(__VA_ARGS__)
#else
#define VELLUM_CASE_8(...)
#endif
#if HWY_MAX_BYTES >= 64
#define VELLUM_CASE_16(...) VELLUM_CASE(__VA_ARGS__)
#else
#define VELLUM_CASE_16(...)
#endif

#define VELLUM_CASES(NAME, ...)                                                \
  switch (width) {                                                             \
    VELLUM_CASE(NAME, 1, float, , __VA_ARGS__)                                 \
    VELLUM_CASE(NAME, 4, FloatX4, x4, __VA_ARGS__)                             \
    VELLUM_CASE_8(NAME, 8, FloatX8, x8, __VA_ARGS__)                           \
    VELLUM_CASE_16(NAME, 16, FloatX16, x16, __VA_ARGS__)                       \
  }

#define VELLUM_UNARY(NAME)                                                     \
  void map_##NAME(int width, int64_t n, const float *x, float *out) {          \
    VELLUM_CASES(NAME, x)                                                      \
  }
#define VELLUM_BINARY(NAME)                                                    \
  void map_##NAME(int width, int64_t n, const float *x, const float *y,        \
                  float *out) {                                                \
    VELLUM_CASES(NAME, x, y)                                                   \
  }
#include "runtime/device/Kernels.def"

} // namespace
} // namespace HWY_NAMESPACE

extern const KernelTable VELLUM_SYMBOL(kernelTable);
const KernelTable VELLUM_SYMBOL(kernelTable) = {
    VELLUM_TARGET_NAME,
    static_cast<int>(HWY_NAMESPACE::kLanes),
#define VELLUM_UNARY(NAME) HWY_NAMESPACE::map_##NAME,
#define VELLUM_BINARY(NAME) HWY_NAMESPACE::map_##NAME,
#define VELLUM_KERNEL(NAME, LETTERS) VELLUM_SYMBOL(NAME),
#include "runtime/device/Kernels.def"
};

} // namespace vellum
