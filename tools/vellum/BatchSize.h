//===- tools/vellum/BatchSize.h - how many samples a step takes -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_BATCHSIZE_H
#define VELLUM_TOOLS_VELLUM_BATCHSIZE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <string>

#include "runtime/Tensor.h"

namespace vellum {

/// An array of a batch: the argument that it is of the training step, and its
/// value.
struct BatchArray {
  mlir::BlockArgument argument;
  const Tensor *tensor;
};

/// How many samples a batch from the file at `path` has: the size that all its
/// arrays share, those apart that a scan steps over, which are time. What the
/// recipe `said` decides where they share several, and must be one of them; 1
/// is what it says without saying anything. An error where that leaves it open.
llvm::FailureOr<int64_t> samplesOf(llvm::ArrayRef<BatchArray> arrays,
                                   int64_t said, const std::string &path);
/// The same, or nothing where that is left open.
std::optional<int64_t> findSamples(llvm::ArrayRef<BatchArray> arrays,
                                   int64_t said);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_BATCHSIZE_H
