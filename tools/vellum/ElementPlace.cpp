//===- tools/vellum/ElementPlace.cpp - whose an element is ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/ElementPlace.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialect/Shapes.h"
#include "tools/vellum/Programs.h"

using namespace mlir;
using namespace vellum;
using interpreter::Array;

//===----------------------------------------------------------------------===//
// Samples and time
//===----------------------------------------------------------------------===//

void ElementPlace::findTime(func::FuncOp function) {
  function.walk([&](ScanOp scan) {
    if (OpFoldResult steps = sizes.stepsOf(scan); isa<mlir::Value>(steps))
      timeSizes.push_back(steps);
  });
}

/// Whether a parameter has a dimension of this number.
static bool isOfParameter(func::FuncOp function, int64_t size) {
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    if (auto tensor = dyn_cast<RankedTensorType>(type);
        tensor && !parameterOf(function, i).empty() &&
        llvm::is_contained(tensor.getShape(), size))
      return true;
  return false;
}

void ElementPlace::findSamples(func::FuncOp function, ArrayRef<Array> arguments,
                               int64_t samples) {
  for (auto [i, argument] : llvm::enumerate(function.getArguments())) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || !parameterOf(function, i).empty() || i >= arguments.size())
      continue;
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      const OpFoldResult size = sizes.of(argument, dim);
      const bool isClear =
          type.isDynamicDim(dim) || !isOfParameter(function, samples);
      if (arguments[i].shape[dim] != samples || !isClear ||
          llvm::is_contained(timeSizes, size))
        continue;
      sampleSizes.push_back(size);
      break;
    }
  }
}

ElementPlace::ElementPlace(func::FuncOp function, ArrayRef<Array> arguments,
                           std::optional<int64_t> samples) {
  findTime(function);
  if (samples)
    findSamples(function, arguments, *samples);
}

/// The first dimension whose size is one of these.
std::optional<int64_t> ElementPlace::dimOf(mlir::Value value,
                                           ArrayRef<OpFoldResult> among) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  for (int64_t dim = 0; type && dim < type.getRank(); ++dim)
    if (llvm::is_contained(among, sizes.of(value, dim)))
      return dim;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Heads
//===----------------------------------------------------------------------===//

namespace {
/// The heads of an op: how many, and which dimension of a weighting counts
/// them.
struct Heads {
  int64_t number = 1, dim = 0;
};
} // namespace

static Heads headsAt(mlir::Value value, mlir::Value memory) {
  auto type = cast<RankedTensorType>(value.getType());
  const int64_t dim = cast<ShapedType>(memory.getType()).getRank() - 2;
  return type.getRank() == dim + 2 ? Heads{type.getDimSize(dim), dim} : Heads();
}

static Heads headsOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, Heads>(op)
      .Case([](AttendOp op) {
        const auto keys = cast<ShapedType>(op.getKeys().getType());
        return Heads{int64_t(op.getHeads()), keys.getRank() - 2};
      })
      .Case<ContentAddressOp, AddressOp>(
          [](auto op) { return headsAt(op.getKey(), op.getMemory()); })
      .Case([](MemoryReadOp op) {
        return headsAt(op.getWeighting(), op.getMemory());
      })
      .Default([](Operation *) { return Heads(); });
}

/// The head of an element of a value that `op`, or a part of it, has made.
static std::optional<int64_t> headOf(mlir::Value value, ArrayRef<int64_t> shape,
                                     ArrayRef<int64_t> index, Operation *op) {
  const Heads heads = op ? headsOf(op) : Heads();
  if (heads.number == 1)
    return std::nullopt;
  // Where heads are side by side in the last dimension.
  if (isa<AttendOp>(op) && value == op->getResult(0))
    return index.back() / std::max<int64_t>(1, shape.back() / heads.number);
  if (value.getDefiningOp() == op)
    return index[heads.dim];
  const auto *found = llvm::find(shape, heads.number);
  if (found == shape.end() || llvm::count(shape, heads.number) > 1)
    return std::nullopt;
  return index[found - shape.begin()];
}

std::string ElementPlace::describe(mlir::Value value, ArrayRef<int64_t> shape,
                                   ArrayRef<int64_t> index, Operation *origin) {
  SmallVector<std::string> parts;
  if (auto dim = dimOf(value, sampleSizes))
    parts.push_back("sample " + std::to_string(index[*dim]));
  if (auto dim = dimOf(value, timeSizes))
    parts.push_back("step " + std::to_string(index[*dim]));
  if (auto head = headOf(value, shape, index, origin))
    parts.push_back("head " + std::to_string(*head));
  return parts.empty() ? "" : " (" + llvm::join(parts, ", ") + ")";
}
