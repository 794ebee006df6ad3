//===- lowering/check/OpNumbers.h - ops that outlive a pass ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECK_OPNUMBERS_H
#define VELLUM_LOWERING_CHECK_OPNUMBERS_H

#include "mlir/IR/Operation.h"

#include <optional>

namespace vellum {

/// Numbers all ops of a program, in their locations: passes hand these on to
/// what they make of an op, and decide nothing by them. So an op after a pass
/// has the number of the op that it was, or stands for, before. Numbers that
/// ops have are replaced.
void numberOps(mlir::Operation *program);

/// The number in an op's location; none where it is a pass's own, or that of
/// several ops.
std::optional<int64_t> numberOf(mlir::Operation *op);

/// What stays of an op through a pass: its number and its name.
using OpIdentity = std::pair<int64_t, const void *>;
std::optional<OpIdentity> identityOf(mlir::Operation *op);

/// The location without a number.
mlir::Location withoutNumber(mlir::Location location);
void eraseNumbers(mlir::Operation *program);

} // namespace vellum

#endif // VELLUM_LOWERING_CHECK_OPNUMBERS_H
