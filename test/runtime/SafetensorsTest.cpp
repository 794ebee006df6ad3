//===- test/runtime/SafetensorsTest.cpp - .safetensors files --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Safetensors.h"
#include "runtime/Bytes.h"
#include "test/runtime/Mutations.h"

#include <gtest/gtest.h>

using namespace vellum;

namespace {

SafetensorsFile sample() {
  SafetensorsFile file;
  file.tensors.push_back({"w", Tensor::of<float>({2, 2}, {1, 2, 3, 4})});
  file.tensors.push_back({"flag", Tensor::of<bool>({3}, {true, false, true})});
  file.tensors.push_back({"a \"b\"", Tensor::of<int64_t>({}, {-7})});
  file.tensors.push_back({"none", Tensor::zeros(DType::F64, {0, 4})});
  file.metadata = {{"format", "vellum"}, {"x", "\n"}};
  return file;
}

/// A file with this header and `data` zero bytes.
std::string fileWith(const std::string &header, size_t data) {
  std::string bytes;
  appendLittleEndian<uint64_t>(bytes, header.size());
  return bytes + header + std::string(data, '\0');
}

std::string errorOf(const std::string &bytes) {
  const auto file = parseSafetensors(bytes, "f");
  return file ? "accepted" : file.error();
}

std::string entry(const std::string &name, const std::string &dtype,
                  const std::string &shape, const std::string &offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + shape +
         "],\"data_offsets\":[" + offsets + "]}";
}

TEST(Safetensors, RoundTrip) {
  const auto bytes = formatSafetensors(sample());
  ASSERT_TRUE(bytes) << bytes.error();
  const auto file = parseSafetensors(*bytes, "f");
  ASSERT_TRUE(file) << file.error();
  ASSERT_EQ(file->tensors.size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(file->tensors[i].name, sample().tensors[i].name);
    EXPECT_EQ(file->tensors[i].tensor, sample().tensors[i].tensor);
  }
  EXPECT_EQ(file->metadata, sample().metadata);
  EXPECT_EQ(*formatSafetensors(*file), *bytes) << "deterministic";
}

TEST(Safetensors, ExactBytes) {
  const auto bytes =
      formatSafetensors({{{"t", Tensor::of<int8_t>({2}, {1, 2})}}, {}});
  ASSERT_TRUE(bytes);
  const std::string header =
      R"({"t":{"dtype":"I8","shape":[2],"data_offsets":[0,2]}})";
  EXPECT_EQ(*bytes, std::string("\x38\0\0\0\0\0\0\0", 8) + header + "   \1\2");
}

TEST(Safetensors, EmptyFile) {
  EXPECT_TRUE(parseSafetensors(fileWith("{}", 0), "f"));
}

TEST(Safetensors, RefusesWhatIsWrong) {
  const std::pair<std::string, const char *> cases[] = {
      {"abc", "f: expected an 8-byte header length but got 3 bytes at byte 0"},
      {std::string(8, '\xff'), "f: a header of 18446744073709551615 bytes but "
                               "0 remain at byte 0"},
      {fileWith(" {}", 0), "f: expected '{' at byte 8"},
      {fileWith("{", 0), "f: in the header, which begins at byte 8: expected "
                         "a string at byte 1"},
      {fileWith("{\"a\":1}", 0),
       "f: member 'a': expected an object at byte 13"},
      {fileWith("{" + entry("a", "F16", "1", "0,2") + "}", 2),
       "f: member 'a': unsupported dtype 'F16' at byte 22"},
      {fileWith("{" + entry("a", "F32", "-1", "0,4") + "}", 4),
       "f: member 'a': expected a non-negative integer in shape at byte 37"},
      {fileWith("{" + entry("a", "F32", "1.5", "0,4") + "}", 4),
       "f: member 'a': expected a non-negative integer in shape at byte 37"},
      {fileWith("{" + entry("a", "F32", "2", "0,4") + "}", 4),
       "f: member 'a': data_offsets span 4 bytes, which the shape does not "
       "fill at byte 55"},
      {fileWith("{" + entry("a", "F32", "4611686018427387904,4", "0,0") + "}",
                0),
       "f: member 'a': data_offsets span 0 bytes, which the shape does not "
       "fill at byte 75"},
      {fileWith("{" + entry("a", "F32", "1", "0,4") + "}", 3),
       "f: member 'a': data_offsets end at 4 but the data has 3 bytes at byte "
       "55"},
      {fileWith("{" + entry("a", "F32", "1", "4,0") + "}", 4),
       "f: member 'a': expected data_offsets [begin, end] at byte 55"},
      {fileWith("{" + entry("a", "F32", "1", "0,4") + "}", 5),
       "f: the tensors end here but the data goes on at byte 66"},
      {fileWith("{" + entry("a", "F32", "1", "1,5") + "}", 5),
       "f: member 'a': expected data from 0 but got 1, a gap at byte 55"},
      {fileWith("{" + entry("a", "F32", "1", "0,4") + "," +
                    entry("b", "F32", "1", "2,6") + "}",
                6),
       "f: member 'b': expected data from 4 but got 2, an overlap at byte 108"},
      {fileWith("{" + entry("a", "F32", "0", "0,0") + "," +
                    entry("a", "F32", "0", "0,0") + "}",
                0),
       "f: in the header, which begins at byte 8: the name \"a\" twice in the "
       "object at byte 0"},
      {fileWith(R"({"a":{"dtype":"I8","shape":[],"data_offsets":[0,1],"x":1}})",
                1),
       "f: member 'a': unknown key 'x' at byte 63"},
      {fileWith(R"({"a":{"dtype":"I8","shape":[]}})", 0),
       "f: member 'a': expected dtype, shape and data_offsets at byte 13"},
      {fileWith(R"({"__metadata__":{"x":1}})", 0),
       "f: member '__metadata__': expected a string for 'x' at byte 29"},
      {fileWith("{" + entry("a", "BOOL", "1", "0,1") + "}", 0) + "\2",
       "f: member 'a': expected 0 or 1 in a BOOL tensor at byte 63"},
  };
  for (const auto &[bytes, message] : cases)
    EXPECT_EQ(errorOf(bytes), message);
}

TEST(Safetensors, RefusesToWriteWhatItWouldNotRead) {
  const Tensor t = Tensor::zeros(DType::F32, {1});
  EXPECT_FALSE(formatSafetensors({{{"a", t}, {"a", t}}, {}}));
  EXPECT_FALSE(formatSafetensors({{{"__metadata__", t}}, {}}));
  EXPECT_FALSE(formatSafetensors({{{"\xff", t}}, {}}));
  EXPECT_FALSE(formatSafetensors({{}, {{"a", "1"}, {"a", "2"}}}));
}

TEST(Safetensors, SurvivesSpoiltFiles) {
  const std::string bytes = *formatSafetensors(sample());
  const auto parse = [](std::string_view b) {
    return bool(parseSafetensors(b, "f"));
  };
  EXPECT_EQ(parseTruncations(bytes, parse), 0);
  parseMutations(bytes, 5000, parse);
}

} // namespace
