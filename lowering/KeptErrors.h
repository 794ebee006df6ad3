//===- lowering/KeptErrors.h - errors to look at before they are told -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_KEPTERRORS_H
#define VELLUM_LOWERING_KEPTERRORS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Threading.h"

#include <vector>

namespace vellum {

/// As long as it lives, keeps the errors of its thread instead of having them
/// printed. Others compile in the same context.
class KeptErrors : public mlir::ScopedDiagnosticHandler {
public:
  explicit KeptErrors(mlir::MLIRContext *context)
      : ScopedDiagnosticHandler(context) {
    setHandler([this, thread = llvm::get_threadid()](mlir::Diagnostic &error) {
      if (error.getSeverity() != mlir::DiagnosticSeverity::Error ||
          llvm::get_threadid() != thread)
        return llvm::failure();
      errors.push_back(std::move(error));
      return llvm::success();
    });
  }

  /// The errors so far, in the order in which they arose.
  std::vector<mlir::Diagnostic> take() { return std::move(errors); }

private:
  std::vector<mlir::Diagnostic> errors;
};

} // namespace vellum

#endif // VELLUM_LOWERING_KEPTERRORS_H
