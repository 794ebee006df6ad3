//===- dialect/ModelOps.h - the operations that a model may use -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The list in ModelOps.def, which is what the language consists of: a model is
/// refused where it has another operation, and the documentation's table is
/// written from the same file.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_MODELOPS_H
#define VELLUM_DIALECT_MODELOPS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace vellum {

/// An operation that a model may use.
struct ModelOp {
  /// Whether gradients pass: None for what has no float result.
  enum class Differentiates { Yes, No, None };
  /// Whether the CPU runs it: F32 if with floats of that type only.
  enum class Compiles { Yes, F32, No };

  llvm::StringLiteral name;
  Differentiates differentiates;
  Compiles compiles;
  /// What to write in its place where it does not differentiate or compile;
  /// empty where there is nothing.
  llvm::StringLiteral instead;
};

/// All of them.
llvm::ArrayRef<ModelOp> modelOps();

/// The operation of this full name; null where a model may not use it.
const ModelOp *findModelOp(llvm::StringRef name);

/// Why a model may not use `name`, an operation that is not on the list, and
/// what it may use.
std::string describeForeignOp(llvm::StringRef name);

} // namespace vellum

#endif // VELLUM_DIALECT_MODELOPS_H
