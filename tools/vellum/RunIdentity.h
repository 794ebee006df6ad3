//===- tools/vellum/RunIdentity.h - which run a checkpoint is of ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_RUNIDENTITY_H
#define VELLUM_TOOLS_VELLUM_RUNIDENTITY_H

#include <cstdint>
#include <optional>

#include "tools/vellum/Model.h"

namespace vellum {

/// What a training run's numbers follow from, beside its seed and batch size:
/// the settings of the recipe, the declarations and functions that the recipe
/// reaches, and the data. Two runs with equal facts compute the same, so that
/// one may go on from the other's checkpoint.
class RunIdentity {
public:
  /// Names, which begin with a kind and a colon, with values. In files these
  /// are metadata.
  using Facts = std::vector<std::pair<std::string, std::string>>;

  RunIdentity() = default;
  explicit RunIdentity(Facts facts) : facts(std::move(facts)) {}
  /// That of a model's recipe. The number of steps is no part of it: more steps
  /// are what a checkpoint is for. Nor are comments, layout and functions that
  /// the recipe does not reach.
  static RunIdentity of(Model &model);

  /// Adds data that comes from a file, by a number for what the file holds.
  void addData(uint64_t content);

  const Facts &getFacts() const { return facts; }
  /// Whether a metadata's name is that of a fact.
  static bool isFact(llvm::StringRef name);

  /// The first thing, in words, in which a run of this identity differs from
  /// `other`, whose model is the file at `path`; nothing where they agree.
  std::optional<std::string> differenceFrom(const RunIdentity &other,
                                            llvm::StringRef path) const;

private:
  std::optional<llvm::StringRef> find(llvm::StringRef name) const;

  Facts facts;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_RUNIDENTITY_H
