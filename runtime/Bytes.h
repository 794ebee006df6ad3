//===- runtime/Bytes.h - little-endian integers -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_BYTES_H
#define VELLUM_RUNTIME_BYTES_H

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

namespace vellum {

/// The little-endian unsigned integer at `offset`, which must be inside.
template <class T> T loadLittleEndian(std::string_view bytes, size_t offset) {
  assert(offset <= bytes.size() && sizeof(T) <= bytes.size() - offset);
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    value |= static_cast<T>(
        static_cast<T>(static_cast<unsigned char>(bytes[offset + i]))
        << (8 * i));
  return value;
}

/// Appends an unsigned integer, little-endian.
template <class T> void appendLittleEndian(std::string &out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

/// Whether [offset, offset + size) lies within `total` bytes.
inline bool isInside(uint64_t offset, uint64_t size, uint64_t total) {
  return offset <= total && size <= total - offset;
}

/// "what at byte N", the tail of every message about a malformed file.
inline std::string atByte(const std::string &what, uint64_t offset) {
  return what + " at byte " + std::to_string(offset);
}

} // namespace vellum

#endif // VELLUM_RUNTIME_BYTES_H
