//===- tools/vellum/ModelText.cpp - limits of a model's text --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/ModelText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include "tools/vellum/ModelDiagnostics.h"

using namespace llvm;
using namespace vellum;

/// What large constants need is in files of data.
static constexpr size_t kMostBytes = size_t(64) << 20;
/// The parser takes 3 to 8 KiB of its 8 MiB of stack for each.
static constexpr size_t kDeepest = 256;
/// An expression of this length can nest a thousand deep.
static constexpr size_t kLongestMap = 2000;
/// The time to read a number, or to guess what an unknown symbol may have been
/// meant to be, grows with the square of its length.
static constexpr size_t kLongestWord = 400;
/// A page.
static constexpr uint32_t kMostAlignment = 4096;

namespace {
/// Reads text as far as strings, comments, names and brackets go.
class TextScan {
public:
  explicit TextScan(const SourceMgr &sources)
      : sources(sources),
        text(sources.getMemoryBuffer(sources.getMainFileID())->getBuffer()) {}

  LogicalResult run();

private:
  LogicalResult scanNext();
  LogicalResult scanName();
  LogicalResult scanString();
  LogicalResult scanSymbol();
  LogicalResult scanAlias();
  LogicalResult open();
  LogicalResult close();
  void skipString();
  void skipComment() { next = std::min(text.find('\n', next), text.size()); }

  char at(size_t i) const { return i < text.size() ? text[i] : '\0'; }
  StringRef takeWord();
  size_t skipSpaces(size_t i) const;
  char afterSpaces(size_t i) const { return at(skipSpaces(i)); }
  LogicalResult refuse(size_t place, const Twine &message) const;

  const SourceMgr &sources;
  StringRef text;
  size_t next = 0;
  size_t depth = 0;
  /// Where the outermost affine map under way begins, and its bracket's depth.
  size_t mapBegin = 0, mapDepth = 0;
  /// In the section of resources at the end.
  bool isInResources = false;
  /// Within the definition of an alias, once it has begun to say something.
  enum { Outside, Begun, Inside } alias = Outside;
};
} // namespace

LogicalResult TextScan::refuse(size_t place, const Twine &message) const {
  return reportErrorAt(sources, SMLoc::getFromPointer(text.data() + place),
                       message);
}

/// True for bytes that direct a terminal or end what C takes for a text.
static bool isControl(char c) {
  return (static_cast<unsigned char>(c) < ' ' && !isSpace(c)) || c == 0x7f;
}

static bool isWordLetter(char c) {
  return isAlnum(c) || c == '_' || c == '$' || c == '.';
}

/// Where something begins that is neither space nor comment.
size_t TextScan::skipSpaces(size_t i) const {
  while (isSpace(at(i)) || (at(i) == '/' && at(i + 1) == '/'))
    i = isSpace(at(i)) ? i + 1 : std::min(text.find('\n', i), text.size());
  return i;
}

StringRef TextScan::takeWord() {
  const size_t begin = next;
  while (isWordLetter(at(next)))
    ++next;
  return text.slice(begin, next);
}

void TextScan::skipString() {
  for (++next; next < text.size() && text[next] != '"' && text[next] != '\n';
       ++next)
    if (text[next] == '\\')
      ++next;
  ++next;
}

LogicalResult TextScan::open() {
  if (++depth > kDeepest)
    return refuse(next, "brackets nest more than " + Twine(kDeepest) + " deep");
  ++next;
  return success();
}

LogicalResult TextScan::close() {
  if (mapDepth && depth == mapDepth) {
    mapDepth = 0;
    if (next - mapBegin > kLongestMap)
      return refuse(mapBegin, "an affine map must have at most " +
                                  Twine(kLongestMap) + " bytes, but got " +
                                  Twine(next - mapBegin));
  }
  depth -= depth > 0;
  ++next;
  return success();
}

LogicalResult TextScan::scanName() {
  const size_t begin = next;
  const StringRef word = takeWord();
  if (isDigit(word.front()) && word.size() > kLongestWord)
    return refuse(begin, "a number or shape must have at most " +
                             Twine(kLongestWord) + " digits, but got " +
                             Twine(word.size()));
  if (word == "loc" && afterSpaces(next) == '(')
    return refuse(begin, "a model gives no locations of its own; leave out "
                         "'loc(…)'");
  if (word.starts_with("affine_") && afterSpaces(next) == '<' && !mapDepth) {
    mapBegin = begin;
    mapDepth = depth + 1;
  }
  return success();
}

/// A string; in the section of resources one of bytes, which begins with the
/// alignment that they are given in memory.
LogicalResult TextScan::scanString() {
  const size_t begin = next;
  skipString();
  StringRef bytes = text.slice(begin + 1, next);
  if (!isInResources || !bytes.consume_front("0x"))
    return success();
  uint32_t digits = 0;
  if (bytes.take_front(8).getAsInteger(16, digits))
    return success();
  // The first of the four bytes is the lowest.
  const uint32_t alignment = byteswap(digits);
  if (isPowerOf2_32(alignment) && alignment <= kMostAlignment)
    return success();
  return refuse(begin, "a resource's alignment must be a power of two up to " +
                           Twine(kMostAlignment) + ", but got " +
                           Twine(alignment));
}

/// The value, symbol or block of this name.
LogicalResult TextScan::scanSymbol() {
  const size_t begin = next++;
  if (at(next) == '"')
    skipString();
  else
    takeWord();
  if (next - begin <= kLongestWord)
    return success();
  return refuse(begin, "a name must have at most " + Twine(kLongestWord) +
                           " bytes, but got " + Twine(next - begin));
}

/// `#name` or `!name`: the definition of an alias, or its use.
LogicalResult TextScan::scanAlias() {
  const size_t begin = next++;
  const StringRef word = takeWord();
  if (depth == 0 && alias == Outside && afterSpaces(next) == '=') {
    alias = Begun;
    next = skipSpaces(next) + 1;
    return success();
  }
  if (alias != Outside && !word.empty() && !word.contains('.'))
    return refuse(begin, "an alias must not name another one, but got '" +
                             text.slice(begin, next) + "'");
  if (alias == Begun)
    alias = Inside;
  return success();
}

LogicalResult TextScan::scanNext() {
  const char c = text[next];
  if (c == '\n' && depth == 0 && alias == Inside)
    alias = Outside;
  else if (alias == Begun && !isSpace(c) && c != '#' && c != '!')
    alias = Inside;
  if (c == '"')
    return scanString();
  if (c == '/' && at(next + 1) == '/')
    return skipComment(), success();
  isInResources |= text.substr(next).starts_with("{-#");
  if (c == '#' || c == '!')
    return scanAlias();
  if (c == '%' || c == '@' || c == '^')
    return scanSymbol();
  if (isWordLetter(c))
    return scanName();
  if (StringRef("([{<").contains(c))
    return open();
  const bool isArrow = c == '>' && next > 0 && text[next - 1] == '-';
  if (StringRef(")]}>").contains(c) && !isArrow)
    return close();
  return ++next, success();
}

LogicalResult TextScan::run() {
  if (text.size() > kMostBytes)
    return refuse(0, "a model must have at most " + Twine(kMostBytes) +
                         " bytes of text, but got " + Twine(text.size()));
  if (text.starts_with("\xEF\xBB\xBF"))
    return refuse(0, "the text begins with a byte order mark; save it as UTF-8 "
                     "without one");
  const auto *control = find_if(text, isControl);
  if (control != text.end())
    return refuse(control - text.begin(),
                  "a model is text, but got a byte of " +
                      Twine(static_cast<int>(*control)));
  while (next < text.size())
    if (failed(scanNext()))
      return failure();
  return success();
}

LogicalResult vellum::checkText(const SourceMgr &sources) {
  return TextScan(sources).run();
}
