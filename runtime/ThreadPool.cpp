//===- runtime/ThreadPool.cpp - threads that wait for work ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/ThreadPool.h"

namespace vellum {

/// Set on a thread while it runs a body: a nested loop must not wait for
/// workers that may all be waiting likewise.
static thread_local bool inBody = false;

ThreadPool::ThreadPool(int threads) {
  for (int i = 1; i < threads; ++i)
    workers.emplace_back([this] { workerMain(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex);
    stopping = true;
  }
  wake.notify_all();
  for (std::thread &worker : workers)
    worker.join();
}

void ThreadPool::runIterations(const Job &job) {
  inBody = true;
  for (;;) {
    const int64_t i = next.fetch_add(1, std::memory_order_relaxed);
    if (i >= job.n)
      break;
    job.body(i, job.arg);
  }
  inBody = false;
}

void ThreadPool::workerMain() {
  uint64_t seen = 0;
  std::unique_lock<std::mutex> lock(mutex);
  for (;;) {
    wake.wait(lock, [&] { return stopping || generation != seen; });
    if (stopping)
      return;
    seen = generation;
    const Job mine = job;
    lock.unlock();
    runIterations(mine);
    lock.lock();
    // The mutex makes this thread's writes visible to the caller.
    if (--running == 0)
      done.notify_one();
  }
}

void ThreadPool::parallelFor(int64_t n, Body body, void *arg) {
  if (workers.empty() || n <= 1 || inBody) {
    for (int64_t i = 0; i < n; ++i)
      body(i, arg);
    return;
  }
  const std::lock_guard<std::mutex> turn(callers);
  Job mine{n, body, arg};
  {
    const std::lock_guard<std::mutex> lock(mutex);
    job = mine;
    next.store(0, std::memory_order_relaxed);
    // Every worker takes part in every loop, if only to find it finished: so
    // none is still in an old one when the next begins.
    running = static_cast<int>(workers.size());
    ++generation;
  }
  wake.notify_all();
  runIterations(mine);
  std::unique_lock<std::mutex> lock(mutex);
  done.wait(lock, [&] { return running == 0; });
}

} // namespace vellum
