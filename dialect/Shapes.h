//===- dialect/Shapes.h - shape rules shared by the ops -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_SHAPES_H
#define VELLUM_DIALECT_SHAPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/ValueRange.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace vellum {

/// Sizes of a tensor's dimensions; `ShapedType::kDynamic` where not known.
using Shape = llvm::SmallVector<int64_t>;

/// 2^36 floats are 256 GiB: more than any tensor, and what a wrong size asks
/// for. Below it no size in bytes overflows.
constexpr int64_t kMostElements = int64_t(1) << 36;

/// "20", or "?" for a size that is not known.
std::string formatSize(int64_t size);
/// "4x?x20", or "a scalar" where there is no dimension.
std::string formatShape(llvm::ArrayRef<int64_t> shape);

/// The shortest text that MLIR reads back as the same number.
std::string formatNumber(double number);

/// True if the sizes can be the same at run time.
bool areCompatibleSizes(int64_t lhs, int64_t rhs);
/// The known one of two compatible sizes.
int64_t unifySizes(int64_t lhs, int64_t rhs);

/// The shape of a ranked tensor.
llvm::ArrayRef<int64_t> shapeOf(mlir::Value tensor);
/// The element type of a ranked tensor.
mlir::Type elementTypeOf(mlir::Value tensor);
/// True for a tensor that its type says has no elements.
bool isKnownEmpty(mlir::Value value);
/// `shape` with its last dimension replaced.
Shape withLast(llvm::ArrayRef<int64_t> shape, int64_t last);
/// `shape` with `size` in front, as a scan stacks what its steps emit.
Shape withFirst(int64_t size, llvm::ArrayRef<int64_t> shape);

/// Inference also runs while text is parsed, before the operands' own type
/// constraints are verified, so every rule starts with one of these checks.
/// @{
/// All operands are ranked tensors.
mlir::LogicalResult requireTensors(std::optional<mlir::Location> loc,
                                   mlir::ValueRange operands);
/// All operands are ranked tensors of floats with one element type. Operands
/// whose type may differ (masks) are not passed.
mlir::LogicalResult requireFloatTensors(std::optional<mlir::Location> loc,
                                        mlir::ValueRange operands);
/// @}

/// Checks that `actual` can be `expected` and takes over what it knows:
/// "{role} must have the shape {expected} ({reason}), but got {actual}".
mlir::LogicalResult unifyShape(std::optional<mlir::Location> loc,
                               llvm::SmallVectorImpl<int64_t> &expected,
                               llvm::ArrayRef<int64_t> actual,
                               llvm::StringRef role, llvm::StringRef reason);

/// The same for one size: "{role} must equal {owner} {expected}, but got
/// {actual}".
mlir::LogicalResult unifySize(std::optional<mlir::Location> loc,
                              int64_t &expected, int64_t actual,
                              llvm::StringRef role, llvm::StringRef owner);

/// Adds `size` to `sum`, which is that of `role`; fails where it is more than a
/// number can say.
mlir::LogicalResult addToSize(std::optional<mlir::Location> loc, int64_t &sum,
                              int64_t size, llvm::StringRef role);

/// Checks that `role` has at least `count` dimensions.
mlir::LogicalResult requireDimensions(std::optional<mlir::Location> loc,
                                      llvm::ArrayRef<int64_t> shape,
                                      size_t count, llvm::StringRef role);

/// Checks that `focus`, a key or a weighting, goes with a memory `B x N x M`:
/// `B x K` for one head or `B x H x K` for several, with the same `B`, about
/// which `focus` takes over what the memory knows.
mlir::LogicalResult unifyAccess(std::optional<mlir::Location> loc,
                                llvm::SmallVectorImpl<int64_t> &focus,
                                llvm::ArrayRef<int64_t> memory,
                                llvm::StringRef role);

/// The three letter strings of a contraction such as "bk,kn->bn".
struct Contraction {
  llvm::StringRef lhs, rhs, result;

  /// Null unless the text is letters a-z in the form `lhs,rhs->result`.
  static std::optional<Contraction> parse(llvm::StringRef text);
};

} // namespace vellum

#endif // VELLUM_DIALECT_SHAPES_H
