//===- tools/vellum/GradientCheck.cpp - are gradients right? --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/GradientCheck.h"

#include <cmath>

#include "dialect/Activity.h"
#include "dialect/interpreter/Interpreter.h"
#include "dialect/interpreter/TensorConversion.h"
#include "lowering/autodiff/Gradient.h"
#include "runtime/Philox.h"
#include "tools/vellum/NonFinite.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/ShapeCheck.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;
using interpreter::Array;
using interpreter::Precision;

/// What random numbers are for; each use has keys of its own.
enum Purpose : uint64_t { kArguments = 1, kCotangents = 2, kDirections = 3 };

static uint64_t keyFor(int64_t seed, Purpose purpose, uint64_t number) {
  return philoxFold(philoxFold(~static_cast<uint64_t>(seed), purpose), number);
}

static Array randomArray(ArrayRef<int64_t> shape, uint64_t key) {
  Array array = Array::zeros(shape);
  for (auto [i, x] : llvm::enumerate(array.floats))
    x = philoxNormal(key, 0, i);
  return array;
}

static double dot(const Array &x, const Array &y) {
  double sum = 0;
  for (auto [a, b] : llvm::zip_equal(x.floats, y.floats))
    sum += a * b;
  return sum;
}

static double norm(const Array &x) { return std::sqrt(dot(x, x)); }

//===----------------------------------------------------------------------===//
// Preparation
//===----------------------------------------------------------------------===//

/// Finds out what to check: the recipe's loss, unless another entry is named.
LogicalResult GradientCheck::chooseEntry() {
  recipe = model.getRecipe();
  entry = StringRef(options.entry).ltrim('@').str();
  if (entry.empty() && !recipe)
    return model.requireRecipe(/*hasEntryOption=*/true);
  if (entry.empty())
    entry = recipe.getLoss().str();
  if (recipe && recipe.getLoss() != entry)
    recipe = nullptr;
  return success();
}

LogicalResult GradientCheck::buildPrograms() {
  SmallVector<StringRef> functions{entry};
  if (recipe && recipe.getData())
    functions.push_back(*recipe.getData());
  ProgramOptions program;
  program.differentiated = {entry};
  Phases phases;
  auto closed = closeFunctions(model, functions, program, phases);
  if (failed(closed))
    return failure();
  programs = std::move(*closed);
  value = programs->lookupSymbol<func::FuncOp>(entry);
  gradient = programs->lookupSymbol<func::FuncOp>(entry + ".gradient");
  for (unsigned i : differentiableArguments(value))
    if (!recipe || !parameterOf(value, i).empty())
      subjects.push_back(i);
  return success();
}

LogicalResult GradientCheck::findArguments(func::FuncOp open) {
  auto given = givenArguments(open);
  auto parameters = loadParameters(model, options.weights, options.seed);
  if (failed(given) || failed(parameters))
    return failure();
  tensors = joinArguments(value, *given, *parameters);
  arguments = llvm::map_to_vector(tensors, interpreter::fromTensor);
  return checkShapes(value, tensors);
}

LogicalResult GradientCheck::prepare() {
  if (failed(chooseEntry()))
    return failure();
  FailureOr<func::FuncOp> open = model.lookup(entry);
  if (failed(open) || failed(buildPrograms()) || failed(findArguments(*open)))
    return failure();
  auto created =
      Executor::create(OwnedModule(programs->clone()), options.backend);
  if (failed(created))
    return failure();
  executor = std::move(*created);
  return success();
}

/// An argument that nobody gave: normal numbers; integers from 1 to 3; and 3
/// for every size that is not known, so that equal sizes are equal.
static FailureOr<Tensor> randomArgument(const Port &port, uint64_t key) {
  constexpr int64_t kSize = 3;
  std::optional<DType> dtype = dtypeOf(port.type);
  if (!dtype)
    return reportError("argument '" + port.name + "' has type " +
                       describe(port.type) + ", which needs '--input'");
  std::vector<int64_t> shape;
  if (auto type = dyn_cast<RankedTensorType>(port.type))
    for (int64_t size : type.getShape())
      shape.push_back(ShapedType::isDynamic(size) ? kSize : size);
  Tensor tensor = Tensor::zeros(*dtype, shape);
  for (int64_t i = 0, n = tensor.numElements(); i < n; ++i) {
    if (isFloatLike(port.type))
      setElement(tensor, i, philoxNormal(key, 0, i));
    else if (*dtype == DType::I1)
      setElement(tensor, i, philoxBits(key, 0, i) & 1);
    else
      setElement(tensor, i, static_cast<double>(1 + i % kSize));
  }
  return tensor;
}

/// The arguments of the function before its parameters were lifted.
FailureOr<std::vector<Tensor>>
GradientCheck::givenArguments(func::FuncOp open) {
  SmallVector<Port> ports = argumentPorts(open);
  for (Port &port : ports)
    port.isOptional = true;
  if (failed(options.inputs.read()))
    return failure();
  auto bound = options.inputs.bind(entry, ports);
  if (failed(bound))
    return failure();
  const bool isAnyGiven =
      llvm::any_of(*bound, [](const std::optional<Tensor> &each) {
        return each.has_value();
      });
  if (recipe && recipe.getData() && !isAnyGiven)
    return makeBatch(initialParameters(model, options.seed));
  std::vector<Tensor> made;
  for (auto [i, port] : llvm::enumerate(ports)) {
    std::optional<Tensor> &given = (*bound)[i];
    FailureOr<Tensor> tensor =
        given ? FailureOr<Tensor>(std::move(*given))
              : randomArgument(port, keyFor(options.seed, kArguments, i));
    if (failed(tensor))
      return failure();
    made.push_back(std::move(*tensor));
  }
  return made;
}

/// What the data function makes of the seed's first key, as in training.
FailureOr<std::vector<Tensor>>
GradientCheck::makeBatch(const ParameterValues &parameters) {
  auto data = programs->lookupSymbol<func::FuncOp>(*recipe.getData());
  const uint64_t key = philoxFold(static_cast<uint64_t>(options.seed), 0);
  std::vector<Tensor> given{
      Tensor::of<int64_t>({}, {static_cast<int64_t>(key)}),
      Tensor::of<int64_t>({}, {static_cast<int64_t>(recipe.getBatch())})};
  auto dataArguments = joinArguments(data, given, parameters);
  auto made = interpreter::interpret(
      data, llvm::map_to_vector(dataArguments, interpreter::fromTensor));
  if (failed(made))
    return failure();
  std::vector<Tensor> batch;
  for (auto [array, type] : llvm::zip_equal(*made, data.getResultTypes()))
    batch.push_back(interpreter::toTensor(array, *dtypeOf(type)));
  return batch;
}

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

LogicalResult GradientCheck::chooseCotangents() {
  interpreter::Options hooks;
  hooks.onStopGradient = [&](const Array &value) {
    stopped.push_back(value);
    return value;
  };
  auto results = interpreter::interpret(value, arguments, hooks);
  if (failed(results))
    return failure();
  if (llvm::any_of(*results, firstNonFinite)) {
    reportNonFinite(value, arguments, "@" + entry, Precision::F64);
    return failure();
  }
  for (auto [i, result] : llvm::enumerate(*results)) {
    if (result.kind != interpreter::Kind::Float)
      continue;
    Array cotangent =
        randomArray(result.shape, keyFor(options.seed, kCotangents, i));
    if (recipe)
      cotangent = Array::filled(result.shape, Array::scalar(i == 0));
    cotangents.push_back(std::move(cotangent));
  }
  return success();
}

/// The arguments of the compiled gradient.
std::vector<Tensor> GradientCheck::gradientTensors() const {
  std::vector<Tensor> given = tensors;
  ArrayRef<Type> types = gradient.getArgumentTypes().drop_front(given.size());
  for (auto [cotangent, type] : llvm::zip_equal(cotangents, types))
    given.push_back(interpreter::toTensor(cotangent, *dtypeOf(type)));
  return given;
}

/// Behind the results, a gradient for each argument that has one.
unsigned GradientCheck::gradientResult(unsigned subject) const {
  auto all = differentiableArguments(value);
  return value.getNumResults() +
         unsigned(llvm::find(all, subjects[subject]) - all.begin());
}

LogicalResult GradientCheck::computeGradients() {
  Arrays inputs = arguments;
  inputs.append(cotangents);
  auto results = interpreter::interpret(gradient, inputs);
  std::vector<Tensor> given = gradientTensors();
  auto outputs = executor->call(gradient.getName(), given);
  if (failed(results) || failed(outputs))
    return failure();
  // In f32 alone: a large number has become infinite, say.
  if (llvm::none_of(*results, firstNonFinite) &&
      llvm::any_of(*outputs, [](const Tensor &output) {
        return firstNonFinite(interpreter::fromTensor(output));
      }))
    reportNonFinite(gradient, inputs, "the gradient of @" + entry,
                    Precision::F32);
  for (unsigned subject = 0; subject < subjects.size(); ++subject) {
    const unsigned result = gradientResult(subject);
    exact.push_back(std::move((*results)[result]));
    compiled.push_back(interpreter::fromTensor((*outputs)[result]));
    if (!firstNonFinite(exact.back()))
      totalNorm = std::hypot(totalNorm, norm(exact.back()));
    totalElements += static_cast<double>(exact.back().size());
  }
  return success();
}

SmallVector<std::string> GradientCheck::getNames() const {
  SmallVector<std::string> names, arguments = argumentNames(value);
  for (unsigned i : subjects) {
    StringRef parameter = parameterOf(value, i);
    names.push_back(parameter.empty() ? arguments[i] : parameter.str());
  }
  return names;
}

/// `error / scale`, where NaN in either is an infinite error.
static double relative(double error, double scale) {
  const double result = error == 0 ? 0 : error / scale;
  return std::isnan(result) ? INFINITY : result;
}

/// A gradient that is nothing but rounding has no correct digits. What is below
/// this part of the whole gradient need not have them.
static constexpr double kNegligible = 1e-3;

double GradientCheck::compiledError(unsigned subject) const {
  Array difference = compiled[subject];
  for (auto [x, y] : llvm::zip_equal(difference.floats, exact[subject].floats))
    x -= y;
  return relative(norm(difference),
                  std::max(norm(exact[subject]), kNegligible * totalNorm));
}

//===----------------------------------------------------------------------===//
// Differences
//===----------------------------------------------------------------------===//

/// Directions of length 1: two random ones, the element of the largest
/// derivative and two other elements.
GradientCheck::Arrays GradientCheck::directions(unsigned subject) const {
  const Array &derivative = exact[subject];
  const int64_t size = derivative.size();
  const uint64_t key = keyFor(options.seed, kDirections, subject);
  Arrays result;
  for (uint64_t i = 0; i < 2 && size > 1; ++i) {
    Array direction = randomArray(derivative.shape, philoxFold(key, i));
    const double length = norm(direction);
    for (double &x : direction.floats)
      x /= length;
    result.push_back(std::move(direction));
  }
  auto addElement = [&](int64_t element) {
    result.push_back(Array::zeros(derivative.shape));
    result.back().floats[element] = 1;
  };
  if (size == 0)
    return result;
  auto isSmaller = [](double x, double y) { return std::abs(x) < std::abs(y); };
  addElement(llvm::max_element(derivative.floats, isSmaller) -
             derivative.floats.begin());
  for (uint64_t i = 0; i < 2 && size > 1; ++i)
    addElement(philoxBits(key, 1, i) % size);
  return result;
}

FailureOr<double> GradientCheck::objective(ArrayRef<Array> at) const {
  const Array *next = stopped.begin();
  interpreter::Options hooks;
  // A step that takes another way through the program may stop other values,
  // which are left as they come.
  hooks.onStopGradient = [&](const Array &value) {
    const bool fits = next != stopped.end() && next->shape == value.shape;
    return fits ? *next++ : value;
  };
  auto results = interpreter::interpret(value, at, hooks);
  if (failed(results))
    return failure();
  double sum = 0;
  const Array *cotangent = cotangents.begin();
  for (const Array &result : *results)
    if (result.kind == interpreter::Kind::Float)
      sum += dot(result, *cotangent++);
  return sum;
}

FailureOr<DifferenceError>
GradientCheck::directionError(unsigned subject, const Array &direction,
                              const Arrays &from, const Array &gradient) const {
  const double derivative = dot(gradient, direction);
  const double average = norm(gradient) / std::sqrt(double(direction.size()));
  const double negligible = kNegligible * totalNorm / std::sqrt(totalElements);
  auto along = [&, subject = subjects[subject]](double step) {
    Arrays at = from;
    for (auto [x, d] : llvm::zip_equal(at[subject].floats, direction.floats))
      x += step * d;
    return objective(at);
  };
  return compareWithDifferences(
      along, derivative, std::max({std::abs(derivative), average, negligible}));
}

/// True if the function has no value on one side of the argument's first
/// element whose derivative is not finite.
FailureOr<bool> GradientCheck::isEdge(unsigned subject) const {
  constexpr double kStep = 1e-5;
  for (double step : {-kStep, kStep}) {
    Arrays at = arguments;
    at[subjects[subject]].floats[*firstNonFinite(exact[subject])] += step;
    FailureOr<double> value = objective(at);
    if (failed(value))
      return failure();
    if (!std::isfinite(*value))
      return true;
  }
  return false;
}

/// Whether the derivative is right beside elements that are 0: see
/// moveFromZero.
FailureOr<bool> GradientCheck::isRightBesideZero(unsigned subject) const {
  Arrays at = arguments;
  if (!moveFromZero(at[subjects[subject]]))
    return false;
  Arrays inputs = at;
  inputs.append(cotangents);
  auto results = interpreter::interpret(gradient, inputs);
  if (failed(results))
    return failure();
  for (const Array &direction : directions(subject)) {
    FailureOr<DifferenceError> found = directionError(
        subject, direction, at, (*results)[gradientResult(subject)]);
    if (failed(found))
      return failure();
    if (!(found->error <= kDifferencesLimit))
      return false;
  }
  return true;
}

FailureOr<GradientErrors> GradientCheck::check(unsigned subject) const {
  const Array &derivative = exact[subject];
  GradientErrors errors;
  errors.elements = derivative.size();
  errors.isFinite = !firstNonFinite(derivative);
  errors.isZero =
      llvm::all_of(derivative.floats, [](double x) { return x == 0; });
  if (!errors.isFinite) {
    FailureOr<bool> edge = isEdge(subject);
    if (failed(edge))
      return failure();
    errors.smoothness = *edge ? Smoothness::Edge : Smoothness::Smooth;
    errors.differences = errors.compiled = INFINITY;
    return errors;
  }
  errors.compiled = compiledError(subject);
  errors.differences = errors.elements ? NAN : 0;
  for (const Array &direction : directions(subject)) {
    FailureOr<DifferenceError> found =
        directionError(subject, direction, arguments, exact[subject]);
    if (failed(found))
      return failure();
    // Beside NaN the other number is the greater one.
    errors.differences = std::fmax(errors.differences, found->error);
    if (found->smoothness != Smoothness::Smooth)
      errors.smoothness = found->smoothness;
  }
  if (std::isnan(errors.differences))
    errors.differences = INFINITY;
  if (errors.differences > kDifferencesLimit) {
    FailureOr<bool> right = isRightBesideZero(subject);
    if (failed(right))
      return failure();
    errors.excludes = *right;
  }
  return errors;
}

LogicalResult
GradientCheck::run(llvm::function_ref<void(const GradientErrors &)> report) {
  if (failed(chooseCotangents()) || failed(computeGradients()))
    return failure();
  bool isExplained = true;
  for (auto [subject, name] : llvm::enumerate(getNames())) {
    FailureOr<GradientErrors> errors = check(subject);
    if (failed(errors))
      return failure();
    errors->name = name;
    report(*errors);
    isExplained &= errors->isFinite || errors->smoothness == Smoothness::Edge;
  }
  if (isExplained)
    return success();
  Arrays inputs = arguments;
  inputs.append(cotangents);
  reportNonFinite(gradient, inputs, "the gradient of @" + entry,
                  Precision::F64);
  return success();
}
