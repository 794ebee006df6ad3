//===- dialect/TensorBuilder.h - tensor expressions as IR -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_TENSORBUILDER_H
#define VELLUM_DIALECT_TENSORBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "dialect/Vellum.h"

namespace vellum {

/// Marks a choice by a mask or a length: see `TensorBuilder::keep`.
inline constexpr llvm::StringLiteral kExcludes = "vellum.excludes";

/// Writes tensor expressions for decompositions and derivative rules.
///
/// Binary operations take operands of equal rank; a dimension of static size 1
/// is stretched to the other operand's. Operands may also be plain floats, both
/// of them.
class TensorBuilder {
public:
  TensorBuilder(mlir::OpBuilder &builder, mlir::Location location)
      : builder(builder), location(location) {}

  /// A number of the type, or element type, of `like`, and of its shape.
  mlir::Value constant(double number, mlir::Value like);
  mlir::Value zerosLike(mlir::Value like) { return constant(0.0, like); }

  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs);
  mlir::Value div(mlir::Value lhs, mlir::Value rhs);
  mlir::Value max(mlir::Value lhs, mlir::Value rhs);
  mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value lhs,
                      mlir::Value rhs);
  mlir::Value select(mlir::Value condition, mlir::Value then,
                     mlir::Value otherwise);

  mlir::Value add(mlir::Value lhs, double rhs) {
    return add(lhs, constant(rhs, lhs));
  }
  mlir::Value mul(mlir::Value lhs, double rhs) {
    return mul(lhs, constant(rhs, lhs));
  }
  /// `number - value`.
  mlir::Value subFrom(double number, mlir::Value value) {
    return sub(constant(number, value), value);
  }

  mlir::Value neg(mlir::Value value);
  mlir::Value exp(mlir::Value value);
  mlir::Value log(mlir::Value value);
  mlir::Value sqrt(mlir::Value value);
  mlir::Value rsqrt(mlir::Value value);
  mlir::Value tanh(mlir::Value value);
  mlir::Value sigmoid(mlir::Value value);
  mlir::Value softplus(mlir::Value value);

  /// `value` where `mask` is true and `otherwise`, by default zeros, elsewhere.
  /// Says that nothing of the rest of `value` may be seen: the zeros that its
  /// cotangent has there hide what they are multiplied with on their way back.
  mlir::Value keep(mlir::Value mask, mlir::Value value,
                   mlir::Value otherwise = {});

  /// `contract "spec" lhs, rhs`.
  mlir::Value contract(llvm::StringRef spec, mlir::Value lhs, mlir::Value rhs,
                       ExcludingAttr excluding = {});
  mlir::Value reduce(ReduceKind kind, mlir::Value value,
                     llvm::ArrayRef<int64_t> over, bool keep = false);
  mlir::Value sum(mlir::Value value, llvm::ArrayRef<int64_t> over,
                  bool keep = false) {
    return reduce(ReduceKind::Sum, value, over, keep);
  }
  /// The sum over the last dimension, which stays with size 1.
  mlir::Value sumLast(mlir::Value value);
  mlir::Value softmax(mlir::Value value, mlir::Value mask = {});
  /// How many positions the dimensions `dims` of `tensor` have together, as a
  /// float of the element type of `tensor`. The tensor itself is read only if
  /// one of them is not known.
  mlir::Value count(mlir::Value tensor, llvm::ArrayRef<int64_t> dims);
  /// A scalar as a tensor of the shape of `like`.
  mlir::Value splat(mlir::Value scalar, mlir::Value like);
  /// `value` with new dimensions at the result positions `across`, stretched to
  /// the shape of `like`.
  mlir::Value broadcast(mlir::Value value, llvm::ArrayRef<int64_t> across,
                        mlir::Value like);
  /// `value` itself, or broadcast where a dimension of size 1 must stretch.
  mlir::Value stretch(mlir::Value value, mlir::Value like);
  mlir::Value slice(mlir::Value value, int64_t offset, int64_t size,
                    int64_t dim = -1);
  /// Inserts a dimension of size 1 at position `dim`.
  mlir::Value unsqueeze(mlir::Value value, int64_t dim);
  /// Removes dimension `dim`, which has size 1.
  mlir::Value squeeze(mlir::Value value, int64_t dim);

  mlir::OpBuilder &builder;
  mlir::Location location;

private:
  template <typename Op> mlir::Value unary(mlir::Value value);
  template <typename Op> mlir::Value binary(mlir::Value lhs, mlir::Value rhs);
};

/// The forward value `value` as a factor of the cotangent of `result`, which
/// has the same rows along the last dimension: zeros in the rows of which only
/// what was excluded reads anything, see `AdjointContext::isExcluding`.
mlir::Value factorOf(AdjointContext &adjoint, mlir::Value result,
                     mlir::Value value);

/// `count` distinct letters of a contraction, from `first` on.
std::string letters(char first, int64_t count);

/// The rank of a tensor value.
int64_t rankOf(mlir::Value value);

} // namespace vellum

#endif // VELLUM_DIALECT_TENSORBUILDER_H
