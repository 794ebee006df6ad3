//===- dialect/interpreter/Linalg.cpp - structured ops on tensors ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/interpreter/StructuredLoops.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

int64_t interpreter::valueOf(AffineExpr expr, ArrayRef<int64_t> dims,
                             ArrayRef<int64_t> symbols) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue();
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dims[dim.getPosition()];
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  const int64_t lhs = valueOf(binary.getLHS(), dims, symbols),
                rhs = valueOf(binary.getRHS(), dims, symbols);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return lhs + rhs;
  case AffineExprKind::Mul:
    return lhs * rhs;
  case AffineExprKind::Mod:
    return llvm::mod(lhs, rhs);
  case AffineExprKind::FloorDiv:
    return llvm::divideFloorSigned(lhs, rhs);
  default:
    return llvm::divideCeilSigned(lhs, rhs);
  }
}

/// Ops that compute each element of their operands alone run for many
/// iterations at once.
static bool isForMany(Operation &op) {
  return OpTrait::hasElementwiseMappableTraits(&op) ||
         op.hasTrait<OpTrait::ConstantLike>() || isa<linalg::IndexOp>(op);
}

StructuredLoops::StructuredLoops(linalg::LinalgOp op, Frame &frame)
    : op(op), frame(frame), maps(op.getIndexingMapsArray()),
      usesIndices(!op.getBlock()->getOps<linalg::IndexOp>().empty()) {}

StructuredLoops::~StructuredLoops() = default;

//===----------------------------------------------------------------------===//
// The loops
//===----------------------------------------------------------------------===//

/// How far each loop runs, from the shapes of the operands.
Shape StructuredLoops::bounds() {
  Shape sizes;
  for (unsigned i = 0; i < maps.size(); ++i)
    llvm::append_range(sizes, placeOf(i).sizes);
  return llvm::map_to_vector(
      op.getShapesToLoopsMap().getResults(),
      [&](AffineExpr expr) { return valueOf(expr, sizes); });
}

/// Sorts the loops into those whose iterations run at once and the others.
void StructuredLoops::chooseLoops() {
  const bool isMany =
      canRunAtOnce() &&
      llvm::all_of(op.getBlock()->without_terminator(), isForMany);
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray()))
    if (isMany && kind == utils::IteratorType::parallel)
      atOnce.push_back(loop);
    else
      oneByOne.push_back(loop);
}

/// Where an iteration finds its element of an operand.
FailureOr<int64_t> StructuredLoops::positionIn(unsigned operand,
                                               ArrayRef<int64_t> iteration) {
  const Place place = placeOf(operand);
  int64_t position = place.start;
  for (auto [expr, size, stride] : llvm::zip_equal(
           maps[operand].getResults(), place.sizes, place.strides)) {
    const int64_t i = valueOf(expr, iteration);
    if (i < 0 || i >= size)
      return op.emitOpError()
             << "index " << i << " lies outside an operand's dimension of "
             << size;
    position += i * stride;
  }
  return position;
}

/// The same for all iterations that run at once, of which `iteration` is the
/// first. With maps that only pick loops, positions are a stride apart.
FailureOr<SmallVector<int64_t>> StructuredLoops::positionsIn(unsigned operand,
                                                             Shape iteration) {
  const Shape counts = pick(sizes, atOnce);
  SmallVector<int64_t> positions;
  FailureOr<int64_t> first = positionIn(operand, iteration);
  if (failed(first))
    return failure();
  if (maps[operand].isProjectedPermutation(/*allowZeroInResults=*/true)) {
    Shape last = iteration, strides;
    for (int64_t loop : atOnce)
      last[loop] = sizes[loop] - 1;
    if (failed(positionIn(operand, last)))
      return failure();
    for (int64_t loop : atOnce)
      strides.push_back(strideOf(operand, loop));
    forEachOffset(counts, strides, *first,
                  [&](int64_t position) { positions.push_back(position); });
    return positions;
  }
  if (failed(
          forEachIndex(counts, [&](ArrayRef<int64_t> index) -> LogicalResult {
            for (auto [loop, i] : llvm::zip_equal(atOnce, index))
              iteration[loop] = i;
            FailureOr<int64_t> position = positionIn(operand, iteration);
            if (succeeded(position))
              positions.push_back(*position);
            return position;
          })))
    return failure();
  return positions;
}

/// How far apart the elements of neighbours along a loop lie.
int64_t StructuredLoops::strideOf(unsigned operand, int64_t loop) {
  const Place place = placeOf(operand);
  int64_t stride = 0;
  for (auto [expr, apart] :
       llvm::zip_equal(maps[operand].getResults(), place.strides))
    if (expr == getAffineDimExpr(loop, op.getContext()))
      stride += apart;
  return stride;
}

Shape StructuredLoops::pick(ArrayRef<int64_t> numbers,
                            ArrayRef<int64_t> loops) {
  return llvm::map_to_vector(loops,
                             [&](int64_t loop) { return numbers[loop]; });
}

/// The indices of the loops, for `linalg.index`.
void StructuredLoops::setIndices(const Shape &iteration) {
  frame.linalgIndices.clear();
  for (int64_t i : iteration)
    frame.linalgIndices.push_back(Array::integer(i));
  const Shape counts = pick(sizes, atOnce), strides = rowMajorStrides(counts);
  for (auto [loop, stride, count] : llvm::zip_equal(atOnce, strides, counts)) {
    Array &index = frame.linalgIndices[loop];
    index = Array::zeros({elementCount(counts)}, Kind::Integer);
    for (int64_t i = 0; i < index.size(); ++i)
      index.integers[i] = i / stride % count;
  }
}

/// Runs the body for the iterations that begin at `iteration`.
LogicalResult StructuredLoops::runBody(const Shape &iteration) {
  Block &body = *op.getBlock();
  SmallVector<SmallVector<int64_t>> positions;
  for (unsigned i = 0; i < maps.size(); ++i) {
    FailureOr<SmallVector<int64_t>> found = positionsIn(i, iteration);
    if (failed(found))
      return failure();
    positions.push_back(std::move(*found));
  }
  // A `map` may have no argument for its init.
  for (auto [i, argument] : llvm::enumerate(body.getArguments())) {
    if (argument.use_empty())
      continue;
    FailureOr<Array> elements = load(i, positions[i]);
    if (failed(elements) || failed(frame.set(argument, std::move(*elements))))
      return failure();
  }
  if (usesIndices)
    setIndices(iteration);
  if (failed(frame.execute(body)))
    return failure();
  const int64_t inputs = op.getNumDpsInputs();
  for (auto [i, yielded] : llvm::enumerate(body.getTerminator()->getOperands()))
    if (failed(store(inputs + i, positions[inputs + i], frame[yielded])))
      return failure();
  return success();
}

LogicalResult StructuredLoops::run() {
  chooseLoops();
  sizes = bounds();
  if (llvm::is_contained(sizes, 0))
    return success();
  Frame::Many many(frame, *op.getBlock(), elementCount(pick(sizes, atOnce)),
                   /*isMany=*/!atOnce.empty());
  return forEachIndex(pick(sizes, oneByOne), [&](ArrayRef<int64_t> index) {
    Shape iteration(sizes.size(), 0);
    for (auto [loop, i] : llvm::zip_equal(oneByOne, index))
      iteration[loop] = i;
    return runBody(iteration);
  });
}

//===----------------------------------------------------------------------===//
// On tensors
//===----------------------------------------------------------------------===//

Array StructuredLoops::elementsAt(const Array &array,
                                  ArrayRef<int64_t> positions) const {
  if (atOnce.empty())
    return array.at(positions.front());
  Array elements = Array::zeros(int64_t(positions.size()), array.kind);
  for (auto [i, position] : llvm::enumerate(positions))
    if (array.kind == Kind::Float)
      elements.floats[i] = array.floats[position];
    else
      elements.integers[i] = array.integers[position];
  return elements;
}

TensorLoops::TensorLoops(linalg::LinalgOp op, Frame &frame)
    : StructuredLoops(op, frame), arrays(frame.read(op->getOperands())) {
  for (const Array &array : arrays)
    strides.push_back(rowMajorStrides(array.shape));
}

FailureOr<Array> TensorLoops::load(unsigned operand,
                                   ArrayRef<int64_t> positions) {
  return elementsAt(arrays[operand], positions);
}

LogicalResult TensorLoops::store(unsigned operand, ArrayRef<int64_t> positions,
                                 const Array &elements) {
  for (auto [i, position] : llvm::enumerate(positions))
    if (elements.kind == Kind::Float)
      arrays[operand].floats[position] = elements.floats[i];
    else
      arrays[operand].integers[position] = elements.integers[i];
  return success();
}

LogicalResult TensorLoops::setResults() {
  const ArrayRef<Array> inits =
      ArrayRef(arrays).drop_front(op.getNumDpsInputs());
  for (auto [result, init] : llvm::zip(op->getResults(), inits))
    if (failed(frame.set(result, init)))
      return failure();
  return success();
}

static LogicalResult evaluateLinalg(Operation *op, Frame &frame) {
  auto structured = cast<linalg::LinalgOp>(op);
  if (!structured.hasPureTensorSemantics())
    return op->emitOpError("works on buffers, which the interpreter does not "
                           "know");
  TensorLoops loops(structured, frame);
  return success(succeeded(loops.run()) && succeeded(loops.setResults()));
}

static Array evaluateIndex(linalg::IndexOp op, Frame &frame) {
  return frame.linalgIndices[op.getDim()];
}

void interpreter::addLinalg(Evaluators &evaluators) {
  evaluators.add<linalg::IndexOp>(evaluateIndex);
  evaluators.setStructured(evaluateLinalg);
}
