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

/// The lines of records up to `step`, and the seconds of the last of them.
static std::string keepUntil(StringRef contents, int64_t step,
                             double &seconds) {
  std::string kept;
  while (contents.contains('\n')) {
    auto [line, rest] = contents.split('\n');
    contents = rest;
    Result<JsonValue> record = parseJson(line);
    const JsonValue *at = record ? record->find("step") : nullptr;
    if (!at || at->integer > step)
      break;
    if (const JsonValue *time = record->find("seconds"))
      seconds = time->real;
    kept += line.str() + "\n";
  }
  return kept;
}

FailureOr<MetricsFile> MetricsFile::open(const std::string &path,
                                         int64_t step) {
  MetricsFile file;
  file.path = path;
  std::string kept;
  if (step > 0 && sys::fs::exists(path)) {
    Result<std::string> contents = readFile(path);
    if (!contents)
      return reportError(contents.error());
    kept = keepUntil(*contents, step, file.seconds);
  }
  Status written = writeFileAtomic(path, kept);
  if (!written)
    return reportError(written.error());
  return file;
}

LogicalResult MetricsFile::append(const Record &record) {
  std::error_code code;
  raw_fd_ostream os(path, code, sys::fs::OF_Append);
  if (!code) {
    os << record.toJson() << '\n';
    os.close();
    code = os.error();
    os.clear_error();
  }
  if (code)
    return reportError(path + ": cannot append: " + code.message());
  return success();
}
