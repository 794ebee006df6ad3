/*===- runtime/Abi.h - between compiled programs and hosts --------*- C -*-===*\
|*
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|*===----------------------------------------------------------------------===*|
|*
|* The C interface of compiled programs, for C and C++. A program exports an
|* entry point; the host gives it a context, whose services it calls.
Symbols.def
|* lists the services.
|*
\*===----------------------------------------------------------------------===*/

#ifndef VELLUM_RUNTIME_ABI_H
#define VELLUM_RUNTIME_ABI_H

#include <stdint.h>

/* Goes up with every change that breaks programs already compiled. */
#define VELLUM_ABI_VERSION 2

/* The most dimensions that a tensor has in this interface. */
#define VELLUM_MAX_RANK 8

#ifdef __cplusplus
extern "C" {
#endif

/* Element types, with the numbers of vellum::DType. An i1 takes one byte, 0 or
   1. */
enum VellumDType {
  VELLUM_F32 = 0,
  VELLUM_F64 = 1,
  VELLUM_I1 = 2,
  VELLUM_I8 = 3,
  VELLUM_I32 = 4,
  VELLUM_I64 = 5
};

/* A contiguous row-major tensor in memory that belongs to someone else. */
typedef struct VellumTensor {
  void *data;
  int32_t dtype;
  int32_t rank;
  int64_t shape[VELLUM_MAX_RANK]; /* sizes beyond rank are ignored */
} VellumTensor;

/* What a run of a program needs from its host. */
typedef struct VellumContext VellumContext;

/* A compiled function, which hosts call through vellum_rt_call. `inputs` and
   `outputs` are as many as its signature has. Where the data of an output is
   null, the program sets it to memory of the context's arena. Returns 0. */
typedef int32_t (*VellumEntry)(VellumContext *context,
                               const VellumTensor *inputs,
                               VellumTensor *outputs);

/* Calls an entry. Returns 0, or 1 where it failed, with the error recorded: the
   outputs are then as they were, the context can be used again, and nothing is
   lost, as all memory of a call is the arena's. While it runs, results between
   0 and 2^-126 are 0 on the calling thread, as they always are on the context's
   own. The host's business; not in Symbols.def. */
int32_t vellum_rt_call(VellumContext *context, VellumEntry entry,
                       const VellumTensor *inputs, VellumTensor *outputs);

/* Ends the call, or the tile of vellum_rt_tiles, whose context this is: records
   an error, unless there is one already, and does not return. `place` is where
   the model's text says what fails, FILE:LINE:COLUMN, or null; `{i}` in `text`
   stands for values[i]. */
void vellum_rt_fail(VellumContext *context, const char *place, const char *text,
                    const int64_t *values)
#if defined(__GNUC__)
    __attribute__((noreturn, cold))
#endif
    ;

/* `bytes` bytes of memory, 64-byte-aligned, not zeroed, valid until
   vellum_rt_reset. Never null: where there is none, or `bytes` is negative,
   which stands for more than can be counted, the call fails at `place`. */
void *vellum_rt_alloc(VellumContext *context, int64_t bytes, const char *place);

/* Frees all memory of vellum_rt_alloc for use again, and clears the error. The
   host's business, between runs; not in Symbols.def. */
void vellum_rt_reset(VellumContext *context);

/* Records an error, unless there is one already. Returns. */
void vellum_rt_error(VellumContext *context, const char *message);

/* Shows a tensor to the host's probe handler, if it has one. The tensor lives
   for the call only. */
void vellum_rt_probe(VellumContext *context, const char *name, int64_t step,
                     const VellumTensor *tensor);

/* Calls body(i, arg) for every i in [0, n), on the context's threads, and
   returns when all are done. Within a body, a nested call runs its own body on
   the calling thread. A body may call nothing that can fail. */
void vellum_rt_parallel_for(VellumContext *context, int64_t n,
                            void (*body)(int64_t i, void *arg), void *arg);

/* How many threads the context's loops run on. */
int64_t vellum_rt_threads(VellumContext *context);

/* Calls body(own, i, arg) for every i in [0, n), on the context's threads. Each
   call has a context of its own, whose memory is freed when it returns and
   which has one thread. Where some fail, the error of the least i is recorded
   in `context`, whose call fails too when all are done. */
void vellum_rt_tiles(VellumContext *context, int64_t n,
                     void (*body)(VellumContext *own, int64_t i, void *arg),
                     void *arg);

/* The device library's product C (+)= A B of m x k and k x n matrices. */
typedef void (*VellumProduct)(int64_t m, int64_t n, int64_t k, const float *a,
                              int64_t rsa, int64_t csa, const float *b,
                              int64_t ldb, float *c, int64_t ldc,
                              int64_t accumulate);

/* Calls `product` on pieces of C, on the context's threads. An element depends
   on its row of A and its column of B alone, so not on the threads. */
void vellum_rt_product(VellumContext *context, VellumProduct product, int64_t m,
                       int64_t n, int64_t k, const float *a, int64_t rsa,
                       int64_t csa, const float *b, int64_t ldb, float *c,
                       int64_t ldc, int64_t accumulate);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* VELLUM_RUNTIME_ABI_H */
