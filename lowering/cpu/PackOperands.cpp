//===- lowering/cpu/PackOperands.cpp - weights as kernels like them -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A step of a scan with few samples does little more than read its weights, at
/// best at the speed of the L2 cache. Rows that begin in the middle of a cache
/// line cost a third of it, and a sum over lanes after a short dot product as
/// much as the product. Both are avoided by a copy, which a few steps repay.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

#include "dialect/Vellum.h"
#include "lowering/cpu/CpuOps.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/Products.h"

namespace vellum {
#define GEN_PASS_DEF_PACKOPERANDS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-pack-operands"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

/// Floats of a cache line.
static constexpr int64_t line = 16;
/// Shorter rows lose more to padding than to being misaligned.
static constexpr int64_t shortestPadded = 64;
/// Fewer columns are too few chains of multiply-adds to hide their latency,
/// unless the chains are short.
static constexpr int64_t manyColumns = 48, shortChain = 16;
/// So few that one chain per vector of them takes twice the time of dot
/// products.
static constexpr int64_t fewColumns = 8;

namespace {
/// The right-hand side of a product in a scan, known before it.
struct Weights {
  linalg::GenericOp product;
  OpOperand *operand;
  /// Sizes, and whether rows of the operand run along the summed dimension.
  int64_t summed, columns;
  bool dots;
};
} // namespace

/// The operand with the columns of a plain product, if it stays the same from
/// step to step.
static std::optional<Weights> findWeights(linalg::GenericOp op) {
  auto scan = op->getParentOfType<ScanOp>();
  if (!scan || !isMatrixProduct(op))
    return std::nullopt;
  ProductDims dims = *sortProductDims(op);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  unsigned last = maps[2].getDimPosition(maps[2].getNumResults() - 1);
  unsigned side = llvm::is_contained(dims.columns, last) ? 1 : 0;
  ArrayRef<unsigned> columns = side ? dims.columns : dims.rows;
  Weights weights{op, op.getDpsInputOperand(side), 0, 0, false};
  auto type = cast<RankedTensorType>(weights.operand->get().getType());
  if (!dims.batch.empty() || dims.summed.size() != 1 ||
      columns != ArrayRef(last) || !type.hasStaticShape() ||
      !type.getElementType().isF32() ||
      !scan.isDefinedOutsideOfLoop(weights.operand->get()))
    return std::nullopt;
  weights.dots = maps[side].getDimPosition(1) == dims.summed[0];
  weights.summed = type.getDimSize(weights.dots ? 1 : 0);
  weights.columns = type.getDimSize(weights.dots ? 0 : 1);
  return weights;
}

/// Whether the product shall read rows of columns instead of dot products, or
/// the other way round.
static bool wantsTransposing(const Weights &weights) {
  auto [product, operand, summed, columns, dots] = weights;
  if (dots)
    return summed <= shortChain || (summed < longDot && columns >= manyColumns);
  return columns <= fewColumns && summed >= shortestPadded;
}

/// Rows that far apart, or a multiple of it, fall into the same few sets of the
/// caches: with 16 samples and 512 rows of 2048 numbers that costs a quarter.
static constexpr int64_t page = 1024;

/// True if rows this far apart begin on cache lines, and on different ones.
static bool isGoodStride(int64_t stride) {
  return stride % line == 0 && stride % page != 0;
}

static int64_t paddedWidth(int64_t width) {
  if (width < shortestPadded)
    return width;
  int64_t aligned = llvm::alignTo(width, line);
  return isGoodStride(aligned) ? aligned : aligned + line;
}

/// The distance between the rows of a tensor, which may be part of another.
static int64_t rowStride(Value tensor) {
  while (auto slice = tensor.getDefiningOp<tensor::ExtractSliceOp>())
    tensor = slice.getSource();
  return cast<RankedTensorType>(tensor.getType()).getShape().back();
}

/// A copy of `source` by the kernel of this name, with rows on cache lines of
/// their own.
static Value copied(Value source, StringRef kernel, ArrayRef<int64_t> shape,
                    OpBuilder &b) {
  Location loc = source.getLoc();
  auto type = cast<RankedTensorType>(source.getType());
  SmallVector<int64_t> padded(shape);
  padded.back() = paddedWidth(shape.back());
  Value memory = tensor::EmptyOp::create(b, loc, padded, type.getElementType());
  if (padded.back() != shape.back()) {
    SmallVector<OpFoldResult> zeros(2, b.getIndexAttr(0)),
        ones(2, b.getIndexAttr(1));
    memory = tensor::ExtractSliceOp::create(
        b, loc, memory, zeros, getAsIndexOpFoldResult(b.getContext(), shape),
        ones);
  }
  return KernelOp::create(b, loc, memory.getType(), kernel, source,
                          ValueRange(), memory)
      .getResult(0);
}

namespace {
struct PackOperands : vellum::impl::PackOperandsBase<PackOperands> {
  void runOnOperation() override {
    SmallVector<Weights> all;
    getOperation()->walk([&](linalg::GenericOp op) {
      if (std::optional<Weights> weights = findWeights(op))
        all.push_back(*weights);
    });
    for (const Weights &weights : all)
      pack(weights);
  }

private:
  void pack(const Weights &weights);
  Value copyOf(Value source, bool transposed);

  /// The copies made, so that forward and backward steps share them.
  llvm::DenseMap<Value, Value> copies[2];
};
} // namespace

/// As early as can be: before every loop that does not make `source`.
Value PackOperands::copyOf(Value source, bool transposed) {
  Value &copy = copies[transposed][source];
  if (copy)
    return copy;
  OpBuilder b(source.getContext());
  b.setInsertionPointAfterValue(source);
  auto shape =
      llvm::to_vector(cast<RankedTensorType>(source.getType()).getShape());
  if (transposed)
    std::swap(shape[0], shape[1]);
  return copy = copied(source, transposed ? "transpose" : "copy", shape, b);
}

void PackOperands::pack(const Weights &weights) {
  Value source = weights.operand->get();
  bool transposed = wantsTransposing(weights);
  int64_t width = cast<RankedTensorType>(source.getType()).getDimSize(1);
  int64_t stride = rowStride(source);
  if (!transposed && (width < shortestPadded || ShapedType::isDynamic(stride) ||
                      isGoodStride(stride))) {
    ++kept;
    return;
  }
  weights.operand->set(copyOf(source, transposed));
  ++(transposed ? this->transposed : padded);
  if (!transposed)
    return;
  linalg::GenericOp product = weights.product;
  SmallVector<AffineMap> maps = product.getIndexingMapsArray();
  AffineMap &map = maps[weights.operand->getOperandNumber()];
  map =
      AffineMap::get(map.getNumDims(), 0, {map.getResult(1), map.getResult(0)},
                     product.getContext());
  product.setIndexingMapsAttr(
      Builder(product.getContext()).getAffineMapArrayAttr(maps));
}
