//===- tools/vellum/Model.cpp - a model file ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Model.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include "dialect/ModelOps.h"
#include "lowering/CheckModel.h"
#include "lowering/KeptErrors.h"
#include "lowering/Passes.h"
#include "runtime/Safetensors.h"
#include "tools/vellum/Dialects.h"
#include "tools/vellum/ModelText.h"
#include "tools/vellum/Report.h"

using namespace mlir;
using namespace vellum;

static constexpr llvm::StringLiteral kNameAttr = "vellum.name";

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// `%keys` as `keys`; nothing where the range is empty or a mere number.
static StringRef nameIn(SMRange range) {
  if (!range.isValid())
    return {};
  const char *start = range.Start.getPointer();
  StringRef text(start, range.End.getPointer() - start);
  text.consume_front("%");
  return text.empty() || llvm::isDigit(text.front()) ? StringRef() : text;
}

/// The name that an operation's result has for itself in the text.
static StringRef nameOf(OpResult result, const AsmParserState &names) {
  const auto *definition = names.getOpDef(result.getOwner());
  if (!definition)
    return {};
  const auto &groups = definition->resultGroups;
  for (size_t i = 0; i < groups.size(); ++i) {
    const unsigned end = i + 1 < groups.size()
                             ? groups[i + 1].startIndex
                             : result.getOwner()->getNumResults();
    if (groups[i].startIndex == result.getResultNumber() &&
        end == result.getResultNumber() + 1)
      return nameIn(groups[i].definition.loc);
  }
  return {};
}

static StringRef nameOf(BlockArgument argument, const AsmParserState &names) {
  const auto *definition = names.getBlockDef(argument.getOwner());
  if (!definition || argument.getArgNumber() >= definition->arguments.size())
    return {};
  return nameIn(definition->arguments[argument.getArgNumber()].loc);
}

static StringRef nameOf(Value value, const AsmParserState &names) {
  if (auto result = dyn_cast<OpResult>(value))
    return nameOf(result, names);
  return nameOf(cast<BlockArgument>(value), names);
}

void vellum::nameArgument(func::FuncOp function, unsigned number,
                          StringRef name) {
  function.setArgAttr(number, kNameAttr,
                      StringAttr::get(function.getContext(), name));
}

void vellum::nameResult(func::FuncOp function, unsigned number,
                        StringRef name) {
  function.setResultAttr(number, kNameAttr,
                         StringAttr::get(function.getContext(), name));
}

static void nameArguments(func::FuncOp function, const AsmParserState &names) {
  for (BlockArgument argument : function.getArguments()) {
    const unsigned i = argument.getArgNumber();
    StringRef name = nameOf(argument, names);
    if (!name.empty() && !function.getArgAttr(i, kNameAttr))
      nameArgument(function, i, name);
  }
}

static void nameResults(func::FuncOp function, const AsmParserState &names) {
  llvm::StringSet<> taken;
  for (const std::string &name : resultNames(function))
    taken.insert(name);
  Operation *last = function.getBody().front().getTerminator();
  for (auto [i, value] : llvm::enumerate(last->getOperands())) {
    StringRef name = nameOf(value, names);
    if (name.empty() || function.getResultAttr(i, kNameAttr) ||
        !taken.insert(name).second)
      continue;
    nameResult(function, i, name);
  }
}

static SmallVector<std::string>
namesFrom(unsigned count, llvm::function_ref<Attribute(unsigned)> attribute,
          StringRef prefix) {
  SmallVector<std::string> names;
  for (unsigned i = 0; i < count; ++i) {
    auto name = dyn_cast_or_null<StringAttr>(attribute(i));
    names.push_back(name ? name.str() : (prefix + Twine(i)).str());
  }
  return names;
}

SmallVector<std::string> vellum::argumentNames(func::FuncOp function) {
  return namesFrom(
      function.getNumArguments(),
      [&](unsigned i) { return function.getArgAttr(i, kNameAttr); }, "arg");
}

SmallVector<std::string> vellum::resultNames(func::FuncOp function) {
  return namesFrom(
      function.getNumResults(),
      [&](unsigned i) { return function.getResultAttr(i, kNameAttr); },
      "result");
}

//===----------------------------------------------------------------------===//
// Model
//===----------------------------------------------------------------------===//

Model::Model(const std::string &path)
    : path(path), context(modelRegistry()), diagnostics(sources, &context) {
  // The text says more than the operation in generic form.
  context.printOpOnDiagnostic(false);
}

/// 2^36 floats are 256 GiB: more than any tensor, and what a slip of the pen
/// asks for. A parameter also starts as doubles, of which 2^31 are 16 GiB.
static constexpr uint64_t kMostElements = uint64_t(1) << 36,
                          kMostOfParameter = uint64_t(1) << 31;

/// The least number of elements that a value of this type has; what is beyond
/// 2^64 counts as that.
static uint64_t leastElements(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  uint64_t count = 1;
  for (int64_t size : tensor ? tensor.getShape() : ArrayRef<int64_t>())
    count = llvm::SaturatingMultiply<uint64_t>(
        count, ShapedType::isDynamic(size) ? 1 : size);
  return count;
}

/// Sizes that no machine has are refused where they are written, before
/// anything multiplies them.
static LogicalResult checkSize(Location location, Type type, uint64_t most) {
  if (leastElements(type) <= most)
    return success();
  return emitError(location)
         << "at most " << most << " elements can be had, but got " << type;
}

static LogicalResult checkSizes(Operation *op) {
  if (auto parameter = dyn_cast<ParameterOp>(op))
    return checkSize(parameter.getLoc(), parameter.getTensorType(),
                     kMostOfParameter);
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (BlockArgument argument : block.getArguments())
        if (failed(checkSize(argument.getLoc(), argument.getType(),
                             kMostElements)))
          return failure();
  for (Type type : op->getResultTypes())
    if (failed(checkSize(op->getLoc(), type, kMostElements)))
      return failure();
  return success();
}

/// Where the text writes `module` itself, that is the model.
static OwningOpRef<ModuleOp> unwrap(OwningOpRef<ModuleOp> module) {
  Block *body = module->getBody();
  if (!llvm::hasSingleElement(*body) || !isa<ModuleOp>(body->front()))
    return module;
  auto inner = cast<ModuleOp>(body->front());
  inner->remove();
  return inner;
}

/// An error at a parameter that no file of weights could hold: found out when
/// training is over, that would be too late.
static LogicalResult checkNames(ModuleOp module) {
  for (auto parameter : module.getOps<ParameterOp>()) {
    StringRef name = parameter.getSymName();
    if (name == StringRef(kMetadataName))
      return parameter.emitOpError("must have a name that a file of weights "
                                   "can hold, not ")
             << kMetadataName << ", but got " << parameter.getSymNameAttr();
  }
  return success();
}

LogicalResult Model::read() {
  if (llvm::sys::fs::is_directory(path))
    return reportError(path + ": is a directory, not a model");
  auto file = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/true);
  if (!file)
    return reportError(path + ": " + file.getError().message());
  sources.AddNewSourceBuffer(std::move(*file), SMLoc());
  return checkText(sources);
}

/// The name at a place, or just before it where that is quoted, with the sign
/// of types and attributes.
static StringRef nameAt(llvm::SourceMgr &sources, Location place) {
  auto at = place->findInstanceOf<FileLineColLoc>();
  if (!at)
    return {};
  const unsigned file = sources.getMainFileID();
  StringRef text = sources.getMemoryBuffer(file)->getBuffer();
  const char *pointer =
      sources.FindLocForLineAndColumn(file, at.getLine(), at.getColumn())
          .getPointer();
  const size_t position = pointer - text.data();
  StringRef before = text.take_front(position);
  if (before.consume_back("\""))
    return before.substr(before.rfind('"') + 1);
  auto isPart = [](char c) {
    return llvm::isAlnum(c) || StringRef("._$#!").contains(c);
  };
  size_t begin = position;
  while (begin > 0 && isPart(text[begin - 1]) &&
         !StringRef("#!").contains(text[begin]))
    --begin;
  return text.substr(begin).ltrim('"').take_while(isPart);
}

/// What the parser says of something that it does not know, in words for those
/// who write models.
static std::string explainParseError(const std::string &message,
                                     StringRef name) {
  StringRef said = message;
  const bool isForeign =
      said.contains("' not found for custom op '") ||
      (said.starts_with("custom op '") && said.ends_with("' is unknown")) ||
      said.contains("unregistered dialect");
  if (!isForeign)
    return message;
  if (name.starts_with("!") || name.starts_with("#"))
    return ("a model may not use the " +
            Twine(name.front() == '!' ? "type" : "attribute") + " '" + name +
            "'")
        .str();
  return describeForeignOp(name);
}

/// Reports one error where a step fails: those behind the first follow from it,
/// or wait for their turn.
LogicalResult Model::tellFirst(llvm::function_ref<LogicalResult()> step) {
  std::vector<Diagnostic> errors;
  {
    KeptErrors kept(&context);
    if (succeeded(step()))
      return success();
    errors = kept.take();
  }
  if (errors.empty())
    return reportError(path + ": cannot be read");
  const std::string message = errors.front().str();
  const Location place = errors.front().getLocation();
  const std::string explained =
      explainParseError(message, nameAt(sources, place));
  if (explained != message)
    return emitError(place, explained);
  context.getDiagEngine().emit(std::move(errors.front()));
  return failure();
}

/// The verifier comes after it is known that nothing is there that no model may
/// use.
LogicalResult Model::parse(AsmParserState &names) {
  module = ModuleOp::create(FileLineColLoc::get(&context, path, 1, 1));
  return tellFirst([&] {
    return parseAsmSourceFile(
        sources, module->getBody(),
        ParserConfig(&context, /*verifyAfterParse=*/false), &names);
  });
}

LogicalResult Model::build() {
  AsmParserState names;
  if (failed(read()) || failed(parse(names)))
    return failure();
  module = unwrap(std::move(module));
  if (failed(checkOperations(*module)) ||
      failed(tellFirst([&] { return verify(*module); })) ||
      module->walk([](Operation *op) { return WalkResult(checkSizes(op)); })
          .wasInterrupted())
    return failure();
  for (auto function : module->getOps<func::FuncOp>()) {
    if (function.isExternal())
      continue;
    nameArguments(function, names);
    nameResults(function, names);
  }
  if (failed(checkProgram(*module)) || failed(checkNames(*module)))
    return failure();
  readResources(*module);
  defineEmptyTensors(*module);
  // What programs become is nothing that a model may name.
  context.appendDialectRegistry(dialectRegistry());
  return success();
}

std::unique_ptr<Model> Model::load(const std::string &path) {
  std::unique_ptr<Model> model(new Model(path));
  if (failed(model->build()))
    return nullptr;
  return model;
}

StringRef Model::getText() const {
  return sources.getMemoryBuffer(sources.getMainFileID())->getBuffer();
}

SmallVector<ParameterOp> Model::getParameters() {
  return llvm::to_vector(module->getOps<ParameterOp>());
}

TrainingOp Model::getRecipe() {
  auto recipes = module->getOps<TrainingOp>();
  return recipes.empty() ? TrainingOp() : *recipes.begin();
}

FailureOr<TrainingOp> Model::requireRecipe(bool hasEntryOption) {
  if (TrainingOp recipe = getRecipe())
    return recipe;
  return reportError(
      path + ": has no training recipe, 'vellum.training'" +
      (hasEntryOption ? "; '--entry=NAME' says which function is meant" : ""));
}

FailureOr<func::FuncOp> Model::lookup(StringRef function) {
  SmallVector<StringRef> names;
  for (auto candidate : module->getOps<func::FuncOp>()) {
    if (candidate.getName() == function && !candidate.isExternal())
      return candidate;
    if (candidate.getName() == function)
      return candidate.emitError("@") << function << " has no body";
    names.push_back(candidate.getName());
  }
  std::string hint = suggestion(function, names, "@");
  if (hint.empty() && !names.empty())
    hint = "; there are @" + llvm::join(names, ", @");
  return reportError(path + ": has no function @" + function + hint);
}
