//===- dialect/OpWork.cpp - how much the primitives compute ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Shapes.h"
#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

static double elements(Value tensor) {
  double count = 1;
  for (int64_t size : shapeOf(tensor))
    count *= static_cast<double>(size);
  return count;
}

static double bytes(Value tensor) {
  return elements(tensor) * elementTypeOf(tensor).getIntOrFloatBitWidth() / 8;
}

/// A multiplication for each combination of the letters' values and, where
/// letters are summed over, an addition.
Work ContractOp::countWork() {
  const Contraction spec = *Contraction::parse(getSpec());
  double products = elements(getLhs());
  for (auto [letter, size] : llvm::zip_equal(spec.rhs, shapeOf(getRhs())))
    if (!spec.lhs.contains(letter))
      products *= static_cast<double>(size);
  const bool isSum = llvm::any_of(
      spec.lhs, [&](char letter) { return !spec.result.contains(letter); });
  return {(isSum ? 2 : 1) * products,
          bytes(getLhs()) + bytes(getRhs()) + bytes(getResult())};
}

/// An addition or comparison for each element; a mean divides too.
Work ReduceOp::countWork() {
  const double divisions =
      getKind() == ReduceKind::Mean ? elements(getResult()) : 0;
  return {elements(getSource()) + divisions, 0};
}

/// Maximum, difference, exponential, sum and quotient.
Work SoftmaxOp::countWork() { return {5 * elements(getResult()), 0}; }

/// A multiply-add for each location and tap.
static Work shiftWork(Value weighting, int64_t taps) {
  return {2 * static_cast<double>(taps) * elements(weighting), 0};
}

Work ShiftAddressOp::countWork() {
  return shiftWork(getWeighting(), shapeOf(getShift()).back());
}

Work ShiftAddressTransposeOp::countWork() {
  return shiftWork(getCotangent(), shapeOf(getShift()).back());
}

Work ShiftAddressTapsOp::countWork() {
  return shiftWork(getWeighting(), getTaps());
}
