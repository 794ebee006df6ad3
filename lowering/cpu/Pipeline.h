//===- lowering/cpu/Pipeline.h - the CPU's phases -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_PIPELINE_H
#define VELLUM_LOWERING_CPU_PIPELINE_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace vellum {

struct CpuPipelineOptions : mlir::PassPipelineOptions<CpuPipelineOptions> {
  Option<unsigned> lanes{*this, "lanes",
                         llvm::cl::desc("f32 lanes of a vector"),
                         llvm::cl::init(16)};
  Option<bool> fma{
      *this, "fma",
      llvm::cl::desc("the target multiplies and adds in one instruction"),
      llvm::cl::init(true)};
  Option<int64_t> memory{*this, "memory",
                         llvm::cl::desc("bytes that scans may keep for their "
                                        "adjoints (default: any)"),
                         llvm::cl::init(0)};
  Option<unsigned> cuts{*this, "cuts",
                        llvm::cl::desc("how often segments may be cut"),
                        llvm::cl::init(2)};
  Option<int64_t> tile{*this, "tile",
                       llvm::cl::desc("samples that run through all steps at a "
                                      "time (default: chosen from the sizes)"),
                       llvm::cl::init(0)};
  Option<bool> baseNames{
      *this, "base-names",
      llvm::cl::desc("name files in errors without their folders"),
      llvm::cl::init(false)};
};

/// From closed functions on tensors to destination-style linalg, kernels and
/// scans. Leaves no op of the dialect but `scan` and `yield`.
void populateCpuFusePipeline(mlir::OpPassManager &pm);

/// Gives functions their C interface and scans their place: over tiles of
/// samples, and in segments where policies or the budget ask for it. What each
/// step computes is settled before, so that results are the same bits with any
/// budget. Leaves the ops that it found, in loops over tiles.
void populateCpuSchedulePipeline(mlir::OpPassManager &pm,
                                 const CpuPipelineOptions &options);

/// Schedules, and gives scans their memory and tensors their buffers. Leaves
/// linalg and kernels on memrefs; in loops there is neither an allocation nor a
/// copy that the program does not ask for.
void populateCpuBufferizePipeline(mlir::OpPassManager &pm,
                                  const CpuPipelineOptions &options);

/// From memrefs to the LLVM dialect: loops over vectors, calls of the device
/// library, memory from the context's arena.
void populateCpuLlvmPipeline(mlir::OpPassManager &pm,
                             const CpuPipelineOptions &options);

/// The phases whose programs the interpreter can run: `fuse`, `schedule` and
/// `bufferize`.
inline constexpr llvm::StringLiteral cpuPhases[] = {"fuse", "schedule",
                                                    "bufferize"};

/// All passes up to the end of one of these phases.
void populateCpuPhases(mlir::OpPassManager &pm, llvm::StringRef last,
                       const CpuPipelineOptions &options);

/// The three phases in order: fuse, bufferize, llvm.
void populateCpuPipeline(mlir::OpPassManager &pm,
                         const CpuPipelineOptions &options);

/// Registers `vellum-cpu-fuse`, `-schedule`, `-bufferize`, `-llvm` and
/// `vellum-cpu`.
void registerCpuPipelines();

/// Registers what the passes above need of dialects and interface models.
void registerCpuDialects(mlir::DialectRegistry &registry);

} // namespace vellum

#endif // VELLUM_LOWERING_CPU_PIPELINE_H
