//===- dialect/Names.h - guesses at mistyped names ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_NAMES_H
#define VELLUM_DIALECT_NAMES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace vellum {

/// "; did you mean @memory?" for the name nearest to `name`, or nothing where
/// none is near enough to be meant.
std::string suggestName(llvm::StringRef name,
                        llvm::ArrayRef<llvm::StringRef> known);

} // namespace vellum

#endif // VELLUM_DIALECT_NAMES_H
