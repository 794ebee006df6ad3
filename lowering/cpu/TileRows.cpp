//===- lowering/cpu/TileRows.cpp - scores that stay in the cache ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Attention over T words compares T x T pairs: 4 MB for each sample and head
/// at T = 1024, which each operation would write to memory for the next to read
/// back. A block of rows goes through all of them instead, from the product
/// that makes its scores to the product that uses them up.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/KernelCalls.h"
#include "lowering/cpu/MemoryParts.h"
#include "lowering/cpu/OperandCopy.h"
#include "lowering/cpu/ScoreUsers.h"

namespace vellum {
#define GEN_PASS_DEF_TILEROWS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-tile-rows"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

namespace {
/// One sweep over rows.
class RowTiling {
public:
  RowTiling(const ScoreUsers &users, ArrayRef<Operation *> ops,
            ArrayRef<OpFoldResult> scoreSizes, const TileRowsOptions &options)
      : users(users), members(ops.begin(), ops.end()), scoreSizes(scoreSizes),
        options(options), b(ops.back()), loc(ops.back()->getLoc()) {}

  /// Returns false, with nothing changed, if the sweep has no place.
  bool run();

  /// The operands that are copied for the matrix kernels.
  unsigned numCopied = 0;

private:
  // Where it goes.
  std::optional<SmallVector<Operation *>> dependents();

  // Sizes.
  Value value(OpFoldResult size) {
    return getValueOrCreateConstantIndexOp(b, loc, size);
  }
  Value constant(int64_t size) {
    return arith::ConstantIndexOp::create(b, loc, size);
  }
  template <typename Op> Value fold(Value x, Value y) {
    return b.createOrFold<Op>(loc, x, y);
  }
  Value bytesPerRow();
  Value rowsPerBlock();

  // Results.
  void sortResults();
  bool maySpread(OpResult result);
  void allocate(OpResult result, SmallVector<OpFoldResult> sizes);
  SmallVector<OpFoldResult> tileSizes(OpResult result, OpFoldResult rows);
  Value placeOf(OpResult result);
  Value destination(OpResult result);
  Value filledLike(OpResult result, Value memory);

  // Tiles.
  void enterTile(Value tile);
  void setRows(Value start);
  void sweep();
  void copyOperands();
  void allocateBlockCopies();
  Value partOf(Value copy);
  Value copyBlock(OpOperand &operand, Value memory);
  Value tileOf(OpOperand &operand);
  Value operandOf(OpOperand &operand);
  void cloneIntoTile(Operation *op);
  void store(OpResult result);
  void replaceResults(Operation *loop);

  const ScoreUsers &users;
  llvm::SetVector<Operation *> members;
  SmallVector<OpFoldResult> scoreSizes;
  const TileRowsOptions &options;
  OpBuilder b;
  Location loc;

  /// Results that are needed outside, among them sums over rows, and those that
  /// are not.
  SmallVector<OpResult> exported, sums, temporary;
  /// The memory of what is needed outside, and of a block of the rest.
  llvm::DenseMap<Value, Value> memories;
  /// What products read instead of an operand: a tensor with the rows of all
  /// samples and its indexing map, or memory for those of a block.
  llvm::DenseMap<OpOperand *, std::pair<Value, AffineMap>> copies;
  llvm::MapVector<OpOperand *, Value> blockCopies;
  Value rows, blockRows, blocks;
  /// Inside: the sample in each batch dimension, then the first row.
  SmallVector<OpFoldResult> offsets;
  Value width;
  IRMapping mapping;
};
} // namespace

//===----------------------------------------------------------------------===//
// Where it goes
//===----------------------------------------------------------------------===//

/// What stands among the members and needs their results, to be moved after
/// them; nothing if that is impossible.
std::optional<SmallVector<Operation *>> RowTiling::dependents() {
  SmallVector<Operation *> result;
  llvm::SmallPtrSet<Operation *, 16> late(members.begin(), members.end());
  for (Operation *op = members.front(); op != members.back();
       op = op->getNextNode()) {
    if (members.contains(op))
      continue;
    WalkResult needs = op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (late.contains(operand.getDefiningOp()))
          return WalkResult::interrupt();
      return WalkResult::advance();
    });
    if (!needs.wasInterrupted())
      continue;
    if (!isMemoryEffectFree(op))
      return std::nullopt;
    late.insert(op);
    result.push_back(op);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// What the members make of one row of one sample.
Value RowTiling::bytesPerRow() {
  Value total = constant(0);
  for (OpResult result : llvm::concat<OpResult>(temporary, exported)) {
    if (users.sumsRows(result))
      continue;
    Value bytes = constant(sizeof(float));
    for (OpFoldResult size : tileSizes(result, b.getIndexAttr(1)))
      bytes = fold<arith::MulIOp>(bytes, value(size));
    total = fold<arith::AddIOp>(total, bytes);
  }
  return fold<arith::MaxUIOp>(total, constant(1));
}

/// As many rows as fit into the budget, whole tiles of the matrix kernels. With
/// too few rows the products would read their other operand for little. Where
/// scores are vectors, rows are long, and the products are not what counts.
Value RowTiling::rowsPerBlock() {
  if (options.rows)
    return constant(options.rows);
  constexpr int64_t height = 24;
  bool vectors = llvm::any_of(temporary, [&](OpResult result) {
    return cast<RankedTensorType>(result.getType()).getRank() >
           int64_t(scoreSizes.size());
  });
  Value fits =
      fold<arith::DivUIOp>(constant(options.cacheBytes), bytesPerRow());
  if (vectors) {
    fits = fold<arith::MaxUIOp>(fits, constant(1));
  } else {
    Value tiles = fold<arith::DivUIOp>(fits, constant(height));
    tiles = fold<arith::MaxUIOp>(tiles, constant(1));
    fits = fold<arith::MulIOp>(tiles, constant(height));
  }
  Value some = fold<arith::MaxUIOp>(rows, constant(1));
  return fold<arith::MinUIOp>(fits, some);
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

void RowTiling::sortResults() {
  for (Operation *op : members)
    for (OpResult result : op->getResults()) {
      bool leaves = llvm::any_of(result.getUsers(), [&](Operation *user) {
        return !members.contains(user);
      });
      bool isSum = users.sumsRows(result);
      (leaves || isSum ? exported : temporary).push_back(result);
      if (isSum)
        sums.push_back(result);
    }
}

/// True for scores of which every user takes rows that are any distance apart:
/// loops, kernels and other sweeps' slices.
bool RowTiling::maySpread(OpResult result) {
  auto type = cast<RankedTensorType>(result.getType());
  return users.of(result).back() + 1 == type.getRank() &&
         llvm::all_of(result.getUsers(), [&](Operation *user) {
           return isa<linalg::GenericOp, KernelOp, tensor::DimOp>(user) ||
                  (isa<tensor::ExtractSliceOp>(user) &&
                   user->getBlock() != result.getOwner()->getBlock());
         });
}

/// Makes memory for a result.
void RowTiling::allocate(OpResult result, SmallVector<OpFoldResult> sizes) {
  auto element = cast<RankedTensorType>(result.getType()).getElementType();
  memories[result] = takeMemory(b, loc, element, sizes, maySpread(result));
}

/// The sizes of a result of one sample and so many rows.
SmallVector<OpFoldResult> RowTiling::tileSizes(OpResult result,
                                               OpFoldResult count) {
  auto style = cast<DestinationStyleOpInterface>(result.getOwner());
  SmallVector<OpFoldResult> sizes =
      *freshSizes(style.getTiedOpOperand(result)->get());
  Positions at = users.of(result);
  for (unsigned dim = 0; dim + 1 < users.tiledDims(); ++dim)
    sizes[at[dim]] = b.getIndexAttr(1);
  if (int64_t row = at[users.tiledDims() - 1]; row >= 0)
    sizes[row] = count;
  return sizes;
}

/// The tile's part of the memory of a result.
Value RowTiling::placeOf(OpResult result) {
  Value memory = memories.lookup(result);
  SmallVector<OpFoldResult> sizes = tileSizes(result, width);
  SmallVector<OpFoldResult> first(sizes.size(), b.getIndexAttr(0)),
      steps(sizes.size(), b.getIndexAttr(1));
  if (llvm::is_contained(exported, result))
    for (auto [at, offset] : llvm::zip(users.of(result), offsets))
      if (at >= 0)
        first[at] = offset;
  return memref::SubViewOp::create(b, loc, memory, first, sizes, steps);
}

/// `memory`, filled with what the result starts from, if anything.
Value RowTiling::filledLike(OpResult result, Value memory) {
  auto style = cast<DestinationStyleOpInterface>(result.getOwner());
  Value init = style.getTiedOpOperand(result)->get();
  auto fill = init.getDefiningOp<linalg::FillOp>();
  return fill ? linalg::FillOp::create(b, loc, fill.getInputs(), memory)
                    .getResult(0)
              : memory;
}

/// What a member writes a tile of its result to.
Value RowTiling::destination(OpResult result) {
  if (Value carried = mapping.lookupOrNull(result))
    return carried;
  return filledLike(result, asWritableTensor(b, loc, placeOf(result)));
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// Finds the sample that tile number `tile` is of; the remaining factor of the
/// number is the block of rows.
void RowTiling::enterTile(Value tile) {
  unsigned batchDims = users.tiledDims() - 1;
  offsets.assign(users.tiledDims(), b.getIndexAttr(0));
  if (sums.empty()) {
    setRows(fold<arith::MulIOp>(fold<arith::RemUIOp>(tile, blocks), blockRows));
    tile = fold<arith::DivUIOp>(tile, blocks);
  }
  llvm::copy(
      positionAt(b, loc, tile, ArrayRef(scoreSizes).take_front(batchDims)),
      offsets.begin());
}

void RowTiling::setRows(Value start) {
  offsets.back() = start;
  width = fold<arith::MinUIOp>(blockRows, fold<arith::SubIOp>(rows, start));
}

/// The tile of an operand.
Value RowTiling::tileOf(OpOperand &operand) {
  Value whole = operand.get();
  if (Value inside = mapping.lookupOrNull(whole))
    return inside;
  auto type = dyn_cast<RankedTensorType>(whole.getType());
  Positions at = users.of(operand);
  at.pop_back();
  if (!type || llvm::all_of(at, [](int64_t dim) { return dim < 0; }))
    return whole;
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, whole);
  SmallVector<OpFoldResult> first(sizes.size(), b.getIndexAttr(0)),
      steps(sizes.size(), b.getIndexAttr(1));
  for (auto [i, dim] : llvm::enumerate(at))
    if (dim >= 0) {
      first[dim] = offsets[i];
      sizes[dim] = i + 1 < at.size() ? OpFoldResult(b.getIndexAttr(1)) : width;
    }
  return tensor::ExtractSliceOp::create(b, loc, whole, first, sizes, steps);
}

/// Makes the copies that members want, but those of a block's own rows.
void RowTiling::copyOperands() {
  for (Operation *op : members) {
    std::optional<OperandCopy> copy = wantedCopy(users, op);
    if (!copy)
      continue;
    ++numCopied;
    if (copy->perBlock)
      blockCopies.insert({copy->operand, {}});
    else
      copies[copy->operand] = {copyOperand(b, loc, *copy), copy->map()};
  }
}

/// Takes memory for what each block copies.
void RowTiling::allocateBlockCopies() {
  for (auto &[operand, memory] : blockCopies) {
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(b, loc, operand->get());
    Positions at = users.of(*operand);
    for (int64_t dim : ArrayRef(at).drop_back(2))
      sizes[dim] = b.getIndexAttr(1);
    sizes[at[at.size() - 2]] = blockRows;
    memory = takeMemory(b, loc, b.getF32Type(), sizes, /*spread=*/false);
  }
}

/// A sample's part of a copy.
Value RowTiling::partOf(Value copy) {
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, copy),
                            first(sizes.size(), b.getIndexAttr(0)),
                            steps(sizes.size(), b.getIndexAttr(1));
  for (size_t dim = 0; dim + 2 < sizes.size(); ++dim) {
    first[dim] = offsets[dim];
    sizes[dim] = b.getIndexAttr(1);
  }
  return tensor::ExtractSliceOp::create(b, loc, copy, first, sizes, steps);
}

/// Copies the block's rows of an operand to `memory`.
Value RowTiling::copyBlock(OpOperand &operand, Value memory) {
  Value tile = tileOf(operand);
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, tile),
                            first(sizes.size(), b.getIndexAttr(0)),
                            steps(sizes.size(), b.getIndexAttr(1));
  Value place = asWritableTensor(
      b, loc, memref::SubViewOp::create(b, loc, memory, first, sizes, steps));
  return KernelOp::create(b, loc, place.getType(), "copy", tile, ValueRange(),
                          place)
      .getResult(0);
}

/// What a member's tile reads.
Value RowTiling::operandOf(OpOperand &operand) {
  if (auto copy = copies.find(&operand); copy != copies.end())
    return partOf(copy->second.first);
  if (auto copy = blockCopies.find(&operand); copy != blockCopies.end())
    return copyBlock(operand, copy->second);
  return tileOf(operand);
}

/// Lets operand number `operand` of a product be read through `map`.
static void setMap(linalg::GenericOp product, unsigned operand, AffineMap map) {
  SmallVector<AffineMap> maps = product.getIndexingMapsArray();
  maps[operand] = map;
  product.setIndexingMapsAttr(
      Builder(product.getContext()).getAffineMapArrayAttr(maps));
}

void RowTiling::cloneIntoTile(Operation *op) {
  auto style = cast<DestinationStyleOpInterface>(op);
  SmallVector<Value> operands;
  for (OpOperand &operand : op->getOpOperands())
    operands.push_back(style.isDpsInit(&operand)
                           ? destination(style.getTiedOpResult(&operand))
                           : operandOf(operand));
  Operation *tile = b.clone(*op);
  tile->setOperands(operands);
  for (OpOperand &operand : op->getOpOperands())
    if (auto copy = copies.find(&operand); copy != copies.end())
      setMap(cast<linalg::GenericOp>(tile), operand.getOperandNumber(),
             copy->second.second);
  for (OpResult result : op->getResults()) {
    OpResult own = tile->getResult(result.getResultNumber());
    own.setType(cast<DestinationStyleOpInterface>(tile)
                    .getTiedOpOperand(own)
                    ->get()
                    .getType());
    mapping.map(result, own);
  }
}

/// Keeps what is written to its place.
void RowTiling::store(OpResult result) {
  Value value = mapping.lookup(result);
  writeTo(b, loc, value, placeOf(result));
}

/// Runs the members on one tile: all of a sample's rows, block by block, if
/// something is summed over them.
void RowTiling::sweep() {
  for (OpResult result : temporary)
    allocate(result, tileSizes(result, blockRows));
  allocateBlockCopies();
  if (sums.empty()) {
    llvm::for_each(members, [&](Operation *op) { cloneIntoTile(op); });
    llvm::for_each(exported, [&](OpResult result) { store(result); });
    return;
  }
  SmallVector<Value> starts;
  for (OpResult sum : sums)
    starts.push_back(destination(sum));
  auto loop = scf::ForOp::create(b, loc, constant(0), rows, blockRows, starts);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    setRows(loop.getInductionVar());
    mapping.map(SmallVector<Value>(sums.begin(), sums.end()),
                loop.getRegionIterArgs());
    llvm::for_each(members, [&](Operation *op) { cloneIntoTile(op); });
    for (OpResult result : exported)
      if (!users.sumsRows(result))
        store(result);
    SmallVector<Value> next;
    for (OpResult sum : sums)
      next.push_back(mapping.lookup(sum));
    scf::YieldOp::create(b, loc, next);
  }
  for (auto [sum, total] : llvm::zip(sums, loop.getResults())) {
    mapping.map(sum, total);
    store(sum);
  }
}

/// Users outside read the memory that the tiles wrote.
void RowTiling::replaceResults(Operation *loop) {
  for (OpResult result : exported) {
    Value whole = bufferization::ToTensorOp::create(
        b, loc, result.getType(), memories.lookup(result), /*restrict=*/true,
        /*writable=*/false);
    result.replaceUsesWithIf(whole, [&](OpOperand &use) {
      return !members.contains(use.getOwner());
    });
  }
  for (Operation *op : llvm::reverse(members))
    op->erase();
}

bool RowTiling::run() {
  std::optional<SmallVector<Operation *>> late = dependents();
  if (!late)
    return false;
  Operation *end = members.back();
  for (Operation *op : *late) {
    op->moveAfter(end);
    end = op;
  }
  sortResults();
  b.setInsertionPoint(members.back());
  rows = value(scoreSizes[users.tiledDims() - 1]);
  blockRows = rowsPerBlock();
  copyOperands();
  for (OpResult result : exported) {
    auto style = cast<DestinationStyleOpInterface>(result.getOwner());
    allocate(result, *freshSizes(style.getTiedOpOperand(result)->get()));
  }
  Value count = countPositions(b, loc, ArrayRef(scoreSizes).drop_back(2));
  if (sums.empty()) {
    blocks = fold<arith::CeilDivUIOp>(rows, blockRows);
    count = fold<arith::MulIOp>(count, blocks);
  }
  auto loop = createTileLoop(b, loc, count);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    enterTile(loop.getInductionVar(0));
    sweep();
  }
  replaceResults(loop);
  return true;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
struct TileRows : vellum::impl::TileRowsBase<TileRows> {
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || !contextOf(function))
      return;
    llvm::SmallPtrSet<Operation *, 8> seen;
    while (KernelOp softmax = findSoftmax(function.getBody().front(), seen))
      tile(softmax);
  }

  /// The next one not `seen`. Sweeps may take several along.
  static KernelOp findSoftmax(Block &block,
                              llvm::SmallPtrSetImpl<Operation *> &seen) {
    for (auto kernel : block.getOps<KernelOp>())
      if (kernel.getName() == "softmax" &&
          !kernel->getDiscardableAttr(inTileAttr) && seen.insert(kernel).second)
        return kernel;
    return {};
  }

  /// The last sweep first: the softmax, whose sizes all need, goes with the
  /// first. Sweeps before it, which gives the sizes, are none.
  void tile(KernelOp softmax) {
    ScoreUsers users(softmax);
    auto sweeps = users.sweeps();
    llvm::erase_if(sweeps, [&](ArrayRef<Operation *> ops) {
      return ops.back()->isBeforeInBlock(softmax);
    });
    if (sweeps.empty()) {
      ++missed;
      return;
    }
    SmallVector<OpFoldResult> sizes = *freshSizes(softmax.getOutputs()[0]);
    TileRowsOptions options{rows, cacheBytes};
    for (auto &ops : llvm::reverse(sweeps)) {
      RowTiling tiling(users, ops, sizes, options);
      ++(tiling.run() ? tiled : missed);
      copied += tiling.numCopied;
    }
  }
};
} // namespace
