//===- runtime/device/Kernels.h - device kernels ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The device library's kernels. All matrices are row-major float32; sizes
/// and strides count elements; flags are 0 or not. A size of 0 writes nothing.
/// Kernels read and write exactly the elements named: no padding or alignment
/// is asked for. Nothing is checked.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_DEVICE_KERNELS_H
#define VELLUM_RUNTIME_DEVICE_KERNELS_H

#include <cstdint>

/// A program may hold the library of several targets, each with its own
/// VELLUM_SYMBOL_SUFFIX.
#ifdef VELLUM_SYMBOL_SUFFIX
#define VELLUM_PASTE2(A, B) A##B
#define VELLUM_PASTE(A, B) VELLUM_PASTE2(A, B)
#define VELLUM_SYMBOL(NAME) VELLUM_PASTE(NAME, VELLUM_SYMBOL_SUFFIX)
#else
#define VELLUM_SYMBOL(NAME) NAME
#endif

#define VELLUM_DEVICE_API extern "C" __attribute__((visibility("hidden"))) void

/// C[i*ldc+j] (+)= sum_k A[i*rsA+k*csA] * B[k*ldb+j] for m x n elements. The
/// bits of an element depend on its row of A and column of B alone.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_gemm_nn)(int64_t m, int64_t n, int64_t k,
                                            const float *a, int64_t rsA,
                                            int64_t csA, const float *b,
                                            int64_t ldb, float *c, int64_t ldc,
                                            int64_t accumulate);

/// C[i*ldc+j] (+)= sum_k A[i*lda+k] * B[j*ldb+k] for m x n elements. The bits
/// of an element depend on its two rows alone; the sum is made in another
/// order than vl_gemm_nn's.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_gemm_nt)(int64_t m, int64_t n, int64_t k,
                                            const float *a, int64_t lda,
                                            const float *b, int64_t ldb,
                                            float *c, int64_t ldc,
                                            int64_t accumulate);

/// C[i*rsC+j*csC] (+)= sum_k A[i*rsA+k*csA] * B[k*rsB+j*csB], for strides the
/// others do not take: scalar code, with the bits of vl_gemm_nn.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_gemm_any)(int64_t m, int64_t n, int64_t k,
                                             const float *a, int64_t rsA,
                                             int64_t csA, const float *b,
                                             int64_t rsB, int64_t csB, float *c,
                                             int64_t rsC, int64_t csC,
                                             int64_t accumulate);

/// C[i*ldc+j] (+)= sum_k A[i*rsA+k*csA] * B(k, j) for m x n elements, with
/// B(k, j) at panels[(j/width*K + k)*width + j%width] where K is k's number.
/// `width` is a multiple of 16, `panels` as vl_pack_panels makes them. For few
/// rows, with the bits of vl_gemm_nn.
VELLUM_DEVICE_API
VELLUM_SYMBOL(vl_gemm_panels)(int64_t m, int64_t n, int64_t k, const float *a,
                              int64_t rsA, int64_t csA, const float *panels,
                              int64_t width, float *c, int64_t ldc,
                              int64_t accumulate);

/// Copies the k x n elements B[p*rsB+j*csB] to ceil(n/width)*k*width floats, as
/// vl_gemm_panels reads them; columns from n on are zeros. One of the strides
/// is 1. `panels` must not overlap B.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_pack_panels)(int64_t k, int64_t n,
                                                const float *b, int64_t rsB,
                                                int64_t csB, int64_t width,
                                                float *panels);

/// y[i*ldy+j] = x[i*ldx+j] for rows x n elements.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_copy)(int64_t rows, int64_t n,
                                         const float *x, int64_t ldx, float *y,
                                         int64_t ldy);

/// y[j*ldy+i] = x[i*ldx+j] for rows x n elements of x. `y` must not overlap
/// `x`.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_transpose)(int64_t rows, int64_t n,
                                              const float *x, int64_t ldx,
                                              float *y, int64_t ldy);

/// y = softmax(x) along rows of n. `y` may be `x`.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_softmax)(int64_t rows, int64_t n,
                                            const float *x, int64_t ldx,
                                            float *y, int64_t ldy);

/// Softmax over the elements with mask 1; the others, and every element of a
/// row without any, become 0. `y` may be `x`.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_softmax_masked)(int64_t rows, int64_t n,
                                                   const float *x, int64_t ldx,
                                                   const uint8_t *mask,
                                                   int64_t ldm, float *y,
                                                   int64_t ldy);

/// dx = y * (dy - sum(y * dy)) along rows of n. `dx` may be `dy`.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_softmax_grad)(int64_t rows, int64_t n,
                                                 const float *y, int64_t ldy,
                                                 const float *dy, int64_t lddy,
                                                 float *dx, int64_t lddx);

/// out(i) = sum over j in [-R, R] of w(i - j) s(j + R), or w(i + j) s(j + R)
/// with `correlate`, along rows of n; taps = 2R + 1, s is rows x taps. Indices
/// wrap, or stop at the ends with `clamp`. n may be below taps. `out` must not
/// overlap `w`.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_shift)(int64_t rows, int64_t n, int64_t taps,
                                          const float *w, int64_t ldw,
                                          const float *s, int64_t lds,
                                          float *out, int64_t ldo,
                                          int64_t correlate, int64_t clamp);

/// The gradient of vl_shift for s, given that for out, g:
/// ds(j + R) = sum_i g(i) w(i -+ j).
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_shift_taps)(int64_t rows, int64_t n,
                                               int64_t taps, const float *g,
                                               int64_t ldg, const float *w,
                                               int64_t ldw, float *ds,
                                               int64_t ldds, int64_t correlate,
                                               int64_t clamp);

/// The gradient of vl_shift for w, given that for out, g. `dw` must not
/// overlap `g`.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_shift_transpose)(
    int64_t rows, int64_t n, int64_t taps, const float *g, int64_t ldg,
    const float *s, int64_t lds, float *dw, int64_t lddw, int64_t correlate,
    int64_t clamp);

/// out[i] = philoxBits(key, stream, i), i < n.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_random_bits)(int64_t n, uint64_t key,
                                                uint64_t stream, int32_t *out);

/// out[i] = philoxUniform(key, stream, i), i < n.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_random_uniform)(int64_t n, uint64_t key,
                                                   uint64_t stream, float *out);

/// out[i] = philoxNormal(key, stream, i), i < n; the same bits on every target.
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_random_normal)(int64_t n, uint64_t key,
                                                  uint64_t stream, float *out);

/// Row r of out (rows x n, packed) = philoxPermutation(key, stream, r, n).
VELLUM_DEVICE_API VELLUM_SYMBOL(vl_random_permutation)(int64_t rows, int64_t n,
                                                       uint64_t key,
                                                       uint64_t stream,
                                                       int32_t *out);

#endif // VELLUM_RUNTIME_DEVICE_KERNELS_H
