//===- test/numeric/sizes/Programs.cpp - what is varied -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/numeric/sizes/Programs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"

#include "dialect/interpreter/Interpreter.h"
#include "dialect/interpreter/TensorConversion.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

/// True for a tensor that has a form outside of the program.
static bool isResult(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && dtypeOf(tensor);
}

/// Returns what a function computes for nobody, and what its tests look at, but
/// not what they expect.
static void returnEverything(func::FuncOp function) {
  Operation *last = function.getBody().front().getTerminator();
  llvm::SetVector<Value> results(last->operand_begin(), last->operand_end());
  SmallVector<Operation *> tests;
  for (Operation &op : *last->getBlock())
    for (Value result : op.getResults())
      if (result.use_empty() && isResult(result.getType()))
        results.insert(result);
  function.walk([&](Operation *op) {
    if (isa<ExpectCloseOp, ProbeOp>(op))
      tests.push_back(op);
  });
  for (Operation *op : tests) {
    if (op->getBlock() == last->getBlock())
      results.insert(op->getOperand(0));
    op->erase();
  }
  last->setOperands(results.getArrayRef());
  function.setType(FunctionType::get(function.getContext(),
                                     function.getArgumentTypes(),
                                     last->getOperandTypes()));
  function.setResAttrsAttr(nullptr);
}

static Tensor valueOf(arith::ConstantOp op) {
  auto elements = cast<DenseElementsAttr>(op.getValue());
  const Type element = elements.getElementType();
  Tensor tensor =
      Tensor::zeros(*dtypeOf(element), elements.getType().getShape().vec());
  for (int64_t i = 0, n = elements.getNumElements(); i < n; ++i)
    setElement(tensor, i,
               isa<FloatType>(element)
                   ? elements.getValues<APFloat>()[i].convertToDouble()
                   : double(elements.getValues<APInt>()[i].getSExtValue()));
  return tensor;
}

/// The values of a function without arguments.
static FailureOr<std::vector<Tensor>> evaluate(func::FuncOp function,
                                               ArrayRef<Value> values) {
  Operation *last = function.getBody().front().getTerminator();
  const SmallVector<Value> results(last->getOperands());
  last->setOperands(values);
  auto arrays = interpreter::interpret(function, {});
  last->setOperands(results);
  if (failed(arrays))
    return failure();
  std::vector<Tensor> tensors;
  for (auto [value, array] : llvm::zip_equal(values, *arrays))
    tensors.push_back(interpreter::toTensor(array, *dtypeOf(value.getType())));
  return tensors;
}

/// Makes arguments of a function's tensor constants and, in a test, which has
/// no arguments, of all tensors that it makes of nothing but sizes and numbers.
static LogicalResult liftSources(func::FuncOp function, Programs &programs) {
  const bool isTest = function.getNumArguments() == 0;
  SmallVector<Value> sources;
  for (Operation &op : function.getBody().front())
    if ((isa<arith::ConstantOp>(op) ||
         (isTest && isa<RandomOp, tensor::SplatOp, tensor::GenerateOp>(op))) &&
        isResult(op.getResult(0).getType()) &&
        cast<RankedTensorType>(op.getResult(0).getType()).getRank() > 0)
      sources.push_back(op.getResult(0));
  std::vector<Tensor> values;
  if (isTest) {
    auto evaluated = evaluate(function, sources);
    if (failed(evaluated))
      return failure();
    values = std::move(*evaluated);
  } else {
    for (Value source : sources)
      values.push_back(valueOf(source.getDefiningOp<arith::ConstantOp>()));
  }
  for (auto [source, value] : llvm::zip_equal(sources, values)) {
    const unsigned number = function.getNumArguments();
    (void)function.insertArgument(number, source.getType(), {},
                                  source.getLoc());
    programs.constants.emplace(std::pair(function.getName().str(), number),
                               std::move(value));
    Operation *op = source.getDefiningOp();
    source.replaceAllUsesWith(function.getArgument(number));
    op->erase();
  }
  return success();
}

FailureOr<Programs> Programs::of(Model &model) {
  SmallVector<StringRef> names;
  for (auto function : model.getModule().getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal()) {
      returnEverything(function);
      names.push_back(function.getName());
    }
  // What an earlier pass would make of sizes is no matter here.
  Phases phases;
  auto closed = closeFunctions(model, names, ProgramOptions(), phases);
  if (failed(closed))
    return failure();
  Programs programs;
  programs.module = std::move(*closed);
  for (auto function : programs.module->getOps<func::FuncOp>())
    if (failed(liftSources(function, programs)))
      return failure();
  return programs;
}
