//===- lowering/cpu/LoopWriter.cpp - a linalg op as vector loops ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/LoopWriter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"

#include "lowering/cpu/AddedProduct.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

//===----------------------------------------------------------------------===//
// Widths
//===----------------------------------------------------------------------===//

LoopWriter::LoopWriter(linalg::GenericOp op, unsigned vectorDim,
                       VectorUnit unit, ArrayRef<Value> starts, OpBuilder &b)
    : op(op), vectorDim(vectorDim), unit(unit), nest(loopNest(op, vectorDim)),
      starts(starts), b(b), loc(op.getLoc()), maps(op.getIndexingMapsArray()),
      indices(op.getNumLoops()), ready(op->getNumOperands()) {
  for (auto [value, operand] : llvm::zip(ready, op->getOperands()))
    if (!isa<MemRefType>(operand.getType()))
      value = operand;
  for (Range range :
       cast<linalg::LinalgOp>(op.getOperation()).createLoopRanges(b, loc))
    sizes.push_back(range.size);
  width = chooseWidth();
  backward = runsBackward();
}

/// What a loop has to pass for its strips to run backward. Of so much the cache
/// holds what was passed last, and sums along rows, such as matrix products,
/// end at the end: with 16384 words of 32 numbers (2 MB, as much as L2) forward
/// passes take 0.92 of the time.
static constexpr int64_t largeSweep = 1 << 20;

bool LoopWriter::runsBackward() {
  if (nest.sumsLanes || nest.sums.empty())
    return false;
  for (AffineMap map : maps) {
    int64_t bytes = 4;
    for (AffineExpr expr : map.getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        if (!llvm::is_contained(nest.outer, dim.getPosition()))
          if (std::optional<int64_t> size =
                  getConstantIntValue(sizes[dim.getPosition()]))
            bytes *= *size;
    if (bytes >= largeSweep)
      return true;
  }
  return false;
}

static int64_t fittingWidth(int64_t size) {
  return std::max<int64_t>(4, llvm::PowerOf2Ceil(size));
}

/// The device library's functions take single vectors.
static bool isPlainArithmetic(Operation &op) {
  return isa<linalg::YieldOp, math::SqrtOp, math::FmaOp, math::AbsFOp>(op) ||
         isa<arith::ArithDialect>(op.getDialect());
}

/// Sums take several vectors at once, so that they do not wait for one chain of
/// additions and share what is read for all; as many as divide the size and
/// leave room in the registers, which are 32 with AVX-512 and 16 without.
int64_t LoopWriter::chooseWidth() {
  const unsigned lanes = unit.lanes;
  std::optional<int64_t> size = getConstantIntValue(sizes[vectorDim]);
  if (!size)
    return lanes;
  if (*size < lanes)
    return fittingWidth(*size);
  if (nest.sums.empty() || !llvm::all_of(*op.getBody(), isPlainArithmetic))
    return lanes;
  int64_t live = 2 + nest.sums.size();
  for (unsigned operand = 0; operand < maps.size(); ++operand)
    live += isUsed(operand) && maps[operand].isFunctionOfDim(vectorDim);
  int64_t vectors = 4;
  while (vectors > 1 && (*size % (vectors * lanes) != 0 || vectors * live > 32))
    vectors /= 2;
  return vectors * lanes;
}

Value LoopWriter::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value LoopWriter::size(unsigned dim) {
  return getValueOrCreateConstantIndexOp(b, loc, sizes[dim]);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

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
    if (carried.empty())
      b.setInsertionPoint(loop.getBody()->getTerminator());
    else
      b.setInsertionPointToEnd(loop.getBody());
    indices[vectorDim] = loop.getInductionVar();
    if (backward)
      indices[vectorDim] = arith::SubIOp::create(
          b, loc, arith::SubIOp::create(b, loc, whole, index(width)),
          loop.getInductionVar());
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

//===----------------------------------------------------------------------===//
// Reading and writing
//===----------------------------------------------------------------------===//

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

/// True if the operand's position does not depend on any of `dims`.
bool LoopWriter::isReadBefore(unsigned operand, ArrayRef<unsigned> dims) {
  return isUsed(operand) && !ready[operand] &&
         llvm::none_of(dims, [&](unsigned dim) {
           return maps[operand].isFunctionOfDim(dim);
         });
}

/// Reads the inputs that are the same in all iterations of the loops over
/// `dims` and of the vector dimension.
void LoopWriter::readScalars(ArrayRef<unsigned> dims) {
  for (unsigned operand = 0; operand < op.getNumDpsInputs(); ++operand)
    if (isReadBefore(operand, dims) && isReadBefore(operand, vectorDim))
      ready[operand] = memref::LoadOp::create(b, loc, op->getOperand(operand),
                                              positions(maps[operand]));
}

/// Reads the chunk of the inputs that are the same in all iterations of the
/// loops over `dims`.
void LoopWriter::readVectors(ArrayRef<unsigned> dims, Chunk chunk) {
  for (unsigned operand = 0; operand < op.getNumDpsInputs(); ++operand)
    if (isReadBefore(operand, dims))
      ready[operand] = loadVector(operand, chunk);
}

Value LoopWriter::loadVector(unsigned operand, Chunk chunk) {
  Value memref = op->getOperand(operand);
  AffineMap map = maps[operand];
  VectorType type = vectorOf(getElementTypeOrSelf(memref.getType()), chunk);
  if (!chunk.mask)
    return vector::LoadOp::create(b, loc, type, memref, positions(map));
  Value zeros = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, loc, type, memref, positions(map),
                                      chunk.mask, zeros);
}

Value LoopWriter::load(unsigned operand, Chunk chunk) {
  Value value = ready[operand];
  if (!value)
    value = maps[operand].isFunctionOfDim(vectorDim)
                ? loadVector(operand, chunk)
                : memref::LoadOp::create(b, loc, op->getOperand(operand),
                                         positions(maps[operand]))
                      .getResult();
  return isa<VectorType>(value.getType()) ? value : splat(value, chunk);
}

void LoopWriter::store(unsigned output, Value value, Chunk chunk) {
  Value memref = op->getOperand(operandOf(output));
  SmallVector<Value> at = positions(maps[operandOf(output)]);
  if (chunk.mask)
    vector::MaskedStoreOp::create(b, loc, memref, at, chunk.mask, value);
  else
    vector::StoreOp::create(b, loc, value, memref, at);
}

//===----------------------------------------------------------------------===//
// The body
//===----------------------------------------------------------------------===//

/// An op of the body on vectors.
Value LoopWriter::cloneOp(Operation &inner, ValueRange operands, Chunk chunk) {
  Type type = vectorOf(inner.getResult(0).getType(), chunk);
  OperationState state(loc, inner.getName(), operands, type,
                       inner.getDiscardableAttrDictionary().getValue());
  state.propertiesAttr = inner.getPropertiesAsAttribute();
  return b.create(state)->getResult(0);
}

/// What the body yields on vectors, given the sums up to now.
SmallVector<Value> LoopWriter::cloneBody(ValueRange carried, Chunk chunk) {
  IRMapping mapping;
  Block *body = op.getBody();
  for (auto [sum, value] : llvm::zip(nest.sums, carried))
    mapping.map(op.getRegionOutputArgs()[sum], value);
  for (auto [operand, argument] : llvm::enumerate(body->getArguments()))
    if (!argument.use_empty() && !mapping.contains(argument))
      mapping.map(argument, load(operand, chunk));
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
    if (auto added = addedProduct(inner); added && unit.hasFma) {
      mapping.map(inner.getResult(0), roundOnce(b, inner, *added, onVector));
      continue;
    }
    SmallVector<Value> operands =
        llvm::map_to_vector(inner.getOperands(), onVector);
    mapping.map(inner.getResult(0), cloneOp(inner, operands, chunk));
  }
  return llvm::map_to_vector(body->getTerminator()->getOperands(), onVector);
}

/// Writes the outputs of an iteration and returns its sums.
SmallVector<Value> LoopWriter::iteration(ValueRange carried, Chunk chunk) {
  SmallVector<Value> results = cloneBody(carried, chunk), next;
  for (auto [output, value] : llvm::enumerate(results))
    if (llvm::is_contained(nest.sums, output))
      next.push_back(value);
    else
      store(output, value, chunk);
  return next;
}

/// The vector dimension is not summed.
void LoopWriter::writeParallel() {
  readScalars(nest.inner);
  SmallVector<Value> known = ready;
  strips({}, [&](Chunk chunk, ValueRange) -> SmallVector<Value> {
    ready = known;
    SmallVector<Value> start;
    for (auto [sum, known] : llvm::zip(nest.sums, starts))
      start.push_back(known ? splat(known, chunk)
                            : loadVector(operandOf(sum), chunk));
    readVectors(nest.inner, chunk);
    SmallVector<Value> results =
        loopOver(nest.inner, start,
                 [&](ValueRange carried) { return iteration(carried, chunk); });
    for (auto [sum, value] : llvm::zip(nest.sums, results))
      store(sum, value, chunk);
    return {};
  });
}

Value LoopWriter::combined(unsigned sum, Value lhs, Value rhs) {
  Operation *combine = combinerOf(op, sum);
  OperationState state(loc, combine->getName(), ValueRange{lhs, rhs},
                       TypeRange{lhs.getType()});
  return b.create(state)->getResult(0);
}

/// What a combiner leaves unchanged.
Value LoopWriter::identity(unsigned sum, Chunk chunk) {
  Operation *combine = combinerOf(op, sum);
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

/// The vector dimension is summed: each lane sums its share, the lanes are
/// joined at the end. The order depends on the sizes alone.
void LoopWriter::writeReduction() {
  Chunk whole{width, {}};
  SmallVector<Value> start = llvm::map_to_vector(
      nest.sums, [&](unsigned sum) { return identity(sum, whole); });
  auto accumulate = [&](Chunk chunk, ValueRange carried) {
    SmallVector<Value> before(carried);
    bool narrow = chunk.width != width;
    for (auto [i, sum] : llvm::enumerate(nest.sums))
      if (narrow)
        before[i] = identity(sum, chunk);
    SmallVector<Value> after = iteration(before, chunk);
    for (auto [i, sum] : llvm::enumerate(nest.sums)) {
      if (chunk.mask)
        after[i] =
            arith::SelectOp::create(b, loc, chunk.mask, after[i], before[i]);
      // A narrow tail is widened by lanes that change nothing.
      if (narrow)
        after[i] = combined(sum, carried[i],
                            vector::InsertStridedSliceOp::create(
                                b, loc, after[i], start[i],
                                ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1}));
    }
    return after;
  };
  readScalars(nest.inner);
  SmallVector<Value> known = ready;
  SmallVector<Value> lanes =
      loopOver(nest.inner, start, [&](ValueRange carried) {
        ready = known;
        readScalars(vectorDim);
        return strips(carried, accumulate);
      });
  for (auto [sum, begin, value] : llvm::zip(nest.sums, starts, lanes)) {
    Value memref = op->getOperand(operandOf(sum));
    SmallVector<Value> at = positions(maps[operandOf(sum)]);
    Value previous = begin;
    if (!previous)
      previous = memref::LoadOp::create(b, loc, memref, at);
    Value result = vector::ReductionOp::create(
        b, loc, combiningKind(combinerOf(op, sum)), value);
    memref::StoreOp::create(b, loc, combined(sum, previous, result), memref,
                            at);
  }
}

void LoopWriter::run() {
  loopOver(nest.outer, {}, [&](ValueRange) -> SmallVector<Value> {
    if (nest.sumsLanes)
      writeReduction();
    else
      writeParallel();
    return {};
  });
}
