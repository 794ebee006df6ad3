//===- test/fuzz/PrimitiveProducers.cpp - products and shapes -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

static Bounds timesCount(Bounds range, int64_t count) {
  const double n = double(std::max<int64_t>(count, 1));
  return {std::min(range.low * n, 0.0), std::max(range.high * n, 0.0)};
}

static Bounds productOf(Bounds x, Bounds y) {
  const double most = std::max(std::abs(x.low), std::abs(x.high)) *
                      std::max(std::abs(y.low), std::abs(y.high));
  return {-most, most};
}

//===----------------------------------------------------------------------===//
// contract
//===----------------------------------------------------------------------===//

namespace {
/// The letters of one operand, each with its dimension.
struct Letters {
  std::string names;
  Dims dims;

  void add(char name, Dim dim, Choices &choices) {
    const unsigned at = choices.below(names.size() + 1);
    names.insert(names.begin() + at, name);
    dims.insert(dims.begin() + at, dim);
  }
};
} // namespace

static void produceContract(ProgramBuilder &p) {
  Term lhs = p.needAny(1, 3);
  Letters left, right, result;
  left.dims = lhs.dims;
  int64_t summed = 1;
  for (auto [i, dim] : llvm::enumerate(lhs.dims)) {
    const char name = char('a' + i);
    left.names += name;
    const bool isShared = p.choices.chance(60);
    if (isShared)
      right.add(name, dim, p.choices);
    if (isShared && p.choices.chance(60))
      summed *= dim.size;
    else
      result.add(name, dim, p.choices);
  }
  if (right.names.empty() || p.choices.chance(50)) {
    const Dim own = p.choices.chance(70) ? p.width() : p.anyDim();
    right.add('x', own, p.choices);
    result.add('x', own, p.choices);
  }
  Term rhs = p.needWeight(right.dims, summed);
  const std::string spec = left.names + "," + right.names + "->" + result.names;
  ExcludingAttr excluding;
  if (p.choices.chance(25))
    excluding = ExcludingAttr::get(
        p.b.getContext(), static_cast<Excluding>(1 + p.choices.below(3)));
  Value product =
      ContractOp::create(p.b, p.loc, spec, lhs.value, rhs.value, excluding);
  p.add(product, result.dims,
        timesCount(productOf(lhs.range, rhs.range), summed));
}

//===----------------------------------------------------------------------===//
// broadcast, reduce, softmax
//===----------------------------------------------------------------------===//

static void produceBroadcast(ProgramBuilder &p) {
  Term x = p.needAny(0, 3);
  Dims dims;
  SmallVector<int64_t> across;
  Dims inserted;
  const bool isLike = p.choices.chance(60);
  for (unsigned i = 0; i <= x.dims.size(); ++i) {
    if (p.choices.chance(35) && dims.size() < 4) {
      across.push_back(dims.size());
      inserted.push_back(p.anyDim());
      dims.push_back(inserted.back());
    }
    if (i == x.dims.size())
      break;
    const bool isStretched =
        isLike && x.dims[i] == Dim{1, false} && p.choices.chance(60);
    dims.push_back(isStretched ? p.anyDim() : x.dims[i]);
  }
  Value like;
  SmallVector<Value> sizes;
  if (isLike)
    like = p.need(dims).value;
  else
    sizes = p.sizesOf(inserted);
  if (!isLike && across.empty())
    return;
  p.add(BroadcastOp::create(p.b, p.loc, x.value, across, like, sizes), dims,
        x.range);
}

static void produceReduce(ProgramBuilder &p) {
  static constexpr ReduceKind kKinds[] = {ReduceKind::Sum, ReduceKind::Max,
                                          ReduceKind::Mean, ReduceKind::Sum};
  const ReduceKind kind = kKinds[p.choices.below(4)];
  Term x = p.needAny(1, 4);
  const bool keep = p.choices.chance(30);
  SmallVector<int64_t> over;
  Dims dims;
  int64_t count = 1;
  for (auto [i, dim] : llvm::enumerate(x.dims)) {
    if (p.choices.chance(45)) {
      over.push_back(i);
      count *= dim.size;
      if (keep)
        dims.push_back({1, false});
    } else {
      dims.push_back(dim);
    }
  }
  // Of nothing, the mean is NaN and the maximum infinite: a rare guest, since
  // little can be compared behind it.
  if (count == 0 && kind != ReduceKind::Sum && !p.choices.chance(20))
    return;
  p.add(ReduceOp::create(p.b, p.loc, kind, x.value, over, keep), dims,
        kind == ReduceKind::Sum ? timesCount(x.range, count) : x.range);
}

static void produceSoftmax(ProgramBuilder &p) {
  Term x = p.needAny(1, 3);
  Value mask = p.choices.chance(40) ? p.needMask(x.dims).value : Value();
  p.add(SoftmaxOp::create(p.b, p.loc, x.value, mask), x.dims, kUnit);
}

static void produceSoftmaxGradient(ProgramBuilder &p) {
  Term x = p.needAny(1, 3), y = p.need(x.dims, kUnit);
  p.add(SoftmaxGradientOp::create(p.b, p.loc, x.value, y.value), x.dims,
        timesCount(productOf(x.range, y.range), x.dims.back().size));
}

//===----------------------------------------------------------------------===//
// Pieces
//===----------------------------------------------------------------------===//

/// Where a dimension is: the last one as often as all others.
static int64_t chooseDim(ProgramBuilder &p, const Dims &dims, bool isStatic) {
  SmallVector<int64_t> found;
  for (auto [i, dim] : llvm::enumerate(dims))
    if (!isStatic || (!dim.varies && dim.size > 0))
      found.push_back(i);
  if (found.empty() || p.choices.chance(50))
    return dims.size() - 1;
  return found[p.choices.below(found.size())];
}

static void produceSlice(ProgramBuilder &p) {
  Term x = p.needStaticAt(-1, 1, 4);
  const int64_t dim = chooseDim(p, x.dims, true), whole = x.dims[dim].size;
  const int64_t size = 1 + p.choices.below(whole);
  const int64_t offset = p.choices.below(whole - size + 1);
  Dims dims = x.dims;
  dims[dim].size = size;
  p.add(SliceOp::create(p.b, p.loc, p.known(x), offset, size, dim), dims,
        x.range);
}

static void producePad(ProgramBuilder &p) {
  Term x = p.needStaticAt(-1, 1, 4);
  const int64_t dim = chooseDim(p, x.dims, true);
  const int64_t offset = p.choices.below(3);
  Dims dims = x.dims;
  dims[dim].size += offset + p.choices.below(3);
  Bounds range{std::min(x.range.low, 0.0), std::max(x.range.high, 0.0)};
  p.add(PadOp::create(p.b, p.loc, p.known(x), offset, dims[dim].size, dim),
        dims, range);
}

static void produceSplit(ProgramBuilder &p) {
  Term x = p.needStaticAt(-1, 1, 3);
  SmallVector<int64_t> sizes;
  int64_t left = x.dims.back().size;
  while (left > 0 && sizes.size() < 3) {
    sizes.push_back(1 + p.choices.below(left));
    left -= sizes.back();
  }
  sizes.back() += left;
  auto split = SplitOp::create(p.b, p.loc, p.known(x), sizes);
  for (auto [result, size] : llvm::zip_equal(split.getResults(), sizes)) {
    Dims dims = x.dims;
    dims.back().size = size;
    p.add(result, dims, x.range);
  }
}

static void produceConcat(ProgramBuilder &p) {
  Term first = p.needStaticAt(-1, 1, 3);
  const int64_t dim = chooseDim(p, first.dims, true);
  SmallVector<Value> sources{p.known(first)};
  Dims dims = first.dims;
  Bounds range = first.range;
  for (unsigned more = p.choices.below(3); more > 0; --more) {
    Dims other = first.dims;
    if (p.choices.chance(50))
      other[dim] = p.width();
    Term next = p.need(other);
    sources.push_back(p.known(next));
    dims[dim].size += other[dim].size;
    range = {std::min(range.low, next.range.low),
             std::max(range.high, next.range.high)};
  }
  p.add(ConcatOp::create(p.b, p.loc, sources, dim), dims, range);
}

static void produceStopGradient(ProgramBuilder &p) {
  Term x = p.needAny(0, 4);
  p.add(StopGradientOp::create(p.b, p.loc, x.value), x.dims, x.range);
}

void fuzz::addPrimitiveProducers(Producers &producers) {
  producers.append({{7, produceContract},
                    {6, produceBroadcast},
                    {7, produceReduce},
                    {3, produceSoftmax},
                    {1, produceSoftmaxGradient},
                    {4, produceSlice},
                    {2, producePad},
                    {4, produceSplit},
                    {7, produceConcat},
                    {1, produceStopGradient}});
}
