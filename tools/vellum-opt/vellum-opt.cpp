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
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"

#include "dialect/ExternalModels.h"
#include "dialect/Vellum.h"
#include "lowering/Passes.h"
#include "lowering/check/MemoryCheck.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/Pipeline.h"

using namespace mlir;

static constexpr llvm::StringLiteral toolName =
    "Vellum's pass driver: an open workbench, which reads any dialect and "
    "runs any pass.\nUnlike vellum it is not for texts of strangers; see "
    "docs/security.md\n";

static llvm::cl::opt<bool> verifyMemory(
    "verify-memory",
    llvm::cl::desc("Run the public functions on small random arguments after "
                   "each pass, and name the first one that changes a result"));

/// The checks of all pipelines that are run.
using Checks = std::vector<std::shared_ptr<vellum::MemoryCheckResult>>;

/// Adds the check to what the command line asks for.
static MlirOptMainConfig configure(Checks &checks) {
  MlirOptMainConfig asked = MlirOptMainConfig::createFromCLOptions();
  MlirOptMainConfig config = asked;
  if (verifyMemory)
    config.setPassPipelineSetupFn([asked, &checks](PassManager &passes) {
      if (failed(asked.setupPassPipeline(passes)))
        return failure();
      passes.getContext()->disableMultithreading();
      checks.push_back(vellum::addMemoryCheck(passes));
      return success();
    });
  return config;
}

static LogicalResult runOn(StringRef input, StringRef output,
                           DialectRegistry &registry) {
  std::string error;
  auto file = openInputFile(input, &error);
  auto written = file ? openOutputFile(output, &error) : nullptr;
  if (!written) {
    llvm::errs() << error << "\n";
    return failure();
  }
  Checks checks;
  if (failed(MlirOptMain(written->os(), std::move(file), registry,
                         configure(checks))))
    return failure();
  written->keep();
  return failure(
      llvm::any_of(checks, [](auto &check) { return check->failed; }));
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  registerAllPasses();
  vellum::registerVellumPasses();
  vellum::registerVellumCpuPasses();
  vellum::registerCpuPipelines();

  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registry.insert<vellum::VellumDialect>();
  vellum::registerDifferentiableModels(registry);
  vellum::registerCheckedModels(registry);
  vellum::registerCpuDialects(registry);

  auto [input, output] =
      registerAndParseCLIOptions(argc, argv, toolName, registry);
  return asMainReturnCode(runOn(input, output, registry));
}
