//===- test/fuzz/Oracles.h - who must agree about a program -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_ORACLES_H
#define VELLUM_TEST_FUZZ_ORACLES_H

#include <optional>
#include <string>
#include <vector>

#include "test/fuzz/Choices.h"

namespace vellum::fuzz {

/// What became of a program.
struct Verdict {
  /// Empty where all agree; else the kind of disagreement, which stays the same
  /// while the program is made smaller.
  std::string kind;
  /// Who disagrees, and on what.
  std::string where, details;
  /// Whether differences were taken, whether any result was too badly
  /// conditioned to be compared, and whether a budget was refused with reason.
  bool hasGradient = false, hasDifferences = false, isVague = false,
       hasRefusedBudget = false;

  bool isRight() const { return kind.empty(); }
};

/// What to ask: everything, or again what failed.
struct Question {
  /// The number of a compilation among `setupNames`, or -1 for all.
  int setup = -1;
};

/// The forms in which a program is compiled, for messages.
std::vector<std::string> setupNames();

/// What stands on stderr before the name of what is tried next.
inline constexpr const char *kAnnouncement = "trying: ";

/// Makes the program of a tape in both variants and compares: the interpreter
/// in f64 with itself in f32 and with differences, and with itself after each
/// pass; with it the code for each
/// target, of the function and its gradient; and to the last bit one thread
/// with two, and any memory with little. Messages of the compiler go to stderr.
Verdict judge(const std::vector<uint32_t> &tape, const Question &question,
              const std::string &scratch);

/// The text of one variant.
std::string printModel(const std::vector<uint32_t> &tape, bool isDynamic);
/// The static variant as bytecode.
std::string writeBytecode(const std::vector<uint32_t> &tape);
/// The text of one variant, with the arguments' numbers where asked for.
std::string printProgram(const std::vector<uint32_t> &tape, bool isDynamic);

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_ORACLES_H
