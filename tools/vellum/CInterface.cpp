//===- tools/vellum/CInterface.cpp - a model's functions for C ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/CInterface.h"

#include "llvm/Support/MathExtras.h"

#include "dialect/interpreter/Initializers.h"
#include "lowering/LiftParameters.h"
#include "tools/vellum/ArgumentSizes.h"
#include "tools/vellum/Executor.h"
#include "tools/vellum/Programs.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

namespace {
/// Where the members of a C struct lie, and what they are called.
class StructLayout {
public:
  std::string name(StringRef text) { return names.add(text); }
  int64_t place(int64_t bytes, int64_t alignment) {
    const int64_t offset = llvm::alignTo(end, alignment);
    end = offset + bytes;
    return offset;
  }

private:
  CNames names;
  int64_t end = 0;
};

class InterfaceBuilder {
public:
  InterfaceBuilder(Model &model, func::FuncOp step, StringRef prefix);

  FailureOr<ArtefactInterface> run(ModuleOp module);

private:
  LogicalResult addParameters();
  void addState();
  LogicalResult addEntry(func::FuncOp function);
  void addArgument(func::FuncOp function, unsigned i, StringRef name,
                   ArrayRef<int64_t> sizes, StructLayout &layout,
                   ArtefactPort &port);

  Model &model;
  func::FuncOp step;
  ArtefactInterface interface;
  /// Functions and types.
  CNames names;
  /// The offsets of parameters and of the optimiser's tensors.
  llvm::StringMap<int64_t> parameters, state;
};
} // namespace

static constexpr StringLiteral kStateAttr = "vellum.state";

InterfaceBuilder::InterfaceBuilder(Model &model, func::FuncOp step,
                                   StringRef prefix)
    : model(model), step(step) {
  interface.prefix = names.add(prefix);
  for (StringRef own : {"create", "destroy", "error", "target", "context"})
    names.add(interface.prefix + "_" + own.str());
}

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

static_assert(artefact::kAnySize == ShapedType::kDynamic &&
                  artefact::kAnySize == ArgumentSizes::kAny,
              "sizes need no translation");

static int64_t bytesOf(int32_t dtype) { return artefact::elementBytes(dtype); }

/// A member with the elements of a tensor of this type.
static ArtefactField makeField(StringRef name, RankedTensorType type,
                               StructLayout &layout) {
  ArtefactField field;
  field.name = name.str();
  field.member = layout.name(name);
  field.layout.nameHash = hashName(name.data(), name.size());
  field.layout.initializer.rows = type.getNumElements();
  artefact::Field &member = field.layout.field;
  member.dtype = static_cast<int32_t>(*dtypeOf(type));
  member.rank = static_cast<int32_t>(type.getRank());
  llvm::copy(type.getShape(), member.shape);
  member.bytes = type.getNumElements() * bytesOf(member.dtype);
  member.offset = layout.place(member.bytes, bytesOf(member.dtype));
  return field;
}

static std::string recordName(const ArtefactInterface &interface,
                              StringRef name, CNames &names) {
  return names.add(interface.prefix + "_" + name.str(),
                   {"_field", "_init", "_load", "_save"});
}

/// What a C struct can hold: arrays of numbers, with at least one each.
static LogicalResult checkParameter(ParameterOp parameter) {
  auto type = parameter.getTensorType();
  if (dtypeOf(type) && type.getRank() <= VELLUM_MAX_RANK &&
      type.getNumElements() > 0)
    return success();
  return parameter.emitError("the C interface has no type for ") << type;
}

LogicalResult InterfaceBuilder::addParameters() {
  ArtefactRecord record;
  StructLayout layout;
  record.isRandom = true;
  for (ParameterOp parameter : model.getParameters()) {
    if (failed(checkParameter(parameter)))
      return failure();
    record.fields.push_back(
        makeField(parameter.getSymName(), parameter.getTensorType(), layout));
    artefact::RecordField &field = record.fields.back().layout;
    field.initializer = interpreter::initializerOf(parameter);
    parameters[parameter.getSymName()] = field.field.offset;
  }
  if (record.fields.empty())
    return success();
  record.symbol = recordName(interface, "parameters", names);
  interface.records.push_back(std::move(record));
  return success();
}

/// The optimiser's tensors, which are zeros at first.
void InterfaceBuilder::addState() {
  ArtefactRecord record;
  StructLayout layout;
  for (unsigned i = 0; i < step.getNumArguments(); ++i) {
    auto name = step.getArgAttrOfType<StringAttr>(i, kStateAttr);
    if (!name)
      continue;
    auto type = cast<RankedTensorType>(step.getArgumentTypes()[i]);
    record.fields.push_back(makeField(name, type, layout));
    state[name.getValue()] = record.fields.back().layout.field.offset;
  }
  if (record.fields.empty())
    return;
  record.symbol = recordName(interface, "state", names);
  interface.records.push_back(std::move(record));
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

static ArtefactPort makePort(StringRef name, Type type) {
  ArtefactPort port;
  port.name = name.str();
  port.layout.place = artefact::kInCall;
  port.layout.dtype = static_cast<int32_t>(*dtypeOf(type));
  llvm::fill(port.layout.shape, artefact::kAnySize);
  auto tensor = dyn_cast<RankedTensorType>(type);
  const bool isNumber = !tensor || tensor.getRank() == 0;
  port.layout.form = isNumber ? artefact::kNumber : artefact::kTensor;
  if (!isNumber) {
    port.layout.rank = static_cast<int32_t>(tensor.getRank());
    llvm::copy(tensor.getShape(), port.layout.shape);
  }
  return port;
}

/// Gives a value that the call passes its place in the struct.
static void place(ArtefactPort &port, StructLayout &layout) {
  artefact::Port &member = port.layout;
  port.member = layout.name(port.name);
  const int64_t bytes = bytesOf(member.dtype);
  constexpr int64_t word = 8;
  member.offset = member.form == artefact::kTensor
                      ? layout.place(word * (1 + member.rank), word)
                      : layout.place(bytes, bytes);
}

void InterfaceBuilder::addArgument(func::FuncOp function, unsigned i,
                                   StringRef name, ArrayRef<int64_t> sizes,
                                   StructLayout &layout, ArtefactPort &port) {
  port = makePort(name, function.getArgumentTypes()[i]);
  llvm::copy(sizes, port.layout.shape);
  for (unsigned result = 0; result < function.getNumResults(); ++result)
    port.isWritten |= overwrittenArgument(function, result) == i;
  StringRef parameter = parameterOf(function, i);
  auto kept = function.getArgAttrOfType<StringAttr>(i, kStateAttr);
  if (parameter.empty() && !kept)
    return place(port, layout);
  auto type = cast<RankedTensorType>(function.getArgumentTypes()[i]);
  port.layout.form = artefact::kArray;
  port.layout.place = kept ? artefact::kInState : artefact::kInParameters;
  port.layout.offset = kept ? state.lookup(kept) : parameters.lookup(parameter);
  port.layout.rank = static_cast<int32_t>(type.getRank());
}

static constexpr unsigned kKey = 0, kBatch = 1, kStep = 2;

/// The first three arguments of the training step are key, batch and number of
/// the step. Callers give a seed for the key, and what is of no use they do not
/// give at all.
static void placeStep(func::FuncOp step, const ArgumentSizes &sizes,
                      StructLayout &layout, std::vector<ArtefactPort> &ports) {
  auto isUsed = [&](unsigned i) { return !step.getArgument(i).use_empty(); };
  const llvm::StringLiteral names[] = {"seed", "batch", "step"};
  for (unsigned i : {kKey, kStep, kBatch}) {
    ports[i] = makePort(names[i], step.getArgumentTypes()[i]);
    ports[i].layout.form = i == kKey ? artefact::kKey : artefact::kNumber;
    llvm::copy(sizes.arguments[i], ports[i].layout.shape);
    // The key is made from the numbers of run and step.
    if (isUsed(i) || (i == kStep && isUsed(kKey)))
      place(ports[i], layout);
    else
      ports[i].layout.form = artefact::kHidden;
  }
}

static LogicalResult checkRanks(func::FuncOp function) {
  for (Type type : llvm::concat<const Type>(function.getArgumentTypes(),
                                            function.getResultTypes()))
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      if (tensor.getRank() > VELLUM_MAX_RANK)
        return function.emitError("the C interface has no type for ") << type;
  return checkSignature(function);
}

/// As findArgumentSizes, where cotangents must have the sizes of their results
/// too, even if no operation needs them to.
static ArgumentSizes argumentSizes(func::FuncOp function) {
  OwningOpRef<func::FuncOp> copy(function.clone());
  Operation *last = copy->getBody().front().getTerminator();
  OpBuilder builder(last);
  for (BlockArgument argument : copy->getArguments()) {
    auto result = copy->getArgAttrOfType<IntegerAttr>(argument.getArgNumber(),
                                                      cotangentAttrName);
    if (result && isa<RankedTensorType>(argument.getType()))
      arith::AddFOp::create(builder, argument.getLoc(), argument,
                            last->getOperand(result.getInt()));
  }
  return findArgumentSizes(*copy);
}

LogicalResult InterfaceBuilder::addEntry(func::FuncOp function) {
  if (failed(checkRanks(function)))
    return failure();
  const bool isStep = function == step;
  const std::string name = function.getName().str();
  ArtefactEntry entry;
  entry.function = entry.name = name;
  entry.symbol =
      names.add(interface.prefix + "_" + name, {"_inputs", "_results"});
  entry.isTrainingStep = isStep;
  entry.arguments.resize(function.getNumArguments());
  const ArgumentSizes sizes = argumentSizes(function);
  entry.numSizes = sizes.count;
  StructLayout inputs, results;
  if (isStep)
    placeStep(function, sizes, inputs, entry.arguments);
  for (auto [i, each] : llvm::enumerate(argumentNames(function)))
    if (!isStep || i > kStep)
      addArgument(function, i, each, sizes.arguments[i], inputs,
                  entry.arguments[i]);
  for (auto [i, each] : llvm::enumerate(resultNames(function))) {
    entry.results.push_back(makePort(each, function.getResultTypes()[i]));
    if (overwrittenArgument(function, i))
      entry.results.back().layout.form = artefact::kHidden;
    else
      place(entry.results.back(), results);
  }
  interface.entries.push_back(std::move(entry));
  return success();
}

FailureOr<ArtefactInterface> InterfaceBuilder::run(ModuleOp module) {
  if (failed(addParameters()))
    return failure();
  if (step)
    addState();
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && failed(addEntry(function)))
      return failure();
  return std::move(interface);
}

FailureOr<ArtefactInterface> vellum::buildCInterface(Model &model,
                                                     ModuleOp module,
                                                     func::FuncOp step,
                                                     StringRef prefix) {
  return InterfaceBuilder(model, step, prefix).run(module);
}
