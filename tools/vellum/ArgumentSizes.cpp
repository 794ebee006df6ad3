//===- tools/vellum/ArgumentSizes.cpp - which sizes must be the same ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/ArgumentSizes.h"

#include "llvm/ADT/SetVector.h"

#include "tools/vellum/Model.h"
#include "tools/vellum/ShapeCheck.h"

using namespace mlir;
using namespace vellum;

namespace {
/// A size that the signature leaves open: a dimension of a tensor, or an index.
struct OpenSize {
  unsigned argument;
  /// Nothing for an index.
  std::optional<unsigned> dim;
};

/// Supposes sizes and looks whether the function still makes sense.
class Trials {
public:
  explicit Trials(func::FuncOp function);

  ArgumentSizes run();

private:
  /// Whether sizes can have these values, with all that must equal them, when
  /// the others are unknown.
  bool isPossible(ArrayRef<std::pair<unsigned, int64_t>> values);
  bool isPossible(unsigned i, int64_t value) {
    return isPossible({{i, value}});
  }
  std::optional<int64_t> findNumber(unsigned i);
  void compare(unsigned i, unsigned j);
  bool isSize(unsigned i);
  void collect(unsigned i);

  func::FuncOp function;
  SmallVector<OpenSize> open;
  SmallVector<SupposedArgument> unknown;
  /// The numbers that sizes of the function's values are.
  llvm::SetVector<int64_t> numbers;
  /// The first size that must equal this one.
  SmallVector<unsigned> firsts;
  ArgumentSizes result;
};
} // namespace

/// Two sizes that nobody writes, so that they are equal to no other by chance.
static constexpr int64_t kOne = 1000003, kOther = 1000033;

Trials::Trials(func::FuncOp function) : function(function) {
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    auto &supposed = unknown.emplace_back();
    auto &sizes = result.arguments.emplace_back();
    if (auto tensor = dyn_cast<RankedTensorType>(type)) {
      supposed.shape = sizes = Shape(tensor.getShape());
      for (auto [dim, size] : llvm::enumerate(tensor.getShape()))
        if (ShapedType::isDynamic(size))
          open.push_back({unsigned(i), unsigned(dim)});
    } else if (type.isIndex()) {
      sizes = {ArgumentSizes::kAny};
      open.push_back({unsigned(i), std::nullopt});
    }
  }
  function.walk([&](Operation *op) {
    for (Type type :
         llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        for (int64_t size : tensor.getShape())
          if (ShapedType::isStatic(size))
            numbers.insert(size);
  });
}

bool Trials::isPossible(ArrayRef<std::pair<unsigned, int64_t>> values) {
  SmallVector<SupposedArgument> supposed = unknown;
  for (auto [first, value] : values)
    for (unsigned i = 0; i < firsts.size(); ++i) {
      if (firsts[i] != firsts[first])
        continue;
      SupposedArgument &argument = supposed[open[i].argument];
      if (open[i].dim)
        argument.shape[*open[i].dim] = value;
      else
        argument.value = value;
    }
  return areShapesPossible(function, supposed);
}

/// The only number that the size can be.
std::optional<int64_t> Trials::findNumber(unsigned i) {
  if (isPossible(i, kOne) || isPossible(i, kOther))
    return std::nullopt;
  for (int64_t number : numbers)
    if (isPossible(i, number))
      return number;
  return std::nullopt;
}

void Trials::compare(unsigned i, unsigned j) {
  if (isPossible({{i, kOne}, {j, kOther}}))
    return;
  // What depends on each other in another way is left to the program's checks.
  if (isPossible({{i, kOne}, {j, kOne}}))
    firsts[j] = i;
}

/// An index that nothing equals, and that may be negative, is no size.
bool Trials::isSize(unsigned i) {
  return open[i].dim || llvm::count(firsts, i) > 1 || !isPossible(i, -kOne);
}

/// Notes what was found of a size.
void Trials::collect(unsigned i) {
  int64_t &size = result.arguments[open[i].argument][open[i].dim.value_or(0)];
  if (std::optional<int64_t> number = findNumber(i)) {
    size = *number;
    return;
  }
  const OpenSize &first = open[firsts[i]];
  if (firsts[i] != i)
    size = result.arguments[first.argument][first.dim.value_or(0)];
  else if (isSize(i))
    size = -1 - result.count++;
}

ArgumentSizes Trials::run() {
  SmallVector<unsigned> free;
  for (unsigned i = 0; i < open.size(); ++i)
    firsts.push_back(i);
  for (unsigned i = 0; i < open.size(); ++i)
    if (isPossible(i, kOne) && isPossible(i, kOther))
      free.push_back(i);
  // Those already found to equal another need no more trials.
  for (auto [position, i] : llvm::enumerate(free))
    for (unsigned j : ArrayRef(free).drop_front(position + 1))
      if (firsts[i] == i && firsts[j] == j)
        compare(i, j);
  for (unsigned i = 0; i < open.size(); ++i)
    collect(i);
  return std::move(result);
}

ArgumentSizes vellum::findArgumentSizes(func::FuncOp function) {
  return Trials(function).run();
}
