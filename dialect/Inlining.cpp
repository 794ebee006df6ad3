//===- dialect/Inlining.cpp - calls may be inlined everywhere -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Transforms/InliningUtils.h"

#include "dialect/Vellum.h"

using namespace mlir;
using namespace vellum;

namespace {
/// Every op is pure or structured, so inlining is always legal.
struct VellumInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void VellumDialect::registerInlining() {
  addInterfaces<VellumInlinerInterface>();
}
