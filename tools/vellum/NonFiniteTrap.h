//===- tools/vellum/NonFiniteTrap.h - a NaN has a place ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What `--trap-nan` does once a compiled program, which runs as it does
/// without, has given a value that is not finite: it is run again in the
/// interpreter, forward, then backward, to find out where that value arose.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_NONFINITETRAP_H
#define VELLUM_TOOLS_VELLUM_NONFINITETRAP_H

#include <map>

#include "tools/vellum/NonFinite.h"
#include "tools/vellum/Programs.h"

namespace vellum {

/// Whether all elements are finite; integers are.
bool isFinite(const Tensor &tensor);

/// The help of `--trap-nan` for a command with these values.
void declareTrap(CommandLine &line, bool &isOn, const std::string &values);

/// `@w, @b, @c and 3 more`.
std::string joinNames(llvm::ArrayRef<std::string> names);

/// A function of a model with its gradient, to be run in the interpreter. Its
/// probes stay where they are, and so say what they see.
class NonFiniteTrap {
public:
  using Matters = std::function<bool(unsigned)>;

  /// `front` stands before all reports; a batch has `samples`, as far as it has
  /// such a dimension.
  NonFiniteTrap(Model &model, std::string entry, std::string front,
                int64_t samples)
      : model(model), entry(std::move(entry)), front(std::move(front)),
        samples(samples) {}

  /// Where an argument of the function is to blame, `explain` may say why it is
  /// as it is instead.
  void onArgument(std::function<bool()> explain) {
    explainArgument = std::move(explain);
  }

  /// Closes the function and, if wanted, differentiates it; in training it is
  /// the first result that is differentiated, with respect to parameters.
  llvm::LogicalResult build(bool gradient, bool training = false);
  mlir::func::FuncOp getClosed() const { return closed; }
  /// Whether the interpreter has run what it was asked to.
  bool couldRun() const { return !hasFailed; }
  /// The error where nothing was explained: `what`, as `result 'y' of @f`, is
  /// not finite in the compiled program alone, or the interpreter could not run
  /// it.
  llvm::LogicalResult reportUnexplained(const llvm::Twine &what) const;

  /// Reports why results that matter are not finite, given the arguments of the
  /// closed function; returns false where the interpreter finds them finite.
  bool explainForward(llvm::ArrayRef<Tensor> arguments, const Matters &matters);
  /// The same of its gradients, given the cotangents too; of the function's own
  /// results those matter that did.
  bool explainBackward(llvm::ArrayRef<Tensor> arguments,
                       const Matters &matters);

private:
  std::optional<int64_t> countSamples(llvm::ArrayRef<Tensor> arguments) const;
  mlir::Operation *findOrigin(mlir::Operation *op);
  bool isForward(mlir::Operation *op);
  std::string forwardPartOf(mlir::Operation *op);
  std::string partOf(mlir::Operation *op);
  NonFiniteContext makeContext(ElementPlace &place);
  void explainCause(const NonFiniteCause &cause,
                    const NonFiniteContext &context);
  std::optional<NonFiniteCause> search(mlir::func::FuncOp function,
                                       llvm::ArrayRef<interpreter::Array>,
                                       const Matters &matters);
  bool explainIn(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> arguments,
                 const Matters &matters);
  void findCotangents();
  /// The results that are gradients which matter, with what they belong to.
  std::map<unsigned, std::string> findGradients();

  Model &model;
  std::string entry, front;
  int64_t samples;
  bool isTraining = false, hasFailed = false;
  std::function<bool()> explainArgument = [] { return false; };
  OwnedModule module;
  /// Handles, whose methods are not const.
  mutable mlir::func::FuncOp closed, gradient;
  /// What depends on a cotangent in the gradient.
  llvm::DenseSet<mlir::Value> cotangents;
};

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_NONFINITETRAP_H
