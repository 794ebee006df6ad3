//===- tools/vellum/Test.cpp - vellum test --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

#include "dialect/interpreter/Interpreter.h"
#include "dialect/interpreter/TensorConversion.h"
#include "tools/vellum/Commands.h"
#include "tools/vellum/Evaluation.h"
#include "tools/vellum/Report.h"

using namespace mlir;
using namespace vellum;

/// The public functions without arguments.
static SmallVector<func::FuncOp> findTests(Model &model) {
  SmallVector<func::FuncOp> tests;
  for (auto function : model.getModule().getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal() &&
        function.getNumArguments() == 0)
      tests.push_back(function);
  return tests;
}

//===----------------------------------------------------------------------===//
// On the interpreter
//===----------------------------------------------------------------------===//

static LogicalResult interpretTest(func::FuncOp test,
                                   const interpreter::Options &options) {
  return interpreter::interpret(test, {}, options);
}

/// What `vellum.use` reads in an interpreted function.
static interpreter::Options optionsWith(const ParameterValues &parameters) {
  interpreter::Options options;
  for (const auto &parameter : parameters)
    options.parameters[parameter.getKey()] =
        interpreter::fromTensor(parameter.getValue());
  return options;
}

//===----------------------------------------------------------------------===//
// Compiled
//===----------------------------------------------------------------------===//

namespace {
/// Compiles tests, whose expectations become results, and has the interpreter
/// judge these: there is one meaning of `expect_close`, and one message.
class CompiledTests {
public:
  CompiledTests(Model &model, ParameterValues parameters)
      : model(model), parameters(std::move(parameters)) {}

  LogicalResult compile(ArrayRef<func::FuncOp> tests,
                        const BackendOptions &options);
  LogicalResult run(StringRef test);

private:
  void exposeExpectations();
  LogicalResult judge(StringRef expectation, const Tensor &actual,
                      const Tensor &expected);

  Model &model;
  ParameterValues parameters;
  /// One function for each expectation, which takes both of its values.
  OwnedModule judges;
  OwnedModule signatures;
  std::unique_ptr<Executor> executor;
};
} // namespace

/// A function that does nothing but expect.
static void addJudge(OpBuilder &builder, StringRef name, ExpectCloseOp op) {
  auto function =
      func::FuncOp::create(builder, op.getLoc(), name,
                           builder.getFunctionType(op->getOperandTypes(), {}));
  OpBuilder inside = OpBuilder::atBlockEnd(function.addEntryBlock());
  IRMapping mapping;
  mapping.map(op->getOperands(), function.getArguments());
  inside.clone(*op, mapping);
  func::ReturnOp::create(inside, op.getLoc());
}

/// Turns each expectation into two probes of one name, that of its judge.
void CompiledTests::exposeExpectations() {
  judges = ModuleOp::create(model.getModule().getLoc());
  OpBuilder judgeBuilder = OpBuilder::atBlockEnd(judges->getBody());
  model.getModule().walk([&](ProbeOp probe) { probe.erase(); });
  unsigned count = 0;
  model.getModule().walk([&](ExpectCloseOp op) {
    const std::string name = "expectation" + std::to_string(count++);
    addJudge(judgeBuilder, name, op);
    OpBuilder builder(op);
    for (Value value : {op.getActual(), op.getExpected()})
      ProbeOp::create(builder, op.getLoc(), name, value);
    op.erase();
  });
}

LogicalResult CompiledTests::compile(ArrayRef<func::FuncOp> tests,
                                     const BackendOptions &options) {
  exposeExpectations();
  ProgramOptions program;
  program.probes = true;
  Phases phases;
  auto names = llvm::map_to_vector(
      tests, [](func::FuncOp test) { return test.getName(); });
  auto module = closeFunctions(model, names, program, phases);
  if (failed(module))
    return failure();
  signatures = OwnedModule((*module)->clone());
  auto created = Executor::create(std::move(*module), options);
  if (failed(created))
    return failure();
  executor = std::move(*created);
  return success();
}

LogicalResult CompiledTests::judge(StringRef expectation, const Tensor &actual,
                                   const Tensor &expected) {
  auto function = judges->lookupSymbol<func::FuncOp>(expectation);
  // An expectation in a scan gets a stack, with time in front.
  const Tensor *tensors[] = {&actual, &expected};
  for (auto [argument, tensor] : llvm::zip(function.getArguments(), tensors))
    argument.setType(
        RankedTensorType::get(tensor->shape, getElementTypeOrSelf(argument)));
  return interpreter::interpret(function, {interpreter::fromTensor(actual),
                                           interpreter::fromTensor(expected)});
}

LogicalResult CompiledTests::run(StringRef test) {
  auto function = signatures->lookupSymbol<func::FuncOp>(test);
  std::vector<Tensor> arguments = joinArguments(function, {}, parameters);
  auto results = executor->call(test, arguments);
  if (failed(results))
    return failure();
  bool holds = true;
  for (unsigned i = 0; i < results->size(); ++i) {
    auto name = function.getResultAttrOfType<StringAttr>(i, "vellum.probe");
    if (!name)
      continue;
    holds &= succeeded(judge(name, (*results)[i], (*results)[i + 1]));
    ++i;
  }
  return success(holds);
}

//===----------------------------------------------------------------------===//
// The command
//===----------------------------------------------------------------------===//

/// Runs the tests one by one and returns how many failed.
static unsigned runAll(ArrayRef<func::FuncOp> tests,
                       llvm::function_ref<LogicalResult(func::FuncOp)> runOne) {
  unsigned failures = 0;
  for (func::FuncOp test : tests) {
    const bool passed = succeeded(runOne(test));
    llvm::outs() << (passed ? "pass @" : "FAIL @") << test.getName() << '\n';
    llvm::outs().flush();
    failures += !passed;
  }
  llvm::outs() << tests.size() - failures << " passed, " << failures
               << " failed\n";
  return failures;
}

static LogicalResult test(const std::string &path,
                          const BackendOptions &backend,
                          std::optional<int64_t> seed) {
  std::unique_ptr<Model> model = Model::load(path);
  if (!model)
    return failure();
  SmallVector<func::FuncOp> tests = findTests(*model);
  if (tests.empty())
    return reportError(path +
                       ": has no public function without arguments to test");
  if (seed && llvm::none_of(model->getParameters(), isDrawn))
    return reportNoEffect("seed", path + " has no parameter that is drawn");
  ParameterValues parameters = initialParameters(*model, seed.value_or(0));
  if (backend.backend == "interpreter") {
    interpreter::Options options = optionsWith(parameters);
    options.maxSteps = backend.maxSteps;
    return success(runAll(tests, [&](func::FuncOp each) {
                     return interpretTest(each, options);
                   }) == 0);
  }
  CompiledTests compiled(*model, std::move(parameters));
  if (failed(compiled.compile(tests, backend)))
    return failure();
  return success(runAll(tests, [&](func::FuncOp each) {
                   return compiled.run(each.getName());
                 }) == 0);
}

int vellum::testCommand(Arguments arguments) {
  std::string path;
  std::optional<int64_t> seed;
  BackendOptions backend;
  CommandLine line("vellum test",
                   "runs every public function without arguments of a file;\n"
                   "a vellum.expect_close that does not hold fails it",
                   "vellum test softmax.mlir --backend=interpreter");
  line.file("FILE.mlir", path);
  line.integer("seed", seed, 0, "of the parameters' initialisers (default: 0)");
  backend.declare(line);
  backend.declareSteps(line);
  TimeLimit timeLimit;
  timeLimit.declare(line);
  backend.declarePhase(line);
  backend.declareVerification(line);
  if (std::optional<int> code = line.parse(arguments))
    return *code;
  timeLimit.begin();
  return failed(test(path, backend, seed));
}
