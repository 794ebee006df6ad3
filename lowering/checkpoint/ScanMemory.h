//===- lowering/checkpoint/ScanMemory.h - bytes of scans --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CHECKPOINT_SCANMEMORY_H
#define VELLUM_LOWERING_CHECKPOINT_SCANMEMORY_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "dialect/Vellum.h"
#include "lowering/LoopSizes.h"
#include "lowering/checkpoint/IndexBuilder.h"

namespace vellum {

/// Computes, before some op of a function, how many bytes scans take: those
/// after it, in it and in its loops.
///
/// Counted are stacks and slots of carried values, as the lowering of scans
/// lays them out, and memory taken for what loops over tiles of samples put
/// together. Not counted are what is there without scans (arguments, inputs)
/// and what a step computes for itself, which does not grow with the number of
/// steps. Where a size is not known before, an upper bound is used.
class ScanMemory {
public:
  /// Values are computed with `builder`, which stands right before `first`.
  ScanMemory(mlir::OpBuilder &builder, mlir::Operation *first)
      : sizes(builder, first, /*upperBounds=*/true),
        index(builder, first->getLoc()) {}

  /// The bytes that a scan takes, with those in its body.
  mlir::Value bytesOf(ScanOp scan);
  /// The bytes that one more step of the scan saves.
  mlir::Value bytesPerStep(ScanOp scan);
  /// The bytes of values.
  mlir::Value bytesOf(mlir::Value value);
  mlir::Value bytesOf(mlir::ValueRange values);
  /// The bytes of the scans in `block`, and of the memory taken there.
  mlir::Value bytesIn(mlir::Block &block);
  /// How many tiles run at the same time on so many threads.
  mlir::Value tilesAtOnce(mlir::scf::ForallOp loop, mlir::Value threads);
  /// The number of steps of the scan.
  mlir::Value stepsOf(ScanOp scan);

  /// False once something was asked for of which not even a bound is known;
  /// what was returned then is to be thrown away.
  bool isKnown() const { return known; }

private:
  mlir::Value check(mlir::OpFoldResult size);
  mlir::Value emittedBytes(ScanOp scan, bool placedElsewhere);

  LoopSizes sizes;
  IndexBuilder index;
  bool known = true;
};

/// The blocks of a function in which scans stand: its body, and those of loops
/// over tiles of samples.
llvm::SmallVector<mlir::Block *> blocksWithScans(mlir::func::FuncOp function);

} // namespace vellum

#endif // VELLUM_LOWERING_CHECKPOINT_SCANMEMORY_H
