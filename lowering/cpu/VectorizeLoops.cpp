//===- lowering/cpu/VectorizeLoops.cpp - loops over vectors ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/TypeSwitch.h"

#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_VECTORIZELOOPS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-vectorize-loops"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Choosing the dimension that runs over vectors
//===----------------------------------------------------------------------===//

/// How an operand depends on a loop dimension.
enum class Access { Absent, Contiguous, Other };

static Access accessOf(AffineMap map, Value operand, unsigned dim) {
  if (!map.isFunctionOfDim(dim))
    return Access::Absent;
  auto type = cast<MemRefType>(operand.getType());
  unsigned uses = llvm::count_if(map.getResults(), [&](AffineExpr expr) {
    return expr.isFunctionOfDim(dim);
  });
  bool last =
      map.getResults().back() == getAffineDimExpr(dim, map.getContext());
  return uses == 1 && last && type.isLastDimUnitStride() ? Access::Contiguous
                                                         : Access::Other;
}

/// Loops handled here read positions that are loop dimensions or constants.
static bool hasPlainMaps(linalg::GenericOp op) {
  return llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
    return llvm::all_of(map.getResults(), [](AffineExpr expr) {
      return isa<AffineDimExpr, AffineConstantExpr>(expr);
    });
  });
}

/// In memory an i1 takes a byte, but a vector of i1 is packed; and the device
/// library's functions take f32.
static bool hasVectorElements(linalg::GenericOp op) {
  return llvm::all_of(op->getOperandTypes(), [](Type type) {
    Type element = getElementTypeOrSelf(type);
    return isa<MemRefType>(type) && (element.isF32() || element.isInteger(32));
  });
}

/// No CPU divides vectors of integers, and the lanes beyond the end, which hold
/// zeros, would trap.
static bool dividesIntegers(Operation &op) {
  return isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
             arith::CeilDivSIOp, arith::CeilDivUIOp, arith::FloorDivSIOp>(op);
}

static bool hasVectorBody(linalg::GenericOp op) {
  return llvm::all_of(op.getBody()->without_terminator(), [](Operation &inner) {
    return isa<arith::ConstantOp>(inner) ||
           (OpTrait::hasElementwiseMappableTraits(&inner) &&
            !dividesIntegers(inner));
  });
}

/// The op that adds a new element to what has been reduced so far, if the body
/// has exactly one output, combined in one place.
static Operation *combiner(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1)
    return nullptr;
  BlockArgument out = op.getRegionOutputArgs()[0];
  Operation *last =
      op.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  bool known = last && isa<arith::AddFOp, arith::MulFOp, arith::MaximumFOp,
                           arith::MinimumFOp, arith::AddIOp>(last);
  return known && out.hasOneUse() && *out.user_begin() == last ? last : nullptr;
}

/// The dimension with the most contiguous operands and no other access.
static std::optional<unsigned> chooseVectorDim(linalg::GenericOp op) {
  if (!hasPlainMaps(op) || !hasVectorElements(op) || !hasVectorBody(op))
    return std::nullopt;
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  std::optional<unsigned> best;
  unsigned bestCount = 0;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim) {
    bool reduces =
        op.getIteratorTypesArray()[dim] == utils::IteratorType::reduction;
    if (sizes[dim] == 1 || (reduces && !combiner(op)))
      continue;
    unsigned contiguous = 0;
    bool possible = true;
    for (auto [map, operand] : llvm::zip(maps, op->getOperands())) {
      Access access = accessOf(map, operand, dim);
      possible &= access != Access::Other;
      contiguous += access == Access::Contiguous;
    }
    if (possible && contiguous > bestCount) {
      best = dim;
      bestCount = contiguous;
    }
  }
  return best;
}

//===----------------------------------------------------------------------===//
// Writing the loops
//===----------------------------------------------------------------------===//

namespace {
/// A run of positions of the vector dimension: a width and, where not all of it
/// counts, a mask.
struct Chunk {
  int64_t width;
  Value mask;
};

class LoopWriter {
public:
  LoopWriter(linalg::GenericOp op, unsigned vectorDim, unsigned lanes,
             OpBuilder &b)
      : op(op), vectorDim(vectorDim), b(b), loc(op.getLoc()),
        maps(op.getIndexingMapsArray()), indices(op.getNumLoops()) {
    for (Range range :
         cast<linalg::LinalgOp>(op.getOperation()).createLoopRanges(b, loc))
      sizes.push_back(range.size);
    std::optional<int64_t> size = getConstantIntValue(sizes[vectorDim]);
    width = size ? std::min<int64_t>(lanes, fittingWidth(*size)) : lanes;
  }

  void run();

private:
  using Body = llvm::function_ref<SmallVector<Value>(Chunk, ValueRange)>;

  static int64_t fittingWidth(int64_t size) {
    return std::max<int64_t>(4, llvm::PowerOf2Ceil(size));
  }
  bool reduces(unsigned dim) {
    return op.getIteratorTypesArray()[dim] == utils::IteratorType::reduction;
  }
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value size(unsigned dim) {
    return getValueOrCreateConstantIndexOp(b, loc, sizes[dim]);
  }
  SmallVector<Value>
  loopOver(ArrayRef<unsigned> dims, ValueRange carried,
           function_ref<SmallVector<Value>(ValueRange)> body);
  SmallVector<Value> strips(ValueRange carried, Body body);
  Chunk tailChunk(Value rest, std::optional<int64_t> known);
  SmallVector<Value> positions(AffineMap map);
  VectorType vectorOf(Type element, Chunk chunk) {
    return VectorType::get(chunk.width, element);
  }
  Value load(unsigned operand, Chunk chunk);
  void store(unsigned output, Value value, Chunk chunk);
  Value splat(Value scalar, Chunk chunk);
  SmallVector<Value> cloneBody(ValueRange outputs, Chunk chunk);
  void writeParallel(ArrayRef<unsigned> reductions);
  void writeReduction(ArrayRef<unsigned> reductions);
  Value identity(Operation *combine, Chunk chunk);
  Value combined(Operation *combine, Value lhs, Value rhs) {
    OperationState state(loc, combine->getName(), ValueRange{lhs, rhs},
                         TypeRange{lhs.getType()});
    return b.create(state)->getResult(0);
  }

  linalg::GenericOp op;
  unsigned vectorDim;
  OpBuilder &b;
  Location loc;
  SmallVector<AffineMap> maps;
  SmallVector<OpFoldResult> sizes;
  SmallVector<Value> indices;
  int64_t width;
};
} // namespace

/// Loops over `dims`, outermost first, that hand `carried` round.
SmallVector<Value>
LoopWriter::loopOver(ArrayRef<unsigned> dims, ValueRange carried,
                     function_ref<SmallVector<Value>(ValueRange)> body) {
  if (dims.empty())
    return body(carried);
  OpBuilder::InsertionGuard guard(b);
  auto loop =
      scf::ForOp::create(b, loc, index(0), size(dims[0]), index(1), carried);
  indices[dims[0]] = loop.getInductionVar();
  if (carried.empty())
    b.setInsertionPoint(loop.getBody()->getTerminator());
  else
    b.setInsertionPointToEnd(loop.getBody());
  SmallVector<Value> next =
      loopOver(dims.drop_front(), loop.getRegionIterArgs(), body);
  if (!carried.empty())
    scf::YieldOp::create(b, loc, next);
  return SmallVector<Value>(loop.getResults());
}

/// The last positions: as wide as they are many where that is known and a
/// vector has that width, otherwise masked.
Chunk LoopWriter::tailChunk(Value rest, std::optional<int64_t> known) {
  Chunk chunk{known ? std::min(width, fittingWidth(*known)) : width, {}};
  if (known && *known == chunk.width)
    return chunk;
  chunk.mask = vector::CreateMaskOp::create(
      b, loc, VectorType::get(chunk.width, b.getI1Type()), rest);
  return chunk;
}

/// Runs `body` over the vector dimension: whole vectors in a loop, then the
/// rest.
SmallVector<Value> LoopWriter::strips(ValueRange carried, Body body) {
  std::optional<int64_t> known = getConstantIntValue(sizes[vectorDim]);
  Value all = size(vectorDim);
  Value whole = known ? index(*known - *known % width)
                      : arith::SubIOp::create(
                            b, loc, all,
                            arith::RemUIOp::create(b, loc, all, index(width)));
  SmallVector<Value> values(carried);
  if (!known || *known >= width) {
    OpBuilder::InsertionGuard guard(b);
    auto loop =
        scf::ForOp::create(b, loc, index(0), whole, index(width), carried);
    indices[vectorDim] = loop.getInductionVar();
    if (carried.empty())
      b.setInsertionPoint(loop.getBody()->getTerminator());
    else
      b.setInsertionPointToEnd(loop.getBody());
    SmallVector<Value> next = body({width, {}}, loop.getRegionIterArgs());
    if (!carried.empty())
      scf::YieldOp::create(b, loc, next);
    values.assign(loop.getResults().begin(), loop.getResults().end());
  }
  if (known && *known % width == 0)
    return values;
  indices[vectorDim] = whole;
  Value rest = arith::SubIOp::create(b, loc, all, whole);
  if (known)
    return body(tailChunk(rest, *known % width), values);
  Value some =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, rest, index(0));
  auto branch = scf::IfOp::create(b, loc, ValueRange(values).getTypes(), some,
                                  /*withElseRegion=*/!values.empty());
  OpBuilder::InsertionGuard guard(b);
  if (values.empty()) {
    b.setInsertionPointToStart(branch.thenBlock());
    body(tailChunk(rest, {}), values);
    return {};
  }
  b.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(b, loc, values);
  b.setInsertionPointToEnd(branch.thenBlock());
  scf::YieldOp::create(b, loc, body(tailChunk(rest, {}), values));
  return SmallVector<Value>(branch.getResults());
}

SmallVector<Value> LoopWriter::positions(AffineMap map) {
  SmallVector<Value> result;
  for (AffineExpr expr : map.getResults())
    if (auto constant = dyn_cast<AffineConstantExpr>(expr))
      result.push_back(index(constant.getValue()));
    else
      result.push_back(indices[cast<AffineDimExpr>(expr).getPosition()]);
  return result;
}

Value LoopWriter::splat(Value scalar, Chunk chunk) {
  return vector::BroadcastOp::create(b, loc, vectorOf(scalar.getType(), chunk),
                                     scalar);
}

Value LoopWriter::load(unsigned operand, Chunk chunk) {
  Value memref = op->getOperand(operand);
  AffineMap map = maps[operand];
  if (!map.isFunctionOfDim(vectorDim))
    return splat(memref::LoadOp::create(b, loc, memref, positions(map)), chunk);
  VectorType type = vectorOf(getElementTypeOrSelf(memref.getType()), chunk);
  if (!chunk.mask)
    return vector::LoadOp::create(b, loc, type, memref, positions(map));
  Value zeros = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, loc, type, memref, positions(map),
                                      chunk.mask, zeros);
}

void LoopWriter::store(unsigned output, Value value, Chunk chunk) {
  unsigned operand = op.getNumDpsInputs() + output;
  Value memref = op->getOperand(operand);
  SmallVector<Value> at = positions(maps[operand]);
  if (chunk.mask)
    vector::MaskedStoreOp::create(b, loc, memref, at, chunk.mask, value);
  else
    vector::StoreOp::create(b, loc, value, memref, at);
}

/// The body on vectors, given what the output arguments stand for.
SmallVector<Value> LoopWriter::cloneBody(ValueRange outputs, Chunk chunk) {
  IRMapping mapping;
  Block *body = op.getBody();
  for (unsigned i = 0; i < op.getNumDpsInputs(); ++i)
    if (!body->getArgument(i).use_empty())
      mapping.map(body->getArgument(i), load(i, chunk));
  for (auto [argument, output] : llvm::zip(op.getRegionOutputArgs(), outputs))
    mapping.map(argument, output);
  auto onVector = [&](Value value) -> Value {
    if (Value known = mapping.lookupOrNull(value))
      return known;
    Value vector = splat(value, chunk);
    mapping.map(value, vector);
    return vector;
  };
  for (Operation &inner : body->without_terminator()) {
    if (isa<arith::ConstantOp>(inner)) {
      Value scalar = b.clone(inner)->getResult(0);
      mapping.map(inner.getResult(0), splat(scalar, chunk));
      continue;
    }
    SmallVector<Value> operands =
        llvm::map_to_vector(inner.getOperands(), onVector);
    SmallVector<Type> types;
    for (Type type : inner.getResultTypes())
      types.push_back(vectorOf(type, chunk));
    OperationState state(loc, inner.getName(), operands, types,
                         inner.getDiscardableAttrDictionary().getValue());
    state.propertiesAttr = inner.getPropertiesAsAttribute();
    mapping.map(inner.getResults(), b.create(state)->getResults());
  }
  return llvm::map_to_vector(body->getTerminator()->getOperands(), onVector);
}

/// The vector dimension is one of the results': reductions run inside it, with
/// their accumulators in registers.
void LoopWriter::writeParallel(ArrayRef<unsigned> reductions) {
  strips({}, [&](Chunk chunk, ValueRange) -> SmallVector<Value> {
    SmallVector<Value> start;
    for (auto [i, argument] : llvm::enumerate(op.getRegionOutputArgs()))
      start.push_back(argument.use_empty()
                          ? Value()
                          : load(op.getNumDpsInputs() + i, chunk));
    SmallVector<Value> results;
    if (reductions.empty())
      results = cloneBody(start, chunk);
    else
      results = loopOver(reductions, start, [&](ValueRange carried) {
        return cloneBody(carried, chunk);
      });
    for (auto [i, value] : llvm::enumerate(results))
      store(i, value, chunk);
    return {};
  });
}

/// What a combiner leaves unchanged.
Value LoopWriter::identity(Operation *combine, Chunk chunk) {
  Type element = combine->getResult(0).getType();
  double infinity = std::numeric_limits<double>::infinity();
  TypedAttr attribute = llvm::TypeSwitch<Operation *, TypedAttr>(combine)
                            .Case<arith::MulFOp>([&](auto) {
                              return b.getFloatAttr(element, 1.0);
                            })
                            .Case<arith::MaximumFOp>([&](auto) {
                              return b.getFloatAttr(element, -infinity);
                            })
                            .Case<arith::MinimumFOp>([&](auto) {
                              return b.getFloatAttr(element, infinity);
                            })
                            .Default([&](auto) {
                              return cast<TypedAttr>(b.getZeroAttr(element));
                            });
  return splat(arith::ConstantOp::create(b, loc, attribute), chunk);
}

static vector::CombiningKind combiningKind(Operation *combine) {
  return llvm::TypeSwitch<Operation *, vector::CombiningKind>(combine)
      .Case<arith::MulFOp>([](auto) { return vector::CombiningKind::MUL; })
      .Case<arith::MaximumFOp>(
          [](auto) { return vector::CombiningKind::MAXIMUMF; })
      .Case<arith::MinimumFOp>(
          [](auto) { return vector::CombiningKind::MINIMUMF; })
      .Default([](auto) { return vector::CombiningKind::ADD; });
}

/// The vector dimension is summed: each lane reduces its share, the lanes are
/// joined at the end. The order of the sum depends on the sizes alone.
void LoopWriter::writeReduction(ArrayRef<unsigned> reductions) {
  Operation *combine = combiner(op);
  SmallVector<unsigned> outer;
  for (unsigned dim : reductions)
    if (dim != vectorDim)
      outer.push_back(dim);
  Value start = identity(combine, {width, {}});
  auto accumulate = [&](Chunk chunk, ValueRange carried) -> SmallVector<Value> {
    Value before = carried[0];
    bool narrow = chunk.width != width;
    if (narrow)
      before = identity(combine, chunk);
    Value after = cloneBody(before, chunk)[0];
    if (chunk.mask)
      after = arith::SelectOp::create(b, loc, chunk.mask, after, before);
    if (!narrow)
      return {after};
    // A narrow tail is widened by lanes that change nothing.
    Value wide = vector::InsertStridedSliceOp::create(
        b, loc, after, start, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
    return {combined(combine, carried[0], wide)};
  };
  Value lanesOf = loopOver(outer, start, [&](ValueRange carried) {
    return strips(carried, accumulate);
  })[0];
  unsigned operand = op.getNumDpsInputs();
  Value memref = op->getOperand(operand);
  SmallVector<Value> at = positions(maps[operand]);
  Value previous = memref::LoadOp::create(b, loc, memref, at);
  Value result =
      vector::ReductionOp::create(b, loc, combiningKind(combine), lanesOf);
  memref::StoreOp::create(b, loc, combined(combine, previous, result), memref,
                          at);
}

void LoopWriter::run() {
  SmallVector<unsigned> outer, reductions;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
    if (reduces(dim))
      reductions.push_back(dim);
    else if (dim != vectorDim)
      outer.push_back(dim);
  loopOver(outer, {}, [&](ValueRange) -> SmallVector<Value> {
    if (reduces(vectorDim))
      writeReduction(reductions);
    else
      writeParallel(reductions);
    return {};
  });
}

namespace {
struct VectorizeLoops : vellum::impl::VectorizeLoopsBase<VectorizeLoops> {
  using Base::Base;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Copies between strided memrefs would become calls of a C function that
    // moves single elements.
    SmallVector<memref::CopyOp> copies;
    getOperation()->walk([&](memref::CopyOp op) { copies.push_back(op); });
    for (memref::CopyOp op : copies) {
      rewriter.setInsertionPoint(op);
      linalg::CopyOp::create(rewriter, op.getLoc(), op.getSource(),
                             op.getTarget());
      rewriter.eraseOp(op);
    }
    SmallVector<linalg::LinalgOp> named;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (!isa<linalg::GenericOp>(op.getOperation()))
        named.push_back(op);
    });
    for (linalg::LinalgOp op : named) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::generalizeNamedOp(rewriter, op)))
        return signalPassFailure();
    }
    SmallVector<linalg::GenericOp> loops;
    getOperation()->walk([&](linalg::GenericOp op) { loops.push_back(op); });
    for (linalg::GenericOp op : loops) {
      rewriter.setInsertionPoint(op);
      if (std::optional<unsigned> dim = chooseVectorDim(op)) {
        LoopWriter(op, *dim, lanes, rewriter).run();
        ++vectorized;
      } else {
        if (failed(linalg::linalgOpToLoops(rewriter, op)))
          return signalPassFailure();
        ++scalar;
      }
      rewriter.eraseOp(op);
    }
  }
};
} // namespace
