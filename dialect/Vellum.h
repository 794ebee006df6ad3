//===- dialect/Vellum.h - the dialect's C++ declarations ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_VELLUM_H
#define VELLUM_DIALECT_VELLUM_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/StringMap.h"

#include <mutex>

#include "dialect/Interfaces.h"

namespace mlir {
class PatternRewriter;
} // namespace mlir

namespace vellum {
class YieldOp;

/// What one step of a scan hands on and what it emits.
struct ScanStep {
  llvm::SmallVector<mlir::Value> carried;
  llvm::SmallVector<mlir::Value> emitted;
};

/// True if the types agree pairwise up to which dimensions are known.
bool areCompatibleTypes(mlir::TypeRange lhs, mlir::TypeRange rhs);

/// True if the op, with all in it, has no effect but that it may fail.
bool mayOnlyFail(mlir::Operation *op);
} // namespace vellum

#include "dialect/VellumDialect.h.inc"
#include "dialect/VellumEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/VellumAttributes.h.inc"

#define GET_OP_CLASSES
#include "dialect/VellumOps.h.inc"

#endif // VELLUM_DIALECT_VELLUM_H
