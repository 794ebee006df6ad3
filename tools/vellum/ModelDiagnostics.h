//===- tools/vellum/ModelDiagnostics.h - errors in a model's text ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_MODELDIAGNOSTICS_H
#define VELLUM_TOOLS_VELLUM_MODELDIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/SourceMgr.h"

namespace vellum {

/// Prints `path:line:column: error: message` with the line, and returns
/// failure.
llvm::LogicalResult reportErrorAt(const llvm::SourceMgr &sources,
                                  llvm::SMLoc place,
                                  const llvm::Twine &message);

/// Prints errors with their lines. A model's text is a stranger's: lines and
/// messages that are long, or have bytes that direct a terminal, are cut and
/// cleaned.
class ModelDiagnostics {
public:
  ModelDiagnostics(llvm::SourceMgr &sources, mlir::MLIRContext *context);

private:
  llvm::LogicalResult handle(mlir::Diagnostic &diagnostic);

  llvm::SourceMgr &sources;
  mlir::SourceMgrDiagnosticHandler printer;
  /// Comes before the printer, and hands it what is fit to be printed.
  mlir::ScopedDiagnosticHandler guard;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_MODELDIAGNOSTICS_H
