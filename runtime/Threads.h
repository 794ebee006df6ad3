//===- runtime/Threads.h - mutexes and conditions ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Those of POSIX, which are part of the C library. Those of C++ would tie
/// programs compiled ahead of time, which contain this code, to libstdc++.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_THREADS_H
#define VELLUM_RUNTIME_THREADS_H

#include <pthread.h>

namespace vellum {

class Mutex {
public:
  Mutex() = default;
  ~Mutex() { pthread_mutex_destroy(&native); }
  Mutex(const Mutex &) = delete;
  Mutex &operator=(const Mutex &) = delete;

private:
  friend class Lock;
  friend class Condition;
  pthread_mutex_t native = PTHREAD_MUTEX_INITIALIZER;
};

/// Holds a mutex as long as it lives, but between unlock and lock.
class Lock {
public:
  explicit Lock(Mutex &mutex) : mutex(mutex) { lock(); }
  ~Lock() {
    if (held)
      unlock();
  }
  Lock(const Lock &) = delete;
  Lock &operator=(const Lock &) = delete;

  void lock() {
    pthread_mutex_lock(&mutex.native);
    held = true;
  }
  void unlock() {
    held = false;
    pthread_mutex_unlock(&mutex.native);
  }

private:
  friend class Condition;
  Mutex &mutex;
  bool held = false;
};

class Condition {
public:
  Condition() = default;
  ~Condition() { pthread_cond_destroy(&native); }
  Condition(const Condition &) = delete;
  Condition &operator=(const Condition &) = delete;

  /// Waits until `isMet` returns true, which is asked under the lock.
  template <class Predicate> void wait(Lock &lock, Predicate isMet) {
    while (!isMet())
      pthread_cond_wait(&native, &lock.mutex.native);
  }
  void notifyOne() { pthread_cond_signal(&native); }
  void notifyAll() { pthread_cond_broadcast(&native); }

private:
  pthread_cond_t native = PTHREAD_COND_INITIALIZER;
};

} // namespace vellum

#endif // VELLUM_RUNTIME_THREADS_H
