//===- lowering/cpu/Products.h - what counts as a matrix product ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_PRODUCTS_H
#define VELLUM_LOWERING_CPU_PRODUCTS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace vellum::cpu {

/// The loop dimensions of a product `C += A B`, by where they occur.
struct ProductDims {
  llvm::SmallVector<unsigned> batch;   ///< in A, B and C
  llvm::SmallVector<unsigned> rows;    ///< in A and C
  llvm::SmallVector<unsigned> columns; ///< in B and C
  llvm::SmallVector<unsigned> summed;  ///< in A and B
};

/// Whose zeros leave terms out of a product, whatever the other factor holds.
struct Exclusion {
  bool byLhs = false, byRhs = false;
};

/// What leaves terms out of a product.
Exclusion exclusionOf(mlir::linalg::GenericOp product);

/// The width of panels that a map describes: weights of k rows and n columns
/// lie as [ceil(n / width)][k][width], read through (n floordiv width, k, n mod
/// width). Nothing for other maps.
std::optional<int64_t> panelWidth(mlir::AffineMap map);

/// The map of `loops` loop dimensions that reads row `row` and column `column`
/// of weights in panels of `width` columns.
mlir::AffineMap panelMap(unsigned loops, unsigned row, unsigned column,
                         int64_t width, mlir::MLIRContext *context);

/// Sorts the dimensions of `op` if it is a product of two operands, of which
/// zeros of one may hide the other, added to its init, summed over at least one
/// dimension, with indexing maps that are projected permutations, or of panels
/// for one operand; otherwise nothing.
std::optional<ProductDims> sortProductDims(mlir::linalg::GenericOp op);

/// The dot products that are long enough to repay their sum over lanes: at 400
/// both kernels are as fast, shorter ones take up to 1.7 times as long as a
/// product that reads rows of a transposed right operand.
inline constexpr int64_t longDot = 256;

/// True for a product with rows or columns, which a matrix kernel computes.
/// Without either it is a sum of products, which a vector loop does as well.
bool isMatrixProduct(mlir::Operation *op);

/// True for one of f32 in memory, which the matrix kernels compute.
bool isProductInMemory(mlir::linalg::GenericOp op);

/// True for memory without gaps: all of a buffer, or some positions of its
/// first dimension.
bool hasNoGaps(mlir::Value memref);

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_PRODUCTS_H
