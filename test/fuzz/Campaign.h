//===- test/fuzz/Campaign.h - many trials, none of which ends it -*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_CAMPAIGN_H
#define VELLUM_TEST_FUZZ_CAMPAIGN_H

#include <functional>
#include <string>

namespace vellum::fuzz {

/// How a trial in a process of its own ended.
struct Outcome {
  /// What it said, unless it crashed or hung.
  std::string text;
  /// "crash: signal 11" or "hang", or empty.
  std::string death;
  /// What it wrote to stderr.
  std::string errors;
};

/// Runs trials in child processes, so that a crash or a hang is the end of one
/// trial only. A child runs as many as it survives.
class Campaign {
public:
  /// `trial(i)` says in one text how trial i went.
  using Trial = std::function<std::string(uint64_t)>;

  Campaign(std::string scratch, unsigned secondsPerTrial)
      : scratch(std::move(scratch)), limit(secondsPerTrial) {}

  /// Runs the trials from `begin` until `end`, or until `goOn` is false, which
  /// is asked after each of them.
  void run(uint64_t begin, uint64_t end, const Trial &trial,
           const std::function<bool(uint64_t, const Outcome &)> &goOn);

  /// Runs one trial.
  Outcome runOne(const Trial &trial);

private:
  /// A child's process and the pipe that it writes to.
  struct Child {
    int pid = -1, from = -1;
  };
  Child start(uint64_t begin, uint64_t end, const Trial &trial);
  bool read(Child &child, Outcome &outcome);
  std::string takeErrors();

  std::string scratch;
  unsigned limit;
  size_t errorsSeen = 0;
};

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_CAMPAIGN_H
