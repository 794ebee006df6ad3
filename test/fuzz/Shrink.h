//===- test/fuzz/Shrink.h - making failures small ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_SHRINK_H
#define VELLUM_TEST_FUZZ_SHRINK_H

#include <cstdint>
#include <functional>
#include <vector>

namespace vellum::fuzz {

using Tape = std::vector<uint32_t>;

/// Tries shorter tapes and smaller numbers as long as `fails` is true of them,
/// at most `attempts` times.
Tape shrink(Tape tape, unsigned attempts,
            const std::function<bool(const Tape &)> &fails);

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_SHRINK_H
