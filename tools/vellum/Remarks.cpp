//===- tools/vellum/Remarks.cpp - what the compiler says of a model -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Remarks.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

#include "lowering/FormatBytes.h"
#include "tools/vellum/Report.h"

using namespace mlir;
using namespace vellum;
namespace json = llvm::json;

//===----------------------------------------------------------------------===//
// Collecting
//===----------------------------------------------------------------------===//

/// The kind as the report and the JSON name it.
static StringRef kindOf(const remark::detail::Remark &remark) {
  switch (remark.getRemarkType()) {
  case llvm::remarks::Type::Passed:
    return "passed";
  case llvm::remarks::Type::Missed:
    return "missed";
  case llvm::remarks::Type::Failure:
    return "failed";
  default:
    return "analysis";
  }
}

namespace {
class Listener final : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit Listener(RemarkCollection &collection) : collection(collection) {}

  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    CollectedRemark collected{kindOf(remark).str(),
                              remark.getCategoryName().str(),
                              remark.getRemarkName().str(),
                              "",
                              {}};
    for (const auto &argument : remark.getArgs()) {
      double number = 0;
      if (argument.key == "Remark")
        collected.text += argument.val;
      else if (!StringRef(argument.val).getAsDouble(number))
        collected.numbers[argument.key] += number;
    }
    collection.add(remark.getLocation(), std::move(collected));
  }

private:
  RemarkCollection &collection;
};
} // namespace

LogicalResult RemarkCollection::listenTo(MLIRContext &context) {
  context.disableMultithreading();
  remark::RemarkCategories all;
  all.passed = all.missed = all.failed = all.analysis = ".*";
  return remark::enableOptimizationRemarks(
      context, std::make_unique<Listener>(*this),
      std::make_unique<remark::RemarkEmittingPolicyAll>(), all);
}

/// The place in a text that an operation comes from: of a call the callee's, of
/// several the first.
static FileLineColLoc placeOf(Location location) {
  if (auto place = dyn_cast<FileLineColLoc>(location))
    return place;
  if (auto call = dyn_cast<CallSiteLoc>(location))
    return placeOf(call.getCallee());
  if (auto name = dyn_cast<NameLoc>(location))
    return placeOf(name.getChildLoc());
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (FileLineColLoc place = placeOf(part))
        return place;
  return {};
}

void RemarkCollection::add(Location location, CollectedRemark remark) {
  FileLineColLoc place = placeOf(location);
  std::vector<CollectedRemark> &known =
      places[place ? Place{place.getFilename().str(), place.getLine()}
                   : Place()];
  for (CollectedRemark &same : known)
    if (std::tie(same.kind, same.topic, same.pass, same.text) ==
        std::tie(remark.kind, remark.topic, remark.pass, remark.text)) {
      ++same.times;
      for (const auto &[name, number] : remark.numbers)
        same.numbers[name] += number;
      return;
    }
  known.push_back(std::move(remark));
}

std::map<std::string, RemarkCollection::Total>
RemarkCollection::totals() const {
  std::map<std::string, Total> totals;
  for (const auto &[place, remarks] : places)
    for (const CollectedRemark &remark : remarks) {
      Total &total = totals[remark.topic];
      if (remark.kind == "passed")
        total.passed += remark.times;
      else if (remark.kind != "analysis")
        total.missed += remark.times;
      for (const auto &[name, number] : remark.numbers)
        total.numbers[name] += number;
    }
  return totals;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// A line of a text, counted from 1, without white space around it.
static StringRef lineOf(StringRef text, unsigned number) {
  for (unsigned i = 1; i < number; ++i)
    text = text.split('\n').second;
  return text.split('\n').first.trim();
}

static StringRef wordFor(StringRef kind) {
  return llvm::StringSwitch<StringRef>(kind)
      .Case("passed", "done")
      .Case("analysis", "note")
      .Default("left");
}

/// "BytesSavedPerStep", 400 as ", 400 B saved per step".
static void printNumber(llvm::raw_ostream &os, StringRef name, double number) {
  const bool isBytes = name.consume_front("Bytes");
  os << ", "
     << (isBytes ? formatBytes(number) : llvm::formatv("{0}", number).str());
  if (!isBytes)
    os << ' ';
  for (char letter : name) {
    if (llvm::isUpper(letter))
      os << ' ';
    os << llvm::toLower(letter);
  }
}

void RemarkCollection::printTotals(llvm::raw_ostream &os) const {
  os << "in all, for one sample where their number is not fixed\n";
  for (const auto &[topic, total] : totals()) {
    os << "  " << llvm::left_justify(topic, 10) << total.passed << " done, "
       << total.missed << " left";
    for (const auto &[name, number] : total.numbers)
      printNumber(os, name, number);
    os << '\n';
  }
}

void RemarkCollection::print(llvm::raw_ostream &os, StringRef text) const {
  for (const auto &[place, remarks] : places) {
    const auto &[file, line] = place;
    if (line)
      os << llvm::sys::path::filename(file) << ':' << line << "  "
         << lineOf(text, line) << '\n';
    else
      os << "the program as a whole\n";
    for (const CollectedRemark &remark : remarks) {
      os << "  " << wordFor(remark.kind) << "  "
         << llvm::left_justify(remark.topic, 10) << remark.text;
      if (remark.times > 1)
        os << " (" << remark.times << " times)";
      os << '\n';
    }
    os << '\n';
  }
  printTotals(os);
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static json::Object toJson(const std::map<std::string, double> &numbers) {
  json::Object object;
  for (const auto &[name, number] : numbers)
    object[name] = number;
  return object;
}

static json::Object toJson(const CollectedRemark &remark) {
  return json::Object{
      {"kind", remark.kind},   {"topic", remark.topic},
      {"pass", remark.pass},   {"text", remark.text},
      {"times", remark.times}, {"numbers", toJson(remark.numbers)}};
}

json::Array RemarkCollection::toJson(StringRef text) const {
  json::Array lines;
  for (const auto &[place, remarks] : places) {
    json::Array all;
    for (const CollectedRemark &remark : remarks)
      all.push_back(::toJson(remark));
    json::Object line{{"remarks", std::move(all)}};
    if (place.second) {
      line["file"] = place.first;
      line["line"] = place.second;
      line["text"] = lineOf(text, place.second);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

json::Object RemarkCollection::totalsToJson() const {
  json::Object object;
  for (const auto &[topic, total] : totals())
    object[topic] = json::Object{{"passed", total.passed},
                                 {"missed", total.missed},
                                 {"numbers", ::toJson(total.numbers)}};
  return object;
}
