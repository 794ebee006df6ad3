//===- tools/vellum/Inputs.cpp - arguments from the command line ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Inputs.h"

#include "runtime/Npy.h"
#include "runtime/Npz.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

void Inputs::declare(CommandLine &line) {
  line.list("input", "NAME=FILE.npy|NUMBER", assignments,
            "the value of one argument; repeat for more");
  line.text("inputs", "FILE.npz", archive, "values of arguments by name");
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

LogicalResult Inputs::add(const std::string &name, Given given) {
  auto [entry, isNew] = values.insert({name, given});
  if (!isNew)
    return reportError("input '" + name + "' is given twice, by " +
                       entry->second.source + " and by " + given.source);
  return success();
}

LogicalResult Inputs::parse(StringRef assignment) {
  auto [name, value] = assignment.split('=');
  if (name.empty() || value.empty())
    return reportError("option '--input' takes NAME=FILE.npy or NAME=NUMBER, "
                       "but got '" +
                       assignment + "'");
  if (!value.ends_with(".npy"))
    return add(name.str(), {std::nullopt, value.str(), value.str()});
  Result<Tensor> tensor = readNpy(value.str());
  if (!tensor)
    return reportError(tensor.error());
  return add(name.str(), {std::move(*tensor), "", value.str()});
}

LogicalResult Inputs::readArchive(const std::string &path) {
  Result<std::vector<NamedTensor>> tensors = readNpz(path);
  if (!tensors)
    return reportError(tensors.error());
  for (NamedTensor &each : *tensors)
    if (failed(add(each.name, {std::move(each.tensor), "", path})))
      return failure();
  return success();
}

LogicalResult Inputs::read() {
  for (const std::string &assignment : assignments)
    if (failed(parse(assignment)))
      return failure();
  return archive.empty() ? success() : readArchive(archive);
}

//===----------------------------------------------------------------------===//
// Binding
//===----------------------------------------------------------------------===//

FailureOr<Tensor> Inputs::bind(StringRef function, const Port &port,
                               const Given &given) const {
  const std::string expected =
      ("input '" + port.name + "' of @" + function + " has type " +
       describe(port.type) + ", but got ")
          .str();
  if (!given.tensor) {
    if (std::optional<Tensor> scalar = parseScalar(given.number, port.type))
      return *scalar;
    return reportError(expected + "'" + given.number + "'");
  }
  if (!hasType(*given.tensor, port.type))
    return reportError(expected + describe(*given.tensor) + " from " +
                       given.source);
  return *given.tensor;
}

/// An error where a value's name is none of the ports'.
static LogicalResult checkName(StringRef function, ArrayRef<Port> ports,
                               StringRef name, StringRef source) {
  SmallVector<StringRef> names;
  for (const Port &port : ports)
    names.push_back(port.name);
  if (llvm::is_contained(names, name))
    return success();
  std::string hint = suggestion(name, names);
  if (hint.empty())
    hint = names.empty() ? "; it has none"
                         : "; there are " + llvm::join(names, ", ");
  return reportError("@" + function + " has no input '" + name +
                     "', which is given by " + source + hint);
}

FailureOr<std::vector<std::optional<Tensor>>>
Inputs::bind(StringRef function, ArrayRef<Port> ports) const {
  for (const auto &[name, given] : values)
    if (failed(checkName(function, ports, name, given.source)))
      return failure();
  std::vector<std::optional<Tensor>> tensors;
  for (const Port &port : ports) {
    auto given = values.find(port.name);
    if (given == values.end()) {
      if (!port.isOptional)
        return reportError("input '" + port.name + "' of @" + function +
                           ", which has type " + describe(port.type) +
                           ", is not given");
      tensors.push_back(std::nullopt);
      continue;
    }
    FailureOr<Tensor> tensor = bind(function, port, given->second);
    if (failed(tensor))
      return failure();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

FailureOr<std::vector<Tensor>> Inputs::bindAll(StringRef function,
                                               ArrayRef<Port> ports) const {
  auto bound = bind(function, ports);
  if (failed(bound))
    return failure();
  std::vector<Tensor> tensors;
  for (std::optional<Tensor> &each : *bound)
    tensors.push_back(std::move(*each));
  return tensors;
}
