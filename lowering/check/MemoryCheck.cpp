//===- lowering/check/MemoryCheck.cpp - runs a program after each pass ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/check/MemoryCheck.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "llvm/ADT/bit.h"

#include <map>

#include "lowering/check/FirstDifference.h"
#include "lowering/check/OpNumbers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// Of the largest number of a result, and for results that are sums of numbers
/// that cancel out. Passes fold constants in the width of their type and sum in
/// other orders; a wrong word is wrong by far more.
static constexpr double kRelative = 1e-5, kAbsolute = 1e-7;

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// The position of the first element that differs.
static std::optional<int64_t> differs(const Array &expected,
                                      const Array &actual) {
  if (expected.shape != actual.shape)
    return 0;
  double largest = 0;
  for (double x : expected.floats)
    if (std::isfinite(x))
      largest = std::max(largest, std::abs(x));
  for (int64_t i = 0; i < expected.size(); ++i) {
    if (expected.kind == Kind::Integer) {
      if (expected.integers[i] != actual.integers[i])
        return i;
      continue;
    }
    const double x = expected.floats[i], y = actual.floats[i];
    if (x != y && !(std::isnan(x) && std::isnan(y)) &&
        !(std::abs(x - y) <= kRelative * largest + kAbsolute))
      return i;
  }
  return std::nullopt;
}

static std::string formatElement(const Array &array, int64_t i) {
  if (i >= array.size())
    return "of the shape " + formatShape(array.shape);
  return array.kind == Kind::Integer ? std::to_string(array.integers[i])
                                     : formatNumber(array.floats[i]);
}

static std::string formatBits(const Read &read, const Read &other) {
  // A word's kind is not known: doubles of small integers would be tiny.
  const double number = llvm::bit_cast<double>(read.bits),
               beside = llvm::bit_cast<double>(other.bits);
  const auto isInteger = [](double x) {
    return x != 0 && std::abs(x) < std::numeric_limits<double>::min();
  };
  if (isInteger(number) || isInteger(beside))
    return std::to_string(int64_t(read.bits));
  return formatNumber(number);
}

//===----------------------------------------------------------------------===//
// The check
//===----------------------------------------------------------------------===//

namespace {
using Results = SmallVector<Array>;

/// The first error of a run, kept to be reported with the pass's name.
struct Complaint {
  std::optional<Location> location;
  std::string text;
  SmallVector<std::pair<Location, std::string>> notes;
  /// It says that the run took too long, which is no fault of the program's.
  bool isGivenUp = false;
};

class MemoryCheck final : public PassInstrumentation {
public:
  MemoryCheck(ArrayRef<CheckedCall> calls,
              std::shared_ptr<MemoryCheckResult> result)
      : calls(calls), result(std::move(result)) {}

  void runBeforePass(Pass *pass, Operation *op) override;
  void runAfterPass(Pass *pass, Operation *op) override;
  void runAfterPassFailed(Pass *pass, Operation *op) override;

private:
  void begin(ModuleOp module);
  void keep(ModuleOp module);
  bool check(ModuleOp module, const CheckedCall &call,
             std::optional<Results> &expected);
  void giveUp(ModuleOp module, const CheckedCall &call,
              const Complaint &complaint);
  FailureOr<Results> run(ModuleOp module, const CheckedCall &call,
                         Complaint &complaint);
  InFlightDiagnostic emitAt(Location location);
  void report(const Complaint &complaint);
  void reportResult(ModuleOp module, const CheckedCall &call,
                    const Results &expected, const Results &actual,
                    unsigned number, int64_t position);
  bool reportRead(ModuleOp module, const CheckedCall &call);
  std::string authorOf(Operation *op) const;

  std::vector<CheckedCall> calls;
  std::shared_ptr<MemoryCheckResult> result;
  bool hasBegun = false;
  /// The results of each call before the first pass; none for calls that have
  /// none.
  std::vector<std::optional<Results>> expected;
  /// The program as it is, to be run again once a pass has changed it.
  OwningOpRef<ModuleOp> before;
  std::optional<OperationFingerPrint> fingerprint;
  /// Which pass has made an op that was not there before the first.
  std::map<OpIdentity, std::string> authors;
  /// The pass that has just run, and the last one that had changed the program.
  std::string pass, previous;
};
} // namespace

static ModuleOp moduleOf(Operation *op) {
  auto module = dyn_cast<ModuleOp>(op);
  return module ? module : op->getParentOfType<ModuleOp>();
}

/// Adaptors, which only run others.
static bool isPass(Pass *pass) { return !pass->getArgument().empty(); }

FailureOr<Results> MemoryCheck::run(ModuleOp module, const CheckedCall &call,
                                    Complaint &complaint) {
  ScopedDiagnosticHandler handler(module.getContext(), [&](Diagnostic &error) {
    if (complaint.location || error.getSeverity() != DiagnosticSeverity::Error)
      return success();
    complaint.location = error.getLocation();
    complaint.text = error.str();
    // vellum-opt adds the op as text, which is that of the whole program.
    for (Diagnostic &note : error.getNotes())
      if (!StringRef(note.str()).starts_with("see current operation"))
        complaint.notes.push_back({note.getLocation(), note.str()});
    return success();
  });
  LoweredRun lowered(Precision::F64, call.maxSteps);
  auto results = lowered.call(module, call.signature, call.arguments);
  complaint.isGivenUp = lowered.wasGivenUp();
  return results;
}

/// Takes the program as the one that the next pass will change.
void MemoryCheck::keep(ModuleOp module) {
  std::vector<std::pair<Operation *, std::string>> made;
  module.walk([&](Operation *op) {
    const std::optional<OpIdentity> identity = identityOf(op);
    auto author = identity ? authors.find(*identity) : authors.end();
    made.push_back({op, author == authors.end() ? pass : author->second});
  });
  numberOps(module);
  authors.clear();
  for (auto &[op, author] : made)
    authors[*identityOf(op)] = author;
  before = module.clone();
  fingerprint.emplace(module);
}

void MemoryCheck::begin(ModuleOp module) {
  hasBegun = true;
  if (calls.empty())
    calls = smallCalls(module);
  for (const CheckedCall &call : calls) {
    Complaint complaint;
    FailureOr<Results> results = run(module, call, complaint);
    expected.emplace_back();
    if (succeeded(results))
      expected.back() = std::move(*results);
    else
      giveUp(module, call, complaint);
  }
  keep(module);
}

void MemoryCheck::giveUp(ModuleOp module, const CheckedCall &call,
                         const Complaint &complaint) {
  if (!call.isOptional)
    emitWarning(complaint.location.value_or(module.getLoc()))
        << "@" << call.signature.name
        << " is not checked, as it has no results: " << complaint.text;
}

void MemoryCheck::runBeforePass(Pass *pass, Operation *op) {
  ModuleOp module = moduleOf(op);
  if (!hasBegun && module && isPass(pass))
    begin(module);
}

void MemoryCheck::runAfterPass(Pass *last, Operation *op) {
  ModuleOp module = moduleOf(op);
  if (!module || !hasBegun || result->failed || !isPass(last) ||
      *fingerprint == OperationFingerPrint(module))
    return;
  pass = last->getArgument().str();
  ++result->checked;
  for (auto [call, results] : llvm::zip_equal(calls, expected))
    if (results && !check(module, call, results)) {
      result->failed = true;
      return;
    }
  previous = pass;
  keep(module);
}

/// The verifier, or the pass itself, has said what is wrong, but not the pass.
void MemoryCheck::runAfterPassFailed(Pass *last, Operation *op) {
  if (!hasBegun || result->failed || !isPass(last))
    return;
  pass = last->getArgument().str();
  result->failed = true;
  emitAt(op->getLoc()) << "it failed, or left what is no valid program";
}

/// Runs one call, and reports what is wrong.
bool MemoryCheck::check(ModuleOp module, const CheckedCall &call,
                        std::optional<Results> &expected) {
  Complaint complaint;
  FailureOr<Results> actual = run(module, call, complaint);
  if (failed(actual) && complaint.isGivenUp) {
    giveUp(module, call, complaint);
    expected.reset();
    return true;
  }
  if (failed(actual)) {
    report(complaint);
    return false;
  }
  for (auto [number, pair] :
       llvm::enumerate(llvm::zip_equal(*expected, *actual)))
    if (std::optional<int64_t> position =
            differs(std::get<0>(pair), std::get<1>(pair))) {
      if (!reportRead(module, call))
        reportResult(module, call, *expected, *actual, number, *position);
      return false;
    }
  return true;
}

//===----------------------------------------------------------------------===//
// Reports
//===----------------------------------------------------------------------===//

InFlightDiagnostic MemoryCheck::emitAt(Location location) {
  InFlightDiagnostic diagnostic = emitError(withoutNumber(location));
  diagnostic << "after '" << pass << "'";
  if (!previous.empty())
    diagnostic << ", which follows '" << previous << "'";
  diagnostic << ": ";
  return diagnostic;
}

void MemoryCheck::report(const Complaint &complaint) {
  InFlightDiagnostic diagnostic = emitAt(*complaint.location);
  diagnostic << complaint.text;
  for (auto &[location, text] : complaint.notes)
    diagnostic.attachNote(withoutNumber(location)) << text;
}

void MemoryCheck::reportResult(ModuleOp module, const CheckedCall &call,
                               const Results &expected, const Results &actual,
                               unsigned number, int64_t position) {
  emitAt(module.getLoc()) << "result " << number << " of @"
                          << call.signature.name << " is "
                          << formatElement(actual[number], position)
                          << " in position " << position << ", but was "
                          << formatElement(expected[number], position);
}

std::string MemoryCheck::authorOf(Operation *op) const {
  const std::optional<OpIdentity> identity = identityOf(op);
  auto author = identity ? authors.find(*identity) : authors.end();
  if (author == authors.end() || author->second.empty())
    return "";
  return ", as '" + author->second + "' has wanted it";
}

/// Runs the program again as it was and as it is, to find the first op that
/// reads something else.
bool MemoryCheck::reportRead(ModuleOp module, const CheckedCall &call) {
  Trace was, is;
  LoweredRun first(Precision::F64), second(Precision::F64);
  first.setTrace(&was);
  second.setTrace(&is);
  if (failed(first.call(*before, call.signature, call.arguments)) ||
      failed(second.call(module, call.signature, call.arguments)))
    return false;
  const std::optional<Difference> found = firstDifference(was, is);
  if (!found)
    return false;
  const Memory &memory = second.getMemory();
  const Read &now = found->now, &then = found->before;
  InFlightDiagnostic diagnostic = emitAt(found->op->getLoc());
  diagnostic << "'" << found->op->getName() << "' reads ";
  if (now.address < 0)
    diagnostic << "an element of operand " << now.operand;
  else
    diagnostic << memory.describe(now.address);
  diagnostic << ", which holds " << formatBits(now, then) << ", not "
             << formatBits(then, now) << " as before";
  if (found->run > 0)
    diagnostic << ", when it runs for the " << found->run + 1 << "th time";
  if (now.writer)
    diagnostic.attachNote(withoutNumber(now.writer->getLoc()))
        << "'" << now.writer->getName() << "' has written it";
  if (then.writer)
    diagnostic.attachNote(withoutNumber(then.writer->getLoc()))
        << "what it read before was written by '" << then.writer->getName()
        << "'";
  if (Operation *origin =
          now.address < 0 ? nullptr : memory.originOf(now.address))
    diagnostic.attachNote(withoutNumber(origin->getLoc()))
        << "the buffer is taken here" << authorOf(origin);
  return true;
}

std::shared_ptr<MemoryCheckResult>
vellum::addMemoryCheck(PassManager &passes, ArrayRef<CheckedCall> calls) {
  auto result = std::make_shared<MemoryCheckResult>();
  passes.addInstrumentation(std::make_unique<MemoryCheck>(calls, result));
  return result;
}
