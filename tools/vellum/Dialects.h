//===- tools/vellum/Dialects.h - what a model may be written in -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_DIALECTS_H
#define VELLUM_TOOLS_VELLUM_DIALECTS_H

#include "mlir/IR/DialectRegistry.h"

namespace vellum {

/// The dialects that a model can be written in: what the parser knows.
const mlir::DialectRegistry &modelRegistry();

/// Those and what programs become, with what other libraries attach to them.
const mlir::DialectRegistry &dialectRegistry();

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_DIALECTS_H
