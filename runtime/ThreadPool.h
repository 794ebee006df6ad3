//===- runtime/ThreadPool.h - threads that wait for work --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_THREADPOOL_H
#define VELLUM_RUNTIME_THREADPOOL_H

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace vellum {

/// Threads made once, for parallel loops. One loop runs at a time; a second
/// caller waits its turn.
class ThreadPool {
public:
  using Body = void (*)(int64_t i, void *arg);

  /// A pool in which `threads` threads work on a loop, the caller among them.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  int size() const { return static_cast<int>(workers.size()) + 1; }

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

  void workerMain();
  void runIterations(const Job &job);

  std::vector<std::thread> workers;
  std::mutex callers;
  std::mutex mutex;
  std::condition_variable wake, done;
  // Guarded by `mutex`.
  Job job;
  uint64_t generation = 0;
  int running = 0;
  bool stopping = false;

  std::atomic<int64_t> next{0};
};

} // namespace vellum

#endif // VELLUM_RUNTIME_THREADPOOL_H
