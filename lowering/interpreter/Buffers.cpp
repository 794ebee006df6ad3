//===- lowering/interpreter/Buffers.cpp - the memref dialect --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Utils/StaticValueUtils.h"

#include "lowering/interpreter/Machine.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

Shape interpreter::mixedNumbers(ArrayRef<int64_t> statics, ValueRange dynamic,
                                const Frame &frame) {
  Shape numbers(statics);
  for (int64_t &number : numbers)
    if (ShapedType::isDynamic(number)) {
      number = frame.integer(dynamic.front());
      dynamic = dynamic.drop_front();
    }
  return numbers;
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

/// Whether what a type says of some numbers is so.
static bool agree(ArrayRef<int64_t> said, ArrayRef<int64_t> actual) {
  return llvm::equal(said, actual, [](int64_t says, int64_t is) {
    return ShapedType::isDynamic(says) || says == is;
  });
}

/// A stride that no index is multiplied with may be anything.
static SmallVector<int64_t> withoutUnusedStrides(ArrayRef<int64_t> said,
                                                 const View &view) {
  SmallVector<int64_t> strides(said);
  for (auto [stride, size] : llvm::zip_equal(strides, view.sizes))
    if (size <= 1)
      stride = ShapedType::kDynamic;
  return strides;
}

LogicalResult interpreter::setView(mlir::Value memref, const View &view,
                                   Frame &frame) {
  auto type = cast<MemRefType>(memref.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  const bool isEmpty = llvm::is_contained(view.sizes, 0);
  if (!agree(type.getShape(), view.sizes) ||
      (!isEmpty && (!agree(offset, view.offset) ||
                    !agree(withoutUnusedStrides(strides, view), view.strides))))
    return emitError(memref.getLoc())
           << "memory must be a " << type << ", but got "
           << formatShape(view.sizes) << " from word " << view.offset << " by "
           << formatShape(view.strides);
  return frame.set(memref, view.handle());
}

FailureOr<View> interpreter::partOf(Operation *op, const View &view,
                                    ArrayRef<int64_t> offsets,
                                    ArrayRef<int64_t> sizes,
                                    ArrayRef<int64_t> strides) {
  View part{view.base, view.offset, {}, {}};
  const bool isEmpty = llvm::is_contained(sizes, 0);
  for (auto [offset, size, stride, whole, apart] :
       llvm::zip_equal(offsets, sizes, strides, view.sizes, view.strides)) {
    const int64_t last = offset + (size - 1) * stride;
    if (size < 0 || (!isEmpty && (std::min(offset, last) < 0 ||
                                  std::max(offset, last) >= whole)))
      return op->emitOpError()
             << "takes " << size << " from " << offset << " by " << stride
             << ", outside a dimension of " << whole;
    part.offset += offset * apart;
    part.sizes.push_back(size);
    part.strides.push_back(stride * apart);
  }
  return part;
}

View interpreter::withoutDims(const View &view,
                              const llvm::SmallBitVector &dropped) {
  View kept{view.base, view.offset, {}, {}};
  for (auto [i, size] : llvm::enumerate(view.sizes))
    if (!dropped.test(i)) {
      kept.sizes.push_back(size);
      kept.strides.push_back(view.strides[i]);
    }
  return kept;
}

static LogicalResult evaluateSubView(memref::SubViewOp op, Frame &frame) {
  FailureOr<View> part =
      partOf(op, viewOf(op.getSource(), frame),
             mixedNumbers(op.getStaticOffsets(), op.getOffsets(), frame),
             mixedNumbers(op.getStaticSizes(), op.getSizes(), frame),
             mixedNumbers(op.getStaticStrides(), op.getStrides(), frame));
  if (failed(part))
    return failure();
  return setView(op.getResult(), withoutDims(*part, op.getDroppedDims()),
                 frame);
}

static LogicalResult evaluateCast(memref::CastOp op, Frame &frame) {
  return setView(op.getResult(), viewOf(op.getSource(), frame), frame);
}

static LogicalResult evaluateReinterpret(memref::ReinterpretCastOp op,
                                         Frame &frame) {
  View view{viewOf(op.getSource(), frame).base, 0,
            mixedNumbers(op.getStaticSizes(), op.getSizes(), frame),
            mixedNumbers(op.getStaticStrides(), op.getStrides(), frame)};
  view.offset =
      mixedNumbers(op.getStaticOffsets(), op.getOffsets(), frame).front();
  return setView(op.getResult(), view, frame);
}

static LogicalResult evaluateTranspose(memref::TransposeOp op, Frame &frame) {
  const View from = viewOf(op.getIn(), frame);
  View to = from;
  for (auto [i, expr] : llvm::enumerate(op.getPermutation().getResults())) {
    const unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    to.sizes[i] = from.sizes[dim];
    to.strides[i] = from.strides[dim];
  }
  return setView(op.getResult(), to, frame);
}

static LogicalResult evaluateExpand(memref::ExpandShapeOp op, Frame &frame) {
  const View from = viewOf(op.getSrc(), frame);
  View to{from.base,
          from.offset,
          mixedNumbers(op.getStaticOutputShape(), op.getOutputShape(), frame),
          {}};
  to.strides.resize(to.sizes.size());
  for (auto [i, group] : llvm::enumerate(op.getReassociationIndices())) {
    int64_t apart = from.strides[i], product = 1;
    for (int64_t dim : llvm::reverse(group)) {
      to.strides[dim] = apart * product;
      product *= to.sizes[dim];
    }
    if (product != from.sizes[i])
      return op.emitOpError() << "expands a dimension of " << from.sizes[i]
                              << " to a product of " << product;
  }
  return setView(op.getResult(), to, frame);
}

static LogicalResult evaluateCollapse(memref::CollapseShapeOp op,
                                      Frame &frame) {
  const View from = viewOf(op.getSrc(), frame);
  View to{from.base, from.offset, {}, {}};
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    // How far apart the elements of the group lie, as far as it has several.
    int64_t apart = from.strides[group.back()], product = 1;
    for (int64_t dim : llvm::reverse(group)) {
      const int64_t size = from.sizes[dim];
      if (product == 1 && size != 1)
        apart = from.strides[dim];
      else if (size > 1 && product > 1 && from.strides[dim] != apart * product)
        return op.emitOpError()
               << "joins dimensions of " << formatShape(from.sizes)
               << " that lie " << formatShape(from.strides) << " apart";
      product *= size;
    }
    to.sizes.push_back(product);
    to.strides.push_back(apart);
  }
  return setView(op.getResult(), to, frame);
}

//===----------------------------------------------------------------------===//
// Descriptors
//===----------------------------------------------------------------------===//

static LogicalResult evaluateMetadata(memref::ExtractStridedMetadataOp op,
                                      Frame &frame) {
  const View view = viewOf(op.getSource(), frame);
  if (failed(
          frame.set(op.getBaseBuffer(), View{view.base, 0, {}, {}}.handle())) ||
      failed(frame.set(op.getOffset(), Array::integer(view.offset))))
    return failure();
  for (auto [result, size] : llvm::zip_equal(op.getSizes(), view.sizes))
    if (failed(frame.set(result, Array::integer(size))))
      return failure();
  for (auto [result, stride] : llvm::zip_equal(op.getStrides(), view.strides))
    if (failed(frame.set(result, Array::integer(stride))))
      return failure();
  return success();
}

static Array evaluateAddress(memref::ExtractAlignedPointerAsIndexOp op,
                             Frame &frame) {
  return Array::integer(viewOf(op.getSource(), frame).base);
}

static FailureOr<Array> evaluateDim(memref::DimOp op, Frame &frame) {
  const View view = viewOf(op.getSource(), frame);
  const int64_t dim = frame.integer(op.getIndex());
  if (dim < 0 || dim >= int64_t(view.sizes.size()))
    return op.emitOpError() << "dimension " << dim << " lies outside a rank of "
                            << view.sizes.size();
  return Array::integer(view.sizes[dim]);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static Kind kindOfElements(MemRefType type) {
  return kindOf(type.getElementType());
}

template <typename OpTy>
static LogicalResult evaluateAlloc(OpTy op, Frame &frame, Memory &memory) {
  const FailureOr<Shape> sizes = checkedShape(
      op, mixedNumbers(op.getType().getShape(), op.getDynamicSizes(), frame));
  if (failed(sizes))
    return failure();
  const int64_t base =
      memory.allocate(kindOfElements(op.getType()), elementCount(*sizes), op);
  return setView(op.getResult(), View::rowMajor(base, *sizes), frame);
}

static LogicalResult evaluateGlobal(memref::GetGlobalOp op, Frame &frame,
                                    Machine &machine) {
  auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
      op, op.getNameAttr());
  if (!global || !global.getInitialValue())
    return op.emitOpError("names a global that has no value");
  View view = View::rowMajor(0, global.getType().getShape());
  int64_t &base = machine.globals[global];
  if (!base) {
    FailureOr<Array> value = constantOf(op, *global.getInitialValue());
    if (failed(value))
      return failure();
    // In frames i1 is 0 or 1.
    if (global.getType().getElementType().isInteger(1))
      for (int64_t &bit : value->integers)
        bit &= 1;
    base = machine.memory.allocate(value->kind, value->size(), global);
    view.base = base;
    machine.memory.enter(global);
    if (failed(machine.memory.store(view.addresses(), *value)))
      return failure();
  }
  view.base = base;
  return setView(op.getResult(), view, frame);
}

/// The address of an element of a memref, checked to lie within.
static FailureOr<int64_t> addressOf(Operation *op, const View &view,
                                    ArrayRef<int64_t> index) {
  for (auto [i, size] : llvm::zip_equal(index, view.sizes))
    if (i < 0 || i >= size)
      return op->emitOpError()
             << "index " << i << " lies outside a dimension of " << size;
  return view.addressOf(index);
}

static FailureOr<Array> evaluateLoad(memref::LoadOp op, Frame &frame,
                                     Memory &memory) {
  memory.enter(op);
  FailureOr<int64_t> address = addressOf(op, viewOf(op.getMemRef(), frame),
                                         frame.readIntegers(op.getIndices()));
  if (failed(address))
    return failure();
  FailureOr<Array> word = memory.load(0, *address);
  if (failed(word))
    return failure();
  return word->at(0);
}

static LogicalResult evaluateStore(memref::StoreOp op, Frame &frame,
                                   Memory &memory) {
  memory.enter(op);
  FailureOr<int64_t> address = addressOf(op, viewOf(op.getMemRef(), frame),
                                         frame.readIntegers(op.getIndices()));
  if (failed(address))
    return failure();
  return memory.store(*address, frame[op.getValue()]);
}

/// A copy may be of memory onto itself, but not onto other parts of itself.
static LogicalResult evaluateCopy(memref::CopyOp op, Frame &frame,
                                  Memory &memory) {
  memory.enter(op);
  const SmallVector<int64_t> from = viewOf(op.getSource(), frame).addresses(),
                             to = viewOf(op.getTarget(), frame).addresses();
  if (from.size() != to.size())
    return op.emitOpError()
           << "copies " << from.size() << " words to " << to.size();
  llvm::DenseMap<int64_t, size_t> places;
  for (auto [i, address] : llvm::enumerate(from))
    places[address] = i;
  for (auto [i, address] : llvm::enumerate(to))
    if (auto place = places.find(address);
        place != places.end() && place->second != i)
      return op.emitOpError() << "copies memory to other parts of itself: "
                              << memory.describe(address);
  FailureOr<Array> words = memory.load(0, from, /*moves=*/true);
  return failed(words) ? failure() : memory.store(to, *words);
}

void interpreter::addBuffers(Evaluators &evaluators, Machine &machine) {
  Memory &memory = machine.memory;
  evaluators.add<memref::SubViewOp>(evaluateSubView);
  evaluators.add<memref::CastOp>(evaluateCast);
  evaluators.add<memref::ReinterpretCastOp>(evaluateReinterpret);
  evaluators.add<memref::TransposeOp>(evaluateTranspose);
  evaluators.add<memref::ExpandShapeOp>(evaluateExpand);
  evaluators.add<memref::CollapseShapeOp>(evaluateCollapse);
  evaluators.add<memref::ExtractStridedMetadataOp>(evaluateMetadata);
  evaluators.add<memref::ExtractAlignedPointerAsIndexOp>(evaluateAddress);
  evaluators.add<memref::DimOp>(evaluateDim);
  evaluators.add<memref::AllocOp>([&](memref::AllocOp op, Frame &frame) {
    return evaluateAlloc(op, frame, memory);
  });
  evaluators.add<memref::AllocaOp>([&](memref::AllocaOp op, Frame &frame) {
    return evaluateAlloc(op, frame, memory);
  });
  // Nothing is reused, so that nothing need be freed.
  evaluators.add<memref::DeallocOp>(
      [](memref::DeallocOp, Frame &) -> LogicalResult { return success(); });
  evaluators.add<memref::GetGlobalOp>(
      [&](memref::GetGlobalOp op, Frame &frame) {
        return evaluateGlobal(op, frame, machine);
      });
  evaluators.add<memref::LoadOp>([&](memref::LoadOp op, Frame &frame) {
    return evaluateLoad(op, frame, memory);
  });
  evaluators.add<memref::StoreOp>([&](memref::StoreOp op, Frame &frame) {
    return evaluateStore(op, frame, memory);
  });
  evaluators.add<memref::CopyOp>([&](memref::CopyOp op, Frame &frame) {
    return evaluateCopy(op, frame, memory);
  });
}
