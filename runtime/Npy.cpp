//===- runtime/Npy.cpp - .npy files ---------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Npy.h"
#include "runtime/Bytes.h"
#include "runtime/File.h"

#include <charconv>
#include <cstring>
#include <optional>

namespace vellum {

static constexpr std::string_view kMagic = "\x93NUMPY";

static const char *descrOf(DType dtype) {
  switch (dtype) {
  case DType::F32:
    return "<f4";
  case DType::F64:
    return "<f8";
  case DType::I1:
    return "|b1";
  case DType::I8:
    return "|i1";
  case DType::I32:
    return "<i4";
  case DType::I64:
    return "<i8";
  }
  return "?";
}

static std::optional<DType> parseDescr(std::string_view text) {
  for (DType dtype :
       {DType::F32, DType::F64, DType::I1, DType::I8, DType::I32, DType::I64})
    if (text == descrOf(dtype))
      return dtype;
  return std::nullopt;
}

namespace {

/// Parses the header, a Python dictionary of three known keys. Functions
/// return false after setting `failure`.
class HeaderParser {
public:
  HeaderParser(std::string_view text, size_t base) : text(text), base(base) {}

  std::string failure;
  std::optional<DType> dtype;
  std::optional<bool> fortranOrder;
  std::optional<std::vector<int64_t>> shape;

  bool run() {
    skipSpace();
    if (!consume("{"))
      return fail("expected '{'");
    skipSpace();
    while (!consume("}")) {
      if (!parseItem())
        return false;
      skipSpace();
      if (!consume(",") && text.substr(at, 1) != "}")
        return fail("expected ',' or '}'");
      skipSpace();
    }
    skipSpace();
    consume("\n");
    if (at != text.size())
      return fail("unexpected text after the dictionary");
    if (!dtype || !fortranOrder || !shape)
      return fail("expected descr, fortran_order and shape");
    if (*fortranOrder)
      return fail("Fortran order is not supported");
    return true;
  }

private:
  bool fail(const std::string &what) {
    failure = atByte(what, base + at);
    return false;
  }

  bool consume(std::string_view token) {
    if (text.substr(at, token.size()) != token)
      return false;
    at += token.size();
    return true;
  }

  void skipSpace() {
    while (consume(" "))
      ;
  }

  bool parseString(std::string_view &out) {
    const char quote = at < text.size() ? text[at] : '\0';
    if (quote != '\'' && quote != '"')
      return fail("expected a string");
    const size_t end = text.find(quote, at + 1);
    if (end == std::string_view::npos)
      return fail("a string without an end");
    out = text.substr(at + 1, end - at - 1);
    at = end + 1;
    return true;
  }

  bool parseItem() {
    const size_t start = at;
    std::string_view key;
    if (!parseString(key))
      return false;
    skipSpace();
    if (!consume(":"))
      return fail("expected ':'");
    skipSpace();
    const bool isKnown =
        key == "descr" || key == "fortran_order" || key == "shape";
    const bool isRepeated = (key == "descr" && dtype) ||
                            (key == "fortran_order" && fortranOrder) ||
                            (key == "shape" && shape);
    if (!isKnown || isRepeated) {
      at = start;
      return fail((isKnown ? "repeated key '" : "unknown key '") +
                  std::string(key) + "'");
    }
    if (key == "descr")
      return parseDType();
    if (key == "shape")
      return parseShape();
    if (consume("True"))
      fortranOrder = true;
    else if (consume("False"))
      fortranOrder = false;
    else
      return fail("expected True or False");
    return true;
  }

  bool parseDType() {
    if (text.substr(at, 1) == "[")
      return fail("structured dtypes are not supported");
    const size_t start = at;
    std::string_view descr;
    if (!parseString(descr))
      return false;
    dtype = parseDescr(descr);
    if (dtype)
      return true;
    at = start;
    const std::string quoted = "'" + std::string(descr) + "'";
    if (!descr.empty() && descr[0] == '>')
      return fail("big-endian dtype " + quoted + " is not supported");
    if (descr.find('O') != std::string_view::npos)
      return fail("object dtype " + quoted + " is not supported");
    return fail("unsupported dtype " + quoted);
  }

  bool parseShape() {
    if (!consume("("))
      return fail("expected '('");
    std::vector<int64_t> sizes;
    skipSpace();
    bool comma = true;
    while (!consume(")")) {
      if (!comma)
        return fail("expected ',' or ')'");
      int64_t size = 0;
      const char *first = text.data() + at, *last = text.data() + text.size();
      const auto [end, error] = std::from_chars(first, last, size);
      if (error != std::errc() || size < 0)
        return fail("expected a size");
      at += static_cast<size_t>(end - first);
      sizes.push_back(size);
      skipSpace();
      comma = consume(",");
      skipSpace();
    }
    // Python writes a tuple of one as (n,); (n) would be a number.
    if (sizes.size() == 1 && !comma)
      return fail("expected ',' in a shape of one size");
    shape = std::move(sizes);
    return true;
  }

  std::string_view text;
  size_t base;
  size_t at = 0;
};

} // namespace

Result<Tensor> parseNpy(std::string_view bytes, const std::string &where) {
  const auto error = [&](const std::string &what, uint64_t offset) {
    return Error{where + ": " + atByte(what, offset)};
  };
  if (bytes.substr(0, kMagic.size()) != kMagic)
    return error("expected the magic string \\x93NUMPY", 0);
  if (bytes.size() < 8)
    return error("expected a format version", 6);
  const unsigned major = static_cast<unsigned char>(bytes[6]);
  const unsigned minor = static_cast<unsigned char>(bytes[7]);
  if (major < 1 || major > 3 || minor != 0)
    return error("expected format version 1.0, 2.0 or 3.0 but got " +
                     std::to_string(major) + "." + std::to_string(minor),
                 6);
  const size_t start = major == 1 ? 10 : 12;
  if (bytes.size() < start)
    return error("expected a header length", 8);
  const uint64_t length = major == 1 ? loadLittleEndian<uint16_t>(bytes, 8)
                                     : loadLittleEndian<uint32_t>(bytes, 8);
  if (!isInside(start, length, bytes.size()))
    return error("a header of " + std::to_string(length) + " bytes but " +
                     std::to_string(bytes.size() - start) + " remain",
                 8);
  HeaderParser header(bytes.substr(start, length), start);
  if (!header.run())
    return Error{where + ": " + header.failure};
  const std::string_view data = bytes.substr(start + length);
  const int64_t count = checkedNumElements(*header.shape);
  if (count < 0)
    return error("a shape too large to address", start);
  const uint64_t expected =
      static_cast<uint64_t>(count * byteSize(*header.dtype));
  if (data.size() != expected)
    return error("expected " + std::to_string(expected) +
                     " bytes of data but got " + std::to_string(data.size()),
                 start + length);
  if (*header.dtype == DType::I1) {
    const size_t bad = data.find_first_not_of(std::string_view("\0\1", 2));
    if (bad != std::string_view::npos)
      return error("expected 0 or 1 in a |b1 array", start + length + bad);
  }
  Tensor tensor = Tensor::zeros(*header.dtype, std::move(*header.shape));
  if (!data.empty())
    std::memcpy(tensor.raw(), data.data(), data.size());
  return tensor;
}

std::string formatNpy(const Tensor &tensor) {
  std::string header = std::string("{'descr': '") + descrOf(tensor.dtype) +
                       "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < tensor.shape.size(); ++i)
    header += (i ? ", " : "") + std::to_string(tensor.shape[i]);
  header += tensor.shape.size() == 1 ? ",), }" : "), }";
  // The data starts at a multiple of 64, after a newline.
  const size_t total = (10 + header.size() + 1 + 63) / 64 * 64;
  header.resize(total - 11, ' ');
  header += '\n';
  std::string out(kMagic);
  out += '\1';
  out += '\0';
  appendLittleEndian<uint16_t>(out, static_cast<uint16_t>(header.size()));
  out += header;
  out.append(static_cast<const char *>(tensor.raw()), tensor.storage.size());
  return out;
}

Result<Tensor> readNpy(const std::string &path) {
  auto bytes = readFile(path);
  if (!bytes)
    return bytes.takeError();
  return parseNpy(*bytes, path);
}

Status writeNpy(const std::string &path, const Tensor &tensor) {
  return writeFileAtomic(path, formatNpy(tensor));
}

} // namespace vellum
