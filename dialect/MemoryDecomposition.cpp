//===- dialect/MemoryDecomposition.cpp - memory access in smaller ops -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

FailureOr<SmallVector<Value>> MemoryReadOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  std::string b = letters('a', rankOf(getMemory()) - 2);
  std::string h = rankOf(getWeighting()) == rankOf(getMemory()) ? "h" : "";
  return SmallVector<Value>{t.contract(b + h + "n," + b + "nm->" + b + h + "m",
                                       getWeighting(), getMemory())};
}

namespace {
/// The operands of one head's write, each stretched to the memory's shape.
struct Head {
  Value weighting, erase, add;
};
} // namespace

/// Head `index` of a `B x H x K` tensor, or the whole of a `B x K` tensor.
static Value headOf(TensorBuilder &t, Value value, int64_t memoryRank,
                    int64_t index) {
  if (!value || rankOf(value) < memoryRank)
    return value;
  int64_t dim = memoryRank - 2;
  return t.squeeze(t.slice(value, index, 1, dim), dim);
}

static Head getHead(TensorBuilder &t, MemoryWriteOp op, int64_t index) {
  int64_t rank = rankOf(op.getMemory());
  auto stretched = [&](Value value, int64_t across) -> Value {
    value = headOf(t, value, rank, index);
    return value ? t.broadcast(value, {across}, op.getMemory()) : value;
  };
  return {stretched(op.getWeighting(), rank - 1),
          stretched(op.getErase(), rank - 2), stretched(op.getAdd(), rank - 2)};
}

/// `1 - w(i) e`, or `1 - w(i)` where nothing but the new word is to remain.
static Value keptBy(TensorBuilder &t, const Head &head) {
  Value erased =
      head.erase ? t.mul(head.weighting, head.erase) : head.weighting;
  return t.subFrom(1.0, erased);
}

FailureOr<SmallVector<Value>> MemoryWriteOp::decompose(OpBuilder &builder) {
  TensorBuilder t(builder, getLoc());
  auto weighting = cast<RankedTensorType>(getWeighting().getType());
  int64_t rank = rankOf(getMemory());
  int64_t count =
      weighting.getRank() == rank ? weighting.getDimSize(rank - 2) : 1;
  Value memory = getMemory(), added;
  for (int64_t i = 0; i < count; ++i) {
    Head head = getHead(t, *this, i);
    memory = t.mul(memory, keptBy(t, head));
    Value addition = t.mul(head.weighting, head.add);
    if (getSequential())
      memory = t.add(memory, addition);
    else
      added = added ? t.add(added, addition) : addition;
  }
  return SmallVector<Value>{added ? t.add(memory, added) : memory};
}
