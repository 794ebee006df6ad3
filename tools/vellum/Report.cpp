//===- tools/vellum/Report.cpp - errors of the command line ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Report.h"

#include "llvm/Support/Format.h"
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

std::string vellum::inBinaryUnits(int64_t bytes) {
  constexpr llvm::StringLiteral units[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024)
    return std::to_string(bytes) + " bytes";
  double number = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  for (; number >= 1024 && unit + 1 < std::size(units); ++unit)
    number /= 1024;
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::format(number < 999.5 ? "%.3g " : "%.0f ", number)
      << units[unit];
  return text;
}
