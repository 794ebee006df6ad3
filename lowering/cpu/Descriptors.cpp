//===- lowering/cpu/Descriptors.cpp - memrefs from pointers and back ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/Descriptors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

/// `{allocated, aligned, offset, sizes, strides}`, as the conversion of memref
/// to LLVM lays it out.
static Type descriptorType(MemRefType type) {
  MLIRContext *context = type.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context);
  Type index = IntegerType::get(context, 64);
  SmallVector<Type> fields{pointer, pointer, index};
  if (int64_t rank = type.getRank()) {
    Type array = LLVM::LLVMArrayType::get(index, rank);
    fields.append({array, array});
  }
  return LLVM::LLVMStructType::getLiteral(context, fields);
}

Value vellum::cpu::describe(OpBuilder &b, Location loc, MemRefType type,
                            Value pointer, ArrayRef<Value> sizes) {
  Value result = LLVM::PoisonOp::create(b, loc, descriptorType(type));
  auto insert = [&](Value value, ArrayRef<int64_t> position) {
    result = LLVM::InsertValueOp::create(b, loc, result, value, position);
  };
  auto number = [&](int64_t value) {
    return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
  };
  insert(pointer, {0});
  insert(pointer, {1});
  insert(number(0), {2});
  Value stride = number(1);
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    insert(sizes[dim], {3, dim});
    insert(stride, {4, dim});
    stride = b.createOrFold<arith::MulIOp>(loc, stride, sizes[dim]);
  }
  return UnrealizedConversionCastOp::create(b, loc, type, result).getResult(0);
}
