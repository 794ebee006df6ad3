//===- tools/vellum/Checkpoint.cpp - the state of a training run ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Checkpoint.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <cstdlib>

#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

/// What a file's metadata say of its form. Another number means that something
/// below has another meaning.
static constexpr llvm::StringLiteral kFormat = "1";

bool vellum::isCheckpoint(const SafetensorsFile &file) {
  return findMetadata(file, "kind") == "checkpoint";
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// Numbers in hexadecimal, which is exact.
static std::string formatSums(ArrayRef<double> sums) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(
      sums, os, [&](double sum) { os << llvm::format("%a", sum); }, " ");
  return text;
}

LogicalResult vellum::writeCheckpoint(const std::string &path,
                                      const Checkpoint &checkpoint) {
  SafetensorsFile file;
  file.tensors = checkpoint.tensors;
  file.metadata = {
      {"kind", "checkpoint"},
      {"format", kFormat.str()},
      {"step", std::to_string(checkpoint.step)},
      {"seed", std::to_string(checkpoint.seed)},
      {"batch", std::to_string(checkpoint.batch)},
      {"sequences", std::to_string(checkpoint.step * checkpoint.batch)},
      {"interval_steps", std::to_string(checkpoint.interval.steps)},
      {"interval_sums", formatSums(checkpoint.interval.sums)},
  };
  llvm::append_range(file.metadata, checkpoint.identity.getFacts());
  Status written = writeSafetensors(path, file);
  return written ? success() : reportError(written.error());
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static LogicalResult readInteger(const SafetensorsFile &file,
                                 const std::string &path, StringRef name,
                                 int64_t &number) {
  const std::string text = findMetadata(file, name).value_or("");
  if (!StringRef(text).getAsInteger(10, number) && number >= 0)
    return success();
  return reportError(path + ": metadata '" + name +
                     "' must be a whole number, but got '" + text + "'");
}

static LogicalResult readSums(const SafetensorsFile &file,
                              const std::string &path,
                              std::vector<double> &sums) {
  const std::string text = findMetadata(file, "interval_sums").value_or("");
  SmallVector<StringRef> numbers;
  llvm::SplitString(text, numbers, " ");
  for (StringRef number : numbers) {
    char *end = nullptr;
    const std::string copy = number.str();
    sums.push_back(std::strtod(copy.c_str(), &end));
    if (*end)
      return reportError(path +
                         ": metadata 'interval_sums' must be numbers, "
                         "but got '" +
                         copy + "'");
  }
  return success();
}

/// The counts must be such that going on from them means something.
static LogicalResult checkCounts(const Checkpoint &checkpoint,
                                 const std::string &path) {
  int64_t sequences = 0;
  if (checkpoint.batch < 1 ||
      llvm::MulOverflow(checkpoint.step, checkpoint.batch, sequences))
    return reportError(path + ": " + Twine(checkpoint.step) +
                       " steps with batches of " + Twine(checkpoint.batch) +
                       " cannot be");
  if (checkpoint.interval.steps > checkpoint.step)
    return reportError(path + ": " + Twine(checkpoint.interval.steps) +
                       " steps since the last record cannot be, of " +
                       Twine(checkpoint.step) + " steps");
  return success();
}

std::optional<std::string>
vellum::findNotFinite(ArrayRef<NamedTensor> tensors) {
  for (const auto &[name, tensor] : tensors)
    for (int64_t i = 0, n = tensor.numElements(); i < n; ++i)
      if (const double x = elementAt(tensor, i); !std::isfinite(x))
        return "element " + std::to_string(i) + " of tensor '" + name +
               "' is " + std::to_string(x);
  return std::nullopt;
}

static LogicalResult checkForm(const SafetensorsFile &file,
                               const std::string &path) {
  if (!isCheckpoint(file))
    return reportError(path + ": is not a checkpoint");
  const std::string format = findMetadata(file, "format").value_or("none");
  if (format == kFormat)
    return success();
  return reportError(path + ": a checkpoint must have the format " + kFormat +
                     ", but got " + format +
                     "; it is another version's, and '--weights=" + path +
                     "' starts anew from its parameters");
}

FailureOr<Checkpoint> vellum::readCheckpoint(const std::string &path) {
  Result<SafetensorsFile> file = readSafetensors(path);
  if (!file)
    return reportError(file.error());
  Checkpoint checkpoint;
  if (failed(checkForm(*file, path)) ||
      failed(readInteger(*file, path, "step", checkpoint.step)) ||
      failed(readInteger(*file, path, "seed", checkpoint.seed)) ||
      failed(readInteger(*file, path, "batch", checkpoint.batch)) ||
      failed(readInteger(*file, path, "interval_steps",
                         checkpoint.interval.steps)) ||
      failed(readSums(*file, path, checkpoint.interval.sums)) ||
      failed(checkCounts(checkpoint, path)))
    return failure();
  if (auto element = findNotFinite(file->tensors))
    return reportError(path + ": " + *element);
  RunIdentity::Facts facts;
  for (const auto &each : file->metadata)
    if (RunIdentity::isFact(each.first))
      facts.push_back(each);
  checkpoint.identity = RunIdentity(std::move(facts));
  checkpoint.tensors = std::move(file->tensors);
  return checkpoint;
}
