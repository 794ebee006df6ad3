//===- test/fuzz/LayerProducers.cpp - layers and losses -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

namespace {
/// Inputs that stand side by side against the rows of one weight.
struct Inputs {
  SmallVector<Value> values;
  Dims lead;
  int64_t width = 0;
  double most = 0;

  void add(ProgramBuilder &p, const Term &term) {
    values.push_back(p.known(term));
    width += term.dims.back().size;
    most =
        std::max({most, std::abs(term.range.low), std::abs(term.range.high)});
  }
};
} // namespace

static Inputs needInputs(ProgramBuilder &p) {
  Inputs inputs;
  Term first = p.needStaticAt(-1, 1, 3);
  inputs.lead = Dims(ArrayRef(first.dims).drop_back());
  inputs.add(p, first);
  while (inputs.values.size() < 3 && p.choices.chance(35)) {
    Dims dims = inputs.lead;
    dims.push_back(p.width());
    inputs.add(p, p.need(dims));
  }
  return inputs;
}

static Dims withLast(ArrayRef<Dim> lead, Dim last) {
  Dims dims(lead);
  dims.push_back(last);
  return dims;
}

static Value needBias(ProgramBuilder &p, Dim width) {
  return p.choices.chance(50) ? p.known(p.need({width}, kSigned)) : Value();
}

static void produceLinear(ProgramBuilder &p) {
  Inputs inputs = needInputs(p);
  const Dim width = p.width();
  Term weight = p.needWeight({{inputs.width, false}, width}, inputs.width);
  Value bias = needBias(p, width);
  const double most = inputs.most + 1;
  p.add(LinearOp::create(p.b, p.loc, inputs.values, p.known(weight), bias),
        withLast(inputs.lead, width), {-most, most});
}

static void produceLstm(ProgramBuilder &p) {
  Inputs inputs = needInputs(p);
  const Dim width = p.width(), gates{4 * width.size, false};
  const Dims dims = withLast(inputs.lead, width);
  Value hidden = p.known(p.need(dims));
  Term cell = p.need(dims);
  const int64_t rows = inputs.width + width.size;
  Value weight = p.known(p.needWeight({{rows, false}, gates}, rows));
  Value bias = needBias(p, gates);
  auto op = LstmCellOp::create(p.b, p.loc, inputs.values, hidden, p.known(cell),
                               weight, bias,
                               llvm::APFloat(double(p.choices.below(2))));
  p.add(op.getNextCell(), dims, {cell.range.low - 1, cell.range.high + 1});
  p.add(op.getNextHidden(), dims, kSigned);
}

static void produceRnn(ProgramBuilder &p) {
  static constexpr Activation kActivations[] = {
      Activation::Tanh, Activation::Sigmoid, Activation::Relu};
  Inputs inputs = needInputs(p);
  const Dim width = p.width();
  const Dims dims = withLast(inputs.lead, width);
  Term hidden = p.need(dims);
  const int64_t rows = inputs.width + width.size;
  Value weight = p.known(p.needWeight({{rows, false}, width}, rows));
  Value bias = needBias(p, width);
  const Activation activation = kActivations[p.choices.below(3)];
  auto op = RnnCellOp::create(p.b, p.loc, inputs.values, p.known(hidden),
                              weight, bias, activation);
  const double most = std::max({inputs.most, std::abs(hidden.range.low),
                                std::abs(hidden.range.high)}) +
                      1;
  p.add(op, dims, activation == Activation::Relu ? Bounds{0, most} : kSigned);
}

static void produceCrossEntropy(ProgramBuilder &p) {
  static constexpr LossReduction kReductions[] = {
      LossReduction::Mean, LossReduction::Sum, LossReduction::None};
  Term logits = p.needAny(1, 3), targets = p.need(logits.dims, kUnit);
  Value mask;
  if (p.choices.chance(50)) {
    Dims dims = logits.dims;
    // Whether the mask is stretched has to be known.
    if (p.choices.chance(40) || dims.back().varies)
      dims.back() = {1, false};
    mask = p.known(p.need(dims, kUnit));
  }
  const LossReduction reduction = kReductions[p.choices.below(3)];
  const bool isElementwise = reduction == LossReduction::None;
  p.add(SigmoidCrossEntropyOp::create(p.b, p.loc, logits.value, targets.value,
                                      mask, reduction),
        isElementwise ? logits.dims : Dims(), {0, 1000});
}

void fuzz::addLayerProducers(Producers &producers) {
  producers.append({{8, produceLinear},
                    {2, produceLstm},
                    {3, produceRnn},
                    {2, produceCrossEntropy}});
}
