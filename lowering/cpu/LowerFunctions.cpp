//===- lowering/cpu/LowerFunctions.cpp - functions of elements ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include "dialect/Vellum.h"
#include "lowering/cpu/CpuPasses.h"

namespace vellum {
#define GEN_PASS_DEF_LOWERFUNCTIONS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-lower-functions"

using namespace mlir;
using namespace vellum;

/// The device library's function of f32, or of 4, 8 or 16 of them.
static std::optional<std::string> functionFor(StringRef name, Type type) {
  if (type.isF32())
    return ("vl_" + name + "_f32").str();
  auto vector = dyn_cast<VectorType>(type);
  if (!vector || vector.getRank() != 1 || !vector.getElementType().isF32() ||
      !llvm::is_contained({4, 8, 16}, vector.getNumElements()))
    return std::nullopt;
  return ("vl_" + name + "_f32x" + Twine(vector.getNumElements())).str();
}

/// Calls a function of arguments of the result's type, and declares it where
/// that was not done yet.
static Value call(OpBuilder &b, Operation *op, StringRef function, Type type,
                  ValueRange arguments) {
  auto module = op->getParentOfType<ModuleOp>();
  if (!module.lookupSymbol<func::FuncOp>(function)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    auto declared =
        func::FuncOp::create(b, op->getLoc(), function,
                             b.getFunctionType(arguments.getTypes(), type));
    declared.setPrivate();
  }
  return func::CallOp::create(b, op->getLoc(), function, type, arguments)
      .getResult(0);
}

/// `like` with elements of another type.
static Type withElements(Type like, Type element) {
  if (auto vector = dyn_cast<VectorType>(like))
    return vector.clone(element);
  return element;
}

/// An integer, or as many as the vector type has.
static Value number(OpBuilder &b, Location loc, int64_t value, Type type) {
  TypedAttr attribute = b.getIntegerAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, Attribute(attribute));
  return arith::ConstantOp::create(b, loc, attribute);
}

namespace {

/// Functions of f32 are the device library's.
template <typename Op> struct CallElementwise : OpRewritePattern<Op> {
  CallElementwise(MLIRContext *context, StringRef name)
      : OpRewritePattern<Op>(context), name(name) {}

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    Type type = op->getResult(0).getType();
    std::optional<std::string> function = functionFor(name, type);
    if (!function)
      return rewriter.notifyMatchFailure(op, "no function of this type");
    rewriter.replaceOp(op,
                       call(rewriter, op, *function, type, op->getOperands()));
    return success();
  }
  StringRef name;
};

/// Functions of f64 that LLVM has no intrinsic for, or only one that is built
/// of others and wrong near 0, are the C library's, an element at a time.
template <typename Op> struct CallLibm : OpRewritePattern<Op> {
  CallLibm(MLIRContext *context, StringRef name)
      : OpRewritePattern<Op>(context), name(name) {}

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    Type type = op->getResult(0).getType();
    if (!getElementTypeOrSelf(type).isF64())
      return rewriter.notifyMatchFailure(op, "is not of f64");
    Value x = op->getOperand(0);
    auto vector = dyn_cast<VectorType>(type);
    if (!vector) {
      rewriter.replaceOp(op, call(rewriter, op, name, type, x));
      return success();
    }
    if (vector.getRank() != 1)
      return rewriter.notifyMatchFailure(op, "is not of rank 1");
    Value result = arith::ConstantOp::create(rewriter, op.getLoc(),
                                             rewriter.getZeroAttr(vector));
    for (int64_t i = 0; i < vector.getNumElements(); ++i) {
      Value element = vector::ExtractOp::create(rewriter, op.getLoc(), x, i);
      Value y = call(rewriter, op, name, element.getType(), element);
      result = vector::InsertOp::create(rewriter, op.getLoc(), y, result, i);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
  StringRef name;
};

/// Functions of f16 compute in f32.
template <typename Op> struct ExtendHalf : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    Type type = op->getResult(0).getType();
    if (!getElementTypeOrSelf(type).isF16())
      return rewriter.notifyMatchFailure(op, "is not of f16");
    Type wide = withElements(type, rewriter.getF32Type());
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(operand.getType() == type
                             ? Value(arith::ExtFOp::create(
                                   rewriter, op.getLoc(), wide, operand))
                             : operand);
    Value y = Op::create(rewriter, op.getLoc(), TypeRange{wide}, operands);
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, type, y);
    return success();
  }
};

/// Writes the power of a float by an integer.
class IntegerPower {
public:
  IntegerPower(math::FPowIOp op, OpBuilder &b)
      : op(op), b(b), loc(op.getLoc()), type(op.getType()) {}

  /// By the device library, whose power is an i32, passed as a float's bits.
  /// One with more bits becomes a neighbour of the ends of i32, even or odd as
  /// it is: there x^n is 0, infinite or, for |x| = 1, told by that alone.
  Value inFloats(StringRef function) {
    Value n = power();
    Type wide = n.getType();
    if (getElementTypeOrSelf(wide).getIntOrFloatBitWidth() > 32) {
      const int64_t end = std::numeric_limits<int32_t>::max() - 1;
      Value isOdd = arith::AndIOp::create(b, loc, n, number(b, loc, 1, wide));
      Value low = arith::MaxSIOp::create(b, loc, n, number(b, loc, -end, wide));
      Value both =
          arith::MinSIOp::create(b, loc, low, number(b, loc, end, wide));
      n = arith::OrIOp::create(b, loc, both, isOdd);
      n = arith::TruncIOp::create(b, loc, withElements(wide, b.getI32Type()),
                                  n);
    }
    Value bits = arith::BitcastOp::create(b, loc, type, n);
    return call(b, op, function, type, {op.getLhs(), bits});
  }

  /// By `pow`, which may lose the last bit of an integer, and so the sign.
  Value inDoubles() {
    Value n = power(), x = op.getLhs();
    Value size = math::PowFOp::create(b, loc, math::AbsFOp::create(b, loc, x),
                                      arith::SIToFPOp::create(b, loc, type, n));
    Value isOdd = arith::CmpIOp::create(
        b, loc, arith::CmpIPredicate::ne,
        arith::AndIOp::create(b, loc, n, number(b, loc, 1, n.getType())),
        number(b, loc, 0, n.getType()));
    Value negated = math::CopySignOp::create(b, loc, size, x);
    return arith::SelectOp::create(b, loc, isOdd, negated, size);
  }

private:
  /// The power as an integer of 32 or 64 bits.
  Value power() {
    Value n = op.getRhs();
    Type element = getElementTypeOrSelf(n.getType());
    if (element.isIndex())
      return arith::IndexCastOp::create(
          b, loc, withElements(n.getType(), b.getI64Type()), n);
    if (element.getIntOrFloatBitWidth() >= 32)
      return n;
    return arith::ExtSIOp::create(b, loc,
                                  withElements(n.getType(), b.getI32Type()), n);
  }
  math::FPowIOp op;
  OpBuilder &b;
  Location loc;
  Type type;
};

struct CallIntegerPower : OpRewritePattern<math::FPowIOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::FPowIOp op,
                                PatternRewriter &rewriter) const override {
    IntegerPower power(op, rewriter);
    if (auto function = functionFor("powi", op.getType()))
      rewriter.replaceOp(op, power.inFloats(*function));
    else if (getElementTypeOrSelf(op.getType()).isF64())
      rewriter.replaceOp(op, power.inDoubles());
    else
      return rewriter.notifyMatchFailure(op, "no function of this type");
    return success();
  }
};

/// Powers of integers, whose products wrap: a factor x^(2^i) for each bit i of
/// n. The bits of a negative n are right for 1 and -1, of which only the last
/// counts; of other numbers such powers are 0.
struct MultiplyPowers : OpRewritePattern<math::IPowIOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::IPowIOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value x = op.getLhs(), n = op.getRhs();
    auto constant = [&](OpBuilder &b, int64_t value) {
      return number(b, loc, value, op.getType());
    };
    Value zero = constant(rewriter, 0), one = constant(rewriter, 1);
    auto is = [&](arith::CmpIPredicate predicate, Value a, Value b) -> Value {
      return arith::CmpIOp::create(rewriter, loc, predicate, a, b);
    };
    Value isNegative = is(arith::CmpIPredicate::slt, n, zero);
    Value isLarge = arith::AndIOp::create(
        rewriter, loc, is(arith::CmpIPredicate::ne, x, one),
        is(arith::CmpIPredicate::ne, x, constant(rewriter, -1)));
    Value vanishes = arith::AndIOp::create(rewriter, loc, isNegative, isLarge);
    Value power = multiply(rewriter, loc, x, n, one, zero);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, vanishes, zero, power);
    return success();
  }

private:
  static Value multiply(OpBuilder &b, Location loc, Value x, Value n, Value one,
                        Value zero) {
    Type element = getElementTypeOrSelf(n.getType());
    const int64_t bits =
        element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
    auto index = [&](int64_t value) {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    auto loop = scf::ForOp::create(
        b, loc, index(0), index(bits), index(1), ValueRange{one, x, n},
        [&](OpBuilder &b, Location loc, Value, ValueRange carried) {
          Value power = carried[0], factor = carried[1], rest = carried[2];
          Value isSet = arith::CmpIOp::create(
              b, loc, arith::CmpIPredicate::ne,
              arith::AndIOp::create(b, loc, rest, one), zero);
          Value product = arith::MulIOp::create(b, loc, power, factor);
          scf::YieldOp::create(
              b, loc,
              ValueRange{arith::SelectOp::create(b, loc, isSet, product, power),
                         arith::MulIOp::create(b, loc, factor, factor),
                         arith::ShRUIOp::create(b, loc, rest, one)});
        });
    return loop.getResult(0);
  }
};

} // namespace

template <typename Op>
static void addFunction(RewritePatternSet &patterns, StringRef name) {
  patterns.add<CallElementwise<Op>>(patterns.getContext(), name);
  patterns.add<ExtendHalf<Op>>(patterns.getContext());
}

/// One that calls the C library for f64.
template <typename Op>
static void addWithLibm(RewritePatternSet &patterns, StringRef name) {
  addFunction<Op>(patterns, name);
  patterns.add<CallLibm<Op>>(patterns.getContext(), name);
}

static void addFunctions(RewritePatternSet &patterns) {
  addFunction<math::ExpOp>(patterns, "exp");
  addFunction<math::Exp2Op>(patterns, "exp2");
  addWithLibm<math::ExpM1Op>(patterns, "expm1");
  addFunction<math::LogOp>(patterns, "log");
  addFunction<math::Log2Op>(patterns, "log2");
  addFunction<math::Log10Op>(patterns, "log10");
  addWithLibm<math::Log1pOp>(patterns, "log1p");
  addFunction<math::RsqrtOp>(patterns, "rsqrt");
  addWithLibm<math::CbrtOp>(patterns, "cbrt");
  addFunction<math::PowFOp>(patterns, "pow");
  addFunction<math::SinOp>(patterns, "sin");
  addFunction<math::CosOp>(patterns, "cos");
  addFunction<math::TanOp>(patterns, "tan");
  addFunction<math::AsinOp>(patterns, "asin");
  addFunction<math::AcosOp>(patterns, "acos");
  addFunction<math::AtanOp>(patterns, "atan");
  addFunction<math::Atan2Op>(patterns, "atan2");
  addFunction<math::SinhOp>(patterns, "sinh");
  addFunction<math::CoshOp>(patterns, "cosh");
  addFunction<math::TanhOp>(patterns, "tanh");
  addWithLibm<math::AsinhOp>(patterns, "asinh");
  addWithLibm<math::AcoshOp>(patterns, "acosh");
  addWithLibm<math::AtanhOp>(patterns, "atanh");
  addWithLibm<math::ErfOp>(patterns, "erf");
  addWithLibm<math::ErfcOp>(patterns, "erfc");
  addFunction<SigmoidOp>(patterns, "sigmoid");
  addFunction<SoftplusOp>(patterns, "softplus");
  patterns.add<CallIntegerPower, ExtendHalf<math::FPowIOp>, MultiplyPowers>(
      patterns.getContext());
}

namespace {
struct LowerFunctions : vellum::impl::LowerFunctionsBase<LowerFunctions> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    addFunctions(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
