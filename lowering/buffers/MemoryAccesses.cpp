//===- lowering/buffers/MemoryAccesses.cpp - who touches a buffer ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/buffers/MemoryAccesses.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace vellum;

bool vellum::isTensorView(Operation *op) {
  return isa<tensor::ExtractSliceOp, tensor::CastOp, tensor::CollapseShapeOp,
             tensor::ExpandShapeOp, tensor::ReshapeOp>(op);
}

static bool isTensor(Value value) { return isa<TensorType>(value.getType()); }

namespace {
/// Follows memory to all that is in it.
class AccessCollector {
public:
  explicit AccessCollector(SmallVectorImpl<MemoryAccess> &accesses)
      : accesses(accesses) {}

  /// Each returns false where the trail is lost.
  bool followMemory(Value memory);

private:
  bool followUse(OpOperand &use, Value part);
  bool addEffects(OpOperand &use, Value part);
  void followTensor(Value tensor, Value part, bool writable);
  void followUse(OpOperand &use, Value part, bool writable);
  void followRegions(OpOperand &use, Value part, bool writable);

  SmallVectorImpl<MemoryAccess> &accesses;
  llvm::DenseSet<std::pair<Value, Value>> seen;
  bool isLost = false;
};
} // namespace

bool AccessCollector::followMemory(Value memory) {
  for (OpOperand &use : memory.getUses())
    if (!followUse(use, memory))
      return false;
  return !isLost;
}

/// True for the end of a function, after which its caller reads what it gets.
static bool isReturn(Operation *op) {
  return op->hasTrait<OpTrait::ReturnLike>() &&
         isa<FunctionOpInterface>(op->getParentOp());
}

bool AccessCollector::followUse(OpOperand &use, Value part) {
  Operation *user = use.getOwner();
  if (isa<memref::DimOp>(user))
    return true;
  if (auto view = dyn_cast<ViewLikeOpInterface>(user);
      view && view.getViewSource() == use.get())
    return isa<MemRefType>(user->getResult(0).getType()) &&
           followMemory(user->getResult(0));
  if (auto tensor = dyn_cast<bufferization::ToTensorOp>(user)) {
    followTensor(tensor.getResult(), part, tensor.getWritable());
    return !isLost;
  }
  if (isReturn(user)) {
    accesses.push_back({&use, part, true, false});
    return true;
  }
  return addEffects(use, part);
}

/// True if an effect may be on the memory that `use` is. One on no value in
/// particular may be on any.
static bool isOn(const MemoryEffects::EffectInstance &effect, OpOperand &use) {
  if (auto *operand = effect.getEffectValue<OpOperand *>())
    return operand == &use;
  return !effect.getValue() || effect.getValue() == use.get();
}

/// What an op says of its effects on an operand.
bool AccessCollector::addEffects(OpOperand &use, Value part) {
  auto op = dyn_cast<MemoryEffectOpInterface>(use.getOwner());
  if (!op || llvm::any_of(use.getOwner()->getResultTypes(),
                          [](Type type) { return isa<MemRefType>(type); }))
    return false;
  SmallVector<MemoryEffects::EffectInstance> effects;
  op.getEffects(effects);
  MemoryAccess access{&use, part, false, false};
  for (const MemoryEffects::EffectInstance &effect : effects) {
    if (!isOn(effect, use))
      continue;
    access.reads |= isa<MemoryEffects::Read>(effect.getEffect());
    access.writes |= !isa<MemoryEffects::Read>(effect.getEffect());
  }
  if (access.reads || access.writes)
    accesses.push_back(access);
  return access.reads || access.writes;
}

void AccessCollector::followTensor(Value tensor, Value part, bool writable) {
  if (!seen.insert({tensor, part}).second)
    return;
  for (OpOperand &use : tensor.getUses())
    followUse(use, part, writable);
}

void AccessCollector::followUse(OpOperand &use, Value part, bool writable) {
  Operation *user = use.getOwner();
  if (isa<tensor::DimOp>(user))
    return;
  if (isTensorView(user))
    return followTensor(user->getResult(0), part, writable);
  if (auto memory = dyn_cast<bufferization::ToBufferOp>(user)) {
    isLost |= !followMemory(memory.getResult());
    return;
  }
  if (auto style = dyn_cast<DestinationStyleOpInterface>(user)) {
    const bool overwrites = writable && style.isDpsInit(&use);
    accesses.push_back({&use, part, true, overwrites});
    if (overwrites)
      followTensor(style.getTiedOpResult(&use), part, writable);
    return;
  }
  followRegions(use, part, writable);
}

/// Any result, or what a region begins with, may be in the memory of any
/// operand; what ends a region may be any result of the op around, or what the
/// region begins with in the next iteration.
void AccessCollector::followRegions(OpOperand &use, Value part, bool writable) {
  Operation *user = use.getOwner();
  accesses.push_back({&use, part, true, writable && user->getNumRegions()});
  auto follow = [&](ValueRange values) {
    for (Value value : llvm::make_filter_range(values, isTensor))
      followTensor(value, part, writable);
  };
  if (user->hasTrait<OpTrait::IsTerminator>())
    user = user->getParentOp();
  follow(user->getResults());
  for (Region &region : user->getRegions())
    for (Block &block : region)
      follow(block.getArguments());
}

bool vellum::collectAccesses(Value memory,
                             SmallVectorImpl<MemoryAccess> &accesses) {
  return AccessCollector(accesses).followMemory(memory);
}
