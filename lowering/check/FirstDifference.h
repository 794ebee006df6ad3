//===- lowering/check/FirstDifference.h - the first read that differs -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECK_FIRSTDIFFERENCE_H
#define VELLUM_LOWERING_CHECK_FIRSTDIFFERENCE_H

#include "lowering/interpreter/Memory.h"

namespace vellum {

/// A read that gives another number than it gave before a pass.
struct Difference {
  /// The op as it is now, and which of its runs it is, from 0.
  mlir::Operation *op;
  int64_t run;
  /// What was read there before, and what is read now.
  interpreter::Read before, now;
};

/// Compares what ops have read in two runs of a program with the same
/// arguments, before a pass and after it. The ops of both have the numbers of
/// the one before.
///
/// An op that ran in another order, or less often, as invariant ones do that
/// have left their loop, is compared with any of its runs. One that reads more
/// or less than before has become another and tells nothing; so the first
/// difference is that of the first op, in the order of execution, that a pass
/// has left as it was.
std::optional<Difference> firstDifference(const interpreter::Trace &before,
                                          const interpreter::Trace &now);

} // namespace vellum

#endif // VELLUM_LOWERING_CHECK_FIRSTDIFFERENCE_H
