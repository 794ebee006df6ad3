//===- tools/vellum/Report.h - errors of the command line -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What goes wrong is printed where it is found, once, and passed on as
/// failure: errors with a place in the model's text through MLIR's diagnostics,
/// all others through `reportError`.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_REPORT_H
#define VELLUM_TOOLS_VELLUM_REPORT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/LogicalResult.h"

#include <string>

namespace vellum {

/// Prints `error: message` on stderr and returns failure.
llvm::LogicalResult reportError(const llvm::Twine &message);
/// Reports each of the errors, which there may be none of.
llvm::LogicalResult reportError(llvm::Error error);
/// Prints that an option was given which changes nothing, and why.
llvm::LogicalResult reportNoEffect(llvm::StringRef option,
                                   const llvm::Twine &reason);
/// The same with a place in the model before it, FILE:LINE:COLUMN, unless that
/// is empty.
llvm::LogicalResult reportErrorAt(llvm::StringRef place,
                                  const llvm::Twine &message);

/// A quantity with the prefix that suits it, as in `1.71 ms`. What occupies
/// memory has prefixes of its own, those of `formatBytes`.
std::string scaled(double value, llvm::StringRef unit);

/// `; did you mean '--steps'?` where one of the names is near to `name`, else
/// nothing. `prefix` stands before the names in both.
std::string suggestion(llvm::StringRef name,
                       llvm::ArrayRef<llvm::StringRef> names,
                       llvm::StringRef prefix = "");

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_REPORT_H
