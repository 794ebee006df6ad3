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
};

/// From closed functions on tensors to destination-style linalg, kernels and
/// scans. Leaves no op of the dialect but `scan` and `yield`.
void populateCpuFusePipeline(mlir::OpPassManager &pm);

/// Gives functions their C interface, scans their memory, and tensors their
/// buffers. Leaves linalg and kernels on memrefs; in loops there is neither an
/// allocation nor a copy that the program does not ask for.
void populateCpuBufferizePipeline(mlir::OpPassManager &pm);

/// From memrefs to the LLVM dialect: loops over vectors, calls of the device
/// library, memory from the context's arena.
void populateCpuLlvmPipeline(mlir::OpPassManager &pm,
                             const CpuPipelineOptions &options);

/// The three above in order.
void populateCpuPipeline(mlir::OpPassManager &pm,
                         const CpuPipelineOptions &options);

/// Registers `vellum-cpu-fuse`, `-bufferize`, `-llvm` and `vellum-cpu`.
void registerCpuPipelines();

/// Registers what the passes above need of dialects and interface models.
void registerCpuDialects(mlir::DialectRegistry &registry);

} // namespace vellum

#endif // VELLUM_LOWERING_CPU_PIPELINE_H
