//===- test/fuzz/PatternProducers.cpp - what broke before -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constellations in which a value used to be written to the memory of another
// one that was still to be read, or in which what was computed again had other
// bits. Single operations drawn at random form them too, but seldom.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

static Term addTerms(ProgramBuilder &p, const Term &x, const Term &y) {
  auto [a, b] = p.unify(x, y);
  return p.add(arith::AddFOp::create(p.b, p.loc, a, b), x.dims,
               {x.range.low + y.range.low, x.range.high + y.range.high});
}

static Term multiply(ProgramBuilder &p, const Term &x, const Term &y) {
  auto [a, b] = p.unify(x, y);
  return p.add(arith::MulFOp::create(p.b, p.loc, a, b), x.dims);
}

/// `x W`, whose weight may be shared with other projections.
static Term project(ProgramBuilder &p, const Term &x, Dim width) {
  const Dim rows = x.dims.back();
  Value weight = p.known(p.needWeight({rows, width}, rows.size));
  Dims dims = x.dims;
  dims.back() = width;
  const double most =
      std::max(std::abs(x.range.low), std::abs(x.range.high)) + 1;
  return p.add(LinearOp::create(p.b, p.loc, p.known(x), weight, Value()), dims,
               {-most, most});
}

static Value concat(ProgramBuilder &p, Value x, Value y) {
  return ConcatOp::create(p.b, p.loc, ValueRange{x, y}, /*dim=*/-1);
}

static Term squash(ProgramBuilder &p, const Term &x) {
  return p.add(p.create("math.tanh", x.value, x.value.getType()), x.dims,
               kSigned);
}

/// A value is cut, each part computed from the other, and both put together.
static void produceSwappedParts(ProgramBuilder &p) {
  Term x = p.needStaticAt(-1, 1, 3);
  const int64_t whole = x.dims.back().size;
  if (whole < 2)
    return;
  const int64_t first = 1 + p.choices.below(whole - 1), second = whole - first;
  auto split = SplitOp::create(p.b, p.loc, p.known(x), ArrayRef{first, second});
  Dims left = x.dims, right = x.dims;
  left.back().size = first;
  right.back().size = second;
  Term a = p.add(split.getResults()[0], left, x.range);
  Term b = p.add(split.getResults()[1], right, x.range);
  Term newA = project(p, b, left.back()), newB = project(p, a, right.back());
  if (p.choices.chance(30))
    newA = squash(p, newA);
  p.add(concat(p, p.known(newA), p.known(newB)), x.dims, newA.range);
}

/// One value through two projections, of which one is squashed.
static void produceTwoProjections(ProgramBuilder &p) {
  Term x = p.needStaticAt(-1, 1, 3);
  Term a = project(p, x, x.dims.back());
  squash(p, a);
  project(p, x, p.choices.chance(50) ? x.dims.back() : p.width());
}

/// A sum or mean over the last dimension but one, plus a product.
static void produceSumPlusProduct(ProgramBuilder &p) {
  Term x = p.needStaticAt(-1, 2, 3);
  const int64_t over = x.dims.size() - 2;
  Dims dims = x.dims;
  dims.erase(dims.begin() + over);
  const ReduceKind kind =
      p.choices.chance(50) ? ReduceKind::Mean : ReduceKind::Sum;
  if (x.dims[over].size == 0)
    return;
  Term sum = p.add(
      ReduceOp::create(p.b, p.loc, kind, x.value, over, /*keep=*/false), dims);
  Term state = p.need(dims);
  if (p.choices.chance(50))
    state = squash(p, state);
  addTerms(p, sum, project(p, state, dims.back()));
}

/// An insertion beside what was inserted into, or into what is put together.
static void produceInsertBesideConcat(ProgramBuilder &p) {
  Term x = p.needStaticAt(-1, 1, 2);
  if (llvm::any_of(x.dims, [](Dim dim) { return dim.varies || !dim.size; }))
    return;
  Value y = p.exact(p.choices.chance(50) ? squash(p, x) : x);
  const int64_t rank = x.dims.size(), size = x.dims.back().size;
  auto insert = [&](Value into, int64_t offset, int64_t width) -> Value {
    Dims dims = x.dims;
    dims.back().size = width;
    Value piece = p.exact(p.need(dims));
    SmallVector<OpFoldResult> offsets(rank, p.b.getIndexAttr(0)), sizes,
        strides(rank, p.b.getIndexAttr(1));
    for (Dim dim : dims)
      sizes.push_back(p.b.getIndexAttr(dim.size));
    offsets.back() = p.b.getIndexAttr(offset);
    return tensor::InsertSliceOp::create(p.b, p.loc, piece, into, offsets,
                                         sizes, strides);
  };
  Dims twice = x.dims;
  twice.back().size *= 2;
  if (p.choices.chance(50)) {
    Value z = insert(y, 0, 1 + p.choices.below(size));
    p.add(concat(p, z, y), twice);
    return;
  }
  Value z = concat(p, y, p.exact(p.need(x.dims)));
  p.add(insert(z, p.choices.below(size + 1), size), twice);
}

/// The maximum of a sum of two products.
static void produceMaximumOfProducts(ProgramBuilder &p) {
  Term x = p.needAny(1, 3);
  if (llvm::any_of(x.dims, [](Dim dim) { return dim.size == 0; }))
    return;
  Term sum = addTerms(p, multiply(p, x, p.need(x.dims)),
                      multiply(p, p.need(x.dims), p.need(x.dims)));
  const int64_t over = p.choices.below(x.dims.size());
  Dims dims = x.dims;
  dims.erase(dims.begin() + over);
  p.add(ReduceOp::create(p.b, p.loc, ReduceKind::Max, sum.value, over,
                         /*keep=*/false),
        dims, sum.range);
}

/// The carried value of a recurrent network that emits what it carries on.
static void produceGatedSum(ProgramBuilder &p) {
  Term x = p.needStaticAt(-1, 1, 3);
  Term gate = p.add(p.create("vellum.sigmoid", x.value, x.value.getType()),
                    x.dims, kUnit);
  Term other = p.need(x.dims);
  addTerms(p, multiply(p, gate, other), project(p, x, x.dims.back()));
}

void fuzz::addPatternProducers(Producers &producers) {
  producers.append({{3, produceSwappedParts},
                    {3, produceTwoProjections},
                    {3, produceSumPlusProduct},
                    {3, produceInsertBesideConcat},
                    {3, produceMaximumOfProducts},
                    {2, produceGatedSum}});
}
