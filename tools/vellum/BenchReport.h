//===- tools/vellum/BenchReport.h - what vellum bench says ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_BENCHREPORT_H
#define VELLUM_TOOLS_VELLUM_BENCHREPORT_H

#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

#include "tools/vellum/BenchProgram.h"
#include "tools/vellum/MachineLimits.h"

namespace vellum {

/// How long the calls of a program took.
struct CallTimes {
  /// Of each call, at least one, in any order.
  std::vector<double> seconds;
  /// Of all calls together, and for how long the calling thread had a core.
  double total = 0, onCore = 0;
};

/// What was measured of a program.
class BenchReport {
public:
  BenchReport(BenchProgram &program, const BenchOptions &options,
              MachineLimits limits, CallTimes times,
              std::optional<MemoryForecast> forecast);

  /// A few lines for people, and a warning where others had the core too.
  void print(llvm::raw_ostream &os) const;
  /// All numbers as a JSON object, in seconds, bytes and operations. What is
  /// not known is null.
  llvm::LogicalResult write(const std::string &path) const;

private:
  /// The time that a share of the calls stayed below.
  double quantile(double share) const;
  /// The share of the time in which one thread had its core; nothing for more
  /// threads, which wait for each other.
  std::optional<double> coreShare() const;
  std::string memory() const;
  std::string toJson() const;

  BenchProgram &program;
  const BenchOptions &options;
  MachineLimits limits;
  CallTimes times;
  std::optional<MemoryForecast> forecast;
  /// In ascending order.
  std::vector<double> seconds;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_BENCHREPORT_H
