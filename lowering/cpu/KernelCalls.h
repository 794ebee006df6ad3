//===- lowering/cpu/KernelCalls.h - calling the device library ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_KERNELCALLS_H
#define VELLUM_LOWERING_CPU_KERNELCALLS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace vellum::cpu {

/// A memref taken apart: where it starts, and its sizes and strides in
/// elements.
class Strided {
public:
  Strided(mlir::OpBuilder &builder, mlir::Location location,
          mlir::Value memref);

  /// An LLVM pointer to the element that is `indices[i]` steps along
  /// `dims[i]` away from the first.
  mlir::Value pointer(mlir::OpBuilder &builder, mlir::Location location,
                      llvm::ArrayRef<int64_t> dims = {},
                      llvm::ArrayRef<mlir::Value> indices = {}) const;

  llvm::SmallVector<mlir::OpFoldResult> sizes, strides;

private:
  mlir::Value base;
  mlir::OpFoldResult offset;
  int64_t elementBytes;
};

/// A memref that loops go through: each of its dimensions is that of a loop.
struct MappedMemref {
  MappedMemref(mlir::OpBuilder &builder, mlir::Location location,
               mlir::Value memref, mlir::AffineMap map)
      : memref(memref), data(builder, location, memref), map(map) {}

  bool has(unsigned loop) const { return map.isFunctionOfDim(loop); }
  /// The dimension that `loop` runs over.
  int64_t dimOf(unsigned loop) const;
  mlir::OpFoldResult stride(unsigned loop) const {
    return data.strides[dimOf(loop)];
  }
  mlir::OpFoldResult size(unsigned loop) const {
    return data.sizes[dimOf(loop)];
  }
  /// An LLVM pointer to the element where `loops` are at `indices` and all
  /// others at their beginning. Loops that it does not depend on are no matter.
  mlir::Value pointer(mlir::OpBuilder &builder, mlir::Location location,
                      llvm::ArrayRef<unsigned> loops,
                      mlir::ValueRange indices) const;

  mlir::Value memref;
  Strided data;
  mlir::AffineMap map;
};

/// Calls `vl_<name>`, declaring it where that is needed. Indices are passed as
/// i64. The function returns nothing.
void callKernel(mlir::OpBuilder &builder, mlir::Location location,
                llvm::StringRef name, llvm::ArrayRef<mlir::Value> arguments);

/// The same through `vellum_rt_product`, which shares the rows of a product
/// among the threads of `context`.
void callOnThreads(mlir::OpBuilder &builder, mlir::Location location,
                   mlir::Value context, llvm::StringRef name,
                   llvm::ArrayRef<mlir::Value> arguments);

/// Calls `function` for each of `count` tiles through `vellum_rt_tiles`, on the
/// threads of `context`.
void callTiles(mlir::OpBuilder &builder, mlir::Location location,
               mlir::Value context, llvm::StringRef function, mlir::Value count,
               mlir::Value captured);

/// The context of a function that has one, as its first argument; null
/// otherwise.
mlir::Value contextOf(mlir::func::FuncOp function);

/// How many threads `context` has, as an index.
mlir::Value threadCount(mlir::OpBuilder &builder, mlir::Location location,
                        mlir::Value context);

/// Ends the run of `context` with the error `text` at `place`; `values` are the
/// address of its numbers. All are pointers.
void fail(mlir::OpBuilder &builder, mlir::Location location,
          mlir::Value context, mlir::Value place, mlir::Value text,
          mlir::Value values);

/// An index, or a constant one, as i64.
mlir::Value asI64(mlir::OpBuilder &builder, mlir::Location location,
                  mlir::OpFoldResult index);

/// A loop over `count` tiles that threads share, still empty.
mlir::scf::ForallOp createTileLoop(mlir::OpBuilder &builder,
                                   mlir::Location location, mlir::Value count);

/// How many positions `sizes` have.
mlir::Value countPositions(mlir::OpBuilder &builder, mlir::Location location,
                           llvm::ArrayRef<mlir::OpFoldResult> sizes);

/// Position number `index` of those in `sizes`, the last of which runs first.
llvm::SmallVector<mlir::OpFoldResult>
positionAt(mlir::OpBuilder &builder, mlir::Location location, mlir::Value index,
           llvm::ArrayRef<mlir::OpFoldResult> sizes);

/// Loops from 0 to each of `sizes`; `body` builds the innermost iteration.
void buildLoops(
    mlir::OpBuilder &builder, mlir::Location location,
    llvm::ArrayRef<mlir::OpFoldResult> sizes,
    llvm::function_ref<void(mlir::OpBuilder &, mlir::ValueRange)> body);

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_KERNELCALLS_H
