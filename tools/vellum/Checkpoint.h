//===- tools/vellum/Checkpoint.h - the state of a training run ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_CHECKPOINT_H
#define VELLUM_TOOLS_VELLUM_CHECKPOINT_H

#include "tools/vellum/Metrics.h"
#include "tools/vellum/Parameters.h"
#include "tools/vellum/RunIdentity.h"

namespace vellum {

/// All that a run needs to go on as if it had not been interrupted; a function
/// of the run's identity, the seed, the batch size and the step alone.
struct Checkpoint {
  /// Steps done.
  int64_t step = 0;
  int64_t seed = 0;
  int64_t batch = 1;
  RunIdentity identity;
  /// What was measured since the last record.
  Interval interval;
  /// Parameters and the optimiser's tensors, with their names.
  std::vector<NamedTensor> tensors;
};

/// Whether a file is a checkpoint, and not mere weights.
bool isCheckpoint(const SafetensorsFile &file);

/// Writes a checkpoint; at every moment the file is the old one or the new.
llvm::LogicalResult writeCheckpoint(const std::string &path,
                                    const Checkpoint &checkpoint);
/// Reads what `writeCheckpoint` wrote. An error where the file is anything
/// else: it may have been damaged, or made by hand.
llvm::FailureOr<Checkpoint> readCheckpoint(const std::string &path);

/// The first element of the tensors that is infinite or no number, in words;
/// nothing where there is none.
std::optional<std::string> findNotFinite(llvm::ArrayRef<NamedTensor> tensors);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_CHECKPOINT_H
