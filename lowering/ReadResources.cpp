//===- lowering/ReadResources.cpp - constants from the end of a file ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include "lowering/Passes.h"

namespace vellum {
#define GEN_PASS_DEF_READRESOURCES
#include "lowering/Passes.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-read-resources"

using namespace mlir;
using namespace vellum;

/// The numbers of `bytes`, an element after the other. A bit takes a byte, of
/// which 0 alone is false.
static DenseElementsAttr readElements(ShapedType type, ArrayRef<char> bytes) {
  if (bytes.empty())
    return DenseElementsAttr::get(type, ArrayRef<Attribute>());
  if (!type.getElementType().isInteger(1))
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  return DenseElementsAttr::get(
      type, llvm::map_to_vector(bytes, [](char byte) { return byte != 0; }));
}

void vellum::readResources(Operation *program) {
  program->walk([](arith::ConstantOp op) {
    auto elements = dyn_cast<DenseResourceElementsAttr>(op.getValue());
    const AsmResourceBlob *blob =
        elements ? elements.getRawHandle().getBlob() : nullptr;
    if (blob)
      op.setValueAttr(readElements(elements.getType(), blob->getData()));
  });
}

namespace {
struct ReadResources : vellum::impl::ReadResourcesBase<ReadResources> {
  void runOnOperation() override { readResources(getOperation()); }
};
} // namespace
