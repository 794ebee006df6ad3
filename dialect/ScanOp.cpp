//===- dialect/ScanOp.cpp - time loops ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Matchers.h"

#include "dialect/Asm.h"
#include "dialect/LoopBody.h"
#include "dialect/Shapes.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

YieldOp ScanOp::getYield() {
  return cast<YieldOp>(getBodyBlock()->getTerminator());
}

Block::BlockArgListType ScanOp::getSlices() {
  return getBodyBlock()->getArguments().slice(1, getInputs().size());
}

Block::BlockArgListType ScanOp::getCarries() {
  return getBodyBlock()->getArguments().drop_front(1 + getInputs().size());
}

ResultRange ScanOp::getFinals() {
  return getResults().take_front(getInits().size());
}

ResultRange ScanOp::getStacks() {
  return getResults().drop_front(getInits().size());
}

SmallVector<Region *> ScanOp::getLoopRegions() { return {&getBody()}; }

Block::BlockArgListType ScanOp::getRegionIterArgs() { return getCarries(); }

StringRef ScanOp::getDefaultDialect() { return "vellum"; }

void ScanOp::getAsmBlockArgumentNames(Region &, OpAsmSetValueNameFn setName) {
  for (auto [number, argument] :
       llvm::enumerate(getBodyBlock()->getArguments()))
    setName(argument, number == 0                    ? "t"
                      : number <= getInputs().size() ? "x"
                                                     : "h");
}

/// What a step sees of an input.
static Type sliceType(Type input) {
  auto tensor = cast<RankedTensorType>(input);
  return tensor.clone(tensor.getShape().drop_front());
}

/// The number of steps as far as it is known.
static int64_t knownSteps(TypeRange inputs, Value length) {
  APInt constant;
  if (length && matchPattern(length, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  int64_t steps = ShapedType::kDynamic;
  for (Type input : inputs)
    steps = unifySizes(steps, cast<RankedTensorType>(input).getDimSize(0));
  return steps;
}

std::optional<APInt> ScanOp::getStaticTripCount() {
  const int64_t steps = knownSteps(getInputs().getTypes(), getLength());
  if (ShapedType::isDynamic(steps))
    return std::nullopt;
  return APInt(64, static_cast<uint64_t>(steps), /*isSigned=*/true);
}

/// The last carried values and the stacks of what is emitted.
static SmallVector<Type> scanResultTypes(TypeRange inputs, TypeRange inits,
                                         Value length, TypeRange emitted) {
  SmallVector<Type> types(inits);
  int64_t steps = knownSteps(inputs, length);
  for (Type type : emitted) {
    auto tensor = cast<RankedTensorType>(type);
    types.push_back(tensor.clone(withFirst(steps, tensor.getShape())));
  }
  return types;
}

/// The types of the body's arguments.
static SmallVector<Type> scanArgumentTypes(MLIRContext *context,
                                           TypeRange inputs, TypeRange inits) {
  SmallVector<Type> types{IndexType::get(context)};
  for (Type input : inputs)
    types.push_back(sliceType(input));
  llvm::append_range(types, inits);
  return types;
}

void ScanOp::build(
    OpBuilder &builder, OperationState &state, ValueRange inputs,
    ValueRange inits, Value length, Value lengths, bool reverse,
    function_ref<ScanStep(OpBuilder &, Location, Value, ValueRange, ValueRange)>
        buildBody) {
  Properties &properties = state.getOrAddProperties<Properties>();
  properties.operandSegmentSizes = {static_cast<int32_t>(inputs.size()),
                                    static_cast<int32_t>(inits.size()),
                                    length ? 1 : 0, lengths ? 1 : 0};
  if (reverse)
    properties.reverse = builder.getUnitAttr();
  state.addOperands(inputs);
  state.addOperands(inits);
  for (Value optional : {length, lengths})
    if (optional)
      state.addOperands(optional);

  SmallVector<Type> arguments = scanArgumentTypes(
      builder.getContext(), inputs.getTypes(), inits.getTypes());
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(
      state.addRegion(), {}, arguments,
      SmallVector<Location>(arguments.size(), state.location));
  ValueRange values = body->getArguments();
  ScanStep step = buildBody(builder, state.location, values.front(),
                            values.slice(1, inputs.size()),
                            values.drop_front(1 + inputs.size()));
  YieldOp::create(builder, state.location, step.carried, step.emitted, Value());
  state.addTypes(scanResultTypes(inputs.getTypes(), inits.getTypes(), length,
                                 TypeRange(ValueRange(step.emitted))));
}

/// `for %x in %xs, …`: each argument is a slice of its input.
static ParseResult parseInputs(OpAsmParser &parser, Bindings &inputs) {
  if (parseBindings(parser, inputs, [&] { return parser.parseKeyword("in"); }))
    return failure();
  for (auto [argument, operand, type] :
       llvm::zip_equal(inputs.arguments, inputs.operands, inputs.types)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || tensor.getRank() == 0)
      return parser.emitError(operand.location)
             << "an input must be a tensor with time as its first dimension, "
                "but got "
             << type;
    argument.type = sliceType(type);
  }
  return success();
}

namespace {
/// The clauses of a scan before its body.
struct ScanClauses {
  std::optional<OpAsmParser::Argument> step;
  Bindings inputs, carries;
  std::optional<UnresolvedOperand> length, lengths;
  Type lengthsType;

  ParseResult parse(OpAsmParser &parser, ScanOp::Properties &properties);
  ParseResult resolve(OpAsmParser &parser, SmallVectorImpl<Value> &operands,
                      Value &lengthValue);
};
} // namespace

/// `all`, `every 8` or `within 5000000`.
static ParseResult parseCheckpoint(OpAsmParser &parser,
                                   CheckpointAttr &checkpoint) {
  StringRef word;
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseKeyword(&word))
    return failure();
  std::optional<CheckpointKind> kind = symbolizeCheckpointKind(word);
  if (!kind)
    return parser.emitError(location)
           << "expected 'all', 'every' or 'within', but got '" << word << "'";
  int64_t amount = 0;
  if (*kind != CheckpointKind::All && parser.parseInteger(amount))
    return failure();
  checkpoint = CheckpointAttr::get(parser.getContext(), *kind, amount);
  return success();
}

ParseResult ScanClauses::parse(OpAsmParser &parser,
                               ScanOp::Properties &properties) {
  if (succeeded(parser.parseOptionalKeyword("reverse")))
    properties.reverse = parser.getBuilder().getUnitAttr();
  if (succeeded(parser.parseOptionalKeyword("at"))) {
    step.emplace();
    if (parser.parseArgument(*step))
      return failure();
    step->type = parser.getBuilder().getIndexType();
  }
  if (succeeded(parser.parseOptionalKeyword("for")) &&
      parseInputs(parser, inputs))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("carry")) &&
      parseCarries(parser, carries))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("length")) &&
      parser.parseOperand(length.emplace()))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("lengths")) &&
      parseOptionalOperand(parser, lengths, lengthsType))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("checkpoint")))
    return parseCheckpoint(parser, properties.checkpoint);
  return success();
}

ParseResult ScanClauses::resolve(OpAsmParser &parser,
                                 SmallVectorImpl<Value> &operands,
                                 Value &lengthValue) {
  if (inputs.resolve(parser, operands) || carries.resolve(parser, operands))
    return failure();
  if (length) {
    if (parser.resolveOperand(*length, parser.getBuilder().getIndexType(),
                              operands))
      return failure();
    lengthValue = operands.back();
  }
  if (lengths)
    return parser.resolveOperand(*lengths, lengthsType, operands);
  return success();
}

/// Parses the body. A step number that has no name is added afterwards, as the
/// parser takes only named arguments.
static FailureOr<YieldOp> parseScanBody(OpAsmParser &parser, Region &body,
                                        const ScanClauses &clauses) {
  SmallVector<OpAsmParser::Argument> arguments;
  if (clauses.step)
    arguments.push_back(*clauses.step);
  llvm::append_range(arguments, clauses.inputs.arguments);
  llvm::append_range(arguments, clauses.carries.arguments);
  FailureOr<YieldOp> yield = parseBody(parser, body, arguments);
  if (succeeded(yield) && !clauses.step)
    body.front().insertArgument(
        0u, parser.getBuilder().getIndexType(),
        parser.getEncodedSourceLoc(parser.getNameLoc()));
  return yield;
}

ParseResult ScanOp::parse(OpAsmParser &parser, OperationState &result) {
  Properties &properties = result.getOrAddProperties<Properties>();
  ScanClauses clauses;
  Value length;
  if (clauses.parse(parser, properties) ||
      clauses.resolve(parser, result.operands, length) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  properties.operandSegmentSizes = {
      static_cast<int32_t>(clauses.inputs.operands.size()),
      static_cast<int32_t>(clauses.carries.operands.size()),
      clauses.length ? 1 : 0, clauses.lengths ? 1 : 0};
  FailureOr<YieldOp> yield =
      parseScanBody(parser, *result.addRegion(), clauses);
  if (failed(yield))
    return failure();
  for (Value emitted : yield->getEmitted())
    // scan_c5
    if (!isa<RankedTensorType>(emitted.getType()))
      return yield->emitOpError("may emit tensors only, but got ")
             << emitted.getType();
  return parseResultTypes(parser, result,
                          scanResultTypes(clauses.inputs.types,
                                          clauses.carries.types, length,
                                          yield->getEmitted().getTypes()));
}

void ScanOp::print(OpAsmPrinter &printer) {
  if (getReverse())
    printer << " reverse";
  if (!getStep().use_empty())
    printer << " at " << getStep();
  if (!getInputs().empty()) {
    printer << " for ";
    printBindings(printer, getSlices(), " in ", getInputs());
  }
  if (!getInits().empty()) {
    printer << " carry ";
    printBindings(printer, getCarries(), " = ", getInits());
  }
  if (getLength())
    printer << " length " << getLength();
  if (getLengths())
    printer << " lengths " << getLengths();
  if (CheckpointAttr checkpoint = getCheckpointAttr()) {
    printer << " checkpoint " << checkpoint.getKind();
    if (checkpoint.getKind() != CheckpointKind::All)
      printer << ' ' << checkpoint.getAmount();
  }
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), {getOperandSegmentSizesAttrName(),
                            getReverseAttrName(), getCheckpointAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
  printResultTypes(printer, getResultTypes(),
                   scanResultTypes(getInputs().getTypes(),
                                   getInits().getTypes(), getLength(),
                                   getYield().getEmitted().getTypes()));
}

LogicalResult ScanOp::verify() {
  int64_t steps = ShapedType::kDynamic;
  for (Value input : getInputs()) {
    ArrayRef<int64_t> shape = shapeOf(input);
    // scan_c1
    if (shape.empty())
      return emitOpError("input must have at least one dimension, but got a "
                         "scalar");
    if (!areCompatibleSizes(steps, shape.front()))
      return emitOpError("inputs must have the same first dimension, but got ")
             << steps << " and " << shape.front();
    steps = unifySizes(steps, shape.front());
  }
  // scan_c2
  if (getInputs().empty() != static_cast<bool>(getLength()))
    return emitOpError("must have either inputs or a 'length', but got ")
           << (getLength() ? "both" : "neither");
  // scan_c8
  if (CheckpointAttr checkpoint = getCheckpointAttr())
    if (checkpoint.getKind() == CheckpointKind::All
            ? checkpoint.getAmount() != 0
            : checkpoint.getAmount() <= 0)
      return emitOpError("'checkpoint' must have a positive number after "
                         "'every' or 'within', but got ")
             << checkpoint.getAmount();
  return success();
}

/// Checks that a value is there for every sample.
static LogicalResult verifySamples(ScanOp scan, ValueRange values,
                                   StringRef role) {
  ArrayRef<int64_t> lengths = shapeOf(scan.getLengths());
  for (Type type : values.getTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || tensor.getRank() == 0 ||
        !areCompatibleSizes(tensor.getDimSize(0), lengths.front()))
      return scan.emitOpError()
             << role << " value must have the first dimension "
             << formatSize(lengths.front()) << " of 'lengths', but got "
             << type;
  }
  return success();
}

LogicalResult ScanOp::verifyRegions() {
  SmallVector<Type> arguments = scanArgumentTypes(
      getContext(), getInputs().getTypes(), getInits().getTypes());
  // scan_c3
  if (failed(verifyArguments(*this, *getBodyBlock(), arguments)))
    return failure();
  // scan_c4
  FailureOr<YieldOp> yield = requireYield(*this, *getBodyBlock());
  if (failed(yield) ||
      failed(verifyCarried(*this, *yield, getInits().getTypes())))
    return failure();
  // scan_c5
  for (Type type : yield->getEmitted().getTypes())
    if (!isa<RankedTensorType>(type))
      return yield->emitOpError("may emit tensors only, but got ") << type;
  // scan_c6
  if (getLengths()) {
    if (shapeOf(getLengths()).size() != 1)
      return emitOpError("'lengths' must have one dimension, but got ")
             << formatShape(shapeOf(getLengths()));
    if (failed(verifySamples(*this, getInits(), "carried")) ||
        failed(verifySamples(*this, yield->getEmitted(), "emitted")))
      return failure();
  }
  // scan_c7
  return verifyResults(
      *this, scanResultTypes(getInputs().getTypes(), getInits().getTypes(),
                             getLength(), yield->getEmitted().getTypes()));
}
