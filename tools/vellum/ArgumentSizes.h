//===- tools/vellum/ArgumentSizes.h - which sizes must be the same --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_ARGUMENTSIZES_H
#define VELLUM_TOOLS_VELLUM_ARGUMENTSIZES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <vector>

#include "dialect/Shapes.h"

namespace vellum {

/// What a function's operations ask of the sizes of its arguments, as far as
/// sizes must be equal to each other or to a number.
struct ArgumentSizes {
  /// A size that nothing is asked of.
  static constexpr int64_t kAny = mlir::ShapedType::kDynamic;

  /// For each argument: of a tensor the sizes of its dimensions, of an index
  /// that is a size this one, of others none. A size is a number; -1 - i, which
  /// all sizes with the same i are equal to; or kAny, only for an index.
  std::vector<Shape> arguments;
  /// How many i there are.
  int64_t count = 0;
};

/// Finds out by trial: sizes must be equal if the shape check fails whenever
/// they differ. So it knows of every operation what that check knows. What it
/// does not find, such as sizes that are sums of others, the program checks.
ArgumentSizes findArgumentSizes(mlir::func::FuncOp function);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_ARGUMENTSIZES_H
