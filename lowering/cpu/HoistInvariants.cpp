//===- lowering/cpu/HoistInvariants.cpp - what loops would repeat ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"

#include "lowering/Remarks.h"
#include "lowering/cpu/AddedProduct.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/LoopOrder.h"

namespace vellum {
#define GEN_PASS_DEF_HOISTINVARIANTS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-hoist-invariants"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

/// Values computed fewer times than this stay where they are: a loop of their
/// own would take as long.
static constexpr int64_t fewTurns = 4;
/// The numbers that are kept on the stack for one loop, at most.
static constexpr int64_t longestRow = 1024;
/// Lanes of the vectors that turns are counted in.
static constexpr int64_t lanes = 16;

namespace {
/// One loop nest, of whose body all that depends on a single dimension can be
/// computed before it.
class Nest {
public:
  Nest(linalg::GenericOp op, unsigned vectorDim);

  /// Moves what depends on `dim` alone into a loop over `dim`; returns how many
  /// values the nest now reads instead.
  unsigned hoist(unsigned dim);

private:
  using Ops = llvm::SmallPtrSet<Operation *, 4>;

  bool repeats(unsigned dim);
  SetVector<Operation *> invariantsOf(unsigned dim, const Ops &staying);
  SetVector<Operation *> movableOps(unsigned dim);
  void computeBefore(unsigned dim, ArrayRef<Operation *> ops,
                     ArrayRef<Value> results, ValueRange buffers);
  void readInstead(unsigned dim, ArrayRef<Value> results, ValueRange buffers);

  linalg::GenericOp op;
  SmallVector<int64_t> sizes;
  SmallVector<unsigned> order;
};
} // namespace

Nest::Nest(linalg::GenericOp op, unsigned vectorDim)
    : op(op), sizes(op.getStaticLoopRanges()),
      order(loopOrder(loopNest(op, vectorDim), vectorDim)) {
  int64_t &vectors = sizes[vectorDim];
  if (ShapedType::isStatic(vectors))
    vectors = llvm::divideCeil(vectors, lanes);
}

/// True if the loops around that over `dim` have several turns.
bool Nest::repeats(unsigned dim) {
  int64_t turns = 1;
  for (unsigned outer : order) {
    if (outer == dim)
      break;
    turns *= ShapedType::isDynamic(sizes[outer]) ? fewTurns : sizes[outer];
  }
  return turns >= fewTurns;
}

/// The dimensions longer than 1 that positions of an operand depend on.
static llvm::SmallBitVector dimsOf(linalg::GenericOp op, AffineMap map) {
  llvm::SmallBitVector dims(op.getNumLoops());
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
    if (sizes[dim] != 1 && map.isFunctionOfDim(dim))
      dims.set(dim);
  return dims;
}

/// The ops of the body whose result depends on position `dim` and on nothing
/// else, not even on one of `staying`.
SetVector<Operation *> Nest::invariantsOf(unsigned dim, const Ops &staying) {
  SetVector<Operation *> result;
  Block *body = op.getBody();
  auto dependsOn = [&](Value value) {
    llvm::SmallBitVector dims(op.getNumLoops());
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      if (argument.getArgNumber() >= op.getNumDpsInputs())
        return dims.set();
      return dimsOf(op, op.getIndexingMapsArray()[argument.getArgNumber()]);
    }
    Operation *definition = value.getDefiningOp();
    if (result.contains(definition))
      dims.set(dim);
    else if (definition->getBlock() == body &&
             !definition->hasTrait<OpTrait::ConstantLike>())
      dims.set();
    return dims;
  };
  for (Operation &inner : body->without_terminator()) {
    llvm::SmallBitVector dims(op.getNumLoops());
    for (Value operand : inner.getOperands())
      dims |= dependsOn(operand);
    if (!staying.contains(&inner) && inner.getNumResults() == 1 &&
        inner.getResult(0).getType().isF32() && dims.count() == 1 &&
        dims.test(dim))
      result.insert(&inner);
  }
  return result;
}

/// What can be computed before: not a product that a sum of the body adds,
/// which it rounds once. How many turns the loops around have, and so whether
/// they repeat anything, depends on the tile.
SetVector<Operation *> Nest::movableOps(unsigned dim) {
  Ops staying;
  while (true) {
    SetVector<Operation *> ops = invariantsOf(dim, staying);
    const size_t before = staying.size();
    for (Operation &inner : *op.getBody())
      if (auto added = addedProduct(inner);
          added && !ops.contains(&inner) && ops.contains(added->product))
        staying.insert(added->product);
    if (staying.size() == before)
      return ops;
  }
}

/// The results that others than `ops` use.
static SmallVector<Value> resultsOf(const SetVector<Operation *> &ops) {
  SmallVector<Value> results;
  for (Operation *op : ops)
    if (llvm::any_of(op->getUsers(),
                     [&](Operation *user) { return !ops.contains(user); }))
      results.push_back(op->getResult(0));
  return results;
}

/// `map` for a loop over `dim` alone.
static AffineMap along(AffineMap map, unsigned dim) {
  MLIRContext *context = map.getContext();
  SmallVector<AffineExpr> dims(map.getNumDims(),
                               getAffineConstantExpr(0, context));
  dims[dim] = getAffineDimExpr(0, context);
  return map.replaceDimsAndSymbols(dims, {}, 1, 0);
}

/// Writes the loop over `dim` that computes `ops` and keeps `results`.
void Nest::computeBefore(unsigned dim, ArrayRef<Operation *> ops,
                         ArrayRef<Value> results, ValueRange buffers) {
  OpBuilder b(op);
  SmallVector<unsigned> read;
  for (unsigned input = 0; input < op.getNumDpsInputs(); ++input)
    if (llvm::any_of(
            op.getBody()->getArgument(input).getUsers(),
            [&](Operation *user) { return llvm::is_contained(ops, user); }))
      read.push_back(input);
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (unsigned input : read) {
    inputs.push_back(op.getInputs()[input]);
    maps.push_back(along(op.getIndexingMapsArray()[input], dim));
  }
  maps.append(buffers.size(), b.getMultiDimIdentityMap(1));
  linalg::GenericOp::create(
      b, op.getLoc(), inputs, buffers, maps, utils::IteratorType::parallel,
      [&](OpBuilder &body, Location loc, ValueRange arguments) {
        IRMapping mapping;
        for (auto [input, argument] : llvm::zip(read, arguments))
          mapping.map(op.getBody()->getArgument(input), argument);
        for (Operation *each : ops) {
          for (Value operand : each->getOperands())
            if (Operation *constant = operand.getDefiningOp();
                constant && constant->getBlock() == op.getBody() &&
                !mapping.contains(operand))
              body.clone(*constant, mapping);
          body.clone(*each, mapping);
        }
        linalg::YieldOp::create(body, loc,
                                llvm::map_to_vector(results, [&](Value value) {
                                  return mapping.lookup(value);
                                }));
      });
}

/// Makes the nest read `buffers` where it used `results`.
void Nest::readInstead(unsigned dim, ArrayRef<Value> results,
                       ValueRange buffers) {
  OpBuilder b(op);
  AffineMap map = AffineMap::get(op.getNumLoops(), 0, b.getAffineDimExpr(dim));
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (auto [value, buffer] : llvm::zip(results, buffers)) {
    unsigned at = op.getNumDpsInputs();
    maps.insert(maps.begin() + at, map);
    Value argument =
        op.getBody()->insertArgument(at, value.getType(), op.getLoc());
    op.getInputsMutable().append(buffer);
    Value(value).replaceAllUsesWith(argument);
  }
  op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
}

unsigned Nest::hoist(unsigned dim) {
  int64_t size = op.getStaticLoopRanges()[dim];
  if (size == 1 || ShapedType::isDynamic(size) || size > longestRow ||
      !repeats(dim))
    return 0;
  SetVector<Operation *> ops = movableOps(dim);
  SmallVector<Value> results = resultsOf(ops), buffers;
  if (results.empty())
    return 0;
  OpBuilder start = OpBuilder::atBlockBegin(
      &op->getParentOfType<func::FuncOp>().getBody().front());
  for (Value value : results)
    buffers.push_back(memref::AllocaOp::create(
        start, op.getLoc(), MemRefType::get({size}, value.getType()),
        start.getI64IntegerAttr(64)));
  computeBefore(dim, ops.getArrayRef(), results, buffers);
  readInstead(dim, results, buffers);
  for (Operation *each : llvm::reverse(ops))
    each->erase();
  remarkPassed(op.getLoc(), "hoist-invariants", topic::kMotion)
      << "what depends on one of its dimensions alone is computed once, in a "
         "loop before";
  return results.size();
}

namespace {
struct HoistInvariants : vellum::impl::HoistInvariantsBase<HoistInvariants> {
  void runOnOperation() override {
    SmallVector<linalg::GenericOp> loops;
    getOperation()->walk([&](linalg::GenericOp op) {
      if (op.hasPureBufferSemantics() && op.getNumLoops() > 1)
        loops.push_back(op);
    });
    for (linalg::GenericOp op : loops)
      if (std::optional<unsigned> vectorDim = vectorDimOf(op))
        for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
          hoisted += Nest(op, *vectorDim).hoist(dim);
  }
};
} // namespace
