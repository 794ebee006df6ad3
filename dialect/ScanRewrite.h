//===- dialect/ScanRewrite.h - scans with other results -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_SCANREWRITE_H
#define VELLUM_DIALECT_SCANREWRITE_H

#include "llvm/ADT/BitVector.h"

#include "dialect/Vellum.h"

namespace vellum {

/// The number of the stack of `value`, a value of the body of `scan`. If the
/// scan does not emit it yet, its yield does now, and `rebuildScan` must
/// follow.
unsigned emitFromScan(ScanOp scan, mlir::Value value);

/// Builds, in front of `scan`, a scan that has its body and a result for each
/// value that the body's yield emits, whatever results `scan` has. Carried
/// values in `dropped` go; their arguments must be unused. `scan` is left
/// without a body, for the caller to replace and erase.
ScanOp rebuildScan(ScanOp scan, const llvm::BitVector &dropped = {});

} // namespace vellum

#endif // VELLUM_DIALECT_SCANREWRITE_H
