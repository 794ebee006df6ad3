//===- lowering/ScanMotion.h - moving products out of scans -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_SCANMOTION_H
#define VELLUM_LOWERING_SCANMOTION_H

#include "dialect/Vellum.h"

namespace vellum {

/// A contraction in a scan's body of which one operand, the weight, is the same
/// at each step.
struct Projection {
  ContractOp product;
  /// Whether the weight is the right operand.
  bool weightIsRight;

  mlir::Value weight() const;
  /// The operand that differs from step to step.
  mlir::Value moving() const;
  /// The size of the weight, or `ShapedType::kDynamic`.
  int64_t weightBytes() const;
  /// Terms that each element of the product sums, or `ShapedType::kDynamic`.
  int64_t terms() const;
  /// Rows of the product in one step, or `ShapedType::kDynamic`.
  int64_t rowsPerStep() const;
  /// The product of the weight and `stack`, which has time as a further first
  /// dimension; so has the result. Built at `builder`.
  mlir::Value overTime(mlir::OpBuilder &builder, mlir::Value stack) const;
};

/// The projection that `product` is, if it is one; its weight can be moved
/// before the scan.
std::optional<Projection> asProjection(ScanOp scan, ContractOp product);

/// Whether one product over all steps is faster than one per step. It saves
/// reading the weight at each step, and costs writing the rows of all steps and
/// reading them again.
///
/// Measured with the weight in L2 and eight rows a step: 5 % slower (LSTM 100);
/// with one row: 11 % faster; with a weight that L2 does not hold (LSTM 512):
/// 8 % faster with eight rows, 28 % with one, both of a training step.
/// `largest` is the size in bytes of a weight that stays in the cache.
bool paysOverTime(const Projection &projection, int64_t largest);

/// True if `value` is the same at each step: it comes from outside the scan, or
/// from ops without effects that read nothing else.
bool isInvariant(ScanOp scan, mlir::Value value);

/// Moves what computes `value`, which is invariant, in front of the scan.
void moveBefore(ScanOp scan, mlir::Value value);

/// A letter that a contraction of two operands does not use yet.
char unusedLetter(llvm::StringRef spec);

/// Appends the summands of `value`, from left to right, through additions that
/// serve nothing else.
void collectSummands(mlir::Value value,
                     llvm::SmallVectorImpl<mlir::Value> &summands);

} // namespace vellum

#endif // VELLUM_LOWERING_SCANMOTION_H
