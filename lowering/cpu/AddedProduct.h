//===- lowering/cpu/AddedProduct.h - sums that round once -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The rule that says which product a sum adds before it is rounded, on targets
/// that multiply and add in one instruction. It looks at the sum and its
/// operands alone: not at what else reads the product, nor at whether the loop
/// runs over vectors. So an expression has the same bits in each loop that
/// computes it, which a gradient relies on that compares what it computes
/// again. LLVM could choose; but what it chooses depends on what surrounds the
/// loop.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_ADDEDPRODUCT_H
#define VELLUM_LOWERING_CPU_ADDEDPRODUCT_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace vellum::cpu {

/// A product that a sum or a difference reads.
struct AddedProduct {
  mlir::arith::MulFOp product;
  /// The operand of the sum that the product is, or is negated in.
  unsigned operand;
  bool isNegated;
};

/// The product of the same block that `op` adds or subtracts before it is
/// rounded, if there is one: of two, the left. Not one that the other operand
/// is computed from: `p - floor(p)` lies between 0 and 1, and `p - p` is 0.
std::optional<AddedProduct> addedProduct(mlir::Operation &op);

/// `sum`, which adds or subtracts `added`, as one operation that rounds once on
/// what `mapped` says its operands are.
mlir::Value roundOnce(mlir::OpBuilder &b, mlir::Operation &sum,
                      const AddedProduct &added,
                      llvm::function_ref<mlir::Value(mlir::Value)> mapped);

/// Makes each sum of f32 in the body that adds a product round once.
void roundSumsOnce(mlir::linalg::GenericOp op, mlir::RewriterBase &rewriter);

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_ADDEDPRODUCT_H
