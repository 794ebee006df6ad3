//===- test/fuzz/AddressProducers.cpp - addressing ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

namespace {
/// The dimensions of a memory and of what accesses it, with heads or without.
struct Access {
  Dims memory, lead;

  Dims with(Dim last) const {
    Dims dims = lead;
    dims.push_back(last);
    return dims;
  }
  Dim locations() const { return memory[memory.size() - 2]; }
  Dim word() const { return memory.back(); }
};
} // namespace

static constexpr Dim kOne{1, false};

static Dims batchDims(ProgramBuilder &p) {
  Dims dims;
  for (unsigned rank = 1 + p.choices.below(5) % 3 % 2; rank > 0; --rank)
    dims.push_back(p.batch());
  return dims;
}

static Access chooseAccess(ProgramBuilder &p) {
  Access access;
  access.memory = access.lead = batchDims(p);
  access.memory.append({p.locations(), p.width()});
  if (p.choices.chance(30))
    access.lead.push_back(p.choices.chance(80) ? p.width() : p.anyDim());
  return access;
}

/// A weighting, whose rows nearly sum to 1 as often as not.
static Term needWeighting(ProgramBuilder &p, Dims dims) {
  Term term = p.need(dims, p.choices.chance(50) ? kUnit : kAny);
  if (kUnit.contains(term.range))
    return term;
  return p.add(SoftmaxOp::create(p.b, p.loc, term.value, Value()), dims, kUnit);
}

static Similarity chooseSimilarity(ProgramBuilder &p) {
  return p.choices.chance(40) ? Similarity::Dot : Similarity::Cosine;
}

static Dim chooseTaps(ProgramBuilder &p) {
  return {int64_t(2 * p.choices.below(3) + 1), false};
}

static void produceContent(ProgramBuilder &p) {
  Access access = chooseAccess(p);
  Value key = p.need(access.with(access.word())).value;
  Value memory = p.need(access.memory).value;
  Value strength = p.need(access.with(kOne), {0, 3}).value;
  p.add(ContentAddressOp::create(p.b, p.loc, key, memory, strength,
                                 chooseSimilarity(p), llvm::APFloat(1e-6)),
        access.with(access.locations()), kUnit);
}

static void produceInterpolate(ProgramBuilder &p) {
  Access access = chooseAccess(p);
  const Dims dims = access.with(access.locations());
  Value now = needWeighting(p, dims).value,
        before = needWeighting(p, dims).value;
  Value gate = p.need(access.with(kOne), kUnit).value;
  p.add(InterpolateAddressOp::create(p.b, p.loc, now, before, gate), dims,
        kUnit);
}

/// What the three kinds of shifts have in common.
struct Shift {
  Dims dims;
  Dim taps;
  Dims tapDims;
  bool correlate, clamp;
};

static Shift chooseShift(ProgramBuilder &p) {
  Access access = chooseAccess(p);
  const Dim taps = chooseTaps(p);
  return {access.with(access.locations()), taps, access.with(taps),
          p.choices.chance(30), p.choices.chance(30)};
}

static void produceShift(ProgramBuilder &p) {
  Shift shift = chooseShift(p);
  Value weighting = needWeighting(p, shift.dims).value;
  Value by = p.known(needWeighting(p, shift.tapDims));
  // A shift that sums to 1 leaves the range as it is; one of arguments may not.
  p.add(ShiftAddressOp::create(p.b, p.loc, weighting, by, shift.correlate,
                               shift.clamp),
        shift.dims, {0, double(shift.taps.size)});
}

static void produceShiftTranspose(ProgramBuilder &p) {
  Shift shift = chooseShift(p);
  Term cotangent = p.need(shift.dims);
  Value by = p.known(needWeighting(p, shift.tapDims));
  p.add(ShiftAddressTransposeOp::create(p.b, p.loc, cotangent.value, by,
                                        shift.correlate, shift.clamp),
        shift.dims);
}

static void produceShiftTaps(ProgramBuilder &p) {
  Shift shift = chooseShift(p);
  Term cotangent = p.need(shift.dims);
  Value weighting = needWeighting(p, shift.dims).value;
  p.add(ShiftAddressTapsOp::create(p.b, p.loc, cotangent.value, weighting,
                                   shift.taps.size, shift.correlate,
                                   shift.clamp),
        shift.tapDims, {-1000, 1000});
}

static void produceSharpen(ProgramBuilder &p) {
  Access access = chooseAccess(p);
  const Dims dims = access.with(access.locations());
  // The logarithm of a weight of 0 is steep: 0.02 keeps it moderate.
  Value weighting = p.need(dims, {0.02, 1}).value;
  Value power = p.need(access.with(kOne), {1, 3}).value;
  p.add(SharpenAddressOp::create(p.b, p.loc, weighting, power,
                                 llvm::APFloat(1e-8)),
        dims, kUnit);
}

static void produceAddress(ProgramBuilder &p) {
  Access access = chooseAccess(p);
  Value key = p.need(access.with(access.word())).value;
  Value memory = p.need(access.memory).value;
  Value strength = p.need(access.with(kOne), {0, 3}).value;
  Value gate = p.need(access.with(kOne), kUnit).value;
  Value shift = p.known(needWeighting(p, access.with(chooseTaps(p))));
  Value power = p.need(access.with(kOne), {1, 3}).value;
  const Dims dims = access.with(access.locations());
  Value previous = needWeighting(p, dims).value;
  const Similarity similarity = chooseSimilarity(p);
  const bool correlate = p.choices.chance(30), clamp = p.choices.chance(30);
  p.add(AddressOp::create(p.b, p.loc, key, memory, strength, gate, shift, power,
                          previous, similarity, llvm::APFloat(1e-6), correlate,
                          clamp),
        dims, kUnit);
}

void fuzz::addAddressProducers(Producers &producers) {
  producers.append({{3, produceContent},
                    {1, produceInterpolate},
                    {2, produceShift},
                    {1, produceShiftTranspose},
                    {1, produceShiftTaps},
                    {1, produceSharpen},
                    {2, produceAddress}});
}
