//===- lowering/cpu/JoinSampleLoops.cpp - a step sample by sample ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

#include "lowering/Remarks.h"
#include "lowering/cpu/CpuOps.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/MemoryParts.h"
#include "lowering/cpu/Products.h"

namespace vellum {
#define GEN_PASS_DEF_JOINSAMPLELOOPS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-join-sample-loops"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

//===----------------------------------------------------------------------===//
// Where samples lie in memory
//===----------------------------------------------------------------------===//

namespace {
/// Which part of a buffer the positions of a dimension of a view are: those of
/// `dim` from `offset` on. Two views of the same root with equal `dim` and
/// `offset` have the same samples in the same places.
struct Samples {
  Value root;
  int64_t dim;
  OpFoldResult offset;

  bool sameAs(const Samples &other) const {
    return dim == other.dim && offset == other.offset;
  }
};
} // namespace

/// The dimension of a subview's source that its dimension `dim` is.
static int64_t sourceDim(memref::SubViewOp view, int64_t dim) {
  llvm::SmallBitVector dropped = view.getDroppedDims();
  for (int64_t source = 0;; ++source)
    if (!dropped.test(source) && dim-- == 0)
      return source;
}

/// The dimension in `dims` that is not of size 1 in `type`, if the others are.
static std::optional<int64_t> onlyDim(MemRefType type, ArrayRef<int64_t> dims) {
  std::optional<int64_t> result;
  for (int64_t dim : dims) {
    if (type.getDimSize(dim) == 1)
      continue;
    if (result)
      return std::nullopt;
    result = dim;
  }
  return result;
}

/// Calls `visit` with the source of each view that `memref` comes from and the
/// dimension of it that is `dim`, until it returns false; returns the last two.
static std::optional<std::pair<Value, int64_t>>
throughViews(Value memref, int64_t dim,
             function_ref<bool(Operation *, int64_t)> visit) {
  while (Operation *op = memref.getDefiningOp()) {
    if (auto view = dyn_cast<memref::SubViewOp>(op)) {
      int64_t source = sourceDim(view, dim);
      if (!visit(op, source))
        return std::nullopt;
      memref = view.getSource();
      dim = source;
    } else if (auto cast = dyn_cast<memref::CastOp>(op)) {
      memref = cast.getSource();
    } else if (auto collapse = dyn_cast<memref::CollapseShapeOp>(op)) {
      auto only = onlyDim(collapse.getSrcType(),
                          collapse.getReassociationIndices()[dim]);
      if (!only)
        return std::nullopt;
      memref = collapse.getSrc();
      dim = *only;
    } else {
      break;
    }
  }
  return std::pair(memref, dim);
}

/// The run-time size of dimension `dim`, as the value that memory was taken
/// with; null where it is constant or not known.
static Value runTimeSize(Value memref, int64_t dim) {
  if (!cast<MemRefType>(memref.getType()).isDynamicDim(dim))
    return {};
  Value found;
  auto root = throughViews(memref, dim, [&](Operation *view, int64_t source) {
    auto size = cast<memref::SubViewOp>(view).getMixedSizes()[source];
    found = dyn_cast<Value>(size);
    return false;
  });
  if (!root)
    return found;
  auto alloc = root->first.getDefiningOp<memref::AllocOp>();
  if (!alloc || !alloc.getType().isDynamicDim(root->second))
    return {};
  return alloc
      .getDynamicSizes()[alloc.getType().getDynamicDimIndex(root->second)];
}

/// Where the positions of `dim` are; nothing if views hide it, or which buffer
/// it is.
static std::optional<Samples> samplesOf(Value memref, int64_t dim) {
  OpFoldResult zero = Builder(memref.getContext()).getIndexAttr(0);
  OpFoldResult offset = zero;
  auto root = throughViews(memref, dim, [&](Operation *op, int64_t source) {
    auto view = cast<memref::SubViewOp>(op);
    OpFoldResult further = view.getMixedOffsets()[source];
    if (!isOneInteger(view.getMixedStrides()[source]))
      return false;
    if (isZeroInteger(further))
      return true;
    // Sums of offsets are not worth telling apart.
    bool first = offset == zero;
    offset = further;
    return first;
  });
  if (!root || root->first != rootOf(memref))
    return std::nullopt;
  return Samples{root->first, root->second, offset};
}

//===----------------------------------------------------------------------===//
// Ops that treat samples apart
//===----------------------------------------------------------------------===//

/// For each operand that is a memref, whether its first dimension is that of
/// the samples; nothing if the op cannot be run for one sample alone.
static std::optional<SmallVector<bool>> batchedOperands(Operation *op) {
  SmallVector<bool> batched;
  auto isMemory = [](Type type) {
    auto memref = dyn_cast<MemRefType>(type);
    return memref && memref.getRank() > 0;
  };
  if (auto kernel = dyn_cast<KernelOp>(op)) {
    if (kernel.getName().starts_with("random_") ||
        kernel.getName().starts_with("pack_panels"))
      return std::nullopt;
    for (Type type : op->getOperandTypes())
      batched.push_back(isMemory(type));
    for (Type type : kernel->getOperandTypes())
      if (isMemory(type) && cast<MemRefType>(type).getRank() < 2)
        return std::nullopt;
    return batched;
  }
  auto linalg = dyn_cast<linalg::LinalgOp>(op);
  if (!linalg || !linalg.hasPureBufferSemantics() || isMatrixProduct(op) ||
      linalg.hasIndexSemantics() || linalg.getNumLoops() == 0)
    return std::nullopt;
  AffineExpr sample;
  for (OpOperand &output : linalg.getDpsInitsMutable()) {
    AffineMap map = linalg.getMatchingIndexingMap(&output);
    if (map.getNumResults() == 0)
      return std::nullopt;
    if (!sample)
      sample = map.getResult(0);
    if (map.getResult(0) != sample)
      return std::nullopt;
  }
  auto dim = dyn_cast_or_null<AffineDimExpr>(sample);
  if (!dim || linalg.getIteratorTypesArray()[dim.getPosition()] !=
                  utils::IteratorType::parallel)
    return std::nullopt;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = linalg.getMatchingIndexingMap(&operand);
    bool first = map.getNumResults() != 0 && map.getResult(0) == sample;
    auto later = map.getResults().drop_front(first);
    if (llvm::any_of(later, [&](AffineExpr expr) {
          return expr.isFunctionOfDim(dim.getPosition());
        }))
      return std::nullopt;
    batched.push_back(first);
  }
  return batched;
}

/// Ops that neither touch memory's content nor depend on it.
static bool isTransparent(Operation *op) {
  return isa<memref::AllocOp>(op) || isPure(op);
}

/// Loops worth joining: filling alone gains nothing.
static bool isWorthJoining(Operation *op) { return !isa<linalg::FillOp>(op); }

namespace {
/// Whether an op can run with those before it, sample after sample.
enum class Fit {
  Yes,
  /// It needs all samples at once, or they are not known to be samples.
  NeedsAll,
  /// It would meet a sample that is not there yet, or not there any more.
  OtherPlaces
};

/// Ops in a row that can run for one sample after the other.
class SampleGroup {
public:
  /// Adds `op` if it treats the samples apart, and meets those of the others
  /// in the same places of memory.
  Fit add(Operation *op);
  /// Writes the loop before `end`.
  scf::ForOp write(Operation *end, IRRewriter &b);
  bool isWorthwhile() const { return llvm::count_if(ops, isWorthJoining) > 1; }
  /// Says of each op whether it shares its loop.
  void explain() const;
  /// Begins anew, at an op that did not fit for the reason `why`.
  void clear(Fit why) {
    *this = SampleGroup();
    begins = why;
  }

private:
  Operation *forSample(Operation *op, Value sample, IRRewriter &b);
  Value partOf(Value memref, Value sample, bool dropUnit, OpBuilder &b);

  /// Why the group before it ended.
  Fit begins = Fit::NeedsAll;
  Value size;
  SmallVector<Operation *> ops;
  /// Buffers whose samples ops of the group touch apart, and those that they
  /// only read, whole.
  llvm::DenseMap<Value, Samples> apart;
  llvm::DenseSet<Value> whole;
};
} // namespace

Fit SampleGroup::add(Operation *op) {
  std::optional<SmallVector<bool>> batched = batchedOperands(op);
  if (!batched)
    return Fit::NeedsAll;
  Value count = size;
  llvm::DenseMap<Value, Samples> touched;
  llvm::DenseSet<Value> read;
  for (auto [operand, isBatched] : llvm::zip(op->getOperands(), *batched)) {
    if (!isa<MemRefType>(operand.getType()))
      continue;
    if (!isBatched) {
      read.insert(rootOf(operand));
      continue;
    }
    Value own = runTimeSize(operand, 0);
    std::optional<Samples> samples = samplesOf(operand, 0);
    if (!own || !samples)
      return Fit::NeedsAll;
    if (count && own != count)
      return Fit::OtherPlaces;
    count = own;
    auto [known, fresh] = touched.insert({samples->root, *samples});
    if (!known->second.sameAs(*samples))
      return Fit::OtherPlaces;
  }
  for (const auto &[root, samples] : touched) {
    auto known = apart.find(root);
    if ((known != apart.end() && !known->second.sameAs(samples)) ||
        read.contains(root) || whole.contains(root))
      return Fit::OtherPlaces;
  }
  for (Value root : read)
    if (apart.contains(root))
      return Fit::OtherPlaces;
  size = count;
  apart.insert(touched.begin(), touched.end());
  whole.insert(read.begin(), read.end());
  ops.push_back(op);
  return Fit::Yes;
}

void SampleGroup::explain() const {
  const bool joined = isWorthwhile();
  const char *why = begins == Fit::OtherPlaces
                        ? "its samples are not those of the loops before it"
                        : "none beside it can run sample by sample with it";
  for (Operation *op : llvm::make_filter_range(ops, isWorthJoining))
    if (joined)
      remarkPassed(op->getLoc(), "join-sample-loops", topic::kSchedule)
          << "runs sample by sample, in one loop with others of its step";
    else if (auto remark = remarkMissed(op->getLoc(), "join-sample-loops",
                                        topic::kSchedule))
      remark << std::string("a loop of its own over all samples, as ") + why;
}

/// One sample of `memref`.
Value SampleGroup::partOf(Value memref, Value sample, bool dropUnit,
                          OpBuilder &b) {
  auto type = cast<MemRefType>(memref.getType());
  Location loc = memref.getLoc();
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)),
      strides(type.getRank(), b.getIndexAttr(1)),
      sizes = memref::getMixedSizes(b, loc, memref);
  offsets[0] = sample;
  sizes[0] = b.getIndexAttr(1);
  auto part = cast<MemRefType>(
      memref::SubViewOp::inferResultType(type, offsets, sizes, strides));
  if (dropUnit)
    part = memref::SubViewOp::inferRankReducedResultType(
        part.getShape().drop_front(), type, offsets, sizes, strides);
  return memref::SubViewOp::create(b, loc, part, memref, offsets, sizes,
                                   strides);
}

/// `map` without its first result, if that is loop dimension `dim`, and without
/// that dimension.
static AffineMap withoutSample(AffineMap map, unsigned dim, bool batched) {
  SmallVector<AffineExpr> dims;
  MLIRContext *context = map.getContext();
  for (unsigned i = 0; i < map.getNumDims(); ++i)
    dims.push_back(i == dim ? getAffineConstantExpr(0, context)
                            : getAffineDimExpr(i - (i > dim), context));
  AffineMap rest = AffineMap::get(
      map.getNumDims(), 0, map.getResults().drop_front(batched), context);
  return rest.replaceDimsAndSymbols(dims, {}, map.getNumDims() - 1, 0);
}

/// `op` for one sample.
Operation *SampleGroup::forSample(Operation *op, Value sample, IRRewriter &b) {
  SmallVector<bool> batched = *batchedOperands(op);
  SmallVector<Value> operands(op->getOperands());
  bool isKernel = isa<KernelOp>(op);
  for (auto [operand, isBatched] : llvm::zip(operands, batched))
    if (isBatched)
      operand = partOf(operand, sample, !isKernel, b);
  if (isKernel) {
    Operation *clone = b.clone(*op);
    clone->setOperands(operands);
    return clone;
  }
  if (auto fill = dyn_cast<linalg::FillOp>(op))
    return linalg::FillOp::create(b, op->getLoc(), fill.getInputs(),
                                  ValueRange(operands).drop_front());
  auto generic = cast<linalg::GenericOp>(op);
  SmallVector<AffineMap> maps = generic.getIndexingMapsArray();
  OpOperand &output = *generic.getDpsInitsMutable().begin();
  unsigned dim =
      cast<AffineDimExpr>(generic.getMatchingIndexingMap(&output).getResult(0))
          .getPosition();
  for (auto [map, isBatched] : llvm::zip(maps, batched))
    map = withoutSample(map, dim, isBatched);
  SmallVector<utils::IteratorType> iterators = generic.getIteratorTypesArray();
  iterators.erase(iterators.begin() + dim);
  ArrayRef<Value> all(operands);
  auto clone = linalg::GenericOp::create(
      b, op->getLoc(), TypeRange(), all.take_front(generic.getNumDpsInputs()),
      all.drop_front(generic.getNumDpsInputs()), maps, iterators);
  b.cloneRegionBefore(generic.getRegion(), clone.getRegion(),
                      clone.getRegion().begin());
  return clone;
}

scf::ForOp SampleGroup::write(Operation *end, IRRewriter &b) {
  b.setInsertionPoint(end);
  Location loc = ops.front()->getLoc();
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  auto loop = scf::ForOp::create(b, loc, zero, size, one);
  for (Operation *op : ops) {
    Operation *named = op;
    if (!isa<KernelOp, linalg::FillOp, linalg::GenericOp>(op)) {
      b.setInsertionPoint(op);
      named = *linalg::generalizeNamedOp(b, cast<linalg::LinalgOp>(op));
    }
    b.setInsertionPoint(loop.getBody()->getTerminator());
    forSample(named, loop.getInductionVar(), b);
    b.eraseOp(named);
  }
  return loop;
}

//===----------------------------------------------------------------------===//
// Memory of one sample
//===----------------------------------------------------------------------===//

/// True if all uses of `alloc` are in one loop over samples after it, where
/// each takes the sample's part.
static bool
livesForOneTurn(memref::AllocOp alloc,
                const llvm::SmallPtrSetImpl<Operation *> &overSamples) {
  Operation *loop = nullptr;
  for (Operation *user : alloc->getUsers()) {
    auto part = dyn_cast<memref::SubViewOp>(user);
    auto parent = dyn_cast_or_null<scf::ForOp>(user->getParentOp());
    if (!part || !parent || (loop && parent != loop) ||
        parent->getBlock() != alloc->getBlock() ||
        !overSamples.contains(parent) ||
        part.getMixedOffsets()[0] != OpFoldResult(parent.getInductionVar()))
      return false;
    loop = parent;
  }
  return loop != nullptr;
}

/// Keeps only one sample of what lives no longer than its turn.
static void shrink(memref::AllocOp alloc, IRRewriter &b) {
  MemRefType type = alloc.getType();
  if (auto remark =
          remarkPassed(alloc.getLoc(), "join-sample-loops", topic::kSchedule))
    remark << "kept for one sample of a tile at a time: " + describeBytes(type);
  SmallVector<int64_t> shape(type.getShape());
  shape[0] = 1;
  b.setInsertionPoint(alloc);
  auto small = memref::AllocOp::create(
      b, alloc.getLoc(),
      MemRefType::get(shape, type.getElementType(), AffineMap(),
                      type.getMemorySpace()),
      alloc.getDynamicSizes().drop_front(), alloc.getAlignmentAttr());
  for (Operation *user : llvm::make_early_inc_range(alloc->getUsers())) {
    auto part = cast<memref::SubViewOp>(user);
    b.setInsertionPoint(part);
    SmallVector<OpFoldResult> offsets = part.getMixedOffsets();
    offsets[0] = b.getIndexAttr(0);
    auto reduced = memref::SubViewOp::inferRankReducedResultType(
        part.getType().getShape(), small.getType(), offsets,
        part.getMixedSizes(), part.getMixedStrides());
    Value view =
        memref::SubViewOp::create(b, part.getLoc(), reduced, small, offsets,
                                  part.getMixedSizes(), part.getMixedStrides());
    for (OpOperand &use : llvm::make_early_inc_range(part->getUses()))
      use.set(view);
    b.eraseOp(part);
  }
  b.eraseOp(alloc);
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// Bufferisation leaves destinations behind that are filled but not used.
static void eraseOnlyFilled(Operation *root, IRRewriter &b) {
  SmallVector<memref::AllocOp> unread;
  root->walk([&](memref::AllocOp alloc) {
    if (llvm::all_of(alloc->getUsers(),
                     [](Operation *user) { return isa<linalg::FillOp>(user); }))
      unread.push_back(alloc);
  });
  for (memref::AllocOp alloc : unread) {
    for (Operation *user : llvm::make_early_inc_range(alloc->getUsers()))
      b.eraseOp(user);
    b.eraseOp(alloc);
  }
}

namespace {
struct JoinSampleLoops : vellum::impl::JoinSampleLoopsBase<JoinSampleLoops> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    overSamples.clear();
    eraseOnlyFilled(getOperation(), rewriter);
    SmallVector<Block *> bodies;
    getOperation()->walk(
        [&](scf::ForOp loop) { bodies.push_back(loop.getBody()); });
    for (Block *body : bodies)
      joinIn(*body, rewriter);
    SmallVector<memref::AllocOp> allocs;
    getOperation()->walk([&](memref::AllocOp alloc) {
      if (alloc.getType().getRank() && alloc.getType().isDynamicDim(0) &&
          alloc.getType().getLayout().isIdentity())
        allocs.push_back(alloc);
    });
    for (memref::AllocOp alloc : allocs)
      if (livesForOneTurn(alloc, overSamples)) {
        shrink(alloc, rewriter);
        ++shrunk;
      }
  }

  llvm::SmallPtrSet<Operation *, 8> overSamples;

  void joinIn(Block &body, IRRewriter &rewriter) {
    SampleGroup group;
    auto finish = [&](Operation *end, Fit fit) {
      group.explain();
      if (group.isWorthwhile()) {
        overSamples.insert(group.write(end, rewriter));
        ++joined;
      }
      group.clear(fit);
    };
    for (Operation &op : llvm::make_early_inc_range(body)) {
      if (op.hasTrait<OpTrait::IsTerminator>())
        finish(&op, Fit::NeedsAll);
      else if (!isTransparent(&op))
        if (Fit fit = group.add(&op); fit != Fit::Yes) {
          finish(&op, fit);
          (void)group.add(&op);
        }
    }
  }
};
} // namespace
