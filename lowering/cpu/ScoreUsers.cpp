//===- lowering/cpu/ScoreUsers.cpp - what is computed row by row ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/ScoreUsers.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "dialect/Shapes.h"
#include "lowering/cpu/LoopOrder.h"
#include "lowering/cpu/Products.h"
#include "lowering/cpu/SizeClasses.h"

using namespace mlir;
using namespace vellum::cpu;

std::optional<SmallVector<OpFoldResult>> vellum::cpu::freshSizes(Value value) {
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    value = fill.getOutputs()[0];
  if (auto empty = value.getDefiningOp<tensor::EmptyOp>())
    return empty.getMixedSizes();
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Dimensions
//===----------------------------------------------------------------------===//

static Positions inMap(AffineMap map, const Positions &loops) {
  Positions result;
  for (int64_t loop : loops) {
    std::optional<unsigned> at;
    if (loop >= 0)
      at = map.getResultPosition(getAffineDimExpr(loop, map.getContext()));
    result.push_back(at ? int64_t(*at) : -1);
  }
  return result;
}

Positions ScoreUsers::of(OpOperand &operand) const {
  const Positions &own = loops.find(operand.getOwner())->second;
  auto op = dyn_cast<linalg::LinalgOp>(operand.getOwner());
  return op ? inMap(op.getMatchingIndexingMap(&operand), own) : own;
}

Positions ScoreUsers::of(OpResult result) const {
  const Positions &own = loops.find(result.getOwner())->second;
  auto op = dyn_cast<linalg::LinalgOp>(result.getOwner());
  return op ? inMap(op.getIndexingMapMatchingResult(result), own) : own;
}

static bool hasAll(ArrayRef<int64_t> positions) {
  return llvm::all_of(positions, [](int64_t at) { return at >= 0; });
}

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

/// The loops of `op` that run over the dimensions of `scores`, one of its
/// operands or results.
std::optional<Positions> ScoreUsers::loopsThrough(Operation *op, Value scores,
                                                  const Positions &at) const {
  if (isa<KernelOp>(op))
    return at;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || !hasPlainMaps(generic))
    return std::nullopt;
  AffineMap map;
  for (OpOperand &operand : op->getOpOperands())
    if (operand.get() == scores)
      map = generic.getMatchingIndexingMap(&operand);
  for (OpResult result : op->getResults())
    if (result == scores)
      map = generic.getIndexingMapMatchingResult(result);
  Positions result;
  for (int64_t position : at) {
    auto loop = dyn_cast<AffineDimExpr>(map.getResult(position));
    if (!loop)
      return std::nullopt;
    result.push_back(loop.getPosition());
  }
  return result;
}

/// A kernel on rows, whose operands all have the shape of the scores.
static bool isRowKernel(Operation *op) {
  auto kernel = dyn_cast<KernelOp>(op);
  return kernel && kernel.getName().starts_with("softmax") &&
         llvm::all_of(op->getOperandTypes(), [&](Type type) {
           return type == op->getOperand(0).getType();
         });
}

/// True if `op` can run on a block of rows of one sample: nothing is summed
/// over samples, and results go to fresh memory.
bool ScoreUsers::accepts(Operation *op, const Positions &own) const {
  if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
    auto iterators = generic.getIteratorTypesArray();
    for (int64_t loop : ArrayRef(own).drop_back(2))
      if (iterators[loop] != utils::IteratorType::parallel)
        return false;
    if (generic.hasIndexSemantics() || !generic.hasPureTensorSemantics())
      return false;
  } else if (!isRowKernel(op)) {
    return false;
  }
  return llvm::none_of(op->getOperands(), isKnownEmpty) &&
         llvm::all_of(cast<DestinationStyleOpInterface>(op).getDpsInits(),
                      [](Value init) { return freshSizes(init).has_value(); });
}

/// Makes `op` a member unless it goes through the scores in another way, too.
void ScoreUsers::join(Operation *op, const Positions &own) {
  loops[op] = own;
  SmallVector<std::pair<Value, Positions>> touched;
  for (OpOperand *operand :
       cast<DestinationStyleOpInterface>(op).getDpsInputOperands())
    touched.emplace_back(operand->get(), of(*operand));
  bool fits = true;
  for (OpResult result : op->getResults()) {
    touched.emplace_back(result, of(result));
    fits &= hasAll(ArrayRef(touched.back().second).drop_back(2));
  }
  for (auto &[value, at] : touched) {
    auto known = scores.find(value);
    fits &= known == scores.end() || known->second == at;
  }
  if (!fits) {
    loops.erase(op);
    return;
  }
  for (auto &[value, at] : touched)
    if (hasAll(at))
      scores.insert({value, at});
}

ScoreUsers::ScoreUsers(KernelOp softmax)
    : rank(cast<RankedTensorType>(softmax.getOutputs()[0].getType()).getRank()),
      block(softmax->getBlock()) {
  auto all = llvm::to_vector<4>(llvm::seq<int64_t>(0, rank));
  if (rank < 3 || !accepts(softmax, all))
    return;
  join(softmax, all);
  for (size_t next = 0; next < scores.size(); ++next) {
    auto [value, at] = *(scores.begin() + next);
    SmallVector<Operation *> touching(value.getUsers());
    if (Operation *definition = value.getDefiningOp())
      touching.push_back(definition);
    for (Operation *op : touching) {
      if (op->getBlock() != block || contains(op) ||
          !isa<linalg::GenericOp, KernelOp>(op))
        continue;
      std::optional<Positions> own = loopsThrough(op, value, at);
      if (own && accepts(op, *own))
        join(op, *own);
    }
  }
}

//===----------------------------------------------------------------------===//
// Sweeps
//===----------------------------------------------------------------------===//

/// True if a tile of a member's operand is what another member makes in the
/// same tile.
bool ScoreUsers::passesTiles(OpOperand &operand) const {
  auto result = dyn_cast<OpResult>(operand.get());
  if (!result || !contains(result.getOwner()) || !contains(operand.getOwner()))
    return false;
  Positions made = of(result), used = of(operand);
  made.pop_back();
  used.pop_back();
  return made == used && hasAll(made);
}

/// Sorts the members by how often what they need has left the tiles before.
llvm::MapVector<unsigned, SmallVector<Operation *>>
ScoreUsers::byDepth() const {
  llvm::MapVector<unsigned, SmallVector<Operation *>> result;
  llvm::DenseMap<Operation *, unsigned> depths;
  for (Operation &op : *block) {
    unsigned depth = 0;
    op.walk([&](Operation *inner) {
      for (OpOperand &operand : inner->getOpOperands()) {
        Operation *definition = operand.get().getDefiningOp();
        auto known = depths.find(definition);
        if (!definition || known == depths.end())
          continue;
        bool leaves =
            contains(definition) && !(inner == &op && passesTiles(operand));
        depth = std::max(depth, known->second + leaves);
      }
    });
    depths[&op] = depth;
    if (contains(&op))
      result[depth].push_back(&op);
  }
  return result;
}

bool ScoreUsers::isOwnProduct(Operation *op) const {
  if (!isMatrixProduct(op))
    return false;
  auto dims = sortProductDims(cast<linalg::GenericOp>(op));
  const Positions &own = loops.find(op)->second;
  return llvm::all_of(ArrayRef(own).drop_back(2), [&](int64_t loop) {
    return llvm::is_contained(dims->batch, unsigned(loop));
  });
}

SmallVector<SmallVector<Operation *>> ScoreUsers::sweeps() const {
  SmallVector<SmallVector<Operation *>> result;
  for (auto &[depth, ops] : byDepth())
    if (ops.size() > 1 &&
        llvm::any_of(ops, [&](Operation *op) { return isOwnProduct(op); }))
      result.push_back(ops);
  return result;
}
