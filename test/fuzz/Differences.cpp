//===- test/fuzz/Differences.cpp - gradients against differences ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Differences.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

#include "dialect/Vellum.h"
#include "dialect/interpreter/Interpreter.h"
#include "runtime/Philox.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;
using interpreter::Array;

bool fuzz::canTakeDifferences(ModuleOp module) {
  auto hides = [](Operation *op) {
    // It has no kink, but is made of two, at each of which the derivative is 0.
    auto sign = dyn_cast<math::CopySignOp>(op);
    return isa<StopGradientOp>(op) || (sign && sign.getLhs() == sign.getRhs());
  };
  return !module
              .walk([&](Operation *op) {
                return hides(op) ? WalkResult::interrupt()
                                 : WalkResult::advance();
              })
              .wasInterrupted();
}

struct DirectionalCheck::Direction {
  /// For each subject.
  Arrays steps;
  /// What the gradient says, and how large its terms are.
  double derivative = 0, scale = 0;
};

DirectionalCheck::Direction
DirectionalCheck::makeDirection(uint64_t key) const {
  Direction direction;
  for (auto [i, subject] : llvm::enumerate(subjects)) {
    Array step = arguments[subject];
    for (auto [j, x] : llvm::enumerate(step.floats)) {
      x = philoxNormal(key, i, j);
      const double term = gradients[i].floats[j] * x;
      direction.derivative += term;
      direction.scale += std::abs(term);
    }
    direction.steps.push_back(std::move(step));
  }
  return direction;
}

double DirectionalCheck::valueAt(const Direction &direction,
                                 double step) const {
  Arrays at = arguments;
  for (auto [subject, by] : llvm::zip_equal(subjects, direction.steps))
    for (auto [x, d] : llvm::zip_equal(at[subject].floats, by.floats))
      x += step * d;
  auto results = interpreter::interpret(function, at);
  if (failed(results))
    return NAN;
  double sum = 0;
  const Array *cotangent = cotangents.begin();
  for (const Array &result : *results) {
    if (result.kind != interpreter::Kind::Float)
      continue;
    for (auto [x, weight] : llvm::zip_equal(result.floats, cotangent->floats))
      sum += x * weight;
    ++cotangent;
  }
  return sum;
}

std::optional<std::string> DirectionalCheck::run(uint64_t key) {
  for (uint64_t number = 0; number < 2; ++number) {
    Direction direction = makeDirection(philoxFold(key, (1 << 21) + number));
    const double middle = valueAt(direction, 0);
    if (!std::isfinite(direction.derivative) || !std::isfinite(middle))
      continue;
    // Rounding of the values alone makes as much.
    const double least =
        1e-3 * direction.scale + 1e-6 * std::abs(middle) + 1e-7;
    double best = INFINITY, estimate = 0;
    bool hasKink = false;
    for (double h : {1e-3, 1e-4, 1e-5, 1e-6}) {
      const double right = valueAt(direction, h) - middle,
                   left = middle - valueAt(direction, -h);
      const double central = (left + right) / (2 * h);
      hasKink =
          !(std::abs(right - left) / h <= least + 1e3 * h * direction.scale);
      if (std::abs(central - direction.derivative) < best) {
        best = std::abs(central - direction.derivative);
        estimate = central;
      }
      if (best <= least)
        break;
    }
    if (best <= least) {
      ++numCompared;
      continue;
    }
    if (hasKink || !std::isfinite(estimate))
      continue;
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format(
        "derivative %.9g, differences %.9g", direction.derivative, estimate);
    return text;
  }
  return std::nullopt;
}
