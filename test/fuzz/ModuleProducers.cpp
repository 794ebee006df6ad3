//===- test/fuzz/ModuleProducers.cpp - parameters and randomness ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

namespace {
/// An initialiser: its numbers, which ranks it is for, and what it makes.
struct Initializer {
  InitKind kind;
  std::initializer_list<double> numbers;
  bool isMatrix;
  Bounds range;
};
} // namespace

static const Initializer kInitializers[] = {
    {InitKind::Uniform, {0.5}, false, {-0.5, 0.5}},
    {InitKind::Uniform, {-1, 1}, false, kSigned},
    {InitKind::Normal, {0.3}, false, {-3, 3}},
    {InitKind::Zeros, {}, false, {0, 0}},
    {InitKind::Constant, {0.25}, false, {0.25, 0.25}},
    {InitKind::OneHot, {0}, false, kUnit},
    {InitKind::Glorot, {}, true, {-2, 2}},
    {InitKind::Orthogonal, {1}, true, kSigned},
    {InitKind::Identity, {}, true, kUnit},
};

/// Declares a parameter in front of the function and reads it.
static void produceParameter(ProgramBuilder &p) {
  const Initializer &init =
      kInitializers[p.choices.below(std::size(kInitializers))];
  Dims dims;
  for (unsigned rank = init.isMatrix ? 2 : 1 + p.choices.below(3); rank; --rank)
    dims.push_back(p.width());
  if (init.kind == InitKind::OneHot && dims.back().size == 0)
    return;
  const std::string name =
      "p" + std::to_string(llvm::range_size(p.module.getOps<ParameterOp>()));
  {
    OpBuilder::InsertionGuard guard(p.b);
    p.b.setInsertionPointToStart(p.module.getBody());
    ParameterOp::create(
        p.b, p.loc, name, p.typeOf(dims), init.kind,
        ArrayRef<double>(init.numbers.begin(), init.numbers.end()),
        p.choices.chance(20), StringAttr());
  }
  p.add(UseOp::create(p.b, p.loc, p.typeOf(dims), name), dims, init.range);
}

static void produceRandom(ProgramBuilder &p) {
  static constexpr RandomKind kKinds[] = {RandomKind::Uniform,
                                          RandomKind::Normal, RandomKind::Bits,
                                          RandomKind::Permutation};
  const RandomKind kind = kKinds[p.choices.below(4)];
  const bool isInteger =
      kind == RandomKind::Bits || kind == RandomKind::Permutation;
  const Element element = isInteger ? Element::I32 : Element::Float;
  Dims dims = p.tensorDims(1, 3);
  Value key = p.choices.chance(50) ? p.needScalar(Element::I64, kAny).value
                                   : Value(arith::ConstantOp::create(
                                         p.b, p.loc, p.b.getI64IntegerAttr(7)));
  const Bounds range = kind == RandomKind::Uniform  ? kUnit
                       : kind == RandomKind::Normal ? Bounds{-6, 6}
                                                    : Bounds{-3e9, 3e9};
  const int64_t stream = p.choices.below(3);
  SmallVector<Value> sizes = p.dynamicSizes(dims);
  Value value = RandomOp::create(p.b, p.loc, p.typeOf(dims, element), kind, key,
                                 stream, sizes);
  p.terms.push_back({value, dims, range, element, false});
}

void fuzz::addModuleProducers(Producers &producers) {
  producers.append({{2, produceParameter}, {1, produceRandom}});
}
