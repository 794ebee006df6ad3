//===- tools/vellum/Metrics.cpp - what training measures ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Metrics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

#include "runtime/File.h"
#include "runtime/Json.h"
#include "tools/vellum/Report.h"

using namespace llvm;
using namespace vellum;

void Interval::add(ArrayRef<double> values) {
  sums.resize(values.size());
  for (auto [sum, value] : llvm::zip_equal(sums, values))
    sum += value;
  ++steps;
}

std::vector<double> Interval::means() const {
  std::vector<double> result = sums;
  for (double &each : result)
    each /= static_cast<double>(steps);
  return result;
}

std::string Record::toJson() const {
  std::string text;
  raw_string_ostream os(text);
  const auto number = [&os](double x) {
    if (std::isfinite(x))
      os << format("%.9g", x);
    else
      os << "null";
  };
  os << "{\"step\": " << step << ", \"sequences\": " << sequences;
  for (auto [name, mean] : llvm::zip_equal(names, means)) {
    os << ", " << quoteJson(name) << ": ";
    number(mean);
  }
  os << ", \"seconds\": " << format("%.3f", seconds) << "}";
  return text;
}

//===----------------------------------------------------------------------===//
// MetricsFile
//===----------------------------------------------------------------------===//

/// What a line of the file says of when it was taken.
static FailureOr<std::pair<int64_t, double>> readClock(StringRef line) {
  Result<JsonValue> record = parseJson(line);
  const JsonValue *step = record ? record->find("step") : nullptr;
  const JsonValue *seconds = record ? record->find("seconds") : nullptr;
  if (!step || step->kind != JsonValue::Kind::Integer || !seconds ||
      !(seconds->real >= 0))
    return failure();
  return std::pair(step->integer, seconds->real);
}

/// The records of a file up to some step.
namespace {
struct KeptRecords {
  std::string text;
  int64_t lastStep = 0;
  double seconds = 0;
};
} // namespace

static FailureOr<KeptRecords> keepUntil(StringRef contents, int64_t step,
                                        const std::string &path) {
  KeptRecords kept;
  SmallVector<StringRef> lines;
  contents.split(lines, '\n');
  // What stands behind the last line end is torn, and mostly empty.
  lines.pop_back();
  for (auto [i, line] : enumerate(lines)) {
    auto clock = readClock(line);
    if (failed(clock) || clock->first <= kept.lastStep)
      return reportError(
          path + ":" + Twine(i + 1) + ": must be the record of a step behind " +
          Twine(kept.lastStep) + ", but got '" + line.take_front(60) + "'");
    if (clock->first > step)
      break;
    kept.text += (line + "\n").str();
    std::tie(kept.lastStep, kept.seconds) = *clock;
  }
  return kept;
}

FailureOr<MetricsFile> MetricsFile::open(const std::string &path,
                                         int64_t step) {
  MetricsFile file;
  file.path = path;
  KeptRecords kept;
  if (step > 0 && sys::fs::exists(path)) {
    Result<std::string> contents = readFile(path);
    if (!contents)
      return reportError(contents.error());
    auto found = keepUntil(*contents, step, path);
    if (failed(found))
      return failure();
    kept = std::move(*found);
    file.seconds = kept.seconds;
  }
  Status written = writeFileAtomic(path, kept.text);
  if (!written)
    return reportError(written.error());
  return file;
}

LogicalResult MetricsFile::append(const Record &record) {
  Status appended = appendToFile(path, record.toJson() + "\n");
  return appended ? success() : reportError(appended.error());
}

LogicalResult MetricsFile::flush() {
  if (path.empty())
    return success();
  Status flushed = flushFile(path);
  return flushed ? success() : reportError(flushed.error());
}
