//===- dialect/LoopBody.h - what scan and ponder bodies share -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_LOOPBODY_H
#define VELLUM_DIALECT_LOOPBODY_H

#include "dialect/Asm.h"
#include "dialect/Vellum.h"

namespace vellum {

/// Block arguments bound to operands, as in `%x in %xs, %m in %ms`.
struct Bindings {
  llvm::SmallVector<mlir::OpAsmParser::Argument> arguments;
  llvm::SmallVector<UnresolvedOperand> operands;
  llvm::SmallVector<mlir::Type> types;

  mlir::ParseResult resolve(mlir::OpAsmParser &parser,
                            llvm::SmallVectorImpl<mlir::Value> &values) {
    return parser.resolveOperands(operands, types, parser.getNameLoc(), values);
  }
};

/// Parses pairs of an argument and an operand with `parseLink` between.
mlir::ParseResult
parseBindings(mlir::OpAsmParser &parser, Bindings &bindings,
              llvm::function_ref<mlir::ParseResult()> parseLink);
void printBindings(mlir::OpAsmPrinter &printer, mlir::ValueRange arguments,
                   llvm::StringRef link, mlir::ValueRange operands);

/// `%h = %h0, …`: each argument has the type of its initial value.
mlir::ParseResult parseCarries(mlir::OpAsmParser &parser, Bindings &carries);

/// Parses a body and finds its yield.
mlir::FailureOr<YieldOp>
parseBody(mlir::OpAsmParser &parser, mlir::Region &body,
          llvm::ArrayRef<mlir::OpAsmParser::Argument> arguments);

/// `: types` where the results know more or less than what can be inferred.
mlir::ParseResult parseResultTypes(mlir::OpAsmParser &parser,
                                   mlir::OperationState &result,
                                   mlir::TypeRange inferred);
void printResultTypes(mlir::OpAsmPrinter &printer, mlir::TypeRange types,
                      mlir::TypeRange inferred);

/// Checks that the body's arguments have the types that follow from the op.
mlir::LogicalResult verifyArguments(mlir::Operation *op, mlir::Block &body,
                                    mlir::TypeRange expected);
/// The yield at the end of a body, which verifiers cannot take for granted.
mlir::FailureOr<YieldOp> requireYield(mlir::Operation *op, mlir::Block &body);
/// Checks that the yielded values can be carried into the next step.
mlir::LogicalResult verifyCarried(mlir::Operation *op, YieldOp yield,
                                  mlir::TypeRange expected);
/// Checks the op's results against what follows from operands and yield.
mlir::LogicalResult verifyResults(mlir::Operation *op,
                                  mlir::TypeRange expected);

} // namespace vellum

#endif // VELLUM_DIALECT_LOOPBODY_H
