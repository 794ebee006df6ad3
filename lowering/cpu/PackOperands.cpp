//===- lowering/cpu/PackOperands.cpp - weights as kernels like them -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A step of a scan with few samples does little more than read its weights, at
/// best at the speed of the L2 cache. Rows that begin in the middle of a cache
/// line cost a third of it, a sum over lanes after a short dot product as much
/// as the product, and a line here and a line there of weights that leave L2 a
/// fifth to a third. All are avoided by a copy, which a few steps repay.
///
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

#include "dialect/Vellum.h"
#include "lowering/Remarks.h"
#include "lowering/ScanMotion.h"
#include "lowering/cpu/CpuOps.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/MemoryParts.h"
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
/// How a kernel reads weights.
enum class Form { Kept, Padded, Transposed, Panels, TransposedPanels };

/// The right-hand side of a product in a scan, known before it.
struct Weights {
  linalg::GenericOp product;
  OpOperand *operand;
  /// Sizes, and whether rows of the operand run along the summed dimension.
  int64_t summed, columns;
  bool dots;
  /// The loop dimensions of both.
  unsigned summedDim, columnDim;
  /// The other operand has at most one dimension that is not summed.
  bool oneRowDim;
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
  ArrayRef<unsigned> rows = side ? dims.rows : dims.columns;
  Weights weights{op,    op.getDpsInputOperand(side),
                  0,     0,
                  false, dims.summed[0],
                  last,  rows.size() <= 1};
  auto type = cast<RankedTensorType>(weights.operand->get().getType());
  if (!dims.batch.empty() || dims.summed.size() != 1 ||
      columns != ArrayRef(last) || !type.hasStaticShape() ||
      !type.getElementType().isF32() ||
      !isInvariant(scan, weights.operand->get()))
    return std::nullopt;
  weights.dots = maps[side].getDimPosition(1) == dims.summed[0];
  weights.summed = type.getDimSize(weights.dots ? 1 : 0);
  weights.columns = type.getDimSize(weights.dots ? 0 : 1);
  return weights;
}

/// Whether the product shall read rows of columns instead of dot products, or
/// the other way round.
static bool wantsTransposing(const Weights &weights) {
  int64_t summed = weights.summed, columns = weights.columns;
  if (weights.dots)
    return summed <= shortChain || (summed < longDot && columns >= manyColumns);
  return columns <= fewColumns && summed >= shortestPadded;
}

/// True if rows this far apart begin on cache lines, and on different ones:
/// with 16 samples and 512 rows of 2048 numbers whole pages apart cost a
/// quarter.
static bool isGoodStride(int64_t stride) {
  return stride % line == 0 && stride % pageFloats != 0;
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

/// Weights that leave L2 between two steps are worth panels, which a tile of
/// 8 rows and 48 columns reads from their first byte to their last: with 16
/// samples and weights of 512 x 2048 products take 0.79 of the time, the other
/// way round 0.72 of that of dot products, with one sample 0.76. Smaller ones
/// do not repay the copy: 1 MiB (LSTM 256) loses 5 % of a training step with
/// one sample, the 160 kB of a memory machine 9 %, and with more samples either
/// gains nothing.
static constexpr int64_t streamedBytes = 1 << 20, panelColumns = 48;

static bool wantsPanels(const Weights &weights) {
  int64_t bytes = weights.summed * weights.columns * int64_t(sizeof(float));
  return weights.oneRowDim && weights.columns >= panelColumns &&
         bytes > streamedBytes;
}

static Form chooseForm(const Weights &weights) {
  if (wantsPanels(weights))
    return weights.dots ? Form::TransposedPanels : Form::Panels;
  if (wantsTransposing(weights))
    return Form::Transposed;
  Value source = weights.operand->get();
  int64_t width = cast<RankedTensorType>(source.getType()).getDimSize(1);
  int64_t stride = rowStride(source);
  bool isGood = width < shortestPadded || ShapedType::isDynamic(stride) ||
                isGoodStride(stride);
  return isGood ? Form::Kept : Form::Padded;
}

/// Memory for a copy of weights in rows on cache lines of their own.
static Value paddedRows(ArrayRef<int64_t> shape, Type element, Location loc,
                        OpBuilder &b) {
  SmallVector<int64_t> padded(shape);
  padded.back() = paddedWidth(shape.back());
  Value memory = tensor::EmptyOp::create(b, loc, padded, element);
  if (padded.back() == shape.back())
    return memory;
  SmallVector<OpFoldResult> zeros(2, b.getIndexAttr(0)),
      ones(2, b.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(
      b, loc, memory, zeros, getAsIndexOpFoldResult(b.getContext(), shape),
      ones);
}

/// A copy of the weights that suits `form`, made where `b` stands.
static Value copied(const Weights &weights, Form form, OpBuilder &b) {
  Value source = weights.operand->get();
  Location loc = source.getLoc();
  Type element = cast<RankedTensorType>(source.getType()).getElementType();
  int64_t k = weights.summed, n = weights.columns;
  auto kernel = [&](StringRef name, Value memory) {
    return KernelOp::create(b, loc, memory.getType(), name, source,
                            ValueRange(), memory)
        .getResult(0);
  };
  if (form == Form::Padded || form == Form::Transposed) {
    bool dots = weights.dots == (form == Form::Padded);
    SmallVector<int64_t> shape = dots ? SmallVector{n, k} : SmallVector{k, n};
    return kernel(form == Form::Padded ? "copy" : "transpose",
                  paddedRows(shape, element, loc, b));
  }
  SmallVector<int64_t> shape{int64_t(llvm::divideCeil(n, panelColumns)), k,
                             panelColumns};
  return kernel(form == Form::Panels ? "pack_panels" : "pack_panels_transposed",
                tensor::EmptyOp::create(b, loc, shape, element));
}

static std::string describe(Form form) {
  std::string width = std::to_string(panelColumns) + " columns";
  switch (form) {
  case Form::Kept:
    return "are read where they are: no copy is read faster";
  case Form::Padded:
    return "are copied once, to rows on cache lines of their own";
  case Form::Transposed:
    return "are transposed once";
  case Form::Panels:
    return "are copied once, to panels of " + width;
  case Form::TransposedPanels:
    return "are transposed once, to panels of " + width;
  }
  llvm_unreachable("there is no other form");
}

/// Says what was done to the weights of a product.
static void explain(const Weights &weights, Form form) {
  linalg::GenericOp product = weights.product;
  auto say = form == Form::Kept ? remarkAnalysis : remarkPassed;
  if (auto remark = say(product.getLoc(), "pack-operands", topic::kLayout))
    remark << "its weights of " + std::to_string(weights.summed) + " x " +
                  std::to_string(weights.columns) + " " + describe(form);
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
      pack(weights, chooseForm(weights));
  }

private:
  void pack(const Weights &weights, Form form);
  Value copyOf(const Weights &weights, Form form);
  void count(Form form);

  /// The copies made, so that forward and backward steps share them.
  llvm::DenseMap<std::pair<Value, unsigned>, Value> copies;
};
} // namespace

/// As early as can be: before every loop that does not make the weights.
Value PackOperands::copyOf(const Weights &weights, Form form) {
  Value source = weights.operand->get();
  Value &copy = copies[{source, unsigned(form)}];
  if (copy)
    return copy;
  OpBuilder b(source.getContext());
  b.setInsertionPointAfterValue(source);
  return copy = copied(weights, form, b);
}

void PackOperands::count(Form form) {
  switch (form) {
  case Form::Kept:
    ++kept;
    return;
  case Form::Padded:
    ++padded;
    return;
  case Form::Transposed:
    ++transposed;
    return;
  case Form::Panels:
  case Form::TransposedPanels:
    ++panels;
  }
}

/// Moves what computes the weights, such as a part of a parameter, before every
/// loop in which they stay the same.
static void leaveLoops(const Weights &weights) {
  linalg::GenericOp product = weights.product;
  Value source = weights.operand->get();
  for (auto scan = product->getParentOfType<ScanOp>();
       scan && isInvariant(scan, source);
       scan = scan->getParentOfType<ScanOp>())
    moveBefore(scan, source);
}

void PackOperands::pack(const Weights &weights, Form form) {
  leaveLoops(weights);
  linalg::GenericOp product = weights.product;
  count(form);
  explain(weights, form);
  if (form == Form::Kept)
    return;
  MLIRContext *context = product.getContext();
  SmallVector<AffineMap> maps = product.getIndexingMapsArray();
  AffineMap &map = maps[weights.operand->getOperandNumber()];
  if (form == Form::Transposed)
    map = AffineMap::get(map.getNumDims(), 0,
                         {map.getResult(1), map.getResult(0)}, context);
  else if (form != Form::Padded)
    map = panelMap(map.getNumDims(), weights.summedDim, weights.columnDim,
                   panelColumns, context);
  weights.operand->set(copyOf(weights, form));
  product.setIndexingMapsAttr(Builder(context).getAffineMapArrayAttr(maps));
}
