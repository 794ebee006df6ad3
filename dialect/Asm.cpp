//===- dialect/Asm.cpp - assembly directives of the dialect ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Asm.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FormatVariadic.h"

#include "dialect/Names.h"
#include "dialect/Shapes.h"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// Returns the type of the value `operand` names.
///
/// The parser interface resolves a name only against an expected type. A type
/// that no value of a model has makes it report "expected X but the value has
/// type T", with T as an argument of the diagnostic, which is caught here. A
/// name without a definition above resolves to a forward reference instead.
static Type probeType(OpAsmParser &parser, const UnresolvedOperand &operand) {
  MLIRContext *context = parser.getContext();
  Type probe = FunctionType::get(context, {}, NoneType::get(context));
  Type found;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    for (DiagnosticArgument &argument : diagnostic.getArguments())
      if (argument.getKind() ==
              DiagnosticArgument::DiagnosticArgumentKind::Type &&
          argument.getAsType() != probe)
        found = argument.getAsType();
  });
  SmallVector<Value, 1> resolved;
  if (succeeded(parser.resolveOperand(operand, probe, resolved)))
    return {};
  return found;
}

/// Finds the type of a parsed operand, or says that it has none.
static ParseResult findType(OpAsmParser &parser,
                            const UnresolvedOperand &operand, Type &type) {
  type = probeType(parser, operand);
  if (type)
    return success();
  return parser.emitError(operand.location, "no value ")
         << operand.name << " is defined above";
}

ParseResult vellum::parseOperand(OpAsmParser &parser,
                                 UnresolvedOperand &operand, Type &type) {
  return failure(parser.parseOperand(operand) ||
                 findType(parser, operand, type));
}

ParseResult
vellum::parseOptionalOperand(OpAsmParser &parser,
                             std::optional<UnresolvedOperand> &operand,
                             Type &type) {
  operand.emplace();
  return parseOperand(parser, *operand, type);
}

ParseResult vellum::parseOperands(OpAsmParser &parser,
                                  SmallVectorImpl<UnresolvedOperand> &operands,
                                  SmallVectorImpl<Type> &types) {
  return parser.parseCommaSeparatedList([&] {
    return parseOperand(parser, operands.emplace_back(), types.emplace_back());
  });
}

ParseResult
vellum::parseOptionalOperands(OpAsmParser &parser,
                              SmallVectorImpl<UnresolvedOperand> &operands,
                              SmallVectorImpl<Type> &types) {
  UnresolvedOperand first;
  OptionalParseResult parsed = parser.parseOptionalOperand(first);
  if (!parsed.has_value())
    return success();
  if (failed(*parsed) || findType(parser, first, types.emplace_back()))
    return failure();
  operands.push_back(first);
  if (failed(parser.parseOptionalComma()))
    return success();
  return parseOperands(parser, operands, types);
}

void vellum::printOperand(OpAsmPrinter &printer, Operation *, Value operand,
                          Type) {
  printer.printOperand(operand);
}

void vellum::printOptionalOperand(OpAsmPrinter &printer, Operation *,
                                  Value operand, Type) {
  printer.printOperand(operand);
}

void vellum::printOperands(OpAsmPrinter &printer, Operation *,
                           ValueRange operands, TypeRange) {
  printer.printOperands(operands);
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// The rest of `1e-4`, which the lexer cuts into `1`, `e` and `-4`: floats need
/// a point there.
static ParseResult parseExponent(AsmParser &parser, int64_t mantissa,
                                 double &number) {
  number = static_cast<double>(mantissa);
  if (failed(parser.parseOptionalKeyword("e")))
    return success();
  int64_t exponent;
  if (parser.parseInteger(exponent))
    return failure();
  std::string text = llvm::formatv("{0}e{1}", mantissa, exponent);
  number = llvm::APFloat(llvm::APFloat::IEEEdouble(), text).convertToDouble();
  return success();
}

/// A float or integer literal.
static ParseResult parseLiteral(AsmParser &parser, double &number) {
  SMLoc location = parser.getCurrentLocation();
  Attribute literal;
  OptionalParseResult parsed = parser.parseOptionalAttribute(literal);
  if (parsed.has_value() && failed(*parsed))
    return failure();
  auto integer = dyn_cast_or_null<IntegerAttr>(literal);
  if (integer && integer.getType().isInteger(64))
    return parseExponent(parser, integer.getInt(), number);
  if (auto real = dyn_cast_or_null<FloatAttr>(literal)) {
    number = real.getValueAsDouble();
    return success();
  }
  return parser.emitError(location, "expected a number");
}

ParseResult vellum::parseNumber(AsmParser &parser, FloatAttr &number) {
  double value;
  if (parseLiteral(parser, value))
    return failure();
  number = parser.getBuilder().getF64FloatAttr(value);
  return success();
}

void vellum::printNumber(OpAsmPrinter &printer, Operation *, FloatAttr number) {
  printer << formatNumber(number.getValueAsDouble());
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// The file being parsed, by which parameter types are kept apart.
static StringRef currentFile(OpAsmParser &parser) {
  Location location = parser.getEncodedSourceLoc(parser.getNameLoc());
  if (auto file = dyn_cast<FileLineColLoc>(location))
    return file.getFilename();
  return {};
}

static VellumDialect &dialectOf(OpAsmParser &parser) {
  return *parser.getContext()->getLoadedDialect<VellumDialect>();
}

ParseResult vellum::parseParameterSignature(OpAsmParser &parser,
                                            StringAttr &name, TypeAttr &type) {
  Type parsed;
  if (parser.parseSymbolName(name) || parser.parseColonType(parsed))
    return failure();
  type = TypeAttr::get(parsed);
  dialectOf(parser).recordParameterType(currentFile(parser), name.getValue(),
                                        parsed);
  return success();
}

void vellum::printParameterSignature(OpAsmPrinter &printer, Operation *,
                                     StringAttr name, TypeAttr type) {
  printer.printSymbolName(name.getValue());
  printer << " : " << type.getValue();
}

ParseResult vellum::parseInitializer(OpAsmParser &parser, InitKindAttr &kind,
                                     DenseF64ArrayAttr &arguments) {
  StringRef keyword;
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  std::optional<InitKind> parsed = symbolizeInitKind(keyword);
  if (!parsed)
    return parser.emitError(location,
                            "expected an initializer: zeros, constant, "
                            "uniform, normal, glorot, orthogonal, "
                            "identity or one_hot, but got ")
           << keyword;
  kind = InitKindAttr::get(parser.getContext(), *parsed);
  SmallVector<double> numbers;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::OptionalParen, [&] {
        return parseLiteral(parser, numbers.emplace_back());
      }))
    return failure();
  arguments = parser.getBuilder().getDenseF64ArrayAttr(numbers);
  return success();
}

void vellum::printInitializer(OpAsmPrinter &printer, Operation *,
                              InitKindAttr kind, DenseF64ArrayAttr arguments) {
  printer << stringifyInitKind(kind.getValue());
  if (arguments.empty())
    return;
  printer << '(';
  llvm::interleaveComma(arguments.asArrayRef(), printer, [&](double number) {
    printer << formatNumber(number);
  });
  printer << ')';
}

ParseResult vellum::parseParameterUse(OpAsmParser &parser,
                                      FlatSymbolRefAttr &name, Type &type) {
  StringAttr symbol;
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseSymbolName(symbol))
    return failure();
  name = FlatSymbolRefAttr::get(symbol);
  if (succeeded(parser.parseOptionalColon()))
    return parser.parseType(type);
  type = dialectOf(parser).lookupParameterType(currentFile(parser),
                                               symbol.getValue());
  if (type)
    return success();
  std::string suggestion =
      suggestName(symbol.getValue(),
                  dialectOf(parser).recordedParameters(currentFile(parser)));
  if (suggestion.empty())
    suggestion = "; where the declaration follows, the use needs a type";
  return parser.emitError(location, "unknown parameter @")
         << symbol.getValue() << suggestion;
}

void vellum::printParameterUse(OpAsmPrinter &printer, Operation *op,
                               FlatSymbolRefAttr name, Type type) {
  printer << name;
  // A declaration that comes later, or in no module yet, leaves the reader of
  // the text without a type.
  Operation *symbol = SymbolTable::lookupNearestSymbolFrom(op, name);
  auto parameter = dyn_cast_or_null<ParameterOp>(symbol);
  Operation *user = op;
  while (parameter && user && user->getBlock() != parameter->getBlock())
    user = user->getParentOp();
  if (!parameter || parameter.getType() != type || !user ||
      user->isBeforeInBlock(parameter))
    printer << " : " << type;
}
