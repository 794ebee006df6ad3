//===- test/fuzz/Spoil.cpp - damaging bytes and text ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Spoil.h"

#include <algorithm>
#include <cctype>
#include <cstring>

using namespace vellum::fuzz;

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

/// A part of `text`: where it starts and how long it is.
static std::pair<size_t, size_t> choosePart(const std::string &text,
                                            Choices &choices) {
  if (text.empty())
    return {0, 0};
  const size_t at = choices.below(text.size());
  const size_t most = choices.chance(80) ? 16 : text.size();
  return {at, std::min<size_t>(text.size() - at, 1 + choices.below(most))};
}

/// A number that sizes, offsets and counts are mistaken about.
static uint64_t chooseLie(Choices &choices, size_t size) {
  const uint64_t lies[] = {0,
                           1,
                           size,
                           size + 1,
                           size - 1,
                           0x7f,
                           0xffff,
                           0x7fffffff,
                           0x80000000,
                           0xffffffff,
                           uint64_t(1) << 33,
                           uint64_t(1) << 62,
                           uint64_t(1) << 63,
                           ~uint64_t(0),
                           ~uint64_t(0) - 7};
  return lies[choices.below(std::size(lies))];
}

static void overwriteNumber(std::string &bytes, Choices &choices) {
  const uint64_t lie = chooseLie(choices, bytes.size());
  const size_t width = size_t(1) << choices.below(4);
  if (bytes.size() < width)
    return;
  const size_t at = choices.below(bytes.size() - width + 1);
  std::memcpy(&bytes[at], &lie, width);
}

static void spoilOnce(std::string &bytes, const std::string &other,
                      Choices &choices) {
  const auto [at, size] = choosePart(bytes, choices);
  switch (choices.below(8)) {
  case 0:
  case 1:
    if (!bytes.empty())
      bytes[at] = char(bytes[at] ^ (1 << choices.below(8)));
    return;
  case 2:
  case 3:
    return overwriteNumber(bytes, choices);
  case 4:
    bytes.erase(at, size);
    return;
  case 5:
    bytes.insert(at, bytes.substr(at, size));
    return;
  case 6: {
    const auto [from, count] = choosePart(other, choices);
    bytes.replace(at, choices.chance(50) ? count : 0, other, from, count);
    return;
  }
  default:
    bytes.resize(at);
  }
}

std::string vellum::fuzz::spoilBytes(std::string bytes,
                                     const std::string &other,
                                     Choices &choices) {
  for (unsigned times = 1 + choices.below(4); times > 0; --times)
    spoilOnce(bytes, other, choices);
  return bytes;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// Words with what is written in front of them (`%x`, `@f`), numbers, white
/// space, and all other characters each for itself.
static std::vector<std::string> tokenize(const std::string &text) {
  std::vector<std::string> tokens;
  auto isWord = [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.';
  };
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    const unsigned char c = text[i];
    if (isWord(c) || c == '%' || c == '@' || c == '#')
      while (end < text.size() && isWord(text[end]))
        ++end;
    else if (c == ' ' || c == '\n')
      while (end < text.size() && text[end] == c)
        ++end;
    tokens.push_back(text.substr(i, end - i));
    i = end;
  }
  return tokens;
}

static std::string join(const std::vector<std::string> &tokens) {
  std::string text;
  for (const std::string &token : tokens)
    text += token;
  return text;
}

static bool isNumber(const std::string &token) {
  return std::isdigit(static_cast<unsigned char>(token[0]));
}

static const char *chooseNumber(Choices &choices) {
  static const char *const numbers[] = {"0",
                                        "1",
                                        "2",
                                        "-1",
                                        "?",
                                        "3",
                                        "7",
                                        "1.5",
                                        "1e400",
                                        "0x7FC00000",
                                        "100000",
                                        "2147483648",
                                        "4294967295",
                                        "9223372036854775807",
                                        "9223372036854775808",
                                        "99999999999999999999999"};
  return numbers[choices.below(std::size(numbers))];
}

/// The position of a token that is no white space.
static size_t chooseToken(const std::vector<std::string> &tokens,
                          Choices &choices) {
  size_t at = choices.below(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i, at = (at + 1) % tokens.size())
    if (!std::isspace(static_cast<unsigned char>(tokens[at][0])))
      return at;
  return at;
}

static void spoilNumber(std::vector<std::string> &tokens, Choices &choices) {
  size_t at = choices.below(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i, at = (at + 1) % tokens.size())
    if (isNumber(tokens[at])) {
      // `4x` of a shape keeps its letter.
      const size_t digits = tokens[at].find_first_not_of("0123456789");
      tokens[at] = chooseNumber(choices) + (digits == std::string::npos
                                                ? std::string()
                                                : tokens[at].substr(digits));
      return;
    }
}

/// The tokens of one line, from behind the line break before it.
static std::pair<size_t, size_t>
chooseLine(const std::vector<std::string> &tokens, Choices &choices) {
  size_t begin = choices.below(tokens.size()), end = begin;
  while (begin > 0 && tokens[begin - 1][0] != '\n')
    --begin;
  while (end < tokens.size() && tokens[end][0] != '\n')
    ++end;
  return {begin, std::min(end + 1, tokens.size())};
}

static void spoilTokens(std::vector<std::string> &tokens,
                        const std::vector<std::string> &other,
                        Choices &choices) {
  if (tokens.empty())
    return;
  const size_t at = chooseToken(tokens, choices);
  switch (choices.below(9)) {
  case 0:
  case 1:
  case 2:
    return spoilNumber(tokens, choices);
  case 3:
    tokens.erase(tokens.begin() + at);
    return;
  case 4:
    tokens.insert(tokens.begin() + at, tokens[at]);
    return;
  case 5:
    tokens[at] = tokens[chooseToken(tokens, choices)];
    return;
  case 6:
    if (!other.empty())
      tokens[at] = other[chooseToken(other, choices)];
    return;
  case 7: {
    const auto [begin, end] = chooseLine(tokens, choices);
    tokens.erase(tokens.begin() + begin, tokens.begin() + end);
    return;
  }
  default: {
    const auto [begin, end] = chooseLine(tokens, choices);
    const std::vector<std::string> line(tokens.begin() + begin,
                                        tokens.begin() + end);
    tokens.insert(tokens.begin() + begin, line.begin(), line.end());
  }
  }
}

std::string vellum::fuzz::spoilText(std::string text, const std::string &other,
                                    Choices &choices) {
  std::vector<std::string> tokens = tokenize(text), others = tokenize(other);
  // One change more often than several: it lets readers get further.
  const unsigned most = choices.chance(40) ? 4 : 1;
  for (unsigned times = 1 + choices.below(most); times > 0; --times)
    spoilTokens(tokens, others, choices);
  text = join(tokens);
  // Now and then, bytes that no text has.
  return choices.chance(5) ? spoilBytes(text, other, choices) : text;
}
