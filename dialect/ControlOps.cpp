//===- dialect/ControlOps.cpp - time loops and adaptive computation -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Matchers.h"

#include "dialect/Asm.h"
#include "dialect/Shapes.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

namespace {
/// Block arguments bound to operands, as in `%x in %xs, %m in %ms`.
struct Bindings {
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<UnresolvedOperand> operands;
  SmallVector<Type> types;

  ParseResult resolve(OpAsmParser &parser, SmallVectorImpl<Value> &values) {
    return parser.resolveOperands(operands, types, parser.getNameLoc(), values);
  }
};
} // namespace

static ParseResult parseBindings(OpAsmParser &parser, Bindings &bindings,
                                 function_ref<ParseResult()> parseLink) {
  return parser.parseCommaSeparatedList([&] {
    return failure(parser.parseArgument(bindings.arguments.emplace_back()) ||
                   parseLink() ||
                   parseOperand(parser, bindings.operands.emplace_back(),
                                bindings.types.emplace_back()));
  });
}

/// `carry %h = %h0, …`: each argument has the type of its initial value.
static ParseResult parseCarries(OpAsmParser &parser, Bindings &carries) {
  if (parseBindings(parser, carries, [&] { return parser.parseEqual(); }))
    return failure();
  for (auto [argument, type] :
       llvm::zip_equal(carries.arguments, carries.types))
    argument.type = type;
  return success();
}

static void printBindings(OpAsmPrinter &printer, ValueRange arguments,
                          StringRef link, ValueRange operands) {
  auto print = [&](auto pair) {
    printer << std::get<0>(pair) << link << std::get<1>(pair);
  };
  llvm::interleaveComma(llvm::zip_equal(arguments, operands), printer, print);
}

/// Parses a body and finds its yield.
static FailureOr<YieldOp> parseBody(OpAsmParser &parser, Region &body,
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

/// `: types` where the results know more or less than what can be inferred.
static ParseResult parseResultTypes(OpAsmParser &parser, OperationState &result,
                                    TypeRange inferred) {
  if (failed(parser.parseOptionalColon())) {
    result.addTypes(inferred);
    return success();
  }
  return parser.parseTypeList(result.types);
}

static void printResultTypes(OpAsmPrinter &printer, TypeRange types,
                             TypeRange inferred) {
  if (types != inferred)
    printer << " : " << types;
}

/// The yield at the end of a body whose verifier has run.
static YieldOp yieldOf(Block &body) {
  return cast<YieldOp>(body.getTerminator());
}

/// Checks that the body's arguments have the types that follow from the op.
static LogicalResult verifyArguments(Operation *op, Block &body,
                                     TypeRange expected) {
  if (areCompatibleTypes(body.getArgumentTypes(), expected))
    return success();
  return op->emitOpError("body must take the arguments (")
         << expected << "), but got (" << body.getArgumentTypes() << ")";
}

/// Checks that the yielded values can be carried into the next step.
static LogicalResult verifyCarried(Operation *op, YieldOp yield,
                                   TypeRange expected) {
  if (areCompatibleTypes(yield.getCarried().getTypes(), expected))
    return success();
  return yield.emitOpError("must hand on values of the types (")
         << expected << ") of '" << op->getName() << "', but got ("
         << yield.getCarried().getTypes() << ")";
}

static LogicalResult verifyResults(Operation *op, TypeRange expected) {
  if (areCompatibleTypes(op->getResultTypes(), expected))
    return success();
  return op->emitOpError("results must have the types (")
         << expected << "), but got (" << op->getResultTypes() << ")";
}

/// The yield, which verifiers cannot take for granted.
static FailureOr<YieldOp> requireYield(Operation *op, Block &body) {
  if (!body.empty())
    if (auto yield = dyn_cast<YieldOp>(body.back()))
      return yield;
  return op->emitOpError("body must end in a 'yield'");
}

//===----------------------------------------------------------------------===//
// scan
//===----------------------------------------------------------------------===//

YieldOp ScanOp::getYield() { return yieldOf(*getBodyBlock()); }

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
  if (succeeded(parser.parseOptionalKeyword("lengths")))
    return parseOptionalOperand(parser, lengths, lengthsType);
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
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(),
      {getOperandSegmentSizesAttrName(), getReverseAttrName()});
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

//===----------------------------------------------------------------------===//
// ponder
//===----------------------------------------------------------------------===//

YieldOp PonderOp::getYield() { return yieldOf(*getBodyBlock()); }

Block::BlockArgListType PonderOp::getStates() {
  return getBodyBlock()->getArguments().drop_front();
}

SmallVector<Region *> PonderOp::getLoopRegions() { return {&getBody()}; }

Block::BlockArgListType PonderOp::getRegionIterArgs() { return getStates(); }

StringRef PonderOp::getDefaultDialect() { return "vellum"; }

void PonderOp::getAsmBlockArgumentNames(Region &, OpAsmSetValueNameFn setName) {
  for (auto [number, argument] :
       llvm::enumerate(getBodyBlock()->getArguments()))
    setName(argument, number == 0 ? "first" : "s");
}

/// One number for each sample: the type of flag, halting probability, cost and
/// number of steps.
static RankedTensorType perSampleType(Type state) {
  auto tensor = cast<RankedTensorType>(state);
  return tensor.clone(withLast(tensor.getShape(), 1));
}

static SmallVector<Type> ponderResultTypes(TypeRange states,
                                           TypeRange emitted) {
  SmallVector<Type> types(states);
  llvm::append_range(types, emitted);
  types.append(2, perSampleType(states.front()));
  return types;
}

static bool hasSamples(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() >= 2;
}

/// `first %flag carry %s = %s0, …`
static ParseResult parsePonderClauses(OpAsmParser &parser,
                                      OpAsmParser::Argument &flag,
                                      Bindings &states) {
  if (parser.parseKeyword("first") || parser.parseArgument(flag) ||
      parser.parseKeyword("carry") || parseCarries(parser, states))
    return failure();
  for (auto [type, operand] : llvm::zip_equal(states.types, states.operands))
    // ponder_c1
    if (!hasSamples(type))
      return parser.emitError(operand.location)
             << "a state must be a tensor of at least two dimensions, but got "
             << type;
  flag.type = perSampleType(states.types.front());
  return success();
}

/// `epsilon 0.01 cap 20`
static ParseResult parsePonderNumbers(OpAsmParser &parser,
                                      PonderOp::Properties &properties) {
  if (succeeded(parser.parseOptionalKeyword("epsilon")) &&
      parseNumber(parser, properties.epsilon))
    return failure();
  int64_t cap;
  if (parser.parseKeyword("cap") || parser.parseInteger(cap))
    return failure();
  properties.cap = parser.getBuilder().getI64IntegerAttr(cap);
  return success();
}

ParseResult PonderOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::Argument flag;
  Bindings states;
  if (parsePonderClauses(parser, flag, states) ||
      parsePonderNumbers(parser, result.getOrAddProperties<Properties>()) ||
      states.resolve(parser, result.operands) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  SmallVector<OpAsmParser::Argument> arguments{flag};
  llvm::append_range(arguments, states.arguments);
  FailureOr<YieldOp> yield = parseBody(parser, *result.addRegion(), arguments);
  if (failed(yield))
    return failure();
  return parseResultTypes(
      parser, result,
      ponderResultTypes(states.types, yield->getEmitted().getTypes()));
}

void PonderOp::print(OpAsmPrinter &printer) {
  printer << " first " << getFlag() << " carry ";
  printBindings(printer, getStates(), " = ", getInits());
  if (!getEpsilon().isExactlyValue(0.01)) {
    printer << " epsilon ";
    printNumber(printer, *this, getEpsilonAttr());
  }
  printer << " cap " << getCap();
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), {getEpsilonAttrName(), getCapAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
  printResultTypes(printer, getResultTypes(),
                   ponderResultTypes(getInits().getTypes(),
                                     getYield().getEmitted().getTypes()));
}

/// Checks that a value has the samples' dimensions, then at least one more, and
/// the states' element type.
static LogicalResult verifyPerSample(Operation *op, Type type,
                                     RankedTensorType perSample,
                                     StringRef role) {
  ArrayRef<int64_t> samples = perSample.getShape().drop_back();
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor && tensor.getElementType() == perSample.getElementType() &&
      tensor.getRank() > static_cast<int64_t>(samples.size()) &&
      llvm::all_of_zip(tensor.getShape().take_front(samples.size()), samples,
                       areCompatibleSizes))
    return success();
  return op->emitOpError() << role << " must be a tensor of "
                           << perSample.getElementType()
                           << " with the dimensions " << formatShape(samples)
                           << " of the first state before its own, but got "
                           << type;
}

LogicalResult PonderOp::verify() {
  // ponder_c1
  if (getInits().empty())
    return emitOpError("must have at least one state");
  if (!hasSamples(getInits().front().getType()))
    return emitOpError("a state must be a tensor of at least two dimensions, "
                       "but got ")
           << getInits().front().getType();
  RankedTensorType perSample = perSampleType(getInits().front().getType());
  for (Type type : getInits().getTypes())
    if (failed(verifyPerSample(*this, type, perSample, "state")))
      return failure();
  // ponder_c6
  double epsilon = getEpsilon().convertToDouble();
  if (!(epsilon >= 0 && epsilon < 1))
    return emitOpError("epsilon must lie in [0, 1), but got ") << epsilon;
  return success();
}

LogicalResult PonderOp::verifyRegions() {
  RankedTensorType perSample = perSampleType(getInits().front().getType());
  SmallVector<Type> arguments{perSample};
  llvm::append_range(arguments, getInits().getTypes());
  // ponder_c2
  if (failed(verifyArguments(*this, *getBodyBlock(), arguments)))
    return failure();
  // ponder_c3
  FailureOr<YieldOp> yield = requireYield(*this, *getBodyBlock());
  if (failed(yield) ||
      failed(verifyCarried(*this, *yield, getInits().getTypes())))
    return failure();
  // ponder_c4
  if (!yield->getHalt())
    return yield->emitOpError("must give a halting probability: halt %p");
  if (!areCompatibleTypes(yield->getHalt().getType(), perSample))
    return yield->emitOpError("halting probability must have the type ")
           << perSample << ", but got " << yield->getHalt().getType();
  // ponder_c5
  for (Type type : yield->getEmitted().getTypes())
    if (failed(verifyPerSample(*yield, type, perSample, "emitted value")))
      return failure();
  // ponder_c7
  return verifyResults(
      *this,
      ponderResultTypes(getInits().getTypes(), yield->getEmitted().getTypes()));
}

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
