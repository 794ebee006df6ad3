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

/// What was measured of a program.
class BenchReport {
public:
  /// `seconds` are the times of the calls, at least one, in any order.
  BenchReport(BenchProgram &program, const BenchOptions &options,
              MachineLimits limits, std::vector<double> seconds);

  /// Six lines for people.
  void print(llvm::raw_ostream &os) const;
  /// All numbers as a JSON object, in seconds, bytes and operations. What is
  /// not known is null.
  llvm::LogicalResult write(const std::string &path) const;

private:
  /// The time that a share of the calls stayed below.
  double quantile(double share) const;
  std::string toJson() const;

  BenchProgram &program;
  const BenchOptions &options;
  MachineLimits limits;
  /// In ascending order.
  std::vector<double> seconds;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_BENCHREPORT_H
