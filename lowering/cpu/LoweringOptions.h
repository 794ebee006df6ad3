//===- lowering/cpu/LoweringOptions.h - options for all targets -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_LOWERINGOPTIONS_H
#define VELLUM_LOWERING_CPU_LOWERINGOPTIONS_H

#include <cstdint>

namespace vellum {

/// How programs are lowered, whatever the target.
struct LoweringOptions {
  /// Bytes that scans may keep for their adjoints; any number if 0.
  int64_t memory = 0;
  /// How often segments may be cut: with 1, no step is computed again twice.
  unsigned cuts = 2;
  /// Samples that run through all steps at a time; chosen from the sizes if 0.
  int64_t tile = 0;
  /// Whether errors of the program name the model's file without its folder.
  bool baseNames = false;
  /// True if the module has been through `populateCpuFusePipeline`.
  bool isFused = false;
};

} // namespace vellum

#endif // VELLUM_LOWERING_CPU_LOWERINGOPTIONS_H
