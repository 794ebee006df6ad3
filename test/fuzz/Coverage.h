//===- test/fuzz/Coverage.h - which operations are generated ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_COVERAGE_H
#define VELLUM_TEST_FUZZ_COVERAGE_H

#include "test/fuzz/Shrink.h"

namespace vellum::fuzz {

/// What a generator draws from a key.
Tape drawTape(uint64_t key);

/// Generates programs and prints how many operations of each kind are in them.
/// Returns 1, having named it, if one that the dialect registers is in none.
int checkCoverage(uint64_t seed, uint64_t begin, uint64_t count);

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_COVERAGE_H
