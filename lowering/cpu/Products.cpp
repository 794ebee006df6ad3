//===- lowering/cpu/Products.cpp - what counts as a matrix product --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowering/cpu/Products.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace vellum::cpu;

/// The factor of a product, and the other operand of the product if its zeros
/// hide this one: `select(other != 0, factor, 0)`.
static std::pair<Value, Value> stripExclusion(Value value) {
  auto choice = value.getDefiningOp<arith::SelectOp>();
  if (!choice || !matchPattern(choice.getFalseValue(), m_AnyZeroFloat()))
    return {value, Value()};
  auto isSeen = choice.getCondition().getDefiningOp<arith::CmpFOp>();
  if (!isSeen || isSeen.getPredicate() != arith::CmpFPredicate::UNE ||
      !matchPattern(isSeen.getRhs(), m_AnyZeroFloat()))
    return {value, Value()};
  return {choice.getTrueValue(), isSeen.getLhs()};
}

/// The multiplication if the body is `c + a * b`, with terms left out perhaps,
/// and nothing else.
static arith::MulFOp multiplicationIn(linalg::GenericOp op) {
  Block *body = op.getBody();
  if (body->getNumArguments() != 3)
    return {};
  Value a = body->getArgument(0), b = body->getArgument(1),
        c = body->getArgument(2);
  auto sum =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  if (!sum)
    return {};
  Value term = sum.getLhs() == c ? sum.getRhs() : sum.getLhs();
  auto product = term.getDefiningOp<arith::MulFOp>();
  if (!product || (sum.getLhs() != c && sum.getRhs() != c))
    return {};
  auto [lhs, hidesLhs] = stripExclusion(product.getLhs());
  auto [rhs, hidesRhs] = stripExclusion(product.getRhs());
  const bool joins = (lhs == a && rhs == b) || (lhs == b && rhs == a);
  if (!joins || (hidesLhs && hidesLhs != rhs) || (hidesRhs && hidesRhs != lhs))
    return {};
  return product;
}

Exclusion vellum::cpu::exclusionOf(linalg::GenericOp op) {
  arith::MulFOp product = multiplicationIn(op);
  Exclusion exclusion;
  for (Value factor : {product.getLhs(), product.getRhs()})
    if (Value other = stripExclusion(factor).second)
      (other == op.getBody()->getArgument(0) ? exclusion.byLhs
                                             : exclusion.byRhs) = true;
  return exclusion;
}

std::optional<int64_t> vellum::cpu::panelWidth(AffineMap map) {
  if (map.getNumResults() != 3)
    return std::nullopt;
  auto panel = dyn_cast<AffineBinaryOpExpr>(map.getResult(0));
  auto place = dyn_cast<AffineBinaryOpExpr>(map.getResult(2));
  if (!panel || !place || panel.getKind() != AffineExprKind::FloorDiv ||
      place.getKind() != AffineExprKind::Mod ||
      panel.getLHS() != place.getLHS() || panel.getRHS() != place.getRHS())
    return std::nullopt;
  auto width = dyn_cast<AffineConstantExpr>(panel.getRHS());
  if (!width || !isa<AffineDimExpr>(panel.getLHS()) ||
      !isa<AffineDimExpr>(map.getResult(1)))
    return std::nullopt;
  return width.getValue();
}

AffineMap vellum::cpu::panelMap(unsigned loops, unsigned row, unsigned column,
                                int64_t width, MLIRContext *context) {
  AffineExpr k = getAffineDimExpr(row, context),
             n = getAffineDimExpr(column, context);
  return AffineMap::get(loops, 0, {n.floorDiv(width), k, n % width}, context);
}

std::optional<ProductDims> vellum::cpu::sortProductDims(linalg::GenericOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
      !multiplicationIn(op))
    return std::nullopt;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  bool plain[3];
  for (auto [isPlain, map] : llvm::zip(plain, maps))
    isPlain = map.isProjectedPermutation();
  if (!plain[2] || (!plain[0] && !(plain[1] && panelWidth(maps[0]))) ||
      (!plain[1] && !panelWidth(maps[1])))
    return std::nullopt;
  ProductDims dims;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim) {
    bool a = maps[0].isFunctionOfDim(dim), b = maps[1].isFunctionOfDim(dim),
         c = maps[2].isFunctionOfDim(dim);
    if (a && b)
      (c ? dims.batch : dims.summed).push_back(dim);
    else if (a && c)
      dims.rows.push_back(dim);
    else if (b && c)
      dims.columns.push_back(dim);
    else
      return std::nullopt;
  }
  if (dims.summed.empty())
    return std::nullopt;
  return dims;
}

bool vellum::cpu::isMatrixProduct(Operation *op) {
  auto generic = dyn_cast_or_null<linalg::GenericOp>(op);
  if (!generic)
    return false;
  std::optional<ProductDims> dims = sortProductDims(generic);
  if (!dims)
    return false;
  // A batch of products of a vector reads its operands once: nothing that a
  // kernel could do better than a loop, which may do more while it is there.
  bool isVector = dims->rows.empty() || dims->columns.empty();
  return dims->batch.empty() ? !(dims->rows.empty() && dims->columns.empty())
                             : !isVector;
}

bool vellum::cpu::isProductInMemory(linalg::GenericOp op) {
  return isMatrixProduct(op) && op.hasPureBufferSemantics() &&
         getElementTypeOrSelf(op.getDpsInits()[0]).isF32();
}

/// The size of dimension `dim`, as the value that its memory was taken with.
static OpFoldResult sizeInMemory(Value memref, int64_t dim) {
  auto type = cast<MemRefType>(memref.getType());
  if (!type.isDynamicDim(dim))
    return OpBuilder(type.getContext()).getIndexAttr(type.getDimSize(dim));
  if (auto alloc = memref.getDefiningOp<memref::AllocOp>())
    return alloc.getDynamicSizes()[type.getDynamicDimIndex(dim)];
  return {};
}

bool vellum::cpu::hasNoGaps(Value memref) {
  auto view = memref.getDefiningOp<memref::SubViewOp>();
  if (!view)
    return cast<MemRefType>(memref.getType()).getLayout().isIdentity();
  if (view.getDroppedDims().any() || !view.hasUnitStride())
    return false;
  for (int64_t dim = 1; dim < view.getType().getRank(); ++dim)
    if (!isZeroInteger(view.getMixedOffsets()[dim]) ||
        !isEqualConstantIntOrValue(view.getMixedSizes()[dim],
                                   sizeInMemory(view.getSource(), dim)))
      return false;
  return hasNoGaps(view.getSource());
}
