//===- runtime/Services.cpp - services for compiled code ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Part of programs compiled ahead of time: nothing here may need libstdc++.
//
//===----------------------------------------------------------------------===//

#include "runtime/Services.h"

#include "runtime/Denormals.h"

#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

using vellum::Lock;

/// Built in place, so that artefacts need no operator new.
static VellumContext *makeContext() {
  void *memory = std::malloc(sizeof(VellumContext));
  if (!memory) {
    std::fputs("out of memory\n", stderr);
    std::abort();
  }
  return new (memory) VellumContext;
}

VellumContext::~VellumContext() {
  std::free(message);
  while (VellumContext *own = idle) {
    idle = own->next;
    own->~VellumContext();
    std::free(own);
  }
}

int64_t vellum_rt_enter(VellumContext *) { return vellum::flushDenormals(); }

void vellum_rt_leave(VellumContext *, int64_t before) {
  vellum::restoreDenormals(static_cast<unsigned>(before));
}

void *vellum_rt_alloc(VellumContext *context, int64_t bytes) {
  assert(bytes >= 0 && "a negative size");
  const Lock lock(context->mutex);
  return context->arena.allocate(static_cast<size_t>(bytes));
}

void vellum_rt_reset(VellumContext *context) {
  const Lock lock(context->mutex);
  context->arena.reset();
  context->failed = false;
  std::free(context->message);
  context->message = nullptr;
}

void vellum_rt_error(VellumContext *context, const char *message) {
  const Lock lock(context->mutex);
  if (!context->failed)
    context->message = strdup(message);
  context->failed = true;
}

void vellum_rt_probe(VellumContext *context, const char *name, int64_t step,
                     const VellumTensor *tensor) {
  const Lock lock(context->probing);
  if (context->probe)
    context->probe(context->probeHost, name, step, tensor);
}

void vellum_rt_parallel_for(VellumContext *context, int64_t n,
                            void (*body)(int64_t i, void *arg), void *arg) {
  context->pool.parallelFor(n, body, arg);
}

int64_t vellum_rt_threads(VellumContext *context) {
  return context->pool.size();
}

namespace {
/// One loop over tiles.
struct Tiles {
  VellumContext *context;
  void (*body)(VellumContext *own, int64_t i, void *arg);
  void *arg;

  /// The last context given back comes first: its memory is in the cache.
  VellumContext *take() {
    const Lock lock(context->mutex);
    VellumContext *own = context->idle;
    if (own)
      context->idle = own->next;
    return own ? own : makeContext();
  }

  void giveBack(VellumContext *own) {
    if (own->failed)
      vellum_rt_error(context, own->message);
    vellum_rt_reset(own);
    const Lock lock(context->mutex);
    own->next = context->idle;
    context->idle = own;
  }

  static void run(int64_t i, void *argument) {
    Tiles &tiles = *static_cast<Tiles *>(argument);
    VellumContext *own = tiles.take();
    tiles.body(own, i, tiles.arg);
    tiles.giveBack(own);
  }
};
} // namespace

void vellum_rt_tiles(VellumContext *context, int64_t n,
                     void (*body)(VellumContext *own, int64_t i, void *arg),
                     void *arg) {
  Tiles tiles{context, body, arg};
  context->pool.parallelFor(n, Tiles::run, &tiles);
}

namespace {
/// A product cut into pieces of the result, which are what the kernel makes of
/// some rows and columns.
struct Pieces {
  VellumProduct product;
  int64_t m, n, k;
  const float *a;
  int64_t rsa, csa;
  const float *b;
  int64_t ldb;
  float *c;
  int64_t ldc, accumulate;
  int64_t height = m, width = n;

  /// Multiples of the kernels' tiles, so that none is cut.
  static constexpr int64_t tileRows = 24, tileColumns = 48;

  static int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }
  static int64_t half(int64_t size, int64_t tile) {
    return divideUp(divideUp(size, 2), tile) * tile;
  }
  int64_t down() const { return divideUp(m, height); }
  int64_t across() const { return divideUp(n, width); }

  /// Halves the longer side until there are `wanted` pieces, or none can be
  /// smaller: square ones read the least.
  void cut(int64_t wanted) {
    while (down() * across() < wanted) {
      const bool byRows = height > tileRows, byColumns = width > tileColumns;
      if (byRows && (height > width || !byColumns))
        height = half(height, tileRows);
      else if (byColumns)
        width = half(width, tileColumns);
      else
        return;
    }
  }

  static void run(int64_t i, void *argument) {
    const Pieces &p = *static_cast<const Pieces *>(argument);
    const int64_t row = i / p.across() * p.height,
                  column = i % p.across() * p.width;
    const int64_t rows = p.m - row, columns = p.n - column;
    p.product(rows < p.height ? rows : p.height,
              columns < p.width ? columns : p.width, p.k, p.a + row * p.rsa,
              p.rsa, p.csa, p.b + column, p.ldb, p.c + row * p.ldc + column,
              p.ldc, p.accumulate);
  }
};

/// Pieces for each thread, so that a late one does not keep the others waiting.
constexpr int64_t piecesPerThread = 4;

/// Multiply-adds below which waking a thread costs more than it saves.
constexpr int64_t smallProduct = 1 << 18;
} // namespace

void vellum_rt_product(VellumContext *context, VellumProduct product, int64_t m,
                       int64_t n, int64_t k, const float *a, int64_t rsa,
                       int64_t csa, const float *b, int64_t ldb, float *c,
                       int64_t ldc, int64_t accumulate) {
  if (context->pool.size() == 1 || m * n * k < smallProduct) {
    product(m, n, k, a, rsa, csa, b, ldb, c, ldc, accumulate);
    return;
  }
  Pieces pieces{product, m, n, k, a, rsa, csa, b, ldb, c, ldc, accumulate};
  pieces.cut(context->pool.size() * piecesPerThread);
  context->pool.parallelFor(pieces.down() * pieces.across(), Pieces::run,
                            &pieces);
}
