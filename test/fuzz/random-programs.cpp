//===- test/fuzz/random-programs.cpp - do all agree on any program? -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <map>

#include "runtime/Philox.h"
#include "test/fuzz/Campaign.h"
#include "test/fuzz/Coverage.h"
#include "test/fuzz/Oracles.h"
#include "test/fuzz/Shrink.h"

using namespace vellum;
using namespace vellum::fuzz;
namespace cl = llvm::cl;

static cl::opt<uint64_t> seed("seed", cl::desc("of all programs"), cl::init(1));
static cl::opt<uint64_t> begin("index", cl::desc("the first program's number"),
                               cl::init(0));
static cl::opt<uint64_t> count("count", cl::desc("how many programs"),
                               cl::init(1));
static cl::opt<unsigned> minutes("minutes", cl::desc("stop after so long"),
                                 cl::init(0));
static cl::opt<unsigned> attempts("shrink",
                                  cl::desc("tries to make a failure smaller"),
                                  cl::init(300));
static cl::opt<unsigned> limit("limit", cl::desc("seconds for one program"),
                               cl::init(120));
static cl::opt<unsigned> most("failures", cl::desc("stop after so many"),
                              cl::init(1000));
static cl::opt<bool> onlyPrint("print", cl::desc("print programs, run none"));
static cl::opt<bool> dynamic("dynamic", cl::desc("print the variant with ?"));
static cl::opt<bool> coverage("coverage",
                              cl::desc("count operations of the dialect; fail "
                                       "if one is in no program"));

//===----------------------------------------------------------------------===//
// Verdicts as text, to pass from process to process
//===----------------------------------------------------------------------===//

static std::string encode(const Verdict &v) {
  return v.kind + '\0' + v.where + '\0' + v.details + '\0' +
         (v.hasGradient ? "g" : "") + (v.hasDifferences ? "d" : "") +
         (v.isVague ? "v" : "") + (v.hasRefusedBudget ? "b" : "");
}

static Verdict decode(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, '\0');
  Verdict v;
  v.kind = parts[0];
  v.where = parts[1];
  v.details = parts[2];
  v.hasGradient = parts[3].contains('g');
  v.hasDifferences = parts[3].contains('d');
  v.isVague = parts[3].contains('v');
  v.hasRefusedBudget = parts[3].contains('b');
  return v;
}

/// The message without what differs from program to program.
static std::string firstMessage(llvm::StringRef errors) {
  for (llvm::StringRef line : llvm::split(errors, '\n')) {
    const size_t at = line.find("error: ");
    if (at != llvm::StringRef::npos)
      return line.substr(at).str();
  }
  return "";
}

/// What was tried last.
static std::string lastPlace(llvm::StringRef errors) {
  const size_t at = errors.rfind(kAnnouncement);
  if (at == llvm::StringRef::npos)
    return "";
  llvm::StringRef rest = errors.substr(at + strlen(kAnnouncement));
  return rest.take_until([](char c) { return c == '\n'; }).str();
}

static Verdict verdictOf(const Outcome &outcome) {
  Verdict verdict;
  if (outcome.death.empty()) {
    verdict = decode(outcome.text);
  } else {
    verdict.kind = outcome.death;
    verdict.where = lastPlace(outcome.errors);
  }
  if (!verdict.isRight() && verdict.details.empty())
    verdict.details = firstMessage(outcome.errors);
  return verdict;
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

static Tape tapeOf(uint64_t index) { return drawTape(philoxFold(seed, index)); }

/// The setup that a verdict names; -1 where it is about none.
static int setupOf(const Verdict &verdict) {
  int found = -1;
  size_t length = 0;
  for (auto [i, name] : llvm::enumerate(setupNames()))
    if (llvm::StringRef(verdict.where).starts_with(name) &&
        name.size() > length) {
      found = int(i);
      length = name.size();
    }
  return found;
}

/// What stays the same while a failure gets smaller.
static std::string signature(const Verdict &verdict) {
  if (verdict.kind != "does not compile" && verdict.kind != "has no gradient" &&
      verdict.kind != "does not parse" &&
      verdict.kind != "the interpreter refuses")
    return verdict.kind;
  // Messages, without names and numbers.
  std::string text = verdict.kind + ": ";
  for (char c : verdict.details)
    if (!llvm::isDigit(c))
      text += c;
  return text.substr(0, 90);
}

namespace {
class Run {
public:
  explicit Run(std::string scratch)
      : scratch(scratch), campaign(scratch, limit) {}
  int run();

private:
  void report(uint64_t index, const Verdict &verdict);
  void printSmallest(uint64_t index, const Verdict &verdict);
  void summarize(double seconds);

  std::string scratch;
  Campaign campaign;
  uint64_t numPrograms = 0, numGradients = 0, numDifferences = 0, numVague = 0,
           numRefused = 0, numFailures = 0;
  std::map<std::string, unsigned> kinds;
};
} // namespace

void Run::printSmallest(uint64_t index, const Verdict &verdict) {
  const Question question{setupOf(verdict)};
  const std::string kind = signature(verdict);
  Campaign trials(scratch, std::min<unsigned>(limit, 30));
  auto ask = [&](const Tape &tape) {
    return verdictOf(trials.runOne(
        [&](uint64_t) { return encode(judge(tape, question, scratch)); }));
  };
  Tape tape = shrink(tapeOf(index), attempts, [&](const Tape &candidate) {
    return signature(ask(candidate)) == kind;
  });
  const Verdict last = ask(tape);
  const bool isDynamic = llvm::StringRef(last.where).starts_with("dynamic");
  llvm::outs() << "  smallest: " << last.kind << "; " << last.where << "; "
               << last.details << '\n'
               << printProgram(tape, isDynamic) << '\n';
}

void Run::report(uint64_t index, const Verdict &verdict) {
  ++numFailures;
  const bool isNew = kinds[signature(verdict)]++ == 0;
  llvm::outs() << "FAIL --seed=" << seed << " --index=" << index << ": "
               << verdict.kind << "; " << verdict.where << "; "
               << verdict.details << '\n';
  llvm::outs().flush();
  if (attempts > 0 && (isNew || verdict.kind == "wrong values"))
    printSmallest(index, verdict);
  llvm::outs().flush();
}

void Run::summarize(double seconds) {
  llvm::outs() << numPrograms << " programs from seed " << seed << ", index "
               << begin << " on (" << numGradients << " with gradients, "
               << numDifferences << " compared with differences, " << numVague
               << " with results too ill conditioned to compare, " << numRefused
               << " with sizes that no budget can be cut to) in "
               << llvm::format("%.0f", seconds) << " s: " << numFailures
               << " failures\n";
  for (const auto &[kind, number] : kinds)
    llvm::outs() << llvm::format("%6u  ", number) << kind << '\n';
}

int Run::run() {
  const auto start = std::chrono::steady_clock::now();
  auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         start)
        .count();
  };
  campaign.run(
      begin, begin + count,
      [&](uint64_t i) { return encode(judge(tapeOf(i), Question(), scratch)); },
      [&](uint64_t i, const Outcome &outcome) {
        const Verdict verdict = verdictOf(outcome);
        ++numPrograms;
        numGradients += verdict.hasGradient;
        numDifferences += verdict.hasDifferences;
        numVague += verdict.isVague;
        numRefused += verdict.hasRefusedBudget;
        if (!verdict.isRight())
          report(i, verdict);
        return numFailures < most && !(minutes && seconds() > 60 * minutes);
      });
  summarize(seconds());
  return numFailures > 0;
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "compares random programs\n");
  if (coverage)
    return checkCoverage(seed, begin, count);
  if (onlyPrint) {
    for (uint64_t i = begin; i < begin + count; ++i)
      llvm::outs() << "// --seed=" << seed << " --index=" << i << '\n'
                   << printProgram(tapeOf(i), dynamic);
    return 0;
  }
  llvm::SmallString<64> scratch;
  if (llvm::sys::fs::createUniqueDirectory("random-programs", scratch))
    return 2;
  const int status = Run(scratch.str().str()).run();
  llvm::sys::fs::remove_directories(scratch);
  return status;
}
