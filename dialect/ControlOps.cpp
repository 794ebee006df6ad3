//===- dialect/ControlOps.cpp - yields, probes, checks --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

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

//===----------------------------------------------------------------------===//
// require
//===----------------------------------------------------------------------===//

/// Calls `onText` with what stands between numbers in braces, and `onNumber`
/// with the numbers.
static void splitText(StringRef text, function_ref<void(StringRef)> onText,
                      function_ref<void(size_t)> onNumber) {
  while (!text.empty()) {
    size_t open = text.find('{'), close = text.find('}', open);
    size_t number;
    if (close == StringRef::npos) {
      onText(text);
      return;
    }
    onText(text.take_front(open));
    StringRef inside = text.slice(open + 1, close);
    if (llvm::all_of(inside, llvm::isDigit) && !inside.getAsInteger(10, number))
      onNumber(number);
    else
      onText(text.slice(open, close + 1));
    text = text.drop_front(close + 1);
  }
}

std::string RequireOp::formatText(StringRef text, ArrayRef<int64_t> values) {
  std::string result;
  splitText(
      text, [&](StringRef part) { result += part; },
      [&](size_t i) { result += std::to_string(values[i]); });
  return result;
}

LogicalResult RequireOp::verify() {
  // require_c1
  if (getText().empty())
    return emitOpError("text must not be empty, but got \"\"");
  // require_c2
  size_t needed = 0;
  splitText(
      getText(), [](StringRef) {},
      [&](size_t i) { needed = std::max(needed, i + 1); });
  if (needed > getValues().size())
    return emitOpError("text needs ")
           << needed << " values, but got " << getValues().size();
  return success();
}

LogicalResult RequireOp::canonicalize(RequireOp op, PatternRewriter &rewriter) {
  if (!matchPattern(op.getCondition(), m_One()))
    return rewriter.notifyMatchFailure(op, "the condition is not known");
  rewriter.eraseOp(op);
  return success();
}
