//===- tools/vellum/ModelText.h - limits of a model's text ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_MODELTEXT_H
#define VELLUM_TOOLS_VELLUM_MODELTEXT_H

#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/SourceMgr.h"

namespace vellum {

/// Checks the main file of `sources` before it is parsed: that it is text, and
/// within the bounds of what the parser can take. It descends by recursion, so
/// brackets may nest no deeper than its stack allows; aliases that name aliases
/// may stand for types that are larger than any memory; `loc(…)` would put
/// errors elsewhere than into the text, for which any file of the machine is
/// opened.
llvm::LogicalResult checkText(const llvm::SourceMgr &sources);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_MODELTEXT_H
