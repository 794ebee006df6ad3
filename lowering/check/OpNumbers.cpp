//===- lowering/check/OpNumbers.cpp - ops that outlive a pass -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/check/OpNumbers.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace vellum;

using NumberedLoc = FusedLocWith<IntegerAttr>;

Location vellum::withoutNumber(Location location) {
  if (auto numbered = dyn_cast<NumberedLoc>(location))
    return withoutNumber(numbered.getLocations().front());
  auto fused = dyn_cast<FusedLoc>(location);
  if (!fused)
    return location;
  SmallVector<Location> parts;
  for (Location part : fused.getLocations())
    parts.push_back(withoutNumber(part));
  return FusedLoc::get(parts, fused.getMetadata(), location.getContext());
}

void vellum::numberOps(Operation *program) {
  Builder builder(program->getContext());
  int64_t next = 0;
  program->walk([&](Operation *op) {
    op->setLoc(NumberedLoc::get({withoutNumber(op->getLoc())},
                                builder.getI64IntegerAttr(next++),
                                program->getContext()));
  });
}

std::optional<int64_t> vellum::numberOf(Operation *op) {
  if (auto numbered = dyn_cast<NumberedLoc>(op->getLoc()))
    return cast<IntegerAttr>(numbered.getMetadata()).getInt();
  return std::nullopt;
}

std::optional<OpIdentity> vellum::identityOf(Operation *op) {
  const std::optional<int64_t> number = numberOf(op);
  if (!number)
    return std::nullopt;
  return OpIdentity(*number, op->getName().getAsOpaquePointer());
}

void vellum::eraseNumbers(Operation *program) {
  program->walk([](Operation *op) { op->setLoc(withoutNumber(op->getLoc())); });
}
