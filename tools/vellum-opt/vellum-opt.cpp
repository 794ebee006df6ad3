//===- tools/vellum-opt/vellum-opt.cpp - runs passes on IR ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The opt-style tool: reads IR, runs any pass or named pipeline, ours or
// upstream's, and prints the result. An open workbench: unlike vellum it admits
// any dialect.
//
//===----------------------------------------------------------------------===//

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

#include "dialect/ExternalModels.h"
#include "dialect/Vellum.h"
#include "lowering/Passes.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/Pipeline.h"

int main(int argc, char **argv) {
  mlir::registerAllPasses();
  vellum::registerVellumPasses();
  vellum::registerVellumCpuPasses();
  vellum::registerCpuPipelines();

  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<vellum::VellumDialect>();
  vellum::registerDifferentiableModels(registry);
  vellum::registerCheckedModels(registry);
  vellum::registerCpuDialects(registry);

  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv,
      "Vellum's pass driver: an open workbench, which reads any dialect and "
      "runs any pass.\nUnlike vellum it is not for texts of strangers; see "
      "docs/security.md\n",
      registry));
}
