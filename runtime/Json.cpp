//===- runtime/Json.cpp - strict JSON -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Json.h"
#include "runtime/Bytes.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace vellum {

const JsonValue *JsonValue::find(std::string_view name) const {
  for (const auto &member : object)
    if (member.first == name)
      return &member.second;
  return nullptr;
}

/// Length of the UTF-8 sequence that starts `text`; 0 if there is none.
static size_t utf8Length(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned lead = byte(0);
  if (text.empty())
    return 0;
  if (lead < 0x80)
    return 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4)
    return 0;
  for (size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
  // Overlong forms, surrogates, and beyond U+10FFFF.
  if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f) ||
      (lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f))
    return 0;
  return length;
}

bool isUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = utf8Length(text);
    if (length == 0)
      return false;
    text.remove_prefix(length);
  }
  return true;
}

static void appendUtf8(std::string &out, uint32_t code) {
  const auto put = [&](uint32_t byte) {
    out.push_back(static_cast<char>(byte));
  };
  if (code < 0x80)
    return put(code);
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xe0 | code >> 12);
    } else {
      put(0xf0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3f));
    }
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

namespace {

/// A recursive-descent parser. Functions return false after setting `failure`.
class Parser {
public:
  Parser(std::string_view text, int maxDepth)
      : text(text), maxDepth(maxDepth) {}

  Result<JsonValue> run() {
    JsonValue value;
    skipSpace();
    if (!parseValue(value, 0))
      return Error{std::move(failure)};
    skipSpace();
    if (at != text.size()) {
      fail("unexpected text after the value");
      return Error{std::move(failure)};
    }
    return value;
  }

private:
  bool fail(const std::string &what) {
    failure = atByte(what, at);
    return false;
  }

  /// The next character; NUL, which no rule accepts, at the end.
  char peek() const { return at < text.size() ? text[at] : '\0'; }

  bool consume(char c) {
    if (at >= text.size() || text[at] != c)
      return false;
    ++at;
    return true;
  }

  void skipSpace() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
      ++at;
  }

  bool parseValue(JsonValue &value, int depth) {
    value.offset = at;
    switch (peek()) {
    case '{':
      return depth < maxDepth ? parseObject(value, depth)
                              : fail("values nested too deeply");
    case '[':
      return depth < maxDepth ? parseArray(value, depth)
                              : fail("values nested too deeply");
    case '"':
      value.kind = JsonValue::Kind::String;
      return parseString(value.string);
    case 't':
      value.boolean = true;
      value.kind = JsonValue::Kind::Bool;
      return parseWord("true");
    case 'f':
      value.kind = JsonValue::Kind::Bool;
      return parseWord("false");
    case 'n':
      return parseWord("null");
    }
    return parseNumber(value);
  }

  bool parseWord(std::string_view word) {
    if (text.substr(at, word.size()) != word)
      return fail("expected a value");
    at += word.size();
    return true;
  }

  size_t skipDigits() {
    const size_t start = at;
    while (peek() >= '0' && peek() <= '9')
      ++at;
    return at - start;
  }

  bool parseNumber(JsonValue &value) {
    const size_t start = at;
    bool isInteger = true;
    consume('-');
    if (!consume('0') && skipDigits() == 0)
      return fail("expected a value");
    if (peek() >= '0' && peek() <= '9')
      return fail("a number with a leading zero");
    if (consume('.')) {
      isInteger = false;
      if (skipDigits() == 0)
        return fail("expected a digit");
    }
    if (consume('e') || consume('E')) {
      isInteger = false;
      if (!consume('-'))
        consume('+');
      if (skipDigits() == 0)
        return fail("expected a digit");
    }
    const char *first = text.data() + start, *last = text.data() + at;
    if (std::from_chars(first, last, value.real).ec != std::errc()) {
      at = start;
      return fail("a number out of range");
    }
    isInteger = isInteger &&
                std::from_chars(first, last, value.integer).ec == std::errc();
    value.kind = isInteger ? JsonValue::Kind::Integer : JsonValue::Kind::Real;
    return true;
  }

  bool parseHex(uint32_t &unit) {
    const std::string_view digits = text.substr(at, 4);
    const char *last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, unit, 16);
    if (digits.size() != 4 || error != std::errc() || end != last)
      return fail("expected four hexadecimal digits");
    at += 4;
    return true;
  }

  bool parseEscape(std::string &out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const size_t known =
        at < text.size() ? kLetters.find(text[at]) : std::string_view::npos;
    if (known != std::string_view::npos) {
      out.push_back(kMeanings[known]);
      ++at;
      return true;
    }
    if (!consume('u'))
      return fail("an unknown escape");
    uint32_t code;
    if (!parseHex(code))
      return false;
    if (code >= 0xdc00 && code < 0xe000)
      return fail("a low surrogate without a high one");
    if (code >= 0xd800 && code < 0xdc00) {
      uint32_t low = 0;
      if (!consume('\\') || !consume('u'))
        return fail("a high surrogate without a low one");
      if (!parseHex(low))
        return false;
      if (low < 0xdc00 || low >= 0xe000)
        return fail("a high surrogate without a low one");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    appendUtf8(out, code);
    return true;
  }

  bool parseString(std::string &out) {
    if (!consume('"'))
      return fail("expected a string");
    while (!consume('"')) {
      if (at >= text.size())
        return fail("a string without an end");
      if (consume('\\')) {
        if (!parseEscape(out))
          return false;
        continue;
      }
      if (static_cast<unsigned char>(text[at]) < 0x20)
        return fail("a control character in a string");
      const size_t length = utf8Length(text.substr(at));
      if (length == 0)
        return fail("invalid UTF-8");
      out.append(text, at, length);
      at += length;
    }
    return true;
  }

  bool parseArray(JsonValue &value, int depth) {
    value.kind = JsonValue::Kind::Array;
    consume('[');
    skipSpace();
    if (consume(']'))
      return true;
    for (;;) {
      skipSpace();
      if (!parseValue(value.array.emplace_back(), depth + 1))
        return false;
      skipSpace();
      if (consume(']'))
        return true;
      if (!consume(','))
        return fail("expected ',' or ']'");
    }
  }

  bool parseObject(JsonValue &value, int depth) {
    value.kind = JsonValue::Kind::Object;
    consume('{');
    skipSpace();
    if (consume('}'))
      return true;
    for (;;) {
      skipSpace();
      auto &member = value.object.emplace_back();
      if (!parseString(member.first))
        return false;
      skipSpace();
      if (!consume(':'))
        return fail("expected ':'");
      skipSpace();
      if (!parseValue(member.second, depth + 1))
        return false;
      skipSpace();
      if (consume('}'))
        return checkNames(value);
      if (!consume(','))
        return fail("expected ',' or '}'");
    }
  }

  bool checkNames(const JsonValue &value) {
    std::vector<std::string_view> names;
    for (const auto &member : value.object)
      names.push_back(member.first);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end())
      return true;
    at = value.offset;
    return fail("the name " + quoteJson(*twice) + " twice in the object");
  }

  std::string_view text;
  int maxDepth;
  size_t at = 0;
  std::string failure;
};

} // namespace

Result<JsonValue> parseJson(std::string_view text, int maxDepth) {
  return Parser(text, maxDepth).run();
}

std::string quoteJson(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out.push_back(kHex[c >> 4]);
      out.push_back(kHex[c & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
  return out;
}

} // namespace vellum
