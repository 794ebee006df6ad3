//===- tools/vellum/MachineLimits.h - what the cores can do ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_MACHINELIMITS_H
#define VELLUM_TOOLS_VELLUM_MACHINELIMITS_H

namespace vellum {

/// What some threads of this machine do together per second.
struct MachineLimits {
  /// Operations in chains of f32 multiply-adds that stay in registers, two for
  /// each multiply-add.
  double flops = 0;
  /// Bytes read, over and over, from a quarter of each thread's L2 cache: the
  /// size of a small model's weights, and beyond L1.
  double l2Bytes = 0;
};

/// Measures the limits with the widest vectors there are, all threads at once.
/// Takes about 30 ms and returns the best of several runs: what others use of
/// the machine in the meantime can only lower it.
MachineLimits measureLimits(int threads);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_MACHINELIMITS_H
