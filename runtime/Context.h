//===- runtime/Context.h - the host side of a run ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Makes and controls the contexts whose services Abi.h declares.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_CONTEXT_H
#define VELLUM_RUNTIME_CONTEXT_H

#include "runtime/Abi.h"
#include "runtime/Result.h"
#include "runtime/Tensor.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vellum {

/// Called with each probed tensor, which lives for the call only. Calls come
/// one at a time, but from whichever thread runs the probing code.
using ProbeHandler = std::function<void(const char *name, int64_t step,
                                        const VellumTensor &tensor)>;

/// Frees a context made by createContext; null is fine.
void destroyContext(VellumContext *context);

struct ContextDeleter {
  void operator()(VellumContext *context) const { destroyContext(context); }
};
using ContextPtr = std::unique_ptr<VellumContext, ContextDeleter>;

/// A context with one thread, no error and no handler.
ContextPtr createContext();

/// How many threads parallel loops use, at least 1; not while one runs. Returns
/// false, with as many as there could be, where the system gives no more.
bool setThreads(VellumContext &context, int threads);

/// As vellum_rt_reset.
void reset(VellumContext &context);

/// The first error since the last reset, without its place; empty if there is
/// none.
std::string error(const VellumContext &context);

/// Where in the model's text it is, FILE:LINE:COLUMN; empty if that is unknown.
std::string errorPlace(const VellumContext &context);

/// Replaces the probe handler; an empty one ignores probes.
void setProbeHandler(VellumContext &context, ProbeHandler handler);

/// Bytes that the arena holds from the system, in use or not.
int64_t arenaCapacity(const VellumContext &context);

/// The most bytes that calls have used at a time so far: of the arena, and of
/// those of the tiles of samples that ran at once.
int64_t arenaPeak(const VellumContext &context);

/// A view of `tensor` for a call; it must not outlive it. Fails for more than
/// VELLUM_MAX_RANK dimensions.
Result<VellumTensor> viewTensor(const Tensor &tensor);

/// A copy of what `view` shows.
Tensor copyTensor(const VellumTensor &view);

/// A service's name and address.
struct RuntimeSymbol {
  const char *name;
  void *address;
};

/// The services of Symbols.def, for a JIT's symbol table.
const std::vector<RuntimeSymbol> &runtimeSymbols();

} // namespace vellum

#endif // VELLUM_RUNTIME_CONTEXT_H
