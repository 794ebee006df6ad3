//===- lowering/check/FirstDifference.cpp - the first read that differs ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/check/FirstDifference.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

#include "lowering/check/OpNumbers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

static bool isSame(const Read &a, const Read &b) { return a.bits == b.bits; }

namespace {
/// The runs of one op before the pass, and how many were seen after it.
struct Runs {
  std::vector<const ReadsOfOp *> before;
  size_t seen = 0;
};
} // namespace

/// The run that should have read the same as `now`: the one of the same number,
/// or any other that does read the same.
static const ReadsOfOp *matchOf(const Runs &runs, size_t number,
                                const ReadsOfOp &now) {
  const ReadsOfOp *expected =
      runs.before[std::min(number, runs.before.size() - 1)];
  const auto fits = [&](const ReadsOfOp *before) {
    return llvm::equal(before->reads, now.reads, isSame);
  };
  if (fits(expected))
    return expected;
  auto other = llvm::find_if(runs.before, fits);
  return other == runs.before.end() ? expected : *other;
}

std::optional<Difference> vellum::firstDifference(const Trace &before,
                                                  const Trace &now) {
  std::map<OpIdentity, Runs> known;
  for (const ReadsOfOp &each : before)
    if (std::optional<OpIdentity> identity = identityOf(each.op))
      known[*identity].before.push_back(&each);
  for (const ReadsOfOp &each : now) {
    const std::optional<OpIdentity> identity = identityOf(each.op);
    auto runs = identity ? known.find(*identity) : known.end();
    if (runs == known.end())
      continue;
    const size_t number = runs->second.seen++;
    const ReadsOfOp *expected = matchOf(runs->second, number, each);
    if (expected->reads.size() != each.reads.size())
      continue;
    for (auto [was, is] : llvm::zip_equal(expected->reads, each.reads))
      if (!isSame(was, is))
        return Difference{each.op, int64_t(number), was, is};
  }
  return std::nullopt;
}
