//===- test/fuzz/Formats.cpp - files of tensors ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cstring>
#include <memory>

#include "runtime/Json.h"
#include "runtime/Npy.h"
#include "runtime/Npz.h"
#include "runtime/Safetensors.h"
#include "runtime/Zip.h"
#include "test/fuzz/Spoil.h"

using namespace vellum;
using namespace vellum::fuzz;

static Tensor makeTensor(Choices &choices) {
  static constexpr DType kTypes[] = {DType::F32, DType::F64, DType::I1,
                                     DType::I8,  DType::I32, DType::I64};
  std::vector<int64_t> shape;
  for (unsigned rank = choices.below(4); rank > 0; --rank)
    shape.push_back(choices.below(5));
  return Tensor::zeros(kTypes[choices.below(std::size(kTypes))], shape);
}

static std::vector<NamedTensor> makeTensors(Choices &choices) {
  static const char *const kNames[] = {"x", "a.b", "arr_0", "w/1", "\xc3\xa9"};
  std::vector<NamedTensor> tensors;
  for (unsigned i = choices.below(4); i > 0; --i)
    tensors.push_back({kNames[i], makeTensor(choices)});
  return tensors;
}

/// Part of a file, damaged where the file is to be, and if this part is chosen.
class Damage {
public:
  Damage(bool isDamaged, Choices &choices)
      : choices(choices), isDamaged(isDamaged) {}

  std::string bytes(std::string part, uint32_t percent = 100) {
    if (!isDamaged || !choices.chance(percent))
      return part;
    return spoilBytes(part, part, choices);
  }
  std::string text(std::string part, uint32_t percent = 100) {
    if (!isDamaged || !choices.chance(percent))
      return part;
    return spoilText(part, "{\"x\":[0,1e9]}(5,5,)", choices);
  }

private:
  Choices &choices;
  bool isDamaged;
};

/// The header, which says how long it is, and the elements.
static std::string makeNpy(Damage &damage, Choices &choices) {
  std::string bytes = formatNpy(makeTensor(choices));
  constexpr size_t kStart = 10;
  uint16_t size = 0;
  std::memcpy(&size, &bytes[kStart - 2], sizeof size);
  std::string header = damage.text(bytes.substr(kStart, size), 60);
  size = uint16_t(header.size());
  std::memcpy(&bytes[kStart - 2], &size, sizeof size);
  bytes.replace(kStart, bytes.find('\n', kStart) + 1 - kStart, header);
  return damage.bytes(bytes, 40);
}

static std::string makeZip(Damage &damage, Choices &choices) {
  std::vector<ZipMember> members;
  for (unsigned i = choices.below(4); i > 0; --i)
    members.push_back({std::string(i, 'm') + ".npy", makeNpy(damage, choices)});
  return damage.bytes(*formatZip(members), 50);
}

std::string vellum::fuzz::spoilSafetensors(const std::string &bytes,
                                           Choices &choices) {
  Damage damage(true, choices);
  uint64_t size = 0;
  std::memcpy(&size, bytes.data(), sizeof size);
  const std::string rest = bytes.substr(sizeof size + size);
  std::string header = damage.text(bytes.substr(sizeof size, size), 70);
  std::string result(sizeof size, 0);
  size = header.size();
  std::memcpy(result.data(), &size, sizeof size);
  return damage.bytes(result + header + rest, 40);
}

static std::string makeSafetensors(bool isDamaged, Choices &choices) {
  std::string bytes = *formatSafetensors(
      {makeTensors(choices), {{"step", "12"}, {"seed", "0"}}});
  return isDamaged ? spoilSafetensors(bytes, choices) : bytes;
}

static std::string makeJson(Damage &damage) {
  std::string text = R"({"a": [1, -2.5e3, true, null, "é\n\u00e9\ud83d\ude00"],
                         "b": {"c": {}, "d": [[[]]], "e": 1e-30}})";
  return damage.bytes(damage.text(text, 80), 30);
}

std::string vellum::fuzz::makeFile(Format format, bool isDamaged,
                                   Choices &choices) {
  Damage damage(isDamaged, choices);
  switch (format) {
  case Format::Npy:
    return makeNpy(damage, choices);
  case Format::Npz:
    if (choices.chance(50))
      return damage.bytes(*formatNpz(makeTensors(choices)));
    return makeZip(damage, choices);
  case Format::Zip:
    return makeZip(damage, choices);
  case Format::Safetensors:
    return makeSafetensors(isDamaged, choices);
  case Format::Json:
    return makeJson(damage);
  }
  __builtin_unreachable();
}

bool vellum::fuzz::readsFile(Format format, const std::string &bytes) {
  // In memory of exactly this size, so that sanitizers see reads beyond it.
  std::unique_ptr<char[]> copy(new char[bytes.size()]);
  std::memcpy(copy.get(), bytes.data(), bytes.size());
  const std::string_view view(copy.get(), bytes.size());
  switch (format) {
  case Format::Npy:
    return bool(parseNpy(view, "file"));
  case Format::Npz:
    return bool(parseNpz(view, "file"));
  case Format::Zip:
    return bool(parseZip(view, "file"));
  case Format::Safetensors:
    return bool(parseSafetensors(view, "file"));
  case Format::Json:
    return bool(parseJson(view));
  }
  __builtin_unreachable();
}
