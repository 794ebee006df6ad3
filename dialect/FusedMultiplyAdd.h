//===- dialect/FusedMultiplyAdd.h - what may round once ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A multiplication and the addition of its product may be computed with one
/// rounding, where one loop computes both; so what is computed in two loops may
/// differ in its last bit. These are the ops that this is true of.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_FUSEDMULTIPLYADD_H
#define VELLUM_DIALECT_FUSEDMULTIPLYADD_H

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "dialect/Vellum.h"

namespace vellum {

/// True for a multiplication whose rounding may be left to an addition. An
/// outer product is one.
inline bool isMultiplication(mlir::Operation *op) {
  return mlir::isa<mlir::arith::MulFOp, ContractOp>(op);
}

/// True for an addition that may round a product which it reads.
inline bool isAddition(mlir::Operation *op) {
  return mlir::isa<mlir::arith::AddFOp, mlir::arith::SubFOp>(op);
}

} // namespace vellum

#endif // VELLUM_DIALECT_FUSEDMULTIPLYADD_H
