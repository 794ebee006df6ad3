//===- runtime/Services.h - the context of a run ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the services of Abi.h work on. Context.h makes contexts for hosts in
/// C++, artefact/Artefact.h those of programs compiled ahead of time, whose
/// code holds the services themselves: so these need the C library only.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_SERVICES_H
#define VELLUM_RUNTIME_SERVICES_H

#include "runtime/Abi.h"
#include "runtime/Arena.h"
#include "runtime/ThreadPool.h"
#include "runtime/Threads.h"

#include <csetjmp>
#include <cstddef>

struct VellumContext {
  VellumContext() = default;
  ~VellumContext();

  /// Guards arena and error.
  mutable vellum::Mutex mutex;
  vellum::Arena arena;
  bool failed = false;
  /// The first error's message, allocated; null for none, and where there was
  /// no memory for it. It begins with `placeLength` characters that say where
  /// in the model, and ": ", unless that is 0.
  char *message = nullptr;
  size_t placeLength = 0;

  /// Where vellum_rt_fail goes: back into the call, or the tile, that runs on
  /// this context. All that is undone on the way is the use of the arena, which
  /// is reset before the next call: compiled code owns nothing else.
  std::jmp_buf *exit = nullptr;

  /// Guards the handler, which may itself use the services.
  vellum::Mutex probing;
  void (*probe)(void *host, const char *name, int64_t step,
                const VellumTensor *tensor) = nullptr;
  void *probeHost = nullptr;

  vellum::ThreadPool pool;

  /// Contexts of tiles that no tile uses right now, the latest first, chained
  /// by `next`; guarded by `mutex`.
  VellumContext *idle = nullptr;
  VellumContext *next = nullptr;
};

namespace vellum {

/// As vellum_rt_alloc outside of a call: null, with the error recorded, where
/// there is no memory.
void *allocate(VellumContext *context, int64_t bytes);

/// The first error's message; what is known where there was no memory for it.
const char *errorMessage(const VellumContext &context);

} // namespace vellum

#endif // VELLUM_RUNTIME_SERVICES_H
