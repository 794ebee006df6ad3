//===- lowering/interpreter/Tiles.cpp - tiles, words and pointers ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Loops over tiles, and the functions that they become: values are packed as
/// words, whose address goes through a service of the runtime to a function. A
/// pointer is an address of the interpreter's memory or the number of a
/// function; tiles run one after the other, on a context that is no memory.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/bit.h"

#include "dialect/interpreter/StructuredLoops.h"
#include "lowering/interpreter/Machine.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::interpreter;

/// As many as make a few samples more than one tile.
static constexpr int64_t kThreads = 2;

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

static LogicalResult evaluateForall(scf::ForallOp op, Frame &frame,
                                    Memory &memory) {
  if (!op.getOutputs().empty())
    return op.emitOpError("has results, which the interpreter does not know");
  const Shape first = mixedNumbers(op.getStaticLowerBound(),
                                   op.getDynamicLowerBound(), frame),
              end = mixedNumbers(op.getStaticUpperBound(),
                                 op.getDynamicUpperBound(), frame),
              step =
                  mixedNumbers(op.getStaticStep(), op.getDynamicStep(), frame);
  Shape counts;
  for (auto [from, to, by] : llvm::zip_equal(first, end, step)) {
    if (by <= 0)
      return op.emitOpError() << "needs a positive step, but got " << by;
    counts.push_back(to > from ? (to - from + by - 1) / by : 0);
  }
  const int64_t loop = memory.beginTiles();
  return forEachIndex(counts, [&](ArrayRef<int64_t> tile) {
    SmallVector<Array> arguments;
    for (auto [i, from, by] : llvm::zip_equal(tile, first, step))
      arguments.push_back(Array::integer(from + i * by));
    return memory.runTile(
        loop, [&] { return frame.execute(*op.getBody(), arguments); });
  });
}

/// `vellum_rt_tiles(context, count, function, captured)`.
static LogicalResult callTiles(LLVM::CallOp op, Frame &frame,
                               Machine &machine) {
  const SmallVector<Array> operands = frame.read(op.getArgOperands());
  const int64_t function = operands[2].integers.front();
  if (function < 0 || function >= int64_t(machine.functions.size()))
    return op.emitOpError("calls a pointer that is no function");
  const int64_t loop = machine.memory.beginTiles();
  for (int64_t i = 0; i < operands[1].integers.front(); ++i)
    if (failed(machine.memory.runTile(loop, [&]() -> LogicalResult {
          return call(machine.functions[function],
                      {operands[0], Array::integer(i), operands[3]},
                      op.getLoc(), frame.run);
        })))
      return failure();
  return success();
}

static LogicalResult evaluateService(LLVM::CallOp op, Frame &frame,
                                     Machine &machine) {
  const StringRef callee = op.getCallee().value_or("");
  if (callee == "vellum_rt_tiles")
    return callTiles(op, frame, machine);
  if (callee == "vellum_rt_threads")
    return frame.set(op.getResult(), Array::integer(kThreads));
  return op.emitOpError() << "calls '" << callee
                          << "', which the interpreter does not know";
}

static Array evaluateFunction(func::ConstantOp op, Machine &machine) {
  auto function =
      SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, op.getValueAttr());
  machine.functions.push_back(function);
  return Array::integer(int64_t(machine.functions.size()) - 1);
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

/// The values of an affine op's map.
template <typename OpTy> static Shape valuesOf(OpTy op, Frame &frame) {
  const AffineMap map = op.getAffineMap();
  const SmallVector<int64_t> operands = frame.readIntegers(op->getOperands());
  const ArrayRef<int64_t> dims =
                              ArrayRef(operands).take_front(map.getNumDims()),
                          symbols =
                              ArrayRef(operands).drop_front(map.getNumDims());
  return llvm::map_to_vector(map.getResults(), [&](AffineExpr expr) {
    return valueOf(expr, dims, symbols);
  });
}

static Array evaluateApply(affine::AffineApplyOp op, Frame &frame) {
  return Array::integer(valuesOf(op, frame).front());
}

static Array evaluateMin(affine::AffineMinOp op, Frame &frame) {
  const Shape values = valuesOf(op, frame);
  return Array::integer(*llvm::min_element(values));
}

static Array evaluateMax(affine::AffineMaxOp op, Frame &frame) {
  const Shape values = valuesOf(op, frame);
  return Array::integer(*llvm::max_element(values));
}

//===----------------------------------------------------------------------===//
// Words
//===----------------------------------------------------------------------===//

/// How many words a value of the type is.
static int64_t countWords(Type type) {
  if (auto array = dyn_cast<LLVM::LLVMArrayType>(type))
    return array.getNumElements() * countWords(array.getElementType());
  auto fields = dyn_cast<LLVM::LLVMStructType>(type);
  if (!fields)
    return 1;
  int64_t count = 0;
  for (Type field : fields.getBody())
    count += countWords(field);
  return count;
}

static Array evaluatePoison(LLVM::PoisonOp op, Frame &) {
  return Array::zeros(countWords(op.getType()), Kind::Integer);
}

/// The word of a struct at which a field begins.
static int64_t wordOf(Type type, ArrayRef<int64_t> position) {
  int64_t word = 0;
  for (int64_t number : position) {
    if (auto array = dyn_cast<LLVM::LLVMArrayType>(type)) {
      type = array.getElementType();
      word += number * countWords(type);
      continue;
    }
    const ArrayRef<Type> fields = cast<LLVM::LLVMStructType>(type).getBody();
    for (Type before : fields.take_front(number))
      word += countWords(before);
    type = fields[number];
  }
  return word;
}

static Array evaluateInsertValue(LLVM::InsertValueOp op, Frame &frame) {
  Array result = frame[op.getContainer()];
  result.integers[wordOf(op.getContainer().getType(), op.getPosition())] =
      frame.integer(op.getValue());
  return result;
}

static FailureOr<Array> evaluateAlloca(LLVM::AllocaOp op, Frame &frame,
                                       Memory &memory) {
  return Array::integer(
      memory.allocate(Kind::Integer, frame.integer(op.getArraySize()), op));
}

/// Only words are addressed, by one index.
static FailureOr<Array> evaluateElementPointer(LLVM::GEPOp op, Frame &frame) {
  if (!op.getElemType().isInteger(64) || op.getIndices().size() != 1)
    return op.emitOpError("addresses something else than words");
  const auto index = op.getIndices()[0];
  const int64_t offset = isa<IntegerAttr>(index)
                             ? cast<IntegerAttr>(index).getInt()
                             : frame.integer(cast<mlir::Value>(index));
  return Array::integer(frame.integer(op.getBase()) + offset);
}

/// A value that stays the same number: pointers, and descriptors of memory.
template <typename OpTy> static Array keepNumber(OpTy op, Frame &frame) {
  return frame[op->getOperand(0)];
}

static FailureOr<Array> keepHandle(UnrealizedConversionCastOp op,
                                   Frame &frame) {
  if (op.getNumOperands() != 1 || op.getNumResults() != 1)
    return op.emitOpError("does not convert one value to another");
  return frame[op.getOperand(0)];
}

/// The bits of a scalar, which may be wider than its type where nothing is
/// rounded: those that come back as a float are the number that went.
static LogicalResult evaluateBitcast(arith::BitcastOp op, Frame &frame,
                                     Machine &machine,
                                     const Evaluator &original) {
  if (failed(original(op, frame)))
    return failure();
  if (isa<ShapedType>(op.getType()))
    return success();
  if (op.getIn().getType().isF32()) {
    machine.floatsOfBits[uint32_t(frame.integer(op.getResult()))] =
        frame[op.getIn()].floats.front();
    return success();
  }
  auto known = machine.floatsOfBits.find(uint32_t(frame.integer(op.getIn())));
  if (op.getType().isF32() && known != machine.floatsOfBits.end())
    return frame.set(op.getResult(), Array::scalar(known->second));
  return success();
}

void interpreter::addTiles(Evaluators &evaluators, Machine &machine) {
  Memory &memory = machine.memory;
  evaluators.add<scf::ForallOp>([&](scf::ForallOp op, Frame &frame) {
    return evaluateForall(op, frame, memory);
  });
  evaluators.add<LLVM::CallOp>([&](LLVM::CallOp op, Frame &frame) {
    return evaluateService(op, frame, machine);
  });
  evaluators.add<func::ConstantOp>([&](func::ConstantOp op, Frame &) {
    return evaluateFunction(op, machine);
  });
  evaluators.add<affine::AffineApplyOp>(evaluateApply);
  evaluators.add<affine::AffineMinOp>(evaluateMin);
  evaluators.add<affine::AffineMaxOp>(evaluateMax);
  evaluators.add<LLVM::PoisonOp>(evaluatePoison);
  evaluators.add<LLVM::InsertValueOp>(evaluateInsertValue);
  evaluators.add<LLVM::AllocaOp>([&](LLVM::AllocaOp op, Frame &frame) {
    return evaluateAlloca(op, frame, memory);
  });
  evaluators.add<LLVM::GEPOp>(evaluateElementPointer);
  evaluators.add<LLVM::LoadOp>([&](LLVM::LoadOp op, Frame &frame) {
    memory.enter(op);
    FailureOr<Array> word = memory.load(0, frame.integer(op.getAddr()));
    return failed(word) ? word : FailureOr<Array>(word->at(0));
  });
  evaluators.add<LLVM::StoreOp>([&](LLVM::StoreOp op, Frame &frame) {
    memory.enter(op);
    return memory.store(frame.integer(op.getAddr()), frame[op.getValue()]);
  });
  evaluators.add<LLVM::IntToPtrOp>(keepNumber<LLVM::IntToPtrOp>);
  evaluators.add<UnrealizedConversionCastOp>(keepHandle);
  evaluators.add<arith::BitcastOp>(
      [&machine, original = *evaluators.lookup<arith::BitcastOp>()](
          arith::BitcastOp op, Frame &frame) {
        return evaluateBitcast(op, frame, machine, original);
      });
}
