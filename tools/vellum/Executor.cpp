//===- tools/vellum/Executor.cpp - running a program ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/vellum/Executor.h"

#include "lowering/FormatBytes.h"
#include "lowering/cpu/Pipeline.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

void BackendOptions::declare(CommandLine &line) {
  line.choice("backend", {"cpu", "interpreter"}, backend,
              "what runs the program (default: cpu)");
  line.choice("target", {"x86-64-v2", "x86-64-v3", "x86-64-v4"}, target,
              "the instructions that the cpu backend may use\n"
              "(default: all that this machine has)");
  line.integer("threads", threads, 1,
               "threads of the cpu backend; results are the same\n"
               "bits with any number (default: 1)");
  line.check([this, &line] {
    return success(backend != "interpreter" ||
                   (succeeded(line.refuse("target", "the interpreter compiles "
                                                    "nothing")) &&
                    succeeded(line.refuse("threads", "the interpreter has one "
                                                     "thread")) &&
                    succeeded(line.refuse("memory", "the interpreter has no "
                                                    "budget of memory"))));
  });
}

void BackendOptions::declareSteps(CommandLine &line) {
  line.integer("max-steps", maxSteps, 1,
               "the most operations that the interpreter evaluates\n"
               "in a call (default: any number)");
}

void BackendOptions::declareMemory(CommandLine &line) {
  foresees = true;
  line.bytes("memory", memory,
             "what a call may take besides its arguments, such as\n"
             "5M: where all steps do not fit, some are computed\n"
             "again, to the same bits (default: any number)");
}

void BackendOptions::declarePhase(CommandLine &line) {
  line.choice("at-phase",
              {cpuPhases[0].str(), cpuPhases[1].str(), cpuPhases[2].str()},
              phase,
              "run the program as it is after this phase of the cpu\n"
              "backend, on the interpreter; reads and writes of memory\n"
              "are checked");
  line.check([this, &line] {
    static constexpr llvm::StringLiteral reason =
        "what the passes of the cpu backend make of the program runs on the "
        "interpreter";
    return success(phase.empty() ||
                   (succeeded(line.refuse("backend", reason)) &&
                    succeeded(line.refuse("target", reason)) &&
                    succeeded(line.refuse("threads", reason))));
  });
}

void BackendOptions::declareVerification(CommandLine &line) {
  line.flag("verify-memory", verifiesMemory,
            "run the first call on the interpreter after each pass of\n"
            "the cpu backend, too, and name the first pass that\n"
            "changes a result or makes a read see another value");
  line.check([this, &line] {
    return success(backend != "interpreter" ||
                   succeeded(line.refuse("verify-memory",
                                         "the interpreter compiles nothing")));
  });
}

std::string vellum::describe(const MemoryForecast &forecast) {
  const auto [saved, whole, planned] = forecast;
  std::string text;
  if (saved > 0)
    text = formatBytes(double(saved)) + " saved per time step, ";
  if (planned == whole)
    return text + formatBytes(double(whole)) + " at most";
  return text + formatBytes(double(planned)) + " at most in segments, " +
         formatBytes(double(whole)) + " without";
}

std::string vellum::describe(double frontSeconds, const CompileTimes &times) {
  return scaled(frontSeconds + times.lowering + times.llvm, "s") + " (front " +
         scaled(frontSeconds, "s") + ", lowering " +
         scaled(times.lowering, "s") + ", LLVM " + scaled(times.llvm, "s") +
         ")";
}

Executor::~Executor() = default;

FailureOr<std::optional<MemoryForecast>>
Executor::foresee(StringRef, llvm::MutableArrayRef<Tensor>) {
  return std::optional<MemoryForecast>();
}

LogicalResult vellum::checkSignature(func::FuncOp function) {
  auto check = [&](TypeRange types, StringRef what) -> LogicalResult {
    for (Type type : types)
      if (!dtypeOf(type) ||
          !(type.isIntOrIndexOrFloat() || isa<RankedTensorType>(type)))
        return function.emitError("@")
               << function.getName() << " has " << what << " of type " << type
               << ", but programs pass f32, f64, i1, i8, i32, i64 and index";
    return success();
  };
  return success(succeeded(check(function.getArgumentTypes(), "an argument")) &&
                 succeeded(check(function.getResultTypes(), "a result")));
}

#ifdef VELLUM_VERIFY_MEMORY
static constexpr bool verifiesSmallCalls = true;
#else
static constexpr bool verifiesSmallCalls = false;
#endif

/// On what the cpu backend's passes make of the program.
static FailureOr<std::unique_ptr<Executor>>
createLowered(OwningOpRef<ModuleOp> module, const BackendOptions &options) {
  if (!options.phase.empty())
    return createPhaseExecutor(std::move(module), options);
  if (options.maxSteps > 0)
    return reportError("option '--max-steps' is for the interpreter, which "
                       "counts; '--time-limit' ends compiled programs too");
  return options.foresees ? createBudgetExecutor(std::move(module), options)
                          : createCpuExecutor(std::move(module), options);
}

FailureOr<std::unique_ptr<Executor>>
Executor::create(OwningOpRef<ModuleOp> module, const BackendOptions &options) {
  for (auto function : module->getOps<func::FuncOp>())
    if (failed(checkSignature(function)))
      return failure();
  if (options.backend == "interpreter")
    return createInterpreterExecutor(std::move(module), options.maxSteps);
  if (!options.verifiesMemory && !verifiesSmallCalls)
    return createLowered(std::move(module), options);
  OwningOpRef<ModuleOp> verified(module->clone());
  auto program = createLowered(std::move(module), options);
  if (failed(program))
    return failure();
  return createVerifyingExecutor(std::move(verified), std::move(*program),
                                 options);
}

std::optional<unsigned> vellum::overwrittenArgument(func::FuncOp function,
                                                    unsigned result) {
  auto number =
      function.getResultAttrOfType<IntegerAttr>(result, "vellum.inplace");
  return number ? std::optional<unsigned>(number.getInt()) : std::nullopt;
}
