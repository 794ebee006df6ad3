//===- dialect/Vellum.cpp - the dialect ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Vellum.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialect/Asm.h"

using namespace mlir;
using namespace vellum;

#include "dialect/VellumDialect.cpp.inc"
#include "dialect/VellumEnums.cpp.inc"
#include "dialect/VellumInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/VellumAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "dialect/VellumOps.cpp.inc"

void VellumDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialect/VellumOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/VellumAttributes.cpp.inc"
      >();
  registerInlining();
}

bool vellum::areCompatibleTypes(TypeRange lhs, TypeRange rhs) {
  if (lhs.size() != rhs.size())
    return false;
  for (auto [left, right] : llvm::zip(lhs, rhs)) {
    if (left == right)
      continue;
    if (!isa<RankedTensorType>(left) || !isa<RankedTensorType>(right) ||
        getElementTypeOrSelf(left) != getElementTypeOrSelf(right) ||
        failed(verifyCompatibleShape(left, right)))
      return false;
  }
  return true;
}

bool vellum::mayOnlyFail(Operation *op) {
  std::optional<SmallVector<MemoryEffects::EffectInstance>> effects =
      getEffectsRecursively(op);
  return effects && llvm::all_of(*effects, [](const auto &effect) {
           return effect.getResource() == FailureResource::get();
         });
}

static std::string parameterKey(StringRef file, StringRef name) {
  return (file + "@" + name).str();
}

void VellumDialect::recordParameterType(StringRef file, StringRef name,
                                        Type type) {
  std::lock_guard<std::mutex> lock(parameterTypesMutex);
  parameterTypes[parameterKey(file, name)] = type;
}

SmallVector<StringRef> VellumDialect::recordedParameters(StringRef file) {
  std::lock_guard<std::mutex> lock(parameterTypesMutex);
  std::string prefix = parameterKey(file, "");
  SmallVector<StringRef> names;
  for (StringRef key : parameterTypes.keys())
    if (key.consume_front(prefix))
      names.push_back(key);
  // A map's order differs from run to run; an error message must not.
  llvm::sort(names);
  return names;
}

Type VellumDialect::lookupParameterType(StringRef file, StringRef name) {
  std::lock_guard<std::mutex> lock(parameterTypesMutex);
  return parameterTypes.lookup(parameterKey(file, name));
}
