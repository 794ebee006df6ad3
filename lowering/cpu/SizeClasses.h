//===- lowering/cpu/SizeClasses.h - which dimensions agree ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Finds the dimensions of a function's tensors that have the same size
/// whatever the inputs are: all that some operation runs over together.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_SIZECLASSES_H
#define VELLUM_LOWERING_CPU_SIZECLASSES_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/IntEqClasses.h"

#include "dialect/Vellum.h"
#include "lowering/cpu/CpuOps.h"

namespace vellum::cpu {

/// Classes of dimensions of tensors, and of index values, that are equal.
/// Programs in which they differ were refused before they started.
class SizeClasses {
public:
  /// Looks at everything inside `root`.
  explicit SizeClasses(mlir::Operation *root) : SizeClasses(root, nullptr) {}

  /// Classes of dimensions that are the same one: which some operation, given
  /// the `sizes`, runs over together. Two that merely have the same size are
  /// not the same dimension.
  static SizeClasses ofRoles(mlir::Operation *root, SizeClasses &sizes) {
    return SizeClasses(root, &sizes);
  }

  /// A number that two dimensions share if their sizes are known to be equal.
  unsigned of(mlir::Value tensor, int64_t dim);

  /// The class of a size.
  unsigned of(mlir::OpFoldResult size) {
    return classes.findLeader(number(size));
  }

  /// The class of each loop of a structured op.
  mlir::SmallVector<unsigned> ofLoops(mlir::linalg::LinalgOp op);

  /// Tells of tensors that take others' places. These must live on as long as
  /// the classes are used.
  void transfer(mlir::ValueRange from, mlir::ValueRange to);

private:
  using Key = std::pair<mlir::Value, int64_t>;

  SizeClasses(mlir::Operation *root, SizeClasses *sizes);
  unsigned number(Key key);
  unsigned number(mlir::OpFoldResult size);
  unsigned number(int64_t size);
  void join(Key a, Key b) { classes.join(number(a), number(b)); }
  void joinAll(mlir::Value a, mlir::Value b, int64_t offset = 0);
  void visit(mlir::Operation *op);
  void visitScan(ScanOp scan);
  void visitLinalg(mlir::linalg::LinalgOp op);
  void visitKernel(KernelOp kernel);
  void visitSlice(mlir::tensor::ExtractSliceOp slice);
  void visitSlice(mlir::tensor::InsertSliceOp slice);
  void joinSize(Key key, mlir::OpFoldResult size);
  void joinSizes(mlir::Value tensor, mlir::ArrayRef<mlir::OpFoldResult> sizes);
  void joinGroup(mlir::Value grouped, mlir::ArrayRef<int64_t> group,
                 mlir::Value joint, int64_t dim);

  /// The sizes, if this is about roles.
  SizeClasses *known = nullptr;
  llvm::DenseMap<Key, unsigned> numbers;
  llvm::DenseMap<int64_t, unsigned> constants;
  llvm::IntEqClasses classes;
  unsigned count = 0;
};

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_SIZECLASSES_H
