//===- dialect/KnownSizes.cpp - sizes that an op's rule fixes -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one shape rule of an op is its type inference, which says no to sizes
// that do not fit, and names in its message the numbers that would. So the
// number that a `?` must be is found by asking: a size that nobody writes is
// taken where any is, and where it is refused, it can only be one of the
// numbers in the refusal. Where two of them are taken, such as 1 and the size
// of what is stretched, the size stays open.
//
// Nothing is assumed of an op but that its inference is right, and a number is
// only used once the inference has taken it.
//
//===----------------------------------------------------------------------===//

#include "dialect/KnownSizes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Threading.h"

using namespace mlir;

/// A size that nobody writes, and that any usual number of heads divides: a
/// refusal is not for the remainder.
static constexpr int64_t kUnusual = 1441440;

namespace {
/// An op's shape rule, asked about operands of other types.
class ShapeRule {
public:
  explicit ShapeRule(InferTypeOpInterface op)
      : op(op), types(llvm::to_vector(op->getOperandTypes())) {}

  void learn();

  InferTypeOpInterface op;
  /// The operands' types, as far as they are known.
  SmallVector<Type> types;

private:
  bool takes(unsigned operand, unsigned dim, int64_t size);
  int64_t findSize(unsigned operand, unsigned dim);

  /// Why the last sizes were refused.
  std::string refusal;
};
} // namespace

static Type withSize(Type type, unsigned dim, int64_t size) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(tensor.getShape());
  shape[dim] = size;
  return tensor.clone(shape);
}

bool ShapeRule::takes(unsigned operand, unsigned dim, int64_t size) {
  Block block;
  for (auto [i, type] : llvm::enumerate(types))
    block.addArgument(i == operand ? withSize(type, dim, size) : type,
                      op->getLoc());
  // Constants are read, so what is no tensor stands for itself.
  SmallVector<Value> operands(block.getArguments());
  for (auto [given, own] : llvm::zip_equal(operands, op->getOperands()))
    if (!isa<RankedTensorType>(own.getType()))
      given = own;
  refusal.clear();
  const uint64_t thread = llvm::get_threadid();
  ScopedDiagnosticHandler listen(op->getContext(), [&](Diagnostic &said) {
    if (llvm::get_threadid() != thread)
      return failure();
    refusal += said.str();
    return success();
  });
  SmallVector<Type> results;
  return succeeded(op.inferReturnTypes(op->getContext(), op->getLoc(), operands,
                                       op->getDiscardableAttrDictionary(),
                                       op->getPropertiesStorage(),
                                       op->getRegions(), results));
}

/// The numbers in a text, each once.
static SmallVector<int64_t> numbersIn(StringRef text) {
  SmallVector<int64_t> numbers;
  while (!text.empty()) {
    text = text.drop_until(llvm::isDigit);
    StringRef digits = text.take_while(llvm::isDigit);
    text = text.drop_front(digits.size());
    int64_t number;
    if (!digits.getAsInteger(10, number) &&
        !llvm::is_contained(numbers, number))
      numbers.push_back(number);
  }
  return numbers;
}

/// The only number that the dimension can be; `?` where there are more, or
/// none.
int64_t ShapeRule::findSize(unsigned operand, unsigned dim) {
  if (takes(operand, dim, kUnusual))
    return ShapedType::kDynamic;
  SmallVector<int64_t> found;
  for (int64_t number : numbersIn(refusal))
    if (number != kUnusual && takes(operand, dim, number))
      found.push_back(number);
  return found.size() == 1 ? found.front() : ShapedType::kDynamic;
}

/// In one round: what one operand tells of another the rule tells of both.
void ShapeRule::learn() {
  for (unsigned operand = 0; operand < types.size(); ++operand) {
    auto tensor = dyn_cast<RankedTensorType>(types[operand]);
    for (int64_t dim = 0; tensor && dim < tensor.getRank(); ++dim)
      if (tensor.isDynamicDim(dim))
        types[operand] = withSize(types[operand], dim, findSize(operand, dim));
  }
}

void vellum::castToKnownSizes(InferTypeOpInterface op, OpBuilder &builder) {
  auto isOpen = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && !tensor.hasStaticShape();
  };
  if (llvm::none_of(op->getOperandTypes(), isOpen))
    return;
  ShapeRule rule(op);
  rule.learn();
  for (auto [operand, type] : llvm::zip_equal(op->getOpOperands(), rule.types))
    if (operand.get().getType() != type)
      operand.set(
          tensor::CastOp::create(builder, op->getLoc(), type, operand.get()));
}
