//===- lowering/checkpoint/IndexBuilder.cpp - index arithmetic ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/checkpoint/IndexBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;
using namespace vellum;

Value IndexBuilder::constant(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

Value IndexBuilder::value(OpFoldResult index) {
  return getValueOrCreateConstantIndexOp(builder, loc, index);
}

Value IndexBuilder::add(Value lhs, Value rhs) {
  return builder.createOrFold<arith::AddIOp>(loc, lhs, rhs);
}

Value IndexBuilder::mul(Value lhs, Value rhs) {
  return builder.createOrFold<arith::MulIOp>(loc, lhs, rhs);
}

Value IndexBuilder::subtract(Value lhs, Value rhs) {
  return builder.createOrFold<arith::SubIOp>(loc, max(lhs, rhs), rhs);
}

Value IndexBuilder::divide(Value lhs, Value rhs) {
  return builder.createOrFold<arith::DivUIOp>(loc, lhs, rhs);
}

Value IndexBuilder::divideUp(Value lhs, Value rhs) {
  Value less = builder.createOrFold<arith::SubIOp>(loc, rhs, constant(1));
  return divide(add(lhs, less), rhs);
}

Value IndexBuilder::min(Value lhs, Value rhs) {
  return builder.createOrFold<arith::MinUIOp>(loc, lhs, rhs);
}

Value IndexBuilder::max(Value lhs, Value rhs) {
  return builder.createOrFold<arith::MaxUIOp>(loc, lhs, rhs);
}
