//===- test/runtime/Mutations.h - spoilt files ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_RUNTIME_MUTATIONS_H
#define VELLUM_TEST_RUNTIME_MUTATIONS_H

#include "runtime/Philox.h"

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace vellum {

/// Calls `parse` with every proper beginning of `bytes`, in memory of exactly
/// its size so that sanitizers see reads beyond it. Returns how many were
/// accepted.
template <class Parse>
int parseTruncations(std::string_view bytes, Parse parse) {
  int accepted = 0;
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::unique_ptr<char[]> copy(new char[size]);
    std::memcpy(copy.get(), bytes.data(), size);
    accepted += parse(std::string_view(copy.get(), size));
  }
  return accepted;
}

/// Calls `parse` with `count` copies of `bytes` in which one to four bytes are
/// changed: a bit flipped, or set to a value that lies often.
template <class Parse>
void parseMutations(std::string_view bytes, int count, Parse parse) {
  static constexpr unsigned char kLies[] = {0,    1,   0x7f, 0x80,
                                            0xff, '0', '9',  '-'};
  uint64_t next = 0;
  const auto random = [&](uint64_t below) {
    return philoxBits(2024, 0, next++) % below;
  };
  std::unique_ptr<char[]> copy(new char[bytes.size()]);
  for (int i = 0; i < count; ++i) {
    std::memcpy(copy.get(), bytes.data(), bytes.size());
    for (uint64_t changes = 1 + random(4); changes > 0; --changes) {
      char &byte = copy[random(bytes.size())];
      byte = random(2) ? char(byte ^ (1 << random(8)))
                       : char(kLies[random(sizeof kLies)]);
    }
    (void)parse(std::string_view(copy.get(), bytes.size()));
  }
}

} // namespace vellum

#endif // VELLUM_TEST_RUNTIME_MUTATIONS_H
