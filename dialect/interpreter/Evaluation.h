//===- dialect/interpreter/Evaluation.h - frames and evaluators -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Inside the interpreter: the frame an op is evaluated in, and the table from
/// ops to their evaluators. Each file of evaluators has one `add…` function.
///
//===----------------------------------------------------------------------===//

#ifndef VELLUM_DIALECT_INTERPRETER_EVALUATION_H
#define VELLUM_DIALECT_INTERPRETER_EVALUATION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

#include <memory>

#include "dialect/Vellum.h"
#include "dialect/interpreter/Interpreter.h"

namespace vellum::interpreter {

using llvm::ArrayRef;
using llvm::SmallVector;
using mlir::Block;
using mlir::FailureOr;
using mlir::LogicalResult;
using mlir::Operation;

class Evaluators;
class Frame;

/// What all calls of one `interpret` share.
struct Run {
  Run(const Options &options, const Evaluators &evaluators)
      : options(options), evaluators(evaluators) {}

  const Options &options;
  /// What runs the ops.
  const Evaluators &evaluators;
  /// Called before each op is run, if set; its failure ends the run.
  std::function<LogicalResult(Operation &, Frame &)> beforeOp;
  /// The step numbers of the loops being run but `scf.while`, outermost first.
  SmallVector<int64_t> steps;
  /// How many calls deep the program is.
  int64_t depth = 0;
  /// How many operations, and bodies, have been evaluated.
  int64_t evaluated = 0;
  /// Set while a body runs only to learn its shapes: nothing is recorded.
  bool muted = false;
  bool expectationsHold = true;
  /// The operand shapes under which each op's constraints were last checked.
  llvm::DenseMap<Operation *, SmallVector<Shape>> checked;
};

/// The values of one function call.
class Frame {
public:
  explicit Frame(Run &run) : run(run) {}

  /// The value of an SSA value evaluated before.
  const Array &operator[](mlir::Value value) const { return *values.at(value); }
  int64_t integer(mlir::Value value) const {
    return (*this)[value].integers.front();
  }
  bool isTrue(mlir::Value value) const { return integer(value) != 0; }
  /// The values of several SSA values.
  SmallVector<Array> read(mlir::ValueRange range) const;
  SmallVector<int64_t> readIntegers(mlir::ValueRange range) const;

  /// Gives an SSA value its value, rounded to what its type can hold. Fails
  /// with a diagnostic where the shape is not one of the type's.
  LogicalResult set(mlir::Value value, Array array);
  /// Gives an op with one result its result, if there is one.
  LogicalResult setResult(Operation *op, FailureOr<Array> array);
  LogicalResult setResults(Operation *op, ArrayRef<Array> arrays);

  /// Evaluates a block but for its terminator, whose operands can be read
  /// afterwards.
  LogicalResult execute(Block &block, ArrayRef<Array> arguments);
  /// The same where the block's arguments have their values.
  LogicalResult execute(Block &block);

  /// A float as an op's result of this element type would hold it.
  double round(double x, mlir::Type type) const;

  Run &run;
  /// The indices of the innermost linalg op being run.
  SmallVector<Array> linalgIndices;

  /// While it lives, the values of a block are those of many runs of it: each
  /// scalar is an array with an element for each run.
  class Many {
  public:
    /// Does nothing unless `isMany`.
    Many(Frame &frame, Block &block, int64_t runs, bool isMany);
    ~Many();

  private:
    Frame &frame;
    /// What the block uses from outside, and what that was.
    SmallVector<std::pair<mlir::Value, Array>> captured;
  };

private:
  LogicalResult count(Operation *op);
  bool fits(const Array &array, mlir::Type type) const;
  LogicalResult evaluate(Operation &op);
  LogicalResult dispatch(Operation &op);
  LogicalResult checkConstraints(Operation &op);

  /// How many runs the values being set are of, if they are of many.
  std::optional<int64_t> runs;
  /// Behind pointers, so that references outlive insertions.
  llvm::DenseMap<mlir::Value, std::unique_ptr<Array>> values;
};

/// Calls a function in a frame of its own.
FailureOr<SmallVector<Array>> call(mlir::func::FuncOp function,
                                   ArrayRef<Array> arguments,
                                   mlir::Location location, Run &run);

/// The given shape. Fails with a diagnostic on `op` where a size is negative or
/// the tensor would have more elements than the interpreter will hold.
FailureOr<Shape> checkedShape(Operation *op, Shape shape);
/// The checked shape of a tensor type with its dynamic dimensions filled in.
FailureOr<Shape> concreteShape(Operation *op, mlir::Type type,
                               ArrayRef<int64_t> sizes);
/// The element kind of a type.
Kind kindOf(mlir::Type type);
/// The number or numbers of a constant. Fails with a diagnostic on `op` where
/// the attribute is neither.
FailureOr<Array> constantOf(Operation *op, mlir::Attribute value);

/// Evaluates an op: reads its operands from the frame and sets its results.
using Evaluator = std::function<LogicalResult(Operation *, Frame &)>;

/// Which evaluator runs which op. Who knows more ops than the language has
/// copies `all()` and adds theirs.
class Evaluators {
public:
  /// The evaluators of all ops that the language has.
  static const Evaluators &all();

  /// Null where the op is not known.
  const Evaluator *lookup(mlir::OperationName name) const;
  template <typename OpTy> const Evaluator *lookup() const {
    auto found = table.find(mlir::TypeID::get<OpTy>());
    return found == table.end() ? nullptr : &found->second;
  }
  /// The op's own evaluator or, for linalg ops, the one that runs any of them.
  const Evaluator *lookup(Operation *op) const;

  /// What runs all linalg ops, named or generic.
  void setStructured(Evaluator evaluator) { structured = std::move(evaluator); }

  /// Adds `evaluate(op, frame)`, which returns the op's one result as an Array
  /// or FailureOr<Array>, or sets the results itself and returns LogicalResult.
  template <typename OpTy, typename F> void add(F evaluate) {
    using Returned = std::invoke_result_t<F, OpTy, Frame &>;
    table[mlir::TypeID::get<OpTy>()] = [evaluate](Operation *op, Frame &frame) {
      if constexpr (std::is_same_v<Returned, LogicalResult>)
        return evaluate(llvm::cast<OpTy>(op), frame);
      else
        return frame.setResult(op, evaluate(llvm::cast<OpTy>(op), frame));
    };
  }

private:
  llvm::DenseMap<mlir::TypeID, Evaluator> table;
  Evaluator structured;
};

void addArith(Evaluators &evaluators);
void addMath(Evaluators &evaluators);
void addTensor(Evaluators &evaluators);
void addLinalg(Evaluators &evaluators);
void addControl(Evaluators &evaluators);
void addScan(Evaluators &evaluators);
void addPonder(Evaluators &evaluators);
void addPrimitives(Evaluators &evaluators);
void addAddressing(Evaluators &evaluators);
void addMemory(Evaluators &evaluators);
void addAttend(Evaluators &evaluators);
void addLayers(Evaluators &evaluators);
void addModule(Evaluators &evaluators);

} // namespace vellum::interpreter

#endif // VELLUM_DIALECT_INTERPRETER_EVALUATION_H
