//===- tools/vellum/Report.cpp - errors of the command line ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Report.h"

#include "llvm/Support/WithColor.h"

using namespace vellum;

llvm::LogicalResult vellum::reportError(const llvm::Twine &message) {
  llvm::WithColor::error() << message << '\n';
  return llvm::failure();
}

llvm::LogicalResult vellum::reportError(llvm::Error error) {
  if (!error)
    return llvm::success();
  llvm::handleAllErrors(std::move(error), [](const llvm::ErrorInfoBase &info) {
    (void)reportError(info.message());
  });
  return llvm::failure();
}

std::string vellum::suggestion(llvm::StringRef name,
                               llvm::ArrayRef<llvm::StringRef> names,
                               llvm::StringRef prefix) {
  llvm::StringRef nearest;
  // One typing error for each three letters still reads as the same name.
  unsigned nearestDistance = name.size() / 3 + 2;
  for (llvm::StringRef candidate : names) {
    const unsigned distance = name.edit_distance(candidate);
    if (distance < nearestDistance) {
      nearest = candidate;
      nearestDistance = distance;
    }
  }
  if (nearest.empty())
    return "";
  return ("; did you mean '" + prefix + nearest + "'?").str();
}
