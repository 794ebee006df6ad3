//===- runtime/ThreadPool.h - threads that wait for work --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_THREADPOOL_H
#define VELLUM_RUNTIME_THREADPOOL_H

#include "runtime/Threads.h"

#include <atomic>
#include <cstdint>

namespace vellum {

/// Threads made once, for parallel loops. One loop runs at a time; a second
/// caller waits its turn.
class ThreadPool {
public:
  using Body = void (*)(int64_t i, void *arg);

  /// A pool without threads: loops run on their callers.
  ThreadPool() = default;
  ~ThreadPool() { resize(1); }
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  /// Makes `threads` threads work on a loop, at least 1, the caller among
  /// them; not while one runs. Returns false, with as many as there could be,
  /// where the system gives no more.
  bool resize(int threads);

  int size() const { return numWorkers + 1; }

  /// Calls body(i, arg) for every i in [0, n) and waits for all of them. From
  /// within a body, and with one thread, it runs on the calling thread.
  void parallelFor(int64_t n, Body body, void *arg);

private:
  /// A loop. `next` hands out the iterations.
  struct Job {
    int64_t n = 0;
    Body body = nullptr;
    void *arg = nullptr;
  };

  static void *startWorker(void *pool);
  void workerMain();
  void runIterations(const Job &job);
  void stopWorkers();

  pthread_t *workers = nullptr;
  int numWorkers = 0;

  Mutex callers;
  Mutex mutex;
  Condition wake, done;
  // Guarded by `mutex`.
  Job job;
  uint64_t generation = 0;
  int running = 0;
  bool stopping = false;

  std::atomic<int64_t> next{0};
};

} // namespace vellum

#endif // VELLUM_RUNTIME_THREADPOOL_H
