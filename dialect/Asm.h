//===- dialect/Asm.h - assembly directives of the dialect -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The custom<...> directives named in the .td files. Their purpose is that no
// type is written that can be known: operands take the type of the value they
// name, and `use @p` that of the declaration above it.
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_ASM_H
#define VELLUM_DIALECT_ASM_H

#include "mlir/IR/OpImplementation.h"

#include "dialect/Vellum.h"

namespace vellum {

using UnresolvedOperand = mlir::OpAsmParser::UnresolvedOperand;

/// Parses `%x` and finds the type of the value it names, which must have been
/// defined above.
mlir::ParseResult parseOperand(mlir::OpAsmParser &parser,
                               UnresolvedOperand &operand, mlir::Type &type);
mlir::ParseResult
parseOptionalOperand(mlir::OpAsmParser &parser,
                     std::optional<UnresolvedOperand> &operand,
                     mlir::Type &type);
mlir::ParseResult
parseOperands(mlir::OpAsmParser &parser,
              llvm::SmallVectorImpl<UnresolvedOperand> &operands,
              llvm::SmallVectorImpl<mlir::Type> &types);
/// As `parseOperands`, but there may be none.
mlir::ParseResult
parseOptionalOperands(mlir::OpAsmParser &parser,
                      llvm::SmallVectorImpl<UnresolvedOperand> &operands,
                      llvm::SmallVectorImpl<mlir::Type> &types);

void printOperand(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                  mlir::Value operand, mlir::Type type);
void printOptionalOperand(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                          mlir::Value operand, mlir::Type type);
void printOperands(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                   mlir::ValueRange operands, mlir::TypeRange types);

/// A float written as people write numbers: `10`, `-0.5` or `1e-4`.
mlir::ParseResult parseNumber(mlir::AsmParser &parser, mlir::FloatAttr &number);
void printNumber(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                 mlir::FloatAttr number);

/// `@name : type`, remembered for the uses below.
mlir::ParseResult parseParameterSignature(mlir::OpAsmParser &parser,
                                          mlir::StringAttr &name,
                                          mlir::TypeAttr &type);
void printParameterSignature(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                             mlir::StringAttr name, mlir::TypeAttr type);

/// `uniform(-0.1, 0.1)`: a kind and its numbers.
mlir::ParseResult parseInitializer(mlir::OpAsmParser &parser,
                                   InitKindAttr &kind,
                                   mlir::DenseF64ArrayAttr &arguments);
void printInitializer(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                      InitKindAttr kind, mlir::DenseF64ArrayAttr arguments);

/// `@name`, with `: type` where the declaration is not above.
mlir::ParseResult parseParameterUse(mlir::OpAsmParser &parser,
                                    mlir::FlatSymbolRefAttr &name,
                                    mlir::Type &type);
void printParameterUse(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                       mlir::FlatSymbolRefAttr name, mlir::Type type);

} // namespace vellum

#endif // VELLUM_DIALECT_ASM_H
