//===- lowering/interpreter/Structured.cpp - linalg on memory -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Linalg ops on memory, on tensors, or on both. How the loops of one will nest
/// is decided later, and vectors of iterations run at the same time. So the
/// order must not matter: what one iteration reads as an input, no other may
/// write.
///
//===----------------------------------------------------------------------===//

#include "mlir/IR/TypeUtilities.h"

#include "dialect/interpreter/StructuredLoops.h"
#include "lowering/interpreter/Machine.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

namespace {
/// One linalg op being run, whose operands may lie in memory.
class MemoryLoops final : public TensorLoops {
public:
  MemoryLoops(linalg::LinalgOp op, Frame &frame, Memory &memory);

protected:
  Place placeOf(unsigned operand) const override;
  FailureOr<Array> load(unsigned operand, ArrayRef<int64_t> positions) override;
  LogicalResult store(unsigned operand, ArrayRef<int64_t> positions,
                      const Array &elements) override;
  bool canRunAtOnce() const override { return !overlaps; }
  LogicalResult runBody(const Shape &iteration) override;

private:
  using Iterations = llvm::DenseMap<int64_t, int64_t>;
  FailureOr<Array> loadFromMemory(unsigned operand,
                                  ArrayRef<int64_t> positions);
  LogicalResult meet(const Iterations &others, Iterations &ours,
                     int64_t address);

  Memory &memory;
  SmallVector<std::optional<View>> views;
  /// The op only moves elements, which need not have been written.
  bool isCopy;
  /// Whether a word may be both an input and an output.
  bool overlaps = false;
  /// The number of the iteration that runs, and which one has read, or written,
  /// each word.
  int64_t now = 0;
  Iterations readers, writers;
  static constexpr int64_t kSeveral = -1;
};
} // namespace

/// True for bodies that yield their arguments as they are.
static bool onlyMoves(linalg::LinalgOp op) {
  return llvm::all_of(op.getBlock()->getTerminator()->getOperands(),
                      llvm::IsaPred<BlockArgument>) &&
         op.getBlock()->getOperations().size() == 1;
}

MemoryLoops::MemoryLoops(linalg::LinalgOp op, Frame &frame, Memory &memory)
    : TensorLoops(op, frame), memory(memory), isCopy(onlyMoves(op)) {
  memory.enter(op);
  llvm::DenseSet<int64_t> inputs;
  for (OpOperand &operand : op->getOpOperands()) {
    views.emplace_back();
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    views.back() = viewOf(operand.get(), frame);
    if (op.isDpsInput(&operand))
      inputs.insert(views.back()->base);
    else
      overlaps |= inputs.contains(views.back()->base);
  }
}

MemoryLoops::Place MemoryLoops::placeOf(unsigned operand) const {
  const std::optional<View> &view = views[operand];
  if (!view)
    return TensorLoops::placeOf(operand);
  return {view->sizes, view->strides, view->base + view->offset};
}

LogicalResult MemoryLoops::runBody(const Shape &iteration) {
  ++now;
  return TensorLoops::runBody(iteration);
}

/// Notes that this iteration touches a word. Fails where another one, whose
/// order to this one is not known, has touched it in the other way.
LogicalResult MemoryLoops::meet(const Iterations &others, Iterations &ours,
                                int64_t address) {
  auto [touched, isFirst] = ours.try_emplace(address, now);
  if (!isFirst && touched->second != now)
    touched->second = kSeveral;
  auto other = others.find(address);
  if (other == others.end() || other->second == now)
    return success();
  return op.emitOpError() << "reads " << memory.describe(address)
                          << " in one iteration and writes it in another";
}

FailureOr<Array> MemoryLoops::loadFromMemory(unsigned operand,
                                             ArrayRef<int64_t> positions) {
  if (overlaps && int64_t(operand) < op.getNumDpsInputs())
    for (int64_t address : positions)
      if (failed(meet(writers, readers, address)))
        return failure();
  FailureOr<Array> elements = memory.load(operand, positions, isCopy);
  if (failed(elements) || runsMany())
    return elements;
  return elements->at(0);
}

FailureOr<Array> MemoryLoops::load(unsigned operand,
                                   ArrayRef<int64_t> positions) {
  if (views[operand])
    return loadFromMemory(operand, positions);
  FailureOr<Array> elements = TensorLoops::load(operand, positions);
  if (!isCopy && llvm::any_of(elements->floats, isUnwritten))
    return op.emitOpError() << "reads an element of operand " << operand
                            << " that nothing has written";
  memory.traceElements(operand, *elements);
  return elements;
}

LogicalResult MemoryLoops::store(unsigned operand, ArrayRef<int64_t> positions,
                                 const Array &elements) {
  if (!views[operand])
    return TensorLoops::store(operand, positions, elements);
  if (overlaps)
    for (int64_t address : positions)
      if (failed(meet(readers, writers, address)))
        return failure();
  return memory.store(positions, elements);
}

void interpreter::addStructuredOnMemory(Evaluators &evaluators,
                                        Machine &machine) {
  evaluators.setStructured([&](Operation *op, Frame &frame) {
    MemoryLoops loops(cast<linalg::LinalgOp>(op), frame, machine.memory);
    return failure(failed(loops.run()) || failed(loops.setResults()));
  });
}
