//===- tools/vellum/TimeLimit.cpp - an end for what has none --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/TimeLimit.h"

#include <cstdlib>

#include "tools/vellum/Report.h"

using namespace vellum;

void TimeLimit::declare(CommandLine &line) {
  line.integer("time-limit", seconds, 1,
               "seconds after which the command ends with an error\n"
               "if it is not done (default: none)");
}

void TimeLimit::begin() {
  if (seconds > 0)
    watcher = std::thread([this] { watch(); });
}

void TimeLimit::watch() {
  // Longer than any machine runs, and short enough for clocks to add up.
  constexpr int64_t kMostSeconds = int64_t(1) << 31;
  std::unique_lock lock(mutex);
  if (changed.wait_for(lock,
                       std::chrono::seconds(std::min(seconds, kMostSeconds)),
                       [this] { return isDone; }))
    return;
  (void)reportError("the program has not ended within the time limit of " +
                    llvm::Twine(seconds) + " s");
  // The other thread is in the middle of something.
  std::_Exit(1);
}

void TimeLimit::end() {
  {
    std::lock_guard lock(mutex);
    isDone = true;
  }
  changed.notify_one();
  if (watcher.joinable())
    watcher.join();
}
