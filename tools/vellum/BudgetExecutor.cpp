//===- tools/vellum/BudgetExecutor.cpp - within a memory budget -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One program can be compiled to keep all steps of its scans, or to keep less
// and compute steps again. Which one runs is decided for every call, since its
// sizes may differ from the last one's: small programs tell beforehand what
// either would keep. Both give the same bits.
//
//===----------------------------------------------------------------------===//

#include "mlir/Pass/PassManager.h"

#include <array>

#include "lowering/Passes.h"
#include "lowering/checkpoint/MemoryFunction.h"
#include "lowering/cpu/Pipeline.h"
#include "tools/vellum/Executor.h"
#include "tools/vellum/Report.h"
#include "tools/vellum/Values.h"

using namespace mlir;
using namespace vellum;

namespace {
class BudgetExecutor final : public Executor {
public:
  BudgetExecutor(OwningOpRef<ModuleOp> fused, const BackendOptions &options)
      : fused(std::move(fused)), options(options) {}

  /// Compiles what is sure to be needed.
  LogicalResult prepare();

  FailureOr<std::vector<Tensor>>
  call(StringRef function, llvm::MutableArrayRef<Tensor> arguments) override;
  FailureOr<std::optional<KeptMemory>>
  foresee(StringRef function, llvm::MutableArrayRef<Tensor> arguments) override;
  std::optional<int64_t> peakBytes() const override;

private:
  /// A form of the program, and the program that measures it; each is compiled
  /// when it is first needed.
  struct Form {
    int64_t memory = 0;
    std::unique_ptr<Executor> program, meter;
  };

  FailureOr<Executor *> programOf(Form &form);
  FailureOr<Executor *> meterOf(Form &form);
  FailureOr<std::unique_ptr<Executor>> compile(OwningOpRef<ModuleOp> module,
                                               int64_t memory);
  FailureOr<std::array<int64_t, numMemoryResults>>
  measure(Form &form, StringRef function,
          llvm::MutableArrayRef<Tensor> arguments);

  OwningOpRef<ModuleOp> fused;
  BackendOptions options;
  /// The form that keeps all steps, and the one within the budget.
  Form whole, segmented;
};
} // namespace

LogicalResult BudgetExecutor::prepare() {
  segmented.memory = options.memory;
  return options.memory ? success() : LogicalResult(programOf(whole));
}

FailureOr<std::unique_ptr<Executor>>
BudgetExecutor::compile(OwningOpRef<ModuleOp> module, int64_t memory) {
  BackendOptions with = options;
  with.memory = memory;
  return createCpuExecutor(std::move(module), with, /*isFused=*/true);
}

FailureOr<Executor *> BudgetExecutor::programOf(Form &form) {
  if (!form.program) {
    auto created = compile(OwningOpRef<ModuleOp>(fused->clone()), form.memory);
    if (failed(created))
      return failure();
    form.program = std::move(*created);
  }
  return form.program.get();
}

FailureOr<Executor *> BudgetExecutor::meterOf(Form &form) {
  if (form.meter)
    return form.meter.get();
  OwningOpRef<ModuleOp> module(fused->clone());
  auto passes = PassManager::on<ModuleOp>(module->getContext());
  passes.addPass(createAskMemory());
  if (failed(passes.run(*module)))
    return failure();
  auto created = compile(std::move(module), form.memory);
  if (failed(created))
    return failure();
  form.meter = std::move(*created);
  return form.meter.get();
}

/// The bytes per step, those in all, and the samples of a tile.
FailureOr<std::array<int64_t, numMemoryResults>>
BudgetExecutor::measure(Form &form, StringRef function,
                        llvm::MutableArrayRef<Tensor> arguments) {
  FailureOr<Executor *> meter = meterOf(form);
  if (failed(meter))
    return failure();
  auto results = (*meter)->call((function + memorySuffix).str(), arguments);
  if (failed(results))
    return failure();
  std::array<int64_t, numMemoryResults> numbers;
  for (auto [number, result] :
       llvm::zip_equal(numbers, ArrayRef(*results).take_back(numMemoryResults)))
    number = static_cast<int64_t>(elementAt(result, 0));
  return numbers;
}

FailureOr<std::optional<KeptMemory>>
BudgetExecutor::foresee(StringRef function,
                        llvm::MutableArrayRef<Tensor> arguments) {
  auto all = measure(whole, function, arguments);
  if (failed(all))
    return failure();
  const auto [perStep, bytes, tile] = *all;
  KeptMemory kept{perStep, tile, bytes, bytes};
  if (!options.memory || kept.whole <= options.memory)
    return std::optional(kept);
  auto less = measure(segmented, function, arguments);
  if (failed(less))
    return failure();
  kept.planned = (*less)[1];
  if (kept.planned <= options.memory)
    return std::optional(kept);
  const int64_t least = std::min(kept.whole, kept.planned);
  return reportError(
      "option '--memory' must be at least " + Twine(least) + " bytes (" +
      formatBytes(least) + ") for a call with these sizes, but got " +
      Twine(options.memory) + " (" + formatBytes(options.memory) + ")");
}

FailureOr<std::vector<Tensor>>
BudgetExecutor::call(StringRef function,
                     llvm::MutableArrayRef<Tensor> arguments) {
  bool isWhole = true;
  if (options.memory) {
    auto kept = foresee(function, arguments);
    if (failed(kept))
      return failure();
    isWhole = (*kept)->planned == (*kept)->whole;
  }
  FailureOr<Executor *> program = programOf(isWhole ? whole : segmented);
  if (failed(program))
    return failure();
  return (*program)->call(function, arguments);
}

std::optional<int64_t> BudgetExecutor::peakBytes() const {
  std::optional<int64_t> bytes;
  for (const Form *form : {&whole, &segmented})
    if (form->program)
      bytes = std::max(bytes, form->program->peakBytes());
  return bytes;
}

FailureOr<std::unique_ptr<Executor>>
vellum::createBudgetExecutor(OwningOpRef<ModuleOp> module,
                             const BackendOptions &options) {
  auto passes = PassManager::on<ModuleOp>(module->getContext());
  populateCpuFusePipeline(passes);
  if (failed(passes.run(*module)))
    return failure();
  auto executor = std::make_unique<BudgetExecutor>(std::move(module), options);
  if (failed(executor->prepare()))
    return failure();
  return std::unique_ptr<Executor>(std::move(executor));
}
