//===- tools/vellum/Checkpoint.cpp - the state of a training run ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Checkpoint.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

#include <cstdlib>

#include "tools/vellum/Report.h"

using namespace mlir;
using namespace vellum;

std::string vellum::fingerprint(Model &model) {
  OwningOpRef<ModuleOp> copy(model.getModule().clone());
  // More steps of the same recipe are what a checkpoint is for.
  for (auto recipe : copy->getOps<TrainingOp>())
    recipe.setSteps(1);
  std::string text;
  llvm::raw_string_ostream os(text);
  copy->print(os);
  return llvm::utohexstr(llvm::xxh3_64bits(text), /*LowerCase=*/true, 16);
}

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
      {"model", checkpoint.model},
      {"step", std::to_string(checkpoint.step)},
      {"seed", std::to_string(checkpoint.seed)},
      {"batch", std::to_string(checkpoint.batch)},
      {"sequences", std::to_string(checkpoint.step * checkpoint.batch)},
      {"interval_steps", std::to_string(checkpoint.interval.steps)},
      {"interval_sums", formatSums(checkpoint.interval.sums)},
  };
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

FailureOr<Checkpoint> vellum::readCheckpoint(const std::string &path) {
  Result<SafetensorsFile> file = readSafetensors(path);
  if (!file)
    return reportError(file.error());
  if (!isCheckpoint(*file))
    return reportError(path + ": is not a checkpoint");
  Checkpoint checkpoint;
  if (failed(readInteger(*file, path, "step", checkpoint.step)) ||
      failed(readInteger(*file, path, "seed", checkpoint.seed)) ||
      failed(readInteger(*file, path, "batch", checkpoint.batch)) ||
      failed(readInteger(*file, path, "interval_steps",
                         checkpoint.interval.steps)) ||
      failed(readSums(*file, path, checkpoint.interval.sums)))
    return failure();
  checkpoint.model = findMetadata(*file, "model").value_or("");
  checkpoint.tensors = std::move(file->tensors);
  return checkpoint;
}
