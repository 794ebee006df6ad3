//===- tools/vellum/CommandLine.cpp - a subcommand's arguments ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/CommandLine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <cmath>

#include "tools/vellum/Report.h"

using namespace llvm;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

void CommandLine::add(std::string name, std::string placeholder,
                      std::string help,
                      std::function<LogicalResult(StringRef)> set) {
  options.push_back({std::move(name), std::move(placeholder), std::move(help),
                     std::move(set)});
}

void CommandLine::file(std::string placeholder, std::string &value) {
  filePlaceholder = std::move(placeholder);
  fileValue = &value;
}

void CommandLine::flag(std::string name, bool &value, std::string help) {
  add(std::move(name), "", std::move(help), [&value](StringRef) {
    value = true;
    return success();
  });
}

void CommandLine::text(std::string name, std::string placeholder,
                       std::string &value, std::string help) {
  add(name, std::move(placeholder), std::move(help),
      [&value, name](StringRef text) -> LogicalResult {
        if (text.empty())
          return reportError("option '--" + name + "' needs a value");
        value = text.str();
        return success();
      });
}

void CommandLine::list(std::string name, std::string placeholder,
                       std::vector<std::string> &values, std::string help) {
  add(std::move(name), std::move(placeholder), std::move(help),
      [&values](StringRef text) {
        values.push_back(text.str());
        return success();
      });
  options.back().repeats = true;
}

static FailureOr<int64_t> parseInteger(StringRef name, int64_t least,
                                       StringRef text) {
  int64_t number = 0;
  if (text.getAsInteger(10, number) || number < least)
    return reportError("option '--" + name +
                       "' takes a whole number of at least " + Twine(least) +
                       ", but got '" + text + "'");
  return number;
}

template <typename Integer>
static std::function<LogicalResult(StringRef)>
integerSetter(std::string name, int64_t least, Integer &value) {
  return [&value, name = std::move(name), least](StringRef text) {
    FailureOr<int64_t> number = parseInteger(name, least, text);
    if (succeeded(number))
      value = *number;
    return LogicalResult(number);
  };
}

void CommandLine::integer(std::string name, int64_t &value, int64_t least,
                          std::string help) {
  add(name, "N", std::move(help), integerSetter(name, least, value));
}

void CommandLine::integer(std::string name, std::optional<int64_t> &value,
                          int64_t least, std::string help) {
  add(name, "N", std::move(help), integerSetter(name, least, value));
}

/// The bytes of a unit, or 0 where there is none of that name.
static int64_t bytesOfUnit(StringRef unit) {
  constexpr StringLiteral letters = "KMG";
  const size_t power = unit.empty() ? StringRef::npos : letters.find(unit[0]);
  if (power == StringRef::npos)
    return unit.empty() || unit == "B" ? 1 : 0;
  const StringRef rest = unit.drop_front();
  if (rest.empty() || rest == "iB")
    return int64_t(1) << 10 * (power + 1);
  return rest == "B" ? static_cast<int64_t>(std::pow(1000, power + 1)) : 0;
}

void CommandLine::bytes(std::string name, int64_t &value, std::string help) {
  add(name, "BYTES", std::move(help),
      [&value, name](StringRef text) -> LogicalResult {
        const StringRef digits =
            text.take_while([](char c) { return isDigit(c) || c == '.'; });
        const int64_t unit = bytesOfUnit(text.drop_front(digits.size()));
        double number = 0;
        constexpr double kMost = 9e18;
        if (unit == 0 || digits.getAsDouble(number) || number * unit < 1 ||
            number * unit > kMost)
          return reportError("option '--" + name +
                             "' takes a number of bytes such as 5000000, 5M or "
                             "300MiB, but got '" +
                             text + "'");
        value = static_cast<int64_t>(number * unit);
        return success();
      });
}

static LogicalResult checkChoice(StringRef name, ArrayRef<std::string> choices,
                                 StringRef text) {
  if (is_contained(choices, text))
    return success();
  return reportError("option '--" + name + "' is one of " +
                     join(choices, ", ") + ", but got '" + text + "'");
}

void CommandLine::choice(std::string name, std::vector<std::string> choices,
                         std::string &value, std::string help) {
  std::string placeholder = join(choices, "|");
  add(name, placeholder, std::move(help),
      [&value, name, choices = std::move(choices)](StringRef text) {
        value = text.str();
        return checkChoice(name, choices, text);
      });
}

void CommandLine::choices(std::string name, std::vector<std::string> choices,
                          std::vector<std::string> &values, std::string help) {
  std::string placeholder = join(choices, "|");
  add(name, placeholder, std::move(help),
      [&values, name, choices = std::move(choices)](StringRef text) {
        values.push_back(text.str());
        return checkChoice(name, choices, text);
      });
  options.back().repeats = true;
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

FailureOr<CommandLine::Option *> CommandLine::findShort(StringRef argument) {
  for (Option &option : options)
    if (option.letter && argument.drop_front() == StringRef(&option.letter, 1))
      return &option;
  return reportError("'" + command + "' has no option '" + argument +
                     "'; options begin with two dashes");
}

FailureOr<CommandLine::Option *>
CommandLine::find(StringRef argument, std::optional<StringRef> &value) {
  if (!argument.starts_with("--"))
    return findShort(argument);
  StringRef name = argument.drop_front(2);
  if (name.contains('=')) {
    value = name.split('=').second;
    name = name.split('=').first;
  }
  for (Option &option : options)
    if (option.name == name)
      return &option;
  SmallVector<StringRef> names{"help"};
  for (const Option &option : options)
    names.push_back(option.name);
  return reportError("'" + command + "' has no option '--" + name + "'" +
                     suggestion(name, names, "--"));
}

LogicalResult CommandLine::parseOption(ArrayRef<StringRef> &arguments) {
  std::optional<StringRef> value;
  FailureOr<Option *> found = find(arguments.consume_front(), value);
  if (failed(found))
    return failure();
  Option &option = **found;
  if (option.given && !option.repeats)
    return reportError("option '--" + option.name + "' is given twice");
  option.given = true;
  const bool isFlag = option.placeholder.empty();
  if (isFlag && value)
    return reportError("option '--" + option.name +
                       "' takes no value, but got '" + *value + "'");
  if (!isFlag && !value) {
    if (arguments.empty())
      return reportError("option '--" + option.name + "' needs a value");
    value = arguments.consume_front();
  }
  return option.set(value.value_or(""));
}

LogicalResult CommandLine::parseFile(StringRef argument) {
  if (!fileValue || !fileValue->empty())
    return reportError("'" + command + "' has no use for '" + argument +
                       "'; usage: " + usage());
  *fileValue = argument.str();
  return success();
}

bool CommandLine::has(StringRef option) const {
  return any_of(options, [&](const Option &each) {
    return each.given && each.name == option;
  });
}

LogicalResult CommandLine::refuse(StringRef option, const Twine &reason) const {
  return has(option) ? reportNoEffect(option, reason) : success();
}

std::optional<int> CommandLine::parse(ArrayRef<StringRef> arguments) {
  if (is_contained(arguments, "--help") || is_contained(arguments, "-h")) {
    printHelp(outs());
    return 0;
  }
  while (!arguments.empty()) {
    const bool isOption =
        arguments.front().starts_with("-") && arguments.front() != "-";
    const LogicalResult parsed = isOption
                                     ? parseOption(arguments)
                                     : parseFile(arguments.consume_front());
    if (failed(parsed))
      return 1;
  }
  if (fileValue && fileValue->empty()) {
    (void)reportError("no " + filePlaceholder + " is given; usage: " + usage());
    return 1;
  }
  for (const auto &rule : rules)
    if (failed(rule()))
      return 1;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Help
//===----------------------------------------------------------------------===//

std::string CommandLine::usage() const {
  std::string text = command;
  if (fileValue)
    text += " " + filePlaceholder;
  return text + " [options]";
}

void CommandLine::printHelp(raw_ostream &os) const {
  os << command << ": " << summary << "\n\nusage: " << usage()
     << "\n\noptions:\n";
  constexpr unsigned kColumn = 30;
  const auto line = [&os](std::string left, StringRef help, char letter = 0) {
    left = (letter ? std::string("  -") + letter + ", --" : "  --") + left;
    // A name too long for its column has a line to itself.
    os << left;
    if (left.size() + 1 >= kColumn)
      os << '\n', left.clear();
    SmallVector<StringRef> lines;
    help.split(lines, '\n');
    os.indent(kColumn - left.size()) << lines.front() << '\n';
    for (StringRef more : drop_begin(lines))
      os.indent(kColumn) << more << '\n';
  };
  for (const Option &option : options)
    line(option.placeholder.empty() ? option.name
                                    : option.name + "=" + option.placeholder,
         option.help, option.letter);
  line("help", "this text");
  os << "\nexample:\n";
  SmallVector<StringRef> lines;
  StringRef(example).split(lines, '\n');
  for (StringRef each : lines)
    os << "  " << each << '\n';
}
