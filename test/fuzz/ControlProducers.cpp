//===- test/fuzz/ControlProducers.cpp - loops -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

//===----------------------------------------------------------------------===//
// scan
//===----------------------------------------------------------------------===//

namespace {
/// A scan while it is built: what runs through it, and what comes out.
class ScanBuilder {
public:
  explicit ScanBuilder(ProgramBuilder &p)
      : p(p), steps(p.steps()), batch(p.batch()),
        isRagged(p.choices.chance(20)) {}

  void build();

private:
  Dims innerDims(unsigned least, unsigned most);
  Term needInput();
  Term needCarry();
  ScanStep buildBody(Value t, ValueRange slices, ValueRange carried);
  void chooseEmitted(SmallVectorImpl<Value> &values);
  void addResults(ScanOp scan);
  CheckpointAttr chooseCheckpoint();

  ProgramBuilder &p;
  Dim steps, batch;
  bool isRagged;
  SmallVector<Term> inputs, carries, emitted;
};
} // namespace

/// Dimensions of a value that runs through the loop: with lengths, the first is
/// that of the samples.
Dims ScanBuilder::innerDims(unsigned least, unsigned most) {
  Dims dims = p.tensorDims(isRagged ? std::max(least, 1u) : least, most);
  if (isRagged)
    dims.front() = batch;
  return dims;
}

Term ScanBuilder::needInput() {
  // What an earlier scan has stacked, or an argument.
  if (p.choices.chance(50))
    if (std::optional<Term> term = p.pick([&](const Term &each) {
          return !each.isScalar && !each.dims.empty() &&
                 each.dims.size() <= 4 && each.dims.front() == steps &&
                 each.element != Element::Index;
        }))
      return *term;
  Dims dims = innerDims(0, 3);
  dims.insert(dims.begin(), steps);
  if (p.choices.chance(10))
    return p.needInteger(dims, Element::I32, -3, 5);
  if (p.choices.chance(10))
    return p.needMask(dims);
  return p.need(dims);
}

Term ScanBuilder::needCarry() {
  if (!isRagged && p.choices.chance(8)) {
    static constexpr Element kElements[] = {Element::Float, Element::Index,
                                            Element::I64, Element::I1};
    const Element element = kElements[p.choices.below(4)];
    return p.needScalar(element, element == Element::I1 ? kUnit : kAny);
  }
  if (p.choices.chance(8))
    return p.needInteger(innerDims(0, 2), Element::I32, -3, 5);
  if (p.choices.chance(15))
    return p.need(innerDims(1, 3), kUnit);
  Term term = p.need(innerDims(0, 3));
  // Whatever it starts from, it may get as large as any other value.
  term.range = kAny;
  return term;
}

Value fuzz::produceNext(ProgramBuilder &p, const Term &carry) {
  auto isSame = [&](const Term &each) {
    return each.element == carry.element && each.isScalar == carry.isScalar &&
           each.dims == carry.dims;
  };
  auto isNew = [&](const Term &each) {
    mlir::Value value = each.value;
    return isSame(each) && value != carry.value &&
           value.getParentBlock() == p.b.getInsertionBlock();
  };
  std::optional<Term> next = carry;
  // From itself, step by step, as long as it keeps its shape.
  for (unsigned more = p.choices.below(5); more > 0; --more) {
    const size_t before = p.terms.size();
    p.focus = next;
    produceOne(p);
    for (size_t i = before; i < p.terms.size(); ++i)
      if (isNew(p.terms[i]))
        next = p.terms[i];
  }
  if (next->value == carry.value)
    next = p.choices.chance(90) ? p.pick(isNew) : std::nullopt;
  if (!next && carry.isFloatTensor()) {
    // The carried value itself, changed.
    Value changed = p.create("math.tanh", carry.value, carry.value.getType());
    next = p.add(changed, carry.dims, kSigned);
  }
  if (!next)
    next = carry;
  if (next->isFloatTensor())
    next = p.fit(*next, carry.range);
  return p.castTo(next->value, carry.value.getType());
}

void ScanBuilder::chooseEmitted(SmallVectorImpl<Value> &values) {
  const unsigned count =
      carries.empty() ? 1 + p.choices.below(2) : p.choices.below(3);
  for (unsigned i = 0; i < count; ++i) {
    std::optional<Term> term = p.pick([&](const Term &each) {
      return !each.isScalar && each.dims.size() <= 4 &&
             each.element != Element::Index &&
             (!isRagged || (!each.dims.empty() && each.dims.front() == batch));
    });
    if (!term)
      term = p.need(isRagged ? Dims{batch} : Dims{p.width()});
    emitted.push_back(*term);
    values.push_back(term->value);
  }
}

ScanStep ScanBuilder::buildBody(Value t, ValueRange slices,
                                ValueRange carried) {
  ProgramBuilder::Scope scope(p);
  p.addScalar(t, Element::Index, {0, double(steps.size)});
  for (auto [slice, input] : llvm::zip_equal(slices, inputs))
    p.terms.push_back({slice, Dims(ArrayRef(input.dims).drop_front()),
                       input.range, input.element, false});
  SmallVector<Term> inside;
  for (auto [value, carry] : llvm::zip_equal(carried, carries)) {
    inside.push_back(carry);
    inside.back().value = value;
    p.terms.push_back(inside.back());
  }
  do {
    if (!inside.empty() && p.choices.chance(40))
      p.focus = inside[p.choices.below(inside.size())];
    else if (p.choices.chance(50))
      p.focus = p.terms.back();
    produceOne(p);
  } while (p.terms.size() < scope.begin() + 20 && p.choices.chance(70));
  ScanStep step;
  for (const Term &carry : inside)
    step.carried.push_back(produceNext(p, carry));
  chooseEmitted(step.emitted);
  return step;
}

CheckpointAttr ScanBuilder::chooseCheckpoint() {
  if (!p.choices.chance(25))
    return {};
  static constexpr CheckpointKind kKinds[] = {
      CheckpointKind::Every, CheckpointKind::Within, CheckpointKind::All};
  const CheckpointKind kind = kKinds[p.choices.below(3)];
  const int64_t amount = kind == CheckpointKind::Every ? 1 + p.choices.below(4)
                         : kind == CheckpointKind::Within
                             ? 1 + 100 * p.choices.below(4)
                             : 0;
  return CheckpointAttr::get(p.b.getContext(), kind, amount);
}

void ScanBuilder::addResults(ScanOp scan) {
  for (auto [result, carry] : llvm::zip_equal(scan.getFinals(), carries)) {
    p.terms.push_back(carry);
    p.terms.back().value = result;
  }
  for (auto [result, term] : llvm::zip_equal(scan.getStacks(), emitted)) {
    Dims dims = term.dims;
    dims.insert(dims.begin(), steps);
    const Bounds range{std::min(term.range.low, 0.0),
                       std::max(term.range.high, 0.0)};
    p.add(result, dims, range, term.element);
  }
}

void ScanBuilder::build() {
  for (unsigned i = p.choices.below(3); i > 0; --i)
    inputs.push_back(needInput());
  for (unsigned i = 1 + p.choices.below(3); i > 0; --i)
    carries.push_back(needCarry());
  SmallVector<Value> inits, sources;
  for (Term &carry : carries)
    inits.push_back(carry.value = p.exact(carry));
  for (const Term &input : inputs)
    sources.push_back(input.value);
  Value length = inputs.empty() ? p.sizeOf(steps) : Value();
  // A batch that only some of the values with lengths have is no batch.
  auto isSample = [&](const Term &term) {
    return !term.isScalar && !term.dims.empty() && term.dims.front() == batch;
  };
  isRagged &= llvm::all_of(carries, isSample);
  Value lengths;
  if (isRagged)
    lengths = p.needInteger({batch},
                            p.choices.chance(50) ? Element::I64 : Element::I32,
                            0, steps.size)
                  .value;
  const bool reverse = p.choices.chance(30);
  CheckpointAttr checkpoint = chooseCheckpoint();
  auto scan = ScanOp::create(
      p.b, p.loc, sources, inits, length, lengths, reverse,
      [&](OpBuilder &, Location, Value t, ValueRange slices,
          ValueRange carried) { return buildBody(t, slices, carried); });
  if (checkpoint)
    scan.setCheckpointAttr(checkpoint);
  addResults(scan);
}

static void produceScan(ProgramBuilder &p) {
  if (p.depth < 2)
    ScanBuilder(p).build();
}

//===----------------------------------------------------------------------===//
// ponder
//===----------------------------------------------------------------------===//

namespace {
class PonderBuilder {
public:
  explicit PonderBuilder(ProgramBuilder &p) : p(p) {}
  void build();

private:
  Dims sampleDims(unsigned least);
  void buildBody(Block *body);

  ProgramBuilder &p;
  Dims samples;
  SmallVector<Term> states, emitted;
};
} // namespace

/// The samples' dimensions and more.
Dims PonderBuilder::sampleDims(unsigned least) {
  Dims dims = samples;
  for (unsigned more = least + p.choices.below(2); more > 0; --more)
    dims.push_back(p.width());
  return dims;
}

void PonderBuilder::buildBody(Block *body) {
  OpBuilder::InsertionGuard guard(p.b);
  p.b.setInsertionPointToEnd(body);
  ProgramBuilder::Scope scope(p);
  Dims flag = samples;
  flag.push_back({1, false});
  p.add(body->getArgument(0), flag, kUnit);
  for (auto [value, state] :
       llvm::zip_equal(body->getArguments().drop_front(), states)) {
    p.terms.push_back(state);
    p.terms.back().value = value;
  }
  do
    produceOne(p);
  while (p.terms.size() < scope.begin() + 15 && p.choices.chance(60));
  SmallVector<Value> next, outputs;
  for (auto [state, value] :
       llvm::zip_equal(states, body->getArguments().drop_front()))
    next.push_back(
        p.castTo(p.need(state.dims, state.range).value, value.getType()));
  for (unsigned i = p.choices.below(3); i > 0; --i) {
    Term output = p.need(sampleDims(1));
    emitted.push_back(output);
    outputs.push_back(output.value);
  }
  Value halt = p.castTo(p.need(flag, {0.05, 0.95}).value,
                        body->getArgument(0).getType());
  YieldOp::create(p.b, p.loc, next, outputs, halt);
}

void PonderBuilder::build() {
  samples.push_back(p.batch());
  if (p.choices.chance(20))
    samples.push_back(p.batch());
  for (unsigned i = 0; i == 0 || (i < 3 && p.choices.chance(30)); ++i) {
    Dims dims = i ? sampleDims(1) : samples;
    if (i == 0)
      dims.push_back(p.width());
    states.push_back(p.need(dims));
    states.back().range = kAny;
    states.back().value = p.exact(states.back());
  }
  Dims flag = samples;
  flag.push_back({1, false});
  Type flagType = p.typeOf(flag);
  const int64_t cap = 1 + p.choices.below(6);

  OperationState state(p.loc, PonderOp::getOperationName());
  auto *body = new Block();
  state.addRegion()->push_back(body);
  body->addArgument(flagType, p.loc);
  for (const Term &each : states) {
    state.addOperands(each.value);
    body->addArgument(each.value.getType(), p.loc);
  }
  state.addAttribute("cap", p.b.getI64IntegerAttr(cap));
  state.addAttribute("epsilon",
                     p.b.getF64FloatAttr(p.choices.chance(50) ? 0.01 : 0.2));
  buildBody(body);
  for (const Term &each : states)
    state.addTypes(each.value.getType());
  for (const Term &each : emitted)
    state.addTypes(each.value.getType());
  state.addTypes({flagType, flagType});
  Operation *ponder = p.b.create(state);
  auto result = ponder->getResults().begin();
  for (const Term &each : states)
    p.add(*result++, each.dims, each.range);
  for (const Term &each : emitted)
    p.add(*result++, each.dims, each.range);
  p.add(*result++, flag, {0, double(cap + 1)});
  p.add(*result++, flag, {0, double(cap)});
}

static void producePonder(ProgramBuilder &p) {
  if (p.depth < 2)
    PonderBuilder(p).build();
}

static void produceProbe(ProgramBuilder &p) {
  Term x = p.needAny(0, 3);
  ProbeOp::create(p.b, p.loc, "probe" + std::to_string(p.choices.below(3)),
                  x.value);
}

/// Something that holds.
static void produceRequire(ProgramBuilder &p) {
  Term x = p.needAny(1, 3);
  Value size = tensor::DimOp::create(p.b, p.loc, x.value, 0);
  Value zero = arith::ConstantIndexOp::create(p.b, p.loc, 0);
  Value holds =
      arith::CmpIOp::create(p.b, p.loc, arith::CmpIPredicate::sge, size, zero);
  RequireOp::create(p.b, p.loc, holds, "has a size of {0}", size);
}

void fuzz::addControlProducers(Producers &producers) {
  producers.append({{30, produceScan},
                    {4, producePonder},
                    {1, produceProbe},
                    {1, produceRequire}});
}
