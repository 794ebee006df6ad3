//===- test/runtime/ArtefactTest.cpp - inside compiled artefacts ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/artefact/Artefact.h"
#include "runtime/Philox.h"
#include "runtime/Safetensors.h"
#include "runtime/Services.h"
#include "runtime/device/DeviceLibrary.h"
#include "test/runtime/Mutations.h"

#include <cstddef>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace vellum;
using namespace vellum::artefact;

namespace {

struct Destroy {
  void operator()(VellumContext *context) const {
    vellum_artefact_destroy(context);
  }
};
using Context = std::unique_ptr<VellumContext, Destroy>;

//===----------------------------------------------------------------------===//
// Machine
//===----------------------------------------------------------------------===//

TEST(Machine, HasTheLevelsOfTheCompilersTest) {
  int level = 0;
  for (const DeviceTarget &target : deviceTargets()) {
    EXPECT_STREQ(targetNames[level], target.name);
    EXPECT_EQ(machineLevel() >= level, isSupportedByHost(target));
    ++level;
  }
  EXPECT_EQ(level, Versions::count);
}

int32_t one(VellumContext *, const VellumTensor *, VellumTensor *) { return 1; }
int32_t two(VellumContext *, const VellumTensor *, VellumTensor *) { return 2; }

TEST(Machine, ChoosesTheGreatestVersionItCanRun) {
  const Versions gap = {{one, nullptr, two}};
  EXPECT_EQ(chooseVersion(gap, 2), two);
  EXPECT_EQ(chooseVersion(gap, 1), one);
  EXPECT_EQ(chooseVersion(gap, 0), one);
  EXPECT_EQ(chooseVersion(gap, -1), nullptr);
  const Versions last = {{nullptr, nullptr, two}};
  EXPECT_EQ(chooseVersion(last, 1), nullptr);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// What a program like `@f(w, x: AxBx2, n: B, scale, key) -> (y: AxB, sum)`
/// takes.
struct Parameters {
  double w[2];
};
struct Inputs {
  struct {
    float *data;
    int64_t shape[3];
  } x;
  int64_t n;
  float scale;
  uint64_t seed;
  int64_t step;
};
struct Results {
  struct {
    float *data;
    int64_t shape[2];
  } y;
  int64_t key;
};

/// y(a, b) = scale * sum over c of w(c) x(a, b, c). The memory of y is the
/// context's, as in compiled programs.
int32_t program(VellumContext *context, const VellumTensor *inputs,
                VellumTensor *outputs) {
  const auto *w = static_cast<const double *>(inputs[0].data);
  const auto *x = static_cast<const float *>(inputs[1].data);
  const float scale = *static_cast<const float *>(inputs[3].data);
  EXPECT_EQ(inputs[0].shape[0], 2);
  EXPECT_EQ(*static_cast<const int64_t *>(inputs[2].data), inputs[1].shape[1]);
  EXPECT_EQ(*static_cast<const int32_t *>(inputs[5].data), 0);
  if (scale == 0) {
    vellum_rt_error(context, "the scale is 0");
    return 1;
  }
  const int64_t count = inputs[1].shape[0] * inputs[1].shape[1];
  auto *y = static_cast<float *>(vellum_rt_alloc(context, 4 * count, nullptr));
  for (int64_t i = 0; i < count; ++i)
    y[i] = scale * float(w[0] * x[2 * i] + w[1] * x[2 * i + 1]);
  outputs[0].data = y;
  outputs[0].shape[0] = inputs[1].shape[0];
  outputs[0].shape[1] = inputs[1].shape[1];
  outputs[1].data = inputs[4].data;
  return 0;
}

constexpr int64_t any = kAnySize;
const Port arguments[] = {
    {"w", 0, {2}, kInParameters, kArray, VELLUM_F64, 1},
    {"x", offsetof(Inputs, x), {-1, -2, 2}, kInCall, kTensor, VELLUM_F32, 3},
    {"n", offsetof(Inputs, n), {-2}, kInCall, kNumber, VELLUM_I64, 0},
    {"scale", offsetof(Inputs, scale), {any}, kInCall, kNumber, VELLUM_F32, 0},
    {"key", offsetof(Inputs, seed), {any}, kInCall, kKey, VELLUM_I64, 0},
    {"unused", 0, {any}, kInCall, kHidden, VELLUM_I32, 0},
};
const Port results[] = {
    {"y", offsetof(Results, y), {any, any}, kInCall, kTensor, VELLUM_F32, 2},
    {"key", offsetof(Results, key), {any}, kInCall, kNumber, VELLUM_I64, 0},
    {"w", 0, {2}, kInCall, kHidden, VELLUM_F64, 1},
};
const Entry entry = {
    "f", arguments, results, 6, 3, 2, {{program, nullptr, nullptr}}};

class Call : public testing::Test {
protected:
  int32_t call() {
    return vellum_artefact_call(&entry, context.get(), &w, nullptr, &in, &out);
  }
  std::string failed() {
    EXPECT_EQ(call(), kBadArgument);
    return vellum_artefact_error(context.get());
  }

  Context context{vellum_artefact_create(1)};
  float x[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  Parameters w = {{1, 10}};
  Inputs in = {{x, {2, 3, 2}}, 3, 2, 5, 7};
  Results out = {};
};

TEST_F(Call, PassesEveryForm) {
  ASSERT_EQ(call(), kOk) << vellum_artefact_error(context.get());
  EXPECT_STREQ(vellum_artefact_error(context.get()), "");
  EXPECT_EQ(out.y.shape[0], 2);
  EXPECT_EQ(out.y.shape[1], 3);
  EXPECT_EQ(out.y.data[0], 2 * 21.0f);
  EXPECT_EQ(out.y.data[5], 2 * 131.0f);
  EXPECT_EQ(uint64_t(out.key), philoxFold(5, 7));
}

TEST_F(Call, ResultsAreArgumentsOfTheNext) {
  // 2x6 numbers, of which the next call makes 1x6 and the one after 1x3.
  float many[24];
  std::fill_n(many, 24, 1.0f);
  in = {{many, {2, 6, 2}}, 6, 1, 0, 0};
  for (int64_t n : {6, 6, 3}) {
    in.n = in.x.shape[1] = n;
    ASSERT_EQ(call(), kOk);
    in.x.data = out.y.data;
    in.x.shape[0] = 1;
  }
  EXPECT_EQ(out.y.data[2], 11.0f * 11 * 11);
}

TEST_F(Call, ChecksShapes) {
  in.x.shape[2] = 3;
  EXPECT_EQ(failed(), "@f: argument 'x' must have shape 2x3x2, but got 2x3x3");
  in.x.shape[2] = 2;
  in.n = 4;
  EXPECT_EQ(failed(), "@f: argument 'n' must be 3 to go with 'x', but got 4");
  in.x.shape[0] = -1;
  EXPECT_EQ(failed(), "@f: argument 'x' has a negative size, -1");
}

TEST_F(Call, ChecksSizesThatAreNumbers) {
  static const Port number[] = {
      {"n", offsetof(Inputs, n), {-1}, kInCall, kNumber, VELLUM_I64, 0},
      {"x",
       offsetof(Inputs, x),
       {-1, any, any},
       kInCall,
       kTensor,
       VELLUM_F32,
       3}};
  static const Entry sized = {"g", number, nullptr, 2, 0, 1, entry.versions};
  const auto error = [&] {
    EXPECT_EQ(vellum_artefact_call(&sized, context.get(), nullptr, nullptr, &in,
                                   nullptr),
              kBadArgument);
    return std::string(vellum_artefact_error(context.get()));
  };
  EXPECT_EQ(error(), "@g: argument 'x' must have shape 3x?x? to go with 'n', "
                     "but got 2x3x2");
  in.n = -3;
  EXPECT_EQ(error(), "@g: argument 'n' must be a size, but got -3");
  in.n = int64_t(1) << 40;
  EXPECT_EQ(error(), "@g: argument 'n' must be a size, but got 1099511627776");
}

TEST_F(Call, ChecksPointers) {
  in.x.data = nullptr;
  EXPECT_EQ(failed(), "@f: argument 'x' has no data");
  in.x.shape[0] = 0; // No elements need no data.
  EXPECT_EQ(call(), kOk);
  EXPECT_EQ(out.y.shape[0], 0);
  EXPECT_EQ(vellum_artefact_call(&entry, nullptr, &w, nullptr, &in, &out),
            kBadArgument);
  EXPECT_EQ(
      vellum_artefact_call(&entry, context.get(), nullptr, nullptr, &in, &out),
      kBadArgument);
  EXPECT_STREQ(vellum_artefact_error(context.get()),
               "@f: 'parameters' is a null pointer");
  EXPECT_EQ(
      vellum_artefact_call(&entry, context.get(), &w, nullptr, &in, nullptr),
      kBadArgument);
  EXPECT_STREQ(vellum_artefact_error(context.get()),
               "@f: 'results' is a null pointer");
}

TEST_F(Call, PassesOnErrors) {
  in.scale = 0;
  EXPECT_EQ(call(), kFailed);
  EXPECT_STREQ(vellum_artefact_error(context.get()), "the scale is 0");
  const Entry nothing = {"h", nullptr, nullptr, 0, 0, 0, {}};
  EXPECT_EQ(vellum_artefact_call(&nothing, context.get(), nullptr, nullptr,
                                 nullptr, nullptr),
            kBadMachine);
}

TEST_F(Call, NeedsAThread) {
  EXPECT_EQ(vellum_artefact_create(0), nullptr);
  EXPECT_EQ(vellum_artefact_create(-1), nullptr);
  const Context two(vellum_artefact_create(2));
  EXPECT_EQ(two->pool.size(), 2);
}

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

struct Weights {
  float a[2][3];
  float scale;
  double b[4];
};

RecordField field(const char *name, const char *quoted, DType dtype,
                  std::vector<int64_t> shape, size_t offset, size_t bytes) {
  RecordField result = {};
  result.field = {name, int32_t(dtype), int32_t(shape.size()),
                  {},   offset,         bytes};
  std::copy(shape.begin(), shape.end(), result.field.shape);
  result.quoted = quoted;
  result.nameHash = hashName(name, std::strlen(name));
  result.initializer = {Initializer::Normal, 0, 1, 1, 2, 0};
  for (int64_t size : shape)
    result.initializer.columns *= size;
  return result;
}

class Records : public testing::Test {
protected:
  std::string error() const { return vellum_artefact_error(context.get()); }

  int32_t load(const std::string &bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    return vellum_artefact_load(&record, context.get(), &weights, path.c_str());
  }

  /// The file with a and b, and `scale` of this type.
  static SafetensorsFile file(Tensor scale) {
    SafetensorsFile result;
    result.metadata = {{"step", "{[\"7"}};
    result.tensors = {{"other", Tensor::of<int64_t>({1}, {1})},
                      {"b", Tensor::of<double>({4}, {1, 2, 3, 4})},
                      {"scale", std::move(scale)},
                      {"a", Tensor::of<float>({2, 3}, {6, 5, 4, 3, 2, 1})}};
    return result;
  }

  const RecordField fields[3] = {
      field("a", "\"a\"", DType::F32, {2, 3}, offsetof(Weights, a), 24),
      field("scale", "\"scale\"", DType::F32, {}, offsetof(Weights, scale), 4),
      field("b", "\"b\"", DType::F64, {4}, offsetof(Weights, b), 32)};
  const Record record = {fields, 3};
  Context context{vellum_artefact_create(1)};
  Weights weights = {};
  const std::string path = testing::TempDir() + "artefact.safetensors";
};

TEST_F(Records, ListFields) {
  EXPECT_STREQ(vellum_artefact_field(&record, 1)->name, "scale");
  EXPECT_EQ(vellum_artefact_field(&record, 2)->bytes, 32u);
  EXPECT_EQ(vellum_artefact_field(&record, 3), nullptr);
}

TEST_F(Records, DrawInitialValues) {
  ASSERT_EQ(vellum_artefact_initialize(&record, context.get(), &weights, 9),
            kOk);
  double expected[6];
  initialize(fields[0].initializer, initializerKey(9, hashName("a", 1)),
             expected);
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(weights.a[i / 3][i % 3], float(expected[i]));
  initialize(fields[2].initializer, initializerKey(9, hashName("b", 1)),
             expected);
  EXPECT_EQ(weights.b[3], expected[3]);
}

TEST_F(Records, WriteWhatTheRuntimeWrites) {
  weights = {{{6, 5, 4}, {3, 2, 1}}, 0.5f, {1, 2, 3, 4}};
  ASSERT_EQ(
      vellum_artefact_save(&record, context.get(), &weights, path.c_str()), kOk)
      << error();
  SafetensorsFile expected = file(Tensor::of<float>({}, {0.5f}));
  expected.metadata.clear();
  expected.tensors = {expected.tensors[3], expected.tensors[2],
                      expected.tensors[1]};
  std::ifstream stream(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_EQ(bytes, *formatSafetensors(expected));
}

TEST_F(Records, ReadWhatTheyNeed) {
  ASSERT_EQ(load(*formatSafetensors(file(Tensor::of<float>({}, {0.5f})))), kOk)
      << error();
  EXPECT_EQ(weights.a[0][0], 6);
  EXPECT_EQ(weights.a[1][2], 1);
  EXPECT_EQ(weights.scale, 0.5f);
  EXPECT_EQ(weights.b[3], 4);
}

TEST_F(Records, RefuseWhatDoesNotFit) {
  EXPECT_EQ(load(*formatSafetensors(file(Tensor::of<float>({1}, {1})))),
            kBadArgument);
  EXPECT_EQ(error(), path + ": tensor 'scale' must be F32 of shape [], "
                            "but got F32 of shape 1");
  EXPECT_EQ(load(*formatSafetensors(file(Tensor::of<double>({}, {1})))),
            kBadArgument);
  SafetensorsFile less = file(Tensor::of<float>({}, {1}));
  less.tensors.pop_back();
  EXPECT_EQ(load(*formatSafetensors(less)), kBadArgument);
  EXPECT_EQ(error(), path + ": has no tensor 'a'");
  EXPECT_EQ(weights.b[0], 0) << "what does not fit changes nothing";
  EXPECT_EQ(vellum_artefact_load(&record, context.get(), &weights, "/none/x"),
            kBadArgument);
  EXPECT_EQ(error(), "/none/x: No such file or directory");
  EXPECT_EQ(vellum_artefact_save(&record, context.get(), &weights, "/none/x"),
            kFailed);
  EXPECT_EQ(error(), "/none/x: cannot be written: No such file or directory");
}

TEST_F(Records, SurviveSpoiltFiles) {
  const std::string good =
      *formatSafetensors(file(Tensor::of<float>({}, {0.5f})));
  // In memory: thousands of files take seconds.
  const int file = memfd_create("spoilt", 0);
  ASSERT_GE(file, 0);
  const std::string name = "/proc/self/fd/" + std::to_string(file);
  const auto parse = [&](std::string_view bytes) {
    EXPECT_EQ(ftruncate(file, off_t(bytes.size())), 0);
    EXPECT_EQ(pwrite(file, bytes.data(), bytes.size(), 0),
              ssize_t(bytes.size()));
    return vellum_artefact_load(&record, context.get(), &weights,
                                name.c_str()) == kOk;
  };
  EXPECT_EQ(parseTruncations(good, parse), 0);
  parseMutations(good, 3000, parse);
  EXPECT_TRUE(parse(good));
  close(file);
}

} // namespace
