//===- tools/vellum/FirstErrorOnly.h - one diagnostic, not many -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_FIRSTERRORONLY_H
#define VELLUM_TOOLS_VELLUM_FIRSTERRORONLY_H

#include "mlir/IR/Diagnostics.h"

namespace vellum {

/// As long as it lives, lets one error through: those behind the first follow
/// from it, or say the same for another target.
class FirstErrorOnly : public mlir::ScopedDiagnosticHandler {
public:
  explicit FirstErrorOnly(mlir::MLIRContext *context)
      : ScopedDiagnosticHandler(context) {
    setHandler([this](mlir::Diagnostic &diagnostic) {
      const bool isError =
          diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
      const bool isHidden = isError && seen;
      seen |= isError;
      // Where this fails, the handler before this one prints it.
      return llvm::success(isHidden);
    });
  }

  bool hasSeen() const { return seen; }

private:
  bool seen = false;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_FIRSTERRORONLY_H
