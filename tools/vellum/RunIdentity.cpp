//===- tools/vellum/RunIdentity.cpp - which run a checkpoint is of --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/RunIdentity.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

#include "dialect/Shapes.h"

using namespace mlir;
using namespace vellum;

static constexpr llvm::StringLiteral kRecipe = "recipe:", kSymbol = "symbol:",
                                     kData = "data:";

bool RunIdentity::isFact(StringRef name) {
  return name.starts_with(kRecipe) || name.starts_with(kSymbol) ||
         name.starts_with(kData);
}

//===----------------------------------------------------------------------===//
// Making
//===----------------------------------------------------------------------===//

/// A setting's value as it is written in a recipe.
static std::string valueOf(Attribute attribute) {
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return formatNumber(number.getValueAsDouble());
  std::string text;
  llvm::raw_string_ostream os(text);
  attribute.print(os, /*elideType=*/true);
  return text;
}

static RunIdentity::Facts recipeFacts(TrainingOp recipe) {
  RunIdentity::Facts facts;
  const auto add = [&](StringRef name, std::string value) {
    facts.emplace_back((kRecipe + name).str(), std::move(value));
  };
  for (NamedAttribute each : recipe->getAttrDictionary()) {
    if (each.getName() == recipe.getStepsAttrName())
      continue;
    if (each.getName() == recipe.getOptimizerAttrName())
      add("optimizer", stringifyOptimizerKind(recipe.getOptimizer()).str());
    else if (each.getName() == recipe.getClipAttrName())
      add("clip", stringifyClipKind(recipe.getClip()).str());
    else if (auto settings = dyn_cast<DictionaryAttr>(each.getValue()))
      for (NamedAttribute setting : settings)
        add(setting.getName(), valueOf(setting.getValue()));
    else
      add(each.getName(), valueOf(each.getValue()));
  }
  return facts;
}

/// The symbols of the module that a recipe names, and those that these name.
static llvm::SetVector<Operation *> reachedFrom(TrainingOp recipe) {
  llvm::SetVector<Operation *> reached;
  const auto addUses = [&](Operation *user) {
    auto uses = SymbolTable::getSymbolUses(user);
    if (!uses)
      return;
    for (const SymbolTable::SymbolUse &use : *uses)
      if (Operation *symbol = SymbolTable::lookupNearestSymbolFrom(
              recipe, use.getSymbolRef().getRootReference()))
        reached.insert(symbol);
  };
  addUses(recipe);
  for (size_t i = 0; i < reached.size(); ++i)
    addUses(reached[i]);
  return reached;
}

static std::string inHexadecimal(uint64_t number) {
  return llvm::utohexstr(number, /*LowerCase=*/true, 16);
}

/// `@w`, or `@"a name"` with what is not plain ASCII escaped.
static std::string referenceTo(Operation *symbol) {
  std::string text;
  llvm::raw_string_ostream(text)
      << FlatSymbolRefAttr::get(SymbolTable::getSymbolName(symbol));
  return text;
}

RunIdentity RunIdentity::of(Model &model) {
  TrainingOp recipe = model.getRecipe();
  Facts facts = recipeFacts(recipe);
  llvm::SetVector<Operation *> symbols = reachedFrom(recipe);
  // A checkpoint holds those too that nothing reads.
  for (ParameterOp parameter : model.getParameters())
    symbols.insert(parameter);
  for (Operation &op : *model.getModule().getBody()) {
    if (!symbols.contains(&op))
      continue;
    std::string text;
    llvm::raw_string_ostream os(text);
    op.print(os, OpPrintingFlags().useLocalScope());
    facts.emplace_back((kSymbol + referenceTo(&op)).str(),
                       inHexadecimal(llvm::xxh3_64bits(text)));
  }
  return RunIdentity(std::move(facts));
}

void RunIdentity::addData(uint64_t content) {
  facts.emplace_back((kData + "arrays").str(), inHexadecimal(content));
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

std::optional<StringRef> RunIdentity::find(StringRef name) const {
  for (const auto &[key, value] : facts)
    if (key == name)
      return value;
  return std::nullopt;
}

/// What is to be said of a fact that this run has, that one has, or both.
static std::string describe(StringRef name, std::optional<StringRef> ours,
                            std::optional<StringRef> theirs, StringRef path) {
  if (name.starts_with(kData))
    return "was made with other data";
  if (name.consume_front(kSymbol)) {
    if (ours && theirs)
      return ("was made with another " + name + " than that of " + path).str();
    return (ours
                ? "was made with " + name + ", which " + path + " does not have"
                : "was made without " + name + ", which " + path + " has")
        .str();
  }
  name.consume_front(kRecipe);
  const std::string made =
      ours ? ("with " + name + " " + *ours).str() : ("without " + name).str();
  return "was made " + made + ", but " + path.str() + " has " +
         theirs.value_or("none").str();
}

std::optional<std::string> RunIdentity::differenceFrom(const RunIdentity &other,
                                                       StringRef path) const {
  llvm::SetVector<StringRef> names;
  for (const Facts *all : {&facts, &other.facts})
    for (const auto &[name, value] : *all)
      names.insert(name);
  for (StringRef name : names)
    if (find(name) != other.find(name))
      return describe(name, find(name), other.find(name), path);
  return std::nullopt;
}
