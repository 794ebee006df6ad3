//===- dialect/ModelOps.cpp - the operations that a model may use ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/ModelOps.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace vellum;

ArrayRef<ModelOp> vellum::modelOps() {
  static constexpr ModelOp ops[] = {
#define VELLUM_MODEL_OP(NAME, DIFFERENTIATES, COMPILES, INSTEAD)               \
  {NAME, ModelOp::Differentiates::DIFFERENTIATES, ModelOp::Compiles::COMPILES, \
   INSTEAD},
#include "dialect/ModelOps.def"
  };
  return ops;
}

const ModelOp *vellum::findModelOp(StringRef name) {
  static const StringMap<const ModelOp *> byName = [] {
    StringMap<const ModelOp *> made;
    for (const ModelOp &op : modelOps())
      made[op.name] = &op;
    return made;
  }();
  return byName.lookup(name);
}

/// What a reader of a foreign operation may have been looking for.
static StringRef adviceFor(StringRef dialect) {
  return StringSwitch<StringRef>(dialect)
      .Case("cf", "; there are no jumps between blocks: 'arith.select', "
                  "'scf.if', 'scf.for' and 'vellum.scan' take their place")
      .Case("scf", "; 'scf.for' and 'vellum.scan' are its loops")
      .Cases({"memref", "bufferization", "vector", "affine"},
             "; values are tensors and numbers")
      .Case("llvm", "; it calls no functions but its own")
      .Default("");
}

std::string vellum::describeForeignOp(StringRef name) {
  return ("'" + name + "' is not one of the operations that a model may use" +
          adviceFor(name.split('.').first) +
          "; docs/reference/model-ops.md lists them")
      .str();
}
