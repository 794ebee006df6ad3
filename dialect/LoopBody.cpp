//===- dialect/LoopBody.cpp - what scan and ponder bodies share -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/LoopBody.h"

using namespace mlir;
using namespace vellum;

ParseResult vellum::parseBindings(OpAsmParser &parser, Bindings &bindings,
                                  function_ref<ParseResult()> parseLink) {
  return parser.parseCommaSeparatedList([&] {
    return failure(parser.parseArgument(bindings.arguments.emplace_back()) ||
                   parseLink() ||
                   parseOperand(parser, bindings.operands.emplace_back(),
                                bindings.types.emplace_back()));
  });
}

ParseResult vellum::parseCarries(OpAsmParser &parser, Bindings &carries) {
  if (parseBindings(parser, carries, [&] { return parser.parseEqual(); }))
    return failure();
  for (auto [argument, type] :
       llvm::zip_equal(carries.arguments, carries.types))
    argument.type = type;
  return success();
}

void vellum::printBindings(OpAsmPrinter &printer, ValueRange arguments,
                           StringRef link, ValueRange operands) {
  auto print = [&](auto pair) {
    printer << std::get<0>(pair) << link << std::get<1>(pair);
  };
  llvm::interleaveComma(llvm::zip_equal(arguments, operands), printer, print);
}

FailureOr<YieldOp>
vellum::parseBody(OpAsmParser &parser, Region &body,
                  ArrayRef<OpAsmParser::Argument> arguments) {
  SMLoc start = parser.getCurrentLocation();
  if (parser.parseRegion(body, arguments))
    return failure();
  auto yield = body.hasOneBlock() && !body.front().empty()
                   ? dyn_cast<YieldOp>(body.front().back())
                   : YieldOp();
  if (yield)
    return yield;
  return parser.emitError(start, "the body must end in a 'yield'");
}

ParseResult vellum::parseResultTypes(OpAsmParser &parser,
                                     OperationState &result,
                                     TypeRange inferred) {
  if (failed(parser.parseOptionalColon())) {
    result.addTypes(inferred);
    return success();
  }
  return parser.parseTypeList(result.types);
}

void vellum::printResultTypes(OpAsmPrinter &printer, TypeRange types,
                              TypeRange inferred) {
  if (types != inferred)
    printer << " : " << types;
}

LogicalResult vellum::verifyArguments(Operation *op, Block &body,
                                      TypeRange expected) {
  if (areCompatibleTypes(body.getArgumentTypes(), expected))
    return success();
  return op->emitOpError("body must take the arguments (")
         << expected << "), but got (" << body.getArgumentTypes() << ")";
}

LogicalResult vellum::verifyCarried(Operation *op, YieldOp yield,
                                    TypeRange expected) {
  if (areCompatibleTypes(yield.getCarried().getTypes(), expected))
    return success();
  return yield.emitOpError("must hand on values of the types (")
         << expected << ") of '" << op->getName() << "', but got ("
         << yield.getCarried().getTypes() << ")";
}

LogicalResult vellum::verifyResults(Operation *op, TypeRange expected) {
  if (areCompatibleTypes(op->getResultTypes(), expected))
    return success();
  return op->emitOpError("results must have the types (")
         << expected << "), but got (" << op->getResultTypes() << ")";
}

FailureOr<YieldOp> vellum::requireYield(Operation *op, Block &body) {
  if (!body.empty())
    if (auto yield = dyn_cast<YieldOp>(body.back()))
      return yield;
  return op->emitOpError("body must end in a 'yield'");
}
