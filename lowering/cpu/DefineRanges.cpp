//===- lowering/cpu/DefineRanges.cpp - operands out of range --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_DEFINERANGES
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-define-ranges"

using namespace mlir;

namespace {
/// An op whose result LLVM leaves open for some operands. As written here, it
/// never meets one of them. dialect/interpreter/Arith.cpp has the same results.
class OpenOp {
public:
  explicit OpenOp(Operation *op)
      : op(op), b(op), loc(op->getLoc()), x(op->getOperand(0)),
        type(op->getResult(0).getType()),
        width(widthOf(getElementTypeOrSelf(type))) {}

  /// Its result for every operand. Null if it has one already.
  Value build() {
    return llvm::TypeSwitch<Operation *, Value>(op)
        .Case([&](arith::FPToSIOp) {
          return toInteger<arith::FPToSIOp>(
              llvm::APInt::getSignedMinValue(width),
              llvm::APInt::getSignedMaxValue(width), width - 1);
        })
        .Case([&](arith::FPToUIOp) {
          return toInteger<arith::FPToUIOp>(llvm::APInt::getZero(width),
                                            llvm::APInt::getMaxValue(width),
                                            width);
        })
        .Case([&](arith::ShLIOp) { return shift<arith::ShLIOp>(); })
        .Case([&](arith::ShRUIOp) { return shift<arith::ShRUIOp>(); })
        .Case([&](arith::ShRSIOp) { return shiftSigned(); })
        .Default([](Operation *) { return nullptr; });
  }

private:
  static unsigned widthOf(Type element) {
    return element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 64;
  }
  Value constant(Attribute element, Type like) {
    if (auto shaped = dyn_cast<ShapedType>(like))
      return arith::ConstantOp::create(b, loc,
                                       DenseElementsAttr::get(shaped, element));
    return arith::ConstantOp::create(b, loc, cast<TypedAttr>(element));
  }
  Value number(const llvm::APInt &value) {
    return constant(b.getIntegerAttr(getElementTypeOrSelf(type), value), type);
  }
  /// The float, or an infinity if it is out of the type's range.
  Value number(double value) {
    auto element = cast<FloatType>(getElementTypeOrSelf(x.getType()));
    llvm::APFloat rounded(value);
    bool loses;
    rounded.convert(element.getFloatSemantics(),
                    llvm::APFloat::rmNearestTiesToEven, &loses);
    return constant(FloatAttr::get(element, rounded), x.getType());
  }
  Value compare(arith::CmpFPredicate predicate, Value limit) {
    return arith::CmpFOp::create(b, loc, predicate, x, limit);
  }
  Value select(Value condition, Value then, Value otherwise) {
    return arith::SelectOp::create(b, loc, condition, then, otherwise);
  }

  /// Converts what lies inside of the range, with 0 in the place of the rest
  /// and of NaN, and then chooses the ends: `largest` for 2^bits and above,
  /// `least` for -2^bits, or 0 where that is the least, and below.
  template <typename Op>
  Value toInteger(const llvm::APInt &least, const llvm::APInt &largest,
                  unsigned bits) {
    const double end = std::ldexp(1.0, int(bits));
    Value low = number(least.isZero() ? 0.0 : -end), high = number(end);
    Value isInside =
        arith::AndIOp::create(b, loc, compare(arith::CmpFPredicate::OGT, low),
                              compare(arith::CmpFPredicate::OLT, high));
    Value inside = select(isInside, x, number(0.0));
    Value result = Op::create(b, loc, type, inside);
    result = select(compare(arith::CmpFPredicate::OGE, high), number(largest),
                    result);
    if (least.isZero())
      return result;
    return select(compare(arith::CmpFPredicate::OLE, low), number(least),
                  result);
  }

  /// Whether it is known that fewer bits leave than there are.
  bool isInRange(Value count) {
    Attribute attribute;
    if (!matchPattern(count, m_Constant(&attribute)))
      return false;
    if (auto number = dyn_cast<IntegerAttr>(attribute))
      return number.getValue().ult(width);
    auto elements = dyn_cast<DenseIntElementsAttr>(attribute);
    return elements &&
           llvm::all_of(elements.getValues<llvm::APInt>(),
                        [&](const llvm::APInt &n) { return n.ult(width); });
  }

  /// 0 where all bits leave.
  template <typename Op> Value shift() {
    Value count = op->getOperand(1);
    if (isInRange(count))
      return nullptr;
    Value zero = number(llvm::APInt::getZero(width));
    Value some = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, count,
                                       number(widthAsCount()));
    Value shifted = Op::create(b, loc, x, select(some, count, zero));
    return select(some, shifted, zero);
  }
  /// The sign in every bit where all others leave.
  Value shiftSigned() {
    Value count = op->getOperand(1);
    if (isInRange(count))
      return nullptr;
    Value limited =
        arith::MinUIOp::create(b, loc, count, number(widthAsCount() - 1));
    return arith::ShRSIOp::create(b, loc, x, limited);
  }
  llvm::APInt widthAsCount() {
    return llvm::APInt(width, width, /*isSigned=*/false,
                       /*implicitTrunc=*/true);
  }

  Operation *op;
  OpBuilder b;
  Location loc;
  Value x;
  Type type;
  unsigned width;
};

struct DefineRanges : vellum::impl::DefineRangesBase<DefineRanges> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) {
      if (isa<arith::FPToSIOp, arith::FPToUIOp, arith::ShLIOp, arith::ShRUIOp,
              arith::ShRSIOp>(op))
        ops.push_back(op);
    });
    for (Operation *op : ops)
      if (Value defined = OpenOp(op).build()) {
        op->getResult(0).replaceAllUsesWith(defined);
        op->erase();
        ++numDefined;
      }
  }
};
} // namespace
