//===- dialect/ControlOps.cpp - yields and probes -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Asm.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// yield
//===----------------------------------------------------------------------===//

/// Resolves the operands of one clause and counts them.
static ParseResult
parseYielded(OpAsmParser &parser, OperationState &result, int32_t &count,
             function_ref<ParseResult(OpAsmParser &,
                                      SmallVectorImpl<UnresolvedOperand> &,
                                      SmallVectorImpl<Type> &)>
                 parseClause = parseOperands) {
  SmallVector<UnresolvedOperand> operands;
  SmallVector<Type> types;
  if (parseClause(parser, operands, types))
    return failure();
  count = operands.size();
  return parser.resolveOperands(operands, types, parser.getNameLoc(),
                                result.operands);
}

ParseResult YieldOp::parse(OpAsmParser &parser, OperationState &result) {
  auto &sizes = result.getOrAddProperties<Properties>().operandSegmentSizes;
  sizes = {};
  if (parseYielded(parser, result, sizes[0], parseOptionalOperands))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("emit")) &&
      parseYielded(parser, result, sizes[1]))
    return failure();
  SMLoc halt = parser.getCurrentLocation();
  if (succeeded(parser.parseOptionalKeyword("halt")) &&
      parseYielded(parser, result, sizes[2]))
    return failure();
  if (sizes[2] > 1)
    return parser.emitError(halt, "'halt' takes one value, but got ")
           << sizes[2];
  return parser.parseOptionalAttrDict(result.attributes);
}

static void printYielded(OpAsmPrinter &printer, StringRef keyword,
                         ValueRange operands) {
  if (!operands.empty())
    printer << keyword << operands;
}

void YieldOp::print(OpAsmPrinter &printer) {
  printYielded(printer, " ", getCarried());
  printYielded(printer, " emit ", getEmitted());
  printYielded(printer, " halt ", getHalt() ? getHalt() : ValueRange());
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {getOperandSegmentSizesAttrName()});
}

LogicalResult YieldOp::verify() {
  Operation *parent = (*this)->getParentOp();
  // yield_c1
  if (!isa_and_nonnull<ScanOp, PonderOp>(parent))
    return emitOpError("must end the body of a scan or a ponder");
  // yield_c2
  if (getHalt() && !isa<PonderOp>(parent))
    return emitOpError("may have 'halt' in a ponder only");
  return success();
}

//===----------------------------------------------------------------------===//
// probe
//===----------------------------------------------------------------------===//

LogicalResult ProbeOp::verify() {
  // probe_c1
  if (getName().empty())
    return emitOpError("name must not be empty, but got \"\"");
  return success();
}
