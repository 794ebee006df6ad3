//===- test/fuzz/MemoryProducers.cpp - memory and attention ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

static Dims joined(ArrayRef<Dim> lead, ArrayRef<Dim> rest) {
  Dims dims(lead);
  dims.append(rest.begin(), rest.end());
  return dims;
}

/// A memory there is, or a new one.
static Term needMemory(ProgramBuilder &p) {
  if (p.choices.chance(70))
    if (std::optional<Term> term = p.pick([](const Term &each) {
          return each.isFloatTensor() && each.dims.size() == 3;
        }))
      return *term;
  return p.need({p.batch(), p.locations(), p.width()});
}

static void produceRead(ProgramBuilder &p) {
  Term memory = needMemory(p);
  Dims lead{memory.dims[0]};
  if (p.choices.chance(30))
    lead.push_back(p.choices.chance(80) ? p.width() : p.anyDim());
  Value weighting = p.need(joined(lead, memory.dims[1]), kUnit).value;
  p.add(MemoryReadOp::create(p.b, p.loc, memory.value, weighting),
        joined(lead, memory.dims[2]));
}

static void produceWrite(ProgramBuilder &p) {
  Term memory = needMemory(p);
  Dims lead{memory.dims[0]};
  const bool hasHeads = p.choices.chance(30);
  if (hasHeads)
    lead.push_back(p.width());
  Value weighting = p.known(p.need(joined(lead, memory.dims[1]), kUnit));
  const Dims words = joined(lead, memory.dims[2]);
  Value erase = p.choices.chance(60) ? p.need(words, kUnit).value : Value();
  Value add = p.need(words).value;
  const bool sequential = p.choices.chance(30);
  p.add(MemoryWriteOp::create(p.b, p.loc, memory.value, weighting, erase, add,
                              sequential),
        memory.dims, {memory.range.low - 50, memory.range.high + 50});
}

namespace {
/// The sizes of an attention; T, where there is a time of queries.
struct AttendShape {
  Dims batch;
  std::optional<Dim> queries;
  Dim keys, width, values;
  int64_t heads = 1;

  Dims of(ArrayRef<Dim> rest) const { return joined(batch, rest); }
  Dims perQuery(Dim last) const {
    return queries ? of({*queries, last}) : of(last);
  }
};
} // namespace

static AttendShape chooseAttendShape(ProgramBuilder &p) {
  AttendShape shape;
  for (unsigned rank = p.choices.below(4) == 3 ? 2 : 1; rank > 0; --rank)
    shape.batch.push_back(p.batch());
  if (p.choices.chance(10))
    shape.batch.clear();
  if (p.choices.chance(60))
    shape.queries = p.choices.chance(50) ? p.steps() : p.locations();
  shape.keys = p.choices.chance(50) ? p.steps() : p.locations();
  shape.heads = 1 + p.choices.below(10) / 7;
  const Dim width = p.width(), values = p.width();
  shape.width = {width.size * shape.heads, false};
  shape.values = {values.size * shape.heads, false};
  // Without heads the widths need not be known.
  if (shape.heads == 1 && p.choices.chance(20))
    shape.width = p.anyDim();
  if (shape.heads == 1 && p.choices.chance(20))
    shape.values = p.anyDim();
  return shape;
}

static Value needAttendMask(ProgramBuilder &p, const AttendShape &shape) {
  if (!p.choices.chance(50))
    return {};
  const bool isPerQuery = shape.queries && p.choices.chance(50);
  return p
      .needMask(isPerQuery ? shape.perQuery(shape.keys) : shape.of(shape.keys))
      .value;
}

static void addWeighting(ProgramBuilder &p, AttendOp op,
                         const AttendShape &shape) {
  if (!op.getWeighting())
    return;
  Dims dims = shape.batch;
  if (shape.heads > 1)
    dims.push_back({shape.heads, false});
  if (shape.queries)
    dims.push_back(*shape.queries);
  dims.push_back(shape.keys);
  p.add(op.getWeighting(), dims, kUnit);
}

static void produceAttend(ProgramBuilder &p) {
  static constexpr AttendScore kScores[] = {
      AttendScore::ScaledDot, AttendScore::Dot, AttendScore::Additive,
      AttendScore::Cosine};
  AttendShape shape = chooseAttendShape(p);
  const AttendScore score = kScores[p.choices.below(4)];
  Value query = p.known(p.need(shape.perQuery(shape.width)));
  Value keys = p.known(p.need(shape.of({shape.keys, shape.width})));
  Term values = p.need(shape.of({shape.keys, shape.values}));
  Value by, strength;
  if (score == AttendScore::Additive)
    by = p.need(shape.width, kSigned).value;
  if (score == AttendScore::Cosine)
    strength = p.need(shape.perQuery({1, false}), {0, 3}).value;
  Value mask = needAttendMask(p, shape);
  const bool causal = shape.queries && p.choices.chance(30);
  const bool weighting = p.choices.chance(25);
  auto op =
      AttendOp::create(p.b, p.loc, query, keys, p.known(values), score, by,
                       strength, mask, causal, shape.heads, weighting);
  addWeighting(p, op, shape);
  p.add(op.getAttended(), shape.perQuery(shape.values),
        {std::min(values.range.low, 0.0), std::max(values.range.high, 0.0)});
}

void fuzz::addMemoryProducers(Producers &producers) {
  producers.append({{3, produceRead}, {4, produceWrite}, {5, produceAttend}});
}
