//===- test/fuzz/Oracles.cpp - who must agree about a program -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Oracles.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/raw_ostream.h"

#include <fstream>

#include "dialect/interpreter/Interpreter.h"
#include "dialect/interpreter/TensorConversion.h"
#include "lowering/autodiff/Gradient.h"
#include "lowering/check/VerifyPhases.h"
#include "runtime/Philox.h"
#include "test/fuzz/Compiled.h"
#include "test/fuzz/Differences.h"
#include "test/fuzz/Program.h"
#include "test/fuzz/Values.h"
#include "tools/vellum/Dialects.h"
#include "tools/vellum/Differences.h"
#include "tools/vellum/Programs.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;
using namespace vellum::fuzz;

//===----------------------------------------------------------------------===//
// Setups
//===----------------------------------------------------------------------===//

namespace {
/// One way to compile a program.
struct Setup {
  bool isDynamic;
  const char *target;
  /// How often segments may be cut; 0 where all steps are kept.
  unsigned cuts;
  int64_t tile;

  std::string name() const {
    std::string text = isDynamic ? "dynamic, " : "static, ";
    text += target;
    if (cuts)
      text += ", little memory, cuts=" + std::to_string(cuts) +
              " tile=" + std::to_string(tile);
    return text;
  }
};
} // namespace

/// Budgets come behind their target, with which they are compared.
static constexpr Setup kSetups[] = {
    {false, "x86-64-v4", 0, 0}, {false, "x86-64-v4", 1, 0},
    {false, "x86-64-v3", 0, 0}, {false, "x86-64-v3", 2, 1},
    {false, "x86-64-v2", 0, 0}, {true, "x86-64-v4", 0, 0},
    {true, "x86-64-v4", 2, 1},  {true, "x86-64-v3", 0, 0},
    {true, "x86-64-v2", 0, 0},  {true, "x86-64-v2", 1, 0},
};

std::vector<std::string> fuzz::setupNames() {
  std::vector<std::string> names;
  for (const Setup &setup : kSetups)
    names.push_back(setup.name());
  return names;
}

//===----------------------------------------------------------------------===//
// One variant
//===----------------------------------------------------------------------===//

namespace {
/// A function with what it should give.
struct Subject {
  std::string name;
  Tensors arguments;
  std::optional<Reference> reference;
};

/// One variant of a program, closed, with its gradient and its inputs.
class Variant {
public:
  Variant(const std::vector<uint32_t> &tape, bool isDynamic,
          const std::string &scratch)
      : tape(tape), isDynamic(isDynamic), path(scratch + "/model.mlir") {}

  /// Brings the program through text to closed functions.
  bool load(Verdict &verdict);
  /// Finds out what should come out.
  bool interpret(Verdict &verdict);
  /// Whether no pass changes what comes out, with all memory or with little.
  bool verifyPasses(Verdict &verdict);
  bool compare(const Setup &setup, Verdict &verdict);
  bool takeDifferences(Verdict &verdict);
  bool isRightBesideZero(DirectionalCheck check);

private:
  bool addSubject(func::FuncOp function, Tensors arguments, Verdict &verdict);
  bool run(Compiled &code, const Setup &setup, unsigned threads,
           std::vector<Tensors> &results, Verdict &verdict);
  bool haveBits(const std::vector<Tensors> &results,
                const std::vector<Tensors> &others, const Setup &setup,
                const char *kind, Verdict &verdict);

  const std::vector<uint32_t> &tape;
  bool isDynamic;
  std::string path;
  std::unique_ptr<Model> model;
  OwnedModule module;
  Program program;
  std::vector<Subject> subjects;
  /// The results of the last setup without a budget.
  std::vector<Tensors> unlimited;
};
} // namespace

static bool fail(Verdict &verdict, std::string kind, std::string where,
                 std::string details = "") {
  verdict.kind = std::move(kind);
  verdict.where = std::move(where);
  verdict.details = std::move(details);
  return false;
}

namespace {
/// Notices where a budget is refused with reason: how much the steps of a loop
/// keep may depend on what an outer loop computes.
class BudgetRefusal {
public:
  explicit BudgetRefusal(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          isSeen |= StringRef(diagnostic.str())
                        .contains("cannot be run in segments, as sizes of");
          return failure();
        }) {}
  bool wasSeen() const { return isSeen; }

private:
  bool isSeen = false;
  ScopedDiagnosticHandler handler;
};
} // namespace

/// If this process does not survive what comes, its stderr tells where it was.
static void announce(const std::string &where) {
  llvm::errs() << kAnnouncement << where << '\n';
}

static MLIRContext &sharedContext() {
  static MLIRContext context(dialectRegistry(),
                             MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  return context;
}

static Program make(const std::vector<uint32_t> &tape, bool isDynamic) {
  Choices choices(tape);
  return generate(choices, &sharedContext(), isDynamic);
}

static std::string textOf(Program &program) {
  std::string text;
  llvm::raw_string_ostream os(text);
  program.module->print(os);
  return text;
}

std::string fuzz::printModel(const std::vector<uint32_t> &tape,
                             bool isDynamic) {
  Program program = make(tape, isDynamic);
  return textOf(program);
}

std::string fuzz::writeBytecode(const std::vector<uint32_t> &tape) {
  Program program = make(tape, false);
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  (void)writeBytecodeToFile(*program.module, os);
  return bytes;
}

std::string fuzz::printProgram(const std::vector<uint32_t> &tape,
                               bool isDynamic) {
  Program program = make(tape, isDynamic);
  std::string numbers, text = textOf(program);
  llvm::raw_string_ostream os(numbers);
  for (auto [i, spec] : llvm::enumerate(program.arguments))
    vellum::print(os, "arg" + std::to_string(i),
                  makeTensor(spec, program.dataKey));
  for (StringRef line : llvm::split(StringRef(numbers).rtrim(), '\n'))
    text += ("// " + line + "\n").str();
  return text;
}

bool Variant::load(Verdict &verdict) {
  const char *where = isDynamic ? "dynamic" : "static";
  announce(where);
  program = make(tape, isDynamic);
  std::ofstream(path) << textOf(program);
  model = Model::load(path);
  if (!model)
    return fail(verdict, "does not parse", where);
  ProgramOptions options;
  if (program.isDifferentiable)
    options.differentiated = {"f"};
  Phases phases;
  bool isUnchecked = false;
  ScopedDiagnosticHandler handler(
      &model->getContext(), [&](Diagnostic &diagnostic) {
        isUnchecked |= StringRef(diagnostic.str())
                           .contains("is not checked by compiled code");
        return failure();
      });
  auto closed = closeFunctions(*model, {"f"}, options, phases);
  if (failed(closed))
    return fail(verdict, "has no gradient", where);
  if (isUnchecked)
    return fail(verdict, "compiled code does not check all sizes", where);
  module = std::move(*closed);
  return true;
}

static Arrays toArrays(ArrayRef<Tensor> tensors) {
  return llvm::map_to_vector(tensors, interpreter::fromTensor);
}

/// Moves what compiled code approximates by two units in the last place: equal
/// numbers alike, as they must stay equal.
static void
disturbFunctions(Operation *op, ArrayRef<int64_t>,
                 llvm::function_ref<interpreter::Array &(Value)> valueOf) {
  const bool isExact =
      isa<math::AbsFOp, math::CopySignOp, math::FloorOp, math::CeilOp,
          math::RoundOp, math::RoundEvenOp, math::TruncOp>(op);
  if (isExact || isa<arith::ArithDialect>(op->getDialect()) ||
      !OpTrait::hasElementwiseMappableTraits(op))
    return;
  for (Value result : op->getResults())
    for (double &x : valueOf(result).floats)
      x = double(
          float(x * (1 + (philoxBits(3, llvm::bit_cast<uint64_t>(x), 0) % 2
                              ? 2.4e-7
                              : -2.4e-7))));
}

bool Variant::addSubject(func::FuncOp function, Tensors arguments,
                         Verdict &verdict) {
  const std::string where =
      (isDynamic ? "dynamic @" : "static @") + function.getName().str();
  interpreter::Options f32;
  f32.precision = interpreter::Precision::F32;
  Arrays arrays = toArrays(arguments);
  auto exact = interpreter::interpret(function, arrays);
  auto rounded = interpreter::interpret(function, arrays, f32);
  auto moved = interpreter::interpret(function, disturbed(arrays, 1));
  f32.onOp = disturbFunctions;
  auto other = interpreter::interpret(function, disturbed(arrays, 2), f32);
  if (failed(exact) || failed(rounded) || failed(moved) || failed(other))
    return fail(verdict, "the interpreter refuses", where);
  Reference reference(*exact, {*rounded, *moved, *other});
  verdict.isVague |= reference.isVague();
  subjects.push_back(
      {function.getName().str(), std::move(arguments), std::move(reference)});
  return true;
}

bool Variant::interpret(Verdict &verdict) {
  Tensors given;
  for (const ArgumentSpec &spec : program.arguments)
    given.push_back(makeTensor(spec, program.dataKey));
  auto function = module->lookupSymbol<func::FuncOp>("f");
  Tensors arguments = joinArguments(function, given,
                                    initialParameters(*model, program.dataKey));
  if (!addSubject(function, arguments, verdict))
    return false;
  if (!program.isDifferentiable)
    return true;
  verdict.hasGradient = true;
  const uint64_t key = philoxFold(program.dataKey, 1 << 20);
  for (auto [i, result] :
       llvm::enumerate(subjects.front().reference->getExact()))
    if (result.kind == interpreter::Kind::Float)
      arguments.push_back(makeCotangent(result.shape, philoxFold(key, i)));
  return addSubject(module->lookupSymbol<func::FuncOp>(gradientName("f")),
                    std::move(arguments), verdict);
}

//===----------------------------------------------------------------------===//
// Between passes
//===----------------------------------------------------------------------===//

/// More would take the interpreter minutes.
static constexpr int64_t kMostVerified = 4000;

static int64_t countElements(ArrayRef<Tensor> tensors) {
  int64_t count = 0;
  for (const Tensor &tensor : tensors)
    count += tensor.numElements();
  return count;
}

bool Variant::verifyPasses(Verdict &verdict) {
  if (countElements(subjects.front().arguments) > kMostVerified)
    return true;
  for (const bool hasBudget : {false, true}) {
    CpuPipelineOptions pipeline;
    pipeline.memory = hasBudget;
    pipeline.tile = hasBudget;
    for (const Subject &subject : subjects) {
      const std::string where =
          std::string("between passes, ") + (isDynamic ? "dynamic" : "static") +
          (hasBudget ? ", little memory, @" : ", @") + subject.name;
      announce(where);
      auto function = module->lookupSymbol<func::FuncOp>(subject.name);
      const Arrays arguments = toArrays(subject.arguments);
      const CheckedCall call{
          interpreter::Signature::of(function),
          std::vector<interpreter::Array>(arguments.begin(), arguments.end())};
      BudgetRefusal refusal(module->getContext());
      if (succeeded(verifyCpuPhases(*module, call, pipeline)))
        continue;
      if (!hasBudget || !refusal.wasSeen())
        return fail(verdict, "a pass changes a result", where);
    }
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Compiled code
//===----------------------------------------------------------------------===//

bool Variant::run(Compiled &code, const Setup &setup, unsigned threads,
                  std::vector<Tensors> &results, Verdict &verdict) {
  for (Subject &subject : subjects) {
    const std::string where = setup.name() + ", @" + subject.name + ", " +
                              std::to_string(threads) + " threads";
    const Tensors before = subject.arguments;
    auto got = code.call(subject.name, subject.arguments, threads);
    if (failed(got))
      return fail(verdict, "compiled code refuses", where);
    if (before != subject.arguments)
      return fail(verdict, "arguments change", where);
    results.push_back(std::move(*got));
  }
  return true;
}

/// Whether results have the bits of others.
bool Variant::haveBits(const std::vector<Tensors> &results,
                       const std::vector<Tensors> &others, const Setup &setup,
                       const char *kind, Verdict &verdict) {
  for (auto [subject, got, before] : llvm::zip_equal(subjects, results, others))
    if (auto wrong = differenceInBits(got, before))
      return fail(verdict, kind, setup.name() + ", @" + subject.name, *wrong);
  return true;
}

static CpuOptions optionsOf(const Setup &setup) {
  CpuOptions options;
  options.target = setup.target;
  options.lowering.memory = setup.cuts > 0;
  options.lowering.cuts = setup.cuts ? setup.cuts : 2;
  options.lowering.tile = setup.tile;
  return options;
}

bool Variant::compare(const Setup &setup, Verdict &verdict) {
  announce(setup.name());
  BudgetRefusal refusal(module->getContext());
  auto code = Compiled::compile(*module, optionsOf(setup));
  if (!code && setup.cuts && refusal.wasSeen()) {
    verdict.hasRefusedBudget = true;
    return true;
  }
  if (!code)
    return fail(verdict, "does not compile", setup.name());
  std::vector<Tensors> results, parallel;
  if (!run(*code, setup, 1, results, verdict))
    return false;
  for (auto [subject, got] : llvm::zip_equal(subjects, results))
    if (auto wrong = subject.reference->check(got))
      return fail(verdict, "wrong values", setup.name() + ", @" + subject.name,
                  *wrong);
  if (!setup.cuts)
    unlimited = results;
  else if (!haveBits(results, unlimited, setup, "a memory budget changes bits",
                     verdict))
    return false;
  return run(*code, setup, 2, parallel, verdict) &&
         haveBits(parallel, results, setup, "threads change bits", verdict);
}

//===----------------------------------------------------------------------===//
// Differences
//===----------------------------------------------------------------------===//

/// Whether the derivative is right beside elements that are 0: see
/// moveFromZero.
bool Variant::isRightBesideZero(DirectionalCheck check) {
  bool moved = false;
  for (unsigned subject : check.subjects)
    moved |= moveFromZero(check.arguments[subject]);
  if (!moved)
    return false;
  Arrays inputs = check.arguments;
  inputs.append(check.cotangents);
  auto results = interpreter::interpret(
      module->lookupSymbol<func::FuncOp>("f.gradient"), inputs);
  if (failed(results))
    return false;
  check.gradients =
      ArrayRef(*results).drop_front(check.function.getNumResults());
  return !check.run(program.dataKey);
}

bool Variant::takeDifferences(Verdict &verdict) {
  if (!program.isDifferentiable || !canTakeDifferences(*module))
    return true;
  auto function = module->lookupSymbol<func::FuncOp>("f");
  Arrays arguments = toArrays(subjects[0].arguments);
  Arrays cotangents =
      toArrays(ArrayRef(subjects[1].arguments).drop_front(arguments.size()));
  ArrayRef<interpreter::Array> gradients =
      ArrayRef(subjects[1].reference->getExact())
          .drop_front(function.getNumResults());
  DirectionalCheck check;
  check.function = function;
  check.arguments = arguments;
  check.cotangents = cotangents;
  check.subjects = differentiableArguments(function);
  check.gradients = gradients;
  std::optional<std::string> wrong = check.run(program.dataKey);
  if (wrong && isRightBesideZero(check))
    wrong.reset();
  verdict.hasDifferences = !check.isHidden();
  if (wrong)
    return fail(verdict, "the gradient differs from differences",
                isDynamic ? "dynamic" : "static", *wrong);
  return true;
}

static void judgeVariant(const std::vector<uint32_t> &tape, bool isDynamic,
                         const Question &question, const std::string &scratch,
                         Verdict &verdict) {
  Variant variant(tape, isDynamic, scratch);
  if (!variant.load(verdict) || !variant.interpret(verdict) ||
      (!isDynamic && !variant.takeDifferences(verdict)))
    return;
  if (question.setup < 0 && !variant.verifyPasses(verdict))
    return;
  for (auto [i, setup] : llvm::enumerate(kSetups)) {
    const bool isAsked =
        question.setup < 0 || question.setup == int(i) ||
        // What a budget is compared with.
        (kSetups[question.setup].cuts && question.setup == int(i) + 1);
    if (setup.isDynamic == isDynamic && isAsked &&
        !variant.compare(setup, verdict))
      return;
  }
}

Verdict fuzz::judge(const std::vector<uint32_t> &tape, const Question &question,
                    const std::string &scratch) {
  Verdict verdict;
  for (bool isDynamic : {false, true}) {
    if (question.setup >= 0 && kSetups[question.setup].isDynamic != isDynamic)
      continue;
    judgeVariant(tape, isDynamic, question, scratch, verdict);
    if (!verdict.isRight())
      return verdict;
  }
  return verdict;
}
