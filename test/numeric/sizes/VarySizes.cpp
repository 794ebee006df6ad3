//===- test/numeric/sizes/VarySizes.cpp - right for every size? -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// vary-sizes FILE.mlir [--target=x86-64-v3] [--sample=N] [--seed=S]
//            [--only=TEXT] [--batch=N] [--list]
//
// Takes every function of a file and writes `?` for each size that its
// arguments' types know, and a number for each `?`, one at a time, all at once
// and in mixtures. What comes of it is run on the interpreter and compiled,
// forward and gradient, with the sizes that the file has, 0, 1 and others, and
// must agree. Types that the language refuses, and sizes that the interpreter
// refuses, are counted and passed over. With `--sample`, about so many of the
// variants are tried, another choice for each seed.
//
//===----------------------------------------------------------------------===//

#include "test/numeric/sizes/VarySizes.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/xxhash.h"

#include <cmath>
#include <random>

#include "dialect/Activity.h"
#include "dialect/interpreter/Interpreter.h"
#include "dialect/interpreter/TensorConversion.h"
#include "lowering/Passes.h"
#include "lowering/autodiff/Gradient.h"
#include "test/numeric/sizes/Programs.h"
#include "test/numeric/sizes/Retype.h"
#include "tools/vellum/Executor.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

namespace {
using Shapes = std::vector<std::vector<int64_t>>;

struct Options {
  std::string file, target, only;
  uint64_t sample = 0, seed = 0, batch = 24;
  bool list = false;
};

/// A function with other types, and the shapes of its arguments to run it with.
struct Variant {
  std::string name, function;
  SmallVector<Type> types;
  std::vector<Shapes> runs;
};

/// What came of the variants.
struct Counts {
  unsigned variants = 0, refusedTypes = 0, runs = 0, refusedSizes = 0,
           gradients = 0, failures = 0;
};

/// Everything that is said while it lives, and nothing of it is printed.
class Silence {
public:
  explicit Silence(MLIRContext &context)
      : handler(&context, [this](Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
            said += diagnostic.str() + "; ";
          return success();
        }) {}
  std::string said;

private:
  ScopedDiagnosticHandler handler;
};

class Variations {
public:
  Variations(Model &model, Programs programs, const Options &options)
      : model(model), programs(std::move(programs)), options(options) {}

  int run();

private:
  Shapes shapesWith(func::FuncOp function, int64_t open);
  void addVariant(func::FuncOp function, std::string name,
                  SmallVector<Type> types, std::vector<Shapes> runs);
  void addVariants(func::FuncOp function);
  bool hasGradient(func::FuncOp function);
  Tensor argument(const Variant &variant, unsigned number, Type type,
                  const std::vector<int64_t> &shape);
  void build(Variant &variant, ModuleOp module);
  void runBatch(llvm::MutableArrayRef<Variant> batch);
  void runVariant(const Variant &variant, ModuleOp module, Executor &compiled);
  std::vector<Tensor> compare(const std::string &what, func::FuncOp function,
                              std::vector<Tensor> arguments,
                              Executor &compiled);
  void fail(const std::string &what, const Twine &message);

  Model &model;
  Programs programs;
  Options options;
  std::vector<Variant> variants;
  std::map<std::string, bool> gradients;
  Counts counts;
};
} // namespace

static RankedTensorType tensorOf(Type type) {
  return dyn_cast<RankedTensorType>(type);
}

static Type withSize(Type type, unsigned dim, int64_t size) {
  SmallVector<int64_t> shape(tensorOf(type).getShape());
  shape[dim] = size;
  return tensorOf(type).clone(shape);
}

void Variations::fail(const std::string &what, const Twine &message) {
  llvm::outs() << "FAIL " << what << ": " << message << '\n';
  llvm::outs().flush();
  ++counts.failures;
}

//===----------------------------------------------------------------------===//
// Variants
//===----------------------------------------------------------------------===//

/// The shapes of a function's arguments, with `open` for each `?` of one that
/// has no value of its own.
Shapes Variations::shapesWith(func::FuncOp function, int64_t open) {
  Shapes shapes;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    auto &shape = shapes.emplace_back();
    auto constant =
        programs.constants.find({function.getName().str(), unsigned(i)});
    if (constant != programs.constants.end()) {
      shape = constant->second.shape;
      continue;
    }
    if (RankedTensorType tensor = tensorOf(type))
      for (int64_t size : tensor.getShape())
        shape.push_back(ShapedType::isDynamic(size) ? open : size);
  }
  return shapes;
}

void Variations::addVariant(func::FuncOp function, std::string name,
                            SmallVector<Type> types, std::vector<Shapes> runs) {
  name = (function.getName() + ":" + name).str();
  if (name.find(options.only) == std::string::npos)
    return;
  variants.push_back(
      {name, function.getName().str(), std::move(types), std::move(runs)});
}

/// `shapes` with another size in place of each `size`.
static Shapes replaced(Shapes shapes, int64_t size, int64_t other) {
  for (std::vector<int64_t> &shape : shapes)
    std::replace(shape.begin(), shape.end(), size, other);
  return shapes;
}

/// The shapes themselves, with 1 for all sizes, and with each size changed to
/// 0, to 1 and to one more.
static std::vector<Shapes> resized(const Shapes &shapes) {
  std::vector<Shapes> all{shapes, shapes};
  for (std::vector<int64_t> &shape : all.back())
    std::fill(shape.begin(), shape.end(), 1);
  std::vector<int64_t> sizes;
  for (const std::vector<int64_t> &shape : shapes)
    sizes.insert(sizes.end(), shape.begin(), shape.end());
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  for (int64_t size : sizes)
    for (int64_t other : {int64_t(0), int64_t(1), size + 1})
      if (other != size)
        all.push_back(replaced(shapes, size, other));
  return all;
}

void Variations::addVariants(func::FuncOp function) {
  constexpr int64_t usual = 3;
  const SmallVector<Type> types(function.getArgumentTypes());
  const Shapes shapes = shapesWith(function, usual);
  std::vector<std::pair<unsigned, unsigned>> dims;
  bool isOpen = false;
  for (auto [i, type] : llvm::enumerate(types))
    if (RankedTensorType tensor = tensorOf(type)) {
      isOpen |= !tensor.hasStaticShape();
      for (unsigned dim = 0; dim < tensor.getRank(); ++dim)
        dims.push_back({unsigned(i), dim});
    }
  auto other = [&](unsigned i, unsigned dim) {
    return tensorOf(types[i]).isDynamicDim(dim) ? shapes[i][dim]
                                                : ShapedType::kDynamic;
  };
  std::vector<Shapes> asWritten{shapes};
  std::vector<int64_t> others;
  for (int64_t size : {0, 1, 2})
    if (shapesWith(function, size) != shapes)
      others.push_back(size);
  for (int64_t size : others)
    asWritten.push_back(shapesWith(function, size));
  addVariant(function, "as written", types, asWritten);
  SmallVector<Type> open = types;
  for (auto [i, dim] : dims) {
    SmallVector<Type> one = types;
    one[i] = withSize(one[i], dim, other(i, dim));
    addVariant(function, llvm::formatv("{0}.{1}", i, dim), one, {shapes});
    open[i] = withSize(open[i], dim, ShapedType::kDynamic);
  }
  addVariant(function, "all open", open, resized(shapes));
  if (isOpen)
    others.push_back(usual);
  for (int64_t size : others) {
    SmallVector<Type> known = types;
    const Shapes sizes = shapesWith(function, size);
    for (auto [i, dim] : dims)
      known[i] = withSize(known[i], dim, sizes[i][dim]);
    addVariant(function, llvm::formatv("all known, {0}", size), known, {sizes});
  }
  std::mt19937_64 random(options.seed + 1);
  for (int mixture : {1, 2}) {
    SmallVector<Type> mixed = types;
    for (auto [i, dim] : dims)
      if (random() % 2)
        mixed[i] = withSize(mixed[i], dim, other(i, dim));
    addVariant(function, llvm::formatv("mixture {0}", mixture), mixed,
               {shapes});
  }
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// Numbers that weightings, masks, keys and lengths may be.
static Tensor randomTensor(Type type, const std::vector<int64_t> &shape,
                           uint64_t seed) {
  Tensor tensor = Tensor::zeros(*dtypeOf(type), shape);
  const Type element = getElementTypeOrSelf(type);
  std::mt19937_64 random(seed * 7919 + 1);
  for (int64_t i = 0, n = tensor.numElements(); i < n; ++i) {
    const double unit = double(random() >> 11) * 0x1p-53;
    setElement(tensor, i,
               isa<FloatType>(element) ? 0.05 + 0.9 * unit
               : element.isInteger(1)  ? double(unit < 0.7)
                                       : std::floor(4 * unit));
  }
  return tensor;
}

Tensor Variations::argument(const Variant &variant, unsigned number, Type type,
                            const std::vector<int64_t> &shape) {
  auto constant = programs.constants.find({variant.function, number});
  if (constant != programs.constants.end() && constant->second.shape == shape)
    return constant->second;
  // A size or a key.
  if (!tensorOf(type) && !isa<FloatType>(type))
    return *parseScalar("3", type);
  return randomTensor(type, shape, number);
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// Where two results differ; empty where they are equal but for rounding, which
/// is judged by the largest number.
static std::string difference(const Tensor &right, const Tensor &got) {
  if (right.shape != got.shape)
    return "has the shape " + describe(got) + ", not " + describe(right);
  double largest = 0;
  for (int64_t i = 0, n = right.numElements(); i < n; ++i)
    if (std::isfinite(elementAt(right, i)))
      largest = std::max(largest, std::abs(elementAt(right, i)));
  const bool isFloat = right.dtype == DType::F32 || right.dtype == DType::F64;
  for (int64_t i = 0, n = right.numElements(); i < n; ++i) {
    const double a = elementAt(right, i), b = elementAt(got, i);
    if (a == b || (std::isnan(a) && std::isnan(b)))
      continue;
    if (!isFloat || !(std::abs(a - b) <= 2e-5 + 1e-4 * largest))
      return llvm::formatv("element {0} is {1:g}, not {2:g}", i, b, a);
  }
  return "";
}

/// Runs both, and returns what the interpreter gives; nothing where it refuses.
std::vector<Tensor> Variations::compare(const std::string &what,
                                        func::FuncOp function,
                                        std::vector<Tensor> arguments,
                                        Executor &compiled) {
  ++counts.runs;
  interpreter::Options precision;
  precision.precision = interpreter::Precision::F32;
  Silence silence(model.getContext());
  auto arrays = interpreter::interpret(
      function, llvm::map_to_vector(arguments, interpreter::fromTensor),
      precision);
  if (failed(arrays)) {
    ++counts.refusedSizes;
    if (options.list)
      llvm::outs() << "  refused: " << what << ": " << silence.said << '\n';
    return {};
  }
  std::vector<Tensor> right;
  for (auto [array, type] : llvm::zip(*arrays, function.getResultTypes()))
    right.push_back(interpreter::toTensor(array, *dtypeOf(type)));
  auto got = compiled.call(function.getName(), arguments);
  if (failed(got)) {
    fail(what, "compiled code refuses: " + silence.said);
    return {};
  }
  for (auto [i, result] : llvm::enumerate(right)) {
    const std::string said = difference(result, (*got)[i]);
    if (!said.empty()) {
      fail(what, "result " + Twine(i) + " " + said);
      break;
    }
  }
  return right;
}

static std::string describe(const Shapes &shapes) {
  std::string text;
  for (const std::vector<int64_t> &shape : shapes) {
    text += text.empty() ? "" : ", ";
    for (auto [i, size] : llvm::enumerate(shape))
      text += (i ? "x" : "") + std::to_string(size);
  }
  return text;
}

void Variations::runVariant(const Variant &variant, ModuleOp module,
                            Executor &compiled) {
  auto forward = module.lookupSymbol<func::FuncOp>(variant.name);
  auto gradient = module.lookupSymbol<func::FuncOp>(gradientName(variant.name));
  for (const Shapes &shapes : variant.runs) {
    std::vector<Tensor> arguments;
    for (auto [i, shape] : llvm::enumerate(shapes))
      arguments.push_back(argument(variant, i, variant.types[i], shape));
    const std::string what = variant.name + " (" + describe(shapes) + ")";
    std::vector<Tensor> results = compare(what, forward, arguments, compiled);
    if (!gradient || results.empty())
      continue;
    for (auto [i, type] : llvm::enumerate(forward.getResultTypes()))
      if (isFloatLike(type))
        arguments.push_back(
            randomTensor(type, results[i].shape, 1000 + unsigned(i)));
    ++counts.gradients;
    compare("gradient of " + what, gradient, arguments, compiled);
  }
}

bool Variations::hasGradient(func::FuncOp function) {
  auto known = gradients.find(function.getName().str());
  if (known != gradients.end())
    return known->second;
  Silence silence(model.getContext());
  OwnedModule alone(ModuleOp::create(function.getLoc()));
  alone->push_back(function.clone());
  const bool has = succeeded(
      buildGradient(*alone->getOps<func::FuncOp>().begin(), GradientOptions()));
  return gradients[function.getName().str()] = has;
}

/// Adds the function, and its gradient where it has one.
void Variations::build(Variant &variant, ModuleOp module) {
  auto base = programs.module->lookupSymbol<func::FuncOp>(variant.function);
  func::FuncOp copy = base.clone();
  copy.setSymName(variant.name);
  module.push_back(copy);
  Silence silence(model.getContext());
  ++counts.variants;
  if (failed(retype(copy, variant.types))) {
    ++counts.refusedTypes;
    if (options.list)
      llvm::outs() << "  refused: " << variant.name << ": " << silence.said
                   << '\n';
    copy.erase();
    variant.runs.clear();
    return;
  }
  if (hasGradient(base) && failed(buildGradient(copy, GradientOptions())))
    fail(variant.name, "has no gradient: " + silence.said);
}

void Variations::runBatch(llvm::MutableArrayRef<Variant> batch) {
  OwnedModule module(ModuleOp::create(model.getModule().getLoc()));
  for (Variant &variant : batch)
    build(variant, *module);
  auto passes = PassManager::on<ModuleOp>(&model.getContext());
  passes.addPass(createSinkAccumulators());
  FailureOr<std::unique_ptr<Executor>> compiled = failure();
  std::string said;
  {
    Silence silence(model.getContext());
    if (succeeded(passes.run(*module))) {
      BackendOptions backend;
      backend.target = options.target;
      compiled = Executor::create(OwnedModule(module->clone()), backend);
    }
    said = silence.said;
  }
  if (succeeded(compiled)) {
    for (const Variant &variant : batch)
      runVariant(variant, *module, **compiled);
    return;
  }
  if (batch.size() == 1)
    return fail(batch.front().name, "is not compiled: " + said);
  // Which one was it?
  counts.variants -= batch.size();
  for (Variant &variant : batch)
    runBatch(variant);
}

int Variations::run() {
  for (auto function : programs.module->getOps<func::FuncOp>())
    if (function.isPublic())
      addVariants(function);
  const uint64_t all = variants.size();
  if (options.sample)
    llvm::erase_if(variants, [&](const Variant &variant) {
      std::mt19937_64 random(options.seed ^ llvm::xxh3_64bits(variant.name));
      return random() % all >= options.sample;
    });
  llvm::MutableArrayRef<Variant> left(variants);
  while (!left.empty()) {
    runBatch(left.take_front(options.batch));
    left = left.drop_front(std::min<size_t>(options.batch, left.size()));
  }
  llvm::outs() << options.file << ": " << counts.variants << " of " << all
               << " variants, " << counts.refusedTypes << " refused; "
               << counts.runs << " runs, " << counts.gradients
               << " of gradients, " << counts.refusedSizes << " refused; "
               << counts.failures << " failures\n";
  return counts.failures ? 1 : 0;
}

static bool parseOption(StringRef text, Options &options) {
  auto [name, value] = text.split('=');
  if (name == "--target")
    options.target = value.str();
  else if (name == "--only")
    options.only = value.str();
  else if (name == "--list")
    options.list = true;
  else if (name == "--sample")
    return !value.getAsInteger(10, options.sample);
  else if (name == "--seed")
    return !value.getAsInteger(10, options.seed);
  else if (name == "--batch")
    return !value.getAsInteger(10, options.batch) && options.batch > 0;
  else if (name.starts_with("-") || !options.file.empty())
    return false;
  else
    options.file = text.str();
  return true;
}

int vellum::varySizes(llvm::ArrayRef<const char *> arguments) {
  Options options;
  for (StringRef argument : arguments)
    if (!parseOption(argument, options)) {
      llvm::errs() << "vary-sizes: what is '" << argument << "'?\n";
      return 2;
    }
  std::unique_ptr<Model> model = Model::load(options.file);
  if (!model)
    return 2;
  // Rules and decompositions are asked outside of passes, which would do so.
  model->getContext().loadAllAvailableDialects();
  auto programs = Programs::of(*model);
  if (failed(programs))
    return 2;
  return Variations(*model, std::move(*programs), options).run();
}
