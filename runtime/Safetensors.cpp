//===- runtime/Safetensors.cpp - .safetensors files -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Safetensors.h"
#include "runtime/Bytes.h"
#include "runtime/File.h"
#include "runtime/Json.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace vellum {

static constexpr size_t kLengthBytes = 8;

static const char *formatName(DType dtype) {
  switch (dtype) {
  case DType::F32:
    return "F32";
  case DType::F64:
    return "F64";
  case DType::I1:
    return "BOOL";
  case DType::I8:
    return "I8";
  case DType::I32:
    return "I32";
  case DType::I64:
    return "I64";
  }
  return "?";
}

static std::optional<DType> parseDType(std::string_view text) {
  for (DType dtype :
       {DType::F32, DType::F64, DType::I1, DType::I8, DType::I32, DType::I64})
    if (text == formatName(dtype))
      return dtype;
  return std::nullopt;
}

namespace {

using Kind = JsonValue::Kind;

/// One header entry, its data at [begin, end) of the data section.
struct Entry {
  std::string name;
  DType dtype;
  std::vector<int64_t> shape;
  uint64_t begin, end;
  size_t offset;
};

/// Reads one file; `path` and the current member go into the messages.
class Reader {
public:
  Reader(std::string_view bytes, const std::string &path)
      : bytes(bytes), size(bytes.size()), path(path) {}
  /// For the front of a file of `size` bytes.
  Reader(const FileFront &front, const std::string &path)
      : bytes(front.bytes), size(front.size), path(path) {}

  /// The length of the header, which the file must have room for.
  Result<uint64_t> readLength();
  /// Reads the header, as far as that needs no data: all of `bytes` may end
  /// there.
  Status readHeader();
  Result<SafetensorsFile> readData();

private:
  Error error(const std::string &what, size_t offset) const {
    const std::string prefix =
        member.empty() ? path + ": " : path + ": member '" + member + "': ";
    return {prefix + atByte(what, offset)};
  }

  /// An error at a value of the header.
  Error errorIn(const JsonValue &value, const std::string &what) const {
    return error(what, kLengthBytes + value.offset);
  }

  Result<Entry> parseEntry(const std::string &name, const JsonValue &value);
  Result<std::vector<int64_t>> parseIntegers(const JsonValue &value,
                                             const char *what);
  Status parseMetadata(const JsonValue &value);
  Status checkCoverage();

  std::string_view bytes;
  /// Of the file, and of what is behind its header.
  uint64_t size, dataSize = 0;
  const std::string &path;
  std::string member;
  SafetensorsFile file;
  std::vector<Entry> entries;
};

} // namespace

Result<std::vector<int64_t>> Reader::parseIntegers(const JsonValue &value,
                                                   const char *what) {
  if (value.kind != Kind::Array)
    return errorIn(value, std::string("expected an array for ") + what);
  std::vector<int64_t> integers;
  for (const JsonValue &element : value.array) {
    if (element.kind != Kind::Integer || element.integer < 0)
      return errorIn(element,
                     std::string("expected a non-negative integer in ") + what);
    integers.push_back(element.integer);
  }
  return integers;
}

Result<Entry> Reader::parseEntry(const std::string &name,
                                 const JsonValue &value) {
  member = name;
  if (value.kind != Kind::Object)
    return errorIn(value, "expected an object");
  for (const auto &[key, child] : value.object)
    if (key != "dtype" && key != "shape" && key != "data_offsets")
      return errorIn(child, "unknown key '" + key + "'");
  const JsonValue *dtype = value.find("dtype"), *shape = value.find("shape"),
                  *offsets = value.find("data_offsets");
  if (!dtype || !shape || !offsets)
    return errorIn(value, "expected dtype, shape and data_offsets");
  if (dtype->kind != Kind::String)
    return errorIn(*dtype, "expected a string for dtype");
  const std::optional<DType> type = parseDType(dtype->string);
  if (!type)
    return errorIn(*dtype, "unsupported dtype '" + dtype->string + "'");
  auto sizes = parseIntegers(*shape, "shape");
  if (!sizes)
    return sizes.takeError();
  auto span = parseIntegers(*offsets, "data_offsets");
  if (!span)
    return span.takeError();
  const std::vector<int64_t> &ends = *span;
  if (ends.size() != 2 || ends[0] > ends[1])
    return errorIn(*offsets, "expected data_offsets [begin, end]");
  if (static_cast<uint64_t>(ends[1]) > dataSize)
    return errorIn(*offsets, "data_offsets end at " + std::to_string(ends[1]) +
                                 " but the data has " +
                                 std::to_string(dataSize) + " bytes");
  const int64_t count = checkedNumElements(*sizes);
  if (count < 0 || count * byteSize(*type) != ends[1] - ends[0])
    return errorIn(*offsets, "data_offsets span " +
                                 std::to_string(ends[1] - ends[0]) +
                                 " bytes, which the shape does not fill");
  return Entry{name,
               *type,
               std::move(*sizes),
               static_cast<uint64_t>(ends[0]),
               static_cast<uint64_t>(ends[1]),
               kLengthBytes + offsets->offset};
}

Status Reader::parseMetadata(const JsonValue &value) {
  member = kMetadataName;
  if (value.kind != Kind::Object)
    return errorIn(value, "expected an object");
  for (const auto &[key, child] : value.object) {
    if (child.kind != Kind::String)
      return errorIn(child, "expected a string for '" + key + "'");
    file.metadata.emplace_back(key, child.string);
  }
  return {};
}

Status Reader::checkCoverage() {
  std::vector<const Entry *> sorted;
  for (const Entry &entry : entries)
    sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](const Entry *a, const Entry *b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  uint64_t at = 0;
  for (const Entry *entry : sorted) {
    member = entry->name;
    if (entry->begin != at)
      return error("expected data from " + std::to_string(at) + " but got " +
                       std::to_string(entry->begin) +
                       (entry->begin < at ? ", an overlap" : ", a gap"),
                   entry->offset);
    at = entry->end;
  }
  member.clear();
  if (at != dataSize)
    return error("the tensors end here but the data goes on",
                 size - dataSize + at);
  return {};
}

Result<uint64_t> Reader::readLength() {
  if (bytes.size() < kLengthBytes)
    return error("expected an 8-byte header length but got " +
                     std::to_string(bytes.size()) + " bytes",
                 0);
  const uint64_t length = loadLittleEndian<uint64_t>(bytes, 0);
  if (length > size - kLengthBytes)
    return error("a header of " + std::to_string(length) + " bytes but " +
                     std::to_string(size - kLengthBytes) + " remain",
                 0);
  // That of the format's own library.
  constexpr uint64_t kMostHeaderBytes = 100'000'000;
  if (length > kMostHeaderBytes)
    return error("a header of " + std::to_string(length) +
                     " bytes, more than " + std::to_string(kMostHeaderBytes),
                 0);
  return length;
}

Status Reader::readHeader() {
  const auto length = readLength();
  if (!length)
    return Error{length.error()};
  const std::string_view text = bytes.substr(kLengthBytes, *length);
  dataSize = size - kLengthBytes - *length;
  if (text.empty() || text[0] != '{')
    return error("expected '{'", kLengthBytes);
  const auto header = parseJson(text);
  if (!header)
    return Error{path +
                 ": in the header, which begins at byte 8: " + header.error()};
  for (const auto &[name, value] : header->object) {
    if (name == kMetadataName) {
      if (Status status = parseMetadata(value); !status)
        return status;
      continue;
    }
    auto entry = parseEntry(name, value);
    if (!entry)
      return entry.takeError();
    entries.push_back(std::move(*entry));
  }
  return checkCoverage();
}

Result<SafetensorsFile> Reader::readData() {
  const std::string_view data = bytes.substr(size - dataSize);
  for (Entry &entry : entries) {
    member = entry.name;
    Tensor tensor = Tensor::zeros(entry.dtype, std::move(entry.shape));
    const std::string_view source =
        data.substr(entry.begin, entry.end - entry.begin);
    if (entry.dtype == DType::I1) {
      const size_t bad = source.find_first_not_of(std::string_view("\0\1", 2));
      if (bad != std::string_view::npos)
        return error("expected 0 or 1 in a BOOL tensor",
                     size - dataSize + entry.begin + bad);
    }
    if (!source.empty())
      std::memcpy(tensor.raw(), source.data(), source.size());
    file.tensors.push_back({std::move(entry.name), std::move(tensor)});
  }
  return std::move(file);
}

Result<SafetensorsFile> parseSafetensors(std::string_view bytes,
                                         const std::string &path) {
  Reader reader(bytes, path);
  if (Status status = reader.readHeader(); !status)
    return status.takeError();
  return reader.readData();
}

/// Refuses what a reader would refuse: equal names and invalid UTF-8.
static Status checkNames(std::vector<std::string_view> names) {
  std::sort(names.begin(), names.end());
  for (size_t i = 0; i < names.size(); ++i) {
    if (!isUtf8(names[i]))
      return Error{"a name that is not UTF-8"};
    if (i > 0 && names[i] == names[i - 1])
      return Error{"member '" + std::string(names[i]) + "': twice in one file"};
  }
  return {};
}

Result<std::string> formatSafetensors(const SafetensorsFile &file) {
  std::vector<std::string_view> names, keys;
  std::string header = "{";
  if (!file.metadata.empty()) {
    names.push_back(kMetadataName);
    header += quoteJson(kMetadataName) + ":{";
    for (const auto &[key, value] : file.metadata) {
      if (!isUtf8(value))
        return Error{"metadata '" + key + "': not UTF-8"};
      header +=
          (keys.empty() ? "" : ",") + quoteJson(key) + ":" + quoteJson(value);
      keys.push_back(key);
    }
    header += "}";
  }
  size_t offset = 0;
  for (const NamedTensor &named : file.tensors) {
    if (named.name == kMetadataName)
      return Error{"a tensor cannot be called __metadata__"};
    header += header.size() > 1 ? "," : "";
    names.push_back(named.name);
    header += quoteJson(named.name) + ":{\"dtype\":\"" +
              formatName(named.tensor.dtype) + "\",\"shape\":[";
    for (size_t i = 0; i < named.tensor.shape.size(); ++i)
      header += (i ? "," : "") + std::to_string(named.tensor.shape[i]);
    const size_t end = offset + named.tensor.storage.size();
    header += "],\"data_offsets\":[" + std::to_string(offset) + "," +
              std::to_string(end) + "]}";
    offset = end;
  }
  header += "}";
  for (auto *list : {&names, &keys})
    if (Status status = checkNames(*list); !status)
      return status.takeError();
  // Spaces, as the reference writer puts them, align the data to 8 bytes.
  header.resize((header.size() + 7) / 8 * 8, ' ');
  std::string out;
  out.reserve(kLengthBytes + header.size() + offset);
  appendLittleEndian<uint64_t>(out, header.size());
  out += header;
  for (const NamedTensor &named : file.tensors)
    out.append(static_cast<const char *>(named.tensor.raw()),
               named.tensor.storage.size());
  return out;
}

/// Reads the header alone: a file that is none of tensors may be larger than
/// memory.
static Status checkHeader(const std::string &path) {
  auto front = readFileFront(path, kLengthBytes);
  if (!front)
    return front.takeError();
  const auto length = Reader(*front, path).readLength();
  if (!length)
    return Error{length.error()};
  front = readFileFront(path, kLengthBytes + *length);
  if (!front)
    return front.takeError();
  return Reader(*front, path).readHeader();
}

Result<SafetensorsFile> readSafetensors(const std::string &path) {
  if (Status status = checkHeader(path); !status)
    return status.takeError();
  auto bytes = readFile(path);
  if (!bytes)
    return bytes.takeError();
  return parseSafetensors(*bytes, path);
}

Status writeSafetensors(const std::string &path, const SafetensorsFile &file) {
  const auto bytes = formatSafetensors(file);
  if (!bytes)
    return Error{path + ": " + bytes.error()};
  return writeFileAtomic(path, *bytes);
}

} // namespace vellum
