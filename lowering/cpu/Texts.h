//===- lowering/cpu/Texts.h - text in compiled programs ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_CPU_TEXTS_H
#define VELLUM_LOWERING_CPU_TEXTS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

namespace vellum::cpu {

/// The texts of a module, each of which is there once.
class Texts {
public:
  /// Of files, places name the last part only if `baseNames`: what is compiled
  /// ahead of time does not depend on the folder it was compiled in.
  Texts(mlir::ModuleOp module, bool baseNames);

  /// The address of `text`, which ends with a 0.
  mlir::Value addressOf(mlir::OpBuilder &builder, mlir::Location location,
                        llvm::StringRef text);
  /// The address of FILE:LINE:COLUMN, or null where `location` is no place in a
  /// text.
  mlir::Value placeOf(mlir::OpBuilder &builder, mlir::Location location);

private:
  mlir::ModuleOp module;
  bool baseNames;
  llvm::StringMap<mlir::LLVM::GlobalOp> known;
};

} // namespace vellum::cpu

#endif // VELLUM_LOWERING_CPU_TEXTS_H
