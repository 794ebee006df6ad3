//===- tools/vellum/Dataset.h - batches from a file -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_DATASET_H
#define VELLUM_TOOLS_VELLUM_DATASET_H

#include "tools/vellum/Inputs.h"

namespace vellum {

/// The arguments of a loss function without a data function, from a .npz file
/// with an array for each. An array of the argument's type is used in every
/// step. One with a further dimension in front holds a batch per index; the
/// batches are used in a random order, each once in each epoch.
class Dataset {
public:
  /// A dataset of no arrays.
  Dataset() = default;
  static llvm::FailureOr<Dataset> read(const std::string &path,
                                       llvm::StringRef function,
                                       llvm::ArrayRef<Port> ports,
                                       int64_t seed);

  /// Sets the first arguments, in the order of the ports, to those of step
  /// `step`. Arguments that were set before and stay the same are not touched.
  void place(int64_t step, llvm::MutableArrayRef<Tensor> arguments);

private:
  struct Array {
    Tensor tensor;
    /// Whether the first dimension counts batches.
    bool hasBatches;
  };

  llvm::LogicalResult add(const Port &port, Tensor tensor,
                          llvm::StringRef path);
  void placeFixed(llvm::MutableArrayRef<Tensor> arguments);
  void shuffle(int64_t epoch);

  std::vector<Array> arrays;
  /// As many as each array with batches has; 1 if there is none.
  int64_t numBatches = 1;
  /// The first array that has batches.
  std::string counted;
  uint64_t seed = 0;
  bool isFixedPlaced = false;
  /// The order of the batches in an epoch.
  int64_t epoch = -1;
  std::vector<int32_t> order;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_DATASET_H
