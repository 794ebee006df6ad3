//===- tools/vellum/BudgetExecutor.cpp - within a memory budget -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program can be compiled to keep all steps of its scans, or to keep less and
// compute steps again. Which form runs is decided for every call, since its
// sizes may differ from the last one's: each form tells beforehand what it
// would take. All give the same bits.
//
//===----------------------------------------------------------------------===//

#include "mlir/Pass/PassManager.h"

#include <array>
#include <chrono>

#include "lowering/FormatBytes.h"
#include "lowering/Passes.h"
#include "lowering/checkpoint/MemoryFunction.h"
#include "lowering/cpu/Pipeline.h"
#include "tools/vellum/Executor.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

namespace {
/// A form of the program, compiled when it is first needed.
struct Form {
  /// How often segments are cut.
  unsigned cuts;
  /// How many samples run through all steps at a time; chosen if 0.
  int64_t tile;
  std::unique_ptr<Executor> program;
};

class BudgetExecutor final : public Executor {
public:
  BudgetExecutor(OwningOpRef<ModuleOp> module, const BackendOptions &options)
      : module(std::move(module)), options(options),
        forms{{{0, 0, {}}, {1, 0, {}}, {2, 0, {}}, {2, 1, {}}}} {}

  /// Lowers as far as all forms are the same, and compiles the first.
  LogicalResult prepare();

  FailureOr<std::vector<Tensor>>
  call(StringRef function, llvm::MutableArrayRef<Tensor> arguments) override;
  LogicalResult execute(StringRef function,
                        llvm::MutableArrayRef<Tensor> arguments) override;
  FailureOr<std::optional<MemoryForecast>>
  foresee(StringRef function, llvm::MutableArrayRef<Tensor> arguments) override;

  CompileTimes getCompileTimes() const override;
  std::optional<int64_t> getTemporaryBytes() const override;
  std::optional<int64_t> getPeakBytes() const override;

private:
  using Numbers = std::array<int64_t, MemoryNumbers::Count>;

  FailureOr<Executor *> programOf(Form &form);
  FailureOr<Numbers> measure(Form &form, StringRef function,
                             llvm::MutableArrayRef<Tensor> arguments);
  FailureOr<Executor *> choose(StringRef function,
                               llvm::MutableArrayRef<Tensor> arguments,
                               MemoryForecast &forecast);
  FailureOr<Executor *> programFor(StringRef function,
                                   llvm::MutableArrayRef<Tensor> arguments);
  LogicalResult reportTooSmall(StringRef function, int64_t least);
  std::optional<int64_t> most(std::optional<int64_t> (Executor::*number)()
                                  const) const;

  OwningOpRef<ModuleOp> module;
  BackendOptions options;
  /// In the order of the time they take: of how many steps are computed again,
  /// and then with the weights read anew for each sample.
  std::array<Form, 4> forms;
  /// Spent on what all forms share.
  double fusing = 0;
};
} // namespace

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

LogicalResult BudgetExecutor::prepare() {
  const auto began = std::chrono::steady_clock::now();
  auto passes = PassManager::on<ModuleOp>(module->getContext());
  populateCpuFusePipeline(passes);
  passes.addPass(createAskMemory());
  // What is made of it is verified.
  passes.enableVerifier(false);
  if (failed(passes.run(*module)))
    return failure();
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - began;
  fusing = took.count();
  return programOf(forms[0]);
}

FailureOr<Executor *> BudgetExecutor::programOf(Form &form) {
  if (!form.program) {
    LoweringOptions lowering;
    lowering.isFused = true;
    // The least there is: a form that takes more stands before.
    lowering.memory = form.cuts > 0;
    lowering.cuts = form.cuts;
    lowering.tile = form.tile;
    auto created = createCpuExecutor(OwningOpRef<ModuleOp>(module->clone()),
                                     options, lowering);
    if (failed(created))
      return failure();
    form.program = std::move(*created);
  }
  return form.program.get();
}

CompileTimes BudgetExecutor::getCompileTimes() const {
  CompileTimes sum;
  sum.lowering = fusing;
  for (const Form &form : forms)
    if (form.program) {
      const CompileTimes times = form.program->getCompileTimes();
      sum.lowering += times.lowering;
      sum.llvm += times.llvm;
    }
  return sum;
}

std::optional<int64_t>
BudgetExecutor::most(std::optional<int64_t> (Executor::*number)() const) const {
  std::optional<int64_t> result;
  for (const Form &form : forms)
    if (form.program)
      result = std::max(result, (form.program.get()->*number)());
  return result;
}

std::optional<int64_t> BudgetExecutor::getTemporaryBytes() const {
  return most(&Executor::getTemporaryBytes);
}

std::optional<int64_t> BudgetExecutor::getPeakBytes() const {
  return most(&Executor::getPeakBytes);
}

//===----------------------------------------------------------------------===//
// Which form
//===----------------------------------------------------------------------===//

FailureOr<BudgetExecutor::Numbers>
BudgetExecutor::measure(Form &form, StringRef function,
                        llvm::MutableArrayRef<Tensor> arguments) {
  FailureOr<Executor *> program = programOf(form);
  if (failed(program))
    return failure();
  auto results = (*program)->call((function + memorySuffix).str(), arguments);
  if (failed(results))
    return failure();
  Numbers numbers;
  for (auto [number, result] : llvm::zip_equal(numbers, *results))
    number = static_cast<int64_t>(elementAt(result, 0));
  return numbers;
}

LogicalResult BudgetExecutor::reportTooSmall(StringRef function,
                                             int64_t least) {
  if (least < 0)
    return reportError("option '--memory' is of no use: how much memory @" +
                       function + " takes is not known before it runs");
  return reportError("option '--memory' must be at least " + Twine(least) +
                     " bytes (" + formatBytes(double(least)) + ") for @" +
                     function + " with these sizes, but got " +
                     Twine(options.memory) + " (" +
                     formatBytes(double(options.memory)) + ")");
}

/// Memory comes from the system in pages; what takes one of them or less cannot
/// take less.
static constexpr int64_t kPageBytes = 4096;

/// The first form that keeps within the budget; the smallest where it takes no
/// more than a page.
FailureOr<Executor *>
BudgetExecutor::choose(StringRef function,
                       llvm::MutableArrayRef<Tensor> arguments,
                       MemoryForecast &forecast) {
  int64_t least = std::numeric_limits<int64_t>::max();
  Executor *smallest = nullptr;
  for (Form &form : forms) {
    FailureOr<Numbers> numbers = measure(form, function, arguments);
    if (failed(numbers))
      return failure();
    const auto [saved, total] = *numbers;
    if (&form == &forms.front())
      forecast = {saved, total, total};
    forecast.planned = total;
    if (total < least) {
      least = total;
      smallest = form.program.get();
    }
    if (!options.memory || (total >= 0 && total <= options.memory))
      return form.program.get();
  }
  if (least < 0 || least > kPageBytes)
    return reportTooSmall(function, least);
  forecast.planned = least;
  return smallest;
}

FailureOr<std::optional<MemoryForecast>>
BudgetExecutor::foresee(StringRef function,
                        llvm::MutableArrayRef<Tensor> arguments) {
  MemoryForecast forecast;
  if (failed(choose(function, arguments, forecast)))
    return failure();
  if (forecast.planned < 0)
    return std::optional<MemoryForecast>();
  return std::optional(forecast);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

FailureOr<Executor *>
BudgetExecutor::programFor(StringRef function,
                           llvm::MutableArrayRef<Tensor> arguments) {
  if (!options.memory)
    return forms[0].program.get();
  MemoryForecast forecast;
  return choose(function, arguments, forecast);
}

FailureOr<std::vector<Tensor>>
BudgetExecutor::call(StringRef function,
                     llvm::MutableArrayRef<Tensor> arguments) {
  FailureOr<Executor *> program = programFor(function, arguments);
  if (failed(program))
    return failure();
  return (*program)->call(function, arguments);
}

LogicalResult BudgetExecutor::execute(StringRef function,
                                      llvm::MutableArrayRef<Tensor> arguments) {
  FailureOr<Executor *> program = programFor(function, arguments);
  if (failed(program))
    return failure();
  return (*program)->execute(function, arguments);
}

FailureOr<std::unique_ptr<Executor>>
vellum::createBudgetExecutor(OwningOpRef<ModuleOp> module,
                             const BackendOptions &options) {
  auto executor = std::make_unique<BudgetExecutor>(std::move(module), options);
  if (failed(executor->prepare()))
    return failure();
  return std::unique_ptr<Executor>(std::move(executor));
}
