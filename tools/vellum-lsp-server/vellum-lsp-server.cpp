//===- tools/vellum-lsp-server/vellum-lsp-server.cpp - for editors --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A language server: diagnostics, definitions, references and hover for model
// files in any editor that speaks the language server protocol.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

#include "dialect/Vellum.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<vellum::VellumDialect>();
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
