//===- tools/vellum/CNames.cpp - names for C ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include "tools/vellum/CInterface.h"

using namespace llvm;
using namespace vellum;

/// The words that C11 and C++20 keep to themselves, in order.
static constexpr StringLiteral keywords[] = {
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
};

std::string vellum::toIdentifier(StringRef text) {
  std::string name = text.str();
  for (char &letter : name)
    if (!isAlnum(letter))
      letter = '_';
  // Names that begin with an underscore belong to the implementation.
  if (name.empty() || !isAlpha(name.front()))
    name.insert(0, "x");
  if (binary_search(keywords, StringRef(name)))
    name += "_";
  return name;
}

std::string CNames::add(StringRef text, ArrayRef<StringRef> endings) {
  const std::string base = toIdentifier(text);
  std::string name = base;
  auto isTaken = [&] {
    return taken.contains(name) || any_of(endings, [&](StringRef ending) {
             return taken.contains(name + ending.str());
           });
  };
  for (unsigned number = 2; isTaken(); ++number)
    name = base + "_" + std::to_string(number);
  taken.insert(name);
  for (StringRef ending : endings)
    taken.insert(name + ending.str());
  return name;
}
