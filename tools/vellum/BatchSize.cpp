//===- tools/vellum/BatchSize.cpp - how many samples a step takes ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/BatchSize.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

#include "dialect/Vellum.h"
#include "tools/vellum/Report.h"

using namespace mlir;
using namespace vellum;

/// Whether a scan takes a step for each index of the first dimension.
static bool isSteppedOver(Value value) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    if (auto scan = dyn_cast<ScanOp>(user))
      return llvm::is_contained(scan.getInputs(), value);
    return isa<tensor::CastOp>(user) && isSteppedOver(user->getResult(0));
  });
}

/// The sizes that may count samples: those that the argument's type leaves open
/// or, where it fixes all, all.
static llvm::SetVector<int64_t> candidateSizes(const BatchArray &array) {
  llvm::SetVector<int64_t> sizes;
  auto type = cast<RankedTensorType>(array.argument.getType());
  const bool isTimeFirst = isSteppedOver(array.argument);
  for (auto [i, size] : llvm::enumerate(array.tensor->shape)) {
    const bool isTime = i == 0 && isTimeFirst;
    if (!isTime && (type.hasStaticShape() || type.isDynamicDim(i)))
      sizes.insert(size);
  }
  return sizes;
}

/// The sizes that all arrays share. Scalars say nothing of samples.
static llvm::SetVector<int64_t> sharedSizes(ArrayRef<BatchArray> arrays) {
  llvm::SetVector<int64_t> shared;
  bool isFirst = true;
  for (const BatchArray &array : arrays) {
    if (array.tensor->rank() == 0)
      continue;
    llvm::SetVector<int64_t> sizes = candidateSizes(array);
    if (isFirst)
      shared = std::move(sizes);
    else
      shared.remove_if([&](int64_t size) { return !sizes.contains(size); });
    isFirst = false;
  }
  return shared;
}

std::optional<int64_t> vellum::findSamples(ArrayRef<BatchArray> arrays,
                                           int64_t said) {
  const llvm::SetVector<int64_t> shared = sharedSizes(arrays);
  if (shared.contains(said))
    return said;
  if (said == 1 && shared.size() == 1)
    return shared.front();
  return std::nullopt;
}

FailureOr<int64_t> vellum::samplesOf(ArrayRef<BatchArray> arrays, int64_t said,
                                     const std::string &path) {
  if (std::optional<int64_t> found = findSamples(arrays, said))
    return *found;
  const llvm::SetVector<int64_t> shared = sharedSizes(arrays);
  const std::string sizes =
      llvm::join(llvm::map_range(
                     shared, [](int64_t size) { return std::to_string(size); }),
                 " or ");
  if (said != 1)
    return reportError(
        "the recipe says 'batch " + Twine(said) + "', but a batch of " + path +
        " has " + (shared.empty() ? "no such dimension" : sizes + " samples"));
  return reportError(
      path + " leaves open how many samples a batch has" +
      (shared.empty() ? ": its arrays share no size" : ", " + sizes) +
      "; 'batch N' in the recipe says it");
}
