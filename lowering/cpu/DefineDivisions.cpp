//===- lowering/cpu/DefineDivisions.cpp - the least number by -1 ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_DEFINEDIVISIONS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-define-divisions"

using namespace mlir;

namespace {
/// A signed division by a number that may be -1.
class Division {
public:
  explicit Division(Operation *op)
      : op(op), b(op), loc(op->getLoc()), lhs(op->getOperand(0)),
        rhs(op->getOperand(1)),
        isMinusOne(compare(arith::CmpIPredicate::eq, rhs, number(-1))),
        divisor(arith::SelectOp::create(b, loc, isMinusOne, number(1), rhs)) {}

  /// As dialect/interpreter/Arith.cpp has it.
  Value build() {
    return llvm::TypeSwitch<Operation *, Value>(op)
        .Case([&](arith::DivSIOp) { return quotient(); })
        .Case([&](arith::RemSIOp) { return remainder(); })
        .Case([&](arith::FloorDivSIOp) {
          return arith::SubIOp::create(b, loc, quotient(),
                                       one(arith::CmpIPredicate::ne));
        })
        .Default([&](Operation *) {
          return arith::AddIOp::create(b, loc, quotient(),
                                       one(arith::CmpIPredicate::eq));
        });
  }

private:
  Value number(int64_t value) {
    Type type = lhs.getType();
    auto element = b.getIntegerAttr(getElementTypeOrSelf(type), value);
    if (auto shaped = dyn_cast<ShapedType>(type))
      return arith::ConstantOp::create(
          b, loc, DenseElementsAttr::get(shaped, Attribute(element)));
    return arith::ConstantOp::create(b, loc, element);
  }
  Value compare(arith::CmpIPredicate predicate, Value x, Value y) {
    return arith::CmpIOp::create(b, loc, predicate, x, y);
  }
  Value quotient() {
    Value quotient = arith::DivSIOp::create(b, loc, lhs, divisor);
    Value negated = arith::SubIOp::create(b, loc, number(0), lhs);
    return arith::SelectOp::create(b, loc, isMinusOne, negated, quotient);
  }
  /// 0 for -1, as it is for 1.
  Value remainder() { return arith::RemSIOp::create(b, loc, lhs, divisor); }

  /// 1 where the division leaves a rest and the signs compare like this.
  Value one(arith::CmpIPredicate signs) {
    auto isNegative = [&](Value x) {
      return compare(arith::CmpIPredicate::slt, x, number(0));
    };
    Value leavesRest =
        compare(arith::CmpIPredicate::ne, remainder(), number(0));
    Value fits = compare(signs, isNegative(lhs), isNegative(rhs));
    Value both = arith::AndIOp::create(b, loc, leavesRest, fits);
    return arith::SelectOp::create(b, loc, both, number(1), number(0));
  }

  Operation *op;
  OpBuilder b;
  Location loc;
  Value lhs, rhs, isMinusOne, divisor;
};
} // namespace

static bool mayBeMinusOne(Value divisor) {
  Attribute constant;
  if (!matchPattern(divisor, m_Constant(&constant)))
    return true;
  if (auto number = dyn_cast<IntegerAttr>(constant))
    return number.getValue().isAllOnes();
  auto elements = dyn_cast<DenseIntElementsAttr>(constant);
  return !elements ||
         llvm::any_of(elements.getValues<APInt>(),
                      [](const APInt &x) { return x.isAllOnes(); });
}

namespace {
struct DefineDivisions : vellum::impl::DefineDivisionsBase<DefineDivisions> {
  void runOnOperation() override {
    SmallVector<Operation *> divisions;
    getOperation()->walk([&](Operation *op) {
      if (isa<arith::DivSIOp, arith::RemSIOp, arith::FloorDivSIOp,
              arith::CeilDivSIOp>(op) &&
          mayBeMinusOne(op->getOperand(1)))
        divisions.push_back(op);
    });
    for (Operation *op : divisions) {
      op->getResult(0).replaceAllUsesWith(Division(op).build());
      op->erase();
      ++numDefined;
    }
  }
};
} // namespace
