//===- test/fuzz/Choices.h - where randomness comes from --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_CHOICES_H
#define VELLUM_TEST_FUZZ_CHOICES_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runtime/Philox.h"

namespace vellum::fuzz {

/// A sequence of small numbers, from which a generator makes something. It is
/// drawn from a key, or replayed from a tape of earlier draws; a tape that is
/// at its end gives zeros. As 0 is the simplest answer to every question, what
/// is made of a shorter tape of smaller numbers is simpler: that is how
/// failures are made small without knowing anything of what is generated.
class Choices {
public:
  explicit Choices(uint64_t key) : key(key), isReplay(false) {}
  explicit Choices(std::vector<uint32_t> tape)
      : given(std::move(tape)), isReplay(true) {}

  /// A number below `count`, which is positive.
  uint32_t below(uint32_t count) {
    const uint32_t number = next(count);
    taken.push_back(number);
    return number;
  }
  /// Whether something that comes true `percent` times in 100 does.
  bool chance(uint32_t percent) { return below(100) >= 100 - percent; }
  /// An index, as often as the weight at it says.
  template <class Weights> size_t weighted(const Weights &weights) {
    uint32_t sum = 0;
    for (uint32_t weight : weights)
      sum += weight;
    uint32_t number = below(sum);
    size_t i = 0;
    for (uint32_t weight : weights) {
      if (number < weight)
        break;
      number -= weight;
      ++i;
    }
    return i;
  }

  /// What was drawn so far.
  const std::vector<uint32_t> &tape() const { return taken; }

private:
  uint32_t next(uint32_t count) {
    const size_t i = taken.size();
    if (!isReplay)
      return philoxBits(key, 0, i) % count;
    const uint32_t number = i < given.size() ? given[i] : 0;
    return number < count ? number : count - 1;
  }

  uint64_t key = 0;
  std::vector<uint32_t> given, taken;
  bool isReplay;
};

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_CHOICES_H
