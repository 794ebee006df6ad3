//===- runtime/Context.cpp - the host side of a run -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Context.h"
#include "runtime/Services.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>
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

namespace {
/// A context that keeps what C cannot.
struct HostContext : VellumContext {
  vellum::ProbeHandler handler;
};

/// What the probing service calls.
void callHandler(void *host, const char *name, int64_t step,
                 const VellumTensor *tensor) {
  static_cast<HostContext *>(host)->handler(name, step, *tensor);
}
} // namespace

namespace vellum {

ContextPtr createContext() { return ContextPtr(new HostContext); }

void destroyContext(VellumContext *context) {
  delete static_cast<HostContext *>(context);
}

bool setThreads(VellumContext &context, int threads) {
  assert(threads >= 1 && "a loop needs a thread");
  return context.pool.resize(threads);
}

void reset(VellumContext &context) { vellum_rt_reset(&context); }

std::string error(const VellumContext &context) {
  const Lock lock(context.mutex);
  const char *message = errorMessage(context);
  const bool hasPlace = context.message && context.placeLength;
  return hasPlace ? message + context.placeLength + 2 : message;
}

std::string errorPlace(const VellumContext &context) {
  const Lock lock(context.mutex);
  return context.message ? std::string(context.message, context.placeLength)
                         : "";
}

void setProbeHandler(VellumContext &context, ProbeHandler handler) {
  auto &host = static_cast<HostContext &>(context);
  const Lock lock(host.probing);
  host.handler = std::move(handler);
  host.probe = host.handler ? callHandler : nullptr;
  host.probeHost = &host;
}

int64_t arenaCapacity(const VellumContext &context) {
  const Lock lock(context.mutex);
  return static_cast<int64_t>(context.arena.capacity());
}

int64_t arenaPeak(const VellumContext &context) {
  const Lock lock(context.mutex);
  size_t bytes = context.arena.peak();
  for (const VellumContext *tile = context.idle; tile; tile = tile->next)
    bytes += tile->arena.peak();
  return static_cast<int64_t>(bytes);
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
