//===- tools/vellum/CommandLine.h - a subcommand's arguments --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Options of one subcommand: declared with the variable they set, parsed, and
/// explained by `--help`. llvm::cl is not used because its options are global:
/// those of LLVM itself would stand among ours in help, errors and suggestions.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_COMMANDLINE_H
#define VELLUM_TOOLS_VELLUM_COMMANDLINE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vellum {

/// The options of one subcommand. They are written `--name=value` or
/// `--name value`, and may stand before and after the file.
class CommandLine {
public:
  /// `example` is one or more shell commands, one a line.
  CommandLine(std::string command, std::string summary, std::string example)
      : command(std::move(command)), summary(std::move(summary)),
        example(std::move(example)) {}

  /// The argument without dashes, which must be given.
  void file(std::string placeholder, std::string &value);
  /// `--name`.
  void flag(std::string name, bool &value, std::string help);
  /// `--name=TEXT`.
  void text(std::string name, std::string placeholder, std::string &value,
            std::string help);
  /// `--name=TEXT`, any number of times.
  void list(std::string name, std::string placeholder,
            std::vector<std::string> &values, std::string help);
  /// `--name=N` with a whole number that is at least `least`.
  void integer(std::string name, int64_t &value, int64_t least,
               std::string help);
  void integer(std::string name, std::optional<int64_t> &value, int64_t least,
               std::string help);
  /// `--name=BYTES`: a positive number with an optional unit. K, M, G and KiB,
  /// MiB, GiB are powers of 1024; KB, MB and GB powers of 1000.
  void bytes(std::string name, int64_t &value, std::string help);
  /// `--name=one|other`.
  void choice(std::string name, std::vector<std::string> choices,
              std::string &value, std::string help);

  /// As `choice`, any number of times.
  void choices(std::string name, std::vector<std::string> choices,
               std::vector<std::string> &values, std::string help);

  /// Lets the option declared last be written `-letter VALUE` too.
  void shorten(char letter) { options.back().letter = letter; }

  /// Adds a rule that is looked at when all variables are set.
  void check(std::function<llvm::LogicalResult()> rule) {
    rules.push_back(std::move(rule));
  }
  /// Whether an option was given.
  bool has(llvm::StringRef option) const;
  /// An error where an option was given, which has no effect for this reason.
  llvm::LogicalResult refuse(llvm::StringRef option,
                             const llvm::Twine &reason) const;

  /// Sets the variables. Returns the exit code where the command ends here,
  /// after `--help` (0) or an error (1).
  std::optional<int> parse(llvm::ArrayRef<llvm::StringRef> arguments);

private:
  struct Option {
    std::string name;
    /// Empty for a flag.
    std::string placeholder;
    std::string help;
    std::function<llvm::LogicalResult(llvm::StringRef)> set;
    bool repeats = false;
    bool given = false;
    /// Its short form; 0 for none.
    char letter = 0;
  };

  void add(std::string name, std::string placeholder, std::string help,
           std::function<llvm::LogicalResult(llvm::StringRef)> set);
  /// The option that `argument` is, with what stands behind `=` in `value`.
  llvm::FailureOr<Option *> find(llvm::StringRef argument,
                                 std::optional<llvm::StringRef> &value);
  /// The option whose short form `argument` is.
  llvm::FailureOr<Option *> findShort(llvm::StringRef argument);
  /// Takes the option at the front of `arguments`, and its value.
  llvm::LogicalResult parseOption(llvm::ArrayRef<llvm::StringRef> &arguments);
  llvm::LogicalResult parseFile(llvm::StringRef argument);
  void printHelp(llvm::raw_ostream &os) const;
  std::string usage() const;

  std::string command, summary, example;
  std::string filePlaceholder;
  std::string *fileValue = nullptr;
  std::vector<Option> options;
  std::vector<std::function<llvm::LogicalResult()>> rules;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_COMMANDLINE_H
