//===- lowering/CallGraph.h - what calls come to --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CALLGRAPH_H
#define VELLUM_LOWERING_CALLGRAPH_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace vellum {

/// The sizes of functions with all calls inlined, which every function is
/// before it is differentiated or compiled. A function that calls another one
/// twice is twice as large as that one, so a chain of such functions grows
/// with the power of its length: sizes are added up here, which takes no
/// longer than reading the text, before anything is inlined.
class CallGraph {
public:
  /// Checks that calls can be inlined: they lead to functions with a body, not
  /// back to where they come from, and to no more than `kMostOperations`.
  llvm::LogicalResult check(mlir::func::FuncOp function);

  /// With all that it calls, each time it is called.
  static constexpr uint64_t kMostOperations = 1'000'000;

private:
  struct Visit;

  void begin(mlir::func::FuncOp function, llvm::SmallVectorImpl<Visit> &path);
  llvm::LogicalResult enter(mlir::func::CallOp call,
                            llvm::SmallVectorImpl<Visit> &path);

  /// Of the functions that are done with; 0 for those under way.
  llvm::DenseMap<mlir::Operation *, uint64_t> sizes;
};

/// The function that is called; null where there is none.
mlir::func::FuncOp calleeOf(mlir::func::CallOp call);

} // namespace vellum

#endif // VELLUM_LOWERING_CALLGRAPH_H
