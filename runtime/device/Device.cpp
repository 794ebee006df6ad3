//===- runtime/device/Device.cpp - the device library -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The C names of the device library over the kernel headers. Compiled to one
/// bitcode file per target.
///
//===----------------------------------------------------------------------===//

#include "runtime/device/Kernels.h"

#include "runtime/device/Angles-inl.h"
#include "runtime/device/GemmDotPack-inl.h"
#include "runtime/device/GemmPanels-inl.h"
#include "runtime/device/Layout-inl.h"
#include "runtime/device/Random-inl.h"
#include "runtime/device/Shift-inl.h"
#include "runtime/device/Softmax-inl.h"

#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace vellum {
namespace HWY_NAMESPACE {

/// The plain vector types that callers pass; the same registers as hn::Vec.
typedef float FloatX4 __attribute__((vector_size(16)));
typedef float FloatX8 __attribute__((vector_size(32)));
typedef float FloatX16 __attribute__((vector_size(64)));

#define VELLUM_ELEMENTWISE(TYPE)                                               \
  extern "C" __attribute__((always_inline, visibility("hidden"))) TYPE

#define VELLUM_F(NAME) VELLUM_F_##NAME
#define VELLUM_F_exp vExp
#define VELLUM_F_log vLog
#define VELLUM_F_log1p vLog1p
#define VELLUM_F_expm1 vExpm1
#define VELLUM_F_tanh vTanh
#define VELLUM_F_sigmoid vSigmoid
#define VELLUM_F_softplus vSoftplus
#define VELLUM_F_rsqrt vRsqrt
#define VELLUM_F_sin vSin
#define VELLUM_F_cos vCos
#define VELLUM_F_exp2 vExp2
#define VELLUM_F_log2 vLog2
#define VELLUM_F_log10 vLog10
#define VELLUM_F_cbrt vCbrt
#define VELLUM_F_tan vTan
#define VELLUM_F_asin vAsin
#define VELLUM_F_acos vAcos
#define VELLUM_F_atan vAtan
#define VELLUM_F_sinh vSinh
#define VELLUM_F_cosh vCosh
#define VELLUM_F_asinh vAsinh
#define VELLUM_F_acosh vAcosh
#define VELLUM_F_atanh vAtanh
#define VELLUM_F_erf vErf
#define VELLUM_F_erfc vErfc
#define VELLUM_F_pow vPow
#define VELLUM_F_powi vPowi
#define VELLUM_F_atan2 vAtan2

// A scalar runs in four equal lanes, so that tails have the bits of vectors.
#define VELLUM_UNARY(NAME)                                                     \
  VELLUM_ELEMENTWISE(float) VELLUM_SYMBOL(vl_##NAME##_f32)(float x) {          \
    const hn::FixedTag<float, 4> d;                                            \
    return hn::GetLane(VELLUM_F(NAME)(d, hn::Set(d, x)));                      \
  }
#define VELLUM_BINARY(NAME)                                                    \
  VELLUM_ELEMENTWISE(float) VELLUM_SYMBOL(vl_##NAME##_f32)(float x, float y) { \
    const hn::FixedTag<float, 4> d;                                            \
    return hn::GetLane(VELLUM_F(NAME)(d, hn::Set(d, x), hn::Set(d, y)));       \
  }
#include "runtime/device/Kernels.def"

#define VELLUM_UNARY_N(NAME, N)                                                \
  VELLUM_ELEMENTWISE(FloatX##N)                                                \
  VELLUM_SYMBOL(vl_##NAME##_f32x##N)(FloatX##N x) {                            \
    const hn::FixedTag<float, N> d;                                            \
    using Vec = hn::Vec<decltype(d)>;                                          \
    return VELLUM_F(NAME)(d, Vec{x}).raw;                                      \
  }
#define VELLUM_BINARY_N(NAME, N)                                               \
  VELLUM_ELEMENTWISE(FloatX##N)                                                \
  VELLUM_SYMBOL(vl_##NAME##_f32x##N)(FloatX##N x, FloatX##N y) {               \
    const hn::FixedTag<float, N> d;                                            \
    using Vec = hn::Vec<decltype(d)>;                                          \
    return VELLUM_F(NAME)(d, Vec{x}, Vec{y}).raw;                              \
  }

#define VELLUM_UNARY(NAME) VELLUM_UNARY_N(NAME, 4)
#define VELLUM_BINARY(NAME) VELLUM_BINARY_N(NAME, 4)
#include "runtime/device/Kernels.def"

#if HWY_MAX_BYTES >= 32
#define VELLUM_UNARY(NAME) VELLUM_UNARY_N(NAME, 8)
#define VELLUM_BINARY(NAME) VELLUM_BINARY_N(NAME, 8)
#include "runtime/device/Kernels.def"
#endif

#if HWY_MAX_BYTES >= 64
#define VELLUM_UNARY(NAME) VELLUM_UNARY_N(NAME, 16)
#define VELLUM_BINARY(NAME) VELLUM_BINARY_N(NAME, 16)
#include "runtime/device/Kernels.def"
#endif

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_gemm_nn)(int64_t m, int64_t n, int64_t k,
                                            const float *a, int64_t rsA,
                                            int64_t csA, const float *b,
                                            int64_t ldb, float *c, int64_t ldc,
                                            int64_t accumulate) {
  gemmNN(m, n, k, a, rsA, csA, b, ldb, c, ldc, accumulate != 0);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_gemm_nt)(int64_t m, int64_t n, int64_t k,
                                            const float *a, int64_t lda,
                                            const float *b, int64_t ldb,
                                            float *c, int64_t ldc,
                                            int64_t accumulate) {
  gemmNT(m, n, k, a, lda, b, ldb, c, ldc, accumulate != 0);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_gemm_any)(int64_t m, int64_t n, int64_t k,
                                             const float *a, int64_t rsA,
                                             int64_t csA, const float *b,
                                             int64_t rsB, int64_t csB, float *c,
                                             int64_t rsC, int64_t csC,
                                             int64_t accumulate) {
  gemmAny(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, csC, accumulate != 0);
}

VELLUM_DEVICE_API
VELLUM_SYMBOL(vl_gemm_panels)(int64_t m, int64_t n, int64_t k, const float *a,
                              int64_t rsA, int64_t csA, const float *panels,
                              int64_t width, float *c, int64_t ldc,
                              int64_t accumulate) {
  gemmPanels(m, n, k, a, rsA, csA, panels, width, c, ldc, accumulate != 0);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_pack_panels)(int64_t k, int64_t n,
                                                const float *b, int64_t rsB,
                                                int64_t csB, int64_t width,
                                                float *panels) {
  packPanels(k, n, b, rsB, csB, width, panels);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_copy)(int64_t rows, int64_t n,
                                         const float *x, int64_t ldx, float *y,
                                         int64_t ldy) {
  for (int64_t r = 0; r < rows; ++r)
    copyRow(n, x + r * ldx, y + r * ldy);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_transpose)(int64_t rows, int64_t n,
                                              const float *x, int64_t ldx,
                                              float *y, int64_t ldy) {
  transpose<kLanes>(rows, n, x, ldx, y, ldy);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_softmax)(int64_t rows, int64_t n,
                                            const float *x, int64_t ldx,
                                            float *y, int64_t ldy) {
  for (int64_t r = 0; r < rows; ++r)
    runRow<SoftmaxRow>(n, x + r * ldx, y + r * ldy, AllowAll());
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_softmax_masked)(int64_t rows, int64_t n,
                                                   const float *x, int64_t ldx,
                                                   const uint8_t *mask,
                                                   int64_t ldm, float *y,
                                                   int64_t ldy) {
  for (int64_t r = 0; r < rows; ++r)
    runRow<SoftmaxRow>(n, x + r * ldx, y + r * ldy, AllowBytes{mask + r * ldm});
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_softmax_grad)(int64_t rows, int64_t n,
                                                 const float *y, int64_t ldy,
                                                 const float *dy, int64_t lddy,
                                                 float *dx, int64_t lddx) {
  for (int64_t r = 0; r < rows; ++r)
    runRow<SoftmaxGradRow>(n, y + r * ldy, dy + r * lddy, dx + r * lddx);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_shift)(int64_t rows, int64_t n, int64_t taps,
                                          const float *w, int64_t ldw,
                                          const float *s, int64_t lds,
                                          float *out, int64_t ldo,
                                          int64_t correlate, int64_t clamp) {
  for (int64_t r = 0; r < rows; ++r)
    shiftRow(n, taps, w + r * ldw, s + r * lds, out + r * ldo,
             correlate ? 1 : -1, clamp != 0);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_shift_taps)(int64_t rows, int64_t n,
                                               int64_t taps, const float *g,
                                               int64_t ldg, const float *w,
                                               int64_t ldw, float *ds,
                                               int64_t ldds, int64_t correlate,
                                               int64_t clamp) {
  for (int64_t r = 0; r < rows; ++r)
    shiftTapsRow(n, taps, g + r * ldg, w + r * ldw, ds + r * ldds,
                 correlate ? 1 : -1, clamp != 0);
}

VELLUM_DEVICE_API
VELLUM_SYMBOL(vl_shift_transpose)(int64_t rows, int64_t n, int64_t taps,
                                  const float *g, int64_t ldg, const float *s,
                                  int64_t lds, float *dw, int64_t lddw,
                                  int64_t correlate, int64_t clamp) {
  for (int64_t r = 0; r < rows; ++r)
    shiftTransposeRow(n, taps, g + r * ldg, s + r * lds, dw + r * lddw,
                      correlate ? 1 : -1, clamp != 0);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_random_bits)(int64_t n, uint64_t key,
                                                uint64_t stream, int32_t *out) {
  randomBits(n, key, stream, out);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_random_uniform)(int64_t n, uint64_t key,
                                                   uint64_t stream,
                                                   float *out) {
  randomUniform(n, key, stream, out);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_random_normal)(int64_t n, uint64_t key,
                                                  uint64_t stream, float *out) {
  randomNormal(n, key, stream, out);
}

VELLUM_DEVICE_API VELLUM_SYMBOL(vl_random_permutation)(int64_t rows, int64_t n,
                                                       uint64_t key,
                                                       uint64_t stream,
                                                       int32_t *out) {
  for (int64_t r = 0; r < rows; ++r)
    philoxPermutation(key, stream, uint64_t(r), n, out + r * n);
}

/// The letter that Kernels.def has for a parameter of type T.
template <class T> constexpr char letterOf() {
  if constexpr (std::is_same_v<T, int64_t>)
    return 'i';
  else if constexpr (std::is_same_v<T, uint64_t>)
    return 'u';
  else if constexpr (std::is_same_v<T, const float *>)
    return 'r';
  else if constexpr (std::is_same_v<T, float *>)
    return 'w';
  else if constexpr (std::is_same_v<T, const uint8_t *>)
    return 'm';
  else if constexpr (std::is_same_v<T, int32_t *>)
    return 'o';
  return '?';
}

/// Whether a kernel's parameters are those that `letters` say.
template <class... T>
constexpr bool hasSignature(void (*)(T...), const char *letters) {
  const char own[] = {letterOf<T>()..., '\0'};
  for (size_t i = 0; i < sizeof own; ++i)
    if (own[i] != letters[i])
      return false;
  return true;
}

#define VELLUM_KERNEL(NAME, LETTERS)                                           \
  static_assert(hasSignature(&VELLUM_SYMBOL(NAME), LETTERS),                   \
                #NAME " differs from Kernels.def");
#include "runtime/device/Kernels.def"

} // namespace HWY_NAMESPACE
} // namespace vellum
HWY_AFTER_NAMESPACE();
