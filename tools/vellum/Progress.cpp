//===- tools/vellum/Progress.cpp - how training is getting on -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Progress.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

#include "lowering/TrainingStep.h"

using namespace llvm;
using namespace vellum;

std::string vellum::formatDuration(double seconds) {
  const int64_t total = static_cast<int64_t>(seconds + 0.5);
  const int64_t hours = total / 3600, minutes = total / 60 % 60;
  std::string text;
  raw_string_ostream os(text);
  if (hours > 0)
    os << hours << ':' << format("%02d", static_cast<int>(minutes));
  else
    os << minutes;
  os << ':' << format("%02d", static_cast<int>(total % 60));
  return text;
}

Progress::Progress(raw_fd_ostream &os, int64_t first, int64_t last)
    : os(os), first(first), last(last), isTerminal(os.is_displayed()) {}

std::string Progress::describe(const Record &moment) const {
  std::string text;
  raw_string_ostream line(text);
  line << "step " << moment.step << '/' << last;
  for (auto [name, mean] : llvm::zip_equal(moment.names, moment.means))
    if (name != gradientNormName)
      line << "  " << name << ' ' << format("%.5g", mean);
  const double elapsed =
      std::chrono::duration<double>(Clock::now() - start).count();
  const int64_t done = moment.step - first;
  if (done <= 0 || elapsed <= 0)
    return text;
  const double stepsPerSecond = static_cast<double>(done) / elapsed;
  const double batch =
      static_cast<double>(moment.sequences) / static_cast<double>(moment.step);
  const double speed = stepsPerSecond * batch;
  line << format(speed < 100 ? "  %.3g sequences/s  " : "  %.0f sequences/s  ",
                 speed)
       << formatDuration(static_cast<double>(last - moment.step) /
                         stepsPerSecond)
       << " left";
  return text;
}

void Progress::show(const Record &moment) {
  shown = Clock::now();
  pending.reset();
  // To the line's start, and clear it.
  if (isTerminal)
    os << "\r\x1b[K" << describe(moment);
  else
    os << describe(moment) << '\n';
  os.flush();
  isOpen = isTerminal;
}

void Progress::update(llvm::function_ref<Record()> moment) {
  constexpr std::chrono::milliseconds kPause(100);
  if (isTerminal && Clock::now() - shown >= kPause)
    show(moment());
}

void Progress::record(const Record &record) {
  if (!isTerminal)
    return show(record);
  pending = record;
  update([&] { return record; });
}

void Progress::finish() {
  if (pending)
    show(Record(*pending));
  if (isOpen)
    os << '\n';
  isOpen = false;
  os.flush();
}
