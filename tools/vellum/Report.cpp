//===- tools/vellum/Report.cpp - errors of the command line ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Report.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/WithColor.h"

using namespace vellum;

llvm::LogicalResult vellum::reportError(const llvm::Twine &message) {
  llvm::WithColor::error() << message << '\n';
  return llvm::failure();
}

llvm::LogicalResult vellum::reportErrorAt(llvm::StringRef place,
                                          const llvm::Twine &message) {
  if (!place.empty())
    llvm::errs() << place << ": ";
  return reportError(message);
}

llvm::LogicalResult vellum::reportError(llvm::Error error) {
  if (!error)
    return llvm::success();
  llvm::handleAllErrors(std::move(error), [](const llvm::ErrorInfoBase &info) {
    (void)reportError(info.message());
  });
  return llvm::failure();
}

llvm::LogicalResult vellum::reportNoEffect(llvm::StringRef option,
                                           const llvm::Twine &reason) {
  return reportError("option '--" + option + "' has no effect: " + reason);
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

/// Three digits of a number between 1 and 1000.
static std::string digits(double number) {
  return number < 10    ? llvm::formatv("{0:f2}", number)
         : number < 100 ? llvm::formatv("{0:f1}", number)
                        : llvm::formatv("{0:f0}", number);
}

std::string vellum::scaled(double value, llvm::StringRef unit) {
  static constexpr struct {
    double factor;
    const char *prefix;
  } prefixes[] = {{1e12, "T"}, {1e9, "G"},  {1e6, "M"}, {1e3, "k"},
                  {1, ""},     {1e-3, "m"}, {1e-6, "µ"}};
  for (auto [factor, prefix] : prefixes)
    if (value >= factor)
      return digits(value / factor) + " " + prefix + unit.str();
  return value == 0 ? "0 " + unit.str()
                    : digits(value * 1e9) + " n" + unit.str();
}
