//===- lowering/cpu/TileBatch.cpp - samples outside, time inside ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Turns a program that runs all samples through each step into one that runs a
/// few samples through all steps, then the next few: forward, loss and backward
/// before the next samples begin. Their state stays in the cache from the first
/// step to the last, and tiles of samples are independent, so they may run on
/// several threads.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialect/Shapes.h"
#include "dialect/Vellum.h"
#include "lowering/Remarks.h"
#include "lowering/ScanSlots.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/KernelCalls.h"
#include "lowering/cpu/MemoryParts.h"
#include "lowering/cpu/Products.h"
#include "lowering/cpu/SizeClasses.h"

namespace vellum {
#define GEN_PASS_DEF_TILEBATCH
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-tile-batch"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

static int64_t rankOf(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type ? type.getRank() : 0;
}

/// Computes nothing from samples: made anew wherever it is wanted.
static bool isFree(Operation *op) {
  if (auto fill = dyn_cast_or_null<linalg::FillOp>(op))
    return isFree(fill.getDpsInits()[0].getDefiningOp());
  return isa_and_nonnull<tensor::EmptyOp, tensor::SplatOp>(op);
}

namespace {
/// One function.
class BatchTiling {
public:
  BatchTiling(func::FuncOp function, const TileBatchOptions &options)
      : function(function), options(options), sizes(function),
        roles(SizeClasses::ofRoles(function, sizes)), b(function.getContext()),
        loc(function.getLoc()) {}

  /// Returns the number of loops that now run inside tiles of samples.
  unsigned run();

private:
  void explain(StringRef why);
  unsigned leave(StringRef why);

  // Which dimension counts the samples.
  std::optional<int64_t> batchDim(Value tensor);
  bool touchesBatch(Operation *op);
  bool isParallel(Operation *op);
  bool isParallelHere(Operation *op);
  template <typename SliceOp>
  bool keepsSamples(SliceOp slice, Value whole, Value part);
  bool loopsFit(linalg::LinalgOp op);
  bool findBatch();

  // What goes into the tiles.
  bool partition();
  void markLate(Operation *op);
  bool resultsFit();

  // Sizes in terms of what is known at the function's start.
  bool isDimOfTiled(Operation *op);
  void findProviders();
  Value provided(Value tensor, int64_t dim);
  void resolveDims();

  // Building.
  void build();
  int64_t weightBytes();
  Value askThreads();
  Value tileSize(Value all);
  Value tileOf(Value value);
  void captureOperands(Operation *op);
  void cloneIntoTile(Operation *op);
  void retype(Value original, Value clone);
  Operation *resized(Operation *original, Operation *clone);
  SmallVector<OpFoldResult> withTile(Value original,
                                     SmallVector<OpFoldResult> sizes);
  bool isExported(Value result);
  Value allocateExport(Value result, OpFoldResult rows = {});
  SmallVector<Value> allocateExports(ArrayRef<Value> exported);
  OpFoldResult firstSize(Value result, int64_t more);
  Value placeOf(Value result, Value memory);
  void exportFromTile(Value result, Value place);

  func::FuncOp function;
  const TileBatchOptions &options;
  SizeClasses sizes, roles;
  IRRewriter b;
  Location loc;

  unsigned batch = 0;
  llvm::SetVector<Operation *> tiled;
  llvm::DenseSet<Operation *> late;
  /// For a class of sizes, a tensor and its dimension, or an index value.
  llvm::DenseMap<unsigned, std::pair<Value, int64_t>> providers;

  /// Inside the tile: its first sample, how many it has, and the values in it.
  Value first, width;
  IRMapping mapping;
  struct FirstRow {
    Value value, memory;
  };
  /// Of stacks that share the memory of all rows but the first with another:
  /// what the first holds, and its memory, which is there even for no steps.
  llvm::DenseMap<Value, FirstRow> firstRows;
};
} // namespace

//===----------------------------------------------------------------------===//
// Which dimension counts the samples
//===----------------------------------------------------------------------===//

/// The dimension of samples; nothing if there is none.
std::optional<int64_t> BatchTiling::batchDim(Value tensor) {
  for (int64_t dim = 0; dim < rankOf(tensor); ++dim)
    if (roles.of(tensor, dim) == batch)
      return dim;
  return std::nullopt;
}

bool BatchTiling::touchesBatch(Operation *op) {
  auto has = [&](Value value) { return batchDim(value).has_value(); };
  WalkResult result = op->walk([&](Operation *inner) {
    bool touches = llvm::any_of(inner->getOperands(), has) ||
                   llvm::any_of(inner->getResults(), has);
    return touches ? WalkResult::interrupt() : WalkResult::advance();
  });
  return result.wasInterrupted();
}

/// Samples are a loop of their own, over which nothing is summed.
bool BatchTiling::loopsFit(linalg::LinalgOp op) {
  unsigned loops = 0;
  for (auto [role, type] :
       llvm::zip(roles.ofLoops(op), op.getIteratorTypesArray()))
    if (role == batch) {
      if (type != utils::IteratorType::parallel)
        return false;
      ++loops;
    }
  return loops == 1;
}

/// Whether a slice of `whole` has all samples in their order; what has each
/// sample in the place of another may have the same dimensions. All that are
/// there, one after the other, begin with the first.
template <typename SliceOp>
bool BatchTiling::keepsSamples(SliceOp slice, Value whole, Value part) {
  std::optional<int64_t> dim = batchDim(whole), own = batchDim(part);
  if (!dim || !own)
    return false;
  const llvm::SmallBitVector dropped = slice.getDroppedDims();
  int64_t position = 0;
  for (int64_t before = 0; before < *dim; ++before)
    position += !dropped.test(before);
  return !dropped.test(*dim) && position == *own &&
         isOneInteger(slice.getMixedStrides()[*dim]) &&
         sizes.of(slice.getMixedSizes()[*dim]) == sizes.of(whole, *dim);
}

bool BatchTiling::isParallelHere(Operation *op) {
  auto countsOnce = [&](Value value) {
    int64_t count = 0;
    for (int64_t dim = 0; dim < rankOf(value); ++dim)
      count += roles.of(value, dim) == batch;
    return count <= 1;
  };
  if (!llvm::all_of(op->getOperands(), countsOnce) ||
      !llvm::all_of(op->getResults(), countsOnce))
    return false;
  auto has = [&](Value value) { return batchDim(value).has_value(); };
  if (!llvm::any_of(op->getOperands(), has) &&
      !llvm::any_of(op->getResults(), has))
    return true;
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](ScanOp scan) {
        // Its steps are no samples, even if there are as many.
        return llvm::none_of(
            llvm::concat<Value>(llvm::to_vector(scan.getInputs()),
                                llvm::to_vector(scan.getStacks())),
            [&](Value all) { return batchDim(all) == 0; });
      })
      .Case([&](linalg::LinalgOp structured) { return loopsFit(structured); })
      .Case([&](KernelOp kernel) {
        // Random numbers are counted through all samples.
        return !kernel.getName().starts_with("random_") &&
               llvm::all_of(op->getOperands(), [&](Value operand) {
                 std::optional<int64_t> dim = batchDim(operand);
                 return rankOf(operand) == 0 ||
                        (dim && *dim + 1 < rankOf(operand));
               });
      })
      .Case<YieldOp, tensor::EmptyOp, tensor::SplatOp, tensor::CastOp,
            tensor::DimOp>([](auto) { return true; })
      .Case([&](tensor::ExtractSliceOp slice) {
        return keepsSamples(slice, slice.getSource(), slice.getResult());
      })
      .Case([&](tensor::InsertSliceOp slice) {
        return batchDim(slice.getResult()) &&
               keepsSamples(slice, slice.getDest(), slice.getSource());
      })
      .Case<tensor::ExpandShapeOp, tensor::CollapseShapeOp>([&](auto) {
        return llvm::all_of(op->getOperands(),
                            [&](Value operand) {
                              return rankOf(operand) == 0 || batchDim(operand);
                            }) &&
               batchDim(op->getResult(0));
      })
      .Default([](Operation *) { return false; });
}

bool BatchTiling::isParallel(Operation *op) {
  WalkResult result = op->walk([&](Operation *inner) {
    return isParallelHere(inner) ? WalkResult::advance()
                                 : WalkResult::interrupt();
  });
  return !result.wasInterrupted();
}

/// Samples are the first dimension of what a scan carries, if the scan can run
/// some of them alone.
bool BatchTiling::findBatch() {
  for (auto scan : function.getBody().front().getOps<ScanOp>())
    for (Value carry : scan.getCarries()) {
      if (rankOf(carry) == 0)
        continue;
      batch = roles.of(carry, 0);
      if (isParallel(scan))
        return true;
    }
  return false;
}

//===----------------------------------------------------------------------===//
// What goes into the tiles
//===----------------------------------------------------------------------===//

static bool dependsOn(Operation *op,
                      llvm::function_ref<bool(Operation *)> isOne) {
  WalkResult result = op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (Operation *definition = operand.getDefiningOp())
        if (isOne(definition))
          return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return result.wasInterrupted();
}

/// Takes every op that runs samples apart and needs nothing that is computed
/// across samples of the tiles.
bool BatchTiling::partition() {
  bool hasScan = false;
  for (Operation &op : function.getBody().front().without_terminator()) {
    bool waits = !isMemoryEffectFree(&op) && !mayOnlyFail(&op) &&
                 !isa<ScanOp, bufferization::ToTensorOp>(op);
    if (waits || dependsOn(&op, [&](Operation *d) { return late.contains(d); }))
      late.insert(&op);
    else if (isFree(&op) || op.hasTrait<OpTrait::ConstantLike>() ||
             isa<tensor::DimOp, bufferization::ToTensorOp>(op))
      continue;
    else if (touchesBatch(&op) && isParallel(&op)) {
      tiled.insert(&op);
      hasScan |= isa<ScanOp>(op);
    } else if (dependsOn(&op, [&](Operation *d) {
                 return tiled.contains(d) || late.contains(d);
               }))
      late.insert(&op);
  }
  return hasScan;
}

bool BatchTiling::isExported(Value result) {
  return llvm::any_of(result.getUsers(), [&](Operation *user) {
    Operation *top = function.getBody().front().findAncestorOpInBlock(*user);
    return !tiled.contains(top);
  });
}

/// What leaves the tiles must have a dimension of samples to be put together
/// along, and sizes known before.
bool BatchTiling::resultsFit() {
  for (Operation *op : tiled)
    for (Value result : op->getResults()) {
      if (!isExported(result))
        continue;
      if (!batchDim(result))
        return false;
      for (int64_t dim = 0; dim < rankOf(result); ++dim)
        if (cast<RankedTensorType>(result.getType()).isDynamicDim(dim) &&
            !providers.contains(sizes.of(result, dim)))
          return false;
    }
  return true;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// Dimensions of arguments and everything else that is an index before the
/// tiles, the first of each class.
void BatchTiling::findProviders() {
  Block &entry = function.getBody().front();
  for (BlockArgument argument : entry.getArguments())
    if (argument.getType().isIndex())
      providers.try_emplace(sizes.of(OpFoldResult(argument)), argument, -1);
  for (auto tensor : entry.getOps<bufferization::ToTensorOp>())
    for (int64_t dim = 0; dim < rankOf(tensor.getResult()); ++dim)
      providers.try_emplace(sizes.of(tensor.getResult(), dim),
                            tensor.getResult(), dim);
  for (Operation &op : entry) {
    bool known = !late.contains(&op) && !tiled.contains(&op) &&
                 !isDimOfTiled(&op) && op.getNumResults() == 1 &&
                 op.getResult(0).getType().isIndex();
    if (known)
      providers.try_emplace(sizes.of(OpFoldResult(op.getResult(0))),
                            op.getResult(0), -1);
  }
}

bool BatchTiling::isDimOfTiled(Operation *op) {
  auto dim = dyn_cast<tensor::DimOp>(op);
  return dim && tiled.contains(dim.getSource().getDefiningOp());
}

/// A size as a value of the function's start.
Value BatchTiling::provided(Value tensor, int64_t dim) {
  auto found = providers.find(sizes.of(tensor, dim));
  if (found == providers.end())
    return {};
  auto [source, position] = found->second;
  if (position < 0)
    return source;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointAfterValue(source);
  Value size = tensor::DimOp::create(b, loc, source, position);
  found->second = {size, -1};
  return size;
}

/// Sizes that a program asks for come from its arguments: tiles have others.
void BatchTiling::resolveDims() {
  SmallVector<tensor::DimOp> dims;
  function.walk([&](tensor::DimOp op) { dims.push_back(op); });
  DominanceInfo dominance;
  for (tensor::DimOp op : dims)
    if (std::optional<int64_t> dim = op.getConstantIndex())
      // A loop's body will see a tile of what comes from outside.
      if (op->getBlock() != &function.getBody().front() ||
          !op.getSource().getDefiningOp<bufferization::ToTensorOp>())
        // What provides the size may come later: it may be a dimension of what
        // a loop stacks, or be asked for here.
        if (Value size = provided(op.getSource(), *dim);
            size && dominance.properlyDominates(size, op)) {
          // Another op may come to lie where this one did.
          late.erase(op);
          b.replaceOp(op, size);
        }
}

/// The bytes of what the matrix products of a step read that is the same for
/// all samples, as far as its size is known.
int64_t BatchTiling::weightBytes() {
  int64_t bytes = 0;
  for (Operation *op : tiled)
    op->walk([&](linalg::GenericOp product) {
      auto scan = product->getParentOfType<ScanOp>();
      if (!scan || !isMatrixProduct(product))
        return;
      for (Value operand : product.getInputs()) {
        auto type = cast<RankedTensorType>(operand.getType());
        if (type.hasStaticShape() && scan.isDefinedOutsideOfLoop(operand))
          bytes += type.getNumElements() * sizeof(float);
      }
    });
  return bytes;
}

/// Asked before all else: a function that only tells sizes needs nothing that
/// comes before the tiles.
Value BatchTiling::askThreads() {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&function.getBody().front());
  return threadCount(b, loc, function.getArgument(0));
}

/// As many samples as keep their state, counted three times for what a step
/// reads, writes and saves, within the budget; at most the option's number, and
/// no more than leave every thread some. Weights that do not stay in the cache
/// come from memory in each step: that must serve more samples.
Value BatchTiling::tileSize(Value all) {
  auto index = [&](int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  if (options.tile)
    return index(options.tile);
  Value elements = index(0);
  for (Operation *op : tiled)
    if (auto scan = dyn_cast<ScanOp>(op))
      for (Value carry : scan.getInits()) {
        if (!batchDim(carry))
          continue;
        Value count = index(1);
        for (int64_t dim = 0; dim < rankOf(carry); ++dim) {
          if (dim == *batchDim(carry))
            continue;
          int64_t size =
              cast<RankedTensorType>(carry.getType()).getDimSize(dim);
          Value value = ShapedType::isDynamic(size) ? provided(carry, dim)
                                                    : Value(index(size));
          if (value)
            count = b.createOrFold<arith::MulIOp>(loc, count, value);
        }
        elements = b.createOrFold<arith::AddIOp>(loc, elements, count);
      }
  elements = b.createOrFold<arith::MaxUIOp>(loc, elements, index(1));
  constexpr int64_t bytes = 3 * sizeof(float);
  Value fits = b.createOrFold<arith::DivUIOp>(
      loc, index(options.cacheBytes / bytes), elements);
  fits = b.createOrFold<arith::MaxUIOp>(loc, fits, index(1));
  constexpr int64_t streamed = 8;
  const bool stays = weightBytes() <= options.cacheBytes;
  fits = b.createOrFold<arith::MinUIOp>(
      loc, fits, index(options.largest * (stays ? 1 : streamed)));
  Value threads = askThreads();
  Value share = b.createOrFold<arith::CeilDivUIOp>(loc, all, threads);
  share = b.createOrFold<arith::MaxUIOp>(loc, share, index(1));
  return b.createOrFold<arith::MinUIOp>(loc, fits, share);
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

/// The sizes of `original`, of which a tile has only some samples.
SmallVector<OpFoldResult> BatchTiling::withTile(Value original,
                                                SmallVector<OpFoldResult> all) {
  if (std::optional<int64_t> dim = batchDim(original))
    all[*dim] = width;
  return all;
}

/// A tile's samples of a tensor from outside.
Value BatchTiling::tileOf(Value value) {
  int64_t rank = rankOf(value);
  SmallVector<OpFoldResult> offsets(rank, b.getIndexAttr(0)),
      strides(rank, b.getIndexAttr(1));
  offsets[*batchDim(value)] = first;
  return tensor::ExtractSliceOp::create(
      b, loc, value, offsets,
      withTile(value, tensor::getMixedSizes(b, loc, value)), strides);
}

/// Makes everything that `op` uses from outside known inside.
void BatchTiling::captureOperands(Operation *op) {
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands()) {
      Operation *definition = operand.getDefiningOp();
      if (mapping.contains(operand) ||
          op->isAncestor(operand.getParentBlock()->getParentOp()))
        continue;
      if (isFree(definition)) {
        captureOperands(definition);
        cloneIntoTile(definition);
      } else if (batchDim(operand)) {
        mapping.map(operand, tileOf(operand));
      }
    }
  });
}

void BatchTiling::retype(Value original, Value clone) {
  std::optional<int64_t> dim = batchDim(original);
  if (!dim)
    return;
  auto type = cast<RankedTensorType>(original.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[*dim] = ShapedType::kDynamic;
  clone.setType(type.clone(shape));
}

/// Ops that name sizes name the tile's: returns what replaces the clone, if
/// anything has to.
Operation *BatchTiling::resized(Operation *original, Operation *clone) {
  if (original->getNumResults() != 1 || !batchDim(original->getResult(0)))
    return nullptr;
  Value result = original->getResult(0);
  auto changed = [&](Value source, SmallVector<OpFoldResult> all) {
    all[*batchDim(source)] = width;
    return all;
  };
  return llvm::TypeSwitch<Operation *, Operation *>(clone)
      .Case([&](tensor::EmptyOp op) {
        // The clone has a type already for which it lacks an operand.
        auto known = cast<tensor::EmptyOp>(original).getMixedSizes();
        for (OpFoldResult &size : known)
          if (auto value = dyn_cast<Value>(size))
            size = mapping.lookupOrDefault(value);
        return tensor::EmptyOp::create(b, loc, changed(result, known),
                                       op.getType().getElementType());
      })
      .Case([&](tensor::SplatOp op) {
        SmallVector<Value> dynamic;
        auto known = op.getDynamicSizes().begin();
        auto type = cast<RankedTensorType>(result.getType());
        for (auto [dim, size] : llvm::enumerate(type.getShape())) {
          Value value = ShapedType::isDynamic(size) ? *known++ : Value();
          if (int64_t(dim) == *batchDim(result))
            value = width;
          if (value)
            dynamic.push_back(value);
        }
        return tensor::SplatOp::create(b, loc, op.getInput(), op.getType(),
                                       dynamic);
      })
      .Case([&](tensor::ExtractSliceOp op) {
        Value source = cast<tensor::ExtractSliceOp>(original).getSource();
        return tensor::ExtractSliceOp::create(
            b, loc, op.getType(), op.getSource(), op.getMixedOffsets(),
            changed(source, op.getMixedSizes()), op.getMixedStrides());
      })
      .Case([&](tensor::InsertSliceOp op) {
        return tensor::InsertSliceOp::create(
            b, loc, op.getSource(), op.getDest(), op.getMixedOffsets(),
            changed(result, op.getMixedSizes()), op.getMixedStrides());
      })
      .Case([&](tensor::ExpandShapeOp op) {
        return tensor::ExpandShapeOp::create(
            b, loc, op.getType(), op.getSrc(), op.getReassociationIndices(),
            changed(result, op.getMixedOutputShape()));
      })
      .Default([](Operation *) -> Operation * { return nullptr; });
}

void BatchTiling::cloneIntoTile(Operation *op) {
  Operation *copy = b.clone(*op, mapping);
  copy->walk([&](KernelOp kernel) {
    kernel->setDiscardableAttr(inTileAttr, b.getUnitAttr());
  });
  SmallVector<Operation *> originals, clones;
  op->walk([&](Operation *inner) { originals.push_back(inner); });
  copy->walk([&](Operation *inner) { clones.push_back(inner); });
  op->walk([&](Operation *inner) {
    for (Value result : inner->getResults())
      retype(result, mapping.lookup(result));
    for (Region &region : inner->getRegions())
      for (Value argument : region.getArguments())
        retype(argument, mapping.lookup(argument));
  });
  OpBuilder::InsertionGuard guard(b);
  for (auto [original, clone] : llvm::zip(originals, clones)) {
    b.setInsertionPoint(clone);
    Operation *replacement = resized(original, clone);
    if (!replacement)
      continue;
    mapping.map(original->getResult(0), replacement->getResult(0));
    b.replaceOp(clone, replacement);
  }
}

/// The size of the first dimension, and so many more.
OpFoldResult BatchTiling::firstSize(Value result, int64_t more) {
  auto type = cast<RankedTensorType>(result.getType());
  if (!type.isDynamicDim(0))
    return b.getIndexAttr(type.getDimSize(0) + more);
  Value size = provided(result, 0);
  if (!more)
    return size;
  Value extra = arith::ConstantIndexOp::create(b, loc, more);
  return arith::AddIOp::create(b, loc, size, extra).getResult();
}

/// Memory for all samples of what tiles compute, with `rows` rows in place of
/// as many as there are.
Value BatchTiling::allocateExport(Value result, OpFoldResult rows) {
  auto type = cast<RankedTensorType>(result.getType());
  SmallVector<OpFoldResult> extents{rows ? rows : firstSize(result, 0)};
  for (int64_t dim = 1; dim < type.getRank(); ++dim)
    extents.push_back(type.isDynamicDim(dim)
                          ? OpFoldResult(provided(result, dim))
                          : b.getIndexAttr(type.getDimSize(dim)));
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  dispatchIndexOpFoldResults(extents, dynamic, shape);
  return memref::AllocOp::create(
      b, loc, MemRefType::get(shape, type.getElementType()), dynamic);
}

/// Memory for each; stacks that share all rows but one share them there.
SmallVector<Value> BatchTiling::allocateExports(ArrayRef<Value> exported) {
  llvm::DenseMap<Value, Value> memories;
  for (Value after : exported) {
    std::optional<unsigned> carry = carryAfter(after);
    if (!carry || memories.contains(after))
      continue;
    auto scan = after.getDefiningOp<ScanOp>();
    Value before = stackBefore(scan, *carry);
    if (!before || before == after || memories.contains(before) ||
        !llvm::is_contained(exported, before))
      continue;
    Value both = allocateExport(after, firstSize(after, 1));
    firstRows[before] = {
        scan.getInits()[*carry],
        rowsOf(b, loc, both, b.getIndexAttr(0), b.getIndexAttr(1))};
    OpFoldResult count = firstSize(after, 0);
    memories[before] = rowsOf(b, loc, both, b.getIndexAttr(0), count);
    memories[after] = rowsOf(b, loc, both, b.getIndexAttr(1), count);
  }
  return llvm::map_to_vector(exported, [&](Value result) {
    Value known = memories.lookup(result);
    return known ? known : allocateExport(result);
  });
}

/// Writes what a tile computed to its place.
void BatchTiling::exportFromTile(Value result, Value place) {
  Value value = result;
  if (Value first = firstRows.lookup(result).value) {
    SmallVector<int64_t> shape(
        cast<MemRefType>(place.getType()).getShape().drop_front());
    value = first;
    place = rowOf(b, loc, place, b.getIndexAttr(0), shape);
  }
  writeTo(b, loc, mapping.lookup(value), place);
}

/// The tile's part of the memory for all samples.
Value BatchTiling::placeOf(Value result, Value memory) {
  int64_t rank = rankOf(result);
  SmallVector<OpFoldResult> offsets(rank, b.getIndexAttr(0)),
      strides(rank, b.getIndexAttr(1));
  offsets[*batchDim(result)] = first;
  return memref::SubViewOp::create(
      b, loc, memory, offsets,
      withTile(result, memref::getMixedSizes(b, loc, memory)), strides);
}

void BatchTiling::build() {
  Block &entry = function.getBody().front();
  // First what the tiles need, then the tiles, then what needs them.
  SmallVector<Operation *> after;
  for (Operation &op : entry)
    if (late.contains(&op) || op.hasTrait<OpTrait::IsTerminator>())
      after.push_back(&op);
  Operation *end = tiled.back();
  for (Operation &op : entry)
    if (!late.contains(&op) && !op.hasTrait<OpTrait::IsTerminator>())
      end = &op;
  for (Operation *op : after)
    op->moveBefore(&entry, entry.end());
  b.setInsertionPointAfter(end);
  Value probe;
  for (Operation *op : tiled)
    op->walk([&](Operation *inner) {
      for (Value value : inner->getOperands())
        if (!probe && batchDim(value) && provided(value, *batchDim(value)))
          probe = value;
    });
  Value all = provided(probe, *batchDim(probe));
  Value tile = tileSize(all);
  SmallVector<Value> exported;
  for (Operation *op : tiled)
    for (Value result : op->getResults())
      if (isExported(result))
        exported.push_back(result);
  SmallVector<Value> memories = allocateExports(exported);
  auto loop = scf::ForallOp::create(
      b, loc, ArrayRef<OpFoldResult>{b.getIndexAttr(0)},
      ArrayRef<OpFoldResult>{all}, ArrayRef<OpFoldResult>{tile}, ValueRange(),
      std::nullopt);
  b.setInsertionPointToStart(loop.getBody());
  first = loop.getInductionVar(0);
  width = arith::MinUIOp::create(b, loc, tile,
                                 arith::SubIOp::create(b, loc, all, first));
  // Views first, so that what computes the results can write to them.
  SmallVector<Value> places;
  for (auto [result, memory] : llvm::zip(exported, memories)) {
    Value row = firstRows.lookup(result).memory;
    places.push_back(placeOf(result, row ? row : memory));
  }
  for (Operation *op : tiled) {
    captureOperands(op);
    cloneIntoTile(op);
  }
  for (auto [result, place] : llvm::zip(exported, places))
    exportFromTile(result, place);
  b.setInsertionPointAfter(loop);
  for (auto [result, memory] : llvm::zip(exported, memories)) {
    Value whole = bufferization::ToTensorOp::create(b, loc, result.getType(),
                                                    memory, /*restrict=*/true,
                                                    /*writable=*/false);
    b.replaceUsesWithIf(result, whole, [&](OpOperand &use) {
      Operation *top = entry.findAncestorOpInBlock(*use.getOwner());
      return top != loop && !tiled.contains(top);
    });
  }
  for (Operation *op : llvm::reverse(tiled))
    b.eraseOp(op);
}

/// Views of tensors that are known to have no elements do not verify, and there
/// is nothing to gain.
static bool seesEmptyTensor(Operation *op) {
  return llvm::any_of(op->getOperands(), isKnownEmpty) ||
         llvm::any_of(op->getResults(), isKnownEmpty);
}

/// Says which scans run in tiles, and of the others why they do not.
void BatchTiling::explain(StringRef why) {
  for (auto scan : function.getBody().front().getOps<ScanOp>())
    if (tiled.contains(scan))
      remarkPassed(scan.getLoc(), "tile-batch", topic::kSchedule)
          << "a tile of samples runs through all its steps before the next";
    else if (auto remark =
                 remarkMissed(scan.getLoc(), "tile-batch", topic::kSchedule))
      remark << ("runs all samples at each step, as " + why).str();
}

/// Gives up; returns how many scans run in tiles: none.
unsigned BatchTiling::leave(StringRef why) {
  tiled.clear();
  explain(why);
  return 0;
}

unsigned BatchTiling::run() {
  if (!findBatch())
    return leave("its samples need each other, or it has none");
  if (!partition() || llvm::any_of(tiled, seesEmptyTensor))
    return leave("what it reads is computed across samples");
  findProviders();
  resolveDims();
  bool known = false;
  for (Operation *op : tiled)
    op->walk([&](Operation *inner) {
      for (Value value : inner->getOperands())
        known |= batchDim(value) &&
                 providers.contains(sizes.of(value, *batchDim(value)));
    });
  for (Operation &op : function.getBody().front())
    known &= !isDimOfTiled(&op);
  if (!known || !resultsFit())
    return leave("sizes of its results are not known before it");
  explain("what it reads is computed across samples");
  unsigned scans =
      llvm::count_if(tiled, [](Operation *op) { return isa<ScanOp>(op); });
  build();
  return scans;
}

namespace {
struct TileBatch : vellum::impl::TileBatchBase<TileBatch> {
  using Base::Base;

  /// On the module, since the tiles' code calls services that it declares.
  void runOnOperation() override {
    TileBatchOptions options{tile, largest, cacheBytes};
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isDeclaration() && contextOf(function))
        tiledScans += BatchTiling(function, options).run();
  }
};
} // namespace
