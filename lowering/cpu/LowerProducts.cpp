//===- lowering/cpu/LowerProducts.cpp - matrix kernels for contractions ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

#include "lowering/Remarks.h"
#include "lowering/cpu/CpuPasses.h"
#include "lowering/cpu/KernelCalls.h"
#include "lowering/cpu/MemoryParts.h"
#include "lowering/cpu/Products.h"

namespace vellum {
#define GEN_PASS_DEF_LOWERPRODUCTS
#include "lowering/cpu/CpuPasses.h.inc"
} // namespace vellum

#define DEBUG_TYPE "vellum-lower-products"

using namespace mlir;
using namespace vellum;
using namespace vellum::cpu;

namespace {
/// A group of loop dimensions seen as one: the innermost with its stride, and a
/// size that covers those that follow each other without a gap.
struct Group {
  OpFoldResult size;
  std::optional<unsigned> innermost;
};

/// Lowers one contraction on memrefs.
class ProductLowering {
public:
  ProductLowering(linalg::GenericOp op, const ProductDims &dims, OpBuilder &b)
      : op(op), dims(dims), b(b), loc(op.getLoc()),
        lhs(b, loc, op.getInputs()[0], op.getIndexingMapsArray()[0]),
        rhs(b, loc, op.getInputs()[1], op.getIndexingMapsArray()[1]),
        out(b, loc, op.getDpsInits()[0], op.getIndexingMapsArray()[2]) {}

  /// Builds the loops and the call, which need not add to what is there if
  /// `fromZero`.
  void run(bool fromZero);

  /// True if the result was overwritten, so that a fill before is not needed.
  bool overwrites = false;
  /// True if a kernel with contiguous rows fits.
  bool fits = true;

private:
  Group collapse(ArrayRef<unsigned> group,
                 ArrayRef<const MappedMemref *> sides);
  bool contiguous(const MappedMemref &side, unsigned outer, unsigned inner);
  OpFoldResult stride(const MappedMemref &side, const Group &group);
  bool isUnit(OpFoldResult stride, const Group &group);
  OpFoldResult sizeOf(unsigned dim) {
    return lhs.has(dim) ? lhs.size(dim) : rhs.size(dim);
  }
  Value threads();
  bool call(ValueRange indices, Value accumulate);

  linalg::GenericOp op;
  const ProductDims &dims;
  OpBuilder &b;
  Location loc;
  MappedMemref lhs, rhs, out;
  Group rows, columns, summed;
  SmallVector<unsigned> loops;
};
} // namespace

/// True if a step along `outer` equals a whole row along `inner`.
bool ProductLowering::contiguous(const MappedMemref &side, unsigned outer,
                                 unsigned inner) {
  OpFoldResult step = side.stride(outer), unit = side.stride(inner),
               size = side.size(inner);
  std::optional<int64_t> s = getConstantIntValue(step),
                         u = getConstantIntValue(unit),
                         n = getConstantIntValue(size);
  if (s && u && n)
    return *s == *u * *n;
  // Whatever its sizes are.
  return hasNoGaps(side.memref) && side.dimOf(outer) + 1 == side.dimOf(inner);
}

/// Joins as many of the group's innermost dimensions as lie without gaps in
/// every side; the others become loops.
Group ProductLowering::collapse(ArrayRef<unsigned> group,
                                ArrayRef<const MappedMemref *> sides) {
  Group result{b.getIndexAttr(1), std::nullopt};
  if (group.empty())
    return result;
  unsigned inner = group.back();
  result.innermost = inner;
  result.size = sizeOf(inner);
  bool joining = true;
  for (unsigned dim : llvm::reverse(group.drop_back())) {
    joining = joining && llvm::all_of(sides, [&](const MappedMemref *side) {
                return contiguous(*side, dim, inner);
              });
    if (!joining) {
      loops.push_back(dim);
      continue;
    }
    Value lhsSize = getValueOrCreateConstantIndexOp(b, loc, sizeOf(dim));
    Value rhsSize = getValueOrCreateConstantIndexOp(b, loc, result.size);
    result.size =
        getAsOpFoldResult(b.createOrFold<arith::MulIOp>(loc, lhsSize, rhsSize));
    inner = dim;
  }
  return result;
}

OpFoldResult ProductLowering::stride(const MappedMemref &side,
                                     const Group &group) {
  return group.innermost ? side.stride(*group.innermost)
                         : OpFoldResult(b.getIndexAttr(1));
}

/// A stride of 1, or any stride where there is one element.
bool ProductLowering::isUnit(OpFoldResult stride, const Group &group) {
  return getConstantIntValue(stride) == 1 ||
         getConstantIntValue(group.size) == 1;
}

/// The context whose threads share the product, for one that no step of time
/// repeats: those are long. Otherwise null.
Value ProductLowering::threads() {
  return op->getParentOfType<scf::ForOp>()
             ? Value()
             : contextOf(op->getParentOfType<func::FuncOp>());
}

/// Calls the kernel that fits: `nn` reads rows of the right operand, `nt` dots
/// rows of both; either also serves with the operands exchanged, for C
/// transposed.
bool ProductLowering::call(ValueRange indices, Value accumulate) {
  OpFoldResult am = stride(lhs, rows), ak = stride(lhs, summed),
               bk = stride(rhs, summed), bn = stride(rhs, columns),
               cm = stride(out, rows), cn = stride(out, columns);
  Value a = lhs.pointer(b, loc, loops, indices),
        w = rhs.pointer(b, loc, loops, indices),
        c = out.pointer(b, loc, loops, indices);
  auto emit = [&](StringRef name, Group m, Group n, Value first,
                  ArrayRef<OpFoldResult> firstStrides, Value second,
                  ArrayRef<OpFoldResult> secondStrides,
                  ArrayRef<OpFoldResult> outStrides) {
    SmallVector<Value> arguments{asI64(b, loc, m.size), asI64(b, loc, n.size),
                                 asI64(b, loc, summed.size)};
    auto add = [&](Value pointer, ArrayRef<OpFoldResult> strides) {
      arguments.push_back(pointer);
      for (OpFoldResult stride : strides)
        arguments.push_back(asI64(b, loc, stride));
    };
    add(first, firstStrides);
    add(second, secondStrides);
    add(c, outStrides);
    arguments.push_back(accumulate);
    if (Value context = threads(); context && name == "gemm_nn")
      callOnThreads(b, loc, context, name, arguments);
    else
      callKernel(b, loc, name, arguments);
    return true;
  };
  if (isUnit(cn, columns) && isUnit(bn, columns))
    return emit("gemm_nn", rows, columns, a, {am, ak}, w, {bk}, {cm});
  if (isUnit(cn, columns) && isUnit(ak, summed) && isUnit(bk, summed))
    return emit("gemm_nt", rows, columns, a, {am}, w, {bn}, {cm});
  if (isUnit(cm, rows) && isUnit(am, rows))
    return emit("gemm_nn", columns, rows, w, {bn, bk}, a, {ak}, {cn});
  if (isUnit(cm, rows) && isUnit(ak, summed) && isUnit(bk, summed))
    return emit("gemm_nt", columns, rows, w, {bn}, a, {am}, {cn});
  emit("gemm_any", rows, columns, a, {am, ak}, w, {bk, bn}, {cm, cn});
  return false;
}

void ProductLowering::run(bool fromZero) {
  loops.assign(dims.batch.begin(), dims.batch.end());
  rows = collapse(dims.rows, {&lhs, &out});
  columns = collapse(dims.columns, {&rhs, &out});
  size_t before = loops.size();
  summed = collapse(dims.summed, {&lhs, &rhs});
  // Iterations of a loop over summed dimensions add to the same result.
  overwrites = fromZero && loops.size() == before;
  SmallVector<OpFoldResult> sizes;
  for (unsigned dim : loops)
    sizes.push_back(sizeOf(dim));
  buildLoops(b, loc, sizes, [&](OpBuilder &, ValueRange indices) {
    Value accumulate =
        arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(!overwrites));
    fits = call(indices, accumulate);
  });
}

/// The fill with zeros of what `op` adds to.
static linalg::FillOp zeroFillBefore(linalg::GenericOp op) {
  linalg::FillOp fill = fillBefore(op, op.getDpsInits()[0]);
  return fill && matchPattern(fill.getInputs()[0], m_AnyZeroFloat())
             ? fill
             : linalg::FillOp();
}

/// Calls the kernel for weights in panels, operand `side` of a product of at
/// most one row dimension. Columns of the result that lie apart are computed
/// element by element, panel after panel, with the same bits: then returns
/// false.
static bool lowerPanels(linalg::GenericOp op, const ProductDims &dims,
                        unsigned side, bool fromZero, OpBuilder &b) {
  Location loc = op.getLoc();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  MappedMemref a(b, loc, op.getInputs()[1 - side], maps[1 - side]),
      c(b, loc, op.getDpsInits()[0], maps[2]);
  Strided panels(b, loc, op.getInputs()[side]);
  ArrayRef<unsigned> rows = side ? dims.rows : dims.columns;
  unsigned column = (side ? dims.columns : dims.rows)[0], k = dims.summed[0];
  OpFoldResult one = b.getIndexAttr(1), m = one, rsA = one, rsC = one;
  if (!rows.empty())
    m = c.size(rows[0]), rsA = a.stride(rows[0]), rsC = c.stride(rows[0]);
  auto i64 = [&](OpFoldResult value) { return asI64(b, loc, value); };
  Value accumulate =
      arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(!fromZero));
  Value left = a.data.pointer(b, loc);
  OpFoldResult n = c.size(column), width = panels.sizes[2];
  if (getConstantIntValue(c.stride(column)) == 1) {
    callKernel(b, loc, "gemm_panels",
               {i64(m), i64(n), i64(a.size(k)), left, i64(rsA),
                i64(a.stride(k)), panels.pointer(b, loc), i64(width),
                c.data.pointer(b, loc), i64(rsC), accumulate});
    return true;
  }
  buildLoops(b, loc, panels.sizes[0], [&](OpBuilder &, ValueRange at) {
    Value all = getValueOrCreateConstantIndexOp(b, loc, width);
    Value first = arith::MulIOp::create(b, loc, at[0], all);
    Value rest = arith::SubIOp::create(
        b, loc, getValueOrCreateConstantIndexOp(b, loc, n), first);
    OpFoldResult here = arith::MinSIOp::create(b, loc, all, rest).getResult();
    callKernel(b, loc, "gemm_any",
               {i64(m), i64(here), i64(a.size(k)), left, i64(rsA),
                i64(a.stride(k)), panels.pointer(b, loc, {0}, {at[0]}),
                i64(width), i64(one),
                c.data.pointer(b, loc, {c.dimOf(column)}, first), i64(rsC),
                i64(c.stride(column)), accumulate});
  });
  return false;
}

/// The operand of a product that lies in panels.
static std::optional<unsigned> findPanels(linalg::GenericOp op) {
  for (unsigned side : {0, 1})
    if (panelWidth(op.getIndexingMapsArray()[side]))
      return side;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Products with terms left out
//===----------------------------------------------------------------------===//

/// Sets `flag` to 0, or to NaN if `memory` holds a number that is not finite,
/// of which 0 times is NaN.
static void testFinite(OpBuilder &b, Location loc, Value memory, Value flag) {
  auto type = cast<MemRefType>(memory.getType());
  const int64_t rank = type.getRank();
  SmallVector<AffineMap> maps{b.getMultiDimIdentityMap(rank),
                              AffineMap::get(rank, 0, b.getContext())};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::reduction);
  linalg::GenericOp::create(
      b, loc, memory, flag, maps, iterators,
      [&](OpBuilder &body, Location at, ValueRange values) {
        Value zero = arith::ConstantOp::create(
            body, at, body.getFloatAttr(type.getElementType(), 0.0));
        Value product = arith::MulFOp::create(body, at, values[0], zero);
        Value sum = arith::AddFOp::create(body, at, values[1], product);
        linalg::YieldOp::create(body, at, sum);
      });
}

/// A number that lives as long as the function or tile around `op` runs.
static Value takeNumber(Operation *op, OpBuilder &b, Type type) {
  OpBuilder::InsertionGuard guard(b);
  Operation *scope = op->getParentOfType<scf::ForallOp>();
  if (!scope)
    scope = op->getParentOfType<func::FuncOp>();
  b.setInsertionPointToStart(&scope->getRegion(0).front());
  return memref::AllocaOp::create(b, op->getLoc(), MemRefType::get({}, type));
}

/// True where the factors that `product` may have to leave out are finite: then
/// it has the value of the plain product, which a kernel computes.
static Value isPlainProduct(linalg::GenericOp product, OpBuilder &b) {
  Location loc = product.getLoc();
  Exclusion exclusion = exclusionOf(product);
  Type element = getElementTypeOrSelf(product.getDpsInits()[0]);
  Value flag = takeNumber(product, b, element);
  Value zero = arith::ConstantOp::create(b, loc, b.getFloatAttr(element, 0.0));
  memref::StoreOp::create(b, loc, zero, flag);
  if (exclusion.byLhs)
    testFinite(b, loc, product.getInputs()[1], flag);
  if (exclusion.byRhs)
    testFinite(b, loc, product.getInputs()[0], flag);
  Value sum = memref::LoadOp::create(b, loc, flag);
  return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, sum, zero);
}

namespace {
struct LowerProducts : vellum::impl::LowerProductsBase<LowerProducts> {
  void runOnOperation() override {
    SmallVector<linalg::GenericOp> products;
    getOperation()->walk([&](linalg::GenericOp op) {
      if (isProductInMemory(op))
        products.push_back(op);
    });
    OpBuilder builder(&getContext());
    for (linalg::GenericOp op : products) {
      builder.setInsertionPoint(op);
      Exclusion exclusion = exclusionOf(op);
      if (exclusion.byLhs || exclusion.byRhs)
        lowerExcluding(op, builder);
      else
        lower(op, builder);
    }
  }

  /// A kernel computes it where nothing has to be left out. Elsewhere a loop
  /// does, which looks at each factor.
  void lowerExcluding(linalg::GenericOp op, OpBuilder &builder) {
    linalg::FillOp fill = zeroFillBefore(op);
    if (fill)
      fill->moveBefore(op);
    Value isPlain = isPlainProduct(op, builder);
    auto choice = scf::IfOp::create(builder, op.getLoc(), isPlain,
                                    /*withElseRegion=*/true);
    for (Operation *part : {fill.getOperation(), op.getOperation()})
      if (part) {
        choice.getElseBodyBuilder().clone(*part);
        part->moveBefore(choice.thenBlock()->getTerminator());
      }
    builder.setInsertionPoint(op);
    lower(op, builder);
  }

  void lower(linalg::GenericOp op, OpBuilder &builder) {
    linalg::FillOp fill = zeroFillBefore(op);
    ProductDims dims = *sortProductDims(op);
    if (std::optional<unsigned> side = findPanels(op)) {
      bool fits = lowerPanels(op, dims, *side, fill != nullptr, builder);
      ++(fits ? kernels : strided);
      op.erase();
      if (fill)
        fill.erase();
      return;
    }
    ProductLowering lowering(op, dims, builder);
    lowering.run(/*fromZero=*/fill != nullptr);
    ++(lowering.fits ? kernels : strided);
    if (!lowering.fits)
      remarkMissed(op.getLoc(), "lower-products", topic::kKernel)
          << "its product runs element by element, as no operand's elements "
             "lie side by side";
    op.erase();
    if (lowering.overwrites)
      fill.erase();
  }
};
} // namespace
