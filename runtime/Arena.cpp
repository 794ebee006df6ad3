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
#include <cstdlib>
#include <sys/mman.h>

namespace vellum {

static constexpr size_t kAlignment = 64;
/// A chunk is whole pages of 2 MiB, where the system has them: a sweep over the
/// history of a scan would else miss the page table's cache every 4 KiB.
static constexpr size_t kChunkBytes = size_t(2) << 20;

Arena::~Arena() {
  for (size_t i = 0; i < count; ++i)
    std::free(chunks[i].data);
  std::free(chunks);
}

/// Makes a chunk of at least `size` bytes; false where there is no memory.
bool Arena::addChunk(size_t size) {
  if (count == room) {
    const size_t more = room ? 2 * room : 8;
    void *grown = std::realloc(chunks, more * sizeof(Chunk));
    if (!grown)
      return false;
    chunks = static_cast<Chunk *>(grown);
    room = more;
  }
  size = (size + kChunkBytes - 1) / kChunkBytes * kChunkBytes;
  void *data = std::aligned_alloc(kChunkBytes, size);
  if (!data)
    return false;
#ifdef MADV_HUGEPAGE
  // Only advice: without it everything works, a little slower.
  (void)madvise(data, size, MADV_HUGEPAGE);
#endif
  chunks[count++] = {static_cast<char *>(data), size};
  return true;
}

void *Arena::allocate(size_t bytes) {
  // Half of the address space, so that rounding up cannot overflow.
  if (bytes > SIZE_MAX / 2)
    return nullptr;
  // A size of 0 takes a line too, so that addresses differ.
  const size_t size =
      (bytes + (bytes == 0) + kAlignment - 1) & ~(kAlignment - 1);
  // First fit from the current chunk on; a skipped chunk stays for the rest of
  // the step, as the next one will skip it too.
  while (current < count && chunks[current].size - used < size) {
    ++current;
    used = 0;
  }
  if (current == count && !addChunk(size))
    return nullptr;
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
