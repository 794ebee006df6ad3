//===- dialect/Checks.h - building an op's checks ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_CHECKS_H
#define VELLUM_DIALECT_CHECKS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SmallBitVector.h"

#include "dialect/Sizes.h"

namespace vellum {

/// What a check says: text between numbers, of which some are known only when
/// the program runs.
class CheckText {
public:
  CheckText &operator<<(llvm::StringRef words);
  CheckText &operator<<(int64_t number);
  CheckText &operator<<(mlir::OpFoldResult number);
  /// In quotes, as diagnostics put it.
  CheckText &operator<<(mlir::Type type);
  /// As formatShape.
  CheckText &operator<<(llvm::ArrayRef<mlir::OpFoldResult> shape);

  llvm::StringRef getText() const { return text; }
  llvm::ArrayRef<mlir::Value> getValues() const { return values; }

private:
  std::string text;
  llvm::SmallVector<mlir::Value> values;
};

/// Sizes found to be equal and numbers found not to be negative by the checks
/// before. What is known in a body is forgotten where it ends, as a body may
/// not run.
class CheckFacts {
public:
  bool areEqual(mlir::OpFoldResult a, mlir::OpFoldResult b);
  void addEqual(mlir::OpFoldResult a, mlir::OpFoldResult b);
  bool isNotNegative(mlir::OpFoldResult number);
  void addNotNegative(mlir::OpFoldResult number);

  /// How much is known; what is learnt from here on is dropped by `forget`.
  size_t mark() const { return log.size(); }
  void forget(size_t mark);

private:
  mlir::OpFoldResult leader(mlir::OpFoldResult number) const;

  llvm::DenseMap<mlir::Value, mlir::OpFoldResult> leaders;
  llvm::DenseSet<mlir::Value> natural;
  llvm::SmallVector<std::pair<mlir::Value, bool>> log;
};

/// Builds the checks of one op, before it. A condition is an i1, or null where
/// it is known to hold; a check whose condition is known is not built.
class CheckBuilder {
public:
  CheckBuilder(mlir::Operation *op, Sizes &sizes, CheckFacts &facts)
      : op(op), sizes(sizes), facts(facts), b(op), loc(op->getLoc()) {}

  /// A size of a tensor.
  mlir::OpFoldResult size(mlir::Value tensor, int64_t dim) {
    return sizes.of(tensor, dim);
  }
  llvm::SmallVector<mlir::OpFoldResult> shape(mlir::Value tensor) {
    return sizes.of(tensor);
  }
  Sizes &getSizes() { return sizes; }

  /// Signed comparisons.
  mlir::Value equal(mlir::OpFoldResult a, mlir::OpFoldResult b);
  mlir::Value equalTo(mlir::OpFoldResult a, int64_t number);
  mlir::Value isMultiple(mlir::OpFoldResult a, int64_t divisor);
  mlir::Value atMost(mlir::OpFoldResult a, mlir::OpFoldResult b);
  mlir::Value notNegative(mlir::OpFoldResult a);
  /// 0 <= index < size.
  mlir::Value isIndexOf(mlir::OpFoldResult index, mlir::OpFoldResult size);
  mlir::Value both(mlir::Value a, mlir::Value b);
  mlir::Value either(mlir::Value a, mlir::Value b);
  mlir::OpFoldResult lesser(mlir::OpFoldResult a, mlir::OpFoldResult b);
  /// a - b, which must not overflow.
  mlir::OpFoldResult subtract(mlir::OpFoldResult a, mlir::OpFoldResult b);
  /// A product and a sum of integers that cannot overflow, as an f64: rounded
  /// beyond 2^53, which no size in memory is.
  mlir::Value wide(mlir::OpFoldResult a);
  mlir::Value wideProduct(llvm::ArrayRef<mlir::OpFoldResult> factors);
  mlir::Value wideCompare(mlir::arith::CmpFPredicate predicate, mlir::Value a,
                          mlir::Value b);

  /// `'vellum.scan' op `, as every message about an op begins.
  CheckText says() const { return saysOf(op); }
  static CheckText saysOf(mlir::Operation *op);

  void require(mlir::Value condition, const CheckText &text);
  /// The condition says among other things that `number` is not negative.
  void requireNatural(mlir::OpFoldResult number, mlir::Value condition,
                      const CheckText &text);
  void requireEqual(mlir::OpFoldResult a, mlir::OpFoldResult b,
                    const CheckText &text);
  /// Sizes of a tensor that an op makes: none is negative, and there are not
  /// too many elements.
  void requireShape(llvm::ArrayRef<mlir::OpFoldResult> shape);
  void requireNotNegative(llvm::ArrayRef<mlir::OpFoldResult> shape);
  void requireCount(llvm::ArrayRef<mlir::OpFoldResult> shape);
  /// The same of a result that may be larger than all operands.
  void requireCountBeyond(llvm::ArrayRef<mlir::OpFoldResult> shape,
                          mlir::ValueRange operands);
  /// Sizes, none of them negative, make up `whole`.
  void requireProduct(llvm::ArrayRef<mlir::OpFoldResult> factors,
                      mlir::OpFoldResult whole);
  /// A result has this shape; its type may know more than where that is from.
  void requireType(unsigned result, llvm::ArrayRef<mlir::OpFoldResult> shape);

  /// What the rule of an op with inferred types asks, and what its types say
  /// beyond it.
  void requireRule(mlir::InferTypeOpInterface inference);
  /// All tensors have the same shape.
  void requireSameShape();

  /// A shape without the dimensions that a slice drops.
  static llvm::SmallVector<mlir::OpFoldResult>
  without(llvm::ArrayRef<mlir::OpFoldResult> shape,
          const llvm::SmallBitVector &dropped);

  /// Checks from here on are reported at `location`; at the op before.
  void reportAt(mlir::Location location) { loc = location; }

  mlir::OpBuilder &getBuilder() { return b; }
  mlir::Location getLoc() const { return loc; }

private:
  mlir::Value constant(int64_t number);
  mlir::OpFoldResult valueOf(const SizeTerm &term);

  mlir::Operation *op;
  Sizes &sizes;
  CheckFacts &facts;
  mlir::OpBuilder b;
  mlir::Location loc;
};

/// Builds what `op` asks of its operands.
void buildChecks(mlir::Operation *op, CheckBuilder &check);

} // namespace vellum

#endif // VELLUM_DIALECT_CHECKS_H
