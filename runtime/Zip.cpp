//===- runtime/Zip.cpp - zip archives -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Zip.h"
#include "runtime/Bytes.h"

#include <algorithm>
#include <zlib.h>

namespace vellum {

// Record signatures and the sizes of their fixed parts.
static constexpr uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50;
static constexpr uint32_t kEnd = 0x06054b50, kEnd64 = 0x06064b50;
static constexpr uint32_t kLocator64 = 0x07064b50;
static constexpr size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22;
static constexpr size_t kEnd64Size = 56, kLocator64Size = 20;

static constexpr uint16_t kEncrypted = 1, kUtf8Name = 1 << 11;
static constexpr uint16_t kStored = 0, kDeflated = 8;

namespace {

/// A directory entry, and the bytes [begin, end) its member takes.
struct Entry {
  std::string name;
  size_t offset;
  uint16_t flags, method;
  uint32_t crc;
  uint64_t packedSize, size, begin, data, end;
};

class Reader {
public:
  Reader(std::string_view bytes, const std::string &path)
      : bytes(bytes), path(path) {}

  Result<std::vector<ZipMember>> run();

private:
  Error error(const std::string &what, uint64_t offset) const {
    const std::string prefix =
        member.empty() ? path + ": " : path + ": member '" + member + "': ";
    return {prefix + atByte(what, offset)};
  }

  template <class T> T load(uint64_t offset) const {
    return loadLittleEndian<T>(bytes, offset);
  }

  Status findDirectory();
  Status find64(uint64_t end);
  Result<Entry> parseEntry();
  Status widen(Entry &entry, uint64_t extra, uint64_t extraEnd);
  Status locate(Entry &entry);
  Result<std::string> unpack(const Entry &entry) const;
  Result<std::string> inflate(const Entry &entry) const;

  std::string_view bytes;
  const std::string &path;
  std::string member;
  /// The directory's entries and bytes, and where the next entry begins.
  uint64_t count = 0, at = 0, directoryEnd = 0, directoryBegin = 0;
};

} // namespace

Status Reader::findDirectory() {
  // The end record is the last one, but for a comment of up to 65535 bytes
  // whose length it gives.
  if (bytes.size() < kEndSize)
    return error("expected a zip archive but got " +
                     std::to_string(bytes.size()) + " bytes",
                 0);
  const size_t last = bytes.size() - kEndSize;
  const size_t first = last > 0xffff ? last - 0xffff : 0;
  size_t end = last;
  while (!(load<uint32_t>(end) == kEnd &&
           load<uint16_t>(end + 20) == bytes.size() - end - kEndSize)) {
    if (end == first)
      return error("no end-of-directory record; truncated or not a zip archive",
                   bytes.size());
    --end;
  }
  if (load<uint16_t>(end + 4) != 0 || load<uint16_t>(end + 6) != 0)
    return error("archives in several parts are not supported", end + 4);
  count = load<uint16_t>(end + 10);
  const uint64_t size = load<uint32_t>(end + 12);
  at = load<uint32_t>(end + 16);
  directoryEnd = end;
  if (end >= kLocator64Size &&
      load<uint32_t>(end - kLocator64Size) == kLocator64)
    return find64(end - kLocator64Size);
  if (load<uint16_t>(end + 8) != count)
    return error("two different numbers of members", end + 8);
  if (!isInside(at, size, end) || at + size != end)
    return error("a directory of " + std::to_string(size) + " bytes at " +
                     std::to_string(at) +
                     " that does not end where its end"
                     " record begins",
                 end + 12);
  return {};
}

Status Reader::find64(uint64_t locator) {
  const uint64_t end = load<uint64_t>(locator + 8);
  if (!isInside(end, kEnd64Size, locator) || load<uint32_t>(end) != kEnd64)
    return error("no zip64 end-of-directory record where the locator says",
                 locator + 8);
  count = load<uint64_t>(end + 32);
  const uint64_t size = load<uint64_t>(end + 40);
  at = load<uint64_t>(end + 48);
  if (!isInside(at, size, end) || at + size != end)
    return error("a directory that does not end where its end record begins",
                 end + 40);
  directoryEnd = end;
  return {};
}

Status Reader::widen(Entry &entry, uint64_t extra, uint64_t extraEnd) {
  // Extra field 1 holds, in this order, the 64-bit values of those fields
  // that are saturated in the entry proper.
  while (extraEnd - extra >= 4) {
    const uint16_t id = load<uint16_t>(extra);
    const uint64_t size = load<uint16_t>(extra + 2);
    uint64_t field = extra + 4;
    if (!isInside(field, size, extraEnd))
      return error("an extra field that leaves its record", extra);
    extra = field + size;
    if (id != 1)
      continue;
    for (uint64_t *value : {&entry.size, &entry.packedSize, &entry.begin}) {
      if (*value != 0xffffffff)
        continue;
      if (!isInside(field, 8, extra))
        return error("a zip64 field that is too short", field);
      *value = load<uint64_t>(field);
      field += 8;
    }
    return {};
  }
  return {};
}

Result<Entry> Reader::parseEntry() {
  if (!isInside(at, kCentralSize, directoryEnd) ||
      load<uint32_t>(at) != kCentral)
    return error("expected a directory entry", at);
  const uint64_t nameSize = load<uint16_t>(at + 28);
  const uint64_t extraSize = load<uint16_t>(at + 30);
  const uint64_t commentSize = load<uint16_t>(at + 32);
  const uint64_t extra = at + kCentralSize + nameSize;
  if (!isInside(at + kCentralSize, nameSize + extraSize + commentSize,
                directoryEnd))
    return error("a directory entry that leaves the directory", at);
  Entry entry;
  entry.name = bytes.substr(at + kCentralSize, nameSize);
  entry.offset = at;
  entry.flags = load<uint16_t>(at + 8);
  entry.method = load<uint16_t>(at + 10);
  entry.crc = load<uint32_t>(at + 16);
  entry.packedSize = load<uint32_t>(at + 20);
  entry.size = load<uint32_t>(at + 24);
  entry.begin = load<uint32_t>(at + 42);
  member = entry.name;
  if (Status status = widen(entry, extra, extra + extraSize); !status)
    return status.takeError();
  if (entry.flags & kEncrypted)
    return error("encryption is not supported", at + 8);
  if (entry.method != kStored && entry.method != kDeflated)
    return error("compression method " + std::to_string(entry.method) +
                     " is not supported",
                 at + 10);
  if (entry.method == kStored && entry.packedSize != entry.size)
    return error("two different sizes of a stored member", at + 20);
  if (Status status = locate(entry); !status)
    return status.takeError();
  at = extra + extraSize + commentSize;
  return entry;
}

Status Reader::locate(Entry &entry) {
  if (!isInside(entry.begin, kLocalSize, directoryBegin) ||
      load<uint32_t>(entry.begin) != kLocal)
    return error("no member where the directory says, " +
                     std::to_string(entry.begin),
                 entry.offset + 42);
  const uint64_t nameSize = load<uint16_t>(entry.begin + 26);
  const uint64_t extraSize = load<uint16_t>(entry.begin + 28);
  entry.data = entry.begin + kLocalSize + nameSize + extraSize;
  if (!isInside(entry.data, entry.packedSize, directoryBegin))
    return error("contents of " + std::to_string(entry.packedSize) +
                     " bytes that leave the archive",
                 entry.begin);
  entry.end = entry.data + entry.packedSize;
  if (bytes.substr(entry.begin + kLocalSize, nameSize) != entry.name)
    return error("another name than in the directory",
                 entry.begin + kLocalSize);
  if (load<uint16_t>(entry.begin + 8) != entry.method)
    return error("another compression method than in the directory",
                 entry.begin + 8);
  return {};
}

Result<std::string> Reader::inflate(const Entry &entry) const {
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return error("cannot start zlib", entry.data);
  std::string out;
  const std::string_view packed = bytes.substr(entry.data, entry.packedSize);
  size_t taken = 0;
  int state = Z_OK;
  // The output grows as data comes, whatever size the directory claims.
  while (state == Z_OK && out.size() <= entry.size) {
    unsigned char buffer[1 << 15];
    stream.next_out = buffer;
    stream.avail_out = sizeof buffer;
    const size_t chunk = std::min<size_t>(packed.size() - taken, 1 << 20);
    stream.next_in =
        reinterpret_cast<Bytef *>(const_cast<char *>(packed.data() + taken));
    stream.avail_in = static_cast<uInt>(chunk);
    state = ::inflate(&stream, Z_NO_FLUSH);
    taken += chunk - stream.avail_in;
    out.append(reinterpret_cast<char *>(buffer),
               sizeof buffer - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END && out.size() <= entry.size)
    return error("corrupt or truncated deflate data", entry.data + taken);
  if (state == Z_STREAM_END && taken != packed.size())
    return error("unexpected bytes after the deflate data", entry.data + taken);
  return out;
}

Result<std::string> Reader::unpack(const Entry &entry) const {
  std::string contents;
  if (entry.method == kStored) {
    contents = bytes.substr(entry.data, entry.packedSize);
  } else {
    auto inflated = inflate(entry);
    if (!inflated)
      return inflated;
    contents = std::move(*inflated);
  }
  if (contents.size() != entry.size)
    return error("contents of another size than the recorded " +
                     std::to_string(entry.size) + " bytes",
                 entry.data);
  const uLong crc = crc32_z(0, reinterpret_cast<const Bytef *>(contents.data()),
                            contents.size());
  if (crc != entry.crc)
    return error("contents without the recorded CRC", entry.data);
  return contents;
}

Result<std::vector<ZipMember>> Reader::run() {
  if (Status status = findDirectory(); !status)
    return status.takeError();
  directoryBegin = at;
  std::vector<Entry> entries;
  // Not by `count`, which may lie about how much to reserve.
  while (at != directoryEnd) {
    member.clear();
    auto entry = parseEntry();
    if (!entry)
      return entry.takeError();
    entries.push_back(std::move(*entry));
  }
  member.clear();
  if (entries.size() != count)
    return error("expected " + std::to_string(count) + " members but got " +
                     std::to_string(entries.size()),
                 directoryEnd);
  std::vector<const Entry *> sorted;
  for (const Entry &entry : entries)
    sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(),
            [](const Entry *a, const Entry *b) { return a->begin < b->begin; });
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i]->begin < sorted[i - 1]->end) {
      member = sorted[i]->name;
      return error("overlaps member '" + sorted[i - 1]->name + "'",
                   sorted[i]->begin);
    }
  std::sort(sorted.begin(), sorted.end(),
            [](const Entry *a, const Entry *b) { return a->name < b->name; });
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i]->name == sorted[i - 1]->name) {
      member = sorted[i]->name;
      return error("twice in the directory", sorted[i]->offset);
    }
  std::vector<ZipMember> members;
  for (Entry &entry : entries) {
    member = entry.name;
    auto contents = unpack(entry);
    if (!contents)
      return contents.takeError();
    members.push_back({std::move(entry.name), std::move(*contents)});
  }
  return members;
}

Result<std::vector<ZipMember>> parseZip(std::string_view bytes,
                                        const std::string &path) {
  return Reader(bytes, path).run();
}

Result<std::string> formatZip(const std::vector<ZipMember> &members) {
  std::vector<std::string_view> names;
  // Far from the limit of 2^32 - 1 with all the records counted.
  uint64_t total = kEndSize;
  for (const ZipMember &member : members) {
    names.push_back(member.name);
    total += member.contents.size() + 2 * member.name.size() + kLocalSize +
             kCentralSize;
    if (member.name.size() > 0xffff)
      return Error{"a name of more than 65535 bytes"};
  }
  if (total >= 0xffffffff || members.size() >= 0xffff)
    return Error{"an archive of " + std::to_string(total) + " bytes and " +
                 std::to_string(members.size()) +
                 " members is too large without zip64"};
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end())
    return Error{"member '" + std::string(*twice) + "': twice in one archive"};

  std::string out, directory;
  out.reserve(total);
  for (const ZipMember &member : members) {
    const uint64_t crc =
        crc32_z(0, reinterpret_cast<const Bytef *>(member.contents.data()),
                member.contents.size());
    const bool ascii =
        std::all_of(member.name.begin(), member.name.end(),
                    [](char c) { return static_cast<signed char>(c) >= 0; });
    std::string common;
    appendLittleEndian<uint16_t>(common, 20); // version needed to extract
    appendLittleEndian<uint16_t>(common, ascii ? 0 : kUtf8Name);
    appendLittleEndian<uint16_t>(common, kStored);
    appendLittleEndian<uint16_t>(common, 0);      // 00:00:00
    appendLittleEndian<uint16_t>(common, 0x0021); // 1980-01-01
    appendLittleEndian<uint32_t>(common, static_cast<uint32_t>(crc));
    for (int i = 0; i < 2; ++i) // packed and unpacked size
      appendLittleEndian<uint32_t>(
          common, static_cast<uint32_t>(member.contents.size()));
    appendLittleEndian<uint16_t>(common,
                                 static_cast<uint16_t>(member.name.size()));
    appendLittleEndian<uint16_t>(common, 0); // extra fields

    appendLittleEndian<uint32_t>(directory, kCentral);
    appendLittleEndian<uint16_t>(directory, 20); // version made by
    directory += common;
    // Comment, part, internal and external attributes.
    directory.append(2 + 2 + 2 + 4, '\0');
    appendLittleEndian<uint32_t>(directory, static_cast<uint32_t>(out.size()));
    directory += member.name;

    appendLittleEndian<uint32_t>(out, kLocal);
    out += common;
    out += member.name;
    out += member.contents;
  }
  const size_t begin = out.size();
  out += directory;
  appendLittleEndian<uint32_t>(out, kEnd);
  appendLittleEndian<uint32_t>(out, 0); // part numbers
  for (int i = 0; i < 2; ++i)
    appendLittleEndian<uint16_t>(out, static_cast<uint16_t>(members.size()));
  appendLittleEndian<uint32_t>(out, static_cast<uint32_t>(directory.size()));
  appendLittleEndian<uint32_t>(out, static_cast<uint32_t>(begin));
  appendLittleEndian<uint16_t>(out, 0); // comment
  return out;
}

} // namespace vellum
