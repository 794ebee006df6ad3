//===- test/runtime/NpzTest.cpp - .npy and .npz files ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Npz.h"
#include "runtime/Bytes.h"
#include "runtime/Npy.h"
#include "runtime/Zip.h"
#include "test/runtime/Mutations.h"

#include <gtest/gtest.h>
#include <zlib.h>

using namespace vellum;

namespace {

/// What numpy.save writes for numpy.array([1, -2], '<f4').
const std::string &numpyBytes() {
  static const std::string bytes =
      std::string("\x93NUMPY\x01\x00\x76\x00", 10) +
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }" +
      std::string(60, ' ') + "\n" + std::string("\0\0\x80\x3f\0\0\0\xc0", 8);
  return bytes;
}

/// A version 1 file with this header.
std::string npyWith(const std::string &header, const std::string &data) {
  std::string bytes("\x93NUMPY\x01\x00", 8);
  appendLittleEndian<uint16_t>(bytes, uint16_t(header.size()));
  return bytes + header + data;
}

std::string npyError(const std::string &bytes) {
  const auto tensor = parseNpy(bytes, "f");
  return tensor ? "accepted" : tensor.error();
}

TEST(Npy, NumpysBytes) {
  const Tensor expected = Tensor::of<float>({2}, {1, -2});
  const auto tensor = parseNpy(numpyBytes(), "f");
  ASSERT_TRUE(tensor) << tensor.error();
  EXPECT_EQ(*tensor, expected);
  EXPECT_EQ(formatNpy(expected), numpyBytes());
}

TEST(Npy, RoundTrip) {
  const Tensor tensors[] = {
      Tensor::of<float>({2, 2}, {1, 2, 3, 4}),
      Tensor::of<double>({}, {-0.5}),
      Tensor::of<bool>({3}, {true, false, true}),
      Tensor::of<int8_t>({1, 2}, {-1, 127}),
      Tensor::of<int32_t>({2}, {-1, 1 << 30}),
      Tensor::of<int64_t>({1, 1, 1}, {INT64_MIN}),
      Tensor::zeros(DType::F32, {0, 3}),
      Tensor::zeros(DType::I8, std::vector<int64_t>(40, 1)),
  };
  for (const Tensor &t : tensors) {
    const auto back = parseNpy(formatNpy(t), "f");
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(*back, t) << t.typeName();
  }
}

TEST(Npy, LaterVersionsAndOtherSpellings) {
  std::string v2("\x93NUMPY\x02\x00", 8);
  const std::string header =
      "{\"shape\":(), \"descr\":\"|i1\",\"fortran_order\":False}\n";
  appendLittleEndian<uint32_t>(v2, uint32_t(header.size()));
  v2 += header + "\x05";
  for (char version : {2, 3}) {
    v2[6] = version;
    const auto tensor = parseNpy(v2, "f");
    ASSERT_TRUE(tensor) << tensor.error();
    EXPECT_EQ(*tensor, Tensor::of<int8_t>({}, {5}));
  }
}

TEST(Npy, RefusesWhatIsWrong) {
  const auto withDescr = [](const std::string &descr) {
    return npyWith("{'descr': " + descr +
                       ", 'fortran_order': False, 'shape': (1,), }\n",
                   "1234");
  };
  const auto withShape = [](const std::string &shape) {
    return npyWith(
        "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + "}",
        "1234");
  };
  const std::pair<std::string, const char *> cases[] = {
      {"PK", "f: expected the magic string \\x93NUMPY at byte 0"},
      {"\x93NUMPY", "f: expected a format version at byte 6"},
      {"\x93NUMPY\x04" + std::string(9, '\0'),
       "f: expected format version 1.0, 2.0 or 3.0 but got 4.0 at byte 6"},
      {withDescr("'>f4'"),
       "f: big-endian dtype '>f4' is not supported at byte 20"},
      {withDescr("'|O'"), "f: object dtype '|O' is not supported at byte 20"},
      {withDescr("'<f2'"), "f: unsupported dtype '<f2' at byte 20"},
      {withDescr("[('a','<f4')]"),
       "f: structured dtypes are not supported at byte 20"},
      {npyWith("{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}",
               "1234"),
       "f: Fortran order is not supported at byte 64"},
      {npyWith("{'descr': '<f4', 'shape': (1,)}", "1234"),
       "f: expected descr, fortran_order and shape at byte 41"},
      {npyWith("{'x': 1}", ""), "f: unknown key 'x' at byte 11"},
      {npyWith("{'shape': (), 'shape': ()}", ""),
       "f: repeated key 'shape' at byte 24"},
      {withShape("(1)"), "f: expected ',' in a shape of one size at byte 63"},
      {withShape("(-1,)"), "f: expected a size at byte 61"},
      {withShape("(99999999999999999999,)"), "f: expected a size at byte 61"},
      {withShape("(4611686018427387904,4)"),
       "f: a shape too large to address at byte 10"},
      {withShape("(2,)"), "f: expected 8 bytes of data but got 4 at byte 65"},
      {npyWith("{'descr': '|b1', 'fortran_order': False, 'shape': ()}", "\2"),
       "f: expected 0 or 1 in a |b1 array at byte 63"},
      {npyWith("{} x", ""), "f: unexpected text after the dictionary at byte "
                            "13"},
  };
  for (const auto &[bytes, message] : cases)
    EXPECT_EQ(npyError(bytes), message);
}

TEST(Npy, SurvivesSpoiltFiles) {
  const auto parse = [](std::string_view b) { return bool(parseNpy(b, "f")); };
  EXPECT_EQ(parseTruncations(numpyBytes(), parse), 0);
  parseMutations(numpyBytes(), 5000, parse);
}

std::vector<NamedTensor> sample() {
  return {{"w", Tensor::of<float>({2}, {1, -2})},
          {"n/\u00e9", Tensor::of<int32_t>({}, {5})},
          {"none", Tensor::zeros(DType::F64, {0})}};
}

/// An archive with one deflated member, its sizes in zip64 fields if wanted.
std::string deflatedZip(const std::string &name, const std::string &contents,
                        bool zip64) {
  std::string packed(compressBound(contents.size()), '\0');
  z_stream stream = {};
  EXPECT_EQ(
      deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY),
      Z_OK);
  stream.next_in =
      reinterpret_cast<Bytef *>(const_cast<char *>(contents.data()));
  stream.avail_in = uInt(contents.size());
  stream.next_out = reinterpret_cast<Bytef *>(packed.data());
  stream.avail_out = uInt(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);

  std::string extra;
  if (zip64) {
    appendLittleEndian<uint16_t>(extra, 1);
    appendLittleEndian<uint16_t>(extra, 16);
    appendLittleEndian<uint64_t>(extra, contents.size());
    appendLittleEndian<uint64_t>(extra, packed.size());
  }
  std::string common("\x2d\0\0\0\x08\0\0\0\0\0", 10);
  appendLittleEndian<uint32_t>(
      common,
      uint32_t(crc32(0, reinterpret_cast<const Bytef *>(contents.data()),
                     uInt(contents.size()))));
  appendLittleEndian<uint32_t>(common, zip64 ? ~0u : uint32_t(packed.size()));
  appendLittleEndian<uint32_t>(common, zip64 ? ~0u : uint32_t(contents.size()));
  appendLittleEndian<uint16_t>(common, uint16_t(name.size()));
  appendLittleEndian<uint16_t>(common, uint16_t(extra.size()));
  std::string out = "PK\3\4" + common + name + extra + packed;
  const size_t directory = out.size();
  out += std::string("PK\1\2\x2d\0", 6) + common + std::string(14, '\0') +
         name + extra;
  const size_t end = out.size();
  if (zip64) {
    out += "PK\6\6";
    appendLittleEndian<uint64_t>(out, 44);
    out += std::string("\x2d\0\x2d\0\0\0\0\0\0\0\0\0", 12);
    for (uint64_t value : {uint64_t(1), uint64_t(1), uint64_t(end - directory),
                           uint64_t(directory)})
      appendLittleEndian<uint64_t>(out, value);
    out += std::string("PK\6\7\0\0\0\0", 8);
    appendLittleEndian<uint64_t>(out, end);
    appendLittleEndian<uint32_t>(out, 1);
  }
  out += std::string("PK\5\6\0\0\0\0", 8);
  for (int i = 0; i < 2; ++i)
    appendLittleEndian<uint16_t>(out, zip64 ? 0xffff : 1);
  appendLittleEndian<uint32_t>(out, zip64 ? ~0u : uint32_t(end - directory));
  appendLittleEndian<uint32_t>(out, zip64 ? ~0u : uint32_t(directory));
  appendLittleEndian<uint16_t>(out, 0);
  return out;
}

TEST(Npz, RoundTrip) {
  const auto bytes = formatNpz(sample());
  ASSERT_TRUE(bytes) << bytes.error();
  const auto tensors = parseNpz(*bytes, "f");
  ASSERT_TRUE(tensors) << tensors.error();
  ASSERT_EQ(tensors->size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*tensors)[i].name, sample()[i].name);
    EXPECT_EQ((*tensors)[i].tensor, sample()[i].tensor);
  }
  EXPECT_EQ(*formatNpz(*tensors), *bytes) << "deterministic";
  EXPECT_TRUE(parseNpz(*formatNpz({}), "f"));
}

TEST(Npz, DeflatedAndZip64) {
  const Tensor t = Tensor::zeros(DType::F64, {100, 100});
  for (bool zip64 : {false, true}) {
    const std::string bytes = deflatedZip("t.npy", formatNpy(t), zip64);
    EXPECT_LT(bytes.size(), 1000u);
    const auto tensors = parseNpz(bytes, "f");
    ASSERT_TRUE(tensors) << tensors.error();
    EXPECT_EQ(tensors->at(0).tensor, t);
  }
}

TEST(Npz, ToleratesAComment) {
  std::string bytes = *formatNpz(sample());
  bytes[bytes.size() - 2] = 5;
  EXPECT_TRUE(parseNpz(bytes + "hello", "f"));
}

TEST(Npz, RefusesWhatIsWrong) {
  const std::string good = *formatNpz({{"t", Tensor::of<float>({1}, {1})}});
  const auto errorOf = [](const std::string &bytes) {
    const auto tensors = parseNpz(bytes, "f");
    return tensors ? std::string("accepted") : tensors.error();
  };
  std::string bad = good;
  bad[35 + 128] ^= 1;
  EXPECT_EQ(errorOf(bad),
            "f: member 't.npy': contents without the recorded CRC at byte 35");
  bad = good;
  bad[good.find("PK\1\2") + 8] = 1;
  EXPECT_EQ(errorOf(bad),
            "f: member 't.npy': encryption is not supported at byte 175");
  bad = good;
  bad[30] = 'x';
  EXPECT_EQ(errorOf(bad),
            "f: member 't.npy': another name than in the directory at byte 30");
  EXPECT_EQ(errorOf(""), "f: expected a zip archive but got 0 bytes at byte 0");
  EXPECT_EQ(errorOf(*formatZip({{"t.txt", "hello"}})),
            "f: member 't.txt': expected a name that ends in .npy");
  EXPECT_EQ(errorOf(*formatZip({{"t.npy", "hello"}})),
            "f: member 't.npy': expected the magic string \\x93NUMPY at byte "
            "0");
}

TEST(Npz, RefusesALyingSize) {
  std::string bytes = deflatedZip("t.npy", std::string(1000, 'x'), true);
  // The unpacked size, in the directory's extra field: 2^60 bytes.
  const size_t at = bytes.find("PK\1\2") + 46 + 5 + 4;
  bytes[at + 7] = 0x10;
  const auto tensors = parseNpz(bytes, "f");
  ASSERT_FALSE(tensors);
  EXPECT_NE(tensors.error().find("contents of another size"), std::string::npos)
      << tensors.error();
}

TEST(Npz, RefusesEqualNames) {
  const Tensor t = Tensor::zeros(DType::F32, {1});
  EXPECT_EQ(formatNpz({{"a", t}, {"a", t}}).error(),
            "member 'a.npy': twice in one archive");
  std::string bytes = *formatNpz({{"a", t}, {"b", t}});
  for (size_t at; (at = bytes.find("b.npy")) != std::string::npos;)
    bytes[at] = 'a';
  const auto tensors = parseNpz(bytes, "f");
  ASSERT_FALSE(tensors);
  EXPECT_NE(tensors.error().find("twice in the directory"), std::string::npos);
}

TEST(Npz, SurvivesSpoiltFiles) {
  const auto parse = [](std::string_view b) { return bool(parseNpz(b, "f")); };
  for (const std::string &bytes :
       {*formatNpz(sample()), deflatedZip("t.npy", numpyBytes(), false),
        deflatedZip("t.npy", numpyBytes(), true)}) {
    EXPECT_EQ(parseTruncations(bytes, parse), 0);
    parseMutations(bytes, 5000, parse);
  }
}

} // namespace
