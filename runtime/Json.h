//===- runtime/Json.h - strict JSON -----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_RUNTIME_JSON_H
#define VELLUM_RUNTIME_JSON_H

#include "runtime/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vellum {

/// A JSON value, with the place it was read from.
struct JsonValue {
  enum class Kind { Null, Bool, Integer, Real, String, Array, Object };

  Kind kind = Kind::Null;
  bool boolean = false;
  /// Kind::Integer: a number without fraction or exponent that fits.
  int64_t integer = 0;
  /// Kind::Real, and the rounded value of Kind::Integer.
  double real = 0;
  std::string string;
  std::vector<JsonValue> array;
  /// Members in the order of the text; no two have the same name.
  std::vector<std::pair<std::string, JsonValue>> object;
  /// Where the value starts in the parsed text.
  size_t offset = 0;

  /// The member called `name`; null if there is none or this is no object.
  const JsonValue *find(std::string_view name) const;
};

/// Parses one JSON value and nothing after it but white space, by RFC 8259
/// without leniency: no duplicate names, no invalid UTF-8, at most `maxDepth`
/// arrays and objects within each other. Errors end in "at byte N".
Result<JsonValue> parseJson(std::string_view text, int maxDepth = 32);

/// `text`, which must be UTF-8, as a JSON string with its quotes.
std::string quoteJson(std::string_view text);

/// Whether `text` is valid UTF-8.
bool isUtf8(std::string_view text);

} // namespace vellum

#endif // VELLUM_RUNTIME_JSON_H
