//===- dialect/PonderOp.cpp - adaptive computation time -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Asm.h"
#include "dialect/LoopBody.h"
#include "dialect/Shapes.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

YieldOp PonderOp::getYield() {
  return cast<YieldOp>(getBodyBlock()->getTerminator());
}

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
    return emitOpError("epsilon must lie in [0, 1), but got ")
           << formatNumber(epsilon);
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
