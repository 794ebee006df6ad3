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

/// Built in place, so that artefacts need no operator new. Null where there is
/// no memory.
static VellumContext *makeContext() {
  void *memory = std::malloc(sizeof(VellumContext));
  return memory ? new (memory) VellumContext : nullptr;
}

VellumContext::~VellumContext() {
  std::free(message);
  while (VellumContext *own = idle) {
    idle = own->next;
    own->~VellumContext();
    std::free(own);
  }
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

namespace {
/// A message being written: first counted, with nowhere to put it, then
/// written.
class Message {
public:
  explicit Message(char *to) : to(to) {}

  void add(const char *text, size_t count) {
    if (to)
      std::memcpy(to + length, text, count);
    length += count;
  }
  void add(int64_t number) {
    char digits[24];
    add(digits, size_t(std::snprintf(digits, sizeof digits, "%lld",
                                     static_cast<long long>(number))));
  }
  /// `{i}` stands for values[i], if there are any.
  void addText(const char *text, const int64_t *values) {
    for (; *text; ++text) {
      char *end = nullptr;
      const bool opens =
          values && text[0] == '{' && text[1] >= '0' && text[1] <= '9';
      const unsigned long i = opens ? std::strtoul(text + 1, &end, 10) : 0;
      if (opens && *end == '}') {
        add(values[i]);
        text = end;
      } else {
        add(text, 1);
      }
    }
  }

  size_t length = 0;

private:
  char *to;
};
} // namespace

static void write(Message &message, const char *place, const char *text,
                  const int64_t *values) {
  if (place) {
    message.add(place, std::strlen(place));
    message.add(": ", 2);
  }
  message.addText(text, values);
}

/// Records an error, unless there is one already.
static void record(VellumContext *context, const char *place, const char *text,
                   const int64_t *values) {
  const Lock lock(context->mutex);
  if (context->failed)
    return;
  context->failed = true;
  Message counted(nullptr);
  write(counted, place, text, values);
  context->placeLength = place ? std::strlen(place) : 0;
  context->message = static_cast<char *>(std::malloc(counted.length + 1));
  if (!context->message)
    return;
  Message written(context->message);
  write(written, place, text, values);
  context->message[written.length] = 0;
}

const char *vellum::errorMessage(const VellumContext &context) {
  if (context.message)
    return context.message;
  return context.failed ? "no memory for an error's message" : "";
}

void vellum_rt_error(VellumContext *context, const char *message) {
  record(context, nullptr, message, nullptr);
}

/// Goes back into the innermost run on this context.
[[noreturn]] static void leave(VellumContext *context) {
  assert(context->exit && "entries are called through vellum_rt_call");
  std::longjmp(*context->exit, 1);
}

void vellum_rt_fail(VellumContext *context, const char *place, const char *text,
                    const int64_t *values) {
  record(context, place, text, values);
  leave(context);
}

/// Calls `body`, from which vellum_rt_fail on this context comes back here.
/// Returns whether nothing failed.
template <class Body> static bool succeeds(VellumContext *context, Body body) {
  std::jmp_buf exit;
  std::jmp_buf *const outer = context->exit;
  context->exit = &exit;
  if (setjmp(exit) == 0)
    body();
  context->exit = outer;
  return !context->failed;
}

int32_t vellum_rt_call(VellumContext *context, VellumEntry entry,
                       const VellumTensor *inputs, VellumTensor *outputs) {
  const unsigned before = vellum::flushDenormals();
  int32_t code = 0;
  const bool good =
      succeeds(context, [&] { code = entry(context, inputs, outputs); });
  vellum::restoreDenormals(before);
  return good && code == 0 ? 0 : 1;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// Records that there is no memory.
static void recordNoMemory(VellumContext *context, int64_t bytes,
                           const char *place) {
  record(context, place,
         bytes < 0 ? "needs more memory than there can be"
                   : "no memory for {0} bytes",
         &bytes);
}

/// Null where there is no memory.
static void *takeMemory(VellumContext *context, int64_t bytes) {
  const Lock lock(context->mutex);
  return bytes < 0 ? nullptr
                   : context->arena.allocate(static_cast<size_t>(bytes));
}

void *vellum::allocate(VellumContext *context, int64_t bytes) {
  void *memory = takeMemory(context, bytes);
  if (!memory)
    recordNoMemory(context, bytes, nullptr);
  return memory;
}

void *vellum_rt_alloc(VellumContext *context, int64_t bytes,
                      const char *place) {
  void *memory = takeMemory(context, bytes);
  if (memory)
    return memory;
  recordNoMemory(context, bytes, place);
  leave(context);
}

void vellum_rt_reset(VellumContext *context) {
  const Lock lock(context->mutex);
  context->arena.reset();
  context->failed = false;
  std::free(context->message);
  context->message = nullptr;
  context->placeLength = 0;
}

//===----------------------------------------------------------------------===//
// Probes, threads
//===----------------------------------------------------------------------===//

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
/// One loop over tiles. Threads take tiles in ascending order, and a tile is
/// left out only where one before it has failed: so the error of the first that
/// fails is found however many threads there are.
struct Tiles {
  VellumContext *context;
  void (*body)(VellumContext *own, int64_t i, void *arg);
  void *arg;
  /// The first tile that has failed so far, with its error; guarded by the
  /// context's mutex.
  int64_t failed;
  char *message = nullptr;
  size_t placeLength = 0;

  /// The last context given back comes first: its memory is in the cache.
  VellumContext *take() {
    const Lock lock(context->mutex);
    VellumContext *own = context->idle;
    if (own)
      context->idle = own->next;
    return own ? own : makeContext();
  }

  void giveBack(VellumContext *own) {
    vellum_rt_reset(own);
    const Lock lock(context->mutex);
    own->next = context->idle;
    context->idle = own;
  }

  bool isBehindFailure(int64_t i) {
    const Lock lock(context->mutex);
    return i > failed;
  }

  /// Takes over the error of tile `i`; of no context, where there was no memory
  /// for one.
  void noteFailure(int64_t i, VellumContext *own) {
    const Lock lock(context->mutex);
    if (i > failed)
      return;
    failed = i;
    std::free(message);
    message = own ? own->message : nullptr;
    placeLength = own ? own->placeLength : 0;
    if (own)
      own->message = nullptr;
  }

  static void run(int64_t i, void *argument) {
    Tiles &tiles = *static_cast<Tiles *>(argument);
    if (tiles.isBehindFailure(i))
      return;
    VellumContext *own = tiles.take();
    if (!own)
      return tiles.noteFailure(i, nullptr);
    if (!succeeds(own, [&] { tiles.body(own, i, tiles.arg); }))
      tiles.noteFailure(i, own);
    tiles.giveBack(own);
  }

  /// Makes the first tile's error that of the context.
  [[noreturn]] void raise() {
    {
      const Lock lock(context->mutex);
      if (context->failed) {
        std::free(message);
      } else {
        context->failed = true;
        context->message = message;
        context->placeLength = placeLength;
      }
    }
    leave(context);
  }
};
} // namespace

void vellum_rt_tiles(VellumContext *context, int64_t n,
                     void (*body)(VellumContext *own, int64_t i, void *arg),
                     void *arg) {
  Tiles tiles{context, body, arg, /*failed=*/n};
  context->pool.parallelFor(n, Tiles::run, &tiles);
  if (tiles.failed < n)
    tiles.raise();
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
