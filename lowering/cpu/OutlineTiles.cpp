//===- lowering/cpu/OutlineTiles.cpp - tiles as functions for threads -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/Descriptors.h"
#include "lowering/cpu/KernelCalls.h"

namespace vellum {
#define GEN_PASS_DEF_OUTLINETILES
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-outline-tiles"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

namespace {
/// The values that a tile needs from outside, as 64-bit words in memory.
class Capture {
public:
  Capture(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  /// Appends the words of `value`, outside.
  LogicalResult pack(Value value);
  /// Writes the words to the stack and returns their address.
  Value store();
  /// Reads a value of this kind from the words at `words`, inside.
  Value unpack(Value words, Value value);

private:
  Value word(OpFoldResult index) { return asI64(b, loc, index); }
  Value next(Value words);
  OpFoldResult nextIndex(Value words, int64_t known);
  Value unpackMemRef(Value words, MemRefType type);

  OpBuilder &b;
  Location loc;
  SmallVector<Value> packed;
  int64_t read = 0;
};
} // namespace

/// A memref is its base and whatever of its layout is not in the type.
LogicalResult Capture::pack(Value value) {
  if (auto type = dyn_cast<MemRefType>(value.getType())) {
    auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, value);
    packed.push_back(word(OpFoldResult(
        memref::ExtractAlignedPointerAsIndexOp::create(b, loc, value)
            .getResult())));
    auto add = [&](OpFoldResult part) {
      if (!getConstantIntValue(part))
        packed.push_back(word(part));
    };
    add(metadata.getConstifiedMixedOffset());
    llvm::for_each(metadata.getConstifiedMixedSizes(), add);
    llvm::for_each(metadata.getConstifiedMixedStrides(), add);
    return success();
  }
  Type type = value.getType();
  if (type.isIndex()) {
    packed.push_back(word(OpFoldResult(value)));
    return success();
  }
  if (!type.isIntOrFloat() || type.getIntOrFloatBitWidth() > 64)
    return failure();
  Type bitsType = b.getIntegerType(type.getIntOrFloatBitWidth());
  if (type != bitsType)
    value = arith::BitcastOp::create(b, loc, bitsType, value);
  if (!bitsType.isInteger(64))
    value = arith::ExtUIOp::create(b, loc, b.getI64Type(), value);
  packed.push_back(value);
  return success();
}

Value Capture::store() {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value count = arith::ConstantOp::create(
      b, loc, b.getI64IntegerAttr(std::max<int64_t>(1, packed.size())));
  Value words = LLVM::AllocaOp::create(b, loc, pointer, b.getI64Type(), count);
  for (auto [i, value] : llvm::enumerate(packed))
    LLVM::StoreOp::create(
        b, loc, value,
        LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(), words,
                            ArrayRef<LLVM::GEPArg>{int32_t(i)}));
  return words;
}

Value Capture::next(Value words) {
  Value at = LLVM::GEPOp::create(b, loc, words.getType(), b.getI64Type(), words,
                                 ArrayRef<LLVM::GEPArg>{int32_t(read++)});
  return LLVM::LoadOp::create(b, loc, b.getI64Type(), at);
}

OpFoldResult Capture::nextIndex(Value words, int64_t known) {
  if (!ShapedType::isDynamic(known))
    return b.getIndexAttr(known);
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), next(words))
      .getResult();
}

Value Capture::unpackMemRef(Value words, MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  Value base = LLVM::IntToPtrOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext()), next(words));
  Value all =
      describe(b, loc, MemRefType::get({}, type.getElementType()), base, {});
  OpFoldResult start = nextIndex(words, offset);
  SmallVector<OpFoldResult> sizes, steps;
  for (int64_t size : type.getShape())
    sizes.push_back(nextIndex(words, size));
  for (int64_t stride : strides)
    steps.push_back(nextIndex(words, stride));
  auto strided =
      MemRefType::get(type.getShape(), type.getElementType(),
                      StridedLayoutAttr::get(b.getContext(), offset, strides));
  Value view = memref::ReinterpretCastOp::create(b, loc, strided, all, start,
                                                 sizes, steps);
  return strided == type
             ? view
             : memref::CastOp::create(b, loc, type, view).getResult();
}

Value Capture::unpack(Value words, Value value) {
  Type type = value.getType();
  if (auto memref = dyn_cast<MemRefType>(type))
    return unpackMemRef(words, memref);
  if (type.isIndex())
    return arith::IndexCastOp::create(b, loc, type, next(words));
  Type bitsType = b.getIntegerType(type.getIntOrFloatBitWidth());
  Value bits = next(words);
  if (!bitsType.isInteger(64))
    bits = arith::TruncIOp::create(b, loc, bitsType, bits);
  return type == bitsType
             ? bits
             : arith::BitcastOp::create(b, loc, type, bits).getResult();
}

static bool isConstant(Value value) {
  Operation *op = value.getDefiningOp();
  return op && op->hasTrait<OpTrait::ConstantLike>();
}

/// The number of tiles.
static Value countTiles(scf::ForallOp loop, OpBuilder &b) {
  auto value = [&](OpFoldResult index) {
    return getValueOrCreateConstantIndexOp(b, loop.getLoc(), index);
  };
  return b.createOrFold<arith::CeilDivUIOp>(loop.getLoc(),
                                            value(loop.getMixedUpperBound()[0]),
                                            value(loop.getMixedStep()[0]));
}

static LogicalResult outline(scf::ForallOp loop, unsigned number) {
  auto parent = loop->getParentOfType<func::FuncOp>();
  if (!contextOf(parent))
    return parent.emitError("has tiles, but its first argument is no context");
  OpBuilder b(loop);
  Location loc = loop.getLoc();
  llvm::SetVector<Value> used;
  getUsedValuesDefinedAbove(loop.getRegion(), used);
  Value step = getValueOrCreateConstantIndexOp(b, loc, loop.getMixedStep()[0]);
  used.insert(step);
  SmallVector<Value> captured;
  for (Value value : used)
    if (!isConstant(value) && value != parent.getArgument(0))
      captured.push_back(value);

  // Outside: the words and the call.
  Capture outside(b, loc);
  for (Value value : captured)
    if (failed(outside.pack(value)))
      return loop.emitError("cannot hand a ")
             << value.getType() << " to another thread";
  Value count = asI64(b, loc, OpFoldResult(countTiles(loop, b)));
  Value words = outside.store();
  Type pointer = words.getType();
  std::string name =
      (parent.getName() + ".tile" + (number ? Twine(number) : Twine())).str();
  callTiles(b, loc, parent.getArgument(0), name, count, words);

  // Inside: the words back, the body.
  b.setInsertionPointAfter(parent);
  auto function = func::FuncOp::create(
      b, loc, name,
      b.getFunctionType({pointer, b.getI64Type(), pointer}, TypeRange()));
  function.setPrivate();
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToStart(entry);
  IRMapping mapping;
  mapping.map(parent.getArgument(0), entry->getArgument(0));
  Capture inside(b, loc);
  for (Value value : captured)
    mapping.map(value, inside.unpack(entry->getArgument(2), value));
  for (Value value : used)
    if (isConstant(value))
      b.clone(*value.getDefiningOp(), mapping);
  Value tile = arith::IndexCastOp::create(b, loc, b.getIndexType(),
                                          entry->getArgument(1));
  mapping.map(loop.getInductionVar(0),
              arith::MulIOp::create(b, loc, tile, mapping.lookup(step)));
  for (Operation &op : loop.getBody()->without_terminator())
    b.clone(op, mapping);
  func::ReturnOp::create(b, loc);
  loop.erase();
  return success();
}

namespace {
struct OutlineTiles : vellum::impl::OutlineTilesBase<OutlineTiles> {
  void runOnOperation() override {
    llvm::MapVector<Operation *, SmallVector<scf::ForallOp>> loops;
    getOperation().walk([&](scf::ForallOp loop) {
      if (loop.getRank() == 1 && loop.getOutputs().empty())
        loops[loop->getParentOfType<func::FuncOp>()].push_back(loop);
    });
    for (auto &[parent, inside] : loops)
      for (auto [number, loop] : llvm::enumerate(inside)) {
        if (failed(outline(loop, number)))
          return signalPassFailure();
        ++outlined;
      }
  }
};
} // namespace
