//===- test/runtime/GuardedBuffer.h - arrays with sharp ends ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_RUNTIME_GUARDEDBUFFER_H
#define VELLUM_TEST_RUNTIME_GUARDEDBUFFER_H

#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <vector>

namespace vellum {

/// An array that ends where an inaccessible page begins: reading or writing
/// one element too many crashes, with masked instructions too. `guards()`
/// tells whether the bytes before it are untouched. Its address modulo 64
/// follows from its size, so that sizes vary alignment as well.
template <class T> class GuardedBuffer {
public:
  explicit GuardedBuffer(size_t count) : count(count) {
    const size_t page = 4096;
    body = (count * sizeof(T) + kGuard + page - 1) / page * page;
    void *p = mmap(nullptr, body + page, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
      std::abort();
    base = static_cast<unsigned char *>(p);
    total = body + page;
    mprotect(base + body, page, PROT_NONE);
    std::memset(base, 0xA5, body);
  }
  explicit GuardedBuffer(const std::vector<T> &values)
      : GuardedBuffer(values.size()) {
    if (count)
      std::memcpy(data(), values.data(), count * sizeof(T));
  }
  GuardedBuffer(const GuardedBuffer &) = delete;
  GuardedBuffer &operator=(const GuardedBuffer &) = delete;
  ~GuardedBuffer() { munmap(base, total); }

  T *data() { return reinterpret_cast<T *>(base + body) - count; }
  T &operator[](size_t i) { return data()[i]; }
  size_t size() const { return count; }

  /// Whether nothing was written before the array.
  bool guards() {
    const auto *begin = reinterpret_cast<unsigned char *>(data());
    for (const unsigned char *p = begin - kGuard; p < begin; ++p)
      if (*p != 0xA5)
        return false;
    return true;
  }

  std::vector<T> values() { return {data(), data() + count}; }

private:
  static constexpr size_t kGuard = 256;
  size_t count, body, total;
  unsigned char *base;
};

/// Deterministic floats in [-1, 1].
inline std::vector<float> randomFloats(size_t count, uint32_t seed) {
  std::vector<float> values(count);
  uint32_t state = seed * 2654435761u + 12345;
  for (float &value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(static_cast<int32_t>(state) * 0x1p-31);
  }
  return values;
}

} // namespace vellum

#endif // VELLUM_TEST_RUNTIME_GUARDEDBUFFER_H
