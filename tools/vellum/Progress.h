//===- tools/vellum/Progress.h - how training is getting on ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_PROGRESS_H
#define VELLUM_TOOLS_VELLUM_PROGRESS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <optional>

#include "tools/vellum/Metrics.h"

namespace vellum {

/// Shows how training is getting on: on a terminal in one line that is
/// rewritten, elsewhere with a line for each record.
class Progress {
public:
  /// From step `first` to step `last`.
  Progress(llvm::raw_fd_ostream &os, int64_t first, int64_t last);

  /// Shows a moment between two records. Only a terminal does, and ten times a
  /// second at most.
  void update(llvm::function_ref<Record()> moment);
  void record(const Record &record);
  /// Leaves the line, so that other output can follow.
  void finish();

  /// The step before the first one that is shown.
  int64_t getFirst() const { return first; }

private:
  using Clock = std::chrono::steady_clock;

  void show(const Record &moment);
  std::string describe(const Record &moment) const;

  llvm::raw_fd_ostream &os;
  int64_t first, last;
  bool isTerminal;
  /// Whether the cursor stands behind a line that will be rewritten.
  bool isOpen = false;
  Clock::time_point start = Clock::now(), shown = start;
  /// A record that a terminal has not shown yet.
  std::optional<Record> pending;
};

/// `1:02:03`, `2:03`.
std::string formatDuration(double seconds);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_PROGRESS_H
