//===- test/fuzz/Program.cpp - building well-typed programs ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Program.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"

#include <cmath>

#include "dialect/Activity.h"
#include "test/fuzz/Producers.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

ProgramBuilder::ProgramBuilder(Choices &choices, MLIRContext *context,
                               bool isDynamic)
    : choices(choices), b(context), loc(b.getUnknownLoc()),
      isDynamic(isDynamic), owned(ModuleOp::create(loc)) {
  module = *owned;
  b.setInsertionPointToEnd(module.getBody());
  auto function = func::FuncOp::create(b, loc, "f", b.getFunctionType({}, {}));
  body = function.addEntryBlock();
  b.setInsertionPointToEnd(body);
  isDifferentiable = !choices.chance(10);
  chooseSizes();
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// The sizes there are: nothing, one, odd ones, and those around the number of
/// lanes of a vector.
static constexpr int64_t kSizes[] = {1, 2, 3, 0, 4, 5, 8, 16, 17, 33};
static constexpr unsigned kAnySize[] = {18, 25, 20, 3, 12, 10, 5, 2, 3, 2};
static constexpr unsigned kWidth[] = {20, 25, 20, 1, 14, 8, 5, 2, 3, 2};
static constexpr unsigned kTime[] = {20, 25, 25, 8, 14, 8, 0, 0, 0, 0};

Dim ProgramBuilder::newDim(ArrayRef<unsigned> weights, unsigned varies) {
  int64_t size = kSizes[choices.weighted(weights)];
  if (size > 5 && largeLeft-- == 0) {
    largeLeft = 0;
    size = 2;
  }
  return {size, choices.chance(varies)};
}

/// Few sizes for a whole program, so that values fit each other.
void ProgramBuilder::chooseSizes() {
  for (int i = 0; i < 2; ++i) {
    batches.push_back(newDim(kAnySize, 75));
    rows.push_back(newDim(kAnySize, 60));
    times.push_back(newDim(kTime, 70));
  }
  for (int i = 0; i < 3; ++i)
    widths.push_back(newDim(kWidth, 0));
}

Dim ProgramBuilder::anyDim() {
  switch (choices.below(4)) {
  case 0:
    return width();
  case 1:
    return batch();
  case 2:
    return locations();
  default:
    return steps();
  }
}

Dims ProgramBuilder::tensorDims(unsigned least, unsigned most) {
  unsigned rank = least + choices.below(most - least + 1);
  Dims dims;
  for (unsigned i = 0; i < rank; ++i) {
    if (i + 1 == rank)
      dims.push_back(choices.chance(25) ? anyDim() : width());
    else
      dims.push_back(choices.chance(25) ? anyDim() : batch());
  }
  return dims;
}

Value ProgramBuilder::sizeOf(Dim dim) {
  auto hasIt = [&](const Term &term) {
    return !term.isScalar && llvm::is_contained(term.dims, dim);
  };
  // Both variants ask, so that both have the same arguments.
  std::optional<Term> term = pick(hasIt);
  if (!term && dim.varies) {
    Value size = runTimeIndex(dim.size);
    if (isDynamic)
      return size;
  }
  if (!isDynamic || !dim.varies)
    return constantIndex(dim.size);
  int64_t i = llvm::find(term->dims, dim) - term->dims.begin();
  return tensor::DimOp::create(b, loc, term->value, i);
}

SmallVector<Value> ProgramBuilder::sizesOf(ArrayRef<Dim> dims) {
  return llvm::map_to_vector(dims, [&](Dim dim) { return sizeOf(dim); });
}

SmallVector<Value> ProgramBuilder::dynamicSizes(ArrayRef<Dim> dims) {
  SmallVector<Value> sizes;
  for (Dim dim : dims) {
    if (!dim.varies)
      continue;
    Value size = sizeOf(dim);
    if (isDynamic)
      sizes.push_back(size);
  }
  return sizes;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

std::optional<Term> ProgramBuilder::pick(Test fits) {
  SmallVector<unsigned> found;
  for (auto [i, term] : llvm::enumerate(terms))
    if (fits(term))
      found.push_back(i);
  if (found.empty())
    return std::nullopt;
  const uint32_t count = found.size();
  const uint32_t back = std::min(
      {choices.below(count), choices.below(count), choices.below(count)});
  return terms[found[count - 1 - back]];
}

Term ProgramBuilder::argument(ArgumentSpec spec) {
  spec.isCoarse = choices.chance(12);
  spec.number = specs.size();
  Type type = elementType(spec.element);
  if (!spec.isScalar) {
    SmallVector<int64_t> shape;
    for (Dim dim : spec.dims) {
      // Some sizes of a dynamic program are known all the same.
      const bool isKnown = !dim.varies || choices.chance(12);
      shape.push_back(isDynamic && !isKnown ? ShapedType::kDynamic : dim.size);
    }
    type = RankedTensorType::get(shape, type);
  }
  specs.push_back(spec);
  Term term{body->addArgument(type, loc), spec.dims, spec.range, spec.element,
            spec.isScalar};
  terms.push_back(term);
  return term;
}

Term ProgramBuilder::need(ArrayRef<Dim> dims, Bounds range) {
  if (choices.chance(88))
    if (std::optional<Term> term = pick([&](const Term &each) {
          return each.isFloatTensor() && ArrayRef(each.dims) == dims;
        }))
      return fit(*term, range);
  ArgumentSpec spec;
  spec.dims = Dims(dims);
  // Numbers beyond 2 are of no interest and make functions steep.
  spec.range = {std::max(range.low, -2.0), std::min(range.high, 2.0)};
  if (spec.range.low > spec.range.high)
    spec.range = range;
  return argument(spec);
}

std::optional<Term> ProgramBuilder::takeFocus(Test fits) {
  std::optional<Term> term = std::exchange(focus, std::nullopt);
  return term && fits(*term) ? term : std::nullopt;
}

Term ProgramBuilder::needAny(unsigned least, unsigned most, Bounds range) {
  auto fits = [&](const Term &each) {
    return each.isFloatTensor() && each.dims.size() >= least &&
           each.dims.size() <= most;
  };
  std::optional<Term> term = takeFocus(fits);
  if (!term && choices.chance(85))
    term = pick(fits);
  if (term)
    return fit(*term, range);
  return need(tensorDims(least, most), range);
}

Term ProgramBuilder::needStaticAt(int64_t dim, unsigned least, unsigned most) {
  auto isStatic = [&](const Dims &dims) {
    int64_t at = dim < 0 ? dim + int64_t(dims.size()) : dim;
    return at >= 0 && at < int64_t(dims.size()) && !dims[at].varies &&
           dims[at].size > 0;
  };
  auto fits = [&](const Term &each) {
    return each.isFloatTensor() && each.dims.size() >= least &&
           each.dims.size() <= most && isStatic(each.dims);
  };
  std::optional<Term> term = takeFocus(fits);
  if (!term && choices.chance(85))
    term = pick(fits);
  if (term)
    return *term;
  Dims dims = tensorDims(least, most);
  Dim &at = dims[dim < 0 ? dim + int64_t(dims.size()) : dim];
  at = width();
  at.size = std::max<int64_t>(at.size, 1);
  return need(dims);
}

Term ProgramBuilder::needMask(ArrayRef<Dim> dims) {
  if (choices.chance(50))
    if (std::optional<Term> term = pick([&](const Term &each) {
          return each.element == Element::I1 && !each.isScalar &&
                 ArrayRef(each.dims) == dims;
        }))
      return *term;
  return needInteger(dims, Element::I1, 0, 1);
}

Term ProgramBuilder::needInteger(ArrayRef<Dim> dims, Element element,
                                 int64_t low, int64_t high) {
  const Bounds range{double(low), double(high)};
  if (choices.chance(50))
    if (std::optional<Term> term = pick([&](const Term &each) {
          return each.element == element && !each.isScalar &&
                 ArrayRef(each.dims) == dims && range.contains(each.range);
        }))
      return *term;
  ArgumentSpec spec;
  spec.dims = Dims(dims);
  spec.range = range;
  spec.element = element;
  spec.hasEmptyRows = element == Element::I1 && choices.chance(50);
  return argument(spec);
}

Term ProgramBuilder::needScalar(Element element, Bounds range) {
  if (choices.chance(70))
    if (std::optional<Term> term = pick([&](const Term &each) {
          return each.isScalar && each.element == element &&
                 range.contains(each.range);
        }))
      return *term;
  ArgumentSpec spec;
  spec.range = {std::max(range.low, -2.0), std::min(range.high, 2.0)};
  spec.element = element;
  spec.isScalar = true;
  return argument(spec);
}

Term ProgramBuilder::needWeight(ArrayRef<Dim> dims, int64_t fanIn) {
  const double bound = 1.0 / double(std::max<int64_t>(fanIn, 1));
  const Bounds range{-bound, bound};
  // Sharing a weight is of interest; a weight that is computed, too.
  if (choices.chance(40))
    if (std::optional<Term> term = pick([&](const Term &each) {
          return each.isFloatTensor() && ArrayRef(each.dims) == dims;
        }))
      return fit(*term, range);
  ArgumentSpec spec;
  spec.dims = Dims(dims);
  spec.range = range;
  return argument(spec);
}

Term ProgramBuilder::fit(Term term, Bounds range) {
  if (range.contains(term.range))
    return term;
  if (range.contains(kSigned) && choices.chance(50))
    return add(create("math.tanh", term.value, term.value.getType()), term.dims,
               kSigned);
  Value unit = create("vellum.sigmoid", term.value, term.value.getType());
  Term result = add(unit, term.dims, kUnit);
  if (range.contains(kUnit))
    return result;
  auto like = [&](double number) {
    return Value(tensor::SplatOp::create(b, loc, constant(number),
                                         typeOf(term.dims).getShape(),
                                         dynamicSizes(term.dims)));
  };
  Value scale = like(range.high - range.low), low = like(range.low);
  Value scaled = arith::MulFOp::create(b, loc, exact(result), scale);
  return add(arith::AddFOp::create(b, loc, scaled, low), term.dims, range);
}

Term ProgramBuilder::inert(Term term) {
  if (!isDifferentiable || term.element != Element::Float || term.isScalar)
    return term;
  return add(StopGradientOp::create(b, loc, term.value), term.dims, term.range);
}

Term ProgramBuilder::add(Value value, Dims dims, Bounds range,
                         Element element) {
  Term term{value, std::move(dims), range, element, false};
  // Bounds of long sums say nothing any more.
  term.range = {std::max(range.low, -1e4), std::min(range.high, 1e4)};
  terms.push_back(term);
  return term;
}

Term ProgramBuilder::addScalar(Value value, Element element, Bounds range) {
  terms.push_back({value, {}, range, element, true});
  return terms.back();
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

Type ProgramBuilder::elementType(Element element) {
  switch (element) {
  case Element::Float:
    return b.getF32Type();
  case Element::I1:
    return b.getI1Type();
  case Element::I32:
    return b.getI32Type();
  case Element::I64:
    return b.getI64Type();
  case Element::Index:
    return b.getIndexType();
  }
  llvm_unreachable("all elements are listed");
}

RankedTensorType ProgramBuilder::typeOf(ArrayRef<Dim> dims, Element element) {
  SmallVector<int64_t> shape;
  for (Dim dim : dims)
    shape.push_back(isDynamic && dim.varies ? ShapedType::kDynamic : dim.size);
  return RankedTensorType::get(shape, elementType(element));
}

Value ProgramBuilder::castTo(Value value, Type type) {
  if (value.getType() == type)
    return value;
  return tensor::CastOp::create(b, loc, type, value);
}

Value ProgramBuilder::exact(const Term &term) {
  return term.isScalar ? term.value
                       : castTo(term.value, typeOf(term.dims, term.element));
}

Value ProgramBuilder::known(const Term &term) {
  auto type = cast<RankedTensorType>(term.value.getType());
  SmallVector<int64_t> shape(type.getShape());
  for (auto [size, dim] : llvm::zip_equal(shape, term.dims))
    if (!dim.varies)
      size = dim.size;
  return castTo(term.value, type.clone(shape));
}

std::pair<Value, Value> ProgramBuilder::unify(const Term &lhs,
                                              const Term &rhs) {
  if (lhs.value.getType() == rhs.value.getType())
    return {lhs.value, rhs.value};
  return {exact(lhs), exact(rhs)};
}

Value ProgramBuilder::constant(double number) {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(float(number)));
}

Value ProgramBuilder::constantIndex(int64_t number) {
  return arith::ConstantIndexOp::create(b, loc, number);
}

Value ProgramBuilder::runTimeIndex(int64_t number) {
  ArgumentSpec spec;
  spec.range = {double(number), double(number)};
  spec.element = Element::Index;
  spec.isScalar = true;
  Value index = argument(spec).value;
  terms.pop_back();
  return index;
}

Value ProgramBuilder::create(StringRef name, ValueRange operands, Type type,
                             ArrayRef<NamedAttribute> attributes) {
  OperationState state(loc, name);
  state.addOperands(operands);
  state.addTypes(type);
  state.addAttributes(attributes);
  Operation *op = b.create(state);
  if (isDifferentiable && !isa<Differentiable, Decomposable>(op) &&
      isFloatLike(type)) {
    op->erase();
    return {};
  }
  return op->getResult(0);
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

/// Values that nothing uses, the last ones first: what leads to them is most of
/// the program.
SmallVector<Value> ProgramBuilder::chooseResults() {
  SmallVector<Value> results;
  const unsigned count = 1 + choices.below(4);
  for (auto term = terms.rbegin(); term != terms.rend(); ++term)
    if (results.size() < count && !isa<BlockArgument>(term->value) &&
        term->value.use_empty() && term->element != Element::Index)
      results.push_back(term->value);
  auto isFloat = [](Value value) { return isFloatLike(value.getType()); };
  if (llvm::none_of(results, isFloat))
    results.push_back(needAny(0, 4).value);
  return results;
}

void ProgramBuilder::dropUnusedArguments() {
  std::vector<ArgumentSpec> used;
  for (auto [spec, argument] : llvm::zip_equal(specs, body->getArguments()))
    if (!argument.use_empty())
      used.push_back(spec);
  specs = std::move(used);
  body->eraseArguments(
      [](BlockArgument argument) { return argument.use_empty(); });
}

Program ProgramBuilder::finish() {
  SmallVector<Value> results = chooseResults();
  func::ReturnOp::create(b, loc, results);
  auto function = cast<func::FuncOp>(body->getParentOp());
  function.setType(b.getFunctionType(body->getArgumentTypes(),
                                     ValueRange(results).getTypes()));
  // What nothing uses is noise in a report.
  IRRewriter rewriter(b.getContext());
  (void)runRegionDCE(rewriter, function->getRegions());
  dropUnusedArguments();
  function.setType(
      b.getFunctionType(body->getArgumentTypes(), function.getResultTypes()));
  Program program;
  program.module = std::move(owned);
  program.arguments = std::move(specs);
  program.isDifferentiable = isDifferentiable;
  return program;
}

Program fuzz::generate(Choices &choices, MLIRContext *context, bool isDynamic) {
  const uint64_t dataKey = choices.below(1 << 16);
  ProgramBuilder p(choices, context, isDynamic);
  // Asking each time whether there is more lets a shorter tape end early.
  do {
    if (!p.terms.empty() && choices.chance(60))
      p.focus = p.terms.back();
    produceOne(p);
  } while (p.terms.size() < 50 && choices.chance(85));
  Program program = p.finish();
  program.dataKey = dataKey;
  return program;
}
