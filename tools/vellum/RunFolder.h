//===- tools/vellum/RunFolder.h - where a training run leaves its files ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_RUNFOLDER_H
#define VELLUM_TOOLS_VELLUM_RUNFOLDER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LogicalResult.h"

#include <string>

namespace vellum {

/// The folder of one training run, which no other process can write to as a
/// run while this object lives: it holds a lock (flock) on a file in it. The
/// system lets go of the lock when the process ends, however it does, so that
/// a killed run is never in the way.
class RunFolder {
public:
  static constexpr llvm::StringLiteral kMetrics = "metrics.jsonl",
                                       kCheckpoint = "checkpoint.safetensors",
                                       kWeights = "weights.safetensors";

  /// A folder that is not open.
  RunFolder() = default;
  RunFolder(const RunFolder &) = delete;
  RunFolder &operator=(const RunFolder &) = delete;
  /// Lets go of the folder, which goes too if it was made and is empty.
  ~RunFolder();

  /// Makes the folder if need be, locks it, and removes what killed runs have
  /// left half-written. An error where another process holds it.
  llvm::LogicalResult open(const std::string &path);

  const std::string &getPath() const { return path; }
  /// The path of a file in the folder.
  std::string operator/(llvm::StringRef name) const;
  /// Whether a run has left files here.
  bool hasRun() const;

private:
  llvm::LogicalResult make();
  llvm::LogicalResult lock();
  /// Whether the lock's file is still that of its path.
  bool isCurrent() const;
  void removeLeftovers() const;

  std::string path;
  int file = -1;
  bool isMade = false;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_RUNFOLDER_H
