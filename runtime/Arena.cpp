//===- runtime/Arena.cpp - memory of one run ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Part of programs compiled ahead of time: nothing here may need libstdc++.
//
//===----------------------------------------------------------------------===//

#include "runtime/Arena.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>

namespace vellum {

static constexpr size_t kAlignment = 64;
/// A chunk is whole pages of 2 MiB, where the system has them: a sweep over the
/// history of a scan would else miss the page table's cache every 4 KiB.
static constexpr size_t kChunkBytes = size_t(2) << 20;

[[noreturn]] static void outOfMemory(size_t bytes) {
  std::fprintf(stderr, "error: no memory for %zu bytes\n", bytes);
  std::abort();
}

Arena::~Arena() {
  for (size_t i = 0; i < count; ++i)
    std::free(chunks[i].data);
  std::free(chunks);
}

void Arena::addChunk(size_t size) {
  if (count == room) {
    room = room ? 2 * room : 8;
    void *grown = std::realloc(chunks, room * sizeof(Chunk));
    if (!grown)
      outOfMemory(room * sizeof(Chunk));
    chunks = static_cast<Chunk *>(grown);
  }
  if (size > SIZE_MAX - kChunkBytes)
    outOfMemory(size);
  size = (size + kChunkBytes - 1) / kChunkBytes * kChunkBytes;
  void *data = std::aligned_alloc(kChunkBytes, size);
  if (!data)
    outOfMemory(size);
#ifdef MADV_HUGEPAGE
  // Only advice: without it everything works, a little slower.
  (void)madvise(data, size, MADV_HUGEPAGE);
#endif
  chunks[count++] = {static_cast<char *>(data), size};
}

void *Arena::allocate(size_t bytes) {
  if (bytes > SIZE_MAX / 2)
    outOfMemory(bytes);
  // A size of 0 takes a line too, so that addresses differ.
  const size_t size =
      (bytes + (bytes == 0) + kAlignment - 1) & ~(kAlignment - 1);
  // First fit from the current chunk on; a skipped chunk stays for the rest of
  // the step, as the next one will skip it too.
  while (current < count && chunks[current].size - used < size) {
    ++current;
    used = 0;
  }
  if (current == count)
    addChunk(size);
  void *result = chunks[current].data + used;
  used += size;
  handedOut += size;
  most = handedOut > most ? handedOut : most;
  return result;
}

size_t Arena::capacity() const {
  size_t total = 0;
  for (size_t i = 0; i < count; ++i)
    total += chunks[i].size;
  return total;
}

} // namespace vellum
