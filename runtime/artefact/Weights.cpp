//===- runtime/artefact/Weights.cpp - .safetensors files ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the fields of a record from a file that may hold more, and writes the
// bytes that `vellum train` would write.
//
//===----------------------------------------------------------------------===//

#include "runtime/Services.h"
#include "runtime/artefact/Artefact.h"

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace vellum::artefact;

/// Bytes in front of the header, which give its length.
static constexpr uint64_t kLengthBytes = 8;
/// What a header may be long: that of a model of 100,000 parameters.
static constexpr uint64_t kMostHeaderBytes = uint64_t(1) << 24;

static const char *formatName(int32_t dtype) {
  return dtype == VELLUM_F64 ? "F64" : "F32";
}

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

namespace {
/// What the header says of one tensor.
struct Description {
  char dtype[8] = "";
  int64_t shape[VELLUM_MAX_RANK] = {};
  int32_t rank = 0;
  int64_t begin = -1, end = -1;
};

/// Goes through the header's JSON. Its methods stop where the text is not what
/// they read, and return false.
class Header {
public:
  Header(const char *text, uint64_t length) : at(text), end(text + length) {}

  /// Calls visit(quotedName, length, description) for each tensor, until one
  /// returns false.
  template <class Visit> bool forEach(Visit visit);

private:
  bool take(char wanted);
  bool takeString(const char *&text, size_t &length);
  bool takeInteger(int64_t &value);
  bool takeIntegers(int64_t *values, int32_t most, int32_t &count);
  bool skipValue();
  bool takeMember(Description &description);
  bool takeDescription(Description &description);

  const char *at, *end;
};
} // namespace

/// Skips space, and the character if it comes next.
bool Header::take(char wanted) {
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    ++at;
  if (at == end || *at != wanted)
    return false;
  ++at;
  return true;
}

/// A string as it is written, with its quotes.
bool Header::takeString(const char *&text, size_t &length) {
  if (!take('"'))
    return false;
  text = at - 1;
  for (; at < end && *at != '"'; ++at)
    if (*at == '\\' && ++at == end)
      return false;
  if (at == end)
    return false;
  length = static_cast<size_t>(++at - text);
  return true;
}

bool Header::takeInteger(int64_t &value) {
  take(' '); // Skips the space in front.
  const char *first = at;
  for (value = 0; at < end && *at >= '0' && *at <= '9'; ++at) {
    if (value > (INT64_MAX - 9) / 10)
      return false;
    value = 10 * value + (*at - '0');
  }
  return at > first;
}

bool Header::takeIntegers(int64_t *values, int32_t most, int32_t &count) {
  count = 0;
  if (!take('['))
    return false;
  while (!take(']')) {
    if (count == most || (count && !take(',')) || !takeInteger(values[count]))
      return false;
    ++count;
  }
  return true;
}

/// Any value, which ends before a comma or a bracket that it did not open.
bool Header::skipValue() {
  for (int depth = 0; at < end;) {
    const char *text;
    size_t length;
    if (*at == '"') {
      if (!takeString(text, length))
        return false;
      continue;
    }
    if (*at == '{' || *at == '[')
      ++depth;
    if (depth == 0 && (*at == ',' || *at == '}' || *at == ']'))
      return true;
    if (*at == '}' || *at == ']')
      --depth;
    ++at;
  }
  return false;
}

static bool isText(const char *text, size_t length, const char *wanted) {
  return std::strlen(wanted) == length &&
         std::memcmp(text, wanted, length) == 0;
}

bool Header::takeMember(Description &d) {
  const char *key, *text;
  size_t length;
  if (!takeString(key, length) || !take(':'))
    return false;
  if (isText(key, length, "\"shape\""))
    return takeIntegers(d.shape, VELLUM_MAX_RANK, d.rank);
  if (isText(key, length, "\"data_offsets\"")) {
    int64_t offsets[2];
    int32_t count;
    if (!takeIntegers(offsets, 2, count) || count != 2)
      return false;
    d.begin = offsets[0], d.end = offsets[1];
    return true;
  }
  if (!isText(key, length, "\"dtype\""))
    return skipValue();
  if (!takeString(text, length) || length - 2 >= sizeof d.dtype)
    return false;
  std::memcpy(d.dtype, text + 1, length - 2);
  d.dtype[length - 2] = 0;
  return true;
}

bool Header::takeDescription(Description &description) {
  if (!take('{'))
    return false;
  for (bool isFirst = true; !take('}'); isFirst = false)
    if ((!isFirst && !take(',')) || !takeMember(description))
      return false;
  return 0 <= description.begin && description.begin <= description.end;
}

template <class Visit> bool Header::forEach(Visit visit) {
  if (!take('{'))
    return false;
  for (bool isFirst = true; !take('}'); isFirst = false) {
    const char *name;
    size_t length;
    if ((!isFirst && !take(',')) || !takeString(name, length) || !take(':'))
      return false;
    if (isText(name, length, "\"__metadata__\"")) {
      if (!skipValue())
        return false;
      continue;
    }
    Description description;
    if (!takeDescription(description) || !visit(name, length, description))
      return false;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {
class Loader {
public:
  Loader(const Record &record, VellumContext *context, const char *path)
      : record(record), context(context), path(path) {}
  ~Loader();

  Code run(char *values);

private:
  Code open();
  Code readHeader();
  Code locate();
  bool place(const char *name, size_t length, const Description &description);
  Code readFields(char *values);

  const Record &record;
  VellumContext *context;
  const char *path;
  FILE *file = nullptr;
  char *header = nullptr;
  uint64_t headerBytes = 0, dataBytes = 0;
  /// Where the data of each field begins; -1 where it was not found.
  int64_t *begins = nullptr;
};
} // namespace

Loader::~Loader() {
  if (file)
    std::fclose(file);
  std::free(header);
  std::free(begins);
}

Code Loader::open() {
  file = std::fopen(path, "rb");
  if (!file)
    return fail(context, kBadArgument, "%s: %s", path, std::strerror(errno));
  long bytes = -1;
  if (std::fseek(file, 0, SEEK_END) == 0)
    bytes = std::ftell(file);
  if (bytes < 0 || std::fseek(file, 0, SEEK_SET) != 0)
    return fail(context, kBadArgument, "%s: cannot be read", path);
  dataBytes = uint64_t(bytes);
  return kOk;
}

Code Loader::readHeader() {
  unsigned char length[kLengthBytes];
  if (std::fread(length, 1, kLengthBytes, file) != kLengthBytes)
    return fail(context, kBadArgument, "%s: is no .safetensors file", path);
  for (unsigned i = 0; i < kLengthBytes; ++i)
    headerBytes |= uint64_t(length[i]) << (8 * i);
  dataBytes -= kLengthBytes;
  if (headerBytes > dataBytes || headerBytes > kMostHeaderBytes)
    return fail(context, kBadArgument, "%s: is no .safetensors file", path);
  dataBytes -= headerBytes;
  header = static_cast<char *>(std::malloc(headerBytes + 1));
  begins = static_cast<int64_t *>(
      std::malloc((record.numFields + 1) * sizeof *begins));
  if (!header || !begins)
    return fail(context, kFailed, "%s: no memory for its header", path);
  for (uint64_t i = 0; i < record.numFields; ++i)
    begins[i] = -1;
  if (std::fread(header, 1, headerBytes, file) != headerBytes)
    return fail(context, kBadArgument, "%s: ends in its header", path);
  return kOk;
}

/// Notes where the tensor's data lies, if it is a field's; false where it does
/// not fit that.
bool Loader::place(const char *name, size_t length, const Description &d) {
  for (uint64_t i = 0; i < record.numFields; ++i) {
    const Field &field = record.fields[i].field;
    if (!isText(name, length, record.fields[i].quoted))
      continue;
    const bool isSame = std::strcmp(d.dtype, formatName(field.dtype)) == 0 &&
                        d.rank == field.rank &&
                        std::memcmp(d.shape, field.shape,
                                    size_t(d.rank) * sizeof d.shape[0]) == 0;
    Text wanted, actual;
    wanted.addShape(field.shape, field.rank);
    actual.addShape(d.shape, d.rank);
    if (!isSame) {
      fail(context, kBadArgument,
           "%s: tensor '%s' must be %s of shape %s, but got %s of shape %s",
           path, field.name, formatName(field.dtype), wanted.line(), d.dtype,
           actual.line());
      return false;
    }
    if (uint64_t(d.end - d.begin) != field.bytes ||
        uint64_t(d.end) > dataBytes) {
      fail(context, kBadArgument, "%s: the data of tensor '%s' is cut", path,
           field.name);
      return false;
    }
    begins[i] = d.begin;
  }
  return true;
}

Code Loader::locate() {
  const bool isRead = Header(header, headerBytes)
                          .forEach([&](const char *name, size_t length,
                                       const Description &description) {
                            return place(name, length, description);
                          });
  // An error of `place` stands; this one only counts where there is none.
  if (!isRead)
    return fail(context, kBadArgument, "%s: its header cannot be understood",
                path);
  for (uint64_t i = 0; i < record.numFields; ++i)
    if (begins[i] < 0)
      return fail(context, kBadArgument, "%s: has no tensor '%s'", path,
                  record.fields[i].field.name);
  return kOk;
}

Code Loader::readFields(char *values) {
  const uint64_t start = kLengthBytes + headerBytes;
  for (uint64_t i = 0; i < record.numFields; ++i) {
    const Field &field = record.fields[i].field;
    if (std::fseek(file, long(start + uint64_t(begins[i])), SEEK_SET) != 0 ||
        std::fread(values + field.offset, 1, field.bytes, file) != field.bytes)
      return fail(context, kBadArgument, "%s: tensor '%s' cannot be read", path,
                  field.name);
  }
  return kOk;
}

Code Loader::run(char *values) {
  Code code = open();
  if (code == kOk)
    code = readHeader();
  if (code == kOk)
    code = locate();
  return code == kOk ? readFields(values) : code;
}

int32_t vellum_artefact_load(const Record *record, VellumContext *context,
                             void *values, const char *path) {
  if (!context)
    return kBadArgument;
  vellum_rt_reset(context);
  if (!values || !path)
    return fail(context, kBadArgument, "a null pointer is given");
  return Loader(*record, context, path).run(static_cast<char *>(values));
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

namespace {
/// Writes a file, or nothing where it has none, and counts the bytes.
class Writer {
public:
  explicit Writer(FILE *file) : file(file) {}

  void put(const void *bytes, uint64_t count) {
    if (file && count)
      isGood &= std::fwrite(bytes, 1, count, file) == count;
    written += count;
  }
  void put(const char *text) { put(text, std::strlen(text)); }
  void put(uint64_t number) {
    char text[24];
    std::snprintf(text, sizeof text, "%" PRIu64, number);
    put(text);
  }

  uint64_t written = 0;
  bool isGood = true;

private:
  FILE *file;
};
} // namespace

static void putHeader(const Record &record, Writer &out) {
  uint64_t offset = 0;
  for (uint64_t i = 0; i < record.numFields; ++i) {
    const Field &field = record.fields[i].field;
    out.put(i ? "," : "{");
    out.put(record.fields[i].quoted);
    out.put(":{\"dtype\":\"");
    out.put(formatName(field.dtype));
    out.put("\",\"shape\":[");
    for (int32_t dim = 0; dim < field.rank; ++dim) {
      out.put(dim ? "," : "");
      out.put(uint64_t(field.shape[dim]));
    }
    out.put("],\"data_offsets\":[");
    out.put(offset);
    out.put(",");
    out.put(offset += field.bytes);
    out.put("]}");
  }
  out.put("}");
}

static bool putFile(const Record &record, const char *values, FILE *file) {
  Writer counter(nullptr);
  putHeader(record, counter);
  // Spaces align the data to 8 bytes.
  const uint64_t length = (counter.written + 7) / 8 * 8;
  unsigned char bytes[kLengthBytes];
  for (unsigned i = 0; i < kLengthBytes; ++i)
    bytes[i] = static_cast<unsigned char>(length >> (8 * i));
  Writer out(file);
  out.put(bytes, kLengthBytes);
  putHeader(record, out);
  out.put("       ", length - counter.written);
  for (uint64_t i = 0; i < record.numFields; ++i)
    out.put(values + record.fields[i].field.offset,
            record.fields[i].field.bytes);
  return out.isGood;
}

int32_t vellum_artefact_save(const Record *record, VellumContext *context,
                             const void *values, const char *path) {
  if (!context)
    return kBadArgument;
  vellum_rt_reset(context);
  if (!values || !path)
    return fail(context, kBadArgument, "a null pointer is given");
  const size_t length = std::strlen(path) + sizeof ".new";
  auto *temporary = static_cast<char *>(
      vellum::allocate(context, static_cast<int64_t>(length)));
  if (!temporary)
    return kFailed;
  std::snprintf(temporary, length, "%s.new", path);
  FILE *file = std::fopen(temporary, "wb");
  bool isGood =
      file && putFile(*record, static_cast<const char *>(values), file);
  if (file)
    isGood &= std::fclose(file) == 0;
  if (isGood && std::rename(temporary, path) == 0)
    return kOk;
  const int error = errno;
  if (file)
    std::remove(temporary);
  return fail(context, kFailed, "%s: cannot be written: %s", path,
              std::strerror(error));
}
