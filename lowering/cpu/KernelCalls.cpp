//===- lowering/cpu/KernelCalls.cpp - calling the device library ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/KernelCalls.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

#include "lowering/LoopSizes.h"

using namespace mlir;
using namespace vellum::cpu;

Strided::Strided(OpBuilder &builder, Location location, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  elementBytes = bytesOfElement(type.getElementType());
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, location, memref);
  base =
      memref::ExtractAlignedPointerAsIndexOp::create(builder, location, memref);
  offset = metadata.getConstifiedMixedOffset();
  sizes = metadata.getConstifiedMixedSizes();
  strides = metadata.getConstifiedMixedStrides();
}

Value Strided::pointer(OpBuilder &b, Location loc, ArrayRef<int64_t> dims,
                       ArrayRef<Value> indices) const {
  Value element = getValueOrCreateConstantIndexOp(b, loc, offset);
  for (auto [dim, index] : llvm::zip(dims, indices)) {
    Value stride = getValueOrCreateConstantIndexOp(b, loc, strides[dim]);
    element = b.createOrFold<arith::AddIOp>(
        loc, element, b.createOrFold<arith::MulIOp>(loc, index, stride));
  }
  Value bytes = b.createOrFold<arith::MulIOp>(
      loc, element, arith::ConstantIndexOp::create(b, loc, elementBytes));
  Value address =
      asI64(b, loc, b.createOrFold<arith::AddIOp>(loc, base, bytes));
  return LLVM::IntToPtrOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext()), address);
}

int64_t MappedMemref::dimOf(unsigned loop) const {
  return *map.getResultPosition(getAffineDimExpr(loop, map.getContext()));
}

Value MappedMemref::pointer(OpBuilder &b, Location loc,
                            ArrayRef<unsigned> loops,
                            ValueRange indices) const {
  SmallVector<int64_t> dims;
  SmallVector<Value> values;
  for (auto [loop, index] : llvm::zip(loops, indices))
    if (has(loop)) {
      dims.push_back(dimOf(loop));
      values.push_back(index);
    }
  return data.pointer(b, loc, dims, values);
}

Value vellum::cpu::asI64(OpBuilder &b, Location loc, OpFoldResult index) {
  if (std::optional<int64_t> number = getConstantIntValue(index))
    return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(*number));
  return b.createOrFold<arith::IndexCastOp>(loc, b.getI64Type(),
                                            cast<Value>(index));
}

/// The declaration of an external function of the module.
static LLVM::LLVMFuncOp declare(OpBuilder &b, Location loc, ModuleOp module,
                                StringRef name, TypeRange arguments,
                                Type result = {}) {
  if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(name))
    return known;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  auto type = LLVM::LLVMFunctionType::get(
      result ? result : LLVM::LLVMVoidType::get(b.getContext()),
      llvm::to_vector(arguments));
  return LLVM::LLVMFuncOp::create(b, loc, name, type);
}

static ModuleOp moduleAround(OpBuilder &b) {
  return b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
}

void vellum::cpu::callKernel(OpBuilder &b, Location loc, StringRef name,
                             ArrayRef<Value> arguments) {
  SmallVector<Value> operands;
  for (Value argument : arguments)
    operands.push_back(argument.getType().isIndex() ? asI64(b, loc, argument)
                                                    : argument);
  LLVM::LLVMFuncOp function =
      declare(b, loc, moduleAround(b), ("vl_" + name).str(),
              ValueRange(operands).getTypes());
  LLVM::CallOp::create(b, loc, function, operands);
}

void vellum::cpu::callOnThreads(OpBuilder &b, Location loc, Value context,
                                StringRef name, ArrayRef<Value> arguments) {
  ModuleOp module = moduleAround(b);
  LLVM::LLVMFuncOp kernel = declare(b, loc, module, ("vl_" + name).str(),
                                    ValueRange(arguments).getTypes());
  SmallVector<Value> operands{context,
                              LLVM::AddressOfOp::create(b, loc, kernel)};
  llvm::append_range(operands, arguments);
  LLVM::LLVMFuncOp service = declare(b, loc, module, "vellum_rt_product",
                                     ValueRange(operands).getTypes());
  LLVM::CallOp::create(b, loc, service, operands);
}

void vellum::cpu::callTiles(OpBuilder &b, Location loc, Value context,
                            StringRef function, Value count, Value captured) {
  Type pointer = context.getType();
  Value body = func::ConstantOp::create(
      b, loc,
      b.getFunctionType({pointer, b.getI64Type(), pointer}, TypeRange()),
      FlatSymbolRefAttr::get(b.getContext(), function));
  Value address =
      UnrealizedConversionCastOp::create(b, loc, pointer, body).getResult(0);
  SmallVector<Value> operands{context, count, address, captured};
  LLVM::CallOp::create(b, loc,
                       declare(b, loc, moduleAround(b), "vellum_rt_tiles",
                               ValueRange(operands).getTypes()),
                       operands);
}

Value vellum::cpu::contextOf(func::FuncOp function) {
  return function.getNumArguments() > 0 &&
                 isa<LLVM::LLVMPointerType>(function.getArgumentTypes()[0])
             ? function.getArgument(0)
             : Value();
}

Value vellum::cpu::threadCount(OpBuilder &b, Location loc, Value context) {
  LLVM::LLVMFuncOp service =
      declare(b, loc, moduleAround(b), "vellum_rt_threads", context.getType(),
              b.getI64Type());
  Value count =
      LLVM::CallOp::create(b, loc, service, ValueRange{context}).getResult();
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), count);
}

void vellum::cpu::fail(OpBuilder &b, Location loc, Value context, Value place,
                       Value text, Value values) {
  SmallVector<Value> operands{context, place, text, values};
  LLVM::LLVMFuncOp service = declare(b, loc, moduleAround(b), "vellum_rt_fail",
                                     ValueRange(operands).getTypes());
  // What leads to it is moved out of the way, and nothing follows it.
  service.setPassthroughAttr(b.getStrArrayAttr({"noreturn", "cold"}));
  LLVM::CallOp::create(b, loc, service, operands);
}

scf::ForallOp vellum::cpu::createTileLoop(OpBuilder &b, Location loc,
                                          Value count) {
  return scf::ForallOp::create(
      b, loc, ArrayRef<OpFoldResult>{b.getIndexAttr(0)},
      ArrayRef<OpFoldResult>{count}, ArrayRef<OpFoldResult>{b.getIndexAttr(1)},
      ValueRange(), std::nullopt);
}

Value vellum::cpu::countPositions(OpBuilder &b, Location loc,
                                  ArrayRef<OpFoldResult> sizes) {
  Value count = arith::ConstantIndexOp::create(b, loc, 1);
  for (OpFoldResult size : sizes)
    count = b.createOrFold<arith::MulIOp>(
        loc, count, getValueOrCreateConstantIndexOp(b, loc, size));
  return count;
}

SmallVector<OpFoldResult>
vellum::cpu::positionAt(OpBuilder &b, Location loc, Value index,
                        ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> position(sizes.size());
  for (size_t dim = sizes.size(); dim-- > 0;) {
    Value size = getValueOrCreateConstantIndexOp(b, loc, sizes[dim]);
    position[dim] =
        dim ? b.createOrFold<arith::RemUIOp>(loc, index, size) : index;
    index = b.createOrFold<arith::DivUIOp>(loc, index, size);
  }
  return position;
}

void vellum::cpu::buildLoops(OpBuilder &b, Location loc,
                             ArrayRef<OpFoldResult> sizes,
                             function_ref<void(OpBuilder &, ValueRange)> body) {
  OpBuilder::InsertionGuard guard(b);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  SmallVector<Value> indices;
  for (OpFoldResult size : sizes) {
    Value bound = getValueOrCreateConstantIndexOp(b, loc, size);
    auto loop = scf::ForOp::create(b, loc, zero, bound, one);
    indices.push_back(loop.getInductionVar());
    b.setInsertionPointToStart(loop.getBody());
  }
  body(b, indices);
}
