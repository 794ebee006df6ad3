//===- lowering/cpu/Pipeline.cpp - the CPU's phases -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/Pipeline.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Transforms/AllInterfaces.h"
#include "mlir/Dialect/MemRef/Transforms/AllocationOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/TensorInferTypeOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"

#include "dialect/Vellum.h"
#include "lowering/Passes.h"
#include "lowering/cpu/CpuPasses.h"

using namespace mlir;
using namespace vellum;

/// Users come before what they use, so that a scan is looked at once and not
/// again for each of its results whose size is asked for. All regions have one
/// block, which leaves nothing to simplify among blocks. With the defaults it
/// takes twice as long for the same program.
static void addCleanup(OpPassManager &pm, bool usersFirst = true) {
  GreedyRewriteConfig config;
  config.setUseTopDownTraversal(!usersFirst);
  config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
  pm.addPass(createCanonicalizerPass(config));
  pm.addPass(createMergeEqual());
}

void vellum::populateCpuFusePipeline(OpPassManager &pm) {
  pm.addPass(createCheckCompiles());
  pm.addPass(createDecompose());
  pm.addNestedPass<func::FuncOp>(createFoldEmpty());
  pm.addPass(createJoinPads());
  addCleanup(pm);
  pm.addPass(createHoistProjections());
  pm.addPass(createSinkProjections());
  auto &function = pm.nest<func::FuncOp>();
  function.addPass(createLowerToLinalg());
  function.addPass(createFoldEmpty());
  addCleanup(function);
  function.addPass(createFuseElementwise());
  addCleanup(function);
  function.addPass(createMergeLoops());
  function.addPass(createPrivateDestinations());
  function.addPass(createChooseLayouts());
  function.addPass(createPackOperands());
  addCleanup(function);
}

void vellum::populateCpuSchedulePipeline(OpPassManager &pm,
                                         const CpuPipelineOptions &options) {
  pm.addPass(createEntryPoints());
  TileBatchOptions tiles;
  tiles.tile = options.tile;
  pm.addPass(createTileBatch(tiles));
  addCleanup(pm);
  pm.addPass(createCheckpointScans({options.memory, options.cuts}));
}

void vellum::populateCpuBufferizePipeline(OpPassManager &pm,
                                          const CpuPipelineOptions &options) {
  populateCpuSchedulePipeline(pm, options);
  pm.addNestedPass<func::FuncOp>(createLowerScan());
  // Sizes of temporaries in terms of what is known before a loop.
  pm.addPass(memref::createResolveRankedShapeTypeResultDimsPass());
  // A size of one loop's memory may be that of the loop before. With the last
  // resolved first each would hand all its users on to the one before.
  addCleanup(pm, /*usersFirst=*/false);
  pm.addNestedPass<func::FuncOp>(createTileRows());
  addCleanup(pm);
  pm.addPass(createPlaceConcatenations());
  pm.addPass(createPrivateDestinations());
  pm.addPass(createPlaceResults());
  pm.addPass(bufferization::createOneShotBufferizePass());
  addCleanup(pm);
  pm.addPass(createJoinSampleLoops());
  pm.addPass(createGatherRows());
  pm.addPass(createTransposeOperands());
  pm.addPass(createPlaceTemporaries());
  pm.addPass(createReuseBuffers());
  pm.addPass(createLeaveBranches());
  pm.addPass(createMeasureMemory());
  pm.addPass(createOutlineTiles());
  pm.addPass(createLoopInvariantCodeMotionPass());
  auto &function = pm.nest<func::FuncOp>();
  function.addPass(createHoistBuffers());
  function.addPass(createAllocateFirst());
  addCleanup(pm);
}

void vellum::populateCpuLlvmPipeline(OpPassManager &pm,
                                     const CpuPipelineOptions &options) {
  pm.addPass(createLowerProducts());
  pm.addPass(createHoistInvariants());
  pm.addPass(createVectorizeLoops({options.lanes, options.fma}));
  pm.addPass(createDefineDivisions());
  pm.addPass(createDefineRanges());
  pm.addPass(createLowerFunctions());
  pm.addPass(createLowerKernels());
  pm.addPass(createUseArena({options.baseNames}));
  pm.addPass(createLowerChecks({options.baseNames}));
  pm.addPass(createLowerReshapes());
  addCleanup(pm);
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  addCleanup(pm);
  pm.addPass(createLoopInvariantCodeMotionPass());
  // Lanes are summed as a tree, not one after the other: still the same order
  // in every run.
  ConvertVectorToLLVMPassOptions vectors;
  vectors.reassociateFPReductions = true;
  // It simplifies regions too, which is quicker while each has one block.
  pm.addPass(createConvertVectorToLLVMPass(vectors));
  pm.addPass(createLowerControlFlow());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}

void vellum::populateCpuPhases(OpPassManager &pm, StringRef last,
                               const CpuPipelineOptions &options) {
  assert(llvm::is_contained(cpuPhases, last) && "not a phase");
  populateCpuFusePipeline(pm);
  if (last == "schedule")
    populateCpuSchedulePipeline(pm, options);
  if (last == "bufferize")
    populateCpuBufferizePipeline(pm, options);
}

void vellum::populateCpuPipeline(OpPassManager &pm,
                                 const CpuPipelineOptions &options) {
  populateCpuFusePipeline(pm);
  populateCpuBufferizePipeline(pm, options);
  populateCpuLlvmPipeline(pm, options);
}

void vellum::registerCpuPipelines() {
  PassPipelineRegistration<>("vellum-cpu-fuse",
                             "tensors to destination-style linalg and kernels",
                             populateCpuFusePipeline);
  PassPipelineRegistration<CpuPipelineOptions>(
      "vellum-cpu-schedule", "scans over tiles of samples and in segments",
      populateCpuSchedulePipeline);
  PassPipelineRegistration<CpuPipelineOptions>(
      "vellum-cpu-bufferize", "linalg on tensors to linalg on memrefs in place",
      populateCpuBufferizePipeline);
  PassPipelineRegistration<CpuPipelineOptions>(
      "vellum-cpu-llvm", "linalg on memrefs to the LLVM dialect",
      populateCpuLlvmPipeline);
  PassPipelineRegistration<CpuPipelineOptions>(
      "vellum-cpu", "closed functions to the LLVM dialect for the CPU",
      populateCpuPipeline);
}

void vellum::registerCpuDialects(DialectRegistry &registry) {
  registry
      .insert<VellumDialect, cpu::VellumCpuDialect, affine::AffineDialect,
              arith::ArithDialect, bufferization::BufferizationDialect,
              cf::ControlFlowDialect, func::FuncDialect, linalg::LinalgDialect,
              LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect,
              scf::SCFDialect, tensor::TensorDialect, vector::VectorDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(
      registry);
  linalg::registerAllDialectInterfaceImplementations(registry);
  // Without it buffers silently stay in loops.
  memref::registerAllocationOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerInferTypeOpInterfaceExternalModels(registry);
  cpu::registerBufferization(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}
