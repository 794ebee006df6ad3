//===- tools/vellum/TimeLimit.h - an end for what has none ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_TIMELIMIT_H
#define VELLUM_TOOLS_VELLUM_TIMELIMIT_H

#include <condition_variable>
#include <mutex>
#include <thread>

#include "tools/vellum/CommandLine.h"

namespace vellum {

/// Ends the process with an error and exit code 1 when its time is over, from a
/// thread of its own: neither the passes nor a compiled loop look at a clock.
/// It must have ended before results are written, so that no file is left half
/// written.
class TimeLimit {
public:
  ~TimeLimit() { end(); }

  /// Declares `--time-limit`.
  void declare(CommandLine &line);
  /// Time runs from here, if there is a limit.
  void begin();
  /// The program is done.
  void end();

private:
  void watch();

  int64_t seconds = 0;
  std::thread watcher;
  std::mutex mutex;
  std::condition_variable changed;
  bool isDone = false;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_TIMELIMIT_H
