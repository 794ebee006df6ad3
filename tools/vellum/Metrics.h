//===- tools/vellum/Metrics.h - what training measures --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_METRICS_H
#define VELLUM_TOOLS_VELLUM_METRICS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/LogicalResult.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vellum {

/// Sums over the steps since the last record.
struct Interval {
  int64_t steps = 0;
  std::vector<double> sums;

  void add(llvm::ArrayRef<double> values);
  /// The averages; NaN before the first step.
  std::vector<double> means() const;
};

/// One line of metrics.jsonl.
struct Record {
  /// Steps and sequences since the beginning of training.
  int64_t step = 0;
  int64_t sequences = 0;
  /// Averages over the interval that ends here, with their names.
  std::vector<std::string> names;
  std::vector<double> means;
  /// Time spent on training.
  double seconds = 0;

  /// A JSON object without line end. What is not finite becomes null.
  std::string toJson() const;
};

/// The file metrics.jsonl of a run, which grows by one line for each record. No
/// line of it is ever half there or there twice: a line is appended whole, and
/// what a run wrote behind its last checkpoint goes before it goes on from
/// there.
class MetricsFile {
public:
  /// Opens the file for records behind step `step`: earlier ones stay, later
  /// ones, and a last line that an interruption has torn, are removed. An error
  /// where a line is no record, or not of a later step than the line before.
  static llvm::FailureOr<MetricsFile> open(const std::string &path,
                                           int64_t step);

  llvm::LogicalResult append(const Record &record);
  /// Waits until all records are on the disk. A file that is not open has none.
  llvm::LogicalResult flush();
  /// The seconds of the last record that has stayed; 0 if there is none.
  double getSeconds() const { return seconds; }

private:
  std::string path;
  double seconds = 0;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_METRICS_H
