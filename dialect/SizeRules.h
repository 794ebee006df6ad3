//===- dialect/SizeRules.h - what a shape rule asks of sizes ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// An op's shape rule is code, its type inference, which refuses sizes that do
/// not fit and says why. What it asks of sizes that only a run tells is found
/// by trying it on sizes that nobody writes: so there is one rule, and one
/// wording, for the verifier, the interpreter and compiled code.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_SIZERULES_H
#define VELLUM_DIALECT_SIZERULES_H

#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/ADT/DenseMap.h"

#include <string>

#include "dialect/Vellum.h"

namespace vellum {

/// A dimension of an operand.
struct OperandDim {
  unsigned operand, dim;
};

/// A size in terms of an op's operands: the sum of dimensions and a number.
struct SizeTerm {
  llvm::SmallVector<OperandDim, 1> dims;
  int64_t number = 0;
};

/// Two sizes that must be the same, or one that must be a multiple.
struct SizeAgreement {
  SizeTerm lhs, rhs;
  /// What `lhs` must be a multiple of; 0 where it must be `rhs`.
  int64_t divisor = 0;
  /// The rule also takes this size where it is 1.
  bool lhsMayBeOne = false, rhsMayBeOne = false;
  /// What the rule says where they are not, with `{i}` for values[i].
  std::string text;
  llvm::SmallVector<SizeTerm> values;
};

/// What an op with dynamic sizes asks, in the order in which it asks, and what
/// sizes its results have.
struct SizeRule {
  llvm::SmallVector<SizeAgreement> agreements;
  /// For each result, a term for each dimension; nothing where it follows from
  /// no operand's dimension.
  llvm::SmallVector<llvm::SmallVector<std::optional<SizeTerm>>> results;
  /// False where the rule refused sizes for a reason that is no agreement.
  bool isComplete = true;
};

/// The rules of the ops asked for so far: ops alike but for their operands'
/// values share one.
class SizeRules {
public:
  const SizeRule &of(mlir::InferTypeOpInterface op);

private:
  llvm::DenseMap<mlir::Attribute, std::unique_ptr<SizeRule>> known;
};

} // namespace vellum

#endif // VELLUM_DIALECT_SIZERULES_H
