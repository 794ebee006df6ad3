//===- test/fuzz/Shrink.cpp - making failures small -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Shrink.h"

#include <algorithm>

using namespace vellum::fuzz;

namespace {
class Shrinker {
public:
  Shrinker(Tape tape, unsigned attempts,
           const std::function<bool(const Tape &)> &fails)
      : tape(std::move(tape)), left(attempts), fails(fails) {}

  Tape run() {
    size_t before;
    do {
      before = weight();
      for (size_t size = std::max<size_t>(tape.size() / 2, 1); size; size /= 2)
        removeChunks(size);
      for (size_t size = 8; size; size /= 2)
        clearChunks(size);
      lowerNumbers();
    } while (left > 0 && weight() < before);
    return tape;
  }

private:
  size_t weight() const {
    size_t sum = tape.size();
    for (uint32_t number : tape)
      sum += number > 0;
    return sum;
  }

  bool accept(const Tape &candidate) {
    if (left == 0 || candidate == tape)
      return false;
    --left;
    if (!fails(candidate))
      return false;
    tape = candidate;
    return true;
  }

  void removeChunks(size_t size) {
    for (size_t end = tape.size(); end >= size && end > 0;) {
      Tape candidate = tape;
      candidate.erase(candidate.begin() + (end - size),
                      candidate.begin() + end);
      accept(candidate);
      end = std::min(end - size, tape.size());
    }
  }

  void clearChunks(size_t size) {
    for (size_t at = 0; at + size <= tape.size(); at += size) {
      Tape candidate = tape;
      std::fill_n(candidate.begin() + at, size, 0);
      accept(candidate);
    }
  }

  void lowerNumbers() {
    for (size_t at = 0; at < tape.size(); ++at) {
      Tape candidate = tape;
      for (uint32_t number = tape[at]; number > 1; number /= 2) {
        candidate[at] = number / 2;
        if (!accept(candidate))
          break;
      }
    }
  }

  Tape tape;
  unsigned left;
  const std::function<bool(const Tape &)> &fails;
};
} // namespace

Tape vellum::fuzz::shrink(Tape tape, unsigned attempts,
                          const std::function<bool(const Tape &)> &fails) {
  return Shrinker(std::move(tape), attempts, fails).run();
}
