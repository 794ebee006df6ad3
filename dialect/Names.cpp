//===- dialect/Names.cpp - guesses at mistyped names ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Names.h"

using namespace llvm;

std::string vellum::suggestName(StringRef name, ArrayRef<StringRef> known) {
  StringRef nearest;
  // One error in each three letters, and one in the shortest names, still
  // reads as the same name.
  unsigned bound = name.size() / 3 + 2;
  for (StringRef candidate : known) {
    unsigned distance = name.edit_distance(candidate);
    if (distance < bound) {
      nearest = candidate;
      bound = distance;
    }
  }
  return nearest.empty() ? "" : ("; did you mean @" + nearest + "?").str();
}
