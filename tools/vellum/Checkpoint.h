//===- tools/vellum/Checkpoint.h - the state of a training run ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_CHECKPOINT_H
#define VELLUM_TOOLS_VELLUM_CHECKPOINT_H

#include "tools/vellum/Metrics.h"
#include "tools/vellum/Parameters.h"

namespace vellum {

/// All that a run needs to go on as if it had not been interrupted; a function
/// of the model, the seed and the step alone.
struct Checkpoint {
  /// Steps done.
  int64_t step = 0;
  int64_t seed = 0;
  int64_t batch = 1;
  /// The model and its recipe but for the number of steps: `fingerprint`.
  std::string model;
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
llvm::FailureOr<Checkpoint> readCheckpoint(const std::string &path);

/// A number that differs between models and recipes, but for the number of
/// steps, comments and layout.
std::string fingerprint(Model &model);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_CHECKPOINT_H
