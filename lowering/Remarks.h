//===- lowering/Remarks.h - what passes say of their decisions --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Passes report what they did to an operation of the model, what they left and
/// why, through MLIR's remarks, at the operation's place in the model's text.
/// `vellum explain` collects them; vellum-opt prints them under
/// `--remarks-filter=TOPIC`. Nobody pays for a remark that nobody asked for:
/// without an engine in the context a remark is a null pointer, and text that
/// takes work to make goes behind a test of it.
///
///   if (auto remark = remarkPassed(op.getLoc(), "fuse-elementwise",
///                                  topic::kFusion))
///     remark << "computed by its reader, saves " + describeBytes(type);
///
/// A remark is one sentence without a capital and a full stop. What is equal
/// for one place is counted, so texts that differ in a name only are avoided.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_LOWERING_REMARKS_H
#define VELLUM_LOWERING_REMARKS_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/Types.h"

namespace vellum {

/// What a remark is about: the category that filters match.
namespace topic {
/// Loops and products that became one.
inline constexpr llvm::StringLiteral kFusion = "fusion";
/// What left a time loop, or stayed in it.
inline constexpr llvm::StringLiteral kMotion = "motion";
/// The order in which samples, steps and elements run.
inline constexpr llvm::StringLiteral kSchedule = "schedule";
/// How elements are stored.
inline constexpr llvm::StringLiteral kLayout = "layout";
/// Which code computes an operation.
inline constexpr llvm::StringLiteral kKernel = "kernel";
/// What the backward pass reads and what it computes again; checkpoints.
inline constexpr llvm::StringLiteral kMemory = "memory";
} // namespace topic

using Remark = mlir::remark::detail::InFlightRemark;

/// `pass` did what it is for. It is named without `vellum-`.
inline Remark remarkPassed(mlir::Location location, llvm::StringRef pass,
                           llvm::StringRef topic) {
  return mlir::remark::passed(
      location, mlir::remark::RemarkOpts::name(pass).category(topic));
}

/// `pass` left something that others of its kind do not: the text says why.
inline Remark remarkMissed(mlir::Location location, llvm::StringRef pass,
                           llvm::StringRef topic) {
  return mlir::remark::missed(
      location, mlir::remark::RemarkOpts::name(pass).category(topic));
}

/// A fact that is neither.
inline Remark remarkAnalysis(mlir::Location location, llvm::StringRef pass,
                             llvm::StringRef topic) {
  return mlir::remark::analysis(
      location, mlir::remark::RemarkOpts::name(pass).category(topic));
}

/// Adds a number, such as "BytesSaved": what the tensors occupy that a decision
/// about `op` is about, "…PerStep" within a time loop. A size that is not
/// known, of samples, counts as one.
void addBytes(Remark &remark, llvm::StringRef name, mlir::Operation *op,
              mlir::Type type);

/// What a tensor occupies: "80 B", "80 B per sample" where its first size is
/// not known, the type where more is not known.
std::string describeBytes(mlir::Type type);

} // namespace vellum

#endif // VELLUM_LOWERING_REMARKS_H
