//===- runtime/ThreadPool.cpp - threads that wait for work ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Part of programs compiled ahead of time: nothing here may need libstdc++.
//
//===----------------------------------------------------------------------===//

#include "runtime/ThreadPool.h"

#include "runtime/Denormals.h"

#include <cstdlib>

namespace vellum {

/// Set on a thread while it runs a body: a nested loop must not wait for
/// workers that may all be waiting likewise.
static thread_local bool inBody = false;

void ThreadPool::stopWorkers() {
  {
    const Lock lock(mutex);
    stopping = true;
  }
  wake.notifyAll();
  for (int i = 0; i < numWorkers; ++i)
    pthread_join(workers[i], nullptr);
  std::free(workers);
  workers = nullptr;
  numWorkers = 0;
  stopping = false;
}

bool ThreadPool::resize(int threads) {
  const int wanted = threads - 1;
  if (wanted == numWorkers)
    return true;
  stopWorkers();
  if (wanted == 0)
    return true;
  // A worker counts loops from here on.
  generation = 0;
  workers = static_cast<pthread_t *>(
      std::malloc(static_cast<size_t>(wanted) * sizeof(pthread_t)));
  while (workers && numWorkers < wanted &&
         pthread_create(&workers[numWorkers], nullptr, startWorker, this) == 0)
    ++numWorkers;
  return numWorkers == wanted;
}

void *ThreadPool::startWorker(void *pool) {
  static_cast<ThreadPool *>(pool)->workerMain();
  return nullptr;
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
  flushDenormals();
  uint64_t seen = 0;
  Lock lock(mutex);
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
      done.notifyOne();
  }
}

void ThreadPool::parallelFor(int64_t n, Body body, void *arg) {
  if (numWorkers == 0 || n <= 1 || inBody) {
    for (int64_t i = 0; i < n; ++i)
      body(i, arg);
    return;
  }
  const Lock turn(callers);
  const Job mine{n, body, arg};
  {
    const Lock lock(mutex);
    job = mine;
    next.store(0, std::memory_order_relaxed);
    // Every worker takes part in every loop, if only to find it finished: so
    // none is still in an old one when the next begins.
    running = numWorkers;
    ++generation;
  }
  wake.notifyAll();
  runIterations(mine);
  Lock lock(mutex);
  done.wait(lock, [&] { return running == 0; });
}

} // namespace vellum
