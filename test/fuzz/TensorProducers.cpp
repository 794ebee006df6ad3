//===- test/fuzz/TensorProducers.cpp - upstream's ops on tensors ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

namespace {
/// A part of a tensor, with numbers or with values for where it lies.
struct Window {
  SmallVector<OpFoldResult> offsets, sizes, strides;
  Dims dims;
};
} // namespace

/// A number, or a value that is this number.
static OpFoldResult number(ProgramBuilder &p, int64_t number) {
  if (p.choices.chance(15))
    return p.constantIndex(number);
  if (p.choices.chance(15))
    return p.runTimeIndex(number);
  return p.b.getIndexAttr(number);
}

/// A whole dimension where its size is not known, or part of it, or all of it
/// from its last element to its first.
static Window chooseWindow(ProgramBuilder &p, const Dims &dims) {
  Window window;
  for (Dim dim : dims) {
    if (dim.varies || dim.size == 0 || p.choices.chance(30)) {
      window.offsets.push_back(p.b.getIndexAttr(0));
      window.strides.push_back(p.b.getIndexAttr(1));
      if (dim.varies && p.isDynamic)
        window.sizes.push_back(p.sizeOf(dim));
      else {
        if (dim.varies)
          p.sizeOf(dim);
        window.sizes.push_back(p.b.getIndexAttr(dim.size));
      }
      window.dims.push_back(dim);
      continue;
    }
    if (dim.size > 1 && p.choices.chance(12)) {
      window.offsets.push_back(number(p, dim.size - 1));
      window.sizes.push_back(p.b.getIndexAttr(dim.size));
      window.strides.push_back(number(p, -1));
      window.dims.push_back(dim);
      continue;
    }
    const int64_t stride = dim.size > 2 && p.choices.chance(20) ? 2 : 1;
    const int64_t size = 1 + p.choices.below((dim.size + stride - 1) / stride);
    const int64_t offset = p.choices.below(dim.size - (size - 1) * stride);
    window.offsets.push_back(number(p, offset));
    window.sizes.push_back(p.b.getIndexAttr(size));
    window.strides.push_back(p.b.getIndexAttr(stride));
    window.dims.push_back({size, false});
  }
  return window;
}

/// Upstream refuses a slice of a dimension that has nothing, even an empty one.
static bool isEmpty(const Term &term) {
  return llvm::any_of(term.dims, [](Dim dim) { return dim.size == 0; });
}

static void produceExtractSlice(ProgramBuilder &p) {
  Term x = p.needAny(1, 3);
  if (isEmpty(x))
    return;
  Window window = chooseWindow(p, x.dims);
  Dims dims;
  // Dimensions of one element may vanish.
  for (Dim dim : window.dims)
    if (dim != Dim{1, false} || !p.choices.chance(50))
      dims.push_back(dim);
  p.add(tensor::ExtractSliceOp::create(p.b, p.loc, p.typeOf(dims), x.value,
                                       window.offsets, window.sizes,
                                       window.strides),
        dims, x.range);
}

static void produceInsertSlice(ProgramBuilder &p) {
  Term x = p.needAny(1, 3);
  if (isEmpty(x))
    return;
  Window window = chooseWindow(p, x.dims);
  Term piece = p.need(window.dims);
  p.add(tensor::InsertSliceOp::create(p.b, p.loc, p.exact(piece), p.exact(x),
                                      window.offsets, window.sizes,
                                      window.strides),
        x.dims,
        {std::min(x.range.low, piece.range.low),
         std::max(x.range.high, piece.range.high)});
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

/// Inserts a dimension of one element, or cuts a static one in two.
static void produceExpand(ProgramBuilder &p) {
  Term x = p.needAny(1, 3);
  const unsigned at = p.choices.below(x.dims.size());
  const Dim dim = x.dims[at];
  SmallVector<ReassociationIndices> groups;
  Dims dims;
  for (unsigned i = 0; i < x.dims.size(); ++i) {
    groups.push_back({int64_t(dims.size())});
    dims.push_back(x.dims[i]);
    if (i != at)
      continue;
    groups.back().push_back(dims.size());
    dims.push_back({1, false});
    if (!dim.varies && dim.size % 2 == 0 && p.choices.chance(60)) {
      dims[dims.size() - 2].size /= 2;
      dims.back().size = 2;
    } else if (p.choices.chance(50)) {
      std::swap(dims[dims.size() - 2], dims.back());
    }
  }
  SmallVector<OpFoldResult> sizes;
  for (Dim each : dims) {
    Value size = each.varies ? p.sizeOf(each) : Value();
    if (size && p.isDynamic)
      sizes.push_back(size);
    else
      sizes.push_back(p.b.getIndexAttr(each.size));
  }
  p.add(tensor::ExpandShapeOp::create(p.b, p.loc, p.typeOf(dims), p.exact(x),
                                      groups, sizes),
        dims, x.range);
}

/// Makes one dimension of two neighbours.
static void produceCollapse(ProgramBuilder &p) {
  Term x = p.needAny(2, 4);
  const unsigned at = p.choices.below(x.dims.size() - 1);
  SmallVector<ReassociationIndices> groups;
  Dims dims;
  for (unsigned i = 0; i < x.dims.size(); ++i) {
    if (i == at + 1) {
      groups.back().push_back(i);
      dims.back() = {dims.back().size * x.dims[i].size,
                     dims.back().varies || x.dims[i].varies};
      continue;
    }
    groups.push_back({i});
    dims.push_back(x.dims[i]);
  }
  p.add(tensor::CollapseShapeOp::create(p.b, p.loc, p.exact(x), groups), dims,
        x.range);
}

static void produceConcat(ProgramBuilder &p) {
  Term x = p.needAny(1, 3);
  const unsigned dim = p.choices.below(x.dims.size());
  Dims other = x.dims;
  other[dim] = p.anyDim();
  Term y = p.need(other);
  Dims dims = x.dims;
  dims[dim] = {x.dims[dim].size + other[dim].size,
               x.dims[dim].varies || other[dim].varies};
  p.add(tensor::ConcatOp::create(p.b, p.loc, dim,
                                 ValueRange{p.exact(x), p.exact(y)}),
        dims,
        {std::min(x.range.low, y.range.low),
         std::max(x.range.high, y.range.high)});
}

static void producePad(ProgramBuilder &p) {
  Term x = p.inert(p.needAny(1, 3));
  SmallVector<OpFoldResult> low, high;
  Dims dims = x.dims;
  for (Dim &dim : dims) {
    const int64_t before = p.choices.below(2), after = p.choices.below(3);
    low.push_back(p.b.getIndexAttr(before));
    high.push_back(p.b.getIndexAttr(after));
    dim.size += before + after;
  }
  p.add(tensor::PadOp::create(p.b, p.loc, p.typeOf(dims), p.exact(x), low, high,
                              p.constant(0.5)),
        dims, {std::min(x.range.low, 0.5), std::max(x.range.high, 0.5)});
}

/// Knows more or less of its sizes than before.
static void produceCast(ProgramBuilder &p) {
  Term x = p.needAny(1, 3);
  SmallVector<int64_t> shape;
  for (Dim dim : x.dims) {
    const bool isKnown = p.choices.chance(50);
    shape.push_back(p.isDynamic && !isKnown ? ShapedType::kDynamic : dim.size);
  }
  p.add(p.castTo(x.value, RankedTensorType::get(shape, p.b.getF32Type())),
        x.dims, x.range);
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

static SmallVector<Value> chooseIndex(ProgramBuilder &p, const Dims &dims) {
  return llvm::map_to_vector(dims, [&](Dim dim) {
    return p.constantIndex(p.choices.below(dim.size));
  });
}

static Term needElements(ProgramBuilder &p) {
  Term x = p.needAny(0, 3);
  return isEmpty(x) ? p.need({}) : x;
}

static void produceExtract(ProgramBuilder &p) {
  Term x = needElements(p);
  SmallVector<Value> index = chooseIndex(p, x.dims);
  p.addScalar(tensor::ExtractOp::create(p.b, p.loc, x.value, index),
              Element::Float, x.range);
}

static void produceInsert(ProgramBuilder &p) {
  Term x = needElements(p);
  Term element = p.needScalar(Element::Float, kAny);
  SmallVector<Value> index = chooseIndex(p, x.dims);
  p.add(tensor::InsertOp::create(p.b, p.loc, element.value, x.value, index),
        x.dims,
        {std::min(x.range.low, element.range.low),
         std::max(x.range.high, element.range.high)});
}

static void produceSplat(ProgramBuilder &p) {
  Term x = p.needScalar(Element::Float, kAny);
  Dims dims = p.tensorDims(0, 3);
  SmallVector<Value> sizes = p.dynamicSizes(dims);
  p.add(tensor::SplatOp::create(p.b, p.loc, x.value, p.typeOf(dims).getShape(),
                                sizes),
        dims, x.range);
}

static void produceFromElements(ProgramBuilder &p) {
  const int64_t count = 1 + p.choices.below(3);
  SmallVector<Value> elements;
  Bounds range = kSigned;
  for (int64_t i = 0; i < count; ++i) {
    Term x = p.needScalar(Element::Float, kAny);
    elements.push_back(x.value);
    range = {std::min(range.low, x.range.low),
             std::max(range.high, x.range.high)};
  }
  const Dims dims{{count, false}};
  p.add(tensor::FromElementsOp::create(p.b, p.loc, p.typeOf(dims), elements),
        dims, range);
}

/// Numbers that follow from where they stand.
static void produceGenerate(ProgramBuilder &p) {
  Dims dims = p.tensorDims(1, 3);
  SmallVector<Value> sizes = p.dynamicSizes(dims);
  auto generate = tensor::GenerateOp::create(
      p.b, p.loc, p.typeOf(dims), sizes,
      [&](OpBuilder &b, Location loc, ValueRange index) {
        Value last =
            arith::IndexCastOp::create(b, loc, b.getI64Type(), index.back());
        Value number = arith::SIToFPOp::create(b, loc, b.getF32Type(), last);
        tensor::YieldOp::create(b, loc, number);
      });
  p.add(generate, dims, {0, 50});
}

//===----------------------------------------------------------------------===//
// linalg.generic
//===----------------------------------------------------------------------===//

static SmallVector<unsigned> choosePermutation(ProgramBuilder &p,
                                               unsigned rank) {
  SmallVector<unsigned> permutation;
  for (unsigned i = 0; i < rank; ++i)
    permutation.insert(permutation.begin() + p.choices.below(i + 1), i);
  return permutation;
}

/// `y(i, j) = x(j, i) + 0.5`, with the dimensions in any order.
static void produceGeneric(ProgramBuilder &p) {
  Term x = p.inert(p.needAny(1, 3));
  const unsigned rank = x.dims.size();
  SmallVector<unsigned> permutation = choosePermutation(p, rank);
  Dims dims;
  for (unsigned i : permutation)
    dims.push_back(x.dims[i]);
  Value init = tensor::EmptyOp::create(p.b, p.loc, p.typeOf(dims).getShape(),
                                       p.b.getF32Type(), p.dynamicSizes(dims));
  AffineMap write = AffineMap::getMultiDimIdentityMap(rank, p.b.getContext());
  AffineMap read = inversePermutation(
      AffineMap::getPermutationMap(permutation, p.b.getContext()));
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      p.b, p.loc, p.typeOf(dims), p.exact(x), init, ArrayRef{read, write},
      loops, [&](OpBuilder &b, Location loc, ValueRange elements) {
        Value half = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0.5f));
        Value sum = arith::AddFOp::create(b, loc, elements[0], half);
        linalg::YieldOp::create(b, loc, sum);
      });
  p.add(generic.getResult(0), dims, {x.range.low, x.range.high + 1});
}

void fuzz::addTensorProducers(Producers &producers) {
  producers.append({{3, produceExtractSlice},
                    {4, produceInsertSlice},
                    {2, produceExpand},
                    {2, produceCollapse},
                    {2, produceConcat},
                    {1, producePad},
                    {2, produceCast},
                    {2, produceExtract},
                    {2, produceInsert},
                    {1, produceSplat},
                    {1, produceFromElements},
                    {1, produceGenerate},
                    {1, produceGeneric}});
}
