//===- tools/vellum/Remarks.h - what the compiler says of a model ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_REMARKS_H
#define VELLUM_TOOLS_VELLUM_REMARKS_H

#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/JSON.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vellum {

/// A remark of a pass, and how often it was made of one place.
struct CollectedRemark {
  /// "passed", "missed", "failed" or "analysis".
  std::string kind;
  /// A category of lowering/Remarks.h.
  std::string topic;
  std::string pass;
  std::string text;
  /// Numbers that came with it, by name, each the sum of all times.
  std::map<std::string, double> numbers;
  int64_t times = 1;
};

/// The remarks on the operations of a program, by their lines in the model.
class RemarkCollection {
public:
  /// Listens to a context, which must not outlive this object. Its passes run
  /// in one thread from now on, so that the order of remarks is fixed.
  llvm::LogicalResult listenTo(mlir::MLIRContext &context);

  void add(mlir::Location location, CollectedRemark remark);

  /// The report, with the lines of `text`, the model. The total goes last.
  void print(llvm::raw_ostream &os, llvm::StringRef text) const;
  llvm::json::Array toJson(llvm::StringRef text) const;
  /// By topic, how many were passed and missed, and the sums of the numbers.
  llvm::json::Object totalsToJson() const;

private:
  /// A file and a line of it; the line 0 is the program as a whole.
  using Place = std::pair<std::string, unsigned>;
  struct Total {
    int64_t passed = 0, missed = 0;
    std::map<std::string, double> numbers;
  };

  std::map<std::string, Total> totals() const;
  void printTotals(llvm::raw_ostream &os) const;

  std::map<Place, std::vector<CollectedRemark>> places;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_REMARKS_H
