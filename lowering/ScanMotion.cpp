//===- lowering/ScanMotion.cpp - moving products out of scans -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/ScanMotion.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialect/Shapes.h"
#include "dialect/TensorBuilder.h"

using namespace mlir;
using namespace vellum;

//===----------------------------------------------------------------------===//
// Projections
//===----------------------------------------------------------------------===//

Value Projection::weight() const {
  ContractOp op = product;
  return weightIsRight ? op.getRhs() : op.getLhs();
}

Value Projection::moving() const {
  ContractOp op = product;
  return weightIsRight ? op.getLhs() : op.getRhs();
}

/// The product of the sizes of the operand's dimensions whose letters `isOne`.
static int64_t multiplySizes(StringRef letters, Value operand,
                             llvm::function_ref<bool(char)> isOne) {
  int64_t product = 1;
  for (auto [letter, size] : llvm::zip_equal(letters, shapeOf(operand))) {
    if (!isOne(letter))
      continue;
    if (ShapedType::isDynamic(size))
      return ShapedType::kDynamic;
    product *= size;
  }
  return product;
}

static Contraction specOf(ContractOp product) {
  return *Contraction::parse(product.getSpec());
}

int64_t Projection::terms() const {
  Contraction spec = specOf(product);
  return multiplySizes(
      weightIsRight ? spec.rhs : spec.lhs, weight(),
      [&](char letter) { return !spec.result.contains(letter); });
}

int64_t Projection::rowsPerStep() const {
  Contraction spec = specOf(product);
  return multiplySizes(
      weightIsRight ? spec.lhs : spec.rhs, moving(),
      [&](char letter) { return spec.result.contains(letter); });
}

int64_t Projection::weightBytes() const {
  Contraction spec = specOf(product);
  int64_t elements = multiplySizes(weightIsRight ? spec.rhs : spec.lhs,
                                   weight(), [](char) { return true; });
  return ShapedType::isDynamic(elements)
             ? elements
             : elements * elementTypeOf(weight()).getIntOrFloatBitWidth() / 8;
}

Value Projection::overTime(OpBuilder &builder, Value stack) const {
  ContractOp op = product;
  Contraction spec = specOf(op);
  const std::string time(1, unusedLetter(op.getSpec()));
  TensorBuilder t(builder, op.getLoc());
  std::string result = "->" + time + spec.result.str();
  if (weightIsRight)
    return t.contract(time + spec.lhs.str() + "," + spec.rhs.str() + result,
                      stack, weight(), op.getExcludingAttr());
  return t.contract(spec.lhs.str() + "," + time + spec.rhs.str() + result,
                    weight(), stack, op.getExcludingAttr());
}

std::optional<Projection> vellum::asProjection(ScanOp scan,
                                               ContractOp product) {
  if (product->getBlock() != scan.getBodyBlock())
    return std::nullopt;
  bool left = isInvariant(scan, product.getLhs()),
       right = isInvariant(scan, product.getRhs());
  if (left == right)
    return std::nullopt;
  Projection projection{product, right};
  // Letters in both operands and the result would be products of their own.
  Contraction spec = specOf(product);
  for (char letter : spec.result)
    if (spec.lhs.contains(letter) && spec.rhs.contains(letter))
      return std::nullopt;
  return projection;
}

bool vellum::paysOverTime(const Projection &projection, int64_t largest) {
  constexpr int64_t termsPerRow = 32;
  int64_t bytes = projection.weightBytes(), rows = projection.rowsPerStep(),
          terms = projection.terms();
  if (!ShapedType::isDynamic(bytes) && bytes > largest)
    return true;
  return !ShapedType::isDynamic(terms) && !ShapedType::isDynamic(rows) &&
         terms >= termsPerRow * rows;
}

//===----------------------------------------------------------------------===//
// What is the same at each step
//===----------------------------------------------------------------------===//

char vellum::unusedLetter(StringRef spec) {
  for (char letter : StringRef("tsrqponmlkjihgfedcbazyxwvu"))
    if (!spec.contains(letter))
      return letter;
  llvm_unreachable("a contraction of two operands has 26 letters at most");
}

bool vellum::isInvariant(ScanOp scan, Value value) {
  if (scan.isDefinedOutsideOfLoop(value))
    return true;
  Operation *op = value.getDefiningOp();
  return op && op->getBlock() == scan.getBodyBlock() &&
         op->getNumRegions() == 0 && isPure(op) &&
         llvm::all_of(op->getOperands(), [&](Value operand) {
           return isInvariant(scan, operand);
         });
}

void vellum::moveBefore(ScanOp scan, Value value) {
  if (scan.isDefinedOutsideOfLoop(value))
    return;
  Operation *op = value.getDefiningOp();
  for (Value operand : op->getOperands())
    moveBefore(scan, operand);
  op->moveBefore(scan);
}

void vellum::collectSummands(Value value, SmallVectorImpl<Value> &summands) {
  auto add = value.getDefiningOp<arith::AddFOp>();
  if (!add || !value.hasOneUse()) {
    summands.push_back(value);
    return;
  }
  collectSummands(add.getLhs(), summands);
  collectSummands(add.getRhs(), summands);
}
