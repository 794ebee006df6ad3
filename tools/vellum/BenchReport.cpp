//===- tools/vellum/BenchReport.cpp - what vellum bench says --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/BenchReport.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

#include <sys/resource.h>

#include "lowering/FormatBytes.h"
#include "runtime/File.h"
#include "runtime/device/DeviceLibrary.h"
#include "tools/vellum/Report.h"

using namespace llvm;
using namespace vellum;

BenchReport::BenchReport(BenchProgram &program, const BenchOptions &options,
                         MachineLimits limits, CallTimes measured,
                         std::optional<MemoryForecast> forecast)
    : program(program), options(options), limits(limits),
      times(std::move(measured)), forecast(forecast), seconds(times.seconds) {
  llvm::sort(seconds);
}

std::optional<double> BenchReport::coreShare() const {
  if (options.evaluation.backend.threads > 1)
    return std::nullopt;
  return times.onCore / times.total;
}

double BenchReport::quantile(double share) const {
  const double position = share * static_cast<double>(seconds.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, seconds.size() - 1);
  const double weight = position - static_cast<double>(below);
  return (1 - weight) * seconds[below] + weight * seconds[above];
}

/// The most memory that this process has had.
static int64_t peakResidentBytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t(usage.ru_maxrss) * 1024;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static std::string percent(double share) {
  return formatv("{0:f1} %", 100 * share);
}

static void line(raw_ostream &os, StringRef what, const Twine &text) {
  os << left_justify(what, 10) << text << '\n';
}

/// An amount, its rate, and what share of the limit that is.
static void printRate(raw_ostream &os, StringRef what, double amount,
                      StringRef unit, double time, double limit,
                      StringRef meaning) {
  const double rate = amount / time;
  line(os, what,
       scaled(amount, unit) + ", " + scaled(rate, unit) +
           "/s: " + percent(rate / limit) + " of the " + scaled(limit, unit) +
           "/s " + meaning);
}

/// Of the process, and what a call takes of it.
std::string BenchReport::memory() const {
  std::string text = formatBytes(double(peakResidentBytes())) + " at most";
  if (auto bytes = program.getExecutor().getPeakBytes())
    text += ", " + formatBytes(double(*bytes)) + " of it for temporaries";
  if (!forecast)
    return text;
  if (forecast->savedPerStep > 0)
    text += "; " + formatBytes(double(forecast->savedPerStep)) +
            " saved per time step";
  if (forecast->planned != forecast->whole)
    text += ", in segments instead of " + formatBytes(double(forecast->whole));
  return text;
}

void BenchReport::print(raw_ostream &os) const {
  const BackendOptions &backend = options.evaluation.backend;
  const CompileTimes compile = program.getExecutor().getCompileTimes();
  const double median = quantile(0.5);
  os << program.title << " of " << options.evaluation.model << ", "
     << backend.backend << ", " << backend.threads
     << (backend.threads == 1 ? " thread\n" : " threads\n");
  line(os, "compile", describe(program.frontSeconds, compile));
  line(os, "time",
       scaled(median, "s") + ", the median of " + Twine(seconds.size()) +
           "; quartiles " + scaled(quantile(0.25), "s") + " and " +
           scaled(quantile(0.75), "s") + ", least " +
           scaled(seconds.front(), "s"));
  if (program.work) {
    printRate(os, "work", program.work->flops, "FLOP", median, limits.flops,
              "of multiply-adds");
    printRate(os, "products", program.work->productBytes, "B", median,
              limits.l2Bytes, "read from L2");
  } else {
    line(os, "work", "not known, as sizes depend on data");
  }
  line(os, "memory", memory());
  if (coreShare().value_or(1) < 0.9)
    line(os, "warning",
         "the program had its core for " + percent(*coreShare()) +
             " of the time: others ran there too");
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

/// The instructions that the program may use; null for the interpreter.
static json::Value targetName(const BackendOptions &backend) {
  if (backend.backend != "cpu")
    return nullptr;
  if (!backend.target.empty())
    return backend.target;
  return hostDeviceTarget()->name;
}

static json::Value rate(std::optional<double> amount, double time) {
  return amount ? json::Value(*amount / time) : json::Value(nullptr);
}

static json::Value number(const std::optional<MemoryForecast> &forecast,
                          int64_t MemoryForecast::*which) {
  return forecast && (*forecast).*which >= 0 ? json::Value((*forecast).*which)
                                             : json::Value(nullptr);
}

std::string BenchReport::toJson() const {
  const BackendOptions &backend = options.evaluation.backend;
  const CompileTimes compile = program.getExecutor().getCompileTimes();
  const double median = quantile(0.5);
  std::optional<double> flops, bytes;
  if (program.work) {
    flops = program.work->flops;
    bytes = program.work->productBytes;
  }
  json::Object object{
      {"model", options.evaluation.model},
      {"program", program.title},
      {"backend", backend.backend},
      {"target", targetName(backend)},
      {"threads", backend.threads},
      {"warm_up", options.warmUp},
      {"repetitions", int64_t(seconds.size())},
      {"compile_seconds", json::Object{{"front", program.frontSeconds},
                                       {"lowering", compile.lowering},
                                       {"llvm", compile.llvm}}},
      {"seconds", json::Object{{"median", median},
                               {"least", seconds.front()},
                               {"lower_quartile", quantile(0.25)},
                               {"upper_quartile", quantile(0.75)},
                               {"greatest", seconds.back()}}},
      {"core_share", coreShare()},
      {"flop", flops},
      {"flop_per_second", rate(flops, median)},
      {"fma_peak", limits.flops},
      {"fma_share", rate(flops, median * limits.flops)},
      {"product_bytes", bytes},
      {"product_bytes_per_second", rate(bytes, median)},
      {"l2_bandwidth", limits.l2Bytes},
      {"l2_share", rate(bytes, median * limits.l2Bytes)},
      {"saved_bytes_per_step", number(forecast, &MemoryForecast::savedPerStep)},
      {"whole_bytes", number(forecast, &MemoryForecast::whole)},
      {"planned_bytes", number(forecast, &MemoryForecast::planned)},
      {"used_bytes", program.getExecutor().getPeakBytes()},
      {"temporary_bytes", program.getExecutor().getTemporaryBytes()},
      {"peak_resident_bytes", peakResidentBytes()}};
  return formatv("{0:2}\n", json::Value(std::move(object)));
}

LogicalResult BenchReport::write(const std::string &path) const {
  Status written = writeFileAtomic(path, toJson());
  return written ? success() : reportError(written.error());
}
