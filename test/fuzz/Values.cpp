//===- test/fuzz/Values.cpp - numbers for random programs -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Values.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

#include "dialect/interpreter/TensorConversion.h"
#include "runtime/Philox.h"
#include "tools/vellum/Values.h"

using namespace vellum;
using namespace vellum::fuzz;
using interpreter::Array;

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

static DType dtypeIn(Element element) {
  switch (element) {
  case Element::Float:
    return DType::F32;
  case Element::I1:
    return DType::I1;
  case Element::I32:
    return DType::I32;
  case Element::I64:
  case Element::Index:
    return DType::I64;
  }
  llvm_unreachable("all elements are listed");
}

static double makeNumber(const ArgumentSpec &spec, uint64_t key, uint64_t i) {
  const auto [low, high] = spec.range;
  if (spec.element != Element::Float)
    return low + double(philoxBits(key, 0, i) % uint64_t(high - low + 1));
  const double u = philoxToUniform(philoxBits(key, 0, i));
  const double x = low + u * (high - low);
  return spec.isCoarse ? std::clamp(std::round(4 * x) / 4, low, high) : x;
}

Tensor fuzz::makeTensor(const ArgumentSpec &spec, uint64_t key) {
  key = philoxFold(key, spec.number);
  std::vector<int64_t> shape;
  for (Dim dim : spec.dims)
    shape.push_back(dim.size);
  Tensor tensor = Tensor::zeros(dtypeIn(spec.element), shape);
  const int64_t row = shape.empty() ? 1 : std::max<int64_t>(shape.back(), 1);
  for (int64_t i = 0, n = tensor.numElements(); i < n; ++i) {
    const bool isEmpty =
        spec.hasEmptyRows && philoxBits(key, 1, i / row) % 3 == 0;
    setElement(tensor, i, isEmpty ? 0 : makeNumber(spec, key, i));
  }
  return tensor;
}

Tensor fuzz::makeCotangent(llvm::ArrayRef<int64_t> shape, uint64_t key) {
  Tensor tensor = Tensor::zeros(DType::F32, shape.vec());
  for (int64_t i = 0, n = tensor.numElements(); i < n; ++i)
    setElement(tensor, i, philoxNormal(key, 0, i));
  return tensor;
}

Arrays fuzz::disturbed(llvm::ArrayRef<Array> arrays, uint64_t key) {
  Arrays result(arrays);
  for (auto [i, array] : llvm::enumerate(result))
    for (auto [j, x] : llvm::enumerate(array.floats))
      x *= 1 + (philoxBits(key, i, j) % 2 ? 2e-7 : -2e-7);
  return result;
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

/// Equal bits; any NaN is as good as another.
static bool isSame(double x, double y) {
  return (std::isnan(x) && std::isnan(y)) ||
         (x == y && std::signbit(x) == std::signbit(y));
}

static std::string tell(unsigned result, int64_t element, double got,
                        double expected) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "result " << result << ", element " << element << ": got "
     << llvm::format("%.9g", got) << ", expected "
     << llvm::format("%.9g", expected);
  return text;
}

static std::optional<std::string> tellShapes(unsigned result, const Tensor &got,
                                             llvm::ArrayRef<int64_t> want) {
  if (llvm::ArrayRef(got.shape) == want)
    return std::nullopt;
  return "result " + std::to_string(result) + ": got shape " +
         formatShape(got.shape) + ", expected " + formatShape(want);
}

std::optional<std::string> fuzz::differenceInBits(const Tensors &lhs,
                                                  const Tensors &rhs) {
  for (unsigned i = 0; i < lhs.size(); ++i) {
    if (auto shapes = tellShapes(i, lhs[i], rhs[i].shape))
      return shapes;
    for (int64_t j = 0, n = lhs[i].numElements(); j < n; ++j) {
      const double x = elementAt(lhs[i], j), y = elementAt(rhs[i], j);
      if (!isSame(x, y))
        return tell(i, j, x, y);
    }
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Reference
//===----------------------------------------------------------------------===//

static double greatest(const Array &array) {
  double most = 0;
  for (double x : array.floats)
    if (std::isfinite(x))
      most = std::max(most, std::abs(x));
  return most;
}

/// The rounding of f32 is 6e-8; sums of a few dozen terms, functions good to 4
/// units in the last place and another order of operations add up to this.
static constexpr double kRounding = 4e-6;
/// What is beyond this part of the largest number is not known at all.
static constexpr double kVague = 0.03;

Reference::Reference(Arrays given, llvm::ArrayRef<Arrays> others)
    : exact(std::move(given)) {
  for (auto [i, array] : llvm::enumerate(exact)) {
    double most = greatest(array), spread = 0;
    bool isJump = false;
    for (const Arrays &other : others) {
      for (auto [x, y] : llvm::zip(array.floats, other[i].floats)) {
        if (std::isfinite(x) && std::isfinite(y))
          spread = std::max(spread, std::abs(x - y));
        else
          isJump |= !isSame(x, y);
      }
      isJump |=
          array.integers != other[i].integers || array.shape != other[i].shape;
    }
    const double off = 8 * spread + kRounding * most + 1e-7;
    isJump |= off > kVague * most + 1e-5;
    numVague += isJump;
    tolerances.push_back(isJump ? INFINITY : off);
  }
}

std::optional<std::string> Reference::checkOne(unsigned number,
                                               const Tensor &result) const {
  const Array &want = exact[number];
  if (auto shapes = tellShapes(number, result, want.shape))
    return shapes;
  const double off = tolerances[number];
  if (std::isinf(off))
    return std::nullopt;
  const Array got = interpreter::fromTensor(result);
  for (int64_t i = 0; i < want.size(); ++i) {
    if (want.kind == interpreter::Kind::Integer) {
      if (got.integers[i] != want.integers[i])
        return tell(number, i, double(got.integers[i]),
                    double(want.integers[i]));
      continue;
    }
    const double x = got.floats[i], y = want.floats[i];
    const bool isClose = std::isfinite(y) ? std::abs(x - y) <= off
                                          : x == y || (x != x && y != y);
    if (!isClose)
      return tell(number, i, x, y);
  }
  return std::nullopt;
}

std::optional<std::string> Reference::check(const Tensors &results) const {
  if (results.size() != exact.size())
    return "got " + std::to_string(results.size()) + " results, expected " +
           std::to_string(exact.size());
  for (unsigned i = 0; i < results.size(); ++i)
    if (auto wrong = checkOne(i, results[i]))
      return wrong;
  return std::nullopt;
}
