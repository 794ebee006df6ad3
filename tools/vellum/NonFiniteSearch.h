//===- tools/vellum/NonFiniteSearch.h - the cause of a NaN ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_NONFINITESEARCH_H
#define VELLUM_TOOLS_VELLUM_NONFINITESEARCH_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"

#include <optional>

#include "dialect/interpreter/Interpreter.h"

namespace vellum {

/// The first element of an array that is NaN or infinite, in row-major order.
std::optional<int64_t> firstNonFinite(const interpreter::Array &array);

/// A value that is not finite, where it arose.
struct NonFiniteValue {
  /// An argument of the function, or a result of an op.
  mlir::Value value;
  /// The step numbers of the scans and ponders around it, outermost first.
  llvm::SmallVector<int64_t> steps;
  interpreter::Array array;
  /// The number of the first element that counts.
  int64_t element = 0;
  /// The values of the op's operands.
  llvm::SmallVector<interpreter::Array> operands;
};

/// A probe that saw such a value.
struct ProbeSight {
  mlir::Operation *probe = nullptr;
  llvm::SmallVector<int64_t> steps;
};

/// Why results of a function are NaN or infinite.
struct NonFiniteCause {
  /// The first value without which the results would have been finite.
  NonFiniteValue first;
  /// Where it is an infinity that an op made another of, NaN above all, that
  /// op's result.
  std::optional<NonFiniteValue> then;
  /// The first probe that saw what came of it.
  std::optional<ProbeSight> probe;
  /// The numbers of the results that are not finite.
  llvm::SmallVector<unsigned> results;
};

/// Finds out, by running a function in the reference interpreter, why results
/// of it are not finite.
///
/// A value *arises* where an op gives NaN and none of its operands is NaN, or
/// infinity and all its operands are finite. That alone is no fault: -inf may
/// be a mask, and what one branch of a selection makes may be dropped. So runs
/// are compared in which some of the values that arise are replaced by zeros
/// as they arise. The runs that leave all up to a moment as they are, and
/// replace all later ones, have finite results up to one moment and others from
/// it on: what arises then is to blame, whatever harmless values came before.
/// Where that is made of an infinity, the same comparison from the other
/// side finds where the infinity arose, unless a constant holds it, and then
/// which element of it does harm: others may belong to samples or positions
/// that are masked. Programs
/// are deterministic, so equal runs agree on moments up to where they differ,
/// and the search may bisect: it takes a number of runs that is logarithmic in
/// how many values arise; five where the first is to blame.
class NonFiniteSearch {
public:
  /// `matters` tells of a result's number whether it must be finite.
  NonFiniteSearch(mlir::func::FuncOp function,
                  llvm::ArrayRef<interpreter::Array> arguments,
                  interpreter::Precision precision,
                  std::function<bool(unsigned)> matters);

  /// The cause; nothing where all results that matter are finite in the
  /// interpreter, or it cannot run the function, which it reports.
  std::optional<NonFiniteCause> run();
  bool hasFailed() const { return isRefused; }

private:
  using Array = interpreter::Array;
  using ValueOf = llvm::function_ref<Array &(mlir::Value)>;
  /// Arguments arise one after another before all ops; each op that is run
  /// moves time on by one.
  using Moment = uint64_t;

  bool isBad(Moment from, Moment to);
  bool isReplaced() const { return now < keptFrom || now > keptTo; }
  Moment lastNeeded();
  Moment firstNeeded(Moment last);
  NonFiniteCause record(Moment first, Moment last);
  int64_t firstElement(const NonFiniteValue &value, Moment last);

  llvm::SmallVector<Array> givenArguments();
  void visit(mlir::Operation *op, llvm::ArrayRef<int64_t> steps,
             ValueOf valueOf);
  bool arises(mlir::Operation *op, bool isFromInside, ValueOf valueOf) const;
  void note(mlir::Operation *op, llvm::ArrayRef<int64_t> steps,
            ValueOf valueOf);
  void sight(mlir::Operation *op, llvm::ArrayRef<int64_t> steps,
             ValueOf valueOf);

  mlir::func::FuncOp function;
  llvm::ArrayRef<Array> arguments;
  interpreter::Options options;
  std::function<bool(unsigned)> matters;
  bool isRefused = false;
  /// Whether what constants hold counts as arising.
  bool blamesConstants = false;

  // One run.
  Moment now = 0, keptFrom = 0, keptTo = 0;
  /// What is looked for, of which the elements up to `lastElement` stay.
  Moment wanted = 0;
  int64_t lastElement = 0;
  /// When values arose, replaced or not.
  llvm::SmallVector<Moment> moments;
  /// Ops inside which a value was not finite since they were last run.
  llvm::DenseSet<mlir::Operation *> touched;
  /// Where details of the moments that it looks for go, if it records.
  NonFiniteCause *cause = nullptr;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_NONFINITESEARCH_H
