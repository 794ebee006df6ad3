//===- tools/vellum/Differences.h - derivatives against differences -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TOOLS_VELLUM_DIFFERENCES_H
#define VELLUM_TOOLS_VELLUM_DIFFERENCES_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include "dialect/interpreter/Array.h"

namespace vellum {

/// What a function of one number is like where its derivative is compared.
enum class Smoothness {
  /// Both sides have one slope, or it cannot be told.
  Smooth,
  /// The slopes of the two sides differ: any number between them is a
  /// derivative.
  Kink,
  /// The function has values on one side only.
  Edge,
};

/// A derivative compared with differences.
struct DifferenceError {
  /// Relative; 0 for a derivative between the slopes of a kink, and NaN where
  /// the function has values on neither side.
  double error = 0;
  Smoothness smoothness = Smoothness::Smooth;
};

/// The greatest error of a right derivative.
constexpr double kDifferencesLimit = 1e-6;

/// Compares `derivative` with differences of `f` around 0, relative to `scale`.
/// `f` gives NaN or infinity where it has no value.
///
/// A smooth function's central differences, with steps h and h / 2 extrapolated
/// to none, are right up to h^4 and rounding. Of several steps the best counts:
/// a wrong derivative is wrong with each; a right one may be hidden by a large
/// step that crosses a kink, or by rounding where the step is small. Where all
/// are wrong, the slopes of either side tell a kink from a wrong derivative.
llvm::FailureOr<DifferenceError>
compareWithDifferences(llvm::function_ref<llvm::FailureOr<double>(double)> f,
                       double derivative, double scale);

/// Moves elements that are 0 a little up; returns whether there are any. A
/// weight of 0 excludes what it weighs, and what is excluded has no part in a
/// derivative; with a weight of a little more it has one, which differences
/// around 0 see.
bool moveFromZero(interpreter::Array &array);

} // namespace vellum

#endif // VELLUM_TOOLS_VELLUM_DIFFERENCES_H
