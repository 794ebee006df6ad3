//===- lowering/check/SmallCalls.cpp - arguments of a check ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"

#include "lowering/check/MemoryCheck.h"
#include "runtime/Philox.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// All of them, so that sizes that must agree do.
static constexpr int64_t kDynamicSize = 3;
/// At most the size, so that it may count or index what has it.
static constexpr int64_t kIndex = 2;

static Shape shapeOf(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped)
    return {};
  return llvm::map_to_vector(shaped.getShape(), [](int64_t size) {
    return ShapedType::isDynamic(size) ? kDynamicSize : size;
  });
}

/// Numbers that differ, so that one in another's place is seen.
static Array argumentOf(Type type, uint64_t number) {
  const Type element = getElementTypeOrSelf(type);
  const bool isFloat = isa<FloatType>(element);
  Array array =
      Array::zeros(shapeOf(type), isFloat ? Kind::Float : Kind::Integer);
  for (int64_t i = 0; i < array.size(); ++i)
    if (isFloat)
      array.floats[i] = philoxNormal(/*key=*/1, number, i);
    else if (element.isIndex())
      array.integers[i] = kIndex;
    else
      array.integers[i] = philoxBits(/*key=*/1, number, i) %
                          (element.isInteger(1) ? 2 : kDynamicSize);
  return array;
}

std::vector<CheckedCall> vellum::smallCalls(ModuleOp module) {
  std::vector<CheckedCall> calls;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    CheckedCall call{Signature::of(function), {}};
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
      call.arguments.push_back(argumentOf(type, i));
    calls.push_back(std::move(call));
  }
  return calls;
}
