//===- test/fuzz/Program.h - building well-typed programs -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef VELLUM_TEST_FUZZ_PROGRAM_H
#define VELLUM_TEST_FUZZ_PROGRAM_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <optional>

#include "dialect/Vellum.h"
#include "test/fuzz/Choices.h"

namespace vellum::fuzz {

/// A dimension of a value. Its size is known to the generator in both variants
/// of a program, so that both are the same program and take the same inputs; in
/// the dynamic variant the types of a dimension that varies say `?`.
struct Dim {
  int64_t size = 1;
  bool varies = false;

  bool operator==(const Dim &other) const {
    return size == other.size && varies == other.varies;
  }
  bool operator!=(const Dim &other) const { return !(*this == other); }
};
using Dims = llvm::SmallVector<Dim>;

/// Bounds of floats, which keep functions within their domains.
struct Bounds {
  double low = -50, high = 50;

  bool contains(const Bounds &other) const {
    return low <= other.low && other.high <= high;
  }
};
inline constexpr Bounds kAny{-50, 50}, kUnit{0, 1}, kSigned{-1, 1};

enum class Element { Float, I1, I32, I64, Index };

/// A value of the program with what the generator knows of it.
struct Term {
  mlir::Value value;
  Dims dims;
  Bounds range;
  Element element = Element::Float;
  bool isScalar = false;

  bool isFloatTensor() const { return element == Element::Float && !isScalar; }
};

/// What an argument's numbers are like: uniform in a range, integers between
/// its ends.
struct ArgumentSpec {
  Dims dims;
  Bounds range;
  Element element = Element::Float;
  bool isScalar = false;
  /// Its numbers follow from this number, which it has in both variants.
  unsigned number = 0;
  /// Multiples of a quarter, among which many are equal.
  bool isCoarse = false;
  /// Each row of the last dimension is all zero, that is false, now and then.
  bool hasEmptyRows = false;
};

struct Program {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<ArgumentSpec> arguments;
  /// Whether every op that floats flow through has a derivative.
  bool isDifferentiable = true;
  uint64_t dataKey = 0;
};

/// Builds one function step by step. What is asked for is found among the
/// values there are or becomes an argument of the function, so that every
/// operation can be built at any time.
class ProgramBuilder {
public:
  ProgramBuilder(Choices &choices, mlir::MLIRContext *context, bool isDynamic);

  Program finish();

  //===--------------------------------------------------------------------===//
  // Sizes
  //===--------------------------------------------------------------------===//

  Dim batch() { return oneOf(batches); }
  Dim locations() { return oneOf(rows); }
  /// A size that is static in both variants.
  Dim width() { return oneOf(widths); }
  Dim steps() { return oneOf(times); }
  Dim anyDim();
  /// Dimensions of which the first are batches, most of the time.
  Dims tensorDims(unsigned least, unsigned most);
  /// The value of a size.
  mlir::Value sizeOf(Dim dim);
  llvm::SmallVector<mlir::Value> sizesOf(llvm::ArrayRef<Dim> dims);
  /// The values of those sizes that types do not tell.
  llvm::SmallVector<mlir::Value> dynamicSizes(llvm::ArrayRef<Dim> dims);

  //===--------------------------------------------------------------------===//
  // Values
  //===--------------------------------------------------------------------===//

  using Test = llvm::function_ref<bool(const Term &)>;
  /// One of the values that fit, late ones more often.
  std::optional<Term> pick(Test fits);
  /// A tensor of floats of these dimensions and in this range.
  Term need(llvm::ArrayRef<Dim> dims, Bounds range = kAny);
  /// Any tensor of floats of so many dimensions.
  Term needAny(unsigned least, unsigned most, Bounds range = kAny);
  /// A tensor of floats whose dimension `dim` (from the front or, where
  /// negative, from the end) is static and not empty.
  Term needStaticAt(int64_t dim, unsigned least, unsigned most);
  Term needMask(llvm::ArrayRef<Dim> dims);
  Term needInteger(llvm::ArrayRef<Dim> dims, Element element, int64_t low,
                   int64_t high);
  Term needScalar(Element element, Bounds range);
  /// A weight with values so small that sums over `fanIn` stay in bounds.
  Term needWeight(llvm::ArrayRef<Dim> dims, int64_t fanIn);
  Term argument(ArgumentSpec spec);
  /// `term`, or where it may leave the range, a bounded function of it.
  Term fit(Term term, Bounds range);
  /// `term` behind a `stop_gradient` if the program is to be differentiated.
  Term inert(Term term);

  /// A new value that later operations may use.
  Term add(mlir::Value value, Dims dims, Bounds range = kAny,
           Element element = Element::Float);
  Term addScalar(mlir::Value value, Element element, Bounds range = kAny);

  //===--------------------------------------------------------------------===//
  // Types
  //===--------------------------------------------------------------------===//

  mlir::Type elementType(Element element);
  /// The type with all sizes that this variant knows.
  mlir::RankedTensorType typeOf(llvm::ArrayRef<Dim> dims,
                                Element element = Element::Float);
  /// The value in that type.
  mlir::Value exact(const Term &term);
  /// The value in a type that tells all sizes which are static in both
  /// variants: some operations need to know them.
  mlir::Value known(const Term &term);
  mlir::Value castTo(mlir::Value value, mlir::Type type);
  /// Both in one type.
  std::pair<mlir::Value, mlir::Value> unify(const Term &lhs, const Term &rhs);

  mlir::Value constant(double number);
  mlir::Value constantIndex(int64_t number);
  /// A number that the program is given.
  mlir::Value runTimeIndex(int64_t number);
  /// An operation by name, of one result; null where it is not differentiable
  /// and would have to be.
  mlir::Value create(llvm::StringRef name, mlir::ValueRange operands,
                     mlir::Type type,
                     llvm::ArrayRef<mlir::NamedAttribute> attributes = {});

  //===--------------------------------------------------------------------===//
  // Bodies
  //===--------------------------------------------------------------------===//

  /// Values added while it lives are forgotten with it.
  class Scope {
  public:
    explicit Scope(ProgramBuilder &p) : p(p), count(p.terms.size()) {
      ++p.depth;
    }
    ~Scope() {
      --p.depth;
      p.terms.resize(count);
    }
    size_t begin() const { return count; }

  private:
    ProgramBuilder &p;
    size_t count;
  };

  Choices &choices;
  mlir::OpBuilder b;
  mlir::Location loc;
  const bool isDynamic;
  bool isDifferentiable = true;
  /// How deep loops nest here.
  unsigned depth = 0;
  /// The value that the next operation works on if it can.
  std::optional<Term> focus;
  llvm::SmallVector<Term> terms;
  mlir::ModuleOp module;

private:
  /// Mostly the first, so that values fit each other.
  Dim oneOf(llvm::ArrayRef<Dim> dims) {
    return choices.chance(70) ? dims.front() : dims[choices.below(dims.size())];
  }
  /// What the next operation is to be about, if it fits.
  std::optional<Term> takeFocus(Test fits);
  Dim newDim(llvm::ArrayRef<unsigned> weights, unsigned varies);
  void chooseSizes();
  llvm::SmallVector<mlir::Value> chooseResults();
  void dropUnusedArguments();

  llvm::SmallVector<Dim> batches, rows, widths, times;
  std::vector<ArgumentSpec> specs;
  mlir::Block *body = nullptr;
  mlir::OwningOpRef<mlir::ModuleOp> owned;
  /// How many large sizes may still be chosen.
  unsigned largeLeft = 1;
};

/// Makes the program that choices describe, in one of its two variants.
Program generate(Choices &choices, mlir::MLIRContext *context, bool isDynamic);

} // namespace vellum::fuzz

#endif // VELLUM_TEST_FUZZ_PROGRAM_H
