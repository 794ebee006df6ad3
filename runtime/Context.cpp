//===- runtime/Context.cpp - services for compiled code -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Context.h"
#include "runtime/ThreadPool.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <vector>

static_assert(sizeof(void *) == 8, "the ABI is for 64-bit machines");
static_assert(sizeof(VellumTensor) == 80, "part of the ABI");
static_assert(offsetof(VellumTensor, dtype) == 8, "part of the ABI");
static_assert(offsetof(VellumTensor, rank) == 12, "part of the ABI");
static_assert(offsetof(VellumTensor, shape) == 16, "part of the ABI");
static_assert(VELLUM_F32 == int(vellum::DType::F32) &&
                  VELLUM_F64 == int(vellum::DType::F64) &&
                  VELLUM_I1 == int(vellum::DType::I1) &&
                  VELLUM_I8 == int(vellum::DType::I8) &&
                  VELLUM_I32 == int(vellum::DType::I32) &&
                  VELLUM_I64 == int(vellum::DType::I64),
              "VellumDType and vellum::DType have the same numbers");

namespace vellum {
namespace {

/// Memory handed out by bumping a pointer through chunks, which are kept when
/// all of it is taken back: a step like the last one allocates nothing.
class Arena {
public:
  void *allocate(size_t bytes) {
    // A size of 0 takes a line too, so that addresses differ.
    const size_t size =
        (std::max<size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
    // First fit from the current chunk on; a skipped chunk stays for the rest
    // of the step, as the next one will skip it too.
    while (current < chunks.size() && chunks[current].size() - used < size) {
      ++current;
      used = 0;
    }
    if (current == chunks.size())
      chunks.emplace_back(std::max(size, kChunkBytes));
    void *result = chunks[current].data() + used;
    used += size;
    return result;
  }

  void reset() { current = used = 0; }

  size_t capacity() const {
    size_t total = 0;
    for (const AlignedBytes &chunk : chunks)
      total += chunk.size();
    return total;
  }

private:
  static constexpr size_t kAlignment = 64;
  static constexpr size_t kChunkBytes = size_t(1) << 20;

  std::vector<AlignedBytes> chunks;
  size_t current = 0, used = 0;
};

} // namespace
} // namespace vellum

struct VellumContext {
  /// Guards all but `pool`.
  mutable std::mutex mutex;
  vellum::Arena arena;
  bool failed = false;
  std::string message;
  /// Guards the handler, which may itself use the services above.
  std::mutex probing;
  vellum::ProbeHandler probe;
  std::unique_ptr<vellum::ThreadPool> pool;
  /// Contexts of tiles that no tile uses right now.
  std::vector<vellum::ContextPtr> idle;
};

void *vellum_rt_alloc(VellumContext *context, int64_t bytes) {
  assert(bytes >= 0 && "a negative size");
  const std::lock_guard<std::mutex> lock(context->mutex);
  return context->arena.allocate(static_cast<size_t>(bytes));
}

void vellum_rt_reset(VellumContext *context) {
  const std::lock_guard<std::mutex> lock(context->mutex);
  context->arena.reset();
  context->failed = false;
  context->message.clear();
}

void vellum_rt_error(VellumContext *context, const char *message) {
  const std::lock_guard<std::mutex> lock(context->mutex);
  if (!context->failed)
    context->message = message;
  context->failed = true;
}

void vellum_rt_probe(VellumContext *context, const char *name, int64_t step,
                     const VellumTensor *tensor) {
  const std::lock_guard<std::mutex> lock(context->probing);
  if (context->probe)
    context->probe(name, step, *tensor);
}

void vellum_rt_parallel_for(VellumContext *context, int64_t n,
                            void (*body)(int64_t i, void *arg), void *arg) {
  context->pool->parallelFor(n, body, arg);
}

int64_t vellum_rt_threads(VellumContext *context) {
  return context->pool->size();
}

namespace {
/// One loop over tiles.
struct Tiles {
  VellumContext *context;
  void (*body)(VellumContext *own, int64_t i, void *arg);
  void *arg;

  /// The last context given back comes first: its memory is in the cache.
  vellum::ContextPtr take() {
    const std::lock_guard<std::mutex> lock(context->mutex);
    if (context->idle.empty())
      return vellum::createContext();
    vellum::ContextPtr own = std::move(context->idle.back());
    context->idle.pop_back();
    return own;
  }

  void giveBack(vellum::ContextPtr own) {
    if (own->failed)
      vellum_rt_error(context, own->message.c_str());
    vellum_rt_reset(own.get());
    const std::lock_guard<std::mutex> lock(context->mutex);
    context->idle.push_back(std::move(own));
  }

  static void run(int64_t i, void *argument) {
    Tiles &tiles = *static_cast<Tiles *>(argument);
    vellum::ContextPtr own = tiles.take();
    tiles.body(own.get(), i, tiles.arg);
    tiles.giveBack(std::move(own));
  }
};
} // namespace

void vellum_rt_tiles(VellumContext *context, int64_t n,
                     void (*body)(VellumContext *own, int64_t i, void *arg),
                     void *arg) {
  Tiles tiles{context, body, arg};
  context->pool->parallelFor(n, Tiles::run, &tiles);
}

namespace {
/// A product cut into runs of rows.
struct RowRuns {
  VellumProduct product;
  int64_t m, n, k;
  const float *a;
  int64_t rsa, csa;
  const float *b;
  int64_t ldb;
  float *c;
  int64_t ldc, accumulate;

  /// A multiple of the kernels' tile heights, so that no tile is cut.
  static constexpr int64_t height = 24;
  int64_t count() const { return (m + height - 1) / height; }

  static void run(int64_t i, void *argument) {
    const RowRuns &r = *static_cast<const RowRuns *>(argument);
    const int64_t first = i * height, rows = std::min(height, r.m - first);
    r.product(rows, r.n, r.k, r.a + first * r.rsa, r.rsa, r.csa, r.b, r.ldb,
              r.c + first * r.ldc, r.ldc, r.accumulate);
  }
};

/// Multiply-adds below which waking a thread costs more than it saves.
constexpr int64_t smallProduct = 1 << 18;
} // namespace

void vellum_rt_product(VellumContext *context, VellumProduct product, int64_t m,
                       int64_t n, int64_t k, const float *a, int64_t rsa,
                       int64_t csa, const float *b, int64_t ldb, float *c,
                       int64_t ldc, int64_t accumulate) {
  if (context->pool->size() == 1 || m * n * k < smallProduct) {
    product(m, n, k, a, rsa, csa, b, ldb, c, ldc, accumulate);
    return;
  }
  RowRuns runs{product, m, n, k, a, rsa, csa, b, ldb, c, ldc, accumulate};
  context->pool->parallelFor(runs.count(), RowRuns::run, &runs);
}

namespace vellum {

ContextPtr createContext() {
  ContextPtr context(new VellumContext);
  setThreads(*context, 1);
  return context;
}

void destroyContext(VellumContext *context) { delete context; }

void setThreads(VellumContext &context, int threads) {
  assert(threads >= 1 && "a loop needs a thread");
  if (!context.pool || context.pool->size() != threads)
    context.pool = std::make_unique<ThreadPool>(threads);
}

void reset(VellumContext &context) { vellum_rt_reset(&context); }

std::string error(const VellumContext &context) {
  const std::lock_guard<std::mutex> lock(context.mutex);
  return context.message;
}

void setProbeHandler(VellumContext &context, ProbeHandler handler) {
  const std::lock_guard<std::mutex> lock(context.probing);
  context.probe = std::move(handler);
}

int64_t arenaCapacity(const VellumContext &context) {
  const std::lock_guard<std::mutex> lock(context.mutex);
  return static_cast<int64_t>(context.arena.capacity());
}

Result<VellumTensor> viewTensor(const Tensor &tensor) {
  if (tensor.rank() > VELLUM_MAX_RANK)
    return Error{"expected at most " + std::to_string(VELLUM_MAX_RANK) +
                 " dimensions but got " + tensor.typeName()};
  VellumTensor view = {};
  view.data = const_cast<void *>(tensor.raw());
  view.dtype = static_cast<int32_t>(tensor.dtype);
  view.rank = static_cast<int32_t>(tensor.rank());
  std::copy(tensor.shape.begin(), tensor.shape.end(), view.shape);
  return view;
}

Tensor copyTensor(const VellumTensor &view) {
  Tensor tensor =
      Tensor::zeros(static_cast<DType>(view.dtype),
                    std::vector<int64_t>(view.shape, view.shape + view.rank));
  if (tensor.storage.size())
    std::memcpy(tensor.raw(), view.data, tensor.storage.size());
  return tensor;
}

const std::vector<RuntimeSymbol> &runtimeSymbols() {
  static const std::vector<RuntimeSymbol> symbols = {
#define VELLUM_SYMBOL_ENTRY(NAME, LETTERS)                                     \
  {#NAME, reinterpret_cast<void *>(&NAME)},
#include "runtime/Symbols.def"
  };
  return symbols;
}

} // namespace vellum
