//===- tools/vellum/SupposedShapes.cpp - arguments known by shape ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/SupposedShapes.h"

#include "tools/vellum/ArgumentSizes.h"
#include "tools/vellum/Model.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

/// The sizes behind "x=" in "x=41x16x9".
static FailureOr<Shape> parseSizes(StringRef text) {
  SmallVector<StringRef> parts;
  text.split('=').second.split(parts, 'x');
  Shape shape;
  for (StringRef part : parts)
    if (part.getAsInteger(10, shape.emplace_back()) || shape.back() < 0)
      return reportError("--shape must be NAME=SIZES, such as x=41x16x9, but "
                         "got '" +
                         text + "'");
  return shape;
}

/// Sets `shape`, which belongs to the argument `name`, to what is given.
static LogicalResult setShape(StringRef name, ArrayRef<int64_t> asked,
                              ArrayRef<int64_t> given, Shape &shape) {
  if (given.size() != asked.size())
    return reportError("--shape: '" + name + "' has " + Twine(asked.size()) +
                       (asked.size() == 1 ? " size" : " sizes") + ", but got " +
                       Twine(given.size()));
  for (auto [size, value] : llvm::zip_equal(asked, given))
    if (size >= 0 && size != value)
      return reportError("--shape: a size of '" + name + "' must be " +
                         Twine(size) + ", but got " + Twine(value));
  shape.assign(given.begin(), given.end());
  return success();
}

/// The shapes of the arguments, as far as they are given.
static FailureOr<std::vector<Shape>> readShapes(func::FuncOp function,
                                                const ArgumentSizes &sizes,
                                                ArrayRef<std::string> texts) {
  SmallVector<std::string> names = argumentNames(function);
  std::vector<Shape> shapes;
  for (const Shape &asked : sizes.arguments)
    shapes.push_back(Shape(asked.size(), ShapedType::kDynamic));
  for (StringRef text : texts) {
    auto given = parseSizes(text);
    if (failed(given))
      return failure();
    StringRef name = text.split('=').first;
    const size_t i = std::distance(names.begin(), llvm::find(names, name));
    if (i == names.size())
      return reportError(
          "--shape: @" + function.getName() + " has no argument '" + name +
          "'" +
          suggestion(name, SmallVector<StringRef>(names.begin(), names.end())));
    if (failed(setShape(name, sizes.arguments[i], *given, shapes[i])))
      return failure();
  }
  return shapes;
}

/// Sets open sizes to the numbers that they must be, and to given sizes that
/// they must be equal to.
static void inferSizes(const ArgumentSizes &sizes,
                       MutableArrayRef<Shape> shapes) {
  SmallVector<int64_t> known(sizes.count, ShapedType::kDynamic);
  auto isEqualToOthers = [](int64_t size) {
    return size < 0 && size != ArgumentSizes::kAny;
  };
  for (auto [asked, shape] : llvm::zip_equal(sizes.arguments, shapes))
    for (auto [size, value] : llvm::zip_equal(asked, shape))
      if (isEqualToOthers(size) && ShapedType::isStatic(value))
        known[-1 - size] = value;
  for (auto [asked, shape] : llvm::zip_equal(sizes.arguments, shapes))
    for (auto [size, value] : llvm::zip_equal(asked, shape))
      if (ShapedType::isDynamic(value))
        value = isEqualToOthers(size) ? known[-1 - size] : size;
}

FailureOr<std::vector<Tensor>>
vellum::argumentsOfShapes(func::FuncOp function, ArrayRef<std::string> texts) {
  const ArgumentSizes sizes = findArgumentSizes(function);
  auto shapes = readShapes(function, sizes, texts);
  if (failed(shapes))
    return failure();
  inferSizes(sizes, *shapes);
  std::vector<Tensor> arguments;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    const Shape &shape = (*shapes)[i];
    if (llvm::is_contained(shape, ShapedType::kDynamic))
      return reportError("--shape: give the sizes of '" +
                         argumentNames(function)[i] + "' too");
    arguments.push_back(
        type.isIndex()
            ? Tensor::of<int64_t>({}, {shape.front()})
            : Tensor::zeros(*dtypeOf(type), {shape.begin(), shape.end()}));
  }
  return arguments;
}
