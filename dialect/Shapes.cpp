//===- dialect/Shapes.cpp - shape rules shared by the ops -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Shapes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <charconv>

using namespace mlir;

namespace vellum {

std::string formatSize(int64_t size) {
  return ShapedType::isDynamic(size) ? "?" : std::to_string(size);
}

std::string formatShape(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "a scalar";
  return llvm::join(llvm::map_range(shape, formatSize), "x");
}

std::string formatNumber(double number) {
  // At most 17 digits, a sign, a point and an exponent such as e-308.
  char text[32];
  std::string digits(text, std::to_chars(text, std::end(text), number).ptr);
  size_t exponent = digits.find('e');
  // The lexer wants a point in a number with an exponent.
  if (exponent != std::string::npos && digits.find('.') == std::string::npos)
    digits.insert(exponent, ".0");
  return digits;
}

bool areCompatibleSizes(int64_t lhs, int64_t rhs) {
  return lhs == rhs || ShapedType::isDynamic(lhs) || ShapedType::isDynamic(rhs);
}

int64_t unifySizes(int64_t lhs, int64_t rhs) {
  return ShapedType::isDynamic(lhs) ? rhs : lhs;
}

ArrayRef<int64_t> shapeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape();
}

bool isKnownEmpty(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && llvm::is_contained(type.getShape(), 0);
}

Type elementTypeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getElementType();
}

Shape withLast(ArrayRef<int64_t> shape, int64_t last) {
  Shape changed(shape);
  changed.back() = last;
  return changed;
}

Shape withFirst(int64_t size, ArrayRef<int64_t> shape) {
  Shape changed{size};
  llvm::append_range(changed, shape);
  return changed;
}

LogicalResult requireTensors(std::optional<Location> loc, ValueRange operands) {
  for (Type type : operands.getTypes())
    if (!isa<RankedTensorType>(type))
      return emitOptionalError(loc, "operands must be ranked tensors, but got ",
                               type);
  return success();
}

LogicalResult requireFloatTensors(std::optional<Location> loc,
                                  ValueRange operands) {
  Type element;
  for (Type type : operands.getTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(
                       tensor.getElementType()))
      return emitOptionalError(
          loc, "operands must be ranked tensors of floats, but got ", type);
    if (element && element != tensor.getElementType())
      return emitOptionalError(
          loc, "operands must have the same element type, but got ", element,
          " and ", tensor.getElementType());
    element = tensor.getElementType();
  }
  return success();
}

LogicalResult unifyShape(std::optional<Location> loc,
                         SmallVectorImpl<int64_t> &expected,
                         ArrayRef<int64_t> actual, StringRef role,
                         StringRef reason) {
  if (expected.size() != actual.size() ||
      !llvm::all_of_zip(expected, actual, areCompatibleSizes))
    return emitOptionalError(loc, role, " must have the shape ",
                             formatShape(expected), " (", reason, "), but got ",
                             formatShape(actual));
  for (auto [size, other] : llvm::zip_equal(expected, actual))
    size = unifySizes(size, other);
  return success();
}

LogicalResult unifySize(std::optional<Location> loc, int64_t &expected,
                        int64_t actual, StringRef role, StringRef owner) {
  if (!areCompatibleSizes(expected, actual))
    return emitOptionalError(loc, role, " must equal ", owner, " ",
                             formatSize(expected), ", but got ",
                             formatSize(actual));
  expected = unifySizes(expected, actual);
  return success();
}

LogicalResult addToSize(std::optional<Location> loc, int64_t &sum, int64_t size,
                        StringRef role) {
  if (!llvm::AddOverflow(sum, size, sum))
    return success();
  return emitOptionalError(loc, role, " add up to more than ",
                           std::numeric_limits<int64_t>::max());
}

LogicalResult requireDimensions(std::optional<Location> loc,
                                ArrayRef<int64_t> shape, size_t count,
                                StringRef role) {
  if (shape.size() >= count)
    return success();
  return emitOptionalError(loc, role, " must have at least ", count,
                           count == 1 ? " dimension" : " dimensions",
                           ", but got ", formatShape(shape));
}

LogicalResult unifyAccess(std::optional<Location> loc,
                          SmallVectorImpl<int64_t> &focus,
                          ArrayRef<int64_t> memory, StringRef role) {
  if (failed(requireDimensions(loc, memory, 2, "memory")))
    return failure();
  if (focus.size() != memory.size() - 1 && focus.size() != memory.size())
    return emitOptionalError(loc, role, " must have rank ", memory.size() - 1,
                             " (one head) or ", memory.size(),
                             " (heads) for a memory of rank ", memory.size(),
                             ", but got ", formatShape(focus));
  ArrayRef<int64_t> batch = memory.drop_back(2);
  ArrayRef<int64_t> lead = ArrayRef(focus).take_front(batch.size());
  if (!llvm::all_of_zip(lead, batch, areCompatibleSizes))
    return emitOptionalError(
        loc, role, " must have the memory's batch dimensions, ",
        formatShape(batch), ", but got ", formatShape(lead));
  for (auto [size, other] : llvm::zip(focus, batch))
    size = unifySizes(size, other);
  return success();
}

std::optional<Contraction> Contraction::parse(StringRef text) {
  auto [operands, result] = text.split("->");
  auto [lhs, rhs] = operands.split(',');
  // Rebuilding the text shows whether both separators were there, once.
  bool complete = (lhs + "," + rhs + "->" + result).str() == text;
  auto isLetter = [](char letter) { return letter >= 'a' && letter <= 'z'; };
  if (!complete || !llvm::all_of(lhs, isLetter) ||
      !llvm::all_of(rhs, isLetter) || !llvm::all_of(result, isLetter))
    return std::nullopt;
  return Contraction{lhs, rhs, result};
}

} // namespace vellum
