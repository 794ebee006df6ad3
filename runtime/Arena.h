//===- runtime/Arena.h - memory of one run ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_ARENA_H
#define VELLUM_RUNTIME_ARENA_H

#include <cstddef>

namespace vellum {

/// Memory handed out by bumping a pointer through chunks, which are kept when
/// all of it is taken back: a step like the last one allocates nothing. For one
/// thread at a time.
class Arena {
public:
  Arena() = default;
  ~Arena();
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;

  /// `bytes` bytes, 64-byte-aligned, not zeroed; null where there are none.
  void *allocate(size_t bytes);
  /// Takes everything back.
  void reset() { current = used = handedOut = 0; }
  /// The bytes of all chunks.
  size_t capacity() const;
  /// The most bytes that were handed out at a time, each rounded up to whole
  /// cache lines.
  size_t peak() const { return most; }

private:
  struct Chunk {
    char *data;
    size_t size;
  };
  bool addChunk(size_t size);

  Chunk *chunks = nullptr;
  size_t count = 0, room = 0;
  /// Where the next allocation goes: a chunk, and what of it is handed out.
  size_t current = 0, used = 0;
  size_t handedOut = 0, most = 0;
};

} // namespace vellum

#endif // VELLUM_RUNTIME_ARENA_H
