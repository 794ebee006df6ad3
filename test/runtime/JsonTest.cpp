//===- test/runtime/JsonTest.cpp - strict JSON ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Json.h"

#include <gtest/gtest.h>

using namespace vellum;

TEST(Json, ParsesEveryKind) {
  const auto v = parseJson(
      R"( {"a": [1, -2.5e1, true, false, null], "b": {}, "c": "x\n\u00e9\ud83d\ude00"} )");
  ASSERT_TRUE(v) << v.error();
  const JsonValue &a = *v->find("a");
  ASSERT_EQ(a.array.size(), 5u);
  EXPECT_EQ(a.array[0].integer, 1);
  EXPECT_EQ(a.array[1].kind, JsonValue::Kind::Real);
  EXPECT_EQ(a.array[1].real, -25);
  EXPECT_TRUE(a.array[2].boolean);
  EXPECT_EQ(a.array[4].kind, JsonValue::Kind::Null);
  EXPECT_EQ(v->find("c")->string, "x\n\u00e9\U0001F600");
  EXPECT_EQ(v->find("d"), nullptr);
}

TEST(Json, Integers) {
  EXPECT_EQ(parseJson("9223372036854775807")->integer, INT64_MAX);
  EXPECT_EQ(parseJson("9223372036854775808")->kind, JsonValue::Kind::Real);
}

TEST(Json, RefusesWhatIsNotJson) {
  const std::pair<const char *, const char *> cases[] = {
      {"", "expected a value at byte 0"},
      {"{} x", "unexpected text after the value at byte 3"},
      {"[1,]", "expected a value at byte 3"},
      {"[1 2]", "expected ',' or ']' at byte 3"},
      {"{\"a\" 1}", "expected ':' at byte 5"},
      {"{\"a\":1,\"a\":2}", "the name \"a\" twice in the object at byte 0"},
      {"01", "a number with a leading zero at byte 1"},
      {"1.", "expected a digit at byte 2"},
      {"1e999", "a number out of range at byte 0"},
      {"\"a", "a string without an end at byte 2"},
      {"\"\\x\"", "an unknown escape at byte 2"},
      {"\"\\ud800\"", "a high surrogate without a low one at byte 7"},
      {"\"\\udc00\"", "a low surrogate without a high one at byte 7"},
      {"\"\xff\"", "invalid UTF-8 at byte 1"},
      {"\"\xc0\x80\"", "invalid UTF-8 at byte 1"},
      {"\"\n\"", "a control character in a string at byte 1"},
      {"nul", "expected a value at byte 0"},
      {"NaN", "expected a value at byte 0"},
  };
  for (const auto &[text, message] : cases)
    EXPECT_EQ(parseJson(text).error(), message) << text;
}

TEST(Json, LimitsDepth) {
  const auto nested = [](int n) {
    return std::string(size_t(n), '[') + std::string(size_t(n), ']');
  };
  EXPECT_TRUE(parseJson(nested(32)));
  EXPECT_EQ(parseJson(nested(33)).error(),
            "values nested too deeply at byte 32");
  EXPECT_FALSE(parseJson(std::string(1000000, '[')));
}

TEST(Json, QuotesRoundTrip) {
  const std::string text = "a\"\\\n\x01\u00e9/";
  const auto v = parseJson(quoteJson(text));
  ASSERT_TRUE(v) << v.error();
  EXPECT_EQ(v->string, text);
}
