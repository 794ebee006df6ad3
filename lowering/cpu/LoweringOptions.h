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
  /// How many threads share them.
  int64_t threads = 1;
  /// True if no step may be computed again twice for that.
  bool once = false;
  /// True if the module has been through `populateCpuFusePipeline`.
  bool isFused = false;
};

} // namespace vellum

#endif // VELLUM_LOWERING_CPU_LOWERINGOPTIONS_H
