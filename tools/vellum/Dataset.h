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
/// with an array for each. It has a further dimension in front, and holds a
/// batch per index; the batches are used in a random order, each once in each
/// epoch. An array of one batch is used in every step, and so is one of the
/// argument's own type where that fixes all sizes. Where it does not, an array
/// of samples would pass for one huge batch, and is refused.
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

  int64_t getNumBatches() const { return numBatches; }
  /// Whether the array of a port is the same in every step, but not all are.
  bool isBesideBatches(size_t port) const {
    return numBatches > 1 && !arrays[port].hasBatches;
  }
  /// A number for what the arrays hold, however the file holds it.
  uint64_t hash() const;

private:
  struct Array {
    Tensor tensor;
    std::string name;
    /// Whether the first dimension counts batches, of which there are several.
    bool hasBatches;
  };

  llvm::LogicalResult add(const Port &port, Tensor tensor,
                          llvm::StringRef path);
  llvm::LogicalResult count(const Array &array, llvm::StringRef path);
  void placeFixed(llvm::MutableArrayRef<Tensor> arguments);
  void shuffle(int64_t epoch);

  std::vector<Array> arrays;
  /// As many as each array with several batches has; 1 if there is none.
  int64_t numBatches = 1;
  /// The first array that has several batches.
  std::string counted;
  uint64_t seed = 0;
  bool isFixedPlaced = false;
  /// The order of the batches in an epoch.
  int64_t epoch = -1;
  std::vector<int32_t> order;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_DATASET_H
