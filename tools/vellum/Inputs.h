//===- tools/vellum/Inputs.h - arguments from the command line ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_INPUTS_H
#define VELLUM_TOOLS_VELLUM_INPUTS_H

#include "mlir/IR/Types.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/Tensor.h"
#include "tools/vellum/CommandLine.h"

namespace vellum {

/// A named argument that a value is wanted for.
struct Port {
  std::string name;
  mlir::Type type;
  /// Whether it may be left out.
  bool isOptional = false;
};

/// Values given by name, in files or as numbers.
class Inputs {
public:
  /// Declares `--input` and `--inputs`.
  void declare(CommandLine &line);
  /// Reads the files that the options name.
  llvm::LogicalResult read();
  /// Whether the options, or `readArchive`, have given any value.
  bool areGiven() const { return !values.empty(); }
  /// Adds all tensors of a .npz file.
  llvm::LogicalResult readArchive(const std::string &path);

  /// The values of the ports of a function, in order. An error where a value
  /// that is not optional is missing, one has another type, or one belongs to
  /// no port.
  llvm::FailureOr<std::vector<std::optional<Tensor>>>
  bind(llvm::StringRef function, llvm::ArrayRef<Port> ports) const;
  /// As `bind`, where no port is optional.
  llvm::FailureOr<std::vector<Tensor>>
  bindAll(llvm::StringRef function, llvm::ArrayRef<Port> ports) const;

private:
  /// A value as it was given: a tensor, or a number whose type is not known
  /// yet.
  struct Given {
    std::optional<Tensor> tensor;
    std::string number;
    /// Where it comes from.
    std::string source;
  };

  llvm::LogicalResult add(const std::string &name, Given given);
  llvm::LogicalResult parse(llvm::StringRef assignment);
  llvm::FailureOr<Tensor> bind(llvm::StringRef function, const Port &port,
                               const Given &given) const;

  std::vector<std::string> assignments;
  std::string archive;
  std::map<std::string, Given> values;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_INPUTS_H
