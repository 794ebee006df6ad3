//===- lowering/Remarks.cpp - what passes say of their decisions ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/Remarks.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/Support/FormatVariadic.h"

#include "lowering/FormatBytes.h"

using namespace mlir;
using namespace vellum;

/// The type without a layout, for text.
static std::string nameOf(ShapedType type) {
  return llvm::formatv(
      "{0}", RankedTensorType::get(type.getShape(), type.getElementType()));
}

/// What `type` occupies if each size that is not known is 1.
static double bytesOf(ShapedType type) {
  double bytes = type.getElementTypeBitWidth() / 8.0;
  for (int64_t size : type.getShape())
    bytes *= ShapedType::isDynamic(size) ? 1 : static_cast<double>(size);
  return bytes;
}

void vellum::addBytes(Remark &remark, StringRef name, Operation *op,
                      Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!remark || !shaped || !shaped.getElementType().isIntOrFloat())
    return;
  const bool isInLoop = op->getParentOfType<LoopLikeOpInterface>() != nullptr;
  remark << mlir::remark::detail::Remark::Arg(
      (name + (isInLoop ? "PerStep" : "")).str(),
      static_cast<int64_t>(bytesOf(shaped)));
}

std::string vellum::describeBytes(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped)
    return formatBytes(type.isIntOrFloat() ? type.getIntOrFloatBitWidth() / 8.0
                                           : sizeof(int64_t));
  if (!shaped.hasRank() || !shaped.getElementType().isIntOrFloat())
    return llvm::formatv("{0}", type);
  if (shaped.getNumDynamicDims() > 1 ||
      (shaped.getNumDynamicDims() == 1 && !shaped.isDynamicDim(0)))
    return nameOf(shaped);
  return formatBytes(bytesOf(shaped)) +
         (shaped.getNumDynamicDims() ? " per sample" : "");
}
